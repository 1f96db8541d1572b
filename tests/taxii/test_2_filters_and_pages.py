"""Sections 3.2 to 3.6: sorting, filters, pages, error messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsroom.core.timestamps import parse_instant, render
from opsroom.cursor import Bound, Cursors
from opsroom.errors import Malformed
from opsroom.taxii.query import OF_OBJECTS, read_query
from tests import objects
from tests.core.stix.examples import EXAMPLES
from tests.taxii.conftest import MOST, PAGE, Client, Served, objects_in

OLD, MIDDLE, NEW = (f"2026-02-0{day}T00:00:00.000Z" for day in (2, 3, 4))
MOST_PAGES = 20


def added(client: Client, path: str, **query: str) -> list[str]:
    """The dates of all that a query gives, page by page."""
    dates: list[str] = []
    more: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        found = client.json(path, **query, **more)
        dates += [one["date_added"] for one in found.get("objects", [])]
        if not found.get("more"):
            return dates
        more = {"next": found["next"]}
    raise AssertionError("the pages do not end")


def named(client: Client, path: str, **query: str) -> list[tuple[str, str]]:
    """(id, version) of what the first page gives."""
    return [(one["id"], one["modified"]) for one in objects_in(client.get(path, **query))]


def versions(*dates: str, number: int = 1) -> list[bytes]:
    return [objects.identity(number, modified=date) for date in dates]


@pytest.fixture
def posted(door: Served) -> Client:
    """Bravo, who reads ten identities and a malware of Alfa's."""
    raws = [objects.identity(number) for number in range(1, 11)]
    assert door.client("alfa").post(door.objects, *raws, objects.malware(1)).status_code == 202
    return door.client("bravo")


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "+1"),
        ("limit", "1.0"),
        ("limit", str(2**53)),
        ("limit", "9" * 400),
        ("limit", "one"),
        ("limit", ""),
        ("limit", "1,2"),
        ("limit", "\N{ARABIC-INDIC DIGIT ONE}"),
        ("added_after", ""),
        ("added_after", "yesterday"),
        ("added_after", "2026-02-30T00:00:00Z"),
        ("added_after", "2026-02-01T00:00:00+01:00"),
        ("added_after", "2026-02-01T00:00:00Z,2026-02-02T00:00:00Z"),
        ("match[id]", "identity"),
        ("match[id]", "identity--1"),
        ("match[id]", f"{objects.numbered('identity', 1)},"),
        ("match[type]", ""),
        ("match[type]", "Indicator"),
        ("match[type]", "indicator, malware"),
        ("match[version]", "newest"),
        ("match[version]", "all,last"),
        ("match[version]", "last,last"),
        ("match[version]", f"{NEW},{NEW}"),
        ("match[version]", f"{NEW},{NEW.replace('.000Z', 'Z')}"),
        ("match[version]", "2026-02-01"),
        ("match[spec_version]", "two"),
        ("match[spec_version]", "2.1,"),
        ("next", ""),
        ("next", "1"),
        ("next", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("next", "\N{SNOWMAN}"),
    ],
)
def test_malformed_parameters_are_400_before_anything_is_looked_up(
    door: Served, parameter: str, value: str
) -> None:
    client = door.client("alfa")
    there = client.get(door.objects, **{parameter: value})
    absent = client.get("/nowhere/collections/nothing/objects/", **{parameter: value})
    assert there.status_code == 400
    assert (there.status_code, there.content) == (absent.status_code, absent.content)
    assert there.json()["http_status"] == "400"
    assert parameter in there.json()["description"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("limit", "0"),
        ("added_after", "yesterday"),
        ("match[id]", "identity"),
        ("match[type]", ",malware"),
        ("match[version]", "all,last"),
        ("match[spec_version]", "two"),
    ],
)
def test_the_form_of_a_parameter_counts_also_where_it_says_nothing(
    door: Served, method: str, parameter: str, value: str
) -> None:
    """Section 3.4: malformed is 400, on whatever endpoint; well formed it is ignored where it has no meaning."""
    client, one = door.client("alfa"), objects.numbered("identity", 1)
    client.post(door.objects, objects.identity(1))
    body = b'{"objects":[' + objects.identity(1) + b"]}" if method == "POST" else None
    paths = ["/taxii2/", "/room/", "/room/collections/", door.collection(), "/room/status/x/"]
    paths += [f"{door.objects}{one}/", f"{door.objects}{one}/versions/", door.collection() + "manifest/"]
    for path in [door.objects] if method == "POST" else paths:
        assert client.ask(method, path, params={parameter: value}, data=body).status_code == 400, path
    harmless = {"limit": "1", "match[id]": one, "match[type]": "malware", "match[version]": "all"}
    assert client.get(f"{door.objects}{one}/versions/", **harmless).json()["versions"] == [objects.CREATED]
    assert client.get("/taxii2/", **harmless).status_code == 200


