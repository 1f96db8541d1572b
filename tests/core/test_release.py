"""What a decision says besides outcome and ground: version, clauses, and until when it holds."""

from opsroom.core.agreement.edges import Edges
from opsroom.core.agreement.events import Event, Record, SignedVersion
from opsroom.core.agreement.terms import Party, Provision, Terms
from opsroom.core.consent import Consent
from opsroom.core.handling import Handling
from opsroom.core.release import Desk, Ground, Item, Release, Source, Withhold, decide
from opsroom.core.windows import FOREVER, Window

LABEL = Handling(fields=("smuggling",), tlp="green")
ITEM = Item("aldland", "report", 10, LABEL)
BRIGG = Desk("brigg")
TERMS = Terms(
    parties={member: Party(member) for member in ("aldland", "brigg", "cassel")},
    provisions=(
        Provision("smuggling", clause="Art. 2(1)", kinds=frozenset({"report"})),
        Provision("smuggling", clause="Art. 2(2)", kinds=frozenset({"indicator"})),
        Provision("rescue", clause="Art. 3"),
    ),
    in_force=Window(0, 90),
    field_match=True,
    onward="parties",
)


def edges(*events: Event) -> Edges:
    return Edges([Record("pact", (SignedVersion(4, "", TERMS),), events)])


def test_a_release_names_agreement_version_and_the_clauses_that_cover() -> None:
    assert decide(ITEM, to=BRIGG, at=20, by=edges()) == Release(
        Ground.PROVISION, "pact", 4, ("Art. 2(1)",), valid_until=90
    )
    both = Item("aldland", "report", 10, Handling(fields=("rescue", "smuggling")))
    found = decide(both, to=BRIGG, at=20, by=edges())
    assert isinstance(found, Release)
    assert found.clauses == ("Art. 3", "Art. 2(1)")


def test_own_and_faulty_labels_hold_for_ever() -> None:
    assert decide(ITEM, to=Desk("aldland"), at=20, by=edges()) == Release(Ground.OWN)
    unlabelled = Item("aldland", "report", 10, None)
    assert decide(unlabelled, to=BRIGG, at=20, by=edges()) == Withhold(Ground.LABEL)


def test_a_decision_holds_until_the_next_recorded_event() -> None:
    suspended = edges(Event("suspend", 30), Event("resume", 40))
    held = [decide(ITEM, to=BRIGG, at=at, by=suspended).valid_until for at in (20, 30, 40, 90)]
    assert held == [30, 40, 90, FOREVER]


def test_a_decision_holds_until_the_item_begins_expires_or_is_recalled() -> None:
    label = Handling(fields=("smuggling",), not_before=20, expires=60)
    item = Item("aldland", "report", 10, label, recalled_at=50)
    found = [decide(item, to=BRIGG, at=at, by=edges()) for at in (15, 20, 50, 60)]
    assert [one.ground for one in found] == ["not-yet", "provision", "recalled", "recalled"]
    assert [one.valid_until for one in found] == [20, 50, 60, FOREVER]


def test_a_decision_holds_until_a_source_a_holder_or_a_consent_changes() -> None:
    source = Item("aldland", "report", 10, Handling(fields=("smuggling",), expires=25))
    product = Item("aldland", "report", 10, LABEL, sources=(Source(source),))
    assert decide(product, to=BRIGG, at=20, by=edges()).valid_until == 25
    amber = Item("aldland", "report", 10, Handling(fields=("smuggling",)))
    consent = Consent(to="brigg", by="aldland", since=30, until=70, revoked_at=50)
    found = [
        decide(amber, to=BRIGG, at=at, by=edges(), holder="cassel", consents=[consent]) for at in (20, 30, 50)
    ]
    assert [one.ground for one in found] == ["tlp-onward", "provision", "tlp-onward"]
    assert [one.valid_until for one in found] == [30, 50, 90]


def test_one_source_under_many_products_is_decided_once() -> None:
    item = Item("aldland", "report", 10, LABEL)
    for _ in range(60):
        item = Item("aldland", "report", 10, LABEL, sources=(Source(item), Source(item)))
    assert decide(item, to=BRIGG, at=20, by=edges()).ground == "provision"
