"""A book lived through by several processes: the same files and the same counts as by one.

Each process reads the policy for itself and gets the whole book; consecutive loans are handed out as shares. What comes
back is text for the files and counts for the summary, in the order of the book, so that nothing depends on which
process was done first.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from overdue_flow.engine.machine import Machine
from overdue_flow.errors import OverdueFlowError, PolicyError
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.backtest import Days, lives
from overdue_flow.simulation.book import Book
from overdue_flow.simulation.lived import Contacts
from overdue_flow.simulation.outputs import Tables, tables_of
from overdue_flow.simulation.summary import Counts, Summary

LOANS_PER_SHARE = 100
LOANS_PER_PROCESS = 1_000
"""A process takes about as long to begin as some hundred loans to live."""


@dataclass(frozen=True, slots=True)
class Share:
    """What some consecutive loans of a book came to; `done` counts the loans up to the last of them."""

    done: int
    counts: Counts
    tables: Tables


@dataclass(frozen=True, slots=True)
class Order:
    """What all shares of one backtest have in common. `write`: whether the rows of the files are wanted."""

    policy: Path
    digest: str
    book: Book
    days: Days
    contacts: Contacts
    write: bool


def processes_for(loans: int) -> int:
    """How many processes a book of so many loans is worth, of as many as there are cores for this one."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on every system
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, min(cores, loans // LOANS_PER_PROCESS))


def shares(order: Order, processes: int, loans_per_share: int = LOANS_PER_SHARE) -> Iterator[Share]:
    """Live the book in so many processes; its shares in order. OverdueFlowError where the policy file was changed."""
    numbers = range(len(order.book))
    parts = [numbers[start : start + loans_per_share] for start in numbers[::loans_per_share]]
    # Fresh processes: a forked one would inherit locks from the thread that draws the progress bar.
    crew = ProcessPoolExecutor(min(processes, len(parts)), get_context("spawn"), _begin, (order,))
    try:
        with no_ctrl_c():
            found = crew.map(_live, parts)
        yield from found
    finally:
        crew.shutdown(cancel_futures=True)


@contextmanager
def no_ctrl_c() -> Iterator[None]:
    """Ctrl-C waits while processes are started: it would stop them before they know that it is not for them."""
    mask = getattr(signal, "pthread_sigmask", None)  # not on every system
    before = mask(signal.SIG_BLOCK, {signal.SIGINT}) if mask else ()
    try:
        yield
    finally:
        if mask:
            mask(signal.SIG_SETMASK, before)


class _Worker:
    """One process: its own policy, compiled once."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.policy = _same_policy(order)
        self.machine = Machine(self.policy)

    def share(self, numbers: range) -> Share:
        """Live the loans of these numbers."""
        order = self.order
        loans = (order.book[number] for number in numbers)
        outcomes = [one for one in lives(self.machine, loans, order.days, order.contacts) if one is not None]
        summary = Summary(self.policy, order.days, order.contacts)
        for outcome in outcomes:
            summary.add(outcome)
        return Share(numbers.stop, summary.counts(), tables_of(outcomes, order.days) if order.write else {})


def _same_policy(order: Order) -> Policy:
    """The policy that the order is about, read again."""
    try:
        policy = load_policy(order.policy)
    except (OSError, PolicyError):
        policy = None
    if policy is None or policy.digest != order.digest:
        raise OverdueFlowError(
            f"the policy `{order.policy}` was changed while the book was lived through; run it again"
        )
    return policy


_ORDER: list[Order] = []
_WORKER: list[_Worker] = []
"""What this process has been told to do, and what it has made ready for it."""


def _begin(order: Order) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever stops the backtest stops its first process
    _ORDER[:] = [order]


def _live(numbers: range) -> Share:
    if not _WORKER:
        _WORKER.append(_Worker(*_ORDER))
    return _WORKER[0].share(numbers)
