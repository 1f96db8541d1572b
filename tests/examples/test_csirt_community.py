"""The second worked example as it is loaded: who sees what, on what ground, before and after its acts."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsroom.cli.load.file import read_room_file
from opsroom.cli.load.loader import Loader
from opsroom.core.search import parse_query
from opsroom.errors import NotFound
from opsroom.operations import agree, disclose, release
from opsroom.operations.explain import explain
from opsroom.storage.memory import open_memory
from tests.builders import DAY, World, world

EXAMPLE = Path(__file__).parents[2] / "examples" / "csirt-community"
AURELIA, BOREALIS, CASSIA, DORVAN, ELARA, FENMARK = SIX = tuple(
    f"csirt-{name}" for name in ("aurelia", "borealis", "cassia", "dorvan", "elara", "fenmark")
)
LAB = "vendor-lab"
BEACON = "indicator--28906607-7dbe-4208-9fe8-be5838f6bf7f"
TIDEGATE = "vulnerability--78b03024-4979-4dfd-ad05-5e29a9dc84d5"
SIGHTING = "sighting--3a781a94-0e31-42c7-8456-f91f50564226"
FOR_AURELIA = "indicator--7f72b3e8-1565-4a66-a2d2-52f060c988a5"
EMBARGOED = "indicator--eeca30e5-a120-4e15-af27-681e9a0b212c"
SINKHOLE = "course-of-action--f5c78c4c-d207-4414-9aff-fe0fcecf52b6"
DRAFT = "indicator--80390d84-d134-45f7-9e58-eb58888e555d"
GRID = "note--1f0a32c5-4e2b-4f91-aa97-cb71a90f8fd0"
FENMARKS = "indicator--1df6bcfc-199a-49ce-87df-2dba540a04a6"


@pytest.fixture
def example(tmp_path: Path) -> Iterator[World]:
    store = open_memory()
    found = world(store)
    found.clock.instant += 30 * DAY
    loader = Loader(found.node, EXAMPLE, tmp_path / "keys", lambda _: None)
    loader.load(read_room_file(EXAMPLE / "room.toml"))
    found.agreements.update(loader.agreements)
    yield found
    store.close()


def seen(example: World, member: str, room: str = "community") -> set[str]:
    """The ids that a member reads in a room; nothing where it finds no room."""
    try:
        return {json.loads(body)["id"] for body in example.read(member, room)}
    except NotFound:
        return set()


def ground(example: World, id: str, member: str, room: str = "community") -> str:
    found = [one for one in explain(example.node, None, id, to=member) if one.room == room]
    return found[0].sight.ground


@pytest.mark.parametrize(
    ("id", "readers"),
    [
        (BEACON, {AURELIA, BOREALIS, CASSIA, ELARA}),
        (TIDEGATE, {AURELIA, BOREALIS, ELARA}),
        (SIGHTING, {AURELIA, BOREALIS, CASSIA, ELARA}),
        (FOR_AURELIA, {DORVAN}),
        (EMBARGOED, {ELARA}),
        (SINKHOLE, {AURELIA, CASSIA}),
        (DRAFT, {CASSIA}),
        (GRID, set()),
        (FENMARKS, {AURELIA, BOREALIS, CASSIA, ELARA, FENMARK}),
    ],
)
def test_who_sees_what_in_the_community(example: World, id: str, readers: set[str]) -> None:
    """Dorvan is suspended: it reads its own, and nothing of the others."""
    assert {member for member in (*SIX, LAB) if id in seen(example, member)} == readers


@pytest.mark.parametrize(
    ("id", "member", "said"),
    [
        (TIDEGATE, CASSIA, "not-to"),
        (EMBARGOED, AURELIA, "not-yet"),
        (SINKHOLE, BOREALIS, "originator-control"),
        (DRAFT, AURELIA, "not-released"),
        (FOR_AURELIA, ELARA, "rel-to"),
        (BEACON, DORVAN, "no-provision"),
        (BEACON, FENMARK, "no-provision"),
        (FENMARKS, DORVAN, "no-provision"),
    ],
)
def test_on_what_ground_it_is_withheld(example: World, id: str, member: str, said: str) -> None:
    assert ground(example, id, member) == said


def test_the_memorandum_is_between_the_two_alone(example: World) -> None:
    assert {member for member in (*SIX, LAB) if GRID in seen(example, member, "grid")} == {AURELIA, BOREALIS}


def test_one_indicator_goes_on_by_consent_and_nothing_else(example: World) -> None:
    assert seen(example, LAB, "vendor") == {BEACON}
    assert seen(example, LAB) == set()


def test_the_vote_is_recorded_with_its_signers_and_its_effect_is_dated(example: World) -> None:
    kept = agree.show(example.node, example.agreements["community"])
    acts = {one.kind: one for one in kept.entries if one.kind != "sign"}
    assert acts["suspend"].by == (AURELIA, BOREALIS, CASSIA)
    assert FENMARK in acts["accede"].by
    before = acts["suspend"].effective_at - 1
    [then] = [x for x in explain(example.node, None, BEACON, to=DORVAN, at=before) if x.room == "community"]
    assert then.sight.released
    assert ground(example, BEACON, DORVAN) == "no-provision"


def test_a_resumption_by_who_suspended_serves_dorvan_again(example: World) -> None:
    scope = {"party": DORVAN}
    example.event("community", "resume", scope=scope, by=(AURELIA, BOREALIS, CASSIA))
    assert FOR_AURELIA in seen(example, DORVAN)
    assert {FOR_AURELIA, BEACON} <= seen(example, AURELIA)


def test_elara_leaves_when_its_notice_has_run_out(example: World) -> None:
    assert BEACON in seen(example, ELARA)
    example.clock.instant += 32 * DAY
    assert seen(example, ELARA) == set()
    assert BEACON in seen(example, CASSIA)


def test_the_draft_goes_out_with_cassias_officer(example: World) -> None:
    release.approve(example.node, example.principal(CASSIA), "community", [DRAFT])
    assert {member for member in SIX if DRAFT in seen(example, member)} == {
        AURELIA, BOREALIS, CASSIA, ELARA, FENMARK
    }  # fmt: skip


def test_a_narrowed_desk_reads_its_field_alone(example: World) -> None:
    bodies = example.read(AURELIA, "community", desk="malware")
    kinds = {json.loads(body)["type"] for body in bodies}
    assert "vulnerability" not in kinds
    assert FENMARKS in {json.loads(body)["id"] for body in bodies}


def test_search_finds_what_the_asker_sees(example: World) -> None:
    def total(member: str) -> int:
        principal = example.principal(member)
        return disclose.find(example.node, principal, "community", parse_query("lanternfish"), limit=1).total

    assert total(AURELIA) == total(CASSIA) == total(ELARA) + 1
    assert total(FENMARK) == 1


def test_everything_is_marked_synthetic() -> None:
    for file in (EXAMPLE / "items").glob("*.json"):
        listed = json.loads(file.read_text())["objects"]
        observables = {"ipv4-addr", "domain-name"}  # these have no labels (STIX 2.1 section 6)
        assert all("synthetic" in one["labels"] for one in listed if one["type"] not in observables), file
    assert "synthetic" in (EXAMPLE / "README.md").read_text()
