"""The agreement: what it says (`terms`, `file`), what happened to it (`events`), what it grants (`edges`), `acts`."""
