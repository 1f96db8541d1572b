"""Which marking binds each STIX object of an event whose elements are marked differently.

The converter does not say what it made an object from: it merges objects, repeats clusters, adds
relationships. So it is asked again, with only those elements of the event that a marking lets in. What reads
the same then gives away nothing of the elements that were left out.

1. An object takes the widest marking whose elements make it, byte for byte.
2. Where several such markings cannot be compared, or none makes it, it takes the strictest of them all.
3. A report or grouping is compared without its `object_refs`: the container of a wide event stays wide when
   something in it is narrow, and each object in it has its own label.
"""

from collections.abc import Iterable

from opsroom.connectors.misp.converter import Object, stix_of
from opsroom.connectors.misp.elements import Element
from opsroom.connectors.misp.marking import Marking, Markings
from opsroom.core.canonical import canonical

_CONTAINERS = ("report", "grouping")


def markings_of(event: Element, objects: Iterable[Object], markings: Markings) -> list[Marking]:
    """The marking of each of `objects`, which the converter made of the whole `event`."""
    levels = sorted(set(markings.of.values()))
    everything = markings.strictest(levels)
    if len(levels) == 1:
        return [everything for _ in objects]
    made = {level: _made_within(event, level, markings) for level in levels if level != everything}
    return [_placed(_print(one), made, everything, markings) for one in objects]


def _made_within(event: Element, level: Marking, markings: Markings) -> frozenset[bytes]:
    """What the converter makes of those elements alone that are in no respect stricter than `level`."""
    if not markings.within(markings.of[event.path], level):
        return frozenset()
    body = event.body(lambda one: not one.stays and markings.within(markings.of[one.path], level))
    return frozenset(map(_print, stix_of(body)[0]))


def _placed(
    print: bytes, made: dict[Marking, frozenset[bytes]], everything: Marking, markings: Markings
) -> Marking:
    enough = [level for level, prints in made.items() if print in prints]
    widest = [
        level
        for level in enough
        if not any(other != level and markings.within(other, level) for other in enough)
    ]
    return markings.strictest(widest) if widest else everything


def _print(one: Object) -> bytes:
    return canonical(
        {key: value for key, value in one.items() if key != "object_refs" or one["type"] not in _CONTAINERS}
    )
