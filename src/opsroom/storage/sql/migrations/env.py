"""Alembic asks for this file; the migrations are run by `opsroom.storage.sql.migrations.migrate`."""
