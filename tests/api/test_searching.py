"""Search over the reader's own feed: what is found, counted, suggested and correlated; nothing that is hidden."""

from importlib import import_module

import pytest

from opsroom.core.roster import Role
from opsroom.errors import Malformed, NotFound, Refused
from tests import objects
from tests.api.conftest import Asking
from tests.taxii.conftest import Served

EVIL = objects.encoded(
    {
        "type": "domain-name",
        "spec_version": "2.1",
        "id": objects.numbered("domain-name", 1),
        "value": "evil.example",
    }
)
HOST = objects.encoded(
    {
        "type": "ipv4-addr",
        "spec_version": "2.1",
        "id": objects.numbered("ipv4-addr", 1),
        "value": "198.51.100.7",
    }
)
INDICATOR = objects.encoded(
    objects.common(
        "indicator",
        1,
        name="Loader beacon",
        pattern="[domain-name:value = 'evil.example']",
        pattern_type="stix",
        valid_from=objects.CREATED,
    )
)
MALWARE = objects.malware(1, description="A loader for botnets, written in Rust")


def ids(hits: list) -> list[str]:  # type: ignore[type-arg]
    return [one.item.id for one in hits]


@pytest.fixture
def filled(door: Served) -> Served:
    assert door.client("alfa").post(door.objects, EVIL, HOST, INDICATOR, MALWARE).json()["success_count"] == 4
    return door


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("loader", {"indicator", "malware"}),
        ("LOADER rust", {"malware"}),
        ("load*", {"indicator", "malware"}),
        ("loader -rust", {"indicator"}),
        ("botnet", set()),
        ("hxxp://evil[.]example/", set()),
        ("evil[.]example", {"domain-name", "indicator"}),
        ("198.51.100.0/24", {"ipv4-addr"}),
        ("198[.]51.100.7", {"ipv4-addr"}),
        ("198.51.101.0/24", set()),
        ("*.example", {"domain-name", "indicator"}),
        (objects.numbered("malware", 1), {"malware"}),
    ],
)
def test_queries(filled: Served, asking: Asking, query: str, found: set[str]) -> None:
    page = asking("bravo").search("room", q=query)
    assert {one.item.kind for one in page.hits} == found
    assert page.total == len(found)


def test_a_name_ranks_above_a_description(filled: Served, asking: Asking) -> None:
    assert ids(asking("carol").search("room", q="loader").hits) == [
        objects.numbered("indicator", 1),
        objects.numbered("malware", 1),
    ]


def test_hits_are_served_as_in_the_feed(filled: Served, asking: Asking) -> None:
    [hit] = asking("bravo").search("room", q="rust").hits
    [item] = [one for one in asking("bravo").items("room").items if one.kind == "malware"]
    assert hit.item == item
    assert (hit.originator, hit.fields, hit.tlp) == ("alfa", ("incidents",), "amber")


def test_filters_and_counts(filled: Served, asking: Asking) -> None:
    filled.client("bravo").post(filled.collection("two", "logistics") + "objects/", objects.malware(2))
    client = asking("alfa")
    page = client.search("room")
    assert page.total == 5
    assert page.counts["originator"] == {"alfa": 4, "bravo": 1}
    assert page.counts["field"] == {"incidents": 4, "logistics": 1}
    assert client.search("room", kinds=("malware",)).total == 2
    assert client.search("room", originators=("bravo",)).total == 1
    assert client.search("room", fields=("logistics",), kinds=("indicator",)).total == 0
    assert client.search("room", tlps=("green",)).total == 0
    assert client.search("room", agreements=(filled.world.agreements["two"],)).total == 1
    assert client.search("room", last="5d").total == 5
    filled.world.clock.instant += 6 * 86_400 * 1_000_000
    assert client.search("room", last="5d").total == 0
    assert asking("carol").search("room").total == 4


