"""Keeps what is decided in step with the facts: classes, footings, verdicts and feeds, inside one unit of work.

Operations change facts and then say what changed; `Upkeep` decides again what that touches, and nothing
else. It is the one place that writes verdicts and feed rows.
"""

from opsroom.upkeep.facts import Facts, FactsCache
from opsroom.upkeep.upkeep import Upkeep

__all__ = ["Facts", "FactsCache", "Upkeep"]
