"""How far a file is: progress on standard error, where that is a terminal."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import UnsupportedOperation
from typing import IO, BinaryIO, cast

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn


@dataclass(slots=True)
class Meter:
    """Bytes read of a file, and objects settled."""

    progress: Progress
    reading: TaskID
    settling: TaskID

    def metering(self, file: IO[bytes]) -> BinaryIO:
        """The file, whose pieces count as they are read."""
        return cast(BinaryIO, _Metered(file, self))

    def settled(self) -> None:
        """One object has its outcome."""
        self.progress.advance(self.settling)


@dataclass(frozen=True, slots=True)
class _Metered:
    file: IO[bytes]
    meter: Meter

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(size)
        self.meter.progress.advance(self.meter.reading, len(piece))
        return piece


@contextmanager
def metered(file: IO[bytes]) -> Iterator[Meter]:
    """Shows how far a file is for as long as the context lasts."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(
        *columns,
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
        redirect_stdout=sys.stdout.isatty(),
    ) as progress:
        reading = progress.add_task("reading", total=_size(file))
        yield Meter(progress, reading, progress.add_task("settling", total=None))


@contextmanager
def counted(said: str) -> Iterator[Callable[[Mapping[str, int]], None]]:
    """Shows counts as they grow for as long as the context lasts: what it yields takes them."""
    progress = Progress(
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
        redirect_stdout=sys.stdout.isatty(),
    )
    with progress:
        task = progress.add_task(said, total=None)

        def show(counts: Mapping[str, int]) -> None:
            listed = ", ".join(f"{count:,} {word}" for word, count in counts.items())
            progress.update(task, description=f"{listed} {said}")

        yield show


def _size(file: IO[bytes]) -> int | None:
    """How many bytes a file has; None for a pipe."""
    try:
        return os.fstat(file.fileno()).st_size or None
    except (OSError, UnsupportedOperation):
        return None
