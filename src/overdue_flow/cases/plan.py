"""One repayment plan: its schedule, the money that came for it, and what has become of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from overdue_flow.cases.allocations import Trace
from overdue_flow.cases.books import Books
from overdue_flow.cases.folds import fold
from overdue_flow.cases.waterfall import LET_GO, Posting, fails_on

Standing: TypeAlias = Literal["active", "completed", "failed", "cancelled", "superseded"]


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan. `ended_on` is the day on which it was cancelled, or superseded by a later plan.

    `waived` (minor units) is let go of the loan once the plan is completed.
    """

    id: str
    agreed_on: date
    books: Books
    replaces_contract: bool = True
    waived: int = 0
    ended_on: date | None = None
    superseded: bool = False

    def failed_on(self, day: date) -> date | None:
        """The day on which it failed, or will fail if nothing is paid any more, as known on `day`; None for neither."""
        found = fails_on(self.books.account_on(day), self.books.rules)
        return None if found is None or (self.ended_on is not None and found > self.ended_on) else found

    def standing(self, day: date) -> Standing:
        """What has become of the plan by `day`."""
        failed_on = self.failed_on(day)
        if failed_on is not None and failed_on <= day:
            return "failed"
        if not self._open(day):
            return "completed"
        if self.ended_on is not None and self.ended_on <= day:
            return "superseded" if self.superseded else "cancelled"
        return "active"

    def _open(self, day: date) -> bool:
        tolerance = self.books.rules.tolerance
        return any(due.total > tolerance for due in self.books.account_on(day).left())

    def missed(self, day: date) -> int:
        """How many of its instalments fell due before `day` and are not covered; 0 once it was cancelled."""
        if self.ended_on is not None and self.ended_on <= day:
            return 0
        tolerance = self.books.rules.tolerance
        return sum(due.due_on < day and due.total > tolerance for due in self.books.account_on(day).left())

    def next_due_on(self, day: date) -> date | None:
        """The earliest due date from `day` on that is not covered."""
        tolerance = self.books.rules.tolerance
        left = self.books.account_on(day).left()
        return next((due.due_on for due in left if due.due_on >= day and due.total > tolerance), None)

    def turns_on(self, day: date) -> date | None:
        """The next day after `day` on which its standing may change by itself: it fails, or known money counts."""
        failed_on = self.failed_on(day)
        found = [one for one in (failed_on, self.books.next_value_date(day)) if one is not None and one > day]
        return min(found, default=None)

    def lets_go(self) -> tuple[Posting, ...]:
        """What a completed settlement waives, as a posting for the contract's books, on the day it was completed."""
        if not self.waived or self.standing(date.max) != "completed":
            return ()
        books = self.books
        trace = Trace(books.rules)
        fold(books.dues, books.postings, books.rules, trace)
        return (Posting(max(trace.covered.values(), default=self.agreed_on), LET_GO, self.id, self.waived),)
