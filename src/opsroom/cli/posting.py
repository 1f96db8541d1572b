"""The options of `opsroom contribute`, and the request that they make."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from opsroom.cli.output import INSTANT, when
from opsroom.core.handling import PAP
from opsroom.core.stix.tlp import TLP_ORDER
from opsroom.service.reports import is_report
from opsroom.wire.contributions import Contribute

Command = TypeVar("Command", bound=Callable[..., Any])
NOBODY = "none"
"""What `--rel-to` says for a list that names nobody."""

_WHERE = (
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
_FILE = (
    click.option(
        "--report", is_flag=True, help="FILE is a report (text, Markdown, HTML, PDF), whatever its name."
    ),
    click.option("--misp", is_flag=True, help="FILE holds MISP events; their tags narrow what is said here."),
    click.option("--title", help="The report's title (default: what the document says)."),
    click.option(
        "--date", help="When it was published, to the day at least (default: what the document says)."
    ),
    click.option("--source-name", help="Where the report comes from."),
    click.option("--source-url", help="Its address; it is not fetched."),
    click.option("--label", "labels", multiple=True, help="A label of the objects that are made; repeat it."),
)
_AS_THEY_ARE = (
    *("room", "agreement", "field", "policy", "level", "tlp", "not_to", "cites", "need_to_know"),
    *("originator_control", "foreign", "pap", "sources", "sanitised", "strict"),
)
_OF_REPORTS = ("title", "date", "source_name", "source_url", "labels")


def posting_options(command: Command) -> Command:
    """Adds all options of a unit that is a file."""
    return unit_options(_added(_FILE, command))


def unit_options(command: Command) -> Command:
    """Adds the options of any unit: where it goes, its label, what it rests on."""
    return _added((*_WHERE, *_LABEL, *_UNIT), command)


def request_of(given: dict[str, Any], *, dry_run: bool, file: str | None = None) -> Contribute:
    """The request that the options make, with what they say of a `file`. A usage error for what cannot be meant."""
    if given["strict_refs"] and given["dangle_refs"]:
        raise click.UsageError("--strict-refs and --dangle-refs contradict each other; give one")
    to_nobody = NOBODY in given["rel_to"]
    if to_nobody and len(given["rel_to"]) > 1:
        raise click.UsageError(f"--rel-to {NOBODY} names nobody, so it stands alone")
    if bool(given["policy"]) != bool(given["level"]):
        raise click.UsageError("--policy and --level go together: whose classification, and its level")
    return Contribute(
        **{key: given[key] for key in _AS_THEY_ARE},
        **({} if file is None else _of_file(file, given)),
        dry_run=dry_run,
        rel_to=() if to_nobody else given["rel_to"],
        to_nobody=to_nobody,
        not_before=when(given["not_before"]),
        expires=when(given["expires"]),
        references="strict" if given["strict_refs"] else "dangle" if given["dangle_refs"] else "narrow",
    )


def _added(options: Iterable[Callable[[Command], Command]], command: Command) -> Command:
    for option in reversed(tuple(options)):
        command = option(command)
    return command


def _of_file(file: str, given: dict[str, Any]) -> dict[str, Any]:
    """What is said of a file. What is for reports alone is a usage error for a STIX file."""
    misp = {"misp": given["misp"]}
    if given["report"] or is_report(file):
        return {"report": file, **misp, **{key: given[key] for key in _OF_REPORTS}}
    if said := [key for key in _OF_REPORTS if given[key]]:
        name = said[0].removesuffix("s").replace("_", "-")
        raise click.UsageError(
            f"--{name} is for reports, and {file} is taken for STIX; --report says otherwise"
        )
    return misp
