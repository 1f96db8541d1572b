"""Released STIX objects gathered into events.

1. Of several versions of an object the newest counts; what its originator revoked is in no event.
2. Each report and grouping is an event, with what it refers to, what that refers to in turn (other reports
   and groupings aside), and what is said of two or more things in it: relationships, sightings, notes.
3. What is in none goes into one event a day, by the day (UTC) on which it was last modified; an observable by
   that of what refers to it, else into one event without a day.
4. Identities and definitions come along where they are referred to; they make no event by themselves.

All of it follows from the objects and the namespace alone, so that the same objects give the same events.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from opsroom.core.stix.objects import StixObject, kept
from opsroom.core.timestamps import stix_sort_key

_CONTAINERS = frozenset({"report", "grouping"})
ABOUT = frozenset({"relationship", "sighting", "note", "opinion"})
"""What is said of other objects."""
_ENDS = frozenset({"source_ref", "target_ref", "sighting_of_ref"})
_SUPPORT = frozenset({"identity", "marking-definition", "extension-definition"})
_UNDATED = "1970-01-01"


@dataclass(frozen=True, slots=True)
class Gathering:
    """The objects of one event. `date` is YYYY-MM-DD."""

    uuid: str
    info: str
    date: str
    objects: tuple[StixObject, ...]


def gathered(objects: Iterable[bytes], *, namespace: UUID) -> list[Gathering]:
    """The events that objects make, the eldest first."""
    found = newest(objects)
    about = _about(found)
    events: list[Gathering] = []
    placed: set[str] = set()
    for container in sorted(found.values(), key=lambda one: (_stamp(one), one.id)):
        if container.type in _CONTAINERS:
            inside = _reached([container.id], found, about)
            placed |= inside
            date = str(container.properties.get("published", container.properties["created"]))[:10]
            events.append(
                _gathering(
                    uuid5(namespace, container.id),
                    str(container.properties.get("name", container.type)),
                    date,
                    inside,
                    found,
                )
            )
    for day, ids in sorted(_days(found, placed, about).items()):
        info = f"Released on {day}" if day != _UNDATED else "Released without a date"
        events.append(
            _gathering(uuid5(namespace, f"day--{day}"), info, day, _reached(ids, found, about), found)
        )
    return events


def newest(objects: Iterable[bytes]) -> dict[str, StixObject]:
    """The objects by id, each in its newest version, without those revoked (rule 1)."""
    found: dict[str, StixObject] = {}
    for one in sorted(map(kept, objects), key=lambda one: (stix_sort_key(one.version or ""), one.raw)):
        found[one.id] = one
    return {id: found[id] for id in sorted(found) if found[id].properties.get("revoked") is not True}


def _gathering(uuid: UUID, info: str, date: str, ids: set[str], found: dict[str, StixObject]) -> Gathering:
    return Gathering(str(uuid), info, date, tuple(found[id] for id in sorted(ids)))


def _about(found: dict[str, StixObject]) -> dict[str, list[StixObject]]:
    """By id, what is said of that object."""
    about: dict[str, list[StixObject]] = defaultdict(list)
    for one in found.values():
        if one.type in ABOUT:
            for id in subjects_of(one):
                about[id].append(one)
    return about


def subjects_of(one: StixObject) -> Iterator[str]:
    """What a relationship, sighting, note or opinion is about."""
    for reference in one.references:
        if reference.path in ("source_ref", "target_ref", "sighting_of_ref") or reference.path.startswith(
            "object_refs"
        ):
            yield reference.id


def _reached(
    ids: Iterable[str], found: dict[str, StixObject], about: dict[str, list[StixObject]]
) -> set[str]:
    """The objects that some lead to, and what is said of nothing but them (rule 2)."""
    reached: set[str] = set()
    pending = [id for id in ids if id in found]
    while pending:
        one = found[pending.pop()]
        if one.id in reached:
            continue
        reached.add(one.id)
        targets = [*(ref.id for ref in one.references), *one.marking_refs]
        pending += [id for id in targets if id in found and found[id].type not in _CONTAINERS]
        pending += [each.id for each in about.get(one.id, ()) if reached.issuperset(subjects_of(each))]
    return reached


def _days(
    found: dict[str, StixObject], placed: set[str], about: dict[str, list[StixObject]]
) -> dict[str, list[str]]:
    """By day, the objects that lead to all that is in no report and no grouping (rules 3 and 4)."""
    days: dict[str, list[str]] = defaultdict(list)
    rest = [one for one in found.values() if one.id not in placed and one.type not in _SUPPORT]
    dated = [one for one in rest if one.version]
    led = _reached([one.id for one in dated], found, about)
    for one in rest:
        if one.version or one.id not in led:
            days[(one.version or _UNDATED)[:10]].append(one.id)
    return days


def _stamp(one: StixObject) -> str:
    created: object = one.properties.get("created", "")
    return stix_sort_key(str(created))


def seconds(version: str) -> int:
    """The whole seconds since 1970 of a STIX timestamp, which is how MISP tells time."""
    return int(datetime.fromisoformat(version[:19]).replace(tzinfo=UTC).timestamp())
