"""Turns what was sent (path, query, body) into a request, or says everything that is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

from opsroom.errors import MOST_FAULTS, Fault, Malformed, told
from opsroom.wire.request import Request

R = TypeVar("R", bound=Request[Any])


def read_request(kind: type[R], named: Mapping[str, str], sent: object, *, as_text: bool) -> R:
    """The request of a kind. `sent` are the parameters (`as_text`: numbers and flags are written out) or the body.

    Raises `Malformed` with every fault, each at its path.
    """
    reading = _Reading(as_text)
    if not isinstance(sent, Mapping):
        raise Malformed("the body is a JSON object")
    for name in sorted(named.keys() & sent.keys()):
        reading.fault(name, "stands in the path: leave it out here")
    found = reading.struct(kind, {**sent, **named}, "")
    if reading.faults:
        raise Malformed(reading.faults)
    return kind(**found)


def parameters_of(pairs: Iterable[tuple[str, str]], kind: type[Request[Any]]) -> dict[str, object]:
    """The parameters of a query as members: those that are lists may be repeated, no other may."""
    lists = {one.encode_name for one in msgspec.structs.fields(kind) if _is_list(one.type)}
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, value in pairs:
        if name in lists:
            found.setdefault(name, []).append(value)
        elif name in found:
            faults.append(Fault(name[:60], "stands more than once: give it once"))
        else:
            found[name] = value
    if faults:
        raise Malformed(faults)
    return found


@dataclass(slots=True)
class _Reading:
    as_text: bool
    faults: list[Fault] = field(default_factory=list)

    def struct(self, kind: Any, sent: Mapping[str, object], path: str) -> dict[str, Any]:
        """The fields of a struct, each read by itself, so that one fault hides no other."""
        known = {one.encode_name: one for one in msgspec.structs.fields(kind)}
        for name in sent.keys() - known.keys():
            self.fault(_below(path, str(name)[:60]), "is not known here")
        found: dict[str, Any] = {}
        for name, one in known.items():
            if name in sent:
                found[one.name] = self.value(one.type, sent[name], _below(path, name))
            elif one.required:
                self.fault(_below(path, name), "is missing")
        return found

    def value(self, kind: Any, sent: object, path: str) -> Any:
        """One value; a struct in it is read field by field."""
        inner = _struct_of(kind)
        if inner is not None and isinstance(sent, Mapping):
            before = len(self.faults)
            found = self.struct(inner, sent, path)
            return inner(**found) if len(self.faults) == before else None
        element = _element_of(kind)
        if element is not None and isinstance(sent, list):
            before = len(self.faults)
            for place, one in enumerate(sent):
                self.value(element, one, f"{path}[{place}]")
            if len(self.faults) > before:
                return None
        try:
            return msgspec.convert(sent, kind, strict=not self.as_text)
        except msgspec.ValidationError as error:
            reason, _, where = str(error).partition(" - at `$")
            self.fault(path + where.removesuffix("`"), reason[:1].lower() + reason[1:])
            return None

    def fault(self, path: str, reason: str) -> None:
        self.faults.append(Fault(path, reason))
        if len(self.faults) > MOST_FAULTS:
            raise Malformed(told(self.faults))


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _options(kind: Any) -> tuple[Any, ...]:
    """The types of a union, without None; else the type itself."""
    if get_origin(kind) is Annotated:
        return _options(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return tuple(one for one in get_args(kind) if one is not NoneType)
    return (kind,)


def _struct_of(kind: Any) -> Any:
    [first, *others] = _options(kind)
    return first if not others and isinstance(first, type) and issubclass(first, msgspec.Struct) else None


def _element_of(kind: Any) -> Any:
    """The type of the elements of a list of any length, None for another type."""
    [first, *others] = _options(kind)
    found = get_args(first)
    return found[0] if not others and get_origin(first) is tuple and found[1:] == (...,) else None


def _is_list(kind: Any) -> bool:
    return any(get_origin(one) in (list, tuple) for one in _options(kind))
