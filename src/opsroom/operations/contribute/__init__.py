"""Contribute: objects in, one by one accepted or refused with reasons, stored as received and offered.

1. Each object is examined by itself (`opsroom.core.stix`); what has a fault is refused, with its path.
2. What the member received from another originator is passing on, with the member as holder.
3. Its label: the collection's default, narrowed by the options, by a handling marking on the object, and by
   the strictest TLP on the object, else of the containers that came with it.
4. Stored as received, staged; once all of the unit is there, labels are settled and the offers are let out,
   or wait for a releaser. References are resolved within the unit as one.
"""

from opsroom.operations.contribute.posting import Options, contribute, post, rehearse, status
from opsroom.operations.contribute.receipt import KNOWN, Outcome, Receipt, State

__all__ = ["KNOWN", "Options", "Outcome", "Receipt", "State", "contribute", "post", "rehearse", "status"]
