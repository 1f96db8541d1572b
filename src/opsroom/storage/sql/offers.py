"""Offers in SQL (`opsroom.ports.Offers`)."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, bindparam, select, update

from opsroom.core.canonical import canonical
from opsroom.core.handling import Handling, read_label
from opsroom.core.offer import Approval, Offer, OfferState
from opsroom.core.reading import Reader
from opsroom.errors import NotFound
from opsroom.storage.sql import schema
from opsroom.storage.sql.shelf import Shelf, as_row, reader, upsert


class SqlOffers(Shelf):
    """Offers, labels, approvals."""

    def put_label(self, room: str, handling: Handling) -> None:
        statement = upsert(self._connection, schema.label, ["room", "digest"], {})
        text = canonical(handling.as_mapping()).decode()
        self._connection.execute(statement, {"room": room, "digest": handling.digest, "handling": text})

    def labels(self, room: str, digests: Iterable[str]) -> dict[str, Handling]:
        table = schema.label
        rows = self._among(select(table).where(table.c.room == room), table.c.digest, digests)
        return {row.digest: _handling(row.handling) for row in rows}

    def add(self, offers: Sequence[Offer]) -> None:
        self._insert(
            schema.offer, [as_row(one) for one in offers], "an offer of this number is there already"
        )

    def replace(self, offers: Sequence[Offer]) -> None:
        if not offers:
            return
        rows = [{f"_{name}": value for name, value in as_row(one).items()} for one in offers]
        with self._connection.begin_nested():
            if self._connection.execute(_REPLACE, rows).rowcount < len(rows):
                raise NotFound("one of the offers to replace is not there; none is replaced")

    def by_number(self, room: str, numbers: Iterable[int]) -> dict[int, Offer]:
        table = schema.offer
        rows = self._among(select(table).where(table.c.room == room), table.c.number, numbers)
        return {row.number: _offer(row) for row in rows}

    def of_items(self, room: str, items: Iterable[int]) -> list[Offer]:
        table = schema.offer
        rows = self._among(select(table).where(table.c.room == room), table.c.item, items)
        return sorted((_offer(row) for row in rows), key=lambda one: one.number)

    def of_unit(self, room: str, unit: str, after: int, limit: int) -> list[Offer]:
        return self._later(room, schema.offer.c.unit == unit, after, limit)

    def of_footing(self, room: str, footing: int, after: int, limit: int) -> list[Offer]:
        offered = schema.offer.c.state == OfferState.OFFERED.value
        return self._later(room, (schema.offer.c.footing == footing) & offered, after, limit)

    def in_state(self, room: str, originator: str, state: OfferState, after: int, limit: int) -> list[Offer]:
        mine = (schema.offer.c.originator == originator) & (schema.offer.c.state == state.value)
        return self._later(room, mine, after, limit)

    def add_approval(self, approval: Approval) -> None:
        self._insert(schema.approval, [as_row(approval)], f"{approval.person} has approved this already")

    def approvals(self, room: str, offers: Iterable[int]) -> list[Approval]:
        table = schema.approval
        rows = self._among(select(table).where(table.c.room == room), table.c.offer, offers)
        return sorted((_approval(row) for row in rows), key=lambda one: (one.offer, one.at, one.person))

    def _later(self, room: str, mine: "ColumnElement[bool]", after: int, limit: int) -> list[Offer]:
        table = schema.offer
        statement = select(table).where(table.c.room == room, mine, table.c.number > after)
        return [_offer(row) for row in self._rows(statement.order_by(table.c.number).limit(limit))]


_approval = reader(Approval)
_REPLACE = (
    update(schema.offer)
    .where(schema.offer.c.room == bindparam("_room"), schema.offer.c.number == bindparam("_number"))
    .values({one.name: bindparam(f"_{one.name}") for one in schema.offer.columns if not one.primary_key})
)


@lru_cache(maxsize=4096)
def _handling(text: str) -> Handling:
    return Reader.over(msgspec.json.decode(text), "label", []).done(read_label)


def _offer(row: "Row[Any]") -> Offer:
    return Offer(**{**row._mapping, "state": OfferState(row.state)})
