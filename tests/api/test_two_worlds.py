"""Two worlds: every request there is, asked where there is more that the asker may not know of, and where not.

1. A world with a hidden part answers like the same world without it, byte for byte.
2. What is hidden answers like what is absent.

Both worlds stand still but for what is asked, each step at an instant and with randomness of its own. `ASKED` has
arguments for every request of the API: a new one without arguments fails.
"""

import asyncio
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from opsroom import signing
from opsroom.app import web
from opsroom.config import load
from opsroom.core.agreement.events import Scope
from opsroom.core.agreement.file import parse_agreement
from opsroom.core.agreement.statement import (
    ACT_TYPE,
    CONSENT_TYPE,
    KEY_TYPE,
    VERSION_TYPE,
    Act,
    ConsentStep,
    KeyStep,
)
from opsroom.core.handling import Handling
from opsroom.core.release import Desk
from opsroom.core.roster import Holding, Role
from opsroom.core.timestamps import Instant, render
from opsroom.core.windows import Window
from opsroom.node import Node
from opsroom.operations import disclose, enrol, permit
from opsroom.operations.contribute import Options, contribute
from opsroom.operations.recall import recall
from opsroom.operations.release import refuse
from opsroom.service import HANDLERS
from opsroom.storage.memory import open_memory
from opsroom.taxii.media import TAXII
from opsroom.wire import (
    agreements,
    consents,
    contributions,
    following,
    items,
    keys,
    members,
    misp,
    releases,
    rooms,
    searching,
    what_if,
)
from opsroom.wire.request import PREFIX, Request, in_query, path_fields
from tests import objects
from tests.builders import DAY, SECOND, START, HandClock, SeededRandomness, World
from tests.operations.signers import give_keys, key_of, name_of, public_of

ROLES = (Role.READER, Role.CONTRIBUTOR, Role.RELEASER, Role.KEEPER)
OWN, SEEN, WAITING, UNWANTED = (objects.numbered("identity", number) for number in (1, 2, 8, 9))
LATER = START + 300 * DAY
ENDING = {"from": "2026-01-01T00:00:00Z", "to": "2027-01-01T00:00:00Z"}


class StillClock(HandClock):
    """A clock that stands: how often it is asked changes nothing."""

    def now(self) -> Instant:
        return self.instant


