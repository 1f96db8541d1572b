"""The index of words and values."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Its table, as `opsroom.storage.sql.schema` has it; what is kept already is indexed by tasks."""
    op.create_table(
        "term",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("shelf", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("term", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("item", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("room", "shelf", "term", "item"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO task (id, room, kind, subject, due_at, cursor)"
        " SELECT 'index ' || name, name, 'index', '{}', 0, 0 FROM room"
    )
