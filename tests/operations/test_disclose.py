"""Reading: pages of a desk's own feed; hidden looks absent; what opens later gets a later date."""

from collections.abc import Callable
from typing import Any

import pytest

from opsroom.core.agreement.file import parse_agreement
from opsroom.core.feed import FeedRow
from opsroom.core.release import Desk
from opsroom.core.roster import Role
from opsroom.core.windows import Window
from opsroom.errors import NotFound, Refused
from opsroom.operations import agree, disclose, enrol
from opsroom.operations.disclose import LAST, Disclosed, Match
from tests import objects
from tests.builders import DAY, World
from tests.operations.test_contribute import given, ids, posted


def test_a_room_that_is_not_yours_looks_like_none(room: World) -> None:
    reasons = []
    for name in ("room", "nowhere"):
        with pytest.raises(NotFound) as caught:
            disclose.shelves(room.node, room.principal("delta"), name)
        reasons.append(str(caught.value))
    assert reasons[0] == reasons[1]
    assert disclose.rooms(room.node, room.principal("delta")) == []
    assert [one.name for one in disclose.rooms(room.node, room.principal("carol"))] == ["room"]


def test_the_host_sees_no_more_than_any_other_member(room: World) -> None:
    room.agree("theirs", "room", ["bravo", "carol"], ["liaison"])
    posted(room, "bravo", [objects.identity(1)], "theirs", "liaison")
    assert room.read("alfa", "room") == []
    assert len(room.read("carol", "room")) == 1


def test_a_second_room_sees_nothing_of_the_first(room: World) -> None:
    room.room("other", "delta")
    room.agree("others", "other", ["carol", "delta"], ["incidents"])
    posted(room, "alfa", [objects.identity(1)])
    assert room.read("carol", "other") == []
    with pytest.raises(NotFound):
        room.read("delta", "room")
    with pytest.raises(NotFound):
        room.read("alfa", "other")


def test_pages_follow_one_another_without_loss_or_doubling(room: World) -> None:
    posted(room, "alfa", [objects.identity(number) for number in range(1, 11)])
    principal = room.principal("bravo")
    first = disclose.page(room.node, principal, "room", "released", limit=4)
    assert (len(first.entries), first.more) == (4, True)
    rest = disclose.page(room.node, principal, "room", "released", after=first.last or 0, limit=10)
    assert (len(rest.entries), rest.more) == (6, False)
    ticks = [one.added for one in (*first.entries, *rest.entries)]
    assert ticks == sorted(set(ticks))