@dataclass(frozen=True, slots=True)
class Answer:
    """All of an answer but its date."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass(slots=True)
class Told:
    """A world behind its doors, in this process."""

    world: World
    runner: asyncio.Runner
    secrets: dict[str, str] = field(default_factory=dict)
    application: Any = None
    step: int = 0

    def next(self) -> World:
        """The world at the next instant, with the randomness of that step."""
        self.step += 1
        self.world.clock.instant = START + self.step * SECOND
        self.world.node.randomness = SeededRandomness(random.Random(self.step))
        self.world.node.advance()
        return self.world

    def give(self, member: str, *raws: bytes, name: str = "all", room: str = "room", **label: Any) -> None:
        """Contributes, under a label of what is said of it."""
        world = self.next()
        options = Options(Handling(**label) if label else None, frozenset(label))
        collection = world.collection(name, "incidents", room)
        principal = world.principal(member)
        contribute(world.node, principal, room, collection, raws, options, watch=lambda _: None)
        world.node.advance()

    def token(self, name: str, member: str, *roles: Role, **more: Any) -> None:
        world = self.next()
        self.secrets[name] = enrol.issue_token(
            world.node, member, user=name, roles=frozenset(roles or ROLES), expires_at=LATER, **more
        ).secret

    def ask(
        self, who: str, method: str, target: str, body: bytes = b"", *, media_type: str = TAXII
    ) -> Answer:
        """`target`: the path with its query, as it is sent."""
        world = self.next()
        if self.application is None:
            self.application = web(world.node, load(given={"page_size": 2}, environ={}).settings)
        headers = {"authorization": f"Bearer {self.secrets[who]}", "content-type": media_type}
        return self.runner.run(_answered(self.application, method, target, headers, body))

    def asked(self, who: str, kind: type[Request[Any]], given: Mapping[str, Any]) -> Answer:
        """A request of the API with these arguments."""
        sent = dict(given)
        target = PREFIX + kind.PATH
        upload = sent.pop("upload", b"")
        for name in path_fields(kind):
            target = target.replace(f"{{{name}}}", quote(str(sent.pop(name)), safe=""))
        if not in_query(kind):
            return self.ask(who, kind.METHOD, target, json.dumps(sent).encode())
        return self.ask(who, kind.METHOD, f"{target}?{urlencode(sent, doseq=True)}", upload)


async def _answered(
    application: Any, method: str, target: str, headers: dict[str, str], body: bytes
) -> Answer:
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    requests = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[dict[str, Any]] = []
    streaming = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if requests:
            return requests.pop()
        await streaming.wait()
        for _ in range(50):
            await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if b"retry: " in message.get("body", b""):
            streaming.set()

    await application(scope, receive, send)
    kept = sorted((name, value) for name, value in sent[0]["headers"] if name != b"date")
    return Answer(sent[0]["status"], tuple(kept), b"".join(one.get("body", b"") for one in sent[1:]))


# --- the two worlds -----------------------------------------------------------------------------------------


def _opening(told: Told) -> None:
    """Hall hosts a room in which all share; Bravo has a desk for one field, and one of a component."""
    world = told.next()
    world.member("alfa", "bravo", "carol", "dora", "hall")
    give_keys(world, "alfa", "bravo", "carol", "dora", "hall")
    world.room("room", "hall")
    parties: list[str | dict[str, Any]] = [
        "alfa",
        {"member": "bravo", "designates": ["coast"]},
        "carol",
        "hall",
    ]
    told.next().agree("all", "room", parties, ["incidents", "logistics"])
    told.next().agree("two", "room", ["alfa", "bravo"], ["incidents"])
    enrol.add_component(told.next().node, "bravo", "coast", title="Coast", window=Window())
    enrol.add_desk(told.next().node, "coast", Desk("bravo", component="coast"))
    enrol.add_desk(told.next().node, "narrow", Desk("bravo", fields=frozenset({"logistics"})))
    for member in ("bravo", "carol", "dora", "hall"):
        told.token(member, member)
    told.token("narrow", "bravo", desk="narrow")
    told.token("coast", "bravo", Role.READER, desk="coast")


def _shared(told: Told) -> None:
    """What all see, and what every member has of its own."""
    told.give("bravo", objects.identity(1, description="beacon at 198.51.100.7"))
    told.give("carol", objects.identity(1))
    told.give("hall", objects.identity(1))
    told.give(
        "alfa", *(objects.identity(number, description="beacon evil.example") for number in range(2, 7))
    )
    told.give("alfa", objects.relationship(1, OWN, SEEN))
    pact = told.world.agreements["two"]
    enrol.set_posting(told.next().node, "bravo", "room", pact, "incidents", release_by="releaser")
    told.give("bravo", objects.identity(8), objects.identity(9), name="two")


def _hidden_members(told: Told) -> None:
    """Members, desks, tokens, a room, agreements: of Alfa with Yankee and Zulu, and of those alone."""
    world = told.next()
    world.member("yankee", "zulus")
    give_keys(world, "yankee", "zulus")
    world.room("vault", "yankee")
    told.next().agree("hidden", "room", ["alfa", "yankee"], ["incidents", "skunkworks"], in_force=ENDING)
    told.next().agree("vault", "vault", ["alfa", "yankee", "zulus"], ["incidents"], in_force=ENDING)
    enrol.add_desk(told.next().node, "night", Desk("alfa"))
    told.token("yankee", "yankee")
    told.token("alfa", "alfa", desk="night")


def _hidden_items(told: Told) -> None:
    """Elsewhere, to nobody, later, waiting, refused, recalled: with words, values and ids of what is seen."""
    world, text = told.world, "beacon evil.example 198.51.100.7 skunk"
    told.give("alfa", objects.identity(11, description=text), name="hidden")
    told.give("yankee", objects.identity(1, description=text), objects.identity(2), name="hidden")
    told.give("yankee", objects.identity(12, description=text), name="vault", room="vault")
    told.give("alfa", objects.identity(13, description=text), rel_to=frozenset())
    told.give("alfa", objects.identity(14, description=text), not_before=LATER)
    told.give("alfa", objects.relationship(11, SEEN, objects.numbered("identity", 13)))
    node, alfa = told.next().node, world.principal("alfa")
    posting = ("alfa", "room", world.agreements["all"], "incidents")
    enrol.set_posting(node, *posting, release_by="releaser")
    told.give("alfa", objects.identity(15, description=text), objects.identity(16, description=text))
    refuse(told.next().node, alfa, "room", [objects.numbered("identity", 16)])
    enrol.set_posting(told.next().node, *posting, release_by="contributor")
    told.give("alfa", objects.identity(17, description=text), rel_to=frozenset())
    collection = world.collection("all", "incidents", "room")
    recall(told.next().node, alfa, "room", collection, objects.numbered("identity", 17))
    for kind in ("suspend", "resume"):
        told.next().event("hidden", kind)
    terms = permit.Terms(objects.numbered("identity", 11), "alfa", "yankee")
    step = permit.prepare(told.next().node, "give", by="alfa", terms=terms)
    permit.record(told.next().node, signing.seal(step.payload, CONSENT_TYPE, [key_of("alfa")]))


def _nothing(told: Told) -> None:
    """No hidden part."""


Part = Callable[[Told], None]


def _told(runner: asyncio.Runner, hidden_members: Part, hidden_items: Part) -> Told:
    clock = StillClock()
    told = Told(World(Node(open_memory(), clock, SeededRandomness()), clock), runner)
    for start, part in ((0, _opening), (100, hidden_members), (200, _shared), (300, hidden_items)):
        told.step = start
        part(told)
    told.step = 400
    return told


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


@pytest.fixture
def full(runner: asyncio.Runner) -> Told:
    """A world with its hidden part."""
    return _told(runner, _hidden_members, _hidden_items)


@pytest.fixture
def bare(runner: asyncio.Runner) -> Told:
    """The same without it."""
    return _told(runner, _nothing, _nothing)


# --- the arguments of every request -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Names:
    """What a request names: `me`, the asker's member; the rest is known to the asker, or hidden from it."""

    me: str
    item: str
    room: str
    member: str
    agreement: str
    field: str
    collection: str
    version: str
    consent: str

    def sealed(self, payload: bytes, payload_type: str, *more: Ed25519PrivateKey) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(signing.seal(payload, payload_type, [key_of(self.me), *more]))
        return found

    @property
    def act(self) -> dict[str, Any]:
        """A suspension of the asker's own part."""
        at, scope = START + 9 * DAY, Scope(party=self.me)
        act = Act(self.agreement, self.version, None, "suspend", (self.me,), at, scope)
        return self.sealed(act.payload, ACT_TYPE)

    @property
    def step(self) -> dict[str, Any]:
        """A question for a consent."""
        new = f"consent--{self.item[10:]}"
        step = ConsentStep(new, "ask", self.item, self.member, self.me, self.me, START)
        return self.sealed(step.payload, CONSENT_TYPE)

    def next_key(self, member: str) -> dict[str, Any]:
        """The asker's word that its second key is now that of a member."""
        step = KeyStep(member, public_of(self.me, 2).hex(), name_of(member), (self.me,))
        return self.sealed(step.payload, KEY_TYPE, key_of(self.me, 2))

    @property
    def file(self) -> dict[str, Any]:
        """A first version between the asker and somebody; each is recorded once."""
        return {
            "schema": "opsroom.agreement/1",
            "id": objects.numbered("agreement", len(self.member)),
            "version": 1,
            "title": "New",
            "parties": [{"member": self.me}, {"member": self.member}],
            "in_force": {"from": "2026-01-01T00:00:00Z"},
            "provisions": [{"field": "incidents"}],
        }

    @property
    def amended(self) -> dict[str, Any]:
        known = {"id": self.agreement, "parties": [{"member": "alfa"}, {"member": self.me}]}
        return {**self.file, **known, "version": 2, "supersedes": self.version}


