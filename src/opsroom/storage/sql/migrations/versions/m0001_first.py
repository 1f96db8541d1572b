"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _agreement_entry() -> None:
    op.create_table(
        "agreement_entry",
        sa.Column("agreement", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("agreement", "position"),
    )


def _agreement_version() -> None:
    op.create_table(
        "agreement_version",
        sa.Column("agreement", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("agreement", "number"),
        sa.UniqueConstraint("digest"),
    )


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


def _collection() -> None:
    op.create_table(
        "collection",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("agreement", "field"),
    )


def _component() -> None:
    op.create_table(
        "component",
        sa.Column("member", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("part_of", sa.Text(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("member", "name"),
    )


def _consent() -> None:
    op.create_table(
        "consent",
        sa.Column("consent", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("originator", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("under", sa.Text(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("consent", "kind"),
    )
    op.create_index("consent_item", "consent", ["item"], unique=False)


def _credential() -> None:
    op.create_table(
        "credential",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("member", sa.Text(), nullable=True),
        sa.Column("desk", sa.Text(), nullable=True),
        sa.Column("room", sa.Text(), nullable=True),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("secret_hash"),
    )


def _desk() -> None:
    op.create_table(
        "desk",
        sa.Column("id", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=True),
        sa.Column("held", sa.Text(), nullable=True),
        sa.Column("clearance", sa.Text(), nullable=True),
        sa.Column("component", sa.Text(), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("member", "name"),
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
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("room", "desk", "added"),
    )
    op.create_index("feed_collection", "feed", ["room", "desk", "collection", "added"], unique=False)
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


def _holding() -> None:
    op.create_table(
        "holding",
        sa.Column("owner", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("category", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("member", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "category", "member", "since"),
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
        sa.PrimaryKeyConstraint("room", "number"),
    )
    op.create_index("item_version", "item", ["room", "id", "originator", "version_key"], unique=True)


def _label() -> None:
    op.create_table(
        "label",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("handling", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("room", "digest"),
    )


def _member() -> None:
    op.create_table(
        "member",
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _member_key() -> None:
    op.create_table(
        "member_key",
        sa.Column("member", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("introduced", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("member", "fingerprint"),
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


def _posting() -> None:
    op.create_table(
        "posting",
        sa.Column("member", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("collection", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("policy", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("tlp", sa.Text(), nullable=False),
        sa.Column("release_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("member", "collection"),
    )


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
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("room", "desk", "added"),
    )
    op.create_index("removed_item", "removed", ["room", "item", "desk", "added"], unique=False)


def _resting() -> None:
    op.create_table(
        "resting",
        sa.Column("room", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("release_class", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("footing", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("room", "release_class", "footing"),
    )


def _room() -> None:
    op.create_table(
        "room",
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )


def _setting() -> None:
    op.create_table(
        "setting",
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
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
    """Every table, as `opsroom.storage.sql.schema` has them."""
    for create in (
        _agreement_entry,
        _agreement_version,
        _approval,
        _body,
        _collection,
        _component,
        _consent,
        _credential,
        _desk,
        _feed,
        _footing,
        _head,
        _holding,
        _item,
        _label,
        _member,
        _member_key,
        _number,
        _offer,
        _posting,
        _reference,
        _release_class,
        _removed,
        _resting,
        _room,
        _setting,
        _source,
        _status,
        _task,
        _verdict,
    ):
        create()
