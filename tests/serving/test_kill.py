"""Killed in a loop while clients write and read: nothing acknowledged is lost, nothing is doubled."""

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from time import sleep
from typing import Any

import requests

from opsroom.core.timestamps import parse_instant
from opsroom.taxii.media import TAXII
from tests import objects
from tests.serving.conftest import ServerProcess, shared_room

ROUNDS = 5
WRITERS = ("alfa", "bravo")
READERS = ("carol", "bravo")
EACH = 5
PAGE = 500
RECENT = 20
RELEASED = "/room/collections/released/"


@dataclass(slots=True)
class Clients:
    """What the clients were told, whoever of them."""

    url: str
    path: str
    tokens: dict[str, str]
    running: bool = True
    acknowledged: set[str] = field(default_factory=set)
    """STIX ids."""
    statuses: list[tuple[str, str]] = field(default_factory=list)
    """(writer, path of the status of a post)."""
    seen: dict[tuple[str, str], str] = field(default_factory=dict)
    """(reader, STIX id) → the date at which its polling found it."""
    faults: list[str] = field(default_factory=list)

    def write(self, member: str, numbers: Iterator[int]) -> None:
        """Posts envelope after envelope; what was not acknowledged is posted again until it is."""
        while self.running:
            taken = list(islice(numbers, EACH))
            body = b'{"objects":[' + b",".join(objects.identity(number) for number in taken) + b"]}"
            while self.running:
                response = self.asked(member, "POST", self.path + "objects/", data=body)
                if response is None:
                    continue
                self.expect(response.status_code == 202, f"a post was answered {response.status_code}")
                status = response.json()
                self.expect(status["success_count"] == EACH, f"a post was not taken: {status}")
                self.statuses.append((member, f"/room/status/{status['id']}/"))
                self.acknowledged |= {objects.numbered("identity", number) for number in taken}
                break

    def poll(self, member: str) -> None:
        """Polls by date, from the last one that it saw, and never sees an object twice."""
        last = "2000-01-01T00:00:00Z"
        while self.running:
            query = {"added_after": last, "limit": "7"}
            response = self.asked(member, "GET", self.path + "manifest/", params=query)
            if response is None or not response.json():
                continue
            for record in response.json()["objects"]:
                key = (member, record["id"])
                self.expect(key not in self.seen, f"{key} was polled twice")
                self.expect(parse_instant(record["date_added"]) > parse_instant(last), "a date went back")
                self.seen[key] = last = record["date_added"]

    def asked(self, member: str, method: str, path: str, **more: Any) -> requests.Response | None:
        """The answer; None where the server was gone."""
        headers = {"Accept": TAXII, "Content-Type": TAXII, "Authorization": f"Bearer {self.tokens[member]}"}
        try:
            return requests.request(method, self.url + path, headers=headers, timeout=20, **more)
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
            sleep(0.02)
            return None

    def expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.faults.append(otherwise)

    def everything(self, member: str, path: str) -> list[tuple[str, str]]:
        """(id, date) of all that a full poll gives."""
        found: list[tuple[str, str]] = []
        query: dict[str, str] = {"limit": str(PAGE)}
        for _ in range(1000):
            response = self.asked(member, "GET", path + "manifest/", params=query)
            assert response is not None
            page = response.json()
            found += [(one["id"], one["date_added"]) for one in page.get("objects", [])]
            if not page.get("more"):
                return found
            query["next"] = page["next"]
        raise AssertionError("the pages do not end")


def test_kill_loses_nothing_acknowledged_and_doubles_nothing(server: ServerProcess) -> None:
    world = shared_room(server.data)
    tokens = {member: world.token(member) for member in ("alfa", "bravo", "carol")}
    path = f"/room/collections/{world.collection('all', 'incidents', 'room')}/"
    world.node.close()
    clients = Clients(server.url, path, tokens)
    numbers = count(1)
    lives = random.Random(9)
    server.start()
    threads = [
        *(threading.Thread(target=clients.write, args=(member, numbers)) for member in WRITERS),
        *(threading.Thread(target=clients.poll, args=(member,)) for member in READERS),
    ]
    for thread in threads:
        thread.start()
    try:
        for _ in range(ROUNDS):
            sleep(0.5 + lives.random())
            server.kill()
            known, statuses = set(clients.acknowledged), clients.statuses[-RECENT:]
            server.start()
            check(clients, known, statuses)
        sleep(0.5)
    finally:
        clients.running = False
        for thread in threads:
            thread.join()
    check(clients, clients.acknowledged, clients.statuses[-RECENT:])
    assert clients.faults == []
    assert len(clients.acknowledged) >= ROUNDS * EACH
    for reader in READERS:
        dates = dict(clients.everything(reader, clients.path))
        assert {
            id: date for (member, id), date in clients.seen.items() if member == reader
        }.items() <= dates.items()


def check(clients: Clients, known: set[str], statuses: list[tuple[str, str]]) -> None:
    """What was acknowledged is there once, for its writer and for every reader, and has its status."""
    for member, path in (
        *((one, clients.path) for one in WRITERS),
        ("carol", clients.path),
        ("carol", RELEASED),
    ):
        found = clients.everything(member, path)
        ids, dates = [id for id, _ in found], [date for _, date in found]
        assert len(ids) == len(set(ids)), f"{member} has an object twice in {path}"
        assert dates == sorted(set(dates)), f"{path} is out of order for {member}"
        assert known <= set(ids), f"{member} lost {known - set(ids)} from {path}"
    for member, path in statuses:
        response = clients.asked(member, "GET", path)
        assert response is not None
        assert response.json()["success_count"] == EACH