Given = list[dict[str, Any]]


def _contributions(of: Names) -> Given:
    """The name as an object of one's own, as what it refers to, as what it rests on; somebody else in a label."""
    place = {"room": of.room, "agreement": of.agreement, "field": of.field}
    own = objects.identity(30)
    return [
        place | {"upload": objects.identity(int(of.item[-3:]))},
        place | {"upload": objects.relationship(30, OWN, of.item)},
        place | {"upload": objects.relationship(31, OWN, of.item), "references": "strict"},
        place | {"upload": own, "sources": [of.item]},
        place | {"upload": own, "sanitised": [of.item], "dry_run": "true"},
        place | {"upload": own, "rel_to": [of.member], "dry_run": "true"},
        place | {"upload": own, "not_to": [of.member], "dry_run": "true"},
        place | {"upload": own, "cites": [of.agreement], "dry_run": "true"},
        place | {"upload": b"text", "report": "new.txt"},
        place | {"upload": b"[]", "misp": "true"},
    ]


def _searches(of: Names) -> Given:
    words = ("beacon", "beac*", "skunk", "beacon -skunk", "evil[.]example", "198.51.100.0/24", of.item)
    filters = (
        {"originators": [of.member]},
        {"agreements": [of.agreement]},
        {"fields": [of.field]},
        {"kinds": ["identity"], "tlps": ["amber"]},
        {"last": "9d", "limit": 1},
    )
    return [{"room": of.room, "q": one} for one in words] + [{"room": of.room, **one} for one in filters]


