"""`opsroom load`: rooms as data (`room.toml`), loaded into a node; then who sees what, on what ground."""

from opsroom.cli.load.command import load

__all__ = ["load"]
