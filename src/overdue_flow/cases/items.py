"""What is overdue, item by item: each amount that fell due, what was paid and let go of it, and what is left.

The items of a day are those of the position of that day: of the contract, or of a plan that replaces its schedule. A
host that keeps the ledger reports no items.

Law: `items add up to what is overdue` (tests/laws).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from overdue_flow.cases.allocations import Trace, plus
from overdue_flow.cases.books import Books
from overdue_flow.cases.folds import fold
from overdue_flow.cases.position import in_force, position
from overdue_flow.cases.waterfall import Due, Parts

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

_NOTHING: Parts = (0, 0, 0)


class Overdue(NamedTuple):
    """One amount that fell due and is not covered: what was paid and let go of it, and what is left, by component
    (costs, interest, principal) in minor units.

    What a reversed payment had covered may be due again on another day, as the terms say. Then it is an item of its
    own, and no part of the one from which it came.
    """

    due: Due
    paid: Parts
    waived: Parts
    left: Parts

    @property
    def amount(self) -> Parts:
        """What it was before anything was paid or let go."""
        return plus(plus(self.paid, self.waived), self.left)


def overdue_items(case: Case, day: date) -> tuple[Overdue, ...]:
    """What fell due before `day` and is not covered, oldest first; as known now, of postings up to `day`.

    What is short by no more than the terms allow is not among it. Empty where a host keeps the ledger.
    """
    basis = position(case, day).basis
    if basis == "report":
        return ()
    plan = case.plans.replacing(day) if basis == "plan" else None
    return _overdue(plan.books if plan is not None else in_force(case.ledger, case.plans).books, day)


def _overdue(books: Books, day: date) -> tuple[Overdue, ...]:
    trace = Trace(books.rules)
    known = tuple(posting for posting in books.postings if posting.on <= day)
    account = fold(books.dues, known, books.rules, trace).account
    late = [due for due in account.left() if due.due_on < day and due.total > books.rules.tolerance]
    paid: dict[int, Parts] = {}
    for one in trace.allocations:
        paid[one.due.key] = plus(paid.get(one.due.key, _NOTHING), one.parts)
    return tuple(
        Overdue(due, paid.get(due.key, _NOTHING), trace.let_go.get(due.key, _NOTHING), due.parts) for due in late
    )