def _acts(of: Names) -> Given:
    place = {"agreement": of.agreement}
    return [
        place | {"type": "suspend", "scope": {"party": of.me}},
        place | {"type": "withdraw", "by": [of.member], "scope": {"party": of.member}},
        place | {"type": "suspend", "keys": [name_of(of.member)]},
        place | {"type": "accede", "newcomer": {"member": of.member}},
    ]


ASKED: dict[type[Request[Any]], Callable[[Names], Given]] = {
    agreements.Agreements: lambda of: [{}, {"room": of.room}],
    agreements.ShowAgreement: lambda of: [{"agreement": of.agreement}],
    agreements.ShowVersion: lambda of: [{"agreement": of.agreement, "version": one} for one in (1, 2)],
    agreements.ShowSuccessor: lambda of: [{"agreement": of.agreement}],
    agreements.AgreementEntries: lambda of: [{"agreement": of.agreement}],
    agreements.PrepareAct: _acts,
    agreements.ForetellAct: lambda of: [{"envelope": of.act}],
    agreements.RecordStatement: lambda of: [
        {"envelope": one} for one in (of.act, of.step, of.next_key(of.member))
    ],
    agreements.RecordVersion: lambda of: [{"room": of.room, "file": one} for one in (of.file, of.amended)],
    consents.Consents: lambda of: [{}, {"member": of.member}],
    consents.PrepareConsent: lambda of: [
        {"step": "ask", "terms": {"item": of.item, "originator": of.member, "to": of.me}},
        {"step": "give", "terms": {"item": of.item, "to": of.member, "under": of.agreement}},
        {"step": "ask", "key": name_of(of.member), "terms": {"item": of.item, "to": of.me}},
        {"step": "revoke", "consent": of.consent},
    ],
    consents.RecordConsent: lambda of: [{"envelope": of.step}],
    contributions.Contribute: _contributions,
    following.Follow: lambda of: [
        {"room": of.room},
        {"room": of.room, "collection": of.collection},
        {"room": of.room, "from_now": "true"},
    ],
    items.Items: lambda of: [
        {"room": of.room, "versions": "all"},
        {"room": of.room, "limit": 1},
        {"room": of.room, "collection": of.collection},
        {"room": of.room, "ids": [of.item]},
        {"room": of.room, "kinds": ["relationship"]},
    ],
    items.ShowItem: lambda of: [{"id": of.item}],
    items.Explain: lambda of: [
        {"id": of.item, "to": of.me},
        {"id": of.item, "to": of.member},
        {"id": OWN, "to": of.member},
        {"id": OWN, "to": "carol", "holder": of.member},
        {"id": OWN, "to": of.member, "at": "2026-08-01T00:00:00Z", "known_at": "2026-03-01T12:02:00Z"},
    ],
    items.Recall: lambda of: [
        {"room": of.room, "id": of.item, "collection": of.collection, "versions": [objects.CREATED]},
        {"room": of.room, "id": of.item, "collection": of.collection},
    ],
    keys.PrepareKey: lambda of: [
        {"member": of.member, "following": public_of(of.me, 2).hex()},
        {"member": of.me, "following": public_of(of.me, 2).hex()},
        {"member": of.me, "following": public_of(of.me, 2).hex(), "keys": [name_of(of.member)]},
    ],
    keys.RecordKey: lambda of: [
        {"envelope": of.next_key(one)} for one in (of.member, *([of.me] if of.item == OWN else []))
    ],
    members.ShowMember: lambda of: [{}],
    members.AddComponent: lambda of: [
        {"name": of.member, "title": "New"},
        {"name": "x", "title": "", "part_of": "y"},
    ],
    members.AddDesk: lambda of: [
        {"name": of.member, "fields": [of.field]},
        {"name": "x", "held": [of.field]},
    ],
    members.ListTokens: lambda of: [{}],
    members.IssueToken: lambda of: [
        {"user": of.member, "roles": ["reader"]},
        {"user": f"{of.me} in {of.room}", "roles": ["reader"], "room": of.room},
        {"user": "new", "roles": ["reader"], "desk": "night"},
    ],
    members.ChangeRoles: lambda of: ([{"user": of.member, "roles": ["reader", "contributor"]}]),
    members.RevokeToken: lambda of: [{"user": of.member}],
    members.ListPostings: lambda of: [{}, {"room": of.room}],
    members.SetPosting: lambda of: [
        {"room": of.room, "agreement": of.agreement, "field": of.field, "tlp": "green"},
    ],
    misp.MispFeed: lambda of: [
        {"room": of.room, "file": one} for one in ("manifest.json", "hashes.csv", f"{of.item[10:]}.json")
    ],
    releases.ListWaiting: lambda of: [{"room": of.room}],
    releases.ForeseeRelease: lambda of: [{"room": of.room, "ids": [one]} for one in (of.item, WAITING)],
    releases.Approve: lambda of: [{"room": of.room, "ids": [one]} for one in (of.item, WAITING)],
    releases.Refuse: lambda of: [{"room": of.room, "ids": [one]} for one in (of.item, UNWANTED)],
    rooms.Collections: lambda of: [{"room": of.room}],
    rooms.Rooms: lambda of: [{}],
    rooms.ShowRoom: lambda of: [{"room": of.room}],
    rooms.WhoAmI: lambda of: [{}],
    searching.Correlate: lambda of: [{"room": of.room, "id": one} for one in (of.item, OWN, SEEN)],
    searching.Search: _searches,
    searching.Suggest: lambda of: [{"room": of.room, "q": one} for one in ("be", "sk", "evil", of.item[:20])],
    what_if.ForeseeAct: lambda of: [{"envelope": of.act}],
    what_if.ForeseeOption: lambda of: [
        {"agreement": of.agreement, "type": "suspend", "scope": {"party": of.member}},
        {"agreement": of.agreement, "type": "terminate", "at": "2027-01-01T00:00:00Z"},
    ],
    what_if.ForeseeVersion: lambda of: [{"file": of.file}, {"file": of.amended}],
}
"""For every request of the API, what is asked of it with the same names."""


