"""How far a pull or a push has come: a file that is replaced whole, and held by one run at a time.

1. It says only what is done: it is written after what it covers was contributed, or acknowledged by the server. A
   kill at any point repeats something at most, which does no harm.
2. It holds no secret, and is of one source or target, and one place here: for another it is refused.
3. What was fetched and is not contributed yet lies beside it, in a file that its owner alone reads, up to the byte
   that it names; the file goes with the contribution.
"""

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

import msgspec

from opsroom.errors import Conflict, Malformed, NotFound, Unavailable

SCHEMA = "opsroom.sync/1"


Count = Annotated[int, msgspec.Meta(ge=0)]
_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EIO})


class Fetching(msgspec.Struct, frozen=True):
    """What lies beside: so many bytes, pages and objects, added up to `last`; `of` what was asked for."""

    of: str
    bytes: Count
    pages: Count
    objects: Count
    last: str | None


class Sync(
    msgspec.Struct,
    frozen=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag_field="schema",
    tag=SCHEMA,
):
    """The content of the file. `there` is the source or target, `here` the place in the room.

    `added_after`: everything up to this date is done. `etag`, `modified`: of a file at an address, as it was
    contributed. `digests`: SHA-256 of files by name. `events`: timestamps of MISP events by UUID.
    """

    direction: Literal["pull", "push"]
    there: str
    here: str
    added_after: str | None = None
    fetching: Fetching | None = None
    etag: str | None = None
    modified: str | None = None
    digests: dict[str, str] = {}
    events: dict[str, str] = {}


@dataclass(slots=True)
class SyncFile:
    """A state file that this run holds. Without `lasting` nothing is written: a rehearsal."""

    path: Path
    now: Sync
    lasting: bool = True

    @property
    def beside(self) -> Path:
        """Where what was fetched lies until it is contributed."""
        return self.path.with_name(f"{self.path.name}.fetched")

    def aside(self) -> BinaryIO:
        """The file beside, to be read and written, which its owner alone may read."""
        return open(os.open(self.beside, os.O_CREAT | os.O_RDWR, 0o600), "r+b")

    def keep(self, now: Sync) -> None:
        """From here on `now` holds, also after a power cut."""
        self.now = now
        if not self.lasting:
            return
        text = msgspec.json.format(msgspec.json.encode(now), indent=2) + b"\n"
        draft = self.path.with_name(f"{self.path.name}.new")
        with open(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self.path)
        handle = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@dataclass(frozen=True, slots=True)
class Batch:
    """What is contributed as one unit; once it is, `after` holds. `misp`: it is a MISP event."""

    name: str
    open: Callable[[], BinaryIO]
    after: Sync
    misp: bool = False


def opening(path: Path) -> Callable[[], BinaryIO]:
    """What opens a file to be read."""
    return lambda: path.open("rb")


@dataclass(slots=True)
class Tally:
    """What a source said, and how much of it was read. `complete`: the source said that this is all.

    `remarks`: what is to be known of it beside. `told` hears of every count.
    """

    counts: dict[str, int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    complete: bool = False
    told: Callable[[dict[str, int]], None] = lambda _: None

    def count(self, **more: int) -> None:
        """So many more."""
        for name, number in more.items():
            self.counts[name] = self.counts.get(name, 0) + number
        self.told(self.counts)


@contextmanager
def held(path: Path, direction: Literal["pull", "push"], *, there: str, here: str) -> Iterator[SyncFile]:
    """The state file at `path`, for this run alone. Conflict where another run holds it or it is of something else.

    Unavailable where the disk takes no more, or gives nothing, while it is held.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path.with_name(f"{path.name}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise NotFound(f"no state can be kept at {path}: {error.strerror}") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict(f"another run holds {path}: wait for its end, or give another --state") from None
        yield SyncFile(path, _read(path, Sync(direction, there, here)))
    except OSError as error:
        if error.errno not in _DISK:
            raise
        raise Unavailable(
            f"{error.filename or path}: {error.strerror}; it goes on from here next time"
        ) from None
    finally:
        os.close(handle)


def _read(path: Path, fresh: Sync) -> Sync:
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Sync)
    except FileNotFoundError:
        return fresh
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"{path} is no state of {SCHEMA}: {error}") from None
    if (found.direction, found.there, found.here) != (fresh.direction, fresh.there, fresh.here):
        raise Conflict(
            f"{path} is of a {found.direction} between {found.there} and {found.here}: give another --state"
        )
    return found
