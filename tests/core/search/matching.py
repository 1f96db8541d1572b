"""What an index would answer: whether an object's terms meet a query."""

import json
from collections.abc import Iterable, Mapping

from opsroom.core.search import Query, parse_query, terms_of


def terms(**members: object) -> dict[str, int]:
    """The terms of an object with these members."""
    return terms_of(json.dumps(members).encode())


def meets(found: Iterable[str], query: Query) -> bool:
    """Whether every clause is met by some term, and no excluded one by any."""
    terms = tuple(found)
    return all(
        any(term in span for term in terms for span in clause.ranges) is not clause.excluded
        for clause in query.clauses
    )


def finds(text: str, members: Mapping[str, object]) -> bool:
    """Whether what an analyst types finds an object with these members."""
    return meets(terms(**members), parse_query(text))
