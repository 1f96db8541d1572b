"""The index of words and values is made anew: values inside of prose, scripts without spaces."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empties it; tasks index what is kept, room by room."""
    op.execute("DELETE FROM term")
    op.execute("DELETE FROM task WHERE kind = 'index'")
    op.execute(
        "INSERT INTO task (id, room, kind, subject, due_at, cursor)"
        " SELECT 'index ' || name, name, 'index', '{}', 0, 0 FROM room"
    )