def _documents(of: Names) -> list[tuple[str, str, bytes]]:
    """The same of TAXII: method, path, body."""
    objects_of = f"/{of.room}/collections/{of.collection}/objects/"
    everything = f"/{of.room}/collections/released/"
    gets = (
        "/taxii2/",
        f"/{of.room}/",
        f"/{of.room}/collections/",
        f"/{of.room}/collections/{of.collection}/",
        f"/{of.room}/status/{of.item[10:]}/",
        f"{everything}objects/",
        f"{everything}manifest/",
        f"{everything}objects/?match[id]={of.item}&match[version]=all",
        f"{objects_of}{of.item}/",
        f"{objects_of}{of.item}/versions/",
        f"{objects_of}?limit=1",
    )
    own = b'{"objects":[' + objects.relationship(32, OWN, of.item) + b"]}"
    return [("GET", one, b"") for one in gets] + [
        ("POST", objects_of, own),
        ("DELETE", f"{objects_of}{of.item}/", b""),
    ]


# --- what holds ---------------------------------------------------------------------------------------------


def _named(full: Told, who: str) -> Iterator[Names]:
    """What is hidden, thing by thing, and what is known; the hidden first, since asking changes what is known."""
    me = "bravo" if who in ("narrow", "coast") else who
    world = full.world
    digests = {}
    with world.node.store.reading() as snapshot:
        for name, agreement in world.agreements.items():
            digests[name] = snapshot.agreements.versions(agreement)[-1].digest
        given = next(one.consent for one in snapshot.agreements.consents())
    hidden = [objects.numbered("identity", number) for number in (11, 12, 13, 14, 15, 16, 17)]
    for room, pact, field_name in (("room", "hidden", "skunkworks"), ("vault", "vault", "incidents")):
        shelf = world.collection(pact, field_name, room)
        for item in hidden[:2]:
            yield Names(
                me, item, room, "yankee", world.agreements[pact], field_name, shelf, digests[pact], given
            )
    shelf = world.collection("all", "incidents", "room")
    place = (world.agreements["all"], "incidents", shelf, digests["all"])
    for item in hidden:
        yield Names(me, item, "room", "zulus", *place, objects.numbered("consent", int(item[-3:])))
    for item in (SEEN, OWN):
        yield Names(me, item, "room", "alfa", *place, objects.numbered("consent", 99))


