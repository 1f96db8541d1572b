"""`opsroom search`: find among what is released to a member."""

import click
import msgspec
from rich.console import Console

from opsroom.cli.asking import as_member, asking
from opsroom.cli.output import INSTANT, Terminal, pass_terminal, table, when
from opsroom.core.stix.tlp import TLP_ORDER
from opsroom.core.timestamps import Instant
from opsroom.wire.searching import Correlate, Correlation, Hit, Search, SearchPage, Suggest, Suggestion

_NAMES = ("name", "value", "pattern", "relationship_type", "explanation", "content", "abstract")
"""The properties of which the first that an object has stands for it in a table."""
COUNTED = ("kind", "originator", "field", "tlp")


@click.command()
@click.argument("query", required=False)
@click.option("--room", required=True)
@click.option("--kind", "kinds", multiple=True, help="Objects of this type; repeat it.")
@click.option("--originator", "originators", multiple=True, help="Of this member.")
@click.option("--agreement", "agreements", multiple=True, help="Offered under this agreement.")
@click.option("--field", "fields", multiple=True, help="Offered in this field.")
@click.option("--tlp", "tlps", multiple=True, type=click.Choice(TLP_ORDER), help="With this TLP.")
@click.option("--last", help="Received within this time: 30m, 12h, 5d, 2w.")
@click.option("--since", type=INSTANT, help="Received from this instant on.")
@click.option("--until", type=INSTANT, help="Received before this instant.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True)
@click.option("--next", "following", help="Go on after a page: the `next` that it ended with.")
@click.option("--suggest", "suggesting", is_flag=True, help="Complete the last word of QUERY instead.")
@click.option("--like", metavar="ITEM", help="Find what shares an observable value with ITEM instead.")
@as_member("searches")
@pass_terminal
def search(
    terminal: Terminal,
    /,
    query: str | None,
    room: str,
    kinds: tuple[str, ...],
    originators: tuple[str, ...],
    agreements: tuple[str, ...],
    fields: tuple[str, ...],
    tlps: tuple[str, ...],
    last: str | None,
    since: Instant | None,
    until: Instant | None,
    limit: int,
    following: str | None,
    suggesting: bool,
    like: str | None,
    **who: str | None,
) -> None:
    """Search what is released to a member: names, descriptions, texts, patterns, observable values.

    All words of QUERY must match. `word*` is a beginning, `-word` excludes, `*.example.com` is a domain with all
    below it, `198.51.100.0/24` whatever lies in it or around it. Defanged values (hxxp, [.]) are understood.

    \b
    Examples:
      opsroom search 'loader hxxp://evil[.]example/' --room r --as alfa
      opsroom search 198.51.100.0/24 --room r --as alfa --kind indicator --last 5d
      opsroom search --like indicator--… --room r --as alfa
    """
    if suggesting and query is None:
        raise click.UsageError("--suggest completes a QUERY: give what is typed so far")
    with asking(terminal, who["member"], person=who["person"], desk=who["desk"]) as desk:
        if like is not None:
            related = desk.ask(Correlate(room, like))
            terminal.show(related, lambda out: _print_related(out, related))
            return
        if suggesting:
            completions = desk.ask(Suggest(room, query or ""))
            terminal.show(completions, lambda out: _print_completions(out, completions))
            return
        found = desk.ask(
            Search(
                room,
                q=query,
                kinds=kinds,
                originators=originators,
                agreements=agreements,
                fields=fields,
                tlps=msgspec.convert(tlps, Search.__annotations__["tlps"]),
                last=last,
                since=when(since),
                until=when(until),
                limit=limit,
                next=following,
            )
        )
    terminal.show(found, lambda out: _print(out, found))


def _print(out: Console, found: SearchPage) -> None:
    if not found.hits:
        out.print("nothing is found" if not found.total else "there are no more")
        return
    out.print(_table(found.hits))
    for name in COUNTED:
        counts = sorted(found.counts.get(name, {}).items(), key=lambda one: (-one[1], one[0]))
        out.print(f"{name}: {', '.join(f'{key} {count:,}' for key, count in counts)}", markup=False)
    out.print(f"{found.total:,} found")
    if found.next is not None:
        out.print(f"more: --next {found.next}", markup=False, soft_wrap=True)


def _print_related(out: Console, found: list[Correlation]) -> None:
    for one in found:
        out.print(one.value, style="bold", markup=False)
        if one.hits:
            out.print(_table(one.hits))
        if len(one.hits) < one.total:
            out.print(f"{one.total:,} share it, {len(one.hits):,} are shown")
    if not found:
        out.print("nothing that is released to you shares a value with it")


def _print_completions(out: Console, found: list[Suggestion]) -> None:
    out.print(table(("term", "objects"), [(one.text, f"{one.objects:,}") for one in found]))


def _table(hits: list[Hit]) -> object:
    headings = ("item", "", "of", "field", "TLP", "received")
    rows = [
        (x.item.id, _name(x), x.originator, ", ".join(x.fields), x.tlp.upper(), x.item.added) for x in hits
    ]
    return table(headings, rows)


def _name(hit: Hit) -> str:
    content = msgspec.json.decode(hit.item.object)
    found = next((content[key] for key in _NAMES if isinstance(content.get(key), str)), "")
    return found if len(found) <= 60 else f"{found[:57]}…"
