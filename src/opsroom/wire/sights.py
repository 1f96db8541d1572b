"""Who would see an item, and on what ground."""

from typing import Annotated

import msgspec

from opsroom.wire.request import AgreementId, MemberName


class Sight(msgspec.Struct, frozen=True):
    """One item for one member. `ground` None: there is nothing that it could know of.

    `because` are the ids of what it refers to, or rests on, and the member is not shown.
    """

    member: MemberName
    released: bool
    ground: Annotated[
        str | None,
        msgspec.Meta(description="why, in a word; the words are those of `Explanation.ground`"),
    ]
    authority: AgreementId | None
    because: tuple[str, ...]
