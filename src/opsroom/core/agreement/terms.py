"""The operative part of one agreement version: parties, provisions, levels, release, onward.

`read_terms` reads it from an agreement file and from a release case alike; what is absent takes the
default named at each field. Everything else of the file is in `opsroom.core.agreement.file`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from opsroom.core.canonical import is_digest
from opsroom.core.identifiers import type_fault
from opsroom.core.reading import Reader
from opsroom.core.windows import ALWAYS, Window

ONWARD = ("prohibited", "prior-consent", "parties")
RELEASE = ("originator-cites", "field-match")
COVERS_EXISTING = ("none", "all")

_OPEN_KEY = "sha256:…"
"""What a draft writes for a key that is still to be named."""

Level = tuple[str, str]
"""(policy, level): a mark of one member's own classification."""


@dataclass(frozen=True, slots=True)
class Reservations:
    """What one party keeps out, in both directions."""

    peers: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Party:
    """A member as party over [since, until). `ceiling` caps what it receives; None is no cap."""

    member: str
    key: str = ""
    window: Window = ALWAYS
    ceiling: str | None = None
    designates: frozenset[str] = frozenset()
    reservations: Reservations = Reservations()


@dataclass(frozen=True, slots=True)
class Provision:
    """One field of cooperation. `kinds` None admits all; `directions` None is all directions."""

    field: str
    clause: str = ""
    kinds: frozenset[str] | None = None
    excluded_kinds: frozenset[str] = frozenset()
    ceiling: str | None = None
    directions: frozenset[tuple[str, str]] | None = None

    def runs(self, giver: str, receiver: str) -> bool:
        """Whether the provision has this direction."""
        return self.directions is None or (giver, receiver) in self.directions

    def admits(self, kind: str) -> bool:
        """Whether items of this STIX type are among its kinds."""
        return (self.kinds is None or kind in self.kinds) and kind not in self.excluded_kinds


@dataclass(frozen=True, slots=True)
class Entry:
    """What it takes to enter into force: all signed, all notified, or a number of signatures."""

    kind: str = "all-signed"
    signatures: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """What one version grants. `scale` rises; `equivalence` maps a member's mark to a level of it.

    `receives` maps (policy, common level) to the mark that a party of that policy puts on what it gets.
    """

    parties: Mapping[str, Party]
    provisions: tuple[Provision, ...]
    in_force: Window = ALWAYS
    entry: Entry = Entry()
    covers_existing: bool = False
    scale: tuple[str, ...] = ()
    equivalence: Mapping[Level, str] = field(default_factory=dict)
    receives: Mapping[Level, str] = field(default_factory=dict)
    fields_exhaustive: bool = True
    field_match: bool = False
    onward: str = "prior-consent"
    need_to_know: frozenset[str] = frozenset()

    @property
    def fields(self) -> tuple[str, ...]:
        """The named fields of cooperation, each once, in the order of the provisions."""
        return tuple(dict.fromkeys(provision.field for provision in self.provisions))

    def rank(self, policy: str, level: str) -> int | None:
        """Where a member's mark stands on the scale, None where no row maps it."""
        common = self.equivalence.get((policy, level))
        return None if common is None else self.scale.index(common)

    def cap(self, ceiling: str | None) -> int:
        """A ceiling as a rank; no ceiling is the top of the scale, one that the scale has not is below it."""
        if ceiling is None:
            return len(self.scale)
        return self.scale.index(ceiling) if ceiling in self.scale else -1


def read_terms(reader: Reader) -> Terms:
    """The terms under `reader`; every fault goes to the reader, and then the result means nothing."""
    scale = reader.texts("scale")
    listed = _read_parties(reader, scale)
    parties = {party.member: party for _, party in listed}
    provisions = reader.each("provisions", lambda one: _read_provision(one, scale, parties), required=True)
    if not provisions and isinstance(reader.value.get("provisions"), list | tuple):
        reader.fault(
            "provisions", "at least one provision is needed; without one the agreement covers nothing"
        )
    for entry, party in listed:
        check_reservations(entry, party, parties)
    span = reader.inner("in_force")
    equivalence, receives = _read_equivalence(reader, scale)
    return Terms(
        parties=parties,
        provisions=provisions,
        in_force=span.done(Reader.window) if span else ALWAYS,
        entry=_read_entry(reader, len(parties)),
        covers_existing=reader.choice("covers_existing", COVERS_EXISTING, "none") == "all",
        scale=scale,
        equivalence=equivalence,
        receives=receives,
        fields_exhaustive=reader.flag("fields_exhaustive", True),
        field_match=reader.choice("release", RELEASE, "originator-cites") == "field-match",
        onward=reader.choice("onward", ONWARD, "prior-consent"),
        need_to_know=frozenset(reader.texts("need_to_know")),
    )


def read_party(reader: Reader, scale: tuple[str, ...]) -> Party:
    """One party; also the newcomer of an accession."""
    return Party(
        member=reader.name("member", "member"),
        key=_read_key(reader),
        window=reader.window(),
        ceiling=_read_ceiling(reader, scale),
        designates=frozenset(reader.texts("designates")),
        reservations=_read_reservations(reader),
    )


def check_reservations(reader: Reader, party: Party, parties: Collection[str]) -> None:
    """A reservation is against another party; of a field, also of one that no provision names yet."""
    for peer in sorted(party.reservations.peers - (set(parties) - {party.member})):
        reader.fault("reservations", f'"{peer}" is no other party')