def test_the_types_of_the_standard_are_none_that_is_malformed(door: Served) -> None:
    for kind in {one["type"] for one in EXAMPLES.values()} | {"bundle", "extension-definition"}:
        assert door.client("alfa").get(door.objects, **{"match[type]": kind}).status_code == 200


@pytest.mark.parametrize("name", ["limit", "next", "added_after", "match[id]", "match[version]"])
def test_a_parameter_stands_once(door: Served, name: str) -> None:
    response = door.client("alfa").ask("GET", door.objects, params=[(name, "1"), (name, "2")])
    assert response.status_code == 400
    assert f"{name}: stands more than once" in response.json()["description"]


def test_every_fault_is_reported_at_once() -> None:
    with pytest.raises(Malformed) as caught:
        read_query([("limit", "0"), ("added_after", "x"), ("match[type]", "A,,B")], OF_OBJECTS)
    assert [fault.path for fault in caught.value.faults] == ["added_after", *["match[type]"] * 3, "limit"]


def test_unknown_parameters_and_fields_are_ignored(door: Served, posted: Client) -> None:
    plain = posted.get(door.objects)
    assert posted.get(door.objects, **{"match[colour]": "red", "page": "2"}).content == plain.content


def test_objects_come_in_the_order_in_which_they_were_added(door: Served, posted: Client) -> None:
    dates = added(posted, door.collection() + "manifest/")
    assert dates == sorted(set(dates))
    assert len(dates) == 11


def test_a_page_never_has_more_than_asked_or_than_the_server_gives(door: Served, posted: Client) -> None:
    assert [
        len(objects_in(posted.get(door.objects, limit=str(limit)))) for limit in (1, 5, 6, 7, 2**53 - 1)
    ] == [*(1, 5, 6, MOST, MOST)]
    assert len(objects_in(posted.get(door.objects))) == PAGE


def test_the_dates_in_the_headers_are_those_of_the_page(door: Served, posted: Client) -> None:
    for path in (door.objects, door.collection() + "manifest/"):
        response = posted.get(path, limit="3")
        records = objects_in(posted.get(door.collection() + "manifest/", limit="3"))
        assert response.headers["X-TAXII-Date-Added-First"] == records[0]["date_added"]
        assert response.headers["X-TAXII-Date-Added-Last"] == records[-1]["date_added"]
    date = response.headers["X-TAXII-Date-Added-Last"]
    assert render(parse_instant(date)) == date


def test_an_empty_page_is_an_empty_object_with_the_date_that_was_asked_from(
    door: Served, posted: Client
) -> None:
    """Section 3.2 wants the headers on every page; a client that goes on from them misses nothing."""
    one = f"objects/{objects.numbered('identity', 1)}/"
    asked = "2040-01-01T00:00:00.000001Z"
    for resource in ("objects/", "manifest/", one, one + "versions/"):
        for method in ("GET", "HEAD"):
            response = posted.ask(method, door.collection() + resource, params={"added_after": asked})
            assert response.status_code == 200
            assert response.content == (b"{}" if method == "GET" else b"")
            assert response.headers["X-TAXII-Date-Added-First"] == asked
            assert response.headers["X-TAXII-Date-Added-Last"] == asked
    nothing = posted.get(door.objects, **{"match[type]": "report"})
    assert (nothing.status_code, nothing.content) == (200, b"{}")
    assert nothing.headers["X-TAXII-Date-Added-Last"] == render(0)


def test_an_empty_page_that_a_cursor_led_to_has_the_date_of_the_page_before(
    door: Served, posted: Client
) -> None:
    first = posted.get(door.objects, limit="6")
    for number in range(7, 11):
        id = objects.numbered("identity", number)
        assert door.client("alfa").ask("DELETE", f"{door.objects}{id}/").status_code == 200
    malware = objects.numbered("malware", 1)
    assert door.client("alfa").ask("DELETE", f"{door.objects}{malware}/").status_code == 200
    rest = posted.get(door.objects, next=first.json()["next"])
    assert (rest.status_code, rest.content) == (200, b"{}")
    assert rest.headers["X-TAXII-Date-Added-Last"] == first.headers["X-TAXII-Date-Added-Last"]


