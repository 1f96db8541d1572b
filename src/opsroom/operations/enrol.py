"""Enrol: rooms, members, components, desks, tokens, and how a member posts to a collection."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, replace

from opsroom.core.agreement.record import Collection, Posting
from opsroom.core.handling import Handling
from opsroom.core.identifiers import name_fault, uuid_from
from opsroom.core.release import Desk
from opsroom.core.roster import Component, Credential, DeskRow, Member, MemberKey, Role, Room
from opsroom.core.stix.tlp import TLP_ORDER
from opsroom.core.timestamps import Instant
from opsroom.core.windows import Window
from opsroom.errors import Conflict, Fault, Malformed, NotFound, Refused
from opsroom.node import Node
from opsroom.ports import Snapshot
from opsroom.principals import hash_secret

FIRST_DESK = "main"
RESERVED = frozenset({"taxii2", "healthz", "api"})
"""Paths of the server that no room can have."""
USER_MOST = 100
"""Characters of a user name."""
RELEASE_BY = ("contributor", "releaser", "two-releasers")


@dataclass(frozen=True, slots=True)
class Issued:
    """A new credential with its secret, which is shown once and kept nowhere."""

    credential: Credential
    secret: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A member with all that is recorded of it, tokens that ended included."""

    member: Member
    keys: list[MemberKey]
    components: list[Component]
    desks: list[DeskRow]
    tokens: list[Credential]

    def desk_name(self, token: Credential) -> str:
        """The name of the desk that a token sits at."""
        return next(one.name for one in self.desks if one.id == token.desk)


def enrolled(node: Node, member: str, *, bound_to: str | None = None) -> Enrolled:
    """A member as its keeper sees it; of the tokens those bound to a room alone, where one is named."""
    with node.store.reading() as snapshot:
        people = snapshot.people
        return Enrolled(
            member=_member(snapshot, member),
            keys=people.keys(member),
            components=people.components(member),
            desks=people.desks([member]),
            tokens=[one for one in people.credentials(member) if bound_to in (None, one.room)],
        )


def open_room(node: Node, name: str, *, title: str, host: str, place: str | None = None) -> Room:
    """A new room, run by a member. Conflict where the name is taken."""
    _check_name(name, "room")
    if name in RESERVED:
        raise Malformed([Fault("room", f'"{name}" is a path of the server; choose another name')])
    with node.working() as (unit, upkeep):
        _member(unit, host)
        room = Room(name, title, host, place, created_at=upkeep.context.at)
        unit.people.add_room(room)
        unit.people.put_setting(f"released/{name}", uuid_from(node.randomness.draw(16)).encode())
    return room


def rooms(node: Node) -> list[Room]:
    """All rooms of the node, by name: what its operator sees."""
    with node.store.reading() as snapshot:
        return snapshot.people.rooms()


def room(node: Node, name: str) -> Room:
    """One of them. NotFound names those that there are."""
    found = {one.name: one for one in rooms(node)}
    if name not in found:
        known = ", ".join(found) or "none; `opsroom room create`"
        raise NotFound(f'there is no room "{name}"; the rooms of this node: {known}')
    return found[name]


def add_member(
    node: Node, name: str, *, title: str, key: bytes | None = None, fingerprint: str | None = None
) -> Member:
    """A new member with its first desk and, where given, its first public key (32 raw bytes)."""
    _check_name(name, "member")
    with node.working() as (unit, upkeep):
        at = upkeep.context.at
        member = Member(name, title, f"identity--{uuid_from(node.randomness.draw(16))}", at)
        unit.people.add_member(member)
        unit.people.add_desk(DeskRow(uuid_from(node.randomness.draw(16)), FIRST_DESK, Desk(name), at))
        if key is not None and fingerprint is not None:
            unit.people.add_key(MemberKey(name, fingerprint, key, Window(since=at)))
    return member


def add_component(
    node: Node, member: str, name: str, *, title: str, part_of: str | None = None, window: Window
) -> Component:
    """A body inside a member. It has no access of its own; an agreement may designate it."""
    _check_name(name, "component")
    with node.working() as (unit, _):
        _member(unit, member)
        if part_of is not None and part_of not in {one.name for one in unit.people.components(member)}:
            raise Refused(f"{member} has no component {part_of}; add that one first")
        component = Component(member, name, title, part_of, window)
        unit.people.add_component(component)
    return component


