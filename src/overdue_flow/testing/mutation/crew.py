"""Mutants tried by several processes: each reads the policy and the scenarios for itself. The order is kept."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.simulation.processes import cores, handed_out, in_shares
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
    if processes == 1:
        yield from (bench.tried(number) for number in range(len(bench.mutants)))
        return
    order = bench.order, bench.suite.policy.digest
    for share in handed_out(_try, in_shares(len(bench.mutants), MUTANTS_PER_SHARE), processes, _begin, order):
        yield from share


_ORDER: list[tuple[Order, str]] = []
_BENCH: list[Bench] = []
"""What this process has been told to do, and what it has made ready for it."""


def _begin(order: tuple[Order, str]) -> None:
    _ORDER[:] = [order]


def _try(numbers: range) -> list[Outcome]:
    if not _BENCH:
        order, digest = _ORDER[0]
        bench = Bench(order)
        check_same(bench, digest)
        _BENCH.append(bench)
    return [_BENCH[0].tried(number) for number in numbers]
