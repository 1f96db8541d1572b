"""The first schema: rooms, members, agreements, consents."""

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


def upgrade() -> None:
    """Its tables, as `opsroom.storage.sql.schema` has them."""
    for create in (
        _agreement_entry,
        _agreement_version,
        _collection,
        _component,
        _consent,
        _credential,
        _desk,
        _holding,
        _member,
        _member_key,
        _posting,
        _room,
        _setting,
    ):
        create()
