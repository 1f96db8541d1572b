"""Answers a keeper: its own member, whose desks, components, tokens and postings it administers."""

from collections.abc import Iterable

from opsroom.core.agreement.record import Posting
from opsroom.core.release import Desk
from opsroom.core.roster import Component, Credential, DeskRow, MemberKey, Role
from opsroom.core.timestamps import Instant, later, parse_duration, parse_instant, render
from opsroom.core.windows import BEGINNING, FOREVER, Window
from opsroom.errors import Fault, Malformed, NotFound, Refused
from opsroom.operations import agree, disclose, enrol
from opsroom.operations.disclose import Shelf
from opsroom.service.seat import Seat, answers
from opsroom.service.times import instant, told
from opsroom.wire import members as wire


@answers(wire.ShowMember)
def show(seat: Seat, _: wire.ShowMember) -> wire.Member:
    """The member itself."""
    found = _enrolled(seat)
    return wire.Member(
        name=found.member.name,
        title=found.member.title,
        identity=found.member.identity,
        added_at=render(found.member.added_at),
        keys=[_key(one) for one in found.keys],
        components=[_component(one) for one in found.components],
        desks=[_desk(one) for one in found.desks],
        tokens=[_token(one, found) for one in found.tokens],
    )


@answers(wire.AddComponent)
def add_component(seat: Seat, asked: wire.AddComponent) -> wire.Component:
    """A body of the member."""
    since, until = instant(asked.since, "from"), instant(asked.until, "to")
    window = Window(BEGINNING if since is None else since, FOREVER if until is None else until)
    if window.empty:
        raise Malformed([Fault("to", "must be later than from")])
    return _component(
        enrol.add_component(
            seat.node,
            _unbound(seat),
            asked.name,
            title=asked.title,
            part_of=asked.part_of,
            window=window,
        )
    )


@answers(wire.AddDesk)
def add_desk(seat: Seat, asked: wire.AddDesk) -> wire.MemberDesk:
    """A desk of the member."""
    desk = Desk(
        member=_unbound(seat),
        fields=None if asked.fields is None else frozenset(asked.fields),
        held=None if asked.held is None else frozenset(asked.held),
        clearance=_clearance(asked.clearance),
        component=asked.component,
    )
    return _desk(enrol.add_desk(seat.node, asked.name, desk))


@answers(wire.ListTokens)
def tokens(seat: Seat, _: wire.ListTokens) -> list[wire.Token]:
    """The member's tokens; to a keeper bound to one room, those bound to it."""
    found = _enrolled(seat)
    return [_token(one, found) for one in found.tokens]


@answers(wire.IssueToken)
def issue_token(seat: Seat, asked: wire.IssueToken) -> wire.IssuedToken:
    """A token for a desk of the member."""
    asker = seat.principal
    room = asker.room if asked.room is None else disclose.room(seat.node, asker, asked.room).name
    issued = enrol.issue_token(
        seat.node,
        asker.member,
        user=asked.user,
        roles=_roles(asked.roles),
        expires_at=_ends(seat, asked.expires),
        desk=asked.desk,
        room=room,
    )
    return _issued(seat, issued)


@answers(wire.ChangeRoles)
def change_roles(seat: Seat, asked: wire.ChangeRoles) -> wire.IssuedToken:
    """Another token for the same user."""
    asker = seat.principal
    issued = enrol.change_roles(
        seat.node, asker.member, asked.user, roles=_roles(asked.roles), bound_to=asker.room
    )
    return _issued(seat, issued)


@answers(wire.RevokeToken)
def revoke_token(seat: Seat, asked: wire.RevokeToken) -> wire.Token:
    """The end of a token."""
    asker = seat.principal
    ended = enrol.revoke_token(seat.node, asker.member, asked.user, bound_to=asker.room)
    return _token(ended, _enrolled(seat))


@answers(wire.ListPostings)
def postings(seat: Seat, asked: wire.ListPostings) -> list[wire.Posting]:
    """How the member posts, by room, agreement and field."""
    rooms = [asked.room] if asked.room is not None else _rooms(seat)
    found: list[wire.Posting] = []
    for room in rooms:
        shelves = _shelves(seat, room)
        kept = enrol.postings(seat.node, seat.principal.member, [one.id for one in shelves])
        found += [_posting(room, one.agreement or "", one.field or "", kept[one.id]) for one in shelves]
    return found