def test_what_becomes_visible_later_gets_the_later_date(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    last = disclose.page(room.node, room.principal("bravo"), "room", "released", limit=9).last or 0
    room.event("all", "suspend", by=["alfa"])
    assert room.read("bravo", "room") == []
    posted(room, "alfa", [objects.identity(2)])
    assert room.read("bravo", "room") == []
    room.event("all", "resume", by=["alfa"])
    later = disclose.page(room.node, room.principal("bravo"), "room", "released", after=last, limit=9)
    assert len(later.entries) == 2


def test_a_closing_holds_before_its_rows_are_swept(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    desk = room.principal("carol").desk.id
    room.event("all", "suspend", by=["alfa"], advance=False)
    with room.node.store.reading() as snapshot:
        rows = snapshot.feeds.page("room", desk, collection=None, after=0, limit=9)
        assert len(rows) == 1
        assert room.node.upkeep(snapshot).rows.visible("room", [desk], [rows[0].item]) == set()


def test_a_party_that_left_finds_no_room(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    room.event("all", "withdraw", scope={"party": "carol"}, by=["carol"])
    with pytest.raises(NotFound):
        room.read("carol", "room")
    assert len(room.read("bravo", "room")) == 1


def test_what_falls_due_is_applied_at_its_instant(room: World) -> None:
    expires = room.clock.instant + DAY
    given(room, "alfa", [objects.identity(1)], expires=expires)
    begins = room.clock.instant + DAY
    given(room, "alfa", [objects.identity(2)], not_before=begins)
    assert ids(room.read("bravo", "room")) == {objects.numbered("identity", 1)}
    room.clock.instant = expires + 10
    assert ids(room.read("bravo", "room")) == {objects.numbered("identity", 2)}


def test_a_version_that_begins_later_decides_from_its_instant(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    begins = room.clock.instant + DAY
    later = objects.identity(1, modified="2026-02-02T00:00:00.000Z")
    given(room, "alfa", [later], not_before=begins, not_to=frozenset({"bravo"}))
    assert len(room.read("bravo", "room")) == 1
    room.clock.instant = begins + 10
    assert room.read("bravo", "room") == []
    assert len(room.read("carol", "room")) == 2


def test_an_agreement_ends_at_its_instant(room: World) -> None:
    ends = "2026-06-01T00:00:00Z"
    room.agree(
        "short",
        "room",
        ["alfa", "carol"],
        ["planning"],
        in_force={"from": "2026-01-01T00:00:00Z", "to": ends},
    )
    posted(room, "alfa", [objects.identity(1)], "short", "planning")
    assert len(room.read("carol", "room")) == 1
    room.clock.instant += 365 * DAY
    assert room.read("carol", "room") == []


def test_accession_covers_what_its_agreement_says(room: World) -> None:
    for name, covers in (("late", "none"), ("early", "all")):
        parties: list[Any] = ["alfa", "bravo", {"member": "delta", "from": "2026-05-01T00:00:00Z"}]
        room.agree(name, "room", parties, [f"{name}-field"], covers_existing=covers)
        posted(room, "alfa", [objects.identity(1 if name == "late" else 2)], name, f"{name}-field")
    room.clock.instant += 100 * DAY
    posted(room, "alfa", [objects.identity(3)], "late", "late-field")
    assert ids(room.read("delta", "room")) == {
        objects.numbered("identity", 2),
        objects.numbered("identity", 3),
    }


def test_a_desk_only_narrows_and_a_new_one_reads_what_was_there(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    posted(room, "bravo", [objects.identity(2)], "two", "logistics")
    enrol.add_desk(room.node, "trucks", Desk("bravo", fields=frozenset({"logistics"})))
    posted(room, "alfa", [objects.identity(3)], "two", "logistics")
    assert len(room.read("bravo", "room")) == 3
    seen = ids(room.read("bravo", "room", desk="trucks"))
    assert seen == {objects.numbered("identity", 2), objects.numbered("identity", 3)}


def test_a_component_inherits_nothing_unless_it_is_designated(room: World) -> None:
    for name in ("coastguard", "customs"):
        enrol.add_component(room.node, "bravo", name, title=name, window=Window())
        enrol.add_desk(room.node, name, Desk("bravo", component=name))
    posted(room, "alfa", [objects.identity(1)])
    posted(room, "bravo", [objects.identity(2)])
    parties: list[Any] = ["alfa", {"member": "bravo", "designates": ["coastguard"]}]
    room.agree("sea", "room", parties, ["maritime"])
    posted(room, "alfa", [objects.identity(3)], "sea", "maritime")
    assert ids(room.read("bravo", "room", desk="coastguard")) == {objects.numbered("identity", 3)}
    with pytest.raises(NotFound):
        room.read("bravo", "room", desk="customs")


@pytest.mark.parametrize("designated", [True, False])
def test_a_draft_neither_lets_a_component_in_nor_takes_it_out(room: World, designated: bool) -> None:
    enrol.add_component(room.node, "bravo", "lab", title="Lab", window=Window())
    enrol.add_desk(room.node, "lab", Desk("bravo", component="lab"))
    parties: list[str | dict[str, Any]] = [
        {"member": "bravo", "designates": ["lab"] if designated else []},
        "carol",
    ]
    identifier = room.agree("labs", "room", parties, ["research"])
    before = [one.name for one in disclose.rooms(room.node, room.principal("bravo", "lab"))]
    assert before == (["room"] if designated else [])
    file = dict(agree.show(room.node, identifier).newest.properties)
    file |= {"version": 2, "supersedes": agree.show(room.node, identifier).newest.digest}
    file["parties"] = [{"member": "bravo", "designates": [] if designated else ["lab"]}, {"member": "carol"}]
    agree.draft(room.node, "room", parse_agreement(file))
    assert [one.name for one in disclose.rooms(room.node, room.principal("bravo", "lab"))] == before


def test_a_component_reads_and_does_no_more(room: World) -> None:
    enrol.add_component(room.node, "bravo", "coastguard", title="Coast guard", window=Window())
    enrol.add_desk(room.node, "sea", Desk("bravo", component="coastguard"))
    with pytest.raises(Refused):
        room.token("bravo", Role.CONTRIBUTOR, user="sailor", desk="sea")


@pytest.fixture
def read(room: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many feed rows each question to the feed gave."""
    asked: list[int] = []
    with room.node.store.reading() as snapshot:
        shelf = type(snapshot.feeds)

    def counted(found: Callable[..., list[FeedRow]]) -> Callable[..., list[FeedRow]]:
        def counting(*args: Any, **named: Any) -> list[FeedRow]:
            rows = found(*args, **named)
            asked.append(len(rows))
            return rows

        return counting

    for name in ("page", "of_ids"):
        monkeypatch.setattr(shelf, name, counted(getattr(shelf, name)))
    return asked


def test_a_page_costs_work_proportional_to_the_page(room: World, read: list[int]) -> None:
    posted(room, "alfa", [objects.identity(number) for number in range(1, 200)])
    del read[:]
    assert len(disclose.page(room.node, room.principal("bravo"), "room", "released", limit=20).entries) == 20
    assert sum(read) <= 100


def test_a_page_of_a_rare_kind_reads_none_of_the_others(room: World, read: list[int]) -> None:
    posted(room, "alfa", [objects.identity(number) for number in range(1, 200)])
    posted(room, "alfa", [objects.malware(1), objects.malware(2)])
    del read[:]
    rare = Match(kinds=frozenset({"malware"}))
    for collection in ("released", room.collection("all", "incidents", "room")):
        found = disclose.page(room.node, room.principal("bravo"), "room", collection, limit=20, match=rare)
        assert len(found.entries) == 2
    assert sum(read) <= 8


def test_pages_of_several_kinds_come_in_one_order(room: World) -> None:
    raws = [made(number) for number in range(1, 9) for made in (objects.identity, objects.malware)]
    posted(room, "alfa", [*raws, objects.statement(1)])
    both = Match(kinds=frozenset({"malware", "identity"}))
    after = 0
    seen: list[Disclosed] = []
    while True:
        found = disclose.page(
            room.node, room.principal("bravo"), "room", "released", after=after, limit=3, match=both
        )
        seen += found.entries
        if not found.more:
            break
        after = found.last or after
    assert len(seen) == len({one.id for one in seen}) == len(raws)
    assert [one.added for one in seen] == sorted(one.added for one in seen)


def test_many_versions_of_one_object_are_looked_up_once(room: World, read: list[int]) -> None:
    versions = [f"2026-02-01T00:{number // 60:02}:{number % 60:02}.000Z" for number in range(1, 301)]
    posted(room, "alfa", [objects.malware(1, modified=version) for version in versions])
    del read[:]
    newest = Match(versions=frozenset({LAST}))
    found = disclose.page(room.node, room.principal("bravo"), "room", "released", limit=20, match=newest)
    assert len(found.entries) == 1
    assert sum(read) <= 2 * len(versions)
