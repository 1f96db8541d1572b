"""Events as a feed that a MISP server pulls: `manifest.json`, `hashes.csv`, and `<uuid>.json` for each event.

The manifest names each event by its UUID with what a server needs to decide whether to fetch it; the hashes
(MD5 of each value, and of each half of a composite one) let it correlate without fetching anything.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator

from opsroom.connectors.misp.elements import Body
from opsroom.connectors.misp.outgoing import Published
from opsroom.core.canonical import canonical


def feed(events: Iterable[Published]) -> dict[str, bytes]:
    """The files of a feed by name."""
    listed = list(events)
    files = {f"{one.uuid}.json": one.event for one in listed}
    return {"manifest.json": manifest(listed), "hashes.csv": hashes_csv(listed), **files}


def manifest(events: Iterable[Published]) -> bytes:
    """`manifest.json`: by UUID, what is to be known of each event before it is fetched."""
    return canonical({one.uuid: _entry(_body(one)) for one in events})


def hashes_csv(events: Iterable[Published]) -> bytes:
    """`hashes.csv`: a line `md5,event uuid` for each value of each event."""
    lines = [f"{hash},{one.uuid}\n" for one in events for hash in dict.fromkeys(_hashes(_body(one)))]
    return "".join(lines).encode()


def _body(one: Published) -> Body:
    found: Body = json.loads(one.event)["Event"]
    return found


def _entry(event: Body) -> Body:
    return {
        "Orgc": event["Orgc"],
        "Tag": event.get("Tag", []),
        **{key: event[key] for key in ("info", "date", "analysis", "threat_level_id", "timestamp")},
    }


def _hashes(event: Body) -> Iterator[str]:
    attributes = [*event.get("Attribute", ())]
    attributes += [inner for one in event.get("Object", ()) for inner in one.get("Attribute", ())]
    for attribute in attributes:
        value = str(attribute["value"])
        composite = "|" in attribute["type"] or attribute["type"] == "malware-sample"
        for part in value.split("|") if composite else [value]:
            yield hashlib.md5(part.encode(), usedforsecurity=False).hexdigest()
