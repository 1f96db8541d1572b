"""Consent: the originator's permission that one item reach one member, or be passed on to it."""

from collections.abc import Iterable
from dataclasses import dataclass

from opsroom.core.timestamps import Instant
from opsroom.core.windows import BEGINNING, FOREVER, Window


@dataclass(frozen=True, slots=True)
class Consent:
    """`by` lets `item` (None: the item of the case) reach `to`.

    `holder`, if given, must be the one passing on; `under` names the agreement between holder and
    recipient that may carry it. Live over [since, the earlier of until and revoked_at).
    """

    to: str
    by: str
    item: str | None = None
    holder: str | None = None
    under: str | None = None
    since: Instant = BEGINNING
    until: Instant = FOREVER
    revoked_at: Instant | None = None

    @property
    def window(self) -> Window:
        """When the consent is live."""
        return Window(self.since, self.until if self.revoked_at is None else min(self.until, self.revoked_at))


def consents_for(
    consents: Iterable[Consent], *, item: str | None, by: str, to: str, holder: str | None
) -> list[Consent]:
    """Those that speak of this item, from its originator to this member through this holder, live or not.

    In a direct release nobody passes on (`holder` None), so a consent that names a holder does not count.
    """
    return [
        consent
        for consent in consents
        if consent.by == by
        and consent.to == to
        and consent.item in (None, item)
        and consent.holder in (None, holder)
    ]
