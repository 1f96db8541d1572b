"""Instants as the wire has them, and back."""

from opsroom.core.timestamps import Instant, parse_instant, render
from opsroom.core.windows import BEGINNING, FOREVER
from opsroom.errors import Fault, Malformed


def told(instant: Instant | None) -> str | None:
    """An instant as text; None where it is unbounded."""
    return None if instant is None or instant in (BEGINNING, FOREVER) else render(instant)


def instant(text: str | None, path: str) -> Instant | None:
    """The instant of a text. Malformed, at `path`, where it is none."""
    if text is None:
        return None
    try:
        return parse_instant(text)
    except ValueError as error:
        raise Malformed([Fault(path, str(error))]) from None
