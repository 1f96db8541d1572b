"""Who would see an item, and on what ground."""

import msgspec


class Sight(msgspec.Struct, frozen=True):
    """One item for one member. `ground` None: there is nothing that it could know of.

    `because` are the ids of what it refers to, or rests on, and the member is not shown.
    """

    member: str
    released: bool
    ground: str | None
    authority: str | None
    because: tuple[str, ...]