def test_pages(filled: Served, asking: Asking) -> None:
    client, found, following = asking("bravo"), [], None
    while True:
        page = client.search("room", limit=3, next=following)
        found += ids(page.hits)
        following = page.next
        if following is None:
            break
    assert sorted(found) == sorted(ids(client.search("room", limit=4).hits))
    with pytest.raises(Malformed):
        client.search("room", q="loader", next=client.search("room", limit=1).next)


def test_pages_go_on_where_they_were_while_items_come_and_go(filled: Served, asking: Asking) -> None:
    client = asking("bravo")
    for number in range(2, 6):
        filled.client("alfa").post(filled.objects, objects.malware(number, description="rust"))
    first = client.search("room", q="rust", limit=2)
    filled.client("alfa").post(filled.objects, objects.malware(6, description="rust"))
    second = client.search("room", q="rust", limit=2, next=first.next)
    filled.client("alfa").ask("DELETE", filled.objects + objects.numbered("malware", 5) + "/")
    third = client.search("room", q="rust", limit=2, next=second.next)
    assert [*ids(first.hits), *ids(second.hits), *ids(third.hits)] == [
        objects.numbered("malware", number) for number in (5, 4, 3, 2, 1)
    ]
    assert third.next is None


def test_only_the_newest_version_that_is_seen_is_found(filled: Served, asking: Asking) -> None:
    newer = objects.malware(1, description="A wiper", modified="2026-02-05T00:00:00.000Z")
    filled.client("alfa").post(filled.objects, newer)
    assert asking("bravo").search("room", q="rust").total == 0
    assert asking("bravo").search("room", q="wiper").total == 1


def test_what_is_recalled_is_not_found(filled: Served, asking: Asking) -> None:
    filled.client("alfa").ask("DELETE", filled.objects + objects.numbered("malware", 1) + "/")
    for member in ("alfa", "bravo"):
        assert asking(member).search("room", q="rust").total == 0
        assert [one.text for one in asking(member).suggest("room", "rus")] == []
    filled.client("alfa").post(filled.objects, MALWARE)
    assert asking("bravo").search("room", q="rust").total == 1


def test_what_is_hidden_is_not_found_suggested_counted_or_correlated(filled: Served, asking: Asking) -> None:
    other = filled.collection("two", "logistics") + "objects/"
    secret = objects.encoded(
        {
            "type": "domain-name",
            "spec_version": "2.1",
            "id": objects.numbered("domain-name", 9),
            "value": "evil.example",
        }
    )
    before = answers(filled, asking)
    filled.client("alfa").post(other, secret, objects.malware(9, description="loader secretive"))
    assert answers(filled, asking) == before
    assert asking("bravo").search("room", q="secretive").total == 1


def answers(door: Served, asking: Asking) -> tuple[object, ...]:
    """All that Carol can ask."""
    carol = asking("carol")
    return (
        carol.search("room"),
        carol.search("room", q="loader"),
        carol.search("room", q="secretive"),
        carol.suggest("room", "lo"),
        carol.suggest("room", "sec"),
        carol.correlate("room", objects.numbered("domain-name", 1)),
    )


def test_what_is_offered_twice_is_counted_once(filled: Served, asking: Asking) -> None:
    filled.client("alfa").post(filled.collection("two", "logistics") + "objects/", MALWARE)
    client = asking("bravo")
    page = client.search("room", q="rust")
    assert (page.total, len(page.hits)) == (1, 1)
    assert page.counts["originator"] == {"alfa": 1}
    assert page.counts["field"] == {"incidents": 1, "logistics": 1}
    assert [(one.text, one.objects) for one in client.suggest("room", "rus")] == [("rust", 1)]
    assert asking("carol").search("room", q="rust").counts["field"] == {"incidents": 1}


def test_suggestions(filled: Served, asking: Asking) -> None:
    found = asking("bravo").suggest("room", "rust lo")
    assert [(one.text, one.objects) for one in found] == [("loader", 2)]
    assert asking("bravo").suggest("room", "evil[.]ex")[0].text == "evil.example"