def test_more_is_false_on_the_page_that_ends_exactly(door: Served, posted: Client) -> None:
    first = posted.json(door.objects, limit="6")
    assert first["more"] is True
    last = posted.json(door.objects, limit="5", next=first["next"])
    assert last["more"] is False
    assert "next" not in last
    assert len(last["objects"]) == 5


def test_added_after_is_strict_and_pages_like_next(door: Served, posted: Client) -> None:
    manifest = door.collection() + "manifest/"
    dates = added(posted, manifest, limit="3")
    paged: list[str] = []
    response = posted.get(manifest, limit="3")
    for _ in range(MOST_PAGES):
        paged += [one["date_added"] for one in objects_in(response)]
        after = response.headers.get("X-TAXII-Date-Added-Last", paged[-1])
        response = posted.get(manifest, limit="3", added_after=after)
    assert paged == dates


def test_added_after_counts_every_microsecond_and_no_less(door: Served, posted: Client) -> None:
    manifest = door.collection() + "manifest/"
    dates = added(posted, manifest)
    assert added(posted, manifest, added_after=dates[4].replace("Z", "999Z")) == dates[5:]
    earlier = render(parse_instant(dates[4]) - 1)
    assert added(posted, manifest, added_after=earlier) == dates[4:]
    assert added(posted, manifest, added_after="1066-10-14T09:00:00Z") == dates
    assert added(posted, manifest, added_after="2016-12-31T23:59:60.5Z") == dates
    assert read_query([("added_after", "2016-12-31T23:59:60.5Z")], ()).match.added_after == (
        parse_instant("2017-01-01T00:00:00Z") - 1
    )


def test_type_and_id_hold_together_and_their_values_apart(door: Served, posted: Client) -> None:
    ids = [objects.numbered("identity", 3), objects.numbered("identity", 7), objects.numbered("malware", 1)]
    both = {"match[id]": ",".join(ids)}
    assert [id for id, _ in named(posted, door.objects, **both)] == ids
    assert [id for id, _ in named(posted, door.objects, **both, **{"match[type]": "malware"})] == ids[2:]
    some = named(posted, door.objects, **{"match[type]": "malware,report"})
    assert [id for id, _ in some] == [objects.numbered("malware", 1)]
    assert posted.get(door.objects, **{"match[type]": "report"}).content == b"{}"
    assert posted.get(door.objects, **{"match[type]": "x-unheard-of"}).content == b"{}"


def test_spec_version_admits_what_it_names(door: Served, posted: Client) -> None:
    assert len(objects_in(posted.get(door.objects, **{"match[spec_version]": "2.0,2.1"}))) == PAGE
    assert posted.get(door.objects, **{"match[spec_version]": "2.0"}).content == b"{}"


def test_versions_are_chosen_as_named(door: Served) -> None:
    alfa, bravo = door.client("alfa"), door.client("bravo")
    id = objects.numbered("identity", 1)
    alfa.post(door.objects, *versions(MIDDLE, OLD))
    alfa.post(door.objects, *versions(NEW))
    other = (objects.numbered("identity", 2), OLD)
    alfa.post(door.objects, *versions(OLD, number=2))

    def chosen(*wanted: str) -> list[tuple[str, str]]:
        return named(bravo, door.objects, **{"match[version]": ",".join(wanted)})

    assert named(bravo, door.objects) == chosen("last") == [(id, NEW), other]
    assert chosen("first") == [(id, OLD), other]
    assert chosen("all") == [(id, MIDDLE), (id, OLD), (id, NEW), other]
    assert chosen("first", "last") == [(id, OLD), (id, NEW), other]
    assert chosen(MIDDLE) == [(id, MIDDLE)]
    assert chosen(MIDDLE.replace(".000Z", "Z"), OLD) == [(id, MIDDLE), (id, OLD), other]
    assert chosen("2020-01-01T00:00:00Z") == []


def test_the_latest_version_is_that_of_what_the_other_filters_leave(door: Served) -> None:
    alfa, bravo = door.client("alfa"), door.client("bravo")
    alfa.post(door.objects, *versions(NEW))
    seen = bravo.get(door.objects).headers["X-TAXII-Date-Added-Last"]
    alfa.post(door.objects, *versions(OLD))
    id = objects.numbered("identity", 1)
    assert named(bravo, door.objects) == [(id, NEW)]
    assert named(bravo, door.objects, added_after=seen) == [(id, OLD)]


