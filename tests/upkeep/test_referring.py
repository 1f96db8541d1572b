"""Random files of objects that refer to one another: who sees what, against an oracle that starts from scratch.

A rehearsal of each file, made before it, says word for word what contributing it turns out.
"""

import json
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsroom.core.handling import Handling
from opsroom.operations.contribute import Options, Outcome, State, contribute, rehearse
from opsroom.storage.memory import open_memory
from tests import objects
from tests.builders import World, world
from tests.operations.test_labels import container

READERS = ("bravo", "carol")
MARK = objects.numbered("marking-definition", 7)
numbers = st.integers(1, 4)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a grouping: what it refers to, and whether Carol may not have it by its own label."""

    number: int
    refs: frozenset[int]
    hidden: bool


@dataclass(slots=True)
class Oracle:
    """All versions that went out, oldest first; the rule of references in its plainest form."""

    versions: list[Version] = field(default_factory=list)

    def seen(self) -> set[int]:
        """The positions of the versions that Carol sees."""
        newest = {one.number: one for one in self.versions}
        shown = {number for number, one in newest.items() if not one.hidden}
        while closed := {number for number in shown if (newest[number].refs & set(newest)) - shown}:
            shown -= closed
        return {
            position
            for position, one in enumerate(self.versions)
            if not one.hidden and one.number in shown and not (one.refs & set(newest)) - shown
        }


versions = st.builds(
    Version, numbers, st.frozensets(numbers, min_size=1, max_size=2), st.integers(0, 3).map(lambda x: x == 0)
)
files = st.lists(st.lists(versions, min_size=1, max_size=3), min_size=1, max_size=5)


def begun() -> World:
    found = world(open_memory())
    found.member("alfa", *READERS)
    found.room("room", "alfa")
    found.agree("all", "room", ["alfa", *READERS], ["incidents"])
    handling = objects.handling_marking(7, fields=["incidents"], not_to=["carol"])
    run(found, [handling], rehearsing=False)
    return found


def run(
    room: World,
    raws: list[bytes],
    *,
    rehearsing: bool,
    references: str = "narrow",
    **handling: frozenset[str],
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    options = Options(
        Handling(**handling) if handling else None,  # type: ignore[arg-type]
        frozenset(handling),
        references=references,
    )
    collection = room.collection("all", "incidents", "room")
    send = rehearse if rehearsing else contribute
    send(room.node, room.principal("alfa"), "room", collection, raws, options, watch=outcomes.append)
    return outcomes


def modified(position: int) -> str:
    return f"2026-02-02T00:{position // 60:02d}:{position % 60:02d}.000Z"


def grouping(one: Version, position: int) -> bytes:
    refs = [objects.numbered("grouping", number) for number in sorted(one.refs)]
    marks = {"object_marking_refs": [MARK]} if one.hidden else {}
    return container("grouping", one.number, refs, modified=modified(position), **marks)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(files)
def test_carol_sees_what_the_plain_rule_says_after_every_file(drawn: list[list[Version]]) -> None:
    room, oracle = begun(), Oracle()
    for file in drawn:
        first = len(oracle.versions)
        raws = [grouping(one, first + offset) for offset, one in enumerate(file)]
        run(room, raws, rehearsing=False)
        oracle.versions += file
        expected = {
            (objects.numbered("grouping", oracle.versions[position].number), modified(position))
            for position in oracle.seen()
        }
        assert shown(room, "carol") == expected
        assert len(shown(room, "bravo")) == len(oracle.versions)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(files, st.sampled_from(("narrow", "strict", "dangle")), st.booleans())
def test_a_rehearsal_says_what_contributing_turns_out(
    drawn: list[list[Version]], references: str, narrowing: bool
) -> None:
    room, position = begun(), 0
    label = {"not_to": frozenset({"bravo"})} if narrowing else {}
    for file in drawn:
        raws = [grouping(one, position + offset) for offset, one in enumerate(file)]
        position += len(file)
        before = {member: room.read(member, "room") for member in ("alfa", *READERS)}
        rehearsed = run(room, raws, rehearsing=True, references=references, **label)
        assert before == {member: room.read(member, "room") for member in ("alfa", *READERS)}
        outcomes = run(room, raws, rehearsing=False, references=references, **label)
        assert list(map(plain, rehearsed)) == list(map(plain, outcomes))
        for one in rehearsed:
            for sight in one.sights:
                seen = (one.id, one.version) in shown(room, sight.reader.member)
                assert sight.released == seen, (one, sight)


def plain(one: Outcome) -> tuple[str | None, str | None, State, str]:
    return one.id, one.version, one.state, one.message


def shown(room: World, member: str) -> set[tuple[str | None, str | None]]:
    """(id, version) of the groupings that a member reads."""
    found = (json.loads(body) for body in room.read(member, "room"))
    return {(one["id"], one["modified"]) for one in found if one["type"] == "grouping"}
