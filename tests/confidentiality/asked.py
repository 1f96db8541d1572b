"""What is asked: for every request of the API and of TAXII, with names that the asker knows and with hidden ones."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from opsroom import signing
from opsroom.core.agreement.events import Scope
from opsroom.core.agreement.statement import (
    ACT_TYPE,
    CONSENT_TYPE,
    KEY_TYPE,
    Act,
    ConsentStep,
    KeyStep,
)
from opsroom.wire import (
    agreements,
    consents,
    contributions,
    following,
    items,
    keys,
    knowledge,
    members,
    misp,
    notices,
    releases,
    rooms,
    searching,
    what_if,
)
from opsroom.wire.request import Request
from tests import objects
from tests.builders import DAY, START
from tests.confidentiality.worlds import OWN, SEEN, UNWANTED, WAITING, Answer, Told
from tests.operations.signers import key_of, name_of, public_of


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
    agreements.PrepareVersion: lambda of: [{"agreement": of.agreement, "version": one} for one in (1, 2)],
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
    knowledge.Knowledge: lambda of: [
        {"room": of.room},
        {"room": of.room, "agreement": of.agreement},
        {"room": of.room, "item": of.item},
    ],
    notices.Notices: lambda of: [{"room": of.room}, {"room": of.room, "ended": "true"}],
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


def documents(of: Names) -> list[tuple[str, str, bytes]]:
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


def named(full: Told, who: str) -> Iterator[Names]:
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


def in_turn(full: Told, bare: Told, who: str) -> Iterator[tuple[object, Answer, Answer]]:
    """Everything asked in both worlds: what it is, and both answers."""
    for of in named(full, who):
        for kind, arguments in ASKED.items():
            for given in arguments(of):
                one, other = (told.asked(who, kind, given) for told in (full, bare))
                yield (kind.__name__, given), one, other
        for method, target, body in documents(of):
            one, other = (told.ask(who, method, target, body) for told in (full, bare))
            yield (method, target), one, other
