"""Mutants tried by several processes: each reads the policy and the scenarios for itself. The order is kept."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from overdue_flow.simulation.crew import cores, no_ctrl_c
from overdue_flow.testing.mutation.suites import Bench, Order, check_same
from overdue_flow.testing.mutation.trying import Outcome

MUTANTS_PER_SHARE = 5
MUTANTS_PER_PROCESS = 60
"""A process takes about as long to begin as some dozens of mutants."""


def processes_for(mutants: int) -> int:
    """How many processes so many mutants are worth, of as many as there are cores for this one."""
    return max(1, min(cores(), mutants // MUTANTS_PER_PROCESS))


def outcomes(bench: Bench, processes: int = 1) -> Iterator[Outcome]:
    """What becomes of each mutant, in order."""
    numbers = range(len(bench.mutants))
    if processes == 1:
        yield from (bench.tried(number) for number in numbers)
        return
    parts = [numbers[start : start + MUTANTS_PER_SHARE] for start in numbers[::MUTANTS_PER_SHARE]]
    # Fresh processes: a forked one would inherit locks from the thread that draws the progress bar.
    order = bench.order, bench.suite.policy.digest
    crew = ProcessPoolExecutor(processes, get_context("spawn"), _begin, order)
    try:
        with no_ctrl_c():
            found = crew.map(_try, parts)
        for share in found:
            yield from share
    finally:
        crew.shutdown(cancel_futures=True)


_ORDER: list[tuple[Order, str]] = []
_BENCH: list[Bench] = []
"""What this process has been told to do, and what it has made ready for it."""


def _begin(order: Order, digest: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever stops the run stops its first process
    _ORDER[:] = [(order, digest)]


def _try(numbers: range) -> list[Outcome]:
    if not _BENCH:
        order, digest = _ORDER[0]
        bench = Bench(order)
        check_same(bench, digest)
        _BENCH.append(bench)
    return [_BENCH[0].tried(number) for number in numbers]
