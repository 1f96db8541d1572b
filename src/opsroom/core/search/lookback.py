"""How far back a search looks."""

import re

from opsroom.errors import Fault, Malformed

_SECOND = 1_000_000
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_LOOKBACK = re.compile(r"0*([1-9]\d{0,5})([smhdw])", re.ASCII | re.IGNORECASE)


def last(text: str) -> int:
    """The microseconds of a span such as `30s`, `90m`, `12h`, `5d`, `2w`; Malformed, path "last".

    >>> last("90m")
    5400000000
    """
    found = _LOOKBACK.fullmatch(text.strip())
    if found is None:
        reason = f'"{text[:40]}" is no span: write a number from 1 to 999999 and s, m, h, d or w, such as 5d'
        raise Malformed([Fault("last", reason)])
    return int(found[1]) * _UNITS[found[2].lower()] * _SECOND
