"""Failures as TAXII error messages (section 3.6). The one place where this door knows status codes of failures.

Hidden looks absent: every 404 is the same answer, and so is every 401.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from opsroom.credentials import CHALLENGES
from opsroom.errors import (
    Conflict,
    Malformed,
    NotFound,
    OpsroomError,
    Refused,
    Throttled,
    Unauthenticated,
    Unavailable,
)

TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    408: "Request timeout",
    409: "Conflict",
    413: "Content too large",
    415: "Unsupported media type",
    422: "Unprocessable content",
    429: "Too many requests",
    500: "Internal server error",
    503: "Service unavailable",
}
_FAMILIES: dict[type[OpsroomError], int] = {
    Malformed: 400,
    Unauthenticated: 401,
    Refused: 403,
    NotFound: 404,
    Conflict: 409,
    Throttled: 429,
    Unavailable: 503,
}
_ALIKE = {
    401: "Send a credential that holds: Basic with a user and its token, or Bearer with the token. "
    "One that is mistyped, expired or revoked is answered as none.",
    404: "There is nothing here that you may know of.",
    500: "The server failed. The request was not at fault; its log says more.",
}
"""What is said whatever the reason was."""


@dataclass(slots=True)
class Failure(Exception):
    """A request that is answered with an error message."""

    status: int
    description: str = ""
    headers: Sequence[tuple[str, str]] = ()

    @property
    def body(self) -> bytes:
        """The error message (section 3.6.1)."""
        description = _ALIKE.get(self.status, self.description)
        return msgspec.json.encode(
            {"title": TITLES[self.status], "description": description, "http_status": str(self.status)}
        )


def failure_of(error: Exception) -> Failure:
    """How an error of an operation is answered; one of no family is the server's own fault."""
    if isinstance(error, Failure):
        return error
    status = next((code for family, code in _FAMILIES.items() if isinstance(error, family)), 500)
    headers = [("WWW-Authenticate", one) for one in CHALLENGES] if status == 401 else []
    if isinstance(error, Unavailable):
        headers.append(("Retry-After", str(error.after if isinstance(error, Throttled) else 1)))
    return Failure(status, str(error), headers)
