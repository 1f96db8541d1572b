"""Worlds that look the same to Bravo, with a hidden part of any size; on files.

300 items are shared with Bravo, in ten posts; after each of them comes a tenth of what is hidden from it: the
words, values and ids of what it sees, under other agreements, as versions of later, and in references.
"""

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Any

from opsroom.core.roster import Role
from opsroom.storage.sql import open_sqlite
from tests import objects
from tests.confidentiality.worlds import (
    LATER,
    Told,
    hidden_items,
    hidden_members,
    nothing,
    told_of,
)

POSTS, SHARED = 10, 30
"""How often is posted, and how many items at once that all see."""
FIRST, ELSEWHERE = 1000, 100_000
"""The numbers of the first item that is seen, and of the first that is hidden."""
TEXT = "beacon evil.example 198.51.100.7 skunk"
HIDDEN_ITEM = objects.numbered("identity", ELSEWHERE)


def numbered(post: int) -> range:
    """The numbers of the items that all see, of one post."""
    return range(FIRST + post * SHARED, FIRST + (post + 1) * SHARED)


def later(number: int, nth: int) -> bytes:
    """The nth later version of an item."""
    known = objects.common("identity", number, name=f"identity {number}", description=TEXT)
    return json.dumps(known | {"modified": f"2026-02-02T00:{nth // 60:02}:{nth % 60:02}.000Z"}).encode()


def crowd(told: Told, size: int) -> None:
    """Members, and agreements and rooms of theirs: one of each for 200 hidden items, or the few that there are."""
    hidden_members(told)
    names = [f"member-{number}" for number in range(size // 200)]
    world = told.next()
    world.member(*names)
    for number, name in enumerate(names):
        world = told.next()
        world.room(f"room-{number}", "yankee")
        world.agree(f"hidden-{number}", f"room-{number}", ["alfa", "yankee", name], ["incidents"])
        if number % 10 == 0:
            told.token(name, name, Role.READER)


def hide(told: Told, post: int, size: int) -> None:
    """A tenth of what is hidden, after one post of what is seen."""
    seen, own = numbered(post), ELSEWHERE + post * size
    fifth = size // 50
    versions = [later(seen[number % SHARED], post * fifth + number // SHARED) for number in range(fifth)]
    elsewhere = [objects.identity(own + number, description=TEXT) for number in range(2 * fifth)]
    references = [
        objects.relationship(
            own + number,
            objects.numbered("identity", seen[number % SHARED]),
            objects.numbered("identity", own + number),
        )
        for number in range(fifth)
    ]
    told.give("alfa", *elsewhere, name="hidden")
    told.give("yankee", *versions, name="hidden")
    told.give("alfa", *versions, not_before=LATER)
    told.give("alfa", *references, rel_to=frozenset())


def posts(told: Told, size: int) -> None:
    """What all see, and what is hidden, in turns. Bravo has relationships of its own to what it sees."""
    for post in range(POSTS):
        told.step = 300 + 6 * post
        shared = (objects.identity(number, description="beacon evil.example") for number in numbered(post))
        told.give("alfa", *shared)
        if size:
            hide(told, post, size)
    if size:
        hidden_items(told)


def world_of(runner: asyncio.Runner, file: Path, size: int) -> Told:
    """A world on a file, with `size` hidden items; none: nothing is hidden."""
    members: Any = partial(crowd, size=size) if size else nothing
    told = told_of(runner, members, partial(posts, size=size), open_sqlite(file))
    told.settings = {"page_size": 100}
    return told