@pytest.mark.parametrize("who", ["bravo", "narrow", "coast", "carol", "hall", "dora"])
def test_a_hidden_part_changes_no_answer(full: Told, bare: Told, who: str) -> None:
    for of in _named(full, who):
        for kind, arguments in ASKED.items():
            for given in arguments(of):
                one, other = (told.asked(who, kind, given) for told in (full, bare))
                assert one == other, (kind.__name__, given)
                assert one.status < 500, (kind.__name__, given)
        for method, target, body in _documents(of):
            one, other = (told.ask(who, method, target, body) for told in (full, bare))
            assert one == other, (method, target)
            assert one.status < 500, (method, target)


def test_every_request_is_asked() -> None:
    assert ASKED.keys() == HANDLERS.keys()


def test_enough_of_it_is_answered(full: Told) -> None:
    """A table of nothing but refusals would hold in every two worlds."""
    answered = {
        kind
        for of in _named(full, "bravo")
        for kind, arguments in ASKED.items()
        for given in arguments(of)
        if full.asked("bravo", kind, given).status == 200
    }
    assert {kind.__name__ for kind in ASKED.keys() - answered} == set()


# --- one by one -----------------------------------------------------------------------------------

ABSENT = objects.numbered("identity", 999)
SHOWING = [(items.ShowItem, {}), (items.Explain, {"to": "bravo"})]


def _same_as_absent(told: Told, who: str, kind: type[Request[Any]], item: str, **more: Any) -> bool:
    one, other = (told.asked(who, kind, {"id": id, **more}) for id in (item, ABSENT))
    return one == other


@pytest.mark.parametrize("room", ["room", "cellar"])
@pytest.mark.parametrize(("kind", "more"), SHOWING)
def test_what_is_passed_on_elsewhere_is_not_shown(
    full: Told, kind: type[Request[Any]], more: Any, room: str
) -> None:
    """Carol passes an item of Alfa on to Yankee, as Alfa has let it, under an agreement of those two."""
    item = objects.numbered("identity", 20)
    full.give("alfa", objects.identity(20), tlp="clear")
    if room == "cellar":
        full.next().room(room, "carol")
    under = full.next().agree("between", room, ["carol", "yankee"], ["incidents"])
    terms = permit.Terms(item, "alfa", "yankee", "carol", under)
    step = permit.prepare(full.next().node, "give", by="alfa", terms=terms)
    permit.record(full.next().node, signing.seal(step.payload, CONSENT_TYPE, [key_of("alfa")]))
    full.give("carol", objects.identity(20), name="between", room=room)
    answer = full.asked("bravo", kind, {"id": item, **more})
    assert [one["holder"] for one in json.loads(answer.body)] == [None]
    assert under.encode() not in answer.body


