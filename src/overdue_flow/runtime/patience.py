"""How often and when something that failed is tried again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

TURN_TRIES = 12
"""How often a turn is decided that other turns of its case overtake, before ConcurrentTurn is raised."""

BUSY_TRIES = 3
"""How often is tried what a store refuses because others keep it locked, before StoreBusy is raised."""

_TURN_WAIT = timedelta(milliseconds=5)
_TURN_WAIT_LONGEST = timedelta(milliseconds=250)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a hook is tried before its effect is parked, and how long is waited in between.

    The wait after a failure is drawn evenly between nothing and a ceiling, which doubles from `first` up to `longest`
    (exponential back-off with full jitter): what failed together does not come back together.
    """

    tries: int = 8
    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(hours=1)

    def wait(self, failed: int, draw: random.Random) -> timedelta:
        """How long is waited after the `failed`-th failure."""
        ceiling = min(self.longest, self.first * (1 << min(failed - 1, 30)))
        return max(ceiling * draw.random(), timedelta(seconds=1))


PATIENT = Patience()
"""Eight tries within about an hour."""


def turn_wait_seconds(overtaken: int, draw: random.Random) -> float:
    """How long is waited before a turn that was overtaken so often is decided again."""
    ceiling = min(_TURN_WAIT_LONGEST, _TURN_WAIT * (1 << min(overtaken, 10)))
    return (ceiling * draw.random()).total_seconds()
