"""The tables. In the subset that SQLite, PostgreSQL and Citus share: no triggers, sequences or partial indexes.

Everything that grows has the room, its distribution key, in every unique key. Instants are microseconds UTC.
Text is compared by code point. `docs/adr/0003` says why.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()


def _key(name: str, kind: type[Text] | type[BigInteger] | type[Integer] = Text) -> "Column[object]":
    return Column(name, kind, primary_key=True, autoincrement=False)


def _text(name: str, *, null: bool = False) -> "Column[object]":
    return Column(name, Text, nullable=null)


def _whole(name: str, *, null: bool = False) -> "Column[object]":
    return Column(name, BigInteger, nullable=null)


def _bytes(name: str) -> "Column[object]":
    return Column(name, LargeBinary, nullable=False)


def _flag(name: str) -> "Column[object]":
    return Column(name, Boolean, nullable=False)


def _window() -> "tuple[Column[object], Column[object]]":
    return _whole("since"), _whole("until")


setting = Table("setting", metadata, _key("key"), _bytes("value"))
room = Table(
    "room", metadata, _key("name"), _text("title"), _text("host"), _text("place", null=True),
    _whole("created_at"), _whole("closed_at", null=True),
)  # fmt: skip
member = Table("member", metadata, _key("name"), _text("title"), _text("identity"), _whole("added_at"))
member_key = Table(
    "member_key", metadata, _key("member"), _key("fingerprint"), _bytes("public"), *_window(),
    Column("introduced", LargeBinary),
)  # fmt: skip
component = Table(
    "component",
    metadata,
    _key("member"),
    _key("name"),
    _text("title"),
    _text("part_of", null=True),
    *_window(),
)
desk = Table(
    "desk", metadata, _key("id"), _text("name"), _text("member"), _text("fields", null=True),
    _text("held", null=True), _text("clearance", null=True), _text("component", null=True), _whole("added_at"),
    UniqueConstraint("member", "name"),
)  # fmt: skip
credential = Table(
    "credential", metadata, _key("id"), _text("user"),
    Column("secret_hash", LargeBinary, nullable=False, unique=True), _text("member", null=True),
    _text("desk", null=True), _text("room", null=True), _text("roles"), _whole("created_at"),
    _whole("expires_at"), _whole("revoked_at", null=True), Index("credential_member", "member"),
)  # fmt: skip
holding = Table(
    "holding",
    metadata,
    _key("owner"),
    _key("category"),
    _key("member"),
    _key("since", BigInteger),
    _whole("until"),
)

agreement_version = Table(
    "agreement_version", metadata, _key("agreement"), _key("number", Integer), _text("room"),
    Column("digest", Text, nullable=False, unique=True), _bytes("content"), _whole("recorded_at"),
)  # fmt: skip
agreement_entry = Table(
    "agreement_entry", metadata, _key("agreement"), _key("position", Integer), _text("kind"), _text("version"),
    _text("by"), _bytes("payload"), _text("digest"), _bytes("envelope"), _whole("effective_at"),
    _whole("recorded_at"),
)  # fmt: skip
collection = Table(
    "collection", metadata, _key("id"), _text("room"), _text("agreement"), _text("field"),
    UniqueConstraint("agreement", "field"), Index("collection_room", "room", "agreement", "field"),
)  # fmt: skip
posting = Table(
    "posting", metadata, _key("member"), _key("collection"), _text("policy", null=True),
    _text("level", null=True), _text("tlp"), _text("release_by"),
)  # fmt: skip
consent = Table(
    "consent", metadata, _key("consent"), _key("kind"), _text("item"), _text("originator"), _text("to"),
    _text("holder", null=True), _text("under", null=True), _whole("since", null=True), _whole("until", null=True),
    _text("by"), _text("reason"), _whole("effective_at"), _whole("recorded_at"), _bytes("envelope"),
    Index("consent_item", "item"), Index("consent_originator", "originator"), Index("consent_to", "to"),
    Index("consent_holder", "holder"),
)  # fmt: skip

number = Table("number", metadata, _key("room"), _whole("last"))
item = Table(
    "item", metadata, _key("room"), _key("number", BigInteger), _text("originator"), _text("id"), _text("kind"),
    _text("version", null=True), _text("version_key"), _text("digest"), _whole("received_at"),
    _flag("leads"),
    Index("item_version", "room", "id", "originator", "version_key", unique=True),
    Index("item_leading", "room", "id", "leads"),
)  # fmt: skip
body = Table("body", metadata, _key("room"), _key("number", BigInteger), _bytes("raw"))
reference = Table(
    "reference", metadata, _key("room"), _key("item", BigInteger), _key("target"), _flag("marking"), _text("seen"),
    Index("reference_target", "room", "target", "item"),
)  # fmt: skip
source = Table(
    "source", metadata, _key("room"), _key("product", BigInteger), _key("source_room"), _key("source", BigInteger),
    _flag("sanitised"), Index("source_of", "source_room", "source"),
)  # fmt: skip

label = Table("label", metadata, _key("room"), _key("digest"), _text("handling"))
offer = Table(
    "offer", metadata, _key("room"), _key("number", BigInteger), _whole("item"), _text("collection"),
    _text("originator"), _text("holder", null=True), _text("label"), _text("state"), _whole("posted_at"),
    _text("posted_by"), _text("unit"), _flag("dangle"), _whole("offered_at", null=True),
    _whole("recalled_at", null=True), _whole("release_class"), _whole("footing"),
    Column("insert_at", Integer, nullable=False),
    _bytes("insert"),
    Index("offer_item", "room", "item"), Index("offer_unit", "room", "unit", "number"),
    Index("offer_footing", "room", "footing", "state", "number"),
    Index("offer_state", "room", "originator", "state", "number"),
)  # fmt: skip
approval = Table("approval", metadata, _key("room"), _key("offer", BigInteger), _key("person"), _whole("at"))

release_class = Table(
    "release_class", metadata, _key("room"), _key("number", BigInteger), _text("key"), _text("originator"),
    _text("kind"), _whole("offered"), _text("handling"), _text("holder", null=True), _text("item", null=True),
    _whole("recalled_at", null=True), _text("sources"), Index("release_class_key", "room", "key", unique=True),
)  # fmt: skip
footing = Table(
    "footing", metadata, _key("room"), _key("number", BigInteger), _text("key"), _text("classes"),
    _text("alternatives"), Index("footing_key", "room", "key", unique=True),
)  # fmt: skip
resting = Table(
    "resting", metadata, _key("room"), _key("release_class", BigInteger), _key("footing", BigInteger)
)
verdict = Table(
    "verdict", metadata, _key("room"), _key("desk"), _key("release_class", BigInteger),
    _whole("open_since", null=True), _text("ground"), _text("authority", null=True),
    Column("version", Integer), _text("clauses"), _whole("valid_until"),
    Index("verdict_open", "room", "release_class", "open_since", "desk"), Index("verdict_due", "valid_until", "desk"),
    Index("verdict_desk_due", "desk", "valid_until"),
)  # fmt: skip

head = Table("head", metadata, _key("room"), _key("desk"), _whole("last"))


def _row() -> "tuple[Column[object], ...]":
    """What a row of a feed says, whether it stands or was removed."""
    return (
        _key("room"), _key("desk"), _key("added", BigInteger), _text("collection"), _whole("offer"), _whole("item"),
        _text("originator"), _text("id"), _text("kind"), _text("version_key"), _flag("own"),
    )  # fmt: skip


feed = Table(
    "feed", metadata, *_row(),
    Index("feed_collection", "room", "desk", "collection", "added"),
    Index("feed_kind", "room", "desk", "kind", "added"),
    Index("feed_collection_kind", "room", "desk", "collection", "kind", "added"),
    Index("feed_id", "room", "desk", "id", "own"),
    Index("feed_item", "room", "item", "desk", "added"),
    Index("feed_offer", "room", "offer", "desk"),
)  # fmt: skip
shown_on = Table(
    "shown_on", metadata, _key("room"), _key("desk"), _key("footing", BigInteger), sqlite_with_rowid=False
)
removed = Table(
    "removed", metadata, *_row(), _whole("gone"),
    Index("removed_id", "room", "desk", "id", "own"), Index("removed_gone", "room", "desk", "gone"),
    Index("removed_item", "room", "item", "desk", "added"),
)  # fmt: skip
narrowing = Table(
    "narrowing", metadata, _key("room"), _key("desk"), _key("since", BigInteger), _whole("until", null=True),
    _whole("offer"), _whole("item"), _text("collection"), _text("reader"),
    Index("narrowing_standing", "room", "desk", "until", "since"), Index("narrowing_offer", "room", "offer", "until"),
)  # fmt: skip

term = Table(
    "term", metadata, _key("room"), _key("shelf"), _key("term"), _key("item", BigInteger), _whole("weight"),
    sqlite_with_rowid=False,
)  # fmt: skip

task = Table(
    "task", metadata, _key("id"), _text("room"), _text("kind"), _text("subject"), _whole("due_at"), _whole("cursor"),
    Index("task_due", "due_at", "id"),
)  # fmt: skip
status = Table(
    "status",
    metadata,
    _key("room"),
    _key("id"),
    _text("member"),
    _text("desk"),
    _whole("requested_at"),
    _text("body"),
)
