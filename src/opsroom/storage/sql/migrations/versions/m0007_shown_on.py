"""The footings that the rows of each desk rest on, so that a search looks at none of anybody else's.

Consents are looked up by those whom they name.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table and indexes, as `opsroom.storage.sql.schema` has them; filled from the feeds that there are."""
    op.create_table(
        "shown_on",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("desk", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("footing", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("room", "desk", "footing"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO shown_on (room, desk, footing) SELECT DISTINCT f.room, f.desk, o.footing FROM feed AS f"
        " JOIN offer AS o ON o.room = f.room AND o.number = f.offer WHERE o.footing != 0"
    )
    for column in ("originator", "to", "holder"):
        op.create_index(f"consent_{column}", "consent", [column], unique=False)