@pytest.mark.parametrize(
    ("kind", "more", "found"),
    [
        (searching.Search, {"q": "yankee"}, b'"hits":[]'),
        (searching.Search, {"q": "elsewhere"}, b'"hits":[]'),
        (searching.Suggest, {"q": "yan"}, b"[]"),
        (searching.Suggest, {"q": "else"}, b"[]"),
    ],
)
def test_a_handling_is_not_found_by_what_is_not_served(
    full: Told, kind: type[Request[Any]], more: Any, found: bytes
) -> None:
    foreign = [{"from": "Elsewhere", "terms": "ours", "consent": "1"}]
    marking = objects.handling_marking(1, fields=["incidents"], not_to=["yankee"], foreign=foreign)
    full.give("alfa", marking)
    assert found in full.asked("bravo", kind, {"room": "room", **more}).body


@pytest.fixture
def bound(full: Told) -> Told:
    """With a token of Bravo that is bound to another room."""
    full.next().room("annex", "bravo")
    full.next().agree("annex", "annex", ["alfa", "bravo"], ["incidents"])
    full.token("bound", "bravo", room="annex")
    return full


@pytest.mark.parametrize("kind", [releases.ForeseeRelease, releases.Approve, releases.Refuse])
def test_a_token_bound_to_a_room_releases_nothing_in_another(bound: Told, kind: type[Request[Any]]) -> None:
    assert bound.asked("bound", kind, {"room": "room", "ids": [WAITING]}).status == 404


@pytest.mark.parametrize(("kind", "more"), SHOWING)
@pytest.mark.parametrize("item", [SEEN, OWN])
def test_a_token_bound_to_a_room_shows_nothing_of_another(
    bound: Told, kind: type[Request[Any]], more: Any, item: str
) -> None:
    assert _same_as_absent(bound, "bound", kind, item, **more)


@pytest.mark.parametrize(("who", "name"), [("narrow", "all"), ("coast", "two")])
def test_explain_tells_a_desk_of_what_it_sees_alone(full: Told, who: str, name: str) -> None:
    full.give("alfa", objects.identity(20), name=name)
    assert _same_as_absent(full, who, items.Explain, objects.numbered("identity", 20), to="bravo")


@pytest.mark.parametrize(
    ("item", "more"),
    [
        (objects.numbered("identity", 14), {"at": "2027-01-01T00:00:00Z"}),
        (objects.numbered("relationship", 11), {"holder": "alfa"}),
    ],
)
def test_explain_tells_a_reader_nothing_of_what_it_never_saw(full: Told, item: str, more: Any) -> None:
    assert _same_as_absent(full, "bravo", items.Explain, item, to="bravo", **more)


def test_explain_by_past_knowledge_tells_nothing_of_later_items(full: Told) -> None:
    known = full.next().clock.instant
    full.next().event("all", "suspend")
    full.give("alfa", objects.identity(20))
    hidden = objects.numbered("identity", 20)
    assert _same_as_absent(full, "bravo", items.Explain, hidden, to="bravo", known_at=render(known))


def test_explain_says_nothing_of_what_holds_among_others(full: Told, bare: Told) -> None:
    asked = {"id": OWN, "to": "zulus", "holder": "yankee"}
    one, other = (told.asked("bravo", items.Explain, asked) for told in (full, bare))
    assert one == other


def test_a_category_of_others_is_no_category(full: Told) -> None:
    with full.next().node.store.writing() as unit:
        unit.people.add_holding(Holding("yankee", "blackbird", "alfa", Window()))
    place = {
        "room": "room",
        "agreement": full.world.agreements["all"],
        "field": "incidents",
        "dry_run": "true",
    }
    one, other = (
        full.asked(
            "bravo",
            contributions.Contribute,
            place | {"upload": objects.identity(20), "need_to_know": [category]},
        ).body.replace(category.encode(), b"that")
        for category in ("blackbird", "none-such")
    )
    assert one == other
    assert b"no category that you made or hold" in one


def test_what_if_tells_a_desk_of_what_it_sees_alone(full: Told) -> None:
    asked = {"agreement": full.world.agreements["all"], "type": "terminate"}
    assert SEEN.encode() not in full.asked("narrow", what_if.ForeseeOption, asked).body


