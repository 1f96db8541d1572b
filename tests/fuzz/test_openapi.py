"""What the OpenAPI document says, held against what is answered: cases that fit it, and cases that do not."""

import json
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from opsroom.api import openapi
from opsroom.wire.request import PREFIX
from tests.confidentiality.asked import ASKED, Names
from tests.fuzz.asking import Heard, Sent
from tests.fuzz.lives import REQUESTS, SEED, Life, life, report

SHARE = 0.2
HOST = "http://localhost"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DOCUMENT = schemathesis.openapi.from_dict(json.loads(openapi.document()))
OPERATIONS = [found.ok() for found in DOCUMENT.get_all_operations() if isinstance(found, Ok)]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def test_every_operation_of_the_document_can_be_asked() -> None:
    assert {one.definition.raw["operationId"] for one in OPERATIONS} == {kind.__name__ for kind in ASKED}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.definition.raw["operationId"])
def test_answers_are_as_the_document_says(operation: Any) -> None:
    each = max(1, int(REQUESTS * SHARE) // len(OPERATIONS) // len(MODES) // 2)
    with life(0) as one:
        for mode in MODES:
            for known in (known_path(operation, one.names[-1]), None):
                hold(operation, one, mode, known, each)
        report(one.answers, each)


def known_path(operation: Any, of: Names) -> dict[str, Any]:
    """What stands in the path of a request that finds something."""
    kind = next(kind for kind in ASKED if kind.__name__ == operation.definition.raw["operationId"])
    given = ASKED[kind](of)[0]
    return {name: given[name] for name in (one.name for one in operation.path_parameters)}


def hold(operation: Any, one: Life, mode: GenerationMode, known: dict[str, Any] | None, count: int) -> None:
    """Asks so many cases of one operation, and holds every answer against the document."""

    @seed(SEED)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=known))
    def each(case: Any) -> None:
        case.headers["Authorization"] = f"Bearer {one.secrets['bravo']}"
        prepared = requests.Request(**case.as_transport_kwargs(base_url=HOST + PREFIX)).prepare()
        heard = one.ask(sent_of(prepared))
        case.validate_response(response_of(prepared, heard), checks=CHECKS)

    each()


def sent_of(prepared: requests.PreparedRequest) -> Sent:
    """The request as bytes."""
    body = prepared.body or b""
    raw = body.encode() if isinstance(body, str) else bytes(body)
    headers = [(as_bytes(name), as_bytes(value)) for name, value in prepared.headers.items()]
    return Sent(prepared.method or "", prepared.path_url.encode(), tuple(headers), (raw,))


def as_bytes(text: str | bytes) -> bytes:
    """A header as it is sent."""
    return text if isinstance(text, bytes) else text.encode("latin-1")


def response_of(prepared: requests.PreparedRequest, heard: Heard) -> Response:
    """The answer as the checks take it."""
    headers: dict[str, list[str]] = {}
    for name, value in heard.headers:
        headers.setdefault(name.decode().lower(), []).append(value.decode())
    return Response(heard.status, headers, heard.body, prepared, elapsed=0.0, verify=True)
