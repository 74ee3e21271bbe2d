"""A book lived through by several processes: the same files and the same counts as by one.

Each process reads the policy for itself and gets the whole book; consecutive loans are handed out as shares. What comes
back is text for the files and counts for the summary, in the order of the book, so that nothing depends on which
process was done first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from overdue_flow.engine.machine import Machine
from overdue_flow.errors import OverdueFlowError, PolicyError
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.backtest import Days, lives
from overdue_flow.simulation.book import Book
from overdue_flow.simulation.lived import Contacts
from overdue_flow.simulation.outputs import Tables, tables_of
from overdue_flow.simulation.processes import cores, handed_out, in_shares
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
    return max(1, min(cores(), loans // LOANS_PER_PROCESS))


def shares(order: Order, processes: int, loans_per_share: int = LOANS_PER_SHARE) -> Iterator[Share]:
    """Live the book in so many processes; its shares in order. OverdueFlowError where the policy file was changed."""
    return handed_out(_live, parts_of_book(order.book, loans_per_share), processes, _begin, order)


def parts_of_book(book: Book, loans_per_share: int = LOANS_PER_SHARE) -> list[range]:
    """The numbers of the loans of each share."""
    return in_shares(len(book), loans_per_share)


class _Worker:
    """One process: its own policy, compiled once."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.policy = same_policy(order.policy, order.digest)
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


def same_policy(path: Path | str, digest: str, meanwhile: str = "the book was lived through") -> Policy:
    """The policy that an order is about, read again. OverdueFlowError where it is another by now."""
    try:
        policy = load_policy(path)
    except (OSError, PolicyError):
        policy = None
    if policy is None or policy.digest != digest:
        raise OverdueFlowError(f"the policy `{path}` was changed while {meanwhile}; run it again")
    return policy


_ORDER: list[Order] = []
_WORKER: list[_Worker] = []
"""What this process has been told to do, and what it has made ready for it."""


def _begin(order: Order) -> None:
    _ORDER[:] = [order]


def _live(numbers: range) -> Share:
    if not _WORKER:
        _WORKER.append(_Worker(*_ORDER))
    return _WORKER[0].share(numbers)
