"""How long is waited before something is tried again."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

from overdue_flow.runtime.patience import Patience, turn_wait_seconds

SECOND = timedelta(seconds=1)


def test_the_ceiling_doubles_up_to_the_longest_wait() -> None:
    patience = Patience(first=timedelta(minutes=1), longest=timedelta(minutes=10))
    longest = [max(patience.wait(n, random.Random(seed)) for seed in range(400)) for n in (1, 2, 3, 4, 5, 50)]
    ceilings = [timedelta(minutes=n) for n in (1, 2, 4, 8, 10, 10)]
    assert all(0.95 * ceiling < wait <= ceiling for wait, ceiling in zip(longest, ceilings, strict=True))


def test_what_failed_together_does_not_come_back_together() -> None:
    patience = Patience()
    waits = sorted(patience.wait(5, random.Random(seed)) for seed in range(200))
    assert waits[0] < timedelta(seconds=30)
    assert all(later - wait < timedelta(seconds=30) for wait, later in pairwise(waits))
    assert waits[-1] > timedelta(minutes=7)


def test_there_is_always_a_wait() -> None:
    assert min(Patience(first=SECOND).wait(1, random.Random(seed)) for seed in range(50)) == SECOND


def test_the_same_draw_gives_the_same_waits() -> None:
    one, other = random.Random(7), random.Random(7)
    assert [Patience().wait(n, one) for n in range(1, 9)] == [Patience().wait(n, other) for n in range(1, 9)]


def test_a_turn_that_was_overtaken_waits_a_moment() -> None:
    waits = [turn_wait_seconds(n, random.Random(1)) for n in range(1, 40)]
    assert all(0 <= wait <= 0.25 for wait in waits)
