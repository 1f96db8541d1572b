"""How far a file is: progress on standard error, where that is a terminal."""

import os
import sys
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import UnsupportedOperation
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from opsroom.errors import Malformed

GZIP = b"\x1f\x8b"
CHUNK = 1 << 16
"""Bytes read at once."""


@dataclass(slots=True)
class Meter:
    """Bytes read of a file, then objects settled of those that were read."""

    progress: Progress
    reading: TaskID
    settling: TaskID
    objects: int = 0

    def chunks(self, file: IO[bytes]) -> Iterator[bytes]:
        """The file, a piece at a time, without the byte order mark that some editors put before it."""
        first = file.read(CHUNK)
        self.progress.advance(self.reading, len(first))
        if first.startswith(GZIP):
            raise Malformed(
                "the file is a gzip archive: unpack it (gunzip -c FILE | opsroom contribute - ...)"
            )
        yield first.removeprefix(BOM_UTF8)
        while chunk := file.read(CHUNK):
            self.progress.advance(self.reading, len(chunk))
            yield chunk

    def counted(self, raws: Iterable[bytes]) -> Iterator[bytes]:
        """The objects, each counted as it passes."""
        for raw in raws:
            self.objects += 1
            yield raw

    def settled(self) -> None:
        """One object has its outcome."""
        self.progress.update(self.settling, advance=1, total=self.objects)


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


def _size(file: IO[bytes]) -> int | None:
    """How many bytes a file has; None for a pipe."""
    try:
        return os.fstat(file.fileno()).st_size or None
    except (OSError, UnsupportedOperation):
        return None
