"""What-if: a proposed version or event is foreseen as recording it turns out."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest

from opsroom import signing
from opsroom.core.agreement.events import WHOLE, Event, Scope, SignedVersion
from opsroom.core.agreement.file import Agreement, parse_agreement
from opsroom.core.agreement.statement import CONSENT_TYPE
from opsroom.core.agreement.terms import Party
from opsroom.core.windows import Window
from opsroom.errors import NotFound
from opsroom.operations import agree, permit
from opsroom.operations.foresee import Proposal, Seen, foresee, who_can_see
from tests import objects
from tests.builders import DAY, SECOND, World
from tests.operations.signers import drafted, give_keys, key_of, prepared, sealed, sign, successor, written
from tests.operations.test_contribute import given, posted


def seen(room: World) -> set[Seen]:
    room.node.advance()
    with room.node.store.reading() as snapshot:
        facts = room.node.cache.facts(snapshot)
        return set(who_can_see(room.node, snapshot, facts, at=room.clock.now()))


def newest(room: World, name: str) -> tuple[dict[str, Any], str]:
    with room.node.store.reading() as snapshot:
        facts = room.node.cache.facts(snapshot)
        found = facts.agreement(room.agreements[name])
    return dict(found.properties), found.digest


@pytest.mark.parametrize(
    "change",
    [
        {"parties": [{"member": "alfa"}, {"member": "bravo"}, {"member": "delta"}], "covers_existing": "all"},
        {"parties": [{"member": "alfa"}, {"member": "carol"}]},
        {"provisions": [{"field": "incidents", "kinds": ["report"]}]},
        {"provisions": [{"field": "incidents", "excluded_kinds": ["identity"]}]},
        {"provisions": [{"field": "incidents", "directions": [["bravo", "alfa"]]}]},
    ],
)
def test_a_version_does_what_was_foreseen(room: World, change: dict[str, Any]) -> None:
    posted(room, "alfa", [objects.identity(1), objects.malware(2)])
    posted(room, "bravo", [objects.identity(3)])
    file, digest = newest(room, "all")
    proposed = {**file, **change, "version": 2, "supersedes": digest}
    agreement = parse_agreement(proposed)
    version = SignedVersion(2, agreement.digest, agreement.terms, amend="all", duties=agreement.duties)
    before = seen(room)
    effect = foresee(room.node, Proposal(room.agreements["all"], version=version))
    room.record("room", proposed, also_signed_by=["alfa", "bravo", "carol"])
    after = seen(room)
    assert set(effect.opens) == after - before
    assert set(effect.closes) == before - after
    assert effect.opens or effect.closes


def test_an_event_does_what_was_foreseen(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    before = seen(room)
    event = Event("suspend", room.clock.instant, Scope(party="carol"))
    effect = foresee(room.node, Proposal(room.agreements["all"], event=event))
    room.event("all", "suspend", scope={"party": "carol"}, by=["carol"])
    assert set(effect.closes) == before - seen(room)
    assert [one.member for one in effect.closes] == ["carol"]


def test_a_foresight_writes_nothing_and_looks_ahead(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    leaving = Event("withdraw", room.clock.instant + DAY, Scope(party="bravo"))
    effect = foresee(room.node, Proposal(room.agreements["all"], event=leaving))
    assert effect.at == leaving.effective_at
    assert [one.member for one in effect.closes] == ["bravo"]
    assert len(room.read("bravo", "room")) == 1


def test_an_accession_opens_for_the_newcomer(room: World) -> None:
    joining = Event("accede", room.clock.instant, newcomer=Party("delta"))
    effect = foresee(room.node, Proposal(room.agreements["two"], event=joining))
    assert effect.opens == ()
    assert effect.closes == ()


# --- the property: what is foreseen is the difference of who can see, whatever happens ------------------

MEMBERS = ("alfa", "bravo", "carol", "delta")
FIELDS = ("incidents", "logistics")
SEEDS = range(8)
KINDS = ("identity", "malware")


@dataclass
class Story:
    """An agreement drawn from a seed, items offered under it, consents given or not; then one proposal."""

    room: World
    rng: Random
    file: Agreement

    @classmethod
    def begin(cls, room: World, seed: int) -> "Story":
        rng = Random(seed)
        give_keys(room, *MEMBERS)
        parties = rng.sample(MEMBERS, rng.choice((2, 3)))
        story = cls(room, rng, drafted(room, written(room, *parties, **cls.terms(rng, parties))))
        sign(room, story.file, *parties)
        for number, member in enumerate(rng.choices(parties, k=6)):
            raw = rng.choice((objects.identity, objects.malware))(number + 1)
            controlled: dict[str, Any] = {"originator_control": True} if rng.random() < 0.4 else {}
            given(room, member, [raw], "new", "incidents", **controlled)
            if controlled and rng.random() < 0.5:
                item, to = json.loads(raw)["id"], rng.choice([one for one in MEMBERS if one != member])
                terms = permit.Terms(item, member, to, until=room.clock.instant + rng.choice((1, 9)) * DAY)
                step = permit.prepare(room.node, "give", by=member, terms=terms)
                permit.record(room.node, signing.seal(step.payload, CONSENT_TYPE, [key_of(member)]))
        return story

    @staticmethod
    def terms(rng: Random, parties: Sequence[str]) -> dict[str, Any]:
        first: dict[str, Any] = {"field": "incidents"}
        if rng.random() < 0.3:
            first["kinds"] = ["malware"]
        if rng.random() < 0.2:
            first["directions"] = [list(parties[:2])]
        return {
            "provisions": [first, {"field": "logistics"}][: rng.choice((1, 2))],
            "covers_existing": rng.choice(("none", "all", "all")),
            "onward": rng.choice(("prohibited", "prior-consent", "parties")),
            "acts": {"amend": rng.choice(("all", 2)), "accede": 1, "suspend_other": 1, "terminate": 1},
        }

    def version(self, signers: Sequence[str] | None) -> tuple[Proposal, Agreement]:
        """The next version, signed by some, or (None) by all whom it takes."""
        parties = self.rng.sample(MEMBERS, self.rng.choice((2, 3, 4)))
        file = parse_agreement(
            successor(
                self.file,
                parties=[{"member": one} for one in parties],
                **self.terms(self.rng, parties),
            )
        )
        version = SignedVersion(2, file.digest, file.terms, amend=file.acts.amend, duties=file.duties)
        chosen = None if signers is None else frozenset(signers)
        return Proposal(file.id, version=version, signers=chosen), file

    def act(self, kind: str, *by: str, scope: Scope = WHOLE, newcomer: str | None = None) -> None:
        """An act is what was foreseen of it, from its envelope to everybody's view."""
        party = {"member": newcomer} if newcomer is not None else None
        made = prepared(self.room, "new", kind, *by, scope=scope, newcomer=party)
        event = Event(
            kind, made.effective_at, scope, by=frozenset(by), newcomer=Party(newcomer) if newcomer else None
        )
        self.turns_out(
            Proposal(made.agreement, event=event), lambda: agree.record(self.room.node, sealed(made))
        )

    def turns_out(self, proposal: Proposal, happens: Callable[[], object]) -> None:
        before, at = seen(self.room), self.room.clock.instant + SECOND
        effect = foresee(self.room.node, proposal, at=at)
        happens()
        self.room.clock.instant = at
        after = seen(self.room)
        assert set(effect.opens) == after - before
        assert set(effect.closes) == before - after
        self.served(after)

    def served(self, after: set[Seen]) -> None:
        """Everybody reads its own items and those that it is said to see."""
        for member in MEMBERS:
            try:
                bodies = [json.loads(one) for one in self.room.read(member, "room")]
            except NotFound:
                bodies = []
            read = {one["id"] for one in bodies if one["type"] in KINDS} - self.own(member)
            assert read == {one.id for one in after if one.member == member}

    def own(self, member: str) -> set[str]:
        with self.room.node.store.reading() as snapshot:
            copies = snapshot.items.copies(
                "room", [objects.numbered(k, n + 1) for k in KINDS for n in range(6)]
            )
        return {id for id, items in copies.items() if any(one.originator == member for one in items)}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_version_that_all_sign_turns_out_as_foreseen(room: World, seed: int) -> None:
    story = Story.begin(room, seed)
    proposal, file = story.version(None)
    everybody = {*story.file.terms.parties, *file.terms.parties}

    def happens() -> None:
        drafted(room, dict(file.properties))
        sign(room, file, *everybody)

    story.turns_out(proposal, happens)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_version_that_some_sign_turns_out_as_foreseen(room: World, seed: int) -> None:
    story = Story.begin(room, seed)
    signers = story.rng.sample(sorted(story.file.terms.parties), 2)[: story.rng.choice((1, 2))]
    proposal, file = story.version(signers)
    signers = [one for one in signers if one in file.terms.parties] or [next(iter(file.terms.parties))]
    proposal = replace(proposal, signers=frozenset(signers))

    def happens() -> None:
        drafted(room, dict(file.properties))
        sign(room, file, *signers)

    story.turns_out(proposal, happens)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_recorded_and_partly_signed_is_foreseen_with_the_signatures_that_it_has(
    room: World, seed: int
) -> None:
    story = Story.begin(room, seed)
    proposal, file = story.version(None)
    drafted(room, dict(file.properties))
    first, *others = sorted({*story.file.terms.parties, *file.terms.parties})
    sign(room, file, first)
    story.turns_out(replace(proposal, signers=frozenset(others)), lambda: sign(room, file, *others))


