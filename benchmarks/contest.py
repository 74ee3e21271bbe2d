"""Contestants taking turns: A B A B ..., medians, and the ratio within each round."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable

ROUNDS = 9


def microseconds(work: Callable[[], object], times: int) -> float:
    """What one call of `work` costs, timed over `times` calls with the garbage collector resting."""
    gc.collect()
    gc.disable()
    started = time.perf_counter()
    for _ in range(times):
        work()
    passed = time.perf_counter() - started
    gc.enable()
    return passed / times * 1e6


def contest(floor: str, contestants: dict[str, Callable[[], object]], times: int) -> dict[str, float]:
    """Print and return each contestant's ratio to `floor`: the median over rounds of the ratio within the round."""
    rounds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, work in contestants.items():
            rounds[name].append(microseconds(work, times))
    ratios = {}
    for name, figures in rounds.items():
        ratio = statistics.median(one / base for one, base in zip(figures, rounds[floor], strict=True))
        ratios[name] = ratio
        print(f"  {name:58} {statistics.median(figures):9.2f} us   {ratio:6.2f} x {floor}")
    return ratios
