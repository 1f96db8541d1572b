"""The one place that asks for unpredictable bytes."""

import secrets


class SystemRandomness:
    """The machine's source of randomness (`opsroom.ports.Randomness`)."""

    def draw(self, count: int) -> bytes:
        """`count` unpredictable bytes."""
        return secrets.token_bytes(count)
