"""The tokens of a member are looked up by the member: how many others have takes no time."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Its index, as `opsroom.storage.sql.schema` has it."""
    op.create_index("credential_member", "credential", ["member"], unique=False)
