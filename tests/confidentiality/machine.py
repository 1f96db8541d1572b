"""Random steps in two worlds at once: most in both, some in the one alone that has a hidden part.

Whoever observes is told the same in both after every step: the answers at its doors, byte for byte, and the rows
of its feed. What is hidden is so by what it is: items, members, rooms and agreements of others, or labels that
leave the observer out. Steps in both name nothing that is hidden (what came of it would be no secret: an object
that refers to a hidden one is narrowed, and should be); the observer's own requests name whatever there is.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from opsroom import signing
from opsroom.core.agreement.statement import CONSENT_TYPE
from opsroom.core.release import Desk
from opsroom.core.roster import Holding, Role
from opsroom.core.windows import Window
from opsroom.errors import OpsroomError
from opsroom.operations import enrol, permit
from opsroom.operations.contribute import State
from opsroom.operations.recall import recall
from opsroom.operations.release import approve, refuse
from opsroom.ports import Store
from opsroom.storage.memory import open_memory
from tests import objects
from tests.builders import DAY
from tests.confidentiality.asked import ASKED, Names, documents
from tests.confidentiality.worlds import ENDING, LATER, Answer, Told, empty, hidden_members, opening
from tests.operations.signers import key_of

Step = Callable[[Told], bool]
"""What is done in a world; whether it was permitted."""

OBSERVERS = {
    "bravo": "bravo",
    "narrow": "bravo",
    "coast": "bravo",
    "hall": "hall",
    "carol": "carol",
    "dora": "dora",
}
"""The member of each who observes: a party, two more desks of it, the host, another party, one of no agreement."""
WORDS = ("beacon", "skunk", "evil.example", "198.51.100.7", "loader")
VISIBLE, HIDDEN = range(1, 7), range(11, 15)
"""Numbers of objects that are shared with the observer, and of those that are not."""
VERSIONS = ("2026-02-02T00:00:00.000Z", "2026-02-03T00:00:00.000Z", "2026-02-04T00:00:00.000Z")
APART = 100
"""Instants between two steps."""
AT_ONCE = 5
"""Questions after each step; all of them at the end."""

numbers, words = st.sampled_from(VISIBLE), st.sampled_from(WORDS)
secrets, versions = st.sampled_from(HIDDEN), st.integers(0, len(VERSIONS) - 1)
sharing = st.sampled_from(["alfa", "carol", "hall"])
MINE = {"alfa": (4, 5, 6), "carol": (2, 3), "hall": (1,), "bravo": (1, 2, 3)}
"""Whose object a number is: nobody shares what it could have received in secret."""


class TwoWorlds(RuleBasedStateMachine):
    """The machine. `stores` makes the store of each world; `permitted` counts over all runs."""

    stores: ClassVar[Callable[[], Store]] = staticmethod(open_memory)
    permitted: ClassVar[Counter[bool]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.full, self.bare = (empty(self.runner, type(self).stores()) for _ in range(2))
        self.who = ""
        self.turn = 0
        self.number = 0
        self.last_event = ""

    @initialize(who=st.sampled_from(sorted(OBSERVERS)))
    def open(self, who: str) -> None:
        self.who = who
        self._both(_done(opening))
        self._hidden(_done(hidden_members))
        self._hidden(_done(lambda told: _side_agreement(told, self._friend)))

    # --- what happens in both worlds -----------------------------------------------------------------------

    @rule(
        by=sharing,
        number=numbers,
        version=versions,
        word=words,
        of=st.sampled_from(["incidents", "logistics"]),
    )
    def share(self, by: str, number: int, version: int, word: str, of: str) -> None:
        raw = _identity(MINE[by][number % len(MINE[by])], version, word)
        self._seen(lambda told: _accepted(told.give(by, raw, of=of)))

    @rule(number=numbers, tlp=st.sampled_from(["clear", "green", "amber+strict"]))
    def share_by_label(self, number: int, tlp: str) -> None:
        raw = objects.malware(number, description="loader")
        named = frozenset({OBSERVERS[self.who], "carol"})
        self._seen(lambda told: _accepted(told.give("alfa", raw, tlp=tlp, rel_to=named)))

    @rule(one=st.sampled_from(MINE["alfa"]), other=st.sampled_from(MINE["alfa"]), number=numbers)
    def relate(self, one: int, other: int, number: int) -> None:
        raw = objects.relationship(number, _id(one), _id(other))
        self._seen(lambda told: _accepted(told.give("alfa", raw)))

    @rule(number=st.sampled_from(MINE["alfa"]))
    def recall(self, number: int) -> None:
        self._seen(lambda told: _recalled(told, "alfa", _id(number)))

    @rule(
        name=st.sampled_from(["all", "two"]), kind=st.sampled_from(["suspend", "resume"]), whole=st.booleans()
    )
    def act(self, name: str, kind: str, whole: bool) -> None:
        scope = {} if whole else {"party": "carol" if name == "all" else "alfa"}
        self._seen(_done(lambda told: told.next().event(name, kind, scope=scope)))

    @rule(
        by=st.sampled_from(["bravo", "carol", "hall"]), release=st.sampled_from(["contributor", "releaser"])
    )
    def post_by(self, by: str, release: str) -> None:
        def change(told: Told) -> None:
            pact = told.world.agreements["all"]
            enrol.set_posting(told.next().node, by, "room", pact, "incidents", release_by=release)

        self._seen(_done(change))

    @rule(by=st.sampled_from(["bravo", "carol", "hall"]), yes=st.booleans())
    def decide(self, by: str, yes: bool) -> None:
        ids = [_id(number) for number in MINE[by]]
        self._seen(lambda told: sum(_decided(told, by, one, yes) for one in ids) > 0)

    @rule(days=st.sampled_from([1, 20]))
    def wait(self, days: int) -> None:
        def change(told: Told) -> None:
            told.passed = min(told.passed + days * DAY, 200 * DAY)
            told.next()

        self._both(_done(change))

    # --- what the observer cannot know of -------------------------------------------------------------------

    @rule(by=st.sampled_from(["alfa", "yankee"]), number=secrets, version=versions, word=words)
    def whisper(self, by: str, number: int, version: int, word: str) -> None:
        self._hidden(lambda told: _accepted(told.give(by, _identity(number, version, word), name="hidden")))

    @rule(number=st.sampled_from([1, 2, 3]), version=versions, word=words)
    def whisper_under_an_id_that_is_known(self, number: int, version: int, word: str) -> None:
        self._hidden(
            lambda told: _accepted(told.give("yankee", _identity(number, version, word), name="hidden"))
        )

    @rule(number=secrets, version=versions, word=words, how=st.integers(0, 4))
    def leave_out(self, number: int, version: int, word: str, how: int) -> None:
        observer = OBSERVERS[self.who]
        labels: list[dict[str, Any]] = [
            {"rel_to": frozenset({self._friend})},
            {"rel_to": frozenset()},
            {"not_to": frozenset({observer})},
            {"not_before": LATER},
            {"tlp": "red"},
        ]
        label = labels[how]
        self._hidden(lambda told: _accepted(told.give("alfa", _identity(number, version, word), **label)))

    @rule(number=secrets, known=numbers, kind=st.sampled_from(["relationship", "report", "note", "sighting"]))
    def whisper_of_what_is_known(self, number: int, known: int, kind: str) -> None:
        raw = _about(kind, number, _id(known), _id(number))
        self._hidden(lambda told: _accepted(told.give("alfa", raw, rel_to=frozenset({self._friend}))))

    @rule(number=secrets, word=words)
    def whisper_aside(self, number: int, word: str) -> None:
        self._hidden(lambda told: _accepted(told.give("alfa", _identity(number, 0, word), name="side")))

    @rule(number=secrets, word=words)
    def whisper_elsewhere(self, number: int, word: str) -> None:
        raw = _identity(number, 0, word)
        self._hidden(lambda told: _accepted(told.give("yankee", raw, name="vault", room="vault")))

    @rule(number=secrets)
    def take_back_in_secret(self, number: int) -> None:
        self._hidden(lambda told: _recalled(told, "alfa", _id(number)))

    @rule(name=st.sampled_from(["hidden", "side", "vault"]), kind=st.sampled_from(["suspend", "resume"]))
    def act_in_secret(self, name: str, kind: str) -> None:
        self._hidden(_done(lambda told: told.next().event(name, kind)))

    @rule(number=secrets)
    def consent_in_secret(self, number: int) -> None:
        terms = permit.Terms(_id(number), "alfa", "yankee")
        self._hidden(_done(lambda told: _consented(told, terms)))

    @rule(by=st.sampled_from(["alfa", "yankee"]), number=numbers)
    def consent_to_what_is_known_in_secret(self, by: str, number: int) -> None:
        """Of an id that is known: of Alfa's own item, or of Yankee's under the same id."""
        to = "yankee" if by == "alfa" else "zulus"
        self._hidden(_done(lambda told: _consented(told, permit.Terms(_id(number), by, to))))

    @rule(
        other=st.sampled_from(["yankee", "zulus", "friend"]),
        of=st.sampled_from(["incidents", "logistics", "skunkworks"]),
        since=st.sampled_from(["2026-01-01T00:00:00Z", "2026-03-02T00:00:00Z"]),
    )
    def agree_in_secret(self, other: str, of: str, since: str) -> None:
        """Alfa agrees on something new with somebody who does not observe."""
        parties = ["alfa", self._friend if other == "friend" else other]

        def change(told: Told) -> None:
            told.next().agree(f"aside-{self.number}", "room", parties, [of], in_force={"from": since})

        self._hidden(_done(change))

    @rule(
        number=secrets, known=st.sampled_from(MINE["alfa"]), tlp=st.sampled_from(["green", "amber", "clear"])
    )
    def refer_to_what_is_hidden_in_secret(self, number: int, known: int, tlp: str) -> None:
        """By its label it is for all; what it refers to is for nobody."""
        raw = objects.relationship(number, _id(known), _id(13))

        def change(told: Told) -> bool:
            told.give("alfa", objects.identity(13), rel_to=frozenset())
            return _accepted(told.give("alfa", raw, tlp=tlp))

        self._hidden(change)

    @rule(number=st.integers(0, 99))
    def enrol_in_secret(self, number: int) -> None:
        def change(told: Told) -> None:
            told.next().member(f"shade-{number}")
            enrol.add_desk(told.next().node, f"night-{number}", Desk("alfa"))
            told.token(f"shade-{number}", "alfa", Role.READER, desk=f"night-{number}")
            with told.next().node.store.writing() as unit:
                unit.people.add_holding(Holding("alfa", f"shade-{number}", "yankee", Window()))

        self._hidden(_done(change))

    @rule(word=words)
    def read_in_secret(self, word: str) -> None:
        def read(told: Told) -> bool:
            answers = [
                told.ask("yankee", "GET", f"/api/rooms/room/search?q={word}"),
                told.ask("yankee", "GET", "/room/collections/released/objects/"),
            ]
            return all(one.status == 200 for one in answers)

        self._hidden(read)

    # --- what the observer asks -----------------------------------------------------------------------------

    @rule(
        kind=st.sampled_from(sorted(ASKED, key=lambda one: one.__name__)),
        index=st.integers(0, 20),
        named=st.integers(0, 9),
        number=st.sampled_from([*VISIBLE, *HIDDEN]),
    )
    def ask(self, kind: Any, index: int, named: int, number: int) -> None:
        of = self._names(named, number)
        arguments = ASKED[kind](of)
        given = arguments[index % len(arguments)]
        self._asked(kind.__name__, lambda told: told.asked(self.who, kind, given))

    @rule(index=st.integers(0, 20), named=st.integers(0, 9), number=st.sampled_from([*VISIBLE, *HIDDEN]))
    def ask_taxii(self, index: int, named: int, number: int) -> None:
        listed = documents(self._names(named, number))
        method, target, body = listed[index % len(listed)]
        self._asked(f"{method} {target}", lambda told: told.ask(self.who, method, target, body))

    # --- what holds -----------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_told_apart(self) -> None:
        if not self.who:
            return
        everything = self._battery()
        for _ in range(AT_ONCE):
            self.turn += 1
            self._compare(everything[self.turn % len(everything)])
        assert _rows(self.full, self.who) == _rows(self.bare, self.who)

    def teardown(self) -> None:
        if self.who:
            for target in self._battery():
                self._compare(target)
        self.runner.close()
        for told in (self.full, self.bare):
            told.world.node.close()

    # --- how ------------------------------------------------------------------------------------------------

    @property
    def _friend(self) -> str:
        """A party of the agreement of all that does not observe."""
        return "hall" if OBSERVERS[self.who] == "carol" else "carol"

    def _seen(self, step: Step) -> None:
        """In both worlds; for who may know of none of it, in one alone every second time."""
        if self.who == "dora" and self.number // APART % 2:
            self._hidden(step)
        else:
            self._both(step)

    def _both(self, step: Step) -> None:
        self._begin()
        self.permitted[_permitted(step, self.full)] += 1
        _permitted(step, self.bare)

    def _hidden(self, step: Step) -> None:
        self._begin()
        self.permitted[_permitted(step, self.full)] += 1

    def _begin(self) -> None:
        self.number += APART
        for told in (self.full, self.bare):
            told.step = self.number

    def _asked(self, what: str, ask: Callable[[Told], Answer]) -> None:
        self._begin()
        one, other = ask(self.full), ask(self.bare)
        note(f"{what}: {one.status}")
        assert one == other, what
        assert one.status < 500, what
        self.permitted[one.status < 300] += 1

    def _compare(self, target: str) -> None:
        for told in (self.full, self.bare):
            told.step = self.number + APART // 2 + self.turn % 40
        one, other = (told.ask(self.who, "GET", target) for told in (self.full, self.bare))
        assert one == other, target
        assert one.status < 500, target

    def _battery(self) -> list[str]:
        """What the observer can read at all its doors."""
        rooms = "/api/rooms/room"
        shelves = [self.full.world.collection(name, "incidents", "room") for name in ("all", "two")]
        return [
            "/taxii2/",
            "/room/",
            "/vault/",
            "/room/collections/",
            *(f"/room/collections/{one}/objects/?limit=2" for one in (*shelves, "released")),
            "/room/collections/released/objects/?match[version]=all",
            "/room/collections/released/manifest/",
            f"/room/collections/released/objects/{_id(4)}/versions/",
            "/api/me",
            "/api/rooms",
            "/api/agreements",
            "/api/consents",
            "/api/member",
            "/api/tokens",
            f"{rooms}/items?versions=all",
            f"{rooms}/waiting",
            f"{rooms}/stream",
            f"{rooms}/notices?ended=true",
            *(f"{rooms}/search?q={word}" for word in WORDS),
            f"{rooms}/search?last=30d&limit=1",
            f"{rooms}/suggestions?q=be",
            f"{rooms}/suggestions?q=sk",
            f"{rooms}/items/{_id(4)}/correlations",
            f"{rooms}/misp/manifest.json",
            f"/api/items/{_id(4)}/explanations?to={OBSERVERS[self.who]}",
            f"/api/items/{_id(1)}",
        ]

    def _names(self, index: int, number: int) -> Names:
        """Hidden names, or those that are known; the item is one or the other by its number."""
        me, world = OBSERVERS[self.who], self.full.world
        hidden = [("hidden", "room", "skunkworks"), ("vault", "vault", "incidents")]
        name, room, of = [*hidden, *[("all", "room", "incidents")] * 3][index % 5]
        with world.node.store.reading() as snapshot:
            pact = world.agreements[name]
            digest = snapshot.agreements.versions(pact)[-1].digest
        member = ("yankee", "zulus", *("alfa",) * 3)[index % 5]
        shelf = world.collection(name, of, room)
        return Names(
            me, _id(number), room, member, pact, of, shelf, digest, objects.numbered("consent", number)
        )


def _id(number: int) -> str:
    return objects.numbered("identity", number)


def _identity(number: int, version: int, word: str) -> bytes:
    return objects.identity(number, modified=VERSIONS[version], description=f"{word} {version}")


def _about(kind: str, number: int, known: str, other: str) -> bytes:
    """An object about one that is known."""
    if kind == "relationship":
        return objects.relationship(number, known, other)
    if kind == "report":
        return objects.report(number, [known, other], description="skunk")
    if kind == "note":
        return objects.encoded(objects.common("note", number, content="skunk", object_refs=[known]))
    return objects.encoded(
        objects.common(
            "sighting", number, sighting_of_ref=objects.numbered("malware", 1), where_sighted_refs=[known]
        )
    )


def _side_agreement(told: Told, friend: str) -> None:
    told.next().agree("side", "room", ["alfa", friend], ["incidents"], in_force=ENDING)


def _consented(told: Told, terms: permit.Terms) -> None:
    step = permit.prepare(told.next().node, "give", by=terms.originator, terms=terms)
    envelope = signing.seal(step.payload, CONSENT_TYPE, [key_of(terms.originator)])
    permit.record(told.next().node, envelope)


def _done(change: Callable[[Told], object]) -> Step:
    """A step that is permitted unless it raises."""

    def step(told: Told) -> bool:
        change(told)
        return True

    return step


def _permitted(step: Step, told: Told) -> bool:
    try:
        return step(told)
    except OpsroomError:
        return False


def _accepted(outcomes: Any) -> bool:
    return all(one.state is not State.FAILURE for one in outcomes)


def _recalled(told: Told, by: str, id: str) -> bool:
    world = told.next()
    return recall(world.node, world.principal(by), "room", None, id) > 0


def _decided(told: Told, by: str, id: str, yes: bool) -> bool:
    world = told.next()
    try:
        return bool((approve if yes else refuse)(world.node, world.principal(by), "room", [id]))
    except OpsroomError:
        return False


def _rows(told: Told, who: str) -> list[tuple[object, ...]]:
    """The rows of the observer's feed, and what it is told of its own, without the numbers that are the store's."""
    world = told.world
    principal = world.principal(OBSERVERS[who], who if who in ("narrow", "coast") else None)
    with world.node.store.reading() as snapshot:
        head = snapshot.feeds.head("room", principal.desk.id)
        found = snapshot.feeds.page("room", principal.desk.id, collection=None, after=0, limit=10_000)
        left = snapshot.feeds.moves("room", principal.desk.id, collection=None, after=0, limit=10_000)
        held = snapshot.narrowings.page("room", principal.desk.id, standing=False, after=0, limit=10_000)
    rows = [
        (one.added, one.id, one.kind, one.version_key, one.originator, one.collection, one.footing is None)
        for one in found
    ]
    told_of_own = [(one.since, one.until, one.collection, one.reader) for one in held]
    return [*rows, (head, [tick for tick, _ in left], told_of_own)]