@answers(wire.SetPosting)
def set_posting(seat: Seat, asked: wire.SetPosting) -> wire.Posting:
    """How the member posts from now on; also under an agreement that has not entered yet."""
    kept = agree.listed(seat.node, asked.room, asker=seat.principal)
    fields = [(one.newest.id, name) for one in kept for name in one.fields]
    if (asked.agreement, asked.field) not in fields:
        known = "; ".join(f"{name} under {agreement}" for agreement, name in fields) or "nothing"
        raise NotFound(f"{asked.room} has no {asked.field} under {asked.agreement} for you; it has: {known}")
    posting = enrol.set_posting(
        seat.node,
        seat.principal.member,
        asked.room,
        asked.agreement,
        asked.field,
        policy=asked.policy,
        level=asked.level,
        tlp=asked.tlp,
        release_by=asked.release_by,
    )
    return _posting(asked.room, asked.agreement, asked.field, posting)


def _enrolled(seat: Seat) -> enrol.Enrolled:
    asker = seat.principal
    return enrol.enrolled(seat.node, asker.member, bound_to=asker.room)


def _unbound(seat: Seat) -> str:
    """The asker's member. Refused where its token is bound to one room."""
    asker = seat.principal
    if asker.room is not None:
        raise Refused(
            f"desks and components are the whole member's, and your token is bound to {asker.room}: "
            f"a keeper of {asker.member} whose token is bound to no room can make them"
        )
    return asker.member


def _rooms(seat: Seat) -> list[str]:
    return [one.name for one in disclose.rooms(seat.node, seat.principal)]


def _shelves(seat: Seat, room: str) -> list[Shelf]:
    """Where the member can post."""
    return [one for one in disclose.shelves(seat.node, seat.principal, room) if one.agreement is not None]


def _roles(names: Iterable[str]) -> frozenset[Role]:
    return frozenset(Role(one) for one in names)


def _clearance(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    policy, _, level = text.partition("/")
    if not (policy and level):
        raise Malformed([Fault("clearance", f'write POLICY/LEVEL, not "{text}"')])
    return policy, level


def _ends(seat: Seat, expires: str | None) -> Instant:
    """When a token ends: at a timestamp, or after a duration from now."""
    now, lifetime = seat.node.clock.now(), seat.service.token_lifetime
    try:
        if expires is not None and not expires.startswith("P"):
            return parse_instant(expires)
        ends = later(now, lifetime if expires is None else parse_duration(expires))
        return parse_instant(render(ends))
    except ValueError as error:
        raise Malformed([Fault("expires", str(error))]) from None


def _key(one: MemberKey) -> wire.MemberKey:
    bounds = told(one.window.since), told(one.window.until)
    return wire.MemberKey(one.fingerprint, *bounds, one.introduced is not None)


def _component(one: Component) -> wire.Component:
    return wire.Component(one.name, one.title, one.part_of, told(one.window.since), told(one.window.until))


def _desk(one: DeskRow) -> wire.MemberDesk:
    desk = one.desk
    return wire.MemberDesk(
        name=one.name,
        fields=None if desk.fields is None else sorted(desk.fields),
        held=None if desk.held is None else sorted(desk.held),
        clearance=desk.clearance and "/".join(desk.clearance),
        component=desk.component,
        added_at=render(one.added_at),
    )


def _token(one: Credential, of: enrol.Enrolled) -> wire.Token:
    return wire.Token(
        user=one.user,
        roles=sorted(one.roles),
        desk=of.desk_name(one),
        room=one.room,
        expires_at=render(one.expires_at),
        revoked_at=told(one.revoked_at),
    )


def _issued(seat: Seat, issued: enrol.Issued) -> wire.IssuedToken:
    found = issued.credential
    return wire.IssuedToken(
        member=seat.principal.member,
        user=found.user,
        roles=sorted(found.roles),
        desk=_enrolled(seat).desk_name(found),
        room=found.room,
        expires_at=render(found.expires_at),
        secret=issued.secret,
    )


def _posting(room: str, agreement: str, field: str, one: Posting) -> wire.Posting:
    return wire.Posting(
        room=room,
        agreement=agreement,
        field=field,
        policy=one.policy,
        level=one.level,
        tlp=one.tlp,  # type: ignore[arg-type]
        release_by=one.release_by,  # type: ignore[arg-type]
    )
