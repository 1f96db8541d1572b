"""People in memory (`opsroom.ports.People`)."""

from collections.abc import Iterable
from dataclasses import replace

from opsroom.core.roster import Component, Credential, DeskRow, Holding, Member, MemberKey, Room
from opsroom.core.timestamps import Instant
from opsroom.core.windows import Window
from opsroom.errors import Conflict, NotFound
from opsroom.storage.memory.state import State


class MemoryPeople:
    """Rooms, members, keys, components, desks, credentials, holdings."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add_room(self, room: Room) -> None:
        _fresh(self._state.rooms, room.name, f"room {room.name}")
        self._state.rooms[room.name] = room
        self._state.epoch += 1

    def room(self, name: str) -> Room | None:
        return self._state.rooms.get(name)

    def rooms(self) -> list[Room]:
        return sorted(self._state.rooms.values(), key=lambda one: one.name)

    def add_member(self, member: Member) -> None:
        _fresh(self._state.members, member.name, f"member {member.name}")
        self._state.members[member.name] = member

    def member(self, name: str) -> Member | None:
        return self._state.members.get(name)

    def members(self) -> list[Member]:
        return sorted(self._state.members.values(), key=lambda one: one.name)

    def add_key(self, key: MemberKey) -> None:
        _fresh(self._state.keys, (key.member, key.fingerprint), f"key {key.fingerprint}")
        self._state.keys[key.member, key.fingerprint] = key

    def end_key(self, member: str, fingerprint: str, at: Instant) -> None:
        found = self._state.keys.get((member, fingerprint))
        if found is None:
            raise NotFound(f"{member} has no key {fingerprint}")
        self._state.keys[member, fingerprint] = replace(found, window=Window(found.window.since, at))

    def keys(self, member: str) -> list[MemberKey]:
        mine = [one for one in self._state.keys.values() if one.member == member]
        return sorted(mine, key=lambda one: (one.window.since, one.fingerprint))

    def add_component(self, component: Component) -> None:
        key = (component.member, component.name)
        _fresh(self._state.components, key, f"component {component.name} of {component.member}")
        self._state.components[key] = component

    def components(self, member: str) -> list[Component]:
        mine = [one for one in self._state.components.values() if one.member == member]
        return sorted(mine, key=lambda one: one.name)

    def add_desk(self, desk: DeskRow) -> None:
        _fresh(self._state.desks, desk.id, f"desk {desk.id}")
        named = {(one.desk.member, one.name) for one in self._state.desks.values()}
        _fresh(named, (desk.desk.member, desk.name), f"desk {desk.name} of {desk.desk.member}")
        self._state.desks[desk.id] = desk

    def desk(self, identifier: str) -> DeskRow | None:
        return self._state.desks.get(identifier)

    def desks(self, members: Iterable[str] | None = None) -> list[DeskRow]:
        wanted = None if members is None else set(members)
        found = [one for one in self._state.desks.values() if wanted is None or one.desk.member in wanted]
        return sorted(found, key=lambda one: (one.desk.member, one.name))

    def add_credential(self, credential: Credential) -> None:
        _fresh(self._state.credentials, credential.id, f"credential {credential.id}")
        hashes = {one.secret_hash for one in self._state.credentials.values()}
        _fresh(hashes, credential.secret_hash, f"the secret of credential {credential.id}")
        self._state.credentials[credential.id] = credential

    def credential_of(self, secret_hash: bytes) -> Credential | None:
        found = (one for one in self._state.credentials.values() if one.secret_hash == secret_hash)
        return next(found, None)

    def credentials(self, member: str | None = None) -> list[Credential]:
        found = [one for one in self._state.credentials.values() if member in (None, one.member)]
        return sorted(found, key=lambda one: (one.user, one.created_at, one.id))

    def revoke_credential(self, identifier: str, at: Instant) -> None:
        found = self._state.credentials.get(identifier)
        if found is None:
            raise NotFound(f"there is no credential {identifier}")
        self._state.credentials[identifier] = replace(found, revoked_at=at)

    def add_holding(self, holding: Holding) -> None:
        key = (holding.owner, holding.category, holding.member, holding.window.since)
        _fresh(self._state.holdings, key, f"holding of {holding.category} by {holding.member}")
        self._state.holdings[key] = holding
        self._state.epoch += 1

    def end_holding(self, owner: str, category: str, member: str, at: Instant) -> None:
        mine = (
            (key, one) for key, one in self._state.holdings.items() if key[:3] == (owner, category, member)
        )
        standing = {key: one for key, one in mine if at in one.window}
        if not standing:
            raise NotFound(f"{member} does not hold {category} of {owner}")
        for key, one in standing.items():
            self._state.holdings[key] = replace(one, window=Window(one.window.since, at))
        self._state.epoch += 1

    def holdings(self) -> list[Holding]:
        return [self._state.holdings[key] for key in sorted(self._state.holdings)]

    def setting(self, key: str) -> bytes | None:
        return self._state.settings.get(key)

    def put_setting(self, key: str, value: bytes) -> None:
        self._state.settings[key] = value


def _fresh(taken: "Iterable[object]", key: object, what: str) -> None:
    if key in set(taken):
        raise Conflict(f"{what} is there already")
