"""Indexes for two reads: the collections of a room, and the offers on a footing that are let out."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Its indexes, as `opsroom.storage.sql.schema` has them."""
    op.create_index("collection_room", "collection", ["room", "agreement", "field"], unique=False)
    op.drop_index("offer_footing", "offer")
    op.create_index("offer_footing", "offer", ["room", "footing", "state", "number"], unique=False)
