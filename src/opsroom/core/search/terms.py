"""The terms of one STIX object, each with a weight.

1. Human text gives words; a name counts more than an alias, that more than other text. Names of properties,
   references, timestamps, hashes and payloads give none.
2. Values of cyber-observable objects, ids and what a pattern looks for are observables. So is what any other
   text mentions, defanged or not (`mentions`), and any that is as a whole what `recognised` knows.
3. An address or block has its own term beside that, and so has a domain. A URL and an e-mail address also give
   the terms of their host.
4. Of a handling nothing is found by what it says: each of its readers is served another view of it.
5. An object has at most `MOST_WORDS` distinct words, those of names and aliases first. Observables are not
   limited: each takes its room in the object.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from opsroom.core.jsontext import decode
from opsroom.core.search import words
from opsroom.core.search.defang import unmarked
from opsroom.core.search.mentions import mentions
from opsroom.core.search.observables import Observable, recognised
from opsroom.core.search.patterns import constants
from opsroom.core.served import is_handling

MOST_WORDS = 20_000
"""How many distinct words of one object are kept."""
HEAVIEST = 100
"""No weight is greater."""

_NAME, _ALIAS, _TEXT = 4, 3, 1
_VALUE, _MENTION = 4, 1

_WEIGHTS = {"name": _NAME, "title": _NAME, "aliases": _ALIAS, "x_mitre_aliases": _ALIAS}
_SILENT = frozenset(
    {
        "created",
        "granular_markings",
        "lang",
        "modified",
        "pattern_type",
        "pattern_version",
        "spec_version",
        "type",
        "valid_from",
        "valid_until",
    }
)
_WORDLESS = frozenset({"id", "url"})
_VALUES = frozenset(
    {
        "account_login",
        "command_line",
        "cpe",
        "external_id",
        "id",
        "imphash",
        "key",
        "message_id",
        "path",
        "serial_number",
        "sid",
        "swid",
        "user_id",
        "value",
        "x_misp_value",
    }
)
_NAMED_BY_VALUE = frozenset({"file", "mutex", "process", "software"})
"""The types of cyber-observable object whose name is what one looks for."""
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:", re.ASCII)
_LIKE_AN_OBSERVABLE = re.compile(r"[^\s.:@]*+[.:@]\S*+|[0-9A-Fa-f]{32,128}+")


class _Treatment(NamedTuple):
    """What becomes of the text of a property.

    `words`: the weight of each of its words, 0 for none. `value`: the weight that it has as an observable,
    0 where it is one only if it looks like one.
    """

    words: int
    value: int


@lru_cache(maxsize=4096)
def _treatment(type: str, name: str) -> _Treatment | None:
    """For a property of an object of a type (of a part of one: ""); None where nothing in it is for searching."""
    if name.endswith(("_ref", "_refs", "_bin")) or name in _SILENT:
        return None
    words = 0 if name in _WORDLESS else _WEIGHTS.get(name, _TEXT)
    is_value = name in _VALUES or (name == "name" and type in _NAMED_BY_VALUE)
    return _Treatment(words, _VALUE if is_value else 0)


def terms_of(raw: bytes) -> dict[str, int]:
    """The terms of the object that `raw` holds as JSON, with weights from 1 to `HEAVIEST`.

    Malformed where it holds no JSON object.
    """
    members = decode(raw)
    if is_handling(members):
        members = {name: value for name, value in members.items() if name != "extensions"}
    found = _Found()
    found.read(members, str(members.get("type", "")))
    return found.terms()


class _Found:
    """What one object has shown so far: texts with the weight of their words, terms of observables with theirs."""

    __slots__ = ("observables", "texts")

    def __init__(self) -> None:
        self.texts: list[tuple[int, str]] = []
        self.observables: dict[str, int] = {}

    def read(self, members: Mapping[str, object], type: str) -> None:
        """Everything in an object of a type, or in a part of one (then `type` is empty)."""
        for name, value in members.items():
            treatment = _treatment(type, name)
            if treatment is None:
                continue
            if name == "pattern" and isinstance(value, str) and members.get("pattern_type", "stix") == "stix":
                self._pattern(value)
            elif name == "number" and type == "autonomous-system":
                self._observe(recognised(f"as{value}"), _VALUE)
                self.texts.append((_TEXT, str(value)))
            elif isinstance(value, dict) and name in ("hashes", "objects"):
                self._collection(name, value.values())
            else:
                self._value(treatment, value)

    def terms(self) -> dict[str, int]:
        """All terms found."""
        found = {f"w:{word}": min(weight, HEAVIEST) for word, weight in self._words().items()}
        for term, weight in self.observables.items():
            found[term] = min(weight, HEAVIEST)
        return found

    def _collection(self, name: str, entries: Iterable[object]) -> None:
        """Hashes by algorithm, or the objects that observed data of STIX 2.0 hold."""
        for entry in entries:
            if isinstance(entry, dict):
                self.read(entry, str(entry.get("type", "")))
            elif isinstance(entry, str) and name == "hashes":
                self._observe(recognised(entry), _VALUE)

    def _value(self, treatment: _Treatment, value: object) -> None:
        if isinstance(value, str):
            self._text(treatment, value)
        elif isinstance(value, list):
            for entry in value:
                self._value(treatment, entry)
        elif isinstance(value, dict):
            self.read(value, "")

    def _text(self, treatment: _Treatment, text: str) -> None:
        if not treatment.value and _TIMESTAMP.match(text):
            return
        self._values_of(text, treatment.value)
        if treatment.words:
            self.texts.append((treatment.words, text))

    def _pattern(self, pattern: str) -> None:
        for constant in constants(pattern):
            if constant.values is not None:
                self._values_of(constant.values, _VALUE if constant.wanted else 0)
            self.texts.append((_TEXT, constant.text))

    def _values_of(self, text: str, weight: int) -> None:
        """The observable that a text is, if `weight` says so or if it looks like one; else those that it mentions."""
        if weight or _LIKE_AN_OBSERVABLE.fullmatch(text):
            whole = recognised(text)
            if weight or whole.form != "other":
                self._observe(whole, weight or _MENTION)
            if whole.form != "other":
                return
        for mentioned in mentions(text):
            self._observe(mentioned, _MENTION)

    def _observe(self, observable: Observable, weight: int) -> None:
        if not observable.value:
            return
        for term in observable.terms:
            self.observables[term] = self.observables.get(term, 0) + weight
        if observable.host:
            self._observe(recognised(observable.host), _MENTION)

    def _words(self) -> dict[str, int]:
        """The words of all texts, those that count most first, as far as `MOST_WORDS` goes."""
        found: dict[str, int] = {}
        for weight, text in sorted(self.texts, key=itemgetter(0), reverse=True):
            for word in words.words(unmarked(text)):
                if word in found:
                    found[word] += weight
                elif len(found) < MOST_WORDS:
                    found[word] = weight
        return found
