"""`opsroom push`: a member's own items out to a TAXII collection elsewhere, as far as their labels let them go."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import click
import msgspec

from opsroom.cli.asking import Asks, as_member, asking
from opsroom.cli.elsewhere import desk_of, elsewhere_options, origin_of, scheduled, state_path
from opsroom.cli.leaving import Leaving
from opsroom.cli.meter import counted
from opsroom.cli.output import NEGATIVE, Terminal, pass_terminal
from opsroom.connectors.origin import Origin
from opsroom.connectors.sync import SyncFile, held
from opsroom.connectors.taxii import Place, Sent, collection_at, post
from opsroom.core.leaving import TLPS
from opsroom.wire.items import Item, ItemPage, Items

PAGE = 500
"""Items that are looked at, and acknowledged, at a time."""
LISTED = 1000
"""Refusals that are listed one by one in JSON."""
WORDS = ("looked at", "stay here", "go", "taken", "refused", "pending")


@click.command()
@click.argument("target")
@click.option("--room", required=True)
@click.option(
    "--from",
    "shelf",
    default="released",
    show_default=True,
    help="The collection of the room that is looked through.",
)
@click.option(
    "--collection", metavar="NAME", help="The collection of the TAXII server: its id, alias or title."
)
@click.option(
    "--tlp-at-most",
    type=click.Choice(TLPS),
    default=TLPS[0],
    show_default=True,
    help="What is stricter stays here. TLP:RED always does.",
)
@click.option("--dry-run", is_flag=True, help="Send nothing; count what would go, and what would stay.")
@as_member("sends")
@elsewhere_options
@pass_terminal
def push(
    terminal: Terminal,
    /,
    target: str,
    member: str | None,
    person: str | None,
    desk: str | None,
    **given: Any,
) -> None:
    """Push own items to TARGET, a TAXII 2.1 collection, or an API root or server with --collection.

    A server elsewhere is party to no agreement. So only what is the member's own goes there, and of that only what
    its label lets anybody of its TLP have; what was received from others never does, nor what refers to what stays or
    rests on it.
    What stays is counted by reason. Only what is new since the last push is looked at.
    Exit status 1 where the server refused something, or had not settled it.

    \b
    Examples:
      opsroom push https://taxii.example/one/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/ --room r --as alfa \\
          --secret-from TAXII_TOKEN
      opsroom push https://taxii.example/taxii2/ --collection shared --room r --as alfa --tlp-at-most green --dry-run
    """

    def run() -> int:
        with asking(terminal, member, person=person, desk=desk) as asked, origin_of(target, given) as origin:
            place = collection_at(origin, given["collection"])
            me = desk_of(asked)
            here = f"{me.member}/{me.desk} in {given['room']}, {given['shelf']}, {given['tlp_at_most']}"
            path = state_path(terminal, given, "push", place.url, here)
            with held(path, "push", there=place.url, here=here) as file:
                file.lasting = not given["dry_run"]
                leaving = Leaving(asked, me.member, given["tlp_at_most"])
                return _Run(terminal, asked, origin, place, file, leaving).all(given["room"], given["shelf"])

    click.get_current_context().exit(scheduled(given["every"], run))


@dataclass(slots=True)
class _Run:
    """One push, and what became of it. Without a lasting state it is a rehearsal."""

    terminal: Terminal
    asked: Asks
    origin: Origin
    place: Place
    file: SyncFile
    leaving: Leaving
    counts: Counter[str] = field(default_factory=Counter)
    stayed: Counter[str] = field(default_factory=Counter)
    refused: list[dict[str, str | None]] = field(default_factory=list)
    complete: bool = False

    def all(self, room: str, shelf: str) -> int:
        """Everything that is new; the exit status."""
        try:
            with counted(f"to {self.place.url}") as told:
                for page in self._pages(room, shelf):
                    self._page(page.items)
                    told(self.counts)
            self.complete = not (self.counts["refused"] or self.counts["pending"])
        finally:
            self._show()
        return 0 if self.complete else NEGATIVE

    def _pages(self, room: str, shelf: str) -> Iterator[ItemPage]:
        """What came into the member's feed since the last push, in the order of the feed."""
        request = Items(
            room, collection=shelf, added_after=self.file.now.added_after, versions="all", limit=PAGE
        )
        while True:
            page = self.asked.ask(request)
            yield page
            if page.next is None:
                return
            request = msgspec.structs.replace(request, next=page.next)

    def _page(self, items: list[Item]) -> None:
        """Sends what may go; the state says so once the server has acknowledged all of it."""
        going: list[bytes] = []
        for one in items:
            raw, reasons = self.leaving.judged(one)
            self.stayed.update(reasons)
            self.counts["looked at"] += 1
            self.counts["stay here"] += bool(reasons)
            if raw is not None:
                going.append(raw)
        self.counts["go"] += len(going)
        if going and self.file.lasting:
            for sent in post(self.origin, self.place, going):
                self._take(sent)
        if items:
            self.file.keep(msgspec.structs.replace(self.file.now, added_after=items[-1].added))

    def _take(self, sent: Sent) -> None:
        """One envelope that was acknowledged."""
        self.counts["taken"] += sent.taken
        self.counts["refused"] += len(sent.failures) + sent.unnamed
        self.counts["pending"] += sent.pending
        for one in sent.failures:
            if len(self.refused) < LISTED:
                self.refused.append({"id": one.id, "version": one.version, "message": one.message})
            if not self.terminal.as_json:
                click.echo(f"refused   {one.id} {one.version or ''}".rstrip() + f": {one.message}")
        if sent.unnamed and not self.terminal.as_json:
            click.echo(f"refused   {sent.unnamed:,} objects, and the server does not say which")

    def _show(self) -> None:
        counts = {word: self.counts[word] for word in WORDS}
        said = {
            "target": self.place.url,
            **{word.replace(" ", "_"): count for word, count in counts.items()},
            "stayed": dict(self.stayed),
            "objects": self.refused,
            "dry_run": not self.file.lasting,
            "complete": self.complete,
        }
        if self.terminal.as_json:
            self.terminal.show(said, lambda _: None)
            return
        for reason, count in self.stayed.most_common():
            click.echo(f"stay here {count:,}: {reason}")
        listed = ", ".join(f"{count:,} {word}" for word, count in counts.items())
        would = " (nothing was sent)" if not self.file.lasting else ""
        click.echo(f"{self.place.url}: {listed}{would}; {'complete' if self.complete else 'NOT complete'}")