def add_desk(node: Node, name: str, desk: Desk) -> DeskRow:
    """A new desk of a member. It sees at once what its member may receive and the desk does not narrow away."""
    _check_name(name, "desk")
    with node.working() as (unit, upkeep):
        _member(unit, desk.member)
        if desk.component is not None:
            known = {one.name for one in unit.people.components(desk.member)}
            if desk.component not in known:
                raise Refused(
                    f"{desk.member} has no component {desk.component}; `opsroom member component` adds it"
                )
        lacking = (desk.held or frozenset()) - upkeep.context.facts.held(upkeep.context.at).get(
            desk.member, frozenset()
        )
        if lacking:
            raise Refused(
                f"{desk.member} itself does not hold {', '.join(sorted(lacking))}; a desk holds at most that"
            )
        row = DeskRow(uuid_from(node.randomness.draw(16)), name, desk, upkeep.context.at)
        unit.people.add_desk(row)
        upkeep.desk_added(row)
    return row


def issue_token(
    node: Node,
    member: str,
    *,
    user: str,
    roles: frozenset[Role],
    expires_at: Instant,
    desk: str = FIRST_DESK,
    room: str | None = None,
) -> Issued:
    """A credential for one desk. Refused for roles that one person may not have together."""
    _check_user(user)
    with node.working() as (unit, upkeep):
        _member(unit, member)
        rows = {row.name: row for row in unit.people.desks([member])}
        if desk not in rows:
            raise Refused(f"{member} has no desk {desk}; its desks: {', '.join(sorted(rows))}")
        _check_roles(roles, rows[desk])
        if room is not None and unit.people.room(room) is None:
            raise NotFound(f"there is no room {room}")
        if expires_at <= upkeep.context.at:
            raise Malformed([Fault("expires", "lies in the past")])
        return _issue(node, unit, upkeep.context.at, user, member, rows[desk].id, room, roles, expires_at)


def change_roles(
    node: Node, member: str, user: str, *, roles: frozenset[Role], bound_to: str | None = None
) -> Issued:
    """A new credential with other roles in place of a live one, which ends now; desk, room and expiry stay.

    `bound_to`: only of a credential that is bound to this room.
    """
    with node.working() as (unit, upkeep):
        at = upkeep.context.at
        old = _live(unit, member, user, at, bound_to)
        desk = next(row for row in unit.people.desks([member]) if row.id == old.desk)
        _check_roles(roles, desk)
        unit.people.revoke_credential(old.id, at)
        return _issue(node, unit, at, user, member, old.desk, old.room, roles, old.expires_at)


def issue_operator(node: Node, *, expires_at: Instant) -> Issued | None:
    """The operator's credential at the first start of a node; None where one was issued before."""
    with node.working() as (unit, upkeep):
        if any(Role.OPERATOR in one.roles for one in unit.people.credentials()):
            return None
        roles = frozenset({Role.OPERATOR})
        return _issue(node, unit, upkeep.context.at, "operator", None, None, None, roles, expires_at)


def revoke_token(node: Node, member: str, user: str, *, bound_to: str | None = None) -> Credential:
    """Ends a credential now; only one that is bound to the room, where one is named."""
    with node.working() as (unit, upkeep):
        at = upkeep.context.at
        found = _live(unit, member, user, at, bound_to)
        unit.people.revoke_credential(found.id, at)
    return replace(found, revoked_at=at)


def postings(node: Node, member: str, collections: Iterable[str]) -> dict[str, Posting]:
    """How a member posts to each of these collections (by their ids), set or not."""
    with node.store.reading() as snapshot:
        return {one: snapshot.agreements.posting(member, one) or Posting(member, one) for one in collections}


