"""What a desk has, or had, of an item is looked up by the item."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Its index, as `opsroom.storage.sql.schema` has it."""
    op.create_index("removed_item", "removed", ["room", "item", "desk", "added"], unique=False)
