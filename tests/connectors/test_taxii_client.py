"""The TAXII client: what it finds, what it bears of servers, and what it refuses to go on with."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from opsroom.connectors import origin as web
from opsroom.connectors.origin import Misbehaved, Origin, Secret
from opsroom.connectors.sync import Fetching, SyncFile, Tally, held
from opsroom.connectors.taxii import Query, collection_at, fetch, pages, post, records
from opsroom.core.jsontext import split_objects
from opsroom.errors import (
    Conflict,
    Malformed,
    NotFound,
    OpsroomError,
    Refused,
    Unauthenticated,
    Unavailable,
)
from tests import objects
from tests.connectors.elsewhere import (
    COLLECTION,
    OBJECTS,
    ROOT,
    Answer,
    Asked,
    Elsewhere,
    Script,
    elsewhere,
    envelope,
    paged,
    taxii,
)
from tests.taxii.conftest import Served, door, store

__all__ = ["door", "store"]

RAWS = [objects.identity(number) for number in range(1, 8)]
DATES = [f"2026-01-01T00:00:0{number}.000000Z" for number in range(10)]


@pytest.fixture
def there() -> Iterator[Elsewhere]:
    with elsewhere() as found:
        yield found


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def origin(there: Elsewhere, waits: list[float]) -> Iterator[Origin]:
    with Origin(there.collection, waits.append) as found:
        yield found


@pytest.fixture
def file(tmp_path: Path, there: Elsewhere) -> Iterator[SyncFile]:
    with held(tmp_path / "state.json", "pull", there=there.collection, here="here") as found:
        yield found


PLAIN = Query()


def read(origin: Origin, query: Query = PLAIN) -> list[bytes]:
    return [raw for page in pages(origin, collection_at(origin), query) for raw in page.objects]


def fetched(origin: Origin, file: SyncFile, query: Query = PLAIN) -> list[bytes]:
    """What a fetch gives to be contributed; it is taken as contributed."""
    found: list[bytes] = []
    for batch in fetch(origin, collection_at(origin), query, file, Tally()):
        with batch.open() as stream:
            found += split_objects([stream.read()])
        file.keep(batch.after)
    return found


def scripted(*answers: Answer) -> Script:
    """Each answer once, the last for ever."""
    rest = list(answers)
    return lambda _: rest.pop(0) if len(rest) > 1 else rest[0]


@pytest.mark.parametrize("path", ["/taxii2/", "/taxii2", ROOT, f"{ROOT}collections/"])
@pytest.mark.parametrize("name", [COLLECTION, "shared", "Shared"])
def test_a_collection_is_found_from_any_address_by_any_of_its_names(
    there: Elsewhere, path: str, name: str
) -> None:
    there.script = taxii(paged(RAWS, 3))
    if path == "/taxii2":
        there.script = with_slash(there.script)
    with Origin(there.url + path, lambda _: None) as origin:
        assert collection_at(origin, name).url == there.collection
        with pytest.raises(Malformed, match=r"--collection.*shared"):
            collection_at(origin)
        with pytest.raises(NotFound, match=COLLECTION):
            collection_at(origin, "nothing")


def with_slash(script: Script) -> Script:
    return lambda asked: (
        script(asked)
        if asked.path.endswith("/")
        else Answer(status=301, headers={"Location": f"{asked.path}/"})
    )


def test_objects_are_kept_byte_for_byte_page_by_page(there: Elsewhere, origin: Origin) -> None:
    odd = b'{ "id" : "x",\n\t"more": true, "name":"\\u00e9 }] ,", "n": 1.10 }'
    there.script = taxii(scripted(envelope(odd, RAWS[0], more=True, next="a"), envelope(RAWS[1])))
    assert read(origin) == [odd, RAWS[0], RAWS[1]]
    sent = there.of(OBJECTS)
    assert [one.query for one in sent] == [{"limit": "1000"}, {"limit": "1000", "next": "a"}]
    assert {one.headers["Accept"] for one in sent} == {"application/taxii+json;version=2.1"}


def test_an_empty_collection_is_an_empty_object(there: Elsewhere, origin: Origin) -> None:
    there.script = taxii(scripted(Answer(b"{}")))
    assert read(origin) == []


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b'{"objects": [{]}', b'{"more": 1}', RAWS[0], b'{"objects":[{}']
)
def test_what_is_no_envelope_is_refused(there: Elsewhere, origin: Origin, body: bytes) -> None:
    there.script = taxii(scripted(Answer(body)))
    with pytest.raises(Misbehaved, match="no envelope of TAXII"):
        read(origin)


def test_another_media_type_is_refused_and_json_is_borne(there: Elsewhere, origin: Origin) -> None:
    there.script = taxii(scripted(Answer(envelope(RAWS[0]).body, media_type="application/json")))
    assert read(origin) == RAWS[:1]
    there.script = taxii(scripted(Answer(envelope(RAWS[0]).body, media_type="text/html; charset=utf-8")))
    with pytest.raises(Misbehaved, match="text/html"):
        read(origin)


def test_a_server_that_knows_no_versions_of_the_media_type_is_asked_without(
    there: Elsewhere, origin: Origin
) -> None:
    there.script = taxii(
        lambda asked: envelope(RAWS[0]) if ";" not in asked.headers["Accept"] else Answer(status=406)
    )
    assert read(origin) == RAWS[:1]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([envelope(*RAWS[:2], more=True, next="a")], "same page again"),
        ([envelope(more=True, next="a")], "sends nothing"),
        ([envelope(RAWS[0], more=True)], "neither `next` nor a date"),
        ([envelope(RAWS[0], more=True, dates=("soon", "soon"))], "neither `next` nor a date"),
        (
            [envelope(one, more=True, dates=(DATES[3], DATES[3])) for one in RAWS[:3]],
            "more objects added at .* than it sends at once",
        ),
    ],
)
def test_a_series_that_has_no_end_is_given_up(
    there: Elsewhere, origin: Origin, answers: list[Answer], said: str
) -> None:
    there.script = taxii(scripted(*answers))
    with pytest.raises(Misbehaved, match=said):
        read(origin)
    assert len(there.of(OBJECTS)) <= 3


def test_a_next_that_stays_the_same_is_a_session(there: Elsewhere, origin: Origin) -> None:
    there.script = taxii(
        scripted(*(envelope(one, more=True, next="session") for one in RAWS[:3]), envelope(RAWS[3]))
    )
    assert read(origin) == RAWS[:4]


def test_without_next_it_goes_on_by_date_and_misses_nothing_of_one_instant(
    there: Elsewhere, origin: Origin
) -> None:
    added = [DATES[0], DATES[1], DATES[2], DATES[2], DATES[2], DATES[3], DATES[4]]

    def script(asked: Asked) -> Answer:
        after = asked.query.get("added_after", "")
        later = [place for place, date in enumerate(added) if date > after]
        shown = later[:4]
        dates = (added[shown[0]], added[shown[-1]])
        return envelope(*(RAWS[place] for place in shown), more=len(later) > 4, dates=dates)

    there.script = taxii(script)
    assert list(dict.fromkeys(read(origin))) == RAWS


def test_what_is_busy_is_asked_again_when_it_says(
    there: Elsewhere, origin: Origin, waits: list[float]
) -> None:
    date = {"Date": "Wed, 21 Oct 2026 07:28:00 GMT", "Retry-After": "Wed, 21 Oct 2026 07:28:40 GMT"}
    there.script = taxii(
        scripted(
            Answer(status=429, headers={"Retry-After": "7"}),
            Answer(status=503, headers=date),
            Answer(status=503),
            envelope(RAWS[0]),
        )
    )
    assert read(origin) == RAWS[:1]
    assert waits == [7.0, 40.0, 8.0]


def test_patience_has_an_end(there: Elsewhere, origin: Origin, waits: list[float]) -> None:
    there.script = taxii(scripted(Answer(status=503)))
    with pytest.raises(Unavailable, match="503"):
        read(origin)
    assert len(waits) == web.TRIES - 1
    there.script = taxii(scripted(Answer(status=429, headers={"Retry-After": "86400"})))
    with pytest.raises(Unavailable, match="86,400 s"):
        read(origin)
    assert len(waits) == web.TRIES - 1


@pytest.mark.parametrize(
    ("status", "family"),
    [(401, Unauthenticated), (403, Refused), (404, NotFound), (400, Unavailable), (500, Unavailable)],
)
def test_a_failure_says_what_the_server_says(
    there: Elsewhere, origin: Origin, status: int, family: type[OpsroomError]
) -> None:
    body = json.dumps({"title": "No\x1b[2J", "description": "because"}).encode()
    there.script = taxii(scripted(Answer(body, status=status)))
    with pytest.raises(family, match="No·\\[2J: because"):
        read(origin)


def test_an_answer_that_is_too_large_is_cut_short(there: Elsewhere) -> None:
    there.script = taxii(scripted(envelope(*RAWS)))
    with (
        Origin(there.collection, lambda _: None, most=600) as origin,
        pytest.raises(Misbehaved, match="more than 600 bytes"),
    ):
        read(origin)


@pytest.mark.parametrize(
    ("secret", "header"),
    [(Secret("s3cret", "alfa"), "Basic YWxmYTpzM2NyZXQ="), (Secret("s3cret"), "Bearer s3cret")],
)
def test_the_secret_goes_to_its_origin_and_nowhere_else(
    there: Elsewhere, secret: Secret, header: str
) -> None:
    with elsewhere() as other:
        other.script = taxii(paged(RAWS, 10))
        there.script = lambda asked: Answer(status=302, headers={"Location": other.url + asked.path})
        with Origin(there.collection, lambda _: None, secret) as origin:
            with pytest.raises(Refused, match="redirects to another server"):
                read(origin)
            assert [one.headers["Authorization"] for one in there.asked] == [header]
            assert other.asked == []
        with Origin(there.collection, lambda _: None) as origin:
            assert read(origin) == RAWS
        roots = {"api_roots": [other.url + ROOT]}
        there.script = lambda asked: Answer(json.dumps(roots).encode())
        other.asked.clear()
        with Origin(there.url + "/taxii2/", lambda _: None, secret) as origin:
            collection_at(origin, "shared")
        assert [one.headers.get("Authorization") for one in other.asked] == [None] * len(other.asked)
    assert "s3cret" not in repr(secret) + repr(origin)


def test_redirects_have_an_end(there: Elsewhere, origin: Origin) -> None:
    there.script = lambda asked: Answer(status=302, headers={"Location": asked.path})
    with pytest.raises(Misbehaved, match="without end"):
        read(origin)


@pytest.mark.parametrize("target", ["http://127.0.0.1:99999999/", "http://[::/x", "http://h:1x/"])
def test_what_a_server_names_may_be_no_address(there: Elsewhere, target: str) -> None:
    there.script = lambda asked: Answer(status=302, headers={"Location": target})
    with Origin(there.collection, lambda _: None) as origin, pytest.raises(Unavailable):
        read(origin)
    there.script = lambda asked: Answer(json.dumps({"api_roots": [target]}).encode())
    with Origin(there.url + "/taxii2/", lambda _: None) as origin, pytest.raises(Unavailable):
        collection_at(origin, "shared")


def test_from_https_nothing_goes_to_http(there: Elsewhere) -> None:
    with Origin("https://taxii.example/", lambda _: None) as origin, pytest.raises(Refused, match="in clear"):
        origin.ask("POST", there.collection, accept="x", content=b"{}")
    assert there.asked == []


def test_what_cannot_be_unpacked_is_named(there: Elsewhere, origin: Origin) -> None:
    there.script = lambda asked: Answer(b"plain", headers={"Content-Encoding": "gzip"})
    with pytest.raises(Misbehaved, match="unpacked"):
        read(origin)


def test_null_for_what_is_not_there_is_borne(there: Elsewhere, origin: Origin) -> None:
    there.script = taxii(lambda asked: Answer(b'{"more": null, "next": null, "objects": [' + RAWS[0] + b"]}"))
    assert read(origin) == RAWS[:1]


def test_an_address_bears_no_credential() -> None:
    with pytest.raises(Malformed, match="leave the credential out"):
        Origin("https://alfa:s3cret@taxii.example/", lambda _: None)


def test_a_line_that_drops_between_pages_loses_and_doubles_nothing(
    there: Elsewhere, origin: Origin, file: SyncFile, waits: list[float]
) -> None:
    good, answered = paged(RAWS, 2), 0

    def dropping(asked: Asked) -> Answer:
        nonlocal answered
        answered += 1
        answer = good(asked)
        return Answer(answer.body, headers=answer.headers, cut=20) if answered == 2 else answer

    there.script = taxii(dropping)
    found = fetched(origin, file)
    assert list(dict.fromkeys(found)) == RAWS
    assert len(found) == len(RAWS) + 1
    assert waits == [2.0]
    assert file.now.added_after == "2026-01-01T00:00:06.000000Z"
    assert file.now.fetching is None
    assert not file.beside.exists()
    assert fetched(origin, file) == []


def test_a_session_that_lost_a_page_is_begun_anew(there: Elsewhere, origin: Origin, file: SyncFile) -> None:
    """The server moves on with each request, whether or not its answer arrives."""
    left: list[bytes] = []
    answered = 0

    def script(asked: Asked) -> Answer:
        nonlocal answered
        answered += 1
        if "next" not in asked.query:
            left[:] = RAWS
        shown, left[:] = left[:2], left[2:]
        answer = envelope(
            *shown, more=bool(left), next="session" if left else None, dates=(DATES[1], DATES[1])
        )
        return Answer(answer.body, headers=answer.headers, cut=10) if answered == 2 else answer

    there.script = taxii(script)
    assert set(fetched(origin, file)) == set(RAWS)


def test_a_fetch_that_broke_off_goes_on_where_it_was(
    there: Elsewhere, origin: Origin, file: SyncFile
) -> None:
    good, answered = paged(RAWS, 2), 0

    def failing(asked: Asked) -> Answer:
        nonlocal answered
        answered += 1
        return good(asked) if answered <= 2 else Answer(cut=1)

    there.script = taxii(failing)
    with pytest.raises(Unavailable):
        fetched(origin, file)
    assert file.now.fetching is not None
    assert file.now.fetching.objects >= 4
    assert file.now.added_after is None
    file.beside.write_bytes(file.beside.read_bytes() + b",{half" * 500)
    there.asked.clear()
    there.script = taxii(good)
    assert list(dict.fromkeys(fetched(origin, file))) == RAWS
    assert there.of(OBJECTS)[0].query["added_after"] == "2026-01-01T00:00:02.999999Z"


def test_what_was_fetched_and_not_contributed_is_there_again(
    there: Elsewhere, origin: Origin, file: SyncFile
) -> None:
    there.script = taxii(paged(RAWS, 3))
    for batch in fetch(origin, collection_at(origin), Query(), file, Tally()):
        assert batch.after.added_after is not None
        break
    assert file.now.added_after is None
    assert list(dict.fromkeys(fetched(origin, file))) == RAWS


def test_it_begins_where_it_is_told_and_then_where_it_was(
    there: Elsewhere, origin: Origin, file: SyncFile
) -> None:
    there.script = taxii(paged(RAWS, 9))
    query = Query(added_after="2026-01-01T00:00:04.000000Z")
    assert fetched(origin, file, query) == RAWS[5:]
    assert fetched(origin, file, query) == []
    assert there.of(OBJECTS)[-1].query["added_after"] == "2026-01-01T00:00:06.000000Z"


def test_a_second_that_may_not_be_over_is_read_again(
    there: Elsewhere, origin: Origin, file: SyncFile
) -> None:
    """Where dates have whole seconds, what was added later within the last one bears the same date."""
    there.script = taxii(lambda asked: envelope(RAWS[0], dates=("2026-01-01T00:00:05Z",) * 2))
    fetched(origin, file)
    assert file.now.added_after == "2026-01-01T00:00:04.999999Z"
    there.script = taxii(lambda asked: envelope(RAWS[0], dates=(DATES[5], DATES[5])))
    fetched(origin, file)
    assert file.now.added_after == DATES[5]


@pytest.mark.parametrize(
    "said", [{"added_after": "soon"}, {"fetching": Fetching('[null,"last"]', 0, 1, 1, "soon")}]
)
def test_a_state_with_a_date_that_is_none_is_refused(
    there: Elsewhere, origin: Origin, file: SyncFile, said: dict[str, Any]
) -> None:
    there.script = taxii(paged(RAWS, 2))
    file.keep(msgspec.structs.replace(file.now, **said))
    with pytest.raises(Malformed, match="take it away"):
        fetched(origin, file)


def test_a_server_without_dates_is_read_as_a_whole_each_time(
    there: Elsewhere, origin: Origin, file: SyncFile
) -> None:
    there.script = taxii(scripted(envelope(*RAWS)))
    for _ in range(2):
        tally = Tally()
        assert len(list(fetch(origin, collection_at(origin), Query(), file, tally))) == 1
        assert (tally.complete, len(tally.remarks)) == (True, 1)


def test_what_the_manifest_lists_and_did_not_come_is_missing(
    there: Elsewhere, origin: Origin, file: SyncFile
) -> None:
    entries = [{"id": objects.numbered("identity", number), "date_added": DATES[1]} for number in (1, 2, 3)]
    late = {"id": objects.numbered("identity", 9), "date_added": DATES[9]}
    manifest = Answer(json.dumps({"objects": [*entries, late]}).encode())
    there.script = taxii(scripted(envelope(*RAWS[:2], dates=(DATES[1], DATES[1]))), scripted(manifest))
    tally = Tally()
    [_] = fetch(origin, collection_at(origin), Query(), file, tally, verify=True)
    assert tally.missing == [objects.numbered("identity", 3)]
    assert not tally.complete


def test_without_dates_all_that_the_manifest_lists_counts(
    there: Elsewhere, origin: Origin, file: SyncFile
) -> None:
    manifest = Answer(json.dumps({"objects": [{"id": "identity--1", "date_added": DATES[1]}]}).encode())
    there.script = taxii(scripted(envelope(*RAWS[:2])), scripted(manifest))
    tally = Tally()
    [_] = fetch(origin, collection_at(origin), Query(), file, tally, verify=True)
    assert tally.missing == ["identity--1"]


def test_envelopes_respect_the_size_that_the_server_takes(there: Elsewhere, origin: Origin) -> None:
    size = len(RAWS[0])
    large = objects.identity(9, description="x" * 3 * size)

    def taken(asked: Asked) -> Answer:
        count = len(json.loads(asked.body)["objects"])
        return Answer(
            json.dumps({"id": "s", "status": "complete", "success_count": count}).encode(), status=202
        )

    there.script = taxii(taken, most=2 * size + 30)
    sent = list(post(origin, collection_at(origin), [*RAWS[:5], large]))
    assert [(one.objects, one.taken) for one in sent] == [(2, 2), (2, 2), (1, 1), (1, 0)]
    assert "larger than" in sent[-1].failures[0].message
    assert all(len(one.body) <= 2 * size + 30 for one in there.of(OBJECTS))
    assert [raw for one in there.of(OBJECTS) for raw in split_objects([one.body])] == RAWS[:5]


def test_a_status_is_seen_through_and_failures_are_told(
    there: Elsewhere, origin: Origin, waits: list[float]
) -> None:
    pending = {"id": "s", "status": "pending", "pending_count": 2}
    failure = {"id": "identity--1", "message": "no\x07"}
    done = {"id": "s", "status": "complete", "success_count": 1, "failure_count": 1, "failures": [failure]}
    statuses = scripted(Answer(json.dumps(pending).encode()), Answer(json.dumps(done).encode()))
    taking = taxii(scripted(Answer(json.dumps(pending).encode(), status=202)))
    there.script = lambda asked: statuses(asked) if asked.path == f"{ROOT}status/s/" else taking(asked)
    [sent] = post(origin, collection_at(origin), RAWS[:2])
    assert (sent.taken, sent.pending) == (1, 0)
    assert [(one.id, one.message) for one in sent.failures] == [("identity--1", "no·")]
    assert waits == [1.0, 2.0]


def test_one_object_that_a_server_cannot_bear_does_not_keep_out_the_others(
    there: Elsewhere, origin: Origin
) -> None:
    def script(asked: Asked) -> Answer:
        raws = list(split_objects([asked.body]))
        if RAWS[4] in raws:
            return Answer(status=500)
        return Answer(
            json.dumps({"id": "s", "status": "complete", "success_count": len(raws)}).encode(), status=202
        )

    there.script = taxii(script)
    sent = list(post(origin, collection_at(origin), RAWS))
    assert sum(one.taken for one in sent) == len(RAWS) - 1
    assert [one.id for each in sent for one in each.failures] == [objects.numbered("identity", 5)]
    there.script = taxii(scripted(Answer(status=500)))
    many = [objects.identity(number) for number in range(100)]
    with pytest.raises(Unavailable, match="500"):
        list(post(origin, collection_at(origin), many))


def test_a_state_file_is_of_one_run_and_one_source(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    with held(path, "pull", there="a", here="b") as file:
        file.keep(file.now)
        with pytest.raises(Conflict, match="another run"), held(path, "pull", there="a", here="b"):
            pass
    assert path.stat().st_mode & 0o077 == 0
    assert json.loads(path.read_bytes())["schema"] == "opsroom.sync/1"
    with pytest.raises(Conflict, match="give another --state"), held(path, "pull", there="c", here="b"):
        pass
    path.write_text('{"schema": "opsroom.sync/2"}')
    with pytest.raises(Malformed, match="no state of"), held(path, "pull", there="a", here="b"):
        pass


def test_a_state_file_that_counts_below_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    with held(path, "pull", there="there", here="here") as file:
        file.keep(msgspec.structs.replace(file.now, fetching=Fetching("", -1, 0, 0, None)))
    with pytest.raises(Malformed), held(path, "pull", there="there", here="here"):
        pass


def test_a_disk_that_takes_no_more_is_told(tmp_path: Path) -> None:
    """`/dev/full` takes nothing, as a full disk does."""
    state = tmp_path / "state.json"
    with pytest.raises(Unavailable, match="No space"), held(state, "pull", there="there", here="here"):
        Path("/dev/full").write_bytes(b"x")
    with pytest.raises(FileNotFoundError), held(state, "pull", there="there", here="here"):
        Path(tmp_path / "none").read_bytes()


def test_our_own_server_is_read_and_posted_to(door: Served) -> None:
    mine = [objects.identity(number) for number in range(1, 12)]
    secret = Secret(door.tokens["alfa"], "alfa")
    with Origin(f"{door.url}/taxii2/", lambda _: None, secret) as origin:
        place = collection_at(origin, "Agreement all: incidents")
        sent = list(post(origin, place, mine))
        assert sum(one.taken for one in sent) == len(mine)
        with pytest.raises(Refused):
            list(post(origin, collection_at(origin, "released"), mine))
    with Origin(f"{door.url}/room/", lambda _: None, Secret(door.tokens["bravo"])) as origin:
        place = collection_at(origin, "released")
        found = [page.objects for page in pages(origin, place, Query(limit=3))]
        assert [len(one) for one in found] == [3, 3, 3, 2]
        listed = [one.id for one in records(origin, place, Query(limit=3))]
        assert listed == [objects.numbered("identity", number) for number in range(1, 12)]
        assert [json.loads(raw)["id"] for one in found for raw in one] == listed
    with (
        Origin(f"{door.url}/taxii2/", lambda _: None, Secret("wrong")) as origin,
        pytest.raises(Unauthenticated),
    ):
        collection_at(origin)
