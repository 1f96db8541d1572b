"""The parsers, each as a function of bytes that raises nothing but the errors that it says it raises.

What is read without a fault is put to the questions that are asked of it afterwards, and where two ways lead
to the same result they must agree.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TypeAlias

from opsroom import signing
from opsroom.core.agreement.file import parse_agreement
from opsroom.core.agreement.statement import (
    ACT_TYPE,
    CONSENT_TYPE,
    KEY_TYPE,
    parse_act,
    parse_consent,
    parse_key,
)
from opsroom.core.handling import handling_of_marking, narrowed, parse_handling
from opsroom.core.jsontext import decode, split_objects
from opsroom.core.search.lookback import last
from opsroom.core.search.patterns import constants
from opsroom.core.search.query import parse_query, suggestion_range
from opsroom.core.search.terms import terms_of
from opsroom.core.stix.objects import examine, kept
from opsroom.core.stix.pattern import pattern_faults
from opsroom.core.stix.regular_expressions import regular_expression_fault
from opsroom.core.timestamps import (
    Duration,
    earlier,
    later,
    parse_duration,
    parse_instant,
    render,
    stix_sort_key,
    stix_timestamp_fault,
)
from opsroom.errors import OpsroomError
from opsroom.taxii.body import objects_of
from opsroom.taxii.failures import Failure
from opsroom.yamltext import parse_yaml

Parser: TypeAlias = Callable[[bytes], None]
REFUSED = suppress(OpsroomError)


def text_of(raw: bytes) -> str:
    """What a door would hand on: text of whole characters."""
    return raw.decode(errors="replace")


def stix(raw: bytes) -> None:
    """One STIX object, what it is found by, and the same with customs refused."""
    found = examine(raw)
    strict = examine(raw, strict=True)
    assert (found.object is None) == bool(found.faults)
    assert strict.object is None or not found.warnings
    if found.object is not None:
        assert kept(raw) == found.object
        terms_of(raw)
        handling(raw)


def pattern(raw: bytes) -> None:
    """A STIX pattern, and the constants that it is found by."""
    text = text_of(raw)
    assert all(one.startswith("line ") for one in pattern_faults(text))
    list(constants(text))


def regular_expression(raw: bytes) -> None:
    """What stands after MATCHES."""
    regular_expression_fault(text_of(raw))


def agreement(raw: bytes) -> None:
    """An agreement file; its signed bytes are an agreement file that says the same."""
    with REFUSED:
        found = parse_agreement(parse_yaml(raw, "file"))
        again = parse_agreement(parse_yaml(found.signed_bytes, "signed"))
        assert again.digest == found.digest


def handling(raw: bytes) -> None:
    """A handling by itself, and as a marking carries it; what is read is written as it was read."""
    with REFUSED:
        value = decode(raw)
        with REFUSED:
            found = parse_handling(value)
            assert parse_handling(found.as_mapping()).digest == found.digest
            with REFUSED:
                assert narrowed(found, found) == found
        handling_of_marking(value)


def strict_json(raw: bytes) -> None:
    """Strict JSON takes nothing that a JSON decoder refuses, and reads it alike."""
    with REFUSED:
        assert decode(raw) == json.loads(raw)


def splitting(raw: bytes) -> None:
    """A stream gives the same objects wherever it is cut, and those of an envelope as the door does."""
    whole, cut = pieces_of([raw]), pieces_of(raw[place : place + 1] for place in range(len(raw)))
    assert whole == cut
    with suppress(OpsroomError, Failure):
        objects_of(raw, most=100)


def pieces_of(chunks: "Iterator[bytes] | list[bytes]") -> tuple[list[bytes], bool]:
    """The objects, and whether the stream went wrong after them."""
    found: list[bytes] = []
    try:
        found += split_objects(chunks, limit=10_000)
    except OpsroomError:
        return found, True
    return found, False


def query(raw: bytes) -> None:
    """A search, and the beginning of one."""
    text = text_of(raw)
    for read in (parse_query, suggestion_range, last):
        with REFUSED:
            read(text)


def times(raw: bytes) -> None:
    """Instants, STIX timestamps, durations."""
    text = text_of(raw)
    with suppress(ValueError):
        instant = parse_instant(text)
        assert parse_instant(render(instant)) == instant
    if stix_timestamp_fault(text) is None:
        stix_sort_key(text)
    duration = Duration(months=1)
    with suppress(ValueError):
        duration = parse_duration(text)
    for move in (later, earlier):
        with suppress(ValueError):
            render(move(0, duration))


def statement(raw: bytes) -> None:
    """A signed statement: the envelope, and what it says."""
    for payload_type, parse in ((ACT_TYPE, parse_act), (CONSENT_TYPE, parse_consent), (KEY_TYPE, parse_key)):
        with REFUSED:
            signing.claimed(raw)
            parse(signing.stated(raw, payload_type))
        with REFUSED:
            parse(decode(raw))


PARSERS: dict[str, Parser] = {
    "stix": stix,
    "pattern": pattern,
    "regular_expression": regular_expression,
    "agreement": agreement,
    "handling": handling,
    "strict_json": strict_json,
    "splitting": splitting,
    "query": query,
    "times": times,
    "statement": statement,
}
