"""Real objects over TAXII: contributed by one member into a TLP:CLEAR collection, read back byte for byte.

Another member reads every one that the rule releases, byte for byte; of each of the rest the ground is known; a
member of no agreement finds no room. The corpus is read where it lies beside the checkout; without it the
examples of our own tests stand in.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from opsroom.core.release import Desk
from opsroom.operations.enrol import set_posting
from opsroom.storage.sql import SqlStore, open_sqlite
from opsroom.upkeep.sights import REFERENCE
from tests.builders import World
from tests.core.stix.examples import EXAMPLES
from tests.taxii import conftest
from tests.taxii.conftest import Client, Served

CORPUS = Path(__file__).parents[3] / "shared" / "stix"
EXPLAINED = {"label", "red-unnamed", REFERENCE}
"""Why some are not released: markings that lead nowhere, TLP:RED without names, and what refers to such."""


class Envelope(msgspec.Struct):
    objects: list[msgspec.Raw] = []
    more: bool = False
    next: str | None = None


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_sqlite(tmp_path / "opsroom.db")
    yield opened
    opened.close()


@pytest.fixture
def served(room: World, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Served:
    for name, value in (("BODY", 8_000_000), ("OBJECTS", 5000), ("PAGE", 100), ("MOST", 500)):
        monkeypatch.setattr(conftest, name, value)
    set_posting(room.node, "alfa", "room", room.agreements["all"], "incidents", tlp="clear")
    found: Served = request.getfixturevalue("door")
    return found


def corpus() -> list[bytes]:
    if not CORPUS.is_dir():
        return [json.dumps(one).encode() for one in EXAMPLES.values()]
    classes = [line.split("\t")[1] for line in (CORPUS / "valid.index").read_text().splitlines()]
    lines = (CORPUS / "valid.ndjson").read_bytes().splitlines()
    return [raw for raw, kind in zip(lines, classes, strict=True) if kind in ("core", "ext")]


def everything(client: Client, path: str) -> list[bytes]:
    found: list[bytes] = []
    query = {"limit": "500", "match[version]": "all"}
    while True:
        response = client.get(path, **query)
        assert response.status_code == 200
        page = msgspec.json.decode(response.content, type=Envelope)
        found += [bytes(one) for one in page.objects]
        if not page.more:
            return found
        query["next"] = page.next or ""


def test_real_objects_come_back_byte_for_byte(served: Served) -> None:
    raws = corpus()
    assert CORPUS.is_dir() is (len(raws) == 1634)
    alfa, path = served.client("alfa"), served.objects
    for start in range(0, len(raws), 500):
        response = alfa.post(path, *raws[start : start + 500])
        assert response.status_code == 202
        assert response.json()["failure_count"] == 0, response.json()["failures"]
    assert Counter(everything(alfa, path)) == Counter(raws)
    read = everything(served.client("bravo"), path)
    grounds = decided(served.world, "bravo")
    assert len(read) == grounds.pop("provision")
    assert not Counter(read) - Counter(raws)
    assert len(read) + grounds.total() == len(raws)
    assert set(grounds) <= EXPLAINED
    assert Counter(everything(served.client("carol"), path)) == Counter(read)
    assert served.client("delta").get(path).status_code == 404


def decided(world: World, member: str) -> Counter[str]:
    """How often which ground, over every offer of the room."""
    with world.node.store.reading() as snapshot:
        sights = world.node.upkeep(snapshot).sights()
        footings = snapshot.decisions.footings_on("room", snapshot.decisions.classes("room"))
        offers = [one for number in footings for one in snapshot.offers.of_footing("room", number, 0, 9999)]
        return Counter(str(sights.of("room", one, Desk(member)).ground) for one in offers)
