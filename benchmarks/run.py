"""What `make bench` prints: figures of one run, interleaved, as ratios; the machine's noise is shown beside them."""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from opsroom.core.agreement.edges import Edges
from opsroom.core.agreement.events import Record, SignedVersion
from opsroom.core.agreement.terms import read_terms
from opsroom.core.handling import Handling
from opsroom.core.reading import Reader
from opsroom.core.release import Desk, Item, decide
from opsroom.core.stix.objects import examine
from opsroom.operations.contribute import post
from opsroom.operations.disclose import page
from opsroom.storage.sql import open_sqlite
from tests import objects
from tests.builders import world

ROUNDS = 7


def rate(work: Callable[[], int]) -> float:
    """Units of work a second."""
    started = time.perf_counter()
    return work() / (time.perf_counter() - started)


def measured(**works: Callable[[], int]) -> dict[str, list[float]]:
    """The rates of several works, interleaved round by round."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            found[name].append(rate(work))
    return found


def told(title: str, found: dict[str, list[float]], floor: str) -> None:
    print(f"\n{title} (median of {ROUNDS}, interleaved; least and most of the runs behind it)")
    base = statistics.median(found[floor])
    for name, rates in found.items():
        middle = statistics.median(rates)
        print(f"  {name:<24}{middle:>12,.0f}/s   {middle / base:6.3f} of {floor}   {min(rates):,.0f} to {max(rates):,.0f}")


def validation() -> None:
    raws = [objects.malware(number, description="x" * 400) for number in range(2000)]

    def examined() -> int:
        return sum(examine(raw).object is not None for raw in raws)

    def parsed() -> int:
        return sum(bool(json.loads(raw)) for raw in raws)

    told("validation, objects", measured(parse_only=parsed, every_must=examined), "parse_only")


def decision() -> None:
    file = {"parties": [{"member": "alfa"}, {"member": "bravo"}], "provisions": [{"field": "f"}], "release": "field-match"}
    version = SignedVersion(1, "", read_terms(Reader(file, "", [])))
    edges = Edges([Record(f"A{number}", (version,)) for number in range(5)])
    item, desk = Item("alfa", "report", 1, Handling(("f",))), Desk("bravo")

    def decided() -> int:
        return sum(decide(item, to=desk, at=number, by=edges) is not None for number in range(5000))

    def called() -> int:
        return sum(Desk("bravo") is not None for _ in range(5000))

    told("decide(), five agreements between two", measured(make_a_value=called, decide=decided), "make_a_value")


def reading() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = world(open_sqlite(Path(folder) / "bench.db"))
        found.member("alfa", "bravo")
        found.room("room", "alfa")
        found.agree("all", "room", ["alfa", "bravo"], ["incidents"])
        collection = found.collection("all", "incidents", "room")
        rates = []
        for start in range(0, 5000, 1000):
            raws = [objects.identity(number) for number in range(start, start + 1000)]
            principal = found.principal("alfa")
            rates.append(rate(lambda raws=raws, principal=principal: len(post(found.node, principal, "room", collection, raws).outcomes)))
        print(f"\npost, 1,000 objects at a time, first to last thousand: {', '.join(f'{one:,.0f}/s' for one in rates)}")
        reader = found.principal("bravo")

        def whole() -> int:
            return len(page(found.node, reader, "room", "released", limit=1000).entries)

        def small() -> int:
            return sum(len(page(found.node, reader, "room", "released", limit=20).entries) for _ in range(50))

        told("pages of a feed, objects", measured(of_1000=whole, of_20=small), "of_1000")


if __name__ == "__main__":
    validation()
    decision()
    reading()