def _read_parties(reader: Reader, scale: tuple[str, ...]) -> list[tuple[Reader, Party]]:
    """The parties in order, each with the reader of its entry."""
    found: list[tuple[Reader, Party]] = []
    for entry in reader.entries("parties", required=True):
        party = entry.done(lambda one: read_party(one, scale))
        if party.member and any(party.member == other.member for _, other in found):
            entry.fault("member", f'"{party.member}" is listed twice; each member is a party once')
        found.append((entry, party))
    members = {party.member for _, party in found}
    if isinstance(reader.value.get("parties"), list | tuple) and len(members) < 2:
        reader.fault("parties", "an agreement takes at least two parties")
    return found


def _read_key(reader: Reader) -> str:
    key = reader.text("key")
    if key not in ("", _OPEN_KEY) and not is_digest(key):
        reader.fault("key", '"sha256:" and 64 hexadecimal digits are wanted; `opsroom key show` prints it')
    return key


def _read_reservations(reader: Reader) -> Reservations:
    kept: dict[str, set[str]] = {"peer": set(), "field": set(), "kind": set()}
    for entry in reader.entries("reservations"):
        named = [key for key in kept if entry.has(key)]
        if len(named) != 1:
            entry.fault("", "a reservation names one of peer, field, kind")
        for key in named:
            kept[key].add(entry.text(key, required=True))
        if entry.has("kind") and (reason := type_fault(entry.text("kind"))):
            entry.fault("kind", reason)
        entry.finish()
    return Reservations(frozenset(kept["peer"]), frozenset(kept["field"]), frozenset(kept["kind"]))


def _read_ceiling(reader: Reader, scale: tuple[str, ...]) -> str | None:
    ceiling = reader.optional_text("ceiling")
    if ceiling is None or ceiling in scale:
        return ceiling
    where = "is not on this agreement's scale" if scale else "is given, but this agreement has no levels"
    reader.fault("ceiling", f'"{ceiling}" {where}')
    return None


def _read_provision(reader: Reader, scale: tuple[str, ...], parties: Mapping[str, Party]) -> Provision:
    ceiling = _read_ceiling(reader, scale)
    if scale and not reader.has("ceiling"):
        reader.fault("ceiling", f"is missing; one of {', '.join(scale)}")
    return Provision(
        field=reader.name("field", "field"),
        clause=reader.text("clause"),
        kinds=_read_kinds(reader, "kinds") if reader.has("kinds") else None,
        excluded_kinds=_read_kinds(reader, "excluded_kinds"),
        ceiling=ceiling,
        directions=_read_directions(reader, parties),
    )


def _read_kinds(reader: Reader, key: str) -> frozenset[str]:
    kinds = reader.texts(key)
    for index, kind in enumerate(kinds):
        if reason := type_fault(kind):
            reader.fault(f"{key}[{index}]", reason)
    return frozenset(kinds)


def _read_directions(reader: Reader, parties: Mapping[str, Party]) -> frozenset[tuple[str, str]] | None:
    listed = reader.raw("directions")
    if listed is None or listed == "all":
        return None
    if not isinstance(listed, list | tuple):
        reader.fault("directions", '"all" or a list of [originator, recipient] pairs is wanted here')
        return frozenset()
    pairs: set[tuple[str, str]] = set()
    for index, pair in enumerate(listed):
        if not isinstance(pair, list | tuple) or len(pair) != 2 or pair[0] == pair[1]:
            reader.fault(
                f"directions[{index}]", "a pair [originator, recipient] of two parties is wanted here"
            )
        elif strangers := [str(one) for one in pair if one not in parties]:
            reader.fault(f"directions[{index}]", f'"{strangers[0]}" is no party')
        else:
            pairs.add((str(pair[0]), str(pair[1])))
    return frozenset(pairs)


def _read_equivalence(reader: Reader, scale: tuple[str, ...]) -> tuple[dict[Level, str], dict[Level, str]]:
    rows: dict[Level, str] = {}
    receives: dict[Level, str] = {}
    for entry in reader.entries("equivalence"):
        mark = (entry.text("policy", required=True), entry.text("level", required=True))
        common = entry.text("is", required=True)
        if entry.has("is") and common not in scale:
            entry.fault("is", f'"{common}" is not on this agreement\'s scale')
        elif mark in rows:
            entry.fault("", f"{mark[0]} {mark[1]} is mapped twice")
        else:
            rows[mark] = common
        if entry.flag("receives", False) and receives.setdefault((mark[0], common), mark[1]) != mark[1]:
            entry.fault("receives", f"{mark[0]} receives {common} as {receives[mark[0], common]} already")
        entry.finish()
    return rows, receives


def _read_entry(reader: Reader, parties: int) -> Entry:
    listed = reader.raw("entry")
    if isinstance(listed, Mapping):
        inner = Reader.over(listed, reader.at("entry"), reader.faults)
        number = inner.whole("signatures", 2, least=2, required=True)
        inner.finish()
        if number > parties:
            inner.fault("signatures", f"{number} signatures cannot come from {parties} parties")
        return Entry("signatures", number)
    return Entry(reader.choice("entry", ("all-signed", "all-notified"), "all-signed"))
