"""The HTTP API under `/api/`: every request of `opsroom.wire`, answered by `opsroom.service`.

`routes` which path is which request · `openapi` the document of all of them · `streaming` answers of many lines ·
`events` streams of events · `door` the way through them.
"""

from opsroom.api.door import Door, Limits

__all__ = ["Door", "Limits"]
