"""The first schema: items, offers, decisions, feeds, work."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _approval() -> None:
    op.create_table(
        "approval",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("offer", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("room", "offer", "person"),
    )


def _body() -> None:
    op.create_table(
        "body",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("room", "number"),
    )


def _feed() -> None:
    op.create_table(
        "feed",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("desk", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("added", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("offer", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.BigInteger(), nullable=False),
        sa.Column("originator", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version_key", sa.Text(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("room", "desk", "added"),
    )
    op.create_index("feed_collection", "feed", ["room", "desk", "collection", "added"], unique=False)
    op.create_index(
        "feed_collection_kind", "feed", ["room", "desk", "collection", "kind", "added"], unique=False
    )
    op.create_index("feed_id", "feed", ["room", "desk", "id", "own"], unique=False)
    op.create_index("feed_kind", "feed", ["room", "desk", "kind", "added"], unique=False)
    op.create_index("feed_item", "feed", ["room", "item", "desk", "added"], unique=False)
    op.create_index("feed_offer", "feed", ["room", "offer", "desk"], unique=False)


def _footing() -> None:
    op.create_table(
        "footing",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("classes", sa.Text(), nullable=False),
        sa.Column("alternatives", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("room", "number"),
    )
    op.create_index("footing_key", "footing", ["room", "key"], unique=True)


def _head() -> None:
    op.create_table(
        "head",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("desk", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("room", "desk"),
    )


def _item() -> None:
    op.create_table(
        "item",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("originator", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("version_key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("room", "number"),
    )
    op.create_index("item_leading", "item", ["room", "id", "leads"], unique=False)
    op.create_index("item_version", "item", ["room", "id", "originator", "version_key"], unique=True)


def _label() -> None:
    op.create_table(
        "label",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("handling", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("room", "digest"),
    )


def _number() -> None:
    op.create_table(
        "number",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("room"),
    )


def _offer() -> None:
    op.create_table(
        "offer",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item", sa.BigInteger(), nullable=False),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("originator", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.Column("posted_by", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("dangle", sa.Boolean(), nullable=False),
        sa.Column("offered_at", sa.BigInteger(), nullable=True),
        sa.Column("recalled_at", sa.BigInteger(), nullable=True),
        sa.Column("release_class", sa.BigInteger(), nullable=False),
        sa.Column("footing", sa.BigInteger(), nullable=False),
        sa.Column("insert_at", sa.Integer(), nullable=False),
        sa.Column("insert", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("room", "number"),
    )
    op.create_index("offer_footing", "offer", ["room", "footing", "number"], unique=False)
    op.create_index("offer_item", "offer", ["room", "item"], unique=False)
    op.create_index("offer_state", "offer", ["room", "originator", "state", "number"], unique=False)
    op.create_index("offer_unit", "offer", ["room", "unit", "number"], unique=False)


def _reference() -> None:
    op.create_table(
        "reference",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("item", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("target", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("marking", sa.Boolean(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("room", "item", "target"),
    )
    op.create_index("reference_target", "reference", ["room", "target", "item"], unique=False)


def _release_class() -> None:
    op.create_table(
        "release_class",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("originator", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("offered", sa.BigInteger(), nullable=False),
        sa.Column("handling", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("recalled_at", sa.BigInteger(), nullable=True),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("room", "number"),
    )
    op.create_index("release_class_key", "release_class", ["room", "key"], unique=True)


def _removed() -> None:
    op.create_table(
        "removed",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("desk", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("added", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("offer", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.BigInteger(), nullable=False),
        sa.Column("originator", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version_key", sa.Text(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("room", "desk", "added"),
    )
    op.create_index("removed_id", "removed", ["room", "desk", "id", "own"], unique=False)


def _resting() -> None:
    op.create_table(
        "resting",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("release_class", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("footing", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("room", "release_class", "footing"),
    )


def _source() -> None:
    op.create_table(
        "source",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("product", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source_room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("source", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sanitised", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("room", "product", "source_room", "source"),
    )
    op.create_index("source_of", "source", ["source_room", "source"], unique=False)


def _status() -> None:
    op.create_table(
        "status",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("room", "id"),
    )


def _task() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("task_due", "task", ["due_at", "id"], unique=False)


def _verdict() -> None:
    op.create_table(
        "verdict",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("desk", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("release_class", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("open_since", sa.BigInteger(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("clauses", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("room", "desk", "release_class"),
    )
    op.create_index("verdict_desk_due", "verdict", ["desk", "valid_until"], unique=False)
    op.create_index("verdict_due", "verdict", ["valid_until", "desk"], unique=False)
    op.create_index("verdict_open", "verdict", ["room", "release_class", "open_since", "desk"], unique=False)


def upgrade() -> None:
    """Its tables, as `opsroom.storage.sql.schema` has them."""
    for create in (
        _approval,
        _body,
        _feed,
        _footing,
        _head,
        _item,
        _label,
        _number,
        _offer,
        _reference,
        _release_class,
        _removed,
        _resting,
        _source,
        _status,
        _task,
        _verdict,
    ):
        create()
