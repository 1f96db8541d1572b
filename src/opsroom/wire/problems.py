"""Problem details (RFC 9457): how a failure is told, and the error that it is on the other side."""

import re

import msgspec

from opsroom.errors import (
    Conflict,
    Fault,
    Malformed,
    NotFound,
    OpsroomError,
    Refused,
    Throttled,
    Unauthenticated,
    Unavailable,
)

_FAULTY = frozenset({400, 405, 413, 414, 415, 431})
"""Statuses of requests that are wrong in themselves, also where a proxy says so."""
_ELSEWHERE = frozenset({301, 302, 303, 307, 308})
_SECONDS = re.compile(r"\d{1,9}")
MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:opsroom:problem:"
_FAMILIES: tuple[tuple[type[OpsroomError], str, int, str], ...] = (
    (Malformed, "malformed", 400, "Bad request"),
    (Unauthenticated, "unauthenticated", 401, "Unauthorized"),
    (Refused, "refused", 403, "Forbidden"),
    (NotFound, "not-found", 404, "Not found"),
    (Conflict, "conflict", 409, "Conflict"),
    (Throttled, "throttled", 429, "Too many requests"),
    (Unavailable, "unavailable", 503, "Service unavailable"),
)
ALIKE = {
    401: "Send a credential that holds: Bearer with the token, or Basic with a user and its token. "
    "One that is mistyped, expired or revoked is answered as none.",
    404: "There is nothing here that you may know of.",
    500: "The server failed. The request was not at fault; its log says more.",
}
"""What is said whatever the reason was: hidden looks absent."""


class ProblemFault(msgspec.Struct, frozen=True):
    """One thing wrong with the request: where (a field, or a place in the body) and what."""

    path: str
    reason: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request failed (RFC 9457 section 3.1); `faults` are everything that is wrong with it."""

    type: str
    title: str
    status: int
    detail: str = ""
    faults: tuple[ProblemFault, ...] = ()


def problem_of(error: Exception) -> Problem:
    """How an error is told; one of no family is the server's own fault, and nothing is said of it."""
    for family, name, status, title in _FAMILIES:
        if isinstance(error, family):
            faults = error.faults if isinstance(error, Malformed) else ()
            listed = tuple(ProblemFault(one.path, one.reason) for one in faults)
            return Problem(_TYPE + name, title, status, ALIKE.get(status, str(error)), listed)
    return Problem("about:blank", "Internal server error", 500, ALIKE[500])


def problem_error(problem: Problem, *, after: str | None = None) -> OpsroomError:
    """The error that a problem tells of, by its type, else by its status. `after`: the header Retry-After."""
    named = next((kind for kind, name, *_ in _FAMILIES if problem.type == _TYPE + name), None)
    family = named or _family_of(problem.status)
    if family is Malformed and problem.faults:
        return Malformed([Fault(one.path, one.reason) for one in problem.faults])
    said = problem.detail or problem.title
    if family is Throttled:
        return Throttled(said, after=int(after) if after is not None and _SECONDS.fullmatch(after) else 1)
    return family(said)


def error_of(status: int, body: bytes, *, after: str | None = None) -> OpsroomError:
    """The error that an answer tells of; where it is none of this API, what its status says of the request."""
    try:
        return problem_error(msgspec.json.decode(body, type=Problem), after=after)
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = f"the server answered {status} and said no more"
    if status in _ELSEWHERE:
        said = f"{said}: it leads elsewhere, and the token goes nowhere but to the address that was given"
    return problem_error(Problem("about:blank", said, status), after=after)


def _family_of(status: int) -> type[OpsroomError]:
    """Asked again, what is at fault in itself fails again; anything else may help to wait for."""
    if status in _FAULTY:
        return Malformed
    return Throttled if status == 429 else Unavailable
