"""What a conversion could not carry over: nothing is left out silently."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Report:
    """One thing that did not arrive as it was: where it stands in the source, what it is, and why."""

    path: str
    what: str
    why: str
