"""TAXII under requests of every kind, right and wrong."""

from tests.fuzz.lives import live
from tests.fuzz.taxii_grammar import request


def test_no_request_breaks_what_holds_of_every_answer() -> None:
    found = live(0.55, request)
    assert {200, 202, 400, 401, 403, 404, 405, 406, 413, 415, 422} <= found.keys(), found
    assert sum(count for status, count in found.items() if status < 400) > found.total() / 5, found