def test_nobody_hides_an_object_of_another_behind_a_later_version(door: Served) -> None:
    door.world.agree("liaison", "room", ["bravo", "carol"], ["liaison"])
    door.client("alfa").post(door.collection("two", "logistics") + "objects/", *versions(OLD))
    door.client("carol").post(door.collection("liaison", "liaison") + "objects/", *versions(NEW))
    found = named(door.client("bravo"), "/room/collections/released/objects/")
    assert {version for _, version in found} == {OLD, NEW}


def test_a_filtered_poll_of_many_pages_finds_everything_once(door: Served, posted: Client) -> None:
    manifest = door.collection() + "manifest/"
    dates = added(posted, manifest, limit="2", **{"match[type]": "identity"})
    assert len(dates) == len(set(dates)) == 10


def test_a_page_goes_on_where_the_last_ended_whatever_was_added(door: Served, posted: Client) -> None:
    first = posted.json(door.objects, limit="6")
    door.client("alfa").post(door.objects, objects.identity(50))
    rest = posted.json(door.objects, limit="6", next=first["next"])
    ids = [one["id"] for one in (*first["objects"], *rest["objects"])]
    assert len(set(ids)) == 12
    assert ids[-1] == objects.numbered("identity", 50)


def test_a_cursor_serves_only_what_it_was_made_for(door: Served, posted: Client) -> None:
    manifest = door.collection() + "manifest/"
    next = posted.json(door.objects, limit="2")["next"]
    again = posted.json(door.objects, limit="3", next=next)
    assert len(again["objects"]) == 3
    for client, path, query in (
        (door.client("alfa"), door.objects, {}),
        (door.client("carol"), door.objects, {}),
        (posted, manifest, {}),
        (posted, "/room/collections/released/objects/", {}),
        (posted, door.collection("two", "logistics") + "objects/", {}),
        (posted, door.objects, {"match[type]": "identity"}),
        (posted, door.objects, {"match[version]": "all"}),
    ):
        assert client.get(path, next=next, **query).status_code == 400
    for forged in (
        next[:-1],
        next + "A",
        next.swapcase(),
        next[:3] + ("A" if next[3] != "A" else "B") + next[4:],
    ):
        assert posted.get(door.objects, next=forged).status_code == 400


def test_a_cursor_goes_on_with_added_after_or_without_it(door: Served, posted: Client) -> None:
    dates = added(posted, door.collection() + "manifest/")
    first = posted.json(door.objects, limit="2", added_after=dates[3])
    on = {"limit": "2", "next": first["next"]}
    rest = named(posted, door.objects, **on)
    assert rest == named(posted, door.objects, limit="2", added_after=dates[5])
    assert rest == named(posted, door.objects, **on, added_after=dates[3])
    later = named(posted, door.objects, **on, added_after=dates[7])
    assert later == named(posted, door.objects, limit="2", added_after=dates[7])
    assert posted.json(door.objects, **on, added_after=dates[-1]) == {}


KEY = b"k" * 32
BOUND = Bound("desk", ("objects", "room", "collection"), b"[]")


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32).filter(lambda key: key != KEY))
def test_a_cursor_returns_its_place_and_no_other_key_makes_it(tick: int, other: bytes) -> None:
    cursors = Cursors(KEY)
    text = cursors.sealed(tick, to=BOUND)
    assert cursors.opened(text, to=BOUND) == tick
    with pytest.raises(Malformed):
        Cursors(other).opened(text, to=BOUND)


@given(st.text())
def test_any_other_text_is_no_cursor(text: str) -> None:
    with pytest.raises(Malformed):
        Cursors(KEY).opened(text, to=BOUND)


def test_errors_have_the_form_of_the_standard(door: Served) -> None:
    found = door.client("alfa").get("/nowhere/").json()
    assert set(found) == {"title", "description", "http_status"}
    assert found["http_status"] == "404"


def test_a_fault_of_the_server_tells_nothing(door: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    from opsroom.operations import disclose

    def fail(*_: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr(disclose, "rooms", fail)
    response = door.client("alfa").get("/taxii2/")
    assert response.status_code == 500
    assert "secret words" not in response.text
    assert response.json()["http_status"] == "500"
