"""Who asks: a credential turned into a principal. Secrets are 256 random bits and are kept as SHA-256."""

import hashlib
from dataclasses import dataclass

from opsroom.core.roster import DeskRow, Role
from opsroom.core.timestamps import Instant
from opsroom.errors import NotFound, Refused, Unauthenticated
from opsroom.ports import Snapshot


@dataclass(frozen=True, slots=True)
class Principal:
    """A reader or worker at one desk of one member. `room` None: every room that the desk may enter."""

    user: str
    member: str
    desk: DeskRow
    roles: frozenset[Role]
    room: str | None = None

    def require(self, role: Role) -> None:
        """Refused where the principal has not that role."""
        if role not in self.roles:
            raise Refused(
                f"this takes the role {role}; the keeper of {self.member} can issue a token that has it"
            )


def hash_secret(secret: str) -> bytes:
    """What is kept of a secret. A plain digest will do: 256 random bits cannot be guessed (docs/adr)."""
    return hashlib.sha256(secret.encode()).digest()


def authenticate(snapshot: Snapshot, *, secret: str, at: Instant, user: str | None = None) -> Principal:
    """The principal of a secret (Bearer), or of a user and its secret (Basic). Raises `Unauthenticated`."""
    found = snapshot.people.credential_of(hash_secret(secret))
    if found is None or not found.live(at) or (user is not None and user != found.user):
        raise Unauthenticated("the credential does not hold")
    desk = snapshot.people.desk(found.desk) if found.desk is not None else None
    if desk is None or found.member is None:
        raise Unauthenticated("the credential has no desk; it serves to run the node, not to read")
    return Principal(found.user, found.member, desk, found.roles, found.room)


def acting_for(
    snapshot: Snapshot, member: str, *, desk: str | None = None, person: str = "operator"
) -> Principal:
    """The node's operator acting on the machine itself for a member, at its first desk or the one named."""
    if snapshot.people.member(member) is None:
        raise NotFound(f"there is no member {member or 'without a name'}; `opsroom member list` shows them")
    desks = snapshot.people.desks([member])
    chosen = [row for row in desks if desk is None or row.name == desk]
    if not chosen:
        known = ", ".join(row.name for row in desks) or "none; `opsroom member desk` makes one"
        raise Refused(f'there is no desk "{desk or ""}" of {member}; its desks: {known}')
    first = min(chosen, key=lambda row: (row.added_at, row.name))
    return Principal(person, member, first, frozenset(Role) - {Role.OPERATOR})
