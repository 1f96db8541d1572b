"""The originator's label on an item. A handling only ever narrows; it grants nothing to anybody.

It travels as a STIX `marking-definition` with our extension (`HANDLING_EXTENSION`), beside the TLP 2.0
marking, and is an instruction to the room: it is never served as received (`opsroom.core.served`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from opsroom.core.canonical import canonical, digest
from opsroom.core.reading import Reader
from opsroom.core.stix.tlp import TLP_ORDER, strictest
from opsroom.core.timestamps import Instant, render
from opsroom.errors import Fault, Malformed

HANDLING_EXTENSION = "extension-definition--6f1d9c52-0a1e-4c0b-9a53-5c4f2f6f0d41"
"""The id of the published extension definition; the key under `extensions` of a handling marking."""

PAP = ("clear", "green", "amber", "red")
_SHUT = "must be later than not_before"


@dataclass(frozen=True, slots=True, order=True)
class Foreign:
    """A source outside the room that the item came from, on its terms, `consent`: where that is filed, "" for none."""

    source: str
    terms: str = ""
    consent: str = ""


@dataclass(frozen=True, slots=True)
class Handling:
    """One label. `policy` and `level` are "" for an item without a level; `rel_to` None is no list, empty nobody.

    `tlp` is kept as written: a word that is no TLP is a label fault at the decision, not here.
    `unresolved` says that a marking on the object leads nowhere, or that a signature on it does not hold.
    """

    fields: tuple[str, ...] = ()
    policy: str = ""
    level: str = ""
    tlp: str = "amber"
    rel_to: frozenset[str] | None = None
    not_to: frozenset[str] = frozenset()
    cites: frozenset[str] = frozenset()
    originator_control: bool = False
    need_to_know: frozenset[str] = frozenset()
    not_before: Instant | None = None
    expires: Instant | None = None
    foreign: tuple[Foreign, ...] = ()
    pap: str = ""
    evidence: str = ""
    purposes: tuple[str, ...] = ()
    unresolved: bool = False

    @property
    def fault(self) -> str | None:
        """Why the label cannot be applied (design: step 2 of the decision), None where it can."""
        if not self.fields:
            return "it names no field"
        if self.tlp not in TLP_ORDER:
            return f'"{self.tlp}" is no TLP'
        if bool(self.policy) != bool(self.level):
            return "it has a policy without a level, or a level without a policy"
        return "a marking on it cannot be resolved, or a signature fails" if self.unresolved else None

    @property
    def shut(self) -> bool:
        """Whether it ends before it begins, so that nobody would ever get the item."""
        return None not in (self.not_before, self.expires) and self.expires <= self.not_before  # type: ignore[operator]

    def as_mapping(self) -> dict[str, object]:
        """The label as it is written in a file; what is absent there is absent here."""
        found: dict[str, object] = {"fields": list(self.fields), "tlp": self.tlp}
        if self.policy or self.level:
            found |= {"policy": self.policy, "level": self.level}
        if self.rel_to is not None:
            found["rel_to"] = sorted(self.rel_to)
        for key, names in (
            ("not_to", self.not_to),
            ("cites", self.cites),
            ("need_to_know", self.need_to_know),
        ):
            if names:
                found[key] = sorted(names)
        for key, instant in (("not_before", self.not_before), ("expires", self.expires)):
            if instant is not None:
                found[key] = render(instant)
        if self.originator_control:
            found["originator_control"] = True
        if self.foreign:
            found["foreign"] = [
                {"from": one.source, "terms": one.terms, "consent": one.consent} for one in self.foreign
            ]
        if self.pap:
            found["pap"] = self.pap
        if self.evidence or self.purposes:
            found["use"] = {"evidence": self.evidence, "purposes": list(self.purposes)}
        if self.unresolved:
            found["unresolved"] = True
        return found

    @property
    def digest(self) -> str:
        """One text for one label: equal labels have equal digests."""
        return digest(canonical(self.as_mapping()))


def read_handling(reader: Reader) -> Handling:
    """The handling under `reader`, as somebody gives it; every fault goes to the reader."""
    found = read_label(reader)
    if found.pap not in ("", *PAP):
        reader.fault("pap", f'"{found.pap}" is not one of {", ".join(PAP)}')
    if found.shut:
        reader.fault("expires", _SHUT)
    return found


def read_label(reader: Reader) -> Handling:
    """The handling under `reader` as a fact, which need not make sense; every fault goes to the reader."""
    use = reader.inner("use")
    evidence, purposes = use.done(_read_use) if use else ("", ())
    return Handling(
        fields=tuple(sorted(reader.texts("fields"))),
        policy=reader.text("policy"),
        level=reader.text("level"),
        tlp=reader.text("tlp", "amber"),
        rel_to=reader.names("rel_to"),
        not_to=frozenset(reader.texts("not_to")),
        cites=frozenset(reader.texts("cites")),
        originator_control=reader.flag("originator_control", False),
        need_to_know=frozenset(reader.texts("need_to_know")),
        not_before=reader.instant("not_before"),
        expires=reader.instant("expires"),
        foreign=tuple(sorted(set(reader.each("foreign", _read_foreign)))),
        pap=reader.text("pap"),
        evidence=evidence,
        purposes=purposes,
        unresolved=reader.flag("unresolved", False),
    )


def parse_handling(value: object, path: str = "handling") -> Handling:
    """The handling that a mapping states. Raises `Malformed` with every fault."""
    faults: list[Fault] = []
    found = Reader.over(value, path, faults).done(read_handling)
    if faults:
        raise Malformed(faults)
    return found


def narrowed(default: Handling, own: Handling | None, *, stated: Iterable[str] = ()) -> Handling:
    """The label of an object posted where `default` applies and which bears the label `own`.

    The posting's field is always among the fields, and its citations bound the object's: both only
    narrow. What the object's label leaves open (level, TLP where not in `stated`, lists) comes from the default.
    """
    if own is None:
        return default
    keys = frozenset(stated)
    cites = own.cites & default.cites if own.cites and default.cites else own.cites or default.cites
    if (own.cites or default.cites) and not cites:
        cited = ", ".join(sorted(own.cites))
        raise Malformed(
            [Fault("cites", f"the label cites {cited} only; post the object under that agreement")]
        )
    lists = [names for names in (default.rel_to, own.rel_to) if names is not None]
    levelled = own if own.policy or own.level else default
    found = replace(
        own,
        fields=tuple(sorted({*own.fields, *default.fields})),
        policy=levelled.policy,
        level=levelled.level,
        tlp=own.tlp if "tlp" in keys else default.tlp,
        rel_to=frozenset.intersection(*lists) if lists else None,
        not_to=own.not_to | default.not_to,
        cites=cites,
        originator_control=own.originator_control or default.originator_control,
        need_to_know=own.need_to_know | default.need_to_know,
        not_before=max((x for x in (own.not_before, default.not_before) if x is not None), default=None),
        expires=min((x for x in (own.expires, default.expires) if x is not None), default=None),
        foreign=tuple(sorted({*own.foreign, *default.foreign})),
        pap=own.pap or default.pap,
        evidence=own.evidence or default.evidence,
        purposes=own.purposes or default.purposes,
    )
    if found.shut:
        raise Malformed([Fault("expires", _SHUT)])
    return found


def bound(
    default: Handling,
    own: "tuple[Handling, frozenset[str]] | None",
    *,
    on_object: Iterable[str | None],
    containers: Iterable[str] = (),
) -> Handling:
    """The label that binds an object: `default` narrowed by the handling that it bears, under its TLP.

    The strictest TLP anywhere on the object counts (`on_object`, and the handling's where it states one);
    without any, the strictest of the containers that reach it; else the default's. A word that is no TLP
    stays, as a label fault. Raises `Malformed` like `narrowed`.
    """
    label = default if own is None else narrowed(default, own[0], stated=own[1])
    stated = own is not None and "tlp" in own[1]
    if label.tlp not in TLP_ORDER:
        return label
    tlp = strictest(*on_object, label.tlp if stated else None) or strictest(*containers) or label.tlp
    return replace(label, tlp=tlp)


def handling_of_marking(properties: Mapping[str, object]) -> tuple[Handling, frozenset[str]] | None:
    """The handling that a marking-definition carries and the keys that it states, None where it carries none.

    Raises `Malformed` where the extension is there and wrong.
    """
    extensions = properties.get("extensions")
    if properties.get("type") != "marking-definition" or not isinstance(extensions, Mapping):
        return None
    body = extensions.get(HANDLING_EXTENSION)
    if body is None:
        return None
    path = f"extensions.{HANDLING_EXTENSION}"
    stated = (
        {key: value for key, value in body.items() if key != "extension_type"}
        if isinstance(body, Mapping)
        else body
    )
    return parse_handling(stated, path), frozenset(stated)


def _read_use(reader: Reader) -> tuple[str, tuple[str, ...]]:
    return reader.text("evidence"), reader.texts("purposes")


def _read_foreign(reader: Reader) -> Foreign:
    consent = reader.raw("consent")
    if isinstance(consent, bool):
        consent = "recorded" if consent else ""
    elif consent is not None and not isinstance(consent, str):
        reader.fault("consent", "true, false or the name of the recorded consent is wanted here")
    return Foreign(
        source=reader.text("from", required=True), terms=reader.text("terms"), consent=str(consent or "")
    )
