"""Feeds in memory (`opsroom.ports.Feeds`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from opsroom.core.feed import FeedRow, Tick
from opsroom.core.offer import StoredItem
from opsroom.errors import Conflict
from opsroom.storage.memory.state import State


class MemoryFeeds:
    """The rows of each desk's feed, and its head."""

    def __init__(self, state: State) -> None:
        self._state = state

    def head(self, room: str, desk: str) -> Tick:
        return self._state.heads.get((room, desk), 0)

    def put_head(self, room: str, desk: str, last: Tick) -> None:
        self._state.heads[room, desk] = last

    def add(self, room: str, desk: str, rows: Sequence[FeedRow]) -> None:
        ticks = [one.added for one in rows]
        if len(set(ticks)) < len(ticks) or any((room, desk, tick) in self._state.rows for tick in ticks):
            raise Conflict("a tick of this feed is taken")
        self._state.rows.update({(room, desk, one.added): one for one in rows})

    def remove(self, room: str, desk: str, ticks: Mapping[Tick, Tick]) -> None:
        for tick, gone in ticks.items():
            found = self._state.rows.pop((room, desk, tick), None)
            if found is not None:
                self._state.removed[room, desk, tick] = (gone, found)

    def put_footings(self, room: str, desk: str, footings: Iterable[int]) -> None:
        self._state.shown_on[room, desk] = self._state.shown_on.get((room, desk), frozenset()).union(footings)

    def footings(self, room: str, desk: str) -> list[int]:
        return sorted(self._state.shown_on.get((room, desk), ()))

    def moves(
        self, room: str, desk: str, *, collection: str | None, after: Tick, limit: int
    ) -> list[tuple[Tick, int]]:
        lives = [(row, gone) for row, gone in self._lives(room, desk) if collection in (None, row.collection)]
        came = [(row.added, row.item) for row, _ in lives]
        left = [(gone, row.item) for row, gone in lives if gone is not None]
        return sorted(one for one in (*came, *left) if one[0] > after)[:limit]

    def lives(self, room: str, desk: str, items: Iterable[int]) -> list[tuple[FeedRow, Tick | None]]:
        wanted = set(items)
        return [
            (self._resting(room, row), gone) for row, gone in self._lives(room, desk) if row.item in wanted
        ]

    def page(
        self,
        room: str,
        desk: str,
        *,
        collection: str | None,
        kind: str | None = None,
        after: Tick,
        limit: int,
    ) -> list[FeedRow]:
        later = [
            one
            for one in self._of(room, desk)
            if one.added > after and collection in (None, one.collection) and kind in (None, one.kind)
        ]
        return [self._resting(room, one) for one in later[:limit]]

    def of_ids(self, room: str, desk: str, ids: Iterable[str]) -> list[FeedRow]:
        wanted = set(ids)
        return [self._resting(room, one) for one in self._of(room, desk) if one.id in wanted]

    def of_items(self, room: str, desks: Iterable[str], items: Iterable[int]) -> list[tuple[str, FeedRow]]:
        wanted, readers = set(items), set(desks)
        return [
            (key[1], self._resting(room, one))
            for key, one in sorted(self._state.rows.items())
            if key[0] == room and key[1] in readers and one.item in wanted
        ]

    def of_offers(self, room: str, offers: Iterable[int]) -> list[tuple[str, FeedRow]]:
        wanted = set(offers)
        return [
            (key[1], self._resting(room, one))
            for key, one in sorted(self._state.rows.items())
            if key[0] == room and one.offer in wanted
        ]

    def received(
        self, rooms: Iterable[str], desks: Iterable[str], ids: Iterable[str]
    ) -> list[tuple[str, FeedRow, StoredItem]]:
        among, readers, wanted = set(rooms), set(desks), set(ids)
        found: list[tuple[str, FeedRow, StoredItem]] = []
        removed = {key: row for key, (_, row) in self._state.removed.items()}
        for key, row in sorted((removed | self._state.rows).items()):
            if key[0] in among and key[1] in readers and row.id in wanted and row.footing is not None:
                found.append((key[1], self._resting(key[0], row), self._state.items[key[0], row.item]))
        return found

    def _of(self, room: str, desk: str) -> list[FeedRow]:
        return [one for key, one in sorted(self._state.rows.items()) if key[:2] == (room, desk)]

    def _lives(self, room: str, desk: str) -> list[tuple[FeedRow, Tick | None]]:
        """The rows that stand and those that left, by tick."""
        left = [(row, gone) for key, (gone, row) in self._state.removed.items() if key[:2] == (room, desk)]
        standing: list[tuple[FeedRow, Tick | None]] = [(row, None) for row in self._of(room, desk)]
        return sorted([*left, *standing], key=lambda one: one[0].added)

    def _resting(self, room: str, row: FeedRow) -> FeedRow:
        if row.footing is None:
            return row
        return replace(row, footing=self._state.offers[room, row.offer].footing)