def set_posting(
    node: Node,
    member: str,
    room: str,
    agreement: str,
    field: str,
    *,
    policy: str | None = None,
    level: str | None = None,
    tlp: str | None = None,
    release_by: str | None = None,
) -> Posting:
    """How a member posts to a collection from now on; what is not given stays as it is."""
    faults = []
    if tlp is not None and tlp not in TLP_ORDER:
        faults.append(Fault("tlp", f'"{tlp}" is not one of {", ".join(TLP_ORDER)}'))
    if release_by is not None and release_by not in RELEASE_BY:
        faults.append(Fault("release_by", f'"{release_by}" is not one of {", ".join(RELEASE_BY)}'))
    with node.working() as (unit, upkeep):
        found = collection_of(unit, room, agreement, field)
        before = unit.agreements.posting(member, found.id) or Posting(member, found.id)
        posting = Posting(
            member,
            found.id,
            policy=before.policy if policy is None else policy,
            level=before.level if level is None else level,
            tlp=tlp or before.tlp,
            release_by=release_by or before.release_by,
        )
        terms = upkeep.context.facts.agreement(agreement).terms
        label = Handling((field,), policy=posting.policy or "", level=posting.level or "")
        if label.level and (not terms.scale or terms.rank(label.policy, label.level) is None):
            faults.append(
                Fault("level", f"no equivalence row of this agreement maps {label.policy} {label.level}")
            )
        if label.fault is not None:
            faults.append(Fault("level", label.fault))
        if faults:
            raise Malformed(faults)
        unit.agreements.put_posting(posting)
    return posting


def collection_of(snapshot: Snapshot, room: str, agreement: str, field: str) -> Collection:
    """The collection of an agreement and field; NotFound says which there are."""
    listed = [one for one in snapshot.agreements.collections(room) if one.agreement == agreement]
    for one in listed:
        if one.field == field:
            return one
    known = ", ".join(one.field for one in listed) or "none: no agreement of that id is recorded in this room"
    raise NotFound(f"there is no field {field} of {agreement} in {room}; its fields: {known}")


def _issue(
    node: Node,
    unit: Snapshot,
    at: Instant,
    user: str,
    member: str | None,
    desk: str | None,
    room: str | None,
    roles: frozenset[Role],
    expires_at: Instant,
) -> Issued:
    mine = (one for one in unit.people.credentials(member) if one.member == member)
    if any(one.user == user and one.live(at) for one in mine):
        raise Conflict(f'the user name "{user}" is taken; choose another, or revoke that token first')
    secret = base64.urlsafe_b64encode(node.randomness.draw(32)).rstrip(b"=").decode()
    credential = Credential(
        id=uuid_from(node.randomness.draw(16)),
        user=user,
        secret_hash=hash_secret(secret),
        member=member,
        desk=desk,
        room=room,
        roles=roles,
        created_at=at,
        expires_at=expires_at,
    )
    unit.people.add_credential(credential)
    return Issued(credential, secret)


def _check_roles(roles: frozenset[Role], desk: DeskRow) -> None:
    """Refused for roles that one person may not have together, or not at this desk."""
    if Role.OPERATOR in roles:
        raise Refused("an operator runs the node and reads nothing; it is no role of a member")
    if Role.OVERSEER in roles and roles & {Role.RELEASER, Role.KEEPER}:
        raise Refused("an overseer cannot be releaser or keeper: it watches what they do")
    if desk.desk.component is not None and roles - {Role.READER}:
        raise Refused("a component's desk reads; it takes the role reader alone")


def _live(snapshot: Snapshot, member: str, user: str, at: Instant, bound_to: str | None = None) -> Credential:
    """The member's credential of a user that holds now; `_issue` sees to it that there is one at most."""
    for one in snapshot.people.credentials(member):
        if one.user == user and one.live(at) and bound_to in (None, one.room):
            return one
    raise NotFound(f"{member} has no token of {user} that holds; `opsroom member show {member}` lists them")


def _member(snapshot: Snapshot, name: str) -> Member:
    found = snapshot.people.member(name)
    if found is None:
        raise NotFound(f'there is no member "{name}"; `opsroom member add` makes one')
    return found


def _check_name(name: str, noun: str) -> None:
    reason = name_fault(name, noun)
    if reason is not None:
        raise Malformed([Fault(noun, reason)])


def _check_user(user: str) -> None:
    """Malformed for a name that Basic cannot carry (RFC 7617 section 2), or that nobody could read."""
    readable = user.isprintable() and any(letter.isalnum() for letter in user)
    if not readable or ":" in user or len(user) > USER_MOST:
        reason = f"write 1 to {USER_MOST} printable characters, a letter or digit among them, no colon"
        raise Malformed([Fault("user", reason)])
