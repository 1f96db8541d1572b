"""Builds a node with rooms and agreements for tests: a clock that the test sets, randomness from a seed.

Agreements are recorded straight into the store as signed by all their parties at the clock's instant;
signing itself is tested where it lives.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from opsroom.core.agreement.file import parse_agreement
from opsroom.core.agreement.record import Collection, Entry, VersionRow
from opsroom.core.canonical import canonical, digest
from opsroom.core.identifiers import uuid_from
from opsroom.core.roster import Role
from opsroom.core.timestamps import Instant, parse_instant, render
from opsroom.node import Node
from opsroom.operations import enrol
from opsroom.operations.disclose import page
from opsroom.ports import Store
from opsroom.principals import Principal, acting_for

START = parse_instant("2026-03-01T12:00:00Z")
SECOND = 1_000_000
DAY = 86_400 * SECOND


@dataclass(slots=True)
class HandClock:
    """A clock that stands where it is put and moves on by a microsecond when asked."""

    instant: Instant = START

    def now(self) -> Instant:
        self.instant += 1
        return self.instant


class StillClock(HandClock):
    """A clock that stands: how often it is asked changes nothing."""

    def now(self) -> Instant:
        return self.instant


@dataclass(slots=True)
class SeededRandomness:
    """Bytes from a seed: the same for the same sequence of draws."""

    source: random.Random = field(default_factory=lambda: random.Random(2015))

    def draw(self, count: int) -> bytes:
        return self.source.randbytes(count)


@dataclass(slots=True)
class World:
    """A node under test."""

    node: Node
    clock: HandClock
    agreements: dict[str, str] = field(default_factory=dict)

    def member(self, *names: str) -> None:
        for name in names:
            enrol.add_member(self.node, name, title=name.title())

    def room(self, name: str, host: str) -> None:
        enrol.open_room(self.node, name, title=f"Room {name}", host=host, place="Somewhere")

    def agree(
        self,
        name: str,
        room: str,
        parties: Sequence[str | Mapping[str, Any]],
        fields: Sequence[str | Mapping[str, Any]],
        **terms: Any,
    ) -> str:
        """Records an agreement as signed by all; returns its id. `name` is for the test alone."""
        identifier = f"agreement--{uuid_from(self.node.randomness.draw(16))}"
        self.agreements[name] = identifier
        file: dict[str, Any] = {
            "schema": "opsroom.agreement/1",
            "id": identifier,
            "version": 1,
            "title": f"Agreement {name}",
            "parties": [{"member": one} if isinstance(one, str) else dict(one) for one in parties],
            "in_force": {"from": "2026-01-01T00:00:00Z"},
            "scale": [],
            "provisions": [{"field": one} if isinstance(one, str) else dict(one) for one in fields],
            **terms,
        }
        self.record(room, file)
        return identifier

    def record(self, room: str, file: dict[str, Any], also_signed_by: Sequence[str] = ()) -> None:
        agreement = parse_agreement(file)
        at = self.clock.now()
        members = frozenset(agreement.terms.parties).union(also_signed_by)
        with self.node.store.writing() as unit:
            unit.agreements.add_version(
                VersionRow(
                    agreement.id, agreement.version, room, agreement.digest, agreement.signed_bytes, at
                )
            )
            known = {one.field for one in unit.agreements.collections(room) if one.agreement == agreement.id}
            for name in agreement.terms.fields:
                if name not in known:
                    number = uuid_from(self.node.randomness.draw(16))
                    unit.agreements.add_collection(Collection(number, room, agreement.id, name))
            position = len(unit.agreements.entries(agreement.id)) + 1
            unit.agreements.add_entry(
                Entry(
                    agreement=agreement.id,
                    position=position,
                    kind="sign",
                    version=agreement.digest,
                    by=tuple(sorted(members)),
                    payload=agreement.signed_bytes,
                    digest=agreement.digest,
                    envelope=b"{}",
                    effective_at=at,
                    recorded_at=at,
                )
            )
            self.node.upkeep(unit).agreements_changed(members)
        self.node.advance()

    def event(
        self,
        name: str,
        kind: str,
        *,
        scope: Mapping[str, Any] | None = None,
        effective_at: Instant | None = None,
        by: Sequence[str] = (),
        advance: bool = True,
    ) -> None:
        """Records an event of an agreement as if it had the signatures that it takes."""
        identifier, at = self.agreements[name], self.clock.now()
        effective = at if effective_at is None else effective_at
        payload = canonical({"scope": scope or {}, "effective_at": render(effective), "type": kind})
        with self.node.store.writing() as unit:
            newest = unit.agreements.versions(identifier)[-1]
            unit.agreements.add_entry(
                Entry(
                    agreement=identifier,
                    position=len(unit.agreements.entries(identifier)) + 1,
                    kind=kind,
                    version=newest.digest,
                    by=tuple(by),
                    payload=payload,
                    digest=digest(payload),
                    envelope=b"{}",
                    effective_at=effective,
                    recorded_at=at,
                )
            )
            upkeep = self.node.upkeep(unit)
            record = next(x for x in upkeep.context.facts.edges.records if x.agreement == identifier)
            upkeep.agreements_changed(record.members)
        if advance:
            self.node.advance()

    def collection(self, name: str, field_name: str, room: str) -> str:
        with self.node.store.reading() as snapshot:
            return enrol.collection_of(snapshot, room, self.agreements[name], field_name).id

    def principal(self, member: str, desk: str | None = None) -> Principal:
        with self.node.store.reading() as snapshot:
            return acting_for(snapshot, member, desk=desk)

    def token(self, member: str, *roles: Role, user: str | None = None, desk: str = "main") -> str:
        """A bearer secret; its user is `user` or the member's name."""
        return enrol.issue_token(
            self.node,
            member,
            user=user or member,
            roles=frozenset(roles or (Role.READER, Role.CONTRIBUTOR)),
            expires_at=self.clock.instant + 365 * DAY,
            desk=desk,
        ).secret

    def read(
        self,
        member: str,
        room: str,
        collection: str = "released",
        desk: str | None = None,
        page_size: int = 3,
    ) -> list[bytes]:
        """Everything that a member reads of a collection, page by page."""
        bodies: list[bytes] = []
        after, more = 0, True
        principal = self.principal(member, desk)
        while more:
            found = page(self.node, principal, room, collection, after=after, limit=page_size)
            bodies += [one.body for one in found.entries]
            after, more = found.last or after, found.more
        return bodies


def world(store: Store) -> World:
    """An empty node over a store."""
    clock = HandClock()
    return World(Node(store, clock, SeededRandomness()), clock)
