"""When a row left a feed; of those that left before, the instant is not known, and none of them is told again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Its column, as `opsroom.storage.sql.schema` has it."""
    with op.batch_alter_table("removed") as table:
        table.add_column(sa.Column("gone", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("removed") as table:
        table.alter_column("gone", server_default=None)
    op.create_index("removed_gone", "removed", ["room", "desk", "gone"], unique=False)