@pytest.mark.parametrize("seed", SEEDS)
def test_acts_in_a_row_turn_out_as_foreseen(room: World, seed: int) -> None:
    story = Story.begin(room, seed)
    one, other, *_ = sorted(story.file.terms.parties)
    outsider = next(x for x in MEMBERS if x not in story.file.terms.parties)
    pair = Scope(pair=frozenset({one, other}))
    for scope, by in ((pair, one), (Scope(field="incidents"), other)):
        story.act("suspend", by, scope=scope)
        story.act("resume", by, scope=scope)
    story.act("accede", one, outsider, newcomer=outsider)
    story.act("suspend", outsider, scope=Scope(party=outsider))
    story.act("resume", outsider, scope=Scope(party=outsider))
    story.act("withdraw", outsider, scope=Scope(party=outsider))
    story.act("terminate", one)


def test_a_version_in_force_proposes_nothing(room: World) -> None:
    """Signed by all already: the signatures that it has count, not new ones."""
    posted(room, "alfa", [objects.identity(1)])
    file, digest = newest(room, "all")
    agreement = parse_agreement(file)
    version = SignedVersion(1, digest, agreement.terms, amend="all", duties=agreement.duties)
    effect = foresee(room.node, Proposal(room.agreements["all"], version=version))
    assert (effect.opens, effect.closes) == ((), ())


def test_a_rescission_is_foreseen_where_the_withdrawal_would_count(room: World) -> None:
    posted(room, "alfa", [objects.identity(1)])
    leaving = room.clock.instant + 5 * DAY
    room.event("all", "withdraw", scope={"party": "bravo"}, effective_at=leaving, by=["bravo"])
    rescission = Event("rescind", room.clock.instant, Scope(party="bravo"))
    effect = foresee(room.node, Proposal(room.agreements["all"], event=rescission))
    assert effect.at == leaving
    assert [one.member for one in effect.opens] == ["bravo"]
    assert effect.closes == ()


def test_an_accession_is_foreseen_where_the_newcomer_begins(room: World) -> None:
    begins = room.clock.instant + 5 * DAY
    joining = Event("accede", room.clock.instant, newcomer=Party("delta", window=Window(since=begins)))
    assert foresee(room.node, Proposal(room.agreements["all"], event=joining)).at == begins
