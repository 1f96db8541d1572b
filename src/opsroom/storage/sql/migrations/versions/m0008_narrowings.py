"""What each desk is told of offers of its own member that are held back by what they rest on.

Of offers that are held back already nothing is noted until something about them changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table, as `opsroom.storage.sql.schema` has it."""
    op.create_table(
        "narrowing",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("desk", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("offer", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.BigInteger(), nullable=False),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("room", "desk", "since"),
    )
    op.create_index("narrowing_standing", "narrowing", ["room", "desk", "until", "since"], unique=False)
    op.create_index("narrowing_offer", "narrowing", ["room", "offer", "until"], unique=False)
