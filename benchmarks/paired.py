"""Paired differences: their median, what it could be by chance, and what would have been seen."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """The median of differences and its interval (sign test: no law of the noise is supposed)."""

    median: float
    low: float
    high: float

    @property
    def reach(self) -> float:
        """The furthest from nothing that the interval goes."""
        return max(abs(self.low), abs(self.high))

    def beyond(self, noise: float) -> bool:
        """Whether it is a difference: not nothing by chance, and more than the noise makes by itself."""
        return (self.low > 0 or self.high < 0) and abs(self.median) > noise


def estimate(differences: Sequence[float], error: float) -> Estimate:
    """`error`: the probability at most with which the interval misses the median."""
    ordered = sorted(differences)
    cut = _cut(len(ordered), error)
    return Estimate(statistics.median(ordered), ordered[cut], ordered[-1 - cut])


def _cut(count: int, error: float) -> int:
    """How many may be left out on either side."""
    tail, cut = 0.5**count, 0
    while tail + math.comb(count, cut + 1) * 0.5**count <= error / 2:
        cut += 1
        tail += math.comb(count, cut) * 0.5**count
    return cut
