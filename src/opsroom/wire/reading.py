"""Turns what was sent (path, query, body) into a request, or says everything that is wrong with it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

from opsroom.errors import MOST_FAULTS, Fault, Malformed, told
from opsroom.wire.request import READS, Request

R = TypeVar("R", bound=Request[Any])


def read_parameters(kind: type[R], named: Mapping[str, str], pairs: Iterable[tuple[str, str]]) -> R:
    """The request that path and query say; numbers and flags are written out in them.

    Raises `Malformed` with every fault, each at its path.
    """
    reading = _Reading(as_text=True)
    return reading.request(kind, named, reading.members(pairs, kind))


def read_body(
    kind: type[R], named: Mapping[str, str], sent: object, pairs: Iterable[tuple[str, str]] = ()
) -> R:
    """The request that path and body say; the query says nothing then. Raises as `read_parameters` does."""
    reading = _Reading(as_text=False)
    for name in dict.fromkeys(name for name, _ in pairs):
        reading.fault(name[:60], "is a parameter: this request says everything in its body")
    if not isinstance(sent, Mapping):
        reading.fault("", "the body is a JSON object")
        sent = {}
    return reading.request(kind, named, sent)


@dataclass(slots=True)
class _Reading:
    as_text: bool
    faults: list[Fault] = field(default_factory=list)

    def request(self, kind: type[R], named: Mapping[str, str], sent: Mapping[str, object]) -> R:
        """The request, or every fault of it."""
        for name in sorted(named.keys() & sent.keys()):
            self.fault(name, "stands in the path: leave it out here")
        found = self.struct(kind, {**sent, **named}, "")
        if self.faults:
            raise Malformed(self.faults)
        return kind(**found)

    def members(self, pairs: Iterable[tuple[str, str]], kind: type[Request[Any]]) -> dict[str, object]:
        """The parameters of a query as members: those that are lists may be repeated, no other may."""
        lists = {one.encode_name for one in msgspec.structs.fields(kind) if _is_list(one.type)}
        found: dict[str, Any] = {}
        repeated: dict[str, None] = {}
        for name, value in pairs:
            if name in lists:
                found.setdefault(name, []).append(value)
            elif name in found:
                repeated[name] = None
            else:
                found[name] = value
        for name in repeated:
            self.fault(name[:60], "stands more than once: give it once")
        return found

    def struct(self, kind: Any, sent: Mapping[str, object], path: str) -> dict[str, Any]:
        """The fields of a struct, each read by itself, so that one fault hides no other."""
        known = {one.encode_name: one for one in msgspec.structs.fields(kind)}
        for name in sorted(map(str, sent.keys() - known.keys())):
            self.fault(_below(path, name[:60]), "is not known here")
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
            found = msgspec.convert(sent, kind, strict=not self.as_text)
            for read in _readers(kind) if found is not None else ():
                read(found)
        except msgspec.ValidationError as error:
            reason, _, where = str(error).partition(" - at `$")
            self.fault(path + where.removesuffix("`"), reason[:1].lower() + reason[1:])
        except Malformed as error:
            for one in error.faults:
                self.fault(path, one.reason)
        except ValueError as error:
            self.fault(path, str(error))
        else:
            return found
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


@cache
def _readers(kind: Any) -> tuple[Callable[[Any], object], ...]:
    """What a value of this type must be readable by, beyond its shape (`READS`)."""
    if get_origin(kind) in (Union, UnionType):
        return tuple(read for one in get_args(kind) for read in _readers(one))
    if get_origin(kind) is not Annotated:
        return ()
    inner, *metas = get_args(kind)
    own = (meta.extra[READS] for meta in metas if meta.extra and READS in meta.extra)
    return (*own, *_readers(inner))


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
