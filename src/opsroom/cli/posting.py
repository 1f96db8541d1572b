"""Where a unit goes and what is said of everything in it: the options of `contribute` and the keys of a room file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from opsroom.cli.output import INSTANT
from opsroom.core.handling import PAP, parse_handling
from opsroom.core.stix.tlp import TLP_ORDER
from opsroom.core.timestamps import render
from opsroom.node import Node
from opsroom.operations import enrol
from opsroom.operations.contribute import Options
from opsroom.principals import Principal, acting_for

Command = TypeVar("Command", bound=Callable[..., Any])
NOBODY = "none"
"""What `--rel-to` says for a list that names nobody."""
OPERATOR = "operator"

_WHERE = (
    click.option("--as", "member", required=True, metavar="MEMBER", help="The member that contributes."),
    click.option("--by", "person", default=OPERATOR, show_default=True, help="The person who does it."),
    click.option("--desk", help="The desk that it is done at (default: the first)."),
    click.option("--room", required=True),
    click.option("--agreement", required=True, help="The id of the agreement that it is offered under."),
    click.option("--field", required=True, help="The field of cooperation."),
)
_LABEL = (
    click.option("--policy", help="Whose classification it is."),
    click.option("--level", help="Its level in that policy."),
    click.option("--tlp", type=click.Choice(TLP_ORDER), help="Its TLP; a stricter one on an object counts."),
    click.option("--rel-to", multiple=True, metavar="MEMBER", help=f"To these alone; `{NOBODY}`: to nobody."),
    click.option("--not-to", multiple=True, metavar="MEMBER", help="Not to these."),
    click.option("--cites", multiple=True, metavar="AGREEMENT", help="Share under these alone."),
    click.option("--need-to-know", multiple=True, metavar="CATEGORY", help="To holders of these alone."),
    click.option(
        "--originator-control", is_flag=True, help="To named recipients, or with live consent, alone."
    ),
    click.option("--not-before", type=INSTANT, help="Not before this instant."),
    click.option("--expires", type=INSTANT, help="Until this instant."),
    click.option(
        "--foreign", multiple=True, metavar="NAME[:TERMS[:CONSENT]]", help="It came from outside the room."
    ),
    click.option("--pap", type=click.Choice(PAP), help="What may be done with it; never who sees it."),
)
_UNIT = (
    click.option("--source", "sources", multiple=True, metavar="ID", help="It rests on this item."),
    click.option(
        "--sanitised",
        multiple=True,
        metavar="ID",
        help="It rests on this own item, and gives nothing of it away.",
    ),
    click.option("--strict", is_flag=True, help="Refuse properties that no extension explains."),
    click.option("--strict-refs", is_flag=True, help="Refuse what a reference would narrow."),
    click.option("--dangle-refs", is_flag=True, help="Send it out even where its references lead nowhere."),
)
LABEL_KEYS = frozenset(
    {"policy", "level", "tlp", "rel_to", "not_to", "cites", "need_to_know", "originator_control"}
    | {"not_before", "expires", "foreign", "pap"}
)
"""What a label may say here; the field is the collection's."""


def posting_options(command: Command) -> Command:
    """Adds all options of a unit."""
    for option in reversed((*_WHERE, *_LABEL, *_UNIT)):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit goes and who posts it there."""

    member: str
    room: str
    agreement: str
    field: str
    desk: str | None = None
    person: str = OPERATOR

    def found(self, node: Node) -> tuple[Principal, str]:
        """The principal and the collection's id. NotFound and Refused say which there are."""
        with node.store.reading() as snapshot:
            principal = acting_for(snapshot, self.member, desk=self.desk, person=self.person)
            collection = enrol.collection_of(snapshot, self.room, self.agreement, self.field)
        return principal, collection.id


def refuse_strangers(node: Node, given: Mapping[str, Any]) -> None:
    """A usage error where `--rel-to` or `--not-to` names nobody on the node: a slip would widen who sees it."""
    with node.store.reading() as snapshot:
        enrolled = {one.name for one in snapshot.people.members()}
    for key in ("rel_to", "not_to"):
        strangers = [
            name for name in given[key] if name not in enrolled and (key, name) != ("rel_to", NOBODY)
        ]
        if strangers:
            raise click.UsageError(
                f"--{key.replace('_', '-')} {strangers[0]}: no member of this name is enrolled;"
                f" the members are {', '.join(sorted(enrolled))}"
            )


def place_of(given: Mapping[str, Any]) -> Place:
    """The place that the options name."""
    keys = ("member", "room", "agreement", "field", "desk", "person")
    return Place(**{key: given[key] for key in keys})


def options_of(given: Mapping[str, Any]) -> Options:
    """What the options say of everything in the unit."""
    if given["strict_refs"] and given["dangle_refs"]:
        raise click.UsageError("--strict-refs and --dangle-refs contradict each other; give one")
    if NOBODY in given["rel_to"] and len(given["rel_to"]) > 1:
        raise click.UsageError(f"--rel-to {NOBODY} names nobody, so it stands alone")
    if bool(given["policy"]) != bool(given["level"]):
        raise click.UsageError("--policy and --level go together: whose classification, and its level")
    references = "strict" if given["strict_refs"] else "dangle" if given["dangle_refs"] else "narrow"
    label = {
        key: _written(key, value)
        for key, value in given.items()
        if key in LABEL_KEYS and value not in (None, (), False)
    }
    return Options(
        label=parse_handling(label, "option") if label else None,
        stated=frozenset(label),
        sources=sources_of(given["sources"], given["sanitised"]),
        references=references,
        strict=given["strict"],
    )


def sources_of(sources: Iterable[str], sanitised: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """What a unit rests on, and whether its originator declared the unit free of it."""
    return (*((id, False) for id in sources), *((id, True) for id in sanitised))


def _written(key: str, value: Any) -> object:
    """An option's value as a handling is written."""
    if key in ("not_before", "expires"):
        return render(value)
    if key == "rel_to" and value == (NOBODY,):
        return []
    if key == "foreign":
        return [dict(zip(("from", "terms", "consent"), one.split(":", 2), strict=False)) for one in value]
    return list(value) if isinstance(value, tuple) else value
