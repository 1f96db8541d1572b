"""The API under requests of every kind, right and wrong."""

from tests.fuzz.api_grammar import request
from tests.fuzz.lives import live


def test_no_request_breaks_what_holds_of_every_answer() -> None:
    found = live(0.3, request)
    assert {200, 400, 401, 403, 404, 405, 415} <= found.keys(), found
    assert found[200] > found.total() / 4, found
