"""The one place that asks the clock."""

import time


class SystemClock:
    """The machine's clock (`opsroom.ports.Clock`)."""

    def now(self) -> int:
        """Microseconds since the epoch, UTC."""
        return time.time_ns() // 1000
