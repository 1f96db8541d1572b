"""Contributing: one by one accepted or refused, stored as received, labelled, offered."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from opsroom.core.handling import HANDLING_EXTENSION, Foreign, Handling
from opsroom.core.stix.tlp import marking_id
from opsroom.errors import NotFound, Refused
from opsroom.operations.contribute import (
    Options,
    Outcome,
    State,
    contribute,
    post,
    posting,
    rehearse,
    status,
)
from opsroom.operations.enrol import set_posting
from tests import objects
from tests.builders import World

RED = marking_id("red")


def posted(
    room: World, member: str, raws: Sequence[bytes], name: str = "all", field: str = "incidents"
) -> list[Outcome]:
    collection = room.collection(name, field, "room")
    return post(room.node, room.principal(member), "room", collection, raws).outcomes


def given(
    room: World,
    member: str,
    raws: Sequence[bytes],
    name: str = "all",
    field: str = "incidents",
    references: str = "narrow",
    sources: tuple[tuple[str, bool], ...] = (),
    strict: bool = False,
    **handling: Any,
) -> list[Outcome]:
    collection = room.collection(name, field, "room")
    label = Handling(**handling) if handling else None
    options = Options(label, frozenset(handling), sources, references, strict)
    outcomes: list[Outcome] = []
    contribute(room.node, room.principal(member), "room", collection, raws, options, watch=outcomes.append)
    return outcomes


def rehearsed_of(
    room: World,
    raws: Sequence[bytes],
    member: str = "alfa",
    name: str = "all",
    references: str = "narrow",
    **handling: Any,
) -> list[Outcome]:
    label = Handling(**handling) if handling else None
    options = Options(label, frozenset(handling), references=references)
    outcomes: list[Outcome] = []
    collection = room.collection(name, "incidents", "room")
    rehearse(room.node, room.principal(member), "room", collection, raws, options, watch=outcomes.append)
    return outcomes


def ids(bodies: list[bytes]) -> set[str]:
    return {json.loads(body)["id"] for body in bodies}


def test_what_is_posted_is_read_by_the_parties_and_by_nobody_else(room: World) -> None:
    raw = objects.identity(1)
    assert [one.state for one in posted(room, "alfa", [raw])] == [State.SUCCESS]
    assert room.read("alfa", "room") == [raw]
    assert ids(room.read("bravo", "room")) == ids(room.read("carol", "room")) == ids([raw])
    with pytest.raises(NotFound):
        room.read("delta", "room")


def test_an_agreement_between_two_opens_nothing_to_the_third(room: World) -> None:
    posted(room, "bravo", [objects.identity(1)], "two", "logistics")
    assert len(room.read("alfa", "room")) == 1
    assert room.read("carol", "room") == []
    with pytest.raises(NotFound):
        room.read("carol", "room", room.collection("two", "logistics", "room"))


def test_a_faulty_object_is_refused_and_the_others_go_on(room: World) -> None:
    outcomes = posted(room, "alfa", [objects.identity(1), b'{"type": "identity"}', objects.identity(2)])
    assert [one.state for one in outcomes] == [State.SUCCESS, State.FAILURE, State.SUCCESS]
    assert "spec_version" in outcomes[1].message
    assert "name" in outcomes[1].message
    assert len(room.read("bravo", "room")) == 2


def test_the_served_form_gains_the_tlp_and_nothing_else(room: World) -> None:
    raw = objects.identity(1)
    posted(room, "alfa", [raw])
    [served] = room.read("bravo", "room")
    insert = b',"object_marking_refs":["' + marking_id("amber").encode() + b'"]'
    assert served == raw[:-1] + insert + raw[-1:]


def test_a_clear_collection_serves_as_received(room: World) -> None:
    set_posting(room.node, "alfa", "room", room.agreements["all"], "incidents", tlp="clear")
    raw = objects.identity(1)
    posted(room, "alfa", [raw])
    assert room.read("bravo", "room") == [raw]


def test_an_exact_duplicate_is_accepted_and_changes_nothing(room: World) -> None:
    raw = objects.identity(1)
    posted(room, "alfa", [raw, raw])
    [again] = posted(room, "alfa", [raw])
    assert again.state is State.SUCCESS
    assert len(room.read("bravo", "room")) == len(room.read("alfa", "room")) == 1


def test_other_content_under_a_version_is_refused(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    [outcome] = posted(room, "alfa", [objects.identity(1, description="changed")])
    assert outcome.state is State.FAILURE
    assert "modified" in outcome.message


def test_two_originators_of_one_id_are_two_items(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)], "two", "logistics")
    assert [one.state for one in posted(room, "carol", [objects.identity(1)])] == [State.SUCCESS]
    assert len(room.read("bravo", "room")) == 2


def test_the_same_version_in_a_second_collection_is_shown_once_in_released(room: World) -> None:
    raw = objects.identity(1)
    posted(room, "alfa", [raw])
    posted(room, "alfa", [raw], "two", "logistics")
    assert len(room.read("bravo", "room")) == 1
    assert len(room.read("bravo", "room", room.collection("two", "logistics", "room"))) == 1
    assert len(room.read("bravo", "room", room.collection("all", "incidents", "room"))) == 1


def test_red_without_names_goes_to_nobody(room: World) -> None:
    posted(room, "alfa", [objects.identity(1, object_marking_refs=[RED])])
    assert room.read("bravo", "room") == []
    assert len(room.read("alfa", "room")) == 1


def test_the_strictest_container_marks_what_it_holds(room: World) -> None:
    inner, other = objects.identity(1), objects.identity(2)
    container = objects.report(3, [objects.numbered("identity", 1)], object_marking_refs=[RED])
    posted(room, "alfa", [inner, other, container])
    assert ids(room.read("bravo", "room")) == {objects.numbered("identity", 2)}


def test_a_marking_that_leads_nowhere_withholds_until_it_comes(room: World) -> None:
    mark = objects.numbered("marking-definition", 7)
    posted(room, "alfa", [objects.identity(1, object_marking_refs=[mark])])
    assert room.read("bravo", "room") == []
    posted(room, "alfa", [objects.statement(7)])
    assert ids(room.read("bravo", "room")) == {mark, objects.numbered("identity", 1)}


def test_a_handling_marking_narrows_and_is_never_served_as_received(room: World) -> None:
    mark = objects.numbered("marking-definition", 7)
    handling = objects.handling_marking(
        7, fields=["incidents"], rel_to=["bravo"], not_to=["delta"], tlp="green"
    )
    posted(room, "alfa", [handling, objects.identity(1, object_marking_refs=[mark])])
    assert room.read("carol", "room") == []
    read = room.read("bravo", "room")
    assert ids(read) == {mark, objects.numbered("identity", 1)}
    assert handling not in read
    assert all(b"delta" not in body for body in read)
    [extension] = [
        json.loads(body)["extensions"][HANDLING_EXTENSION] for body in read if b"extensions" in body
    ]
    assert extension["rel_to"] == ["bravo"]
    assert extension["under"] == room.agreements["all"]
    assert handling in room.read("alfa", "room")


def test_a_handling_that_came_late_narrows_what_waited_for_it(room: World) -> None:
    mark = objects.numbered("marking-definition", 7)
    posted(room, "alfa", [objects.identity(1, object_marking_refs=[mark])])
    posted(room, "alfa", [objects.handling_marking(7, fields=["incidents"], rel_to=["bravo"])])
    assert objects.numbered("identity", 1) in ids(room.read("bravo", "room"))
    assert room.read("carol", "room") == []


def test_two_handlings_on_one_object_are_refused(room: World) -> None:
    marks = [objects.numbered("marking-definition", n) for n in (7, 8)]
    raws = [objects.handling_marking(n, fields=["incidents"]) for n in (7, 8)]
    outcomes = posted(room, "alfa", [*raws, objects.identity(1, object_marking_refs=marks)])
    assert outcomes[2].state is State.FAILURE
    assert "two handlings" in outcomes[2].message


def test_a_relation_to_a_hidden_end_is_narrowed_and_said_so(room: World) -> None:
    hidden = objects.malware(1, object_marking_refs=[RED])
    ends = (objects.numbered("malware", 1), objects.numbered("identity", 2))
    outcomes = posted(room, "alfa", [objects.relationship(3, *ends), objects.identity(2), hidden])
    assert ids(room.read("bravo", "room")) == {objects.numbered("identity", 2)}
    assert objects.numbered("malware", 1) in outcomes[0].message
    assert "bravo" in outcomes[0].message


def test_strict_references_refuse_and_dangling_ones_go_out(room: World) -> None:
    hidden = objects.malware(1, object_marking_refs=[RED])
    ends = (objects.numbered("malware", 1), objects.numbered("identity", 2))
    given(room, "alfa", [hidden, objects.identity(2)])
    [refused] = given(room, "alfa", [objects.relationship(3, *ends)], references="strict")
    assert refused.state is State.FAILURE
    assert ids(room.read("alfa", "room")) == {objects.numbered("malware", 1), ends[1]}
    given(room, "alfa", [objects.relationship(4, *ends)], references="dangle")
    assert objects.numbered("relationship", 4) in ids(room.read("bravo", "room"))


def test_a_missing_end_that_comes_later_narrows_what_refers_to_it(room: World) -> None:
    ends = (objects.numbered("malware", 1), objects.numbered("malware", 1))
    posted(room, "alfa", [objects.relationship(3, *ends)])
    assert len(room.read("bravo", "room")) == 1
    posted(room, "alfa", [objects.malware(1, object_marking_refs=[RED])])
    assert room.read("bravo", "room") == []


def test_what_others_offer_later_puts_no_constraint(room: World) -> None:
    end = objects.numbered("malware", 1)
    posted(room, "alfa", [objects.relationship(3, end, end)])
    posted(room, "bravo", [objects.malware(1)], "two", "logistics")
    assert ids(room.read("carol", "room")) == {objects.numbered("relationship", 3)}


def test_a_cycle_goes_out_together(room: World) -> None:
    one = objects.report(1, [objects.numbered("report", 2)])
    two = objects.report(2, [objects.numbered("report", 1)])
    posted(room, "alfa", [one, two])
    assert len(room.read("bravo", "room")) == 2


def test_a_newer_version_decides_for_the_older(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    later = objects.identity(1, modified="2026-02-02T00:00:00.000Z", object_marking_refs=[RED])
    posted(room, "alfa", [later])
    assert room.read("bravo", "room") == []
    newest = objects.identity(1, modified="2026-02-03T00:00:00.000Z")
    posted(room, "alfa", [newest])
    assert len(room.read("bravo", "room")) == 2


def test_what_was_received_is_passed_on_and_refused_without_consent(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)], "two", "logistics")
    [outcome] = posted(room, "bravo", [objects.identity(1)])
    assert outcome.state is State.FAILURE
    assert "passing on" in outcome.message
    assert room.read("carol", "room") == []


def test_it_stays_received_after_the_right_to_it_ended(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)], "two", "logistics")
    room.event("two", "terminate")
    [outcome] = posted(room, "bravo", [objects.identity(1)])
    assert outcome.state is State.FAILURE
    assert room.read("carol", "room") == []


def test_another_version_of_what_was_received_rests_on_it(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)], "two", "logistics")
    changed = objects.identity(1, modified="2026-02-05T00:00:00.000Z")
    assert [one.state for one in posted(room, "bravo", [changed])] == [State.SUCCESS]
    assert room.read("carol", "room") == []


def test_a_source_that_may_not_go_there_holds_the_product_back(room: World) -> None:
    given(room, "alfa", [objects.identity(1)], "two", "logistics")
    source = objects.numbered("identity", 1)
    given(room, "alfa", [objects.identity(2)], sources=((source, False),))
    assert room.read("carol", "room") == []
    given(room, "alfa", [objects.identity(3)], sources=((source, True),))
    assert ids(room.read("carol", "room")) == {objects.numbered("identity", 3)}


def test_what_an_outsider_gave_without_consent_is_refused(room: World) -> None:
    [outcome] = given(room, "alfa", [objects.identity(1)], foreign=(Foreign("outsider"),))
    assert outcome.state is State.FAILURE
    assert "outsider" in outcome.message
    assert room.read("alfa", "room") == []


def test_what_waits_is_pending_and_released_to_nobody(room: World) -> None:
    set_posting(room.node, "alfa", "room", room.agreements["all"], "incidents", release_by="releaser")
    collection = room.collection("all", "incidents", "room")
    receipt = post(room.node, room.principal("alfa"), "room", collection, [objects.identity(1)])
    assert [one.state for one in receipt.outcomes] == [State.PENDING]
    assert room.read("bravo", "room") == []
    assert len(room.read("alfa", "room")) == 1
    kept = status(room.node, room.principal("alfa"), "room", receipt.id)
    assert [one.state for one in kept.outcomes] == [State.PENDING]


def test_a_status_is_read_by_who_posted_alone(room: World) -> None:
    collection = room.collection("all", "incidents", "room")
    receipt = post(room.node, room.principal("alfa"), "room", collection, [objects.identity(1)])
    with pytest.raises(NotFound):
        status(room.node, room.principal("bravo"), "room", receipt.id)


def test_an_agreement_with_levels_takes_a_level(room: World) -> None:
    room.agree(
        "levels",
        "room",
        ["alfa", "bravo"],
        [{"field": "analysis", "ceiling": "secret"}],
        scale=["restricted", "secret"],
        equivalence=[{"policy": "ALF", "level": "GEHEIM", "is": "secret"}],
    )
    with pytest.raises(Refused, match="level"):
        posted(room, "alfa", [objects.identity(1)], "levels", "analysis")
    set_posting(
        room.node, "alfa", "room", room.agreements["levels"], "analysis", policy="ALF", level="GEHEIM"
    )
    posted(room, "alfa", [objects.identity(1)], "levels", "analysis")
    assert len(room.read("bravo", "room")) == 1


def test_a_rehearsal_says_who_would_see_it_and_keeps_nothing(room: World) -> None:
    collection = room.collection("all", "incidents", "room")
    label = Handling(not_to=frozenset({"carol"}))
    options = Options(label, frozenset({"not_to"}))
    outcomes: list[Outcome] = []
    raws = [objects.identity(1)]
    rehearse(room.node, room.principal("alfa"), "room", collection, raws, options, watch=outcomes.append)
    seen = {one.reader.member: (one.released, str(one.ground)) for one in outcomes[0].sights}
    assert seen == {"bravo": (True, "provision"), "carol": (False, "not-to")}
    assert room.read("alfa", "room") == []


def test_a_file_of_many_batches_goes_out_whole(room: World) -> None:
    ends = (objects.numbered("identity", 2400), objects.numbered("identity", 1))
    raws = [objects.relationship(9999, *ends), *(objects.identity(n) for n in range(1, 2401))]
    outcomes = given(room, "alfa", raws)
    assert len(outcomes) == 2401
    assert {one.state for one in outcomes} == {State.SUCCESS}
    assert len(room.read("bravo", "room")) == 2401


def test_a_file_that_was_cut_off_goes_on_where_it_stopped(room: World) -> None:
    class Cut(Exception):
        pass

    def stopping() -> Any:
        for number in range(1, 1500):
            yield objects.identity(number)
        raise Cut

    with pytest.raises(Cut):
        given(room, "alfa", stopping())
    assert room.read("bravo", "room") == []
    given(room, "alfa", [objects.identity(number) for number in range(1, 1601)])
    assert len(room.read("bravo", "room")) == len(room.read("alfa", "room")) == 1600


def test_a_reference_into_a_later_batch_holds_nothing_back(
    room: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "BATCH", 2)
    group = objects.report(1, [objects.numbered("report", 5)])
    raws = [
        group,
        *(objects.report(n, [objects.numbered("identity", 9)]) for n in range(2, 6)),
        objects.identity(9),
    ]
    outcomes = given(room, "alfa", raws)
    assert sorted((one.id, one.message) for one in outcomes if one.id) == sorted(
        (json.loads(raw)["id"], "") for raw in raws
    )
    assert len(room.read("bravo", "room")) == len(raws)


def test_what_a_broken_run_staged_is_taken_up_and_told_once(
    room: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "BATCH", 2)
    raws = [objects.identity(number) for number in range(1, 6)]

    def breaking() -> Iterator[bytes]:
        yield from raws[:3]
        raise OSError("the file breaks off")

    collection = room.collection("all", "incidents", "room")
    principal = room.principal("alfa")
    with pytest.raises(OSError, match="breaks off"):
        contribute(room.node, principal, "room", collection, breaking(), watch=lambda _: None)
    assert room.read("bravo", "room") == []
    outcomes = given(room, "alfa", raws)
    assert sorted(str(one.id) for one in outcomes) == [objects.numbered("identity", n) for n in range(1, 6)]
    assert len(room.read("bravo", "room")) == 5


def test_a_rehearsal_of_many_batches_says_what_contributing_turns_out(
    room: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "BATCH", 2)
    hidden = objects.numbered("malware", 5)
    given(room, "alfa", [objects.malware(5)], not_to=frozenset({"carol"}))
    raws = [
        *(objects.report(1, [objects.numbered("identity", 9)]), objects.relationship(2, hidden, hidden)),
        *(objects.identity(9), b'{"type": "identity"}', objects.malware(5)),
    ]
    rehearsed: list[Outcome] = []
    collection = room.collection("all", "incidents", "room")
    rehearse(room.node, room.principal("alfa"), "room", collection, raws, watch=rehearsed.append)
    assert len(room.read("alfa", "room")) == 1
    outcomes = given(room, "alfa", raws)

    def plain(one: Outcome) -> tuple[str, str, str]:
        return str(one.id), one.state, one.message

    assert sorted(map(plain, rehearsed)) == sorted(map(plain, outcomes))
    seen = {(one.id, x.reader.member) for one in rehearsed for x in one.sights if x.released}
    read = {(id, member) for member in ("bravo", "carol") for id in ids(room.read(member, "room"))}
    assert seen == read


def test_what_would_wait_is_rehearsed_as_if_it_went_out(room: World) -> None:
    set_posting(room.node, "alfa", "room", room.agreements["all"], "incidents", release_by="releaser")
    rehearsed: list[Outcome] = []
    collection = room.collection("all", "incidents", "room")
    raws = [objects.report(1, [objects.numbered("identity", 9)]), objects.identity(9)]
    rehearse(room.node, room.principal("alfa"), "room", collection, raws, watch=rehearsed.append)
    assert {one.state for one in rehearsed} == {State.PENDING}
    assert all(sight.released for one in rehearsed for sight in one.sights)
    assert room.read("alfa", "room") == []
