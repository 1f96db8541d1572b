"""The TAXII 2.1 door: one API root for each room, collections as `operations.disclose` shows them.

Modules follow the standard: `media` 1.6.8 · `routes` 3.1 · `query` 3.4 ·
`failures` 3.6 · `resources` 3.7 to 5.8 · `body` 5.5 · `endpoints` 4 and 5 · `door` the way through them.
"""

from opsroom.taxii.door import Door
from opsroom.taxii.endpoints import Limits, Service

__all__ = ["Door", "Limits", "Service"]
