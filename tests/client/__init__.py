"""The clients alone, against answers of every kind."""
