"""Terms in SQL (`opsroom.ports.Terms`)."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import ColumnElement, bindparam, delete, select

from opsroom.storage.sql import schema
from opsroom.storage.sql.shelf import Shelf

_TERM = schema.term
_AT_ONCE = 90
"""Terms in one statement, beside the shelves."""
_GONE = delete(_TERM).where(
    _TERM.c.room == bindparam("of_room"),
    _TERM.c.shelf == bindparam("of_shelf"),
    _TERM.c.term == bindparam("of_term"),
    _TERM.c.item == bindparam("of_item"),
)


class SqlTerms(Shelf):
    """The index of words and values: rows in the order of room, shelf and term, read range by range."""

    def put(self, room: str, shelf: str, items: Mapping[int, Mapping[str, int]]) -> None:
        rows = sorted(
            (room, shelf, term, item, weight)
            for item, weights in items.items()
            for term, weight in weights.items()
        )
        self._put_many(_TERM, ("room", "shelf", "term", "item", "weight"), rows)

    def drop(self, room: str, shelf: str, items: Mapping[int, Iterable[str]]) -> None:
        rows = sorted((term, item) for item, terms in items.items() for term in terms)
        if rows:
            gone = [
                {"of_room": room, "of_shelf": shelf, "of_term": term, "of_item": item} for term, item in rows
            ]
            self._connection.execute(_GONE, gone)

    def between(self, room: str, shelves: Iterable[str], low: str, high: str) -> list[tuple[str, int, int]]:
        # PostgreSQL takes no NUL in a text; terms hold no control character, so the next one bounds alike.
        low, high = low.replace("\0", "\x01"), high.replace("\0", "\x01")
        return sorted(self._of(room, shelves, (_TERM.c.term >= low) & (_TERM.c.term < high)))

    def under(self, room: str, shelves: Iterable[str], terms: Iterable[str]) -> list[tuple[str, int, int]]:
        wanted, listed = sorted(set(terms)), list(shelves)
        found: list[tuple[str, int, int]] = []
        for start in range(0, len(wanted), _AT_ONCE):
            found += self._of(room, listed, _TERM.c.term.in_(wanted[start : start + _AT_ONCE]))
        return sorted(found)

    def _of(
        self, room: str, shelves: Iterable[str], which: ColumnElement[bool]
    ) -> Iterator[tuple[str, int, int]]:
        rows = select(_TERM.c.term, _TERM.c.item, _TERM.c.weight).where(_TERM.c.room == room, which)
        return ((row.term, row.item, row.weight) for row in self._among(rows, _TERM.c.shelf, shelves))
