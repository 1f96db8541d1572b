"""Prepares the introduction of a member's next key, and records it once it is signed."""

from opsroom.core.agreement.statement import KEY_TYPE
from opsroom.operations import rekey
from opsroom.service.seat import Seat, answers
from opsroom.service.statements import prepared, sealed, signers
from opsroom.service.times import told
from opsroom.wire import keys as wire
from opsroom.wire.statements import Prepared


@answers(wire.PrepareKey)
def prepare(seat: Seat, asked: wire.PrepareKey) -> Prepared:
    """The introduction, to be signed."""
    by = signers(seat, asked.by, asked.keys)
    step = rekey.prepare(seat.node, asked.member, bytes.fromhex(asked.following), by=by, asker=seat.asker)
    return prepared(step, KEY_TYPE)


@answers(wire.RecordKey)
def record(seat: Seat, asked: wire.RecordKey) -> wire.IntroducedKey:
    """The next key in."""
    found = rekey.record(seat.node, sealed(asked.envelope), asker=seat.asker)
    return wire.IntroducedKey(found.member, found.fingerprint, told(found.window.since))