def test_whose_key_it_is_nobody_learns_by_naming_a_member_in_a_draft(full: Told, bare: Told) -> None:
    [known, *_] = [of for of in _named(full, "bravo") if of.member == "zulus"]
    pact = known.file["id"]
    for told in (full, bare):
        told.asked("bravo", agreements.RecordVersion, {"room": "room", "file": known.file})
    asked = {"agreement": pact, "type": "suspend", "keys": [name_of("zulus")]}
    one, other = (told.asked("bravo", agreements.PrepareAct, asked) for told in (full, bare))
    assert one == other


def test_whose_key_it_is_nobody_learns_by_a_false_signature(full: Told, bare: Told) -> None:
    [known, *_] = [of for of in _named(full, "bravo") if of.member == "zulus"]
    payload = parse_agreement(known.file).signed_bytes
    envelope = json.loads(signing.seal(payload, VERSION_TYPE, [key_of("bravo")]))
    envelope["signatures"][0]["keyid"] = name_of("zulus")
    for told in (full, bare):
        told.asked("bravo", agreements.RecordVersion, {"room": "room", "file": known.file})
    one, other = (
        told.asked("bravo", agreements.RecordStatement, {"envelope": envelope}) for told in (full, bare)
    )
    assert one == other


def test_that_a_key_is_somebodys_nobody_learns(full: Told, bare: Told) -> None:
    step = KeyStep("bravo", public_of("zulus").hex(), name_of("bravo"), ("bravo",))
    envelope = json.loads(signing.seal(step.payload, KEY_TYPE, [key_of("bravo")]))
    one, other = (told.asked("bravo", keys.RecordKey, {"envelope": envelope}) for told in (full, bare))
    assert one == other


def test_a_desk_does_not_learn_what_its_member_received(full: Told) -> None:
    place = {"room": "room", "agreement": full.world.agreements["all"], "field": "incidents"}
    states = {
        json.loads(
            full.asked("narrow", contributions.Contribute, place | {"upload": objects.identity(number)}).body
        )["state"]
        for number in (2, 998)
    }
    assert len(states) == 1


def test_what_releasers_let_out_contributors_do_not_recall(full: Told) -> None:
    full.give("bravo", objects.identity(20))
    full.give("bravo", objects.identity(20), name="two")
    full.asked("bravo", releases.Approve, {"room": "room", "ids": [objects.numbered("identity", 20)]})
    full.token("hand", "bravo", Role.READER, Role.CONTRIBUTOR)
    collection = full.world.collection("all", "incidents", "room")
    asked = {"room": "room", "id": objects.numbered("identity", 20), "collection": collection}
    assert full.asked("hand", items.Recall, asked).status == 403


def test_a_withdrawal_is_told_after_departures_of_what_is_still_shown(full: Told) -> None:
    for name in ("two", "all"):
        full.give("alfa", objects.identity(21), objects.identity(22), name=name)
    bravo = full.world.principal("bravo")
    known = disclose.head(full.next().node, bravo, "room")
    full.next().event("two", "suspend")
    collection = full.world.collection("all", "incidents", "room")
    recall(full.next().node, full.world.principal("alfa"), "room", collection, SEEN)
    full.give("alfa", objects.identity(23))
    told: list[str] = []
    while found := disclose.events(full.next().node, bravo, "room", "released", after=known, limit=2)[0]:
        told += [one.id for one in found if isinstance(one, disclose.Withdrawn)]
        known = found[-1].position
    assert sorted(told) == [SEEN, objects.numbered("relationship", 1)]


def test_what_was_told_is_not_told_again(full: Told) -> None:
    for name in ("two", "all"):
        full.give("alfa", objects.identity(21), name=name)
    bravo = full.world.principal("bravo")
    everything, _ = disclose.events(full.next().node, bravo, "room", "released", after=0, limit=100)
    full.next().event("two", "suspend")
    after = everything[-1].position
    assert not disclose.events(full.next().node, bravo, "room", "released", after=after, limit=100)[0]


@pytest.mark.parametrize("path", ["/room%0a/", "/api/me%0a/"])
def test_a_path_with_a_line_end_is_not_redirected(full: Told, path: str) -> None:
    assert full.ask("bravo", "GET", path).status == 404