def test_correlation(filled: Served, asking: Asking) -> None:
    found = asking("bravo").correlate("room", objects.numbered("domain-name", 1))
    assert [(one.value, one.total, ids(one.hits)) for one in found] == [
        ("evil.example", 1, [objects.numbered("indicator", 1)])
    ]
    assert asking("bravo").correlate("room", objects.numbered("ipv4-addr", 1)) == []
    with pytest.raises(NotFound):
        asking("bravo").correlate("room", objects.numbered("ipv4-addr", 2))


def test_correlation_of_what_reports_mention(filled: Served, asking: Asking) -> None:
    report = objects.malware(3, description="It calls hxxp://evil[.]example/a from 198.51.100[.]7:8080.")
    filled.client("alfa").post(filled.objects, report)
    by_value = {
        one.value: ids(one.hits) for one in asking("bravo").correlate("room", objects.numbered("malware", 3))
    }
    assert by_value["198.51.100.7"] == [objects.numbered("ipv4-addr", 1)]
    assert set(by_value["evil.example"]) == {
        objects.numbered("domain-name", 1),
        objects.numbered("indicator", 1),
    }


def test_correlation_counts_all_that_share_a_value_and_shows_the_latest(
    filled: Served, asking: Asking
) -> None:
    many = [objects.malware(number, description="seen at a-common.example") for number in range(10, 35)]
    also = objects.malware(9, description="198.51.100.7 and a-common.example")
    filled.client("alfa").post(filled.objects, *many)
    filled.client("alfa").post(filled.objects, also)
    found = asking("bravo").correlate("room", objects.numbered("malware", 9))
    assert [(one.value, one.total) for one in found] == [("198.51.100.7", 1), ("a-common.example", 25)]
    rare, common = found
    assert ids(rare.hits) == [objects.numbered("ipv4-addr", 1)]
    assert ids(common.hits) == [objects.numbered("malware", number) for number in range(34, 14, -1)]


def test_correlation_shows_so_many_of_all_values_together_and_counts_the_rest(
    filled: Served, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("opsroom.operations.disclose.find"), "SHOWN_IN_ALL", 3)
    for number in (7, 8):
        text = "one.example at.example three.example"
        filled.client("alfa").post(filled.objects, objects.malware(number, description=text))
        filled.client("alfa").post(filled.objects, objects.malware(number + 10, description="at.example"))
    found = asking("bravo").correlate("room", objects.numbered("malware", 7))
    assert [(one.value, one.total, len(one.hits)) for one in found] == [
        ("one.example", 1, 1),
        ("three.example", 1, 1),
        ("at.example", 3, 1),
    ]


@pytest.mark.parametrize("name", ["room", "nowhere"])
def test_a_room_that_is_hidden_looks_absent(filled: Served, asking: Asking, name: str) -> None:
    client = asking("delta")
    with pytest.raises(NotFound):
        client.search(name, q="loader")
    with pytest.raises(NotFound):
        client.suggest(name, "lo")
    with pytest.raises(NotFound):
        client.correlate(name, objects.numbered("domain-name", 1))


@pytest.mark.parametrize(
    "more",
    [
        {"q": ""},
        {"q": "*"},
        {"last": "soon"},
        {"last": "0d"},
        {"last": "-5d"},
        {"last": "5"},
        {"last": "9999999d"},
        {"q": "-loader"},
        {"q": "a" * 10_000},
        {"q": "198.51.100.0/33"},
        {"next": "AAAA"},
        {"last": "5d", "since": "2026-01-01T00:00:00Z"},
        {"tlps": ("white",)},
        {"limit": 0},
    ],
)
def test_malformed(filled: Served, asking: Asking, more: dict) -> None:  # type: ignore[type-arg]
    with pytest.raises(Malformed):
        asking("bravo").search("room", **more)


def test_it_takes_a_reader(filled: Served, asking: Asking) -> None:
    with pytest.raises(Refused):
        asking("alfa", Role.CONTRIBUTOR).search("room", q="loader")
