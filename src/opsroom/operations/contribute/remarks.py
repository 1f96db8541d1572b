"""What the originator is told of an offer that went out: whom it does not reach, and who loses an older version."""

from collections.abc import Iterable, Mapping, Sequence

from opsroom.core.offer import LET_OUT, Offer, StoredItem
from opsroom.ports import Snapshot
from opsroom.upkeep.sights import REFERENCE, Sight, Sights


def narrowed(offer: Offer, looks: Iterable[Sight]) -> str:
    """From whom a reference holds it back, and without which ids."""
    if offer.state not in LET_OUT or offer.dangle:
        return ""
    held = [one for one in looks if one.ground == REFERENCE]
    reasons = (f"{one.reader.member} (without {', '.join(one.because)})" for one in held)
    return f"narrowed: withheld from {'; '.join(reasons)}" if held else ""


def unseen(offer: Offer, looks: Sequence[Sight]) -> str:
    """That nobody has it as it stands, and on what grounds."""
    if offer.state not in LET_OUT or not looks or any(one.released for one in looks):
        return ""
    return f"nobody sees it now: {', '.join(sorted({one.ground for one in looks}))}"


def lost(sights: Sights, room: str, item: StoredItem, replaced: tuple[StoredItem, list[Offer]]) -> str:
    """Who had the version that this one takes the place of, and has none of both now."""
    older, offers = replaced
    looks = [sights.of(room, one, reader) for one in offers for reader in sights.readers(room, one)]
    losers = {x.reader.member for x in looks if x.ground == REFERENCE and x.because == (item.id,)}
    return f"version {older.version} is taken from {', '.join(sorted(losers))}" if losers else ""


def replaced(
    snapshot: Snapshot, room: str, items: Mapping[int, StoredItem]
) -> dict[int, tuple[StoredItem, list[Offer]]]:
    """By item, the version before it that was let out last, with its offers."""
    found: dict[int, tuple[StoredItem, list[Offer]]] = {}
    wave = {number: number for number in items}
    while wave:
        older = snapshot.items.preceding(room, set(wave.values()))
        steps = {number: older[version] for number, version in wave.items() if version in older}
        gone: dict[int, list[Offer]] = {}
        for offer in snapshot.offers.of_items(room, {one.number for one in steps.values()}):
            if offer.state in LET_OUT:
                gone.setdefault(offer.item, []).append(offer)
        found |= {number: (one, gone[one.number]) for number, one in steps.items() if one.number in gone}
        wave = {number: one.number for number, one in steps.items() if one.number not in gone}
    return found
