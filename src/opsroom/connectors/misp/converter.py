"""The official converter between MISP and STIX 2.1 (`misp-stix`), both ways, on plain mappings.

It is an extra, `opsroom[misp]`, and is imported on first use: it brings some 80 MB of libraries along. What
it logs is silenced, since all of it is in the messages that it keeps.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from opsroom.connectors.misp.elements import Body
from opsroom.errors import Unavailable

Object = dict[str, Any]

_BUNDLE = "bundle--5f0c4c5e-6d3f-4d43-9b52-0b6f7e0c6a11"
_EVENT_TYPES = ("report", "grouping")


def stix_of(event: Body) -> tuple[list[Object], list[str]]:
    """The STIX objects of an event (what stands under `Event`), and the converter's messages.

    Organisations that sighted something and access markings may state no time: they take that of the event.
    Nothing comes back where the converter fails altogether.
    """
    parser = _library().MISPtoSTIX21Parser()
    try:
        parser.parse_misp_event({"Event": event})
        found = [_plain(one) for one in parser.stix_objects]
    except Exception as error:
        return [], [f"the converter failed: {error!r}"]
    moment = next((one["created"] for one in found if one["type"] in _EVENT_TYPES), None)
    timeless = set(_timeless(event))
    for one in found:
        if one["id"] in timeless and moment is not None:
            one |= dict.fromkeys(one.keys() & {"created", "modified"}, moment)
    return found, list(_messages(parser))


def misp_of(objects: Iterable[Object], *, internal: bool) -> tuple[Body, list[str]]:
    """The MISP event of STIX objects, one event whatever they are, and the converter's messages.

    `internal`: the converter made the objects from MISP, so that it can go back the way it came. Nothing comes
    back where the converter fails altogether.
    """
    library = _library()
    name = "InternalSTIX2toMISPParser" if internal else "ExternalSTIX2toMISPParser"
    parser = getattr(library, name)()
    given, unread = _parsed(objects)
    try:
        bundle = import_module("stix2.v21").Bundle(
            *given, id=_BUNDLE, allow_custom=True, interoperability=True
        )
        parser.load_stix_bundle(bundle)
        parser.parse_stix_bundle(single_event=True)
        found = json.loads(parser.misp_event.to_json())
    except Exception as error:
        return {}, [*unread, f"the converter failed: {error!r}"]
    return found, [*unread, *_messages(parser)]


@cache
def _library() -> ModuleType:
    try:
        found = import_module("misp_stix_converter")
    except ImportError:
        raise Unavailable(
            "MISP needs the converter misp-stix, which is not installed: pip install 'opsroom[misp]'"
        ) from None
    for name in ("pymisp", "misp_stix_converter"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return found


def _plain(one: Any) -> Object:
    return dict(one) if isinstance(one, dict) else json.loads(one.serialize())


def _parsed(objects: Iterable[Object]) -> tuple[list[Any], list[str]]:
    """The objects as the converter's library reads them, and what it does not read."""
    parse = import_module("stix2").parse
    found: list[Any] = []
    unread: list[str] = []
    for one in objects:
        try:
            found.append(parse(one, allow_custom=True, interoperability=True, version="2.1"))
        except Exception as error:
            unread.append(f"{one['id']} is not read: {error}")
    return found, unread


def _messages(parser: Any) -> Iterator[str]:
    """Errors and warnings, each on one line: of a traceback, what it ends with."""
    for kept in (parser.errors, parser.warnings):
        for messages in kept.values():
            for message in messages:
                head, *rest = str(message).splitlines() or [""]
                head = head.partition('  File "')[0].rstrip(": ")
                yield f"{head}: {rest[-1].strip()}" if rest else head


def _timeless(value: object) -> Iterator[str]:
    """The ids of what the converter would date by the clock."""
    if isinstance(value, dict):
        for sighting in value.get("Sighting") or ():
            yield f"identity--{(sighting.get('Organisation') or {}).get('uuid')}"
        for cluster in value.get("GalaxyCluster") or ():
            if "created" not in (cluster.get("meta") or {}):
                yield f"marking-definition--{cluster['uuid']}"
        for one in value.values():
            yield from _timeless(one)
    elif isinstance(value, list):
        for one in value:
            yield from _timeless(one)
