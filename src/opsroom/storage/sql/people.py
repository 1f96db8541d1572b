"""People in SQL (`opsroom.ports.People`)."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Row, select, update

from opsroom.core.release import Desk
from opsroom.core.roster import Component, Credential, DeskRow, Holding, Member, MemberKey, Role, Room
from opsroom.core.timestamps import Instant
from opsroom.core.windows import Window
from opsroom.errors import NotFound
from opsroom.storage.sql import schema
from opsroom.storage.sql.shelf import Shelf, as_row, reader


class SqlPeople(Shelf):
    """Rooms, members, keys, components, desks, credentials, holdings."""

    def add_room(self, room: Room) -> None:
        self._insert(schema.room, [as_row(room)], f"room {room.name} is there already")
        self._move_on()

    def room(self, name: str) -> Room | None:
        row = self._one(select(schema.room).where(schema.room.c.name == name))
        return None if row is None else _room(row)

    def rooms(self) -> list[Room]:
        return [_room(row) for row in self._rows(select(schema.room).order_by(schema.room.c.name))]

    def add_member(self, member: Member) -> None:
        self._insert(schema.member, [as_row(member)], f"member {member.name} is there already")

    def member(self, name: str) -> Member | None:
        row = self._one(select(schema.member).where(schema.member.c.name == name))
        return None if row is None else _member(row)

    def members(self) -> list[Member]:
        return [_member(row) for row in self._rows(select(schema.member).order_by(schema.member.c.name))]

    def add_key(self, key: MemberKey) -> None:
        row: dict[str, object] = {"member": key.member, "fingerprint": key.fingerprint, "public": key.public}
        row |= {**_bounds(key.window), "introduced": key.introduced}
        self._insert(schema.member_key, [row], f"key {key.fingerprint} is there already")

    def end_key(self, member: str, fingerprint: str, at: Instant) -> None:
        table = schema.member_key
        mine = (table.c.member == member) & (table.c.fingerprint == fingerprint)
        if self._connection.execute(update(table).where(mine).values(until=at)).rowcount == 0:
            raise NotFound(f"{member} has no key {fingerprint}")

    def keys(self, member: str) -> list[MemberKey]:
        table = schema.member_key
        mine = select(table).where(table.c.member == member).order_by(table.c.since, table.c.fingerprint)
        return [
            MemberKey(row.member, row.fingerprint, row.public, Window(row.since, row.until), row.introduced)
            for row in self._rows(mine)
        ]

    def add_component(self, component: Component) -> None:
        row: dict[str, object] = {
            "member": component.member,
            "name": component.name,
            "title": component.title,
        }
        row |= {"part_of": component.part_of, **_bounds(component.window)}
        self._insert(schema.component, [row], f"component {component.name} is there already")

    def components(self, member: str) -> list[Component]:
        table = schema.component
        mine = select(table).where(table.c.member == member).order_by(table.c.name)
        return [
            Component(row.member, row.name, row.title, row.part_of, Window(row.since, row.until))
            for row in self._rows(mine)
        ]

    def add_desk(self, desk: DeskRow) -> None:
        inner = desk.desk
        row = {"id": desk.id, "name": desk.name, "member": inner.member, "added_at": desk.added_at}
        row |= {"fields": _listed(inner.fields), "held": _listed(inner.held), "component": inner.component}
        row["clearance"] = None if inner.clearance is None else msgspec.json.encode(inner.clearance).decode()
        self._insert(schema.desk, [row], f"desk {desk.name} of {inner.member} is there already")

    def desk(self, identifier: str) -> DeskRow | None:
        row = self._one(select(schema.desk).where(schema.desk.c.id == identifier))
        return None if row is None else _desk(row)

    def desks(self, members: Iterable[str] | None = None) -> list[DeskRow]:
        table = schema.desk
        rows = (
            self._rows(select(table))
            if members is None
            else self._among(select(table), table.c.member, members)
        )
        return sorted((_desk(row) for row in rows), key=lambda one: (one.desk.member, one.name))

    def add_credential(self, credential: Credential) -> None:
        row = {**as_row(credential), "roles": " ".join(sorted(credential.roles))}
        self._insert(schema.credential, [row], f"credential of {credential.user} is there already")

    def credential_of(self, secret_hash: bytes) -> Credential | None:
        row = self._one(select(schema.credential).where(schema.credential.c.secret_hash == secret_hash))
        return None if row is None else _credential(row)

    def credentials(self, member: str | None = None) -> list[Credential]:
        table = schema.credential
        statement = select(table).order_by(table.c.user, table.c.created_at, table.c.id)
        if member is not None:
            statement = statement.where(table.c.member == member)
        return [_credential(row) for row in self._rows(statement)]

    def revoke_credential(self, identifier: str, at: Instant) -> None:
        table = schema.credential
        done = self._connection.execute(update(table).where(table.c.id == identifier).values(revoked_at=at))
        if done.rowcount == 0:
            raise NotFound(f"there is no credential {identifier}")

    def add_holding(self, holding: Holding) -> None:
        row = {"owner": holding.owner, "category": holding.category, "member": holding.member}
        taken = f"{holding.member} holds {holding.category} already"
        self._insert(schema.holding, [row | _bounds(holding.window)], taken)
        self._move_on()

    def end_holding(self, owner: str, category: str, member: str, at: Instant) -> None:
        table = schema.holding
        named = (table.c.owner == owner) & (table.c.category == category) & (table.c.member == member)
        standing = named & (table.c.since <= at) & (table.c.until > at)
        if self._connection.execute(update(table).where(standing).values(until=at)).rowcount == 0:
            raise NotFound(f"{member} does not hold {category} of {owner}")
        self._move_on()

    def holdings(self) -> list[Holding]:
        table = schema.holding
        ordered = select(table).order_by(table.c.owner, table.c.category, table.c.member, table.c.since)
        return [
            Holding(row.owner, row.category, row.member, Window(row.since, row.until))
            for row in self._rows(ordered)
        ]

    def setting(self, key: str) -> bytes | None:
        row = self._one(select(schema.setting.c.value).where(schema.setting.c.key == key))
        return None if row is None else bytes(row.value)

    def put_setting(self, key: str, value: bytes) -> None:
        self._put(schema.setting, [{"key": key, "value": value}])


_room = reader(Room)
_member = reader(Member)


def _bounds(window: Window) -> dict[str, Instant]:
    return {"since": window.since, "until": window.until}


def _listed(names: frozenset[str] | None) -> str | None:
    return None if names is None else msgspec.json.encode(sorted(names)).decode()


def _names(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(msgspec.json.decode(text, type=list[str]))


def _desk(row: "Row[Any]") -> DeskRow:
    clearance = None if row.clearance is None else msgspec.json.decode(row.clearance, type=tuple[str, str])
    desk = Desk(row.member, _names(row.fields), _names(row.held), clearance, row.component)
    return DeskRow(row.id, row.name, desk, row.added_at)


def _credential(row: "Row[Any]") -> Credential:
    roles = frozenset(Role(one) for one in row.roles.split())
    return Credential(**{**row._mapping, "roles": roles})
