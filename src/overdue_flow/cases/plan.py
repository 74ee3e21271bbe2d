"""One repayment plan: its schedule, the money that came for it, and what has become of it and of each instalment."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Literal, NamedTuple, TypeAlias

from overdue_flow.cases.allocations import Trace
from overdue_flow.cases.books import Books
from overdue_flow.cases.folds import fold
from overdue_flow.cases.waterfall import LET_GO, ONE_DAY, Due, Posting, fails_on

Standing: TypeAlias = Literal["active", "completed", "failed", "cancelled", "superseded"]

Kept: TypeAlias = Literal["open", "kept", "late", "part-kept", "missed", "dropped"]
"""What has become of one instalment: `open` until its last day is over; `kept` when it was covered by then, `late` when
it was covered after; `part-kept` and `missed` while it is not, and something or nothing came; `dropped` when the plan
was cancelled or superseded before."""

_on = attrgetter("on")


class PlanInstalment(NamedTuple):
    """One instalment of a plan as it stands on a day, amounts in minor units. It may be paid to the end of `last_day`.

    `covered_on` is the value date on which it was covered, short by no more than the terms allow, and `paid_on` that of
    the last money which stands on it. `again` where money that had covered an instalment bounced, and the terms let
    that fall due anew: the instalment was covered, and this is what is owed in its place.
    """

    id: str
    due_on: date
    last_day: date
    amount: int
    paid: int
    covered_on: date | None
    paid_on: date | None
    standing: Kept
    again: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan. `ended_on` is the day on which it was cancelled, or superseded by a later plan; `was_over` where it was
    completed or had failed by then, so that the money of that day is its own.

    `waived` (minor units) is let go of the loan once the plan is completed; `kind` and `offer_id` are what was said of
    it. `traced` remembers which money covered what.
    """

    id: str
    agreed_on: date
    books: Books
    replaces_contract: bool = True
    waived: int = 0
    ended_on: date | None = None
    superseded: bool = False
    was_over: bool = False
    kind: str | None = None
    offer_id: str | None = None
    traced: list[tuple[Books, int, Trace]] = field(default_factory=list, compare=False, repr=False)

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
        if self._ended(day):
            return "superseded" if self.superseded else "cancelled"
        return "active"

    def _open(self, day: date) -> bool:
        tolerance = self.books.rules.tolerance
        return any(due.total > tolerance for due in self.books.account_on(day).left())

    def _ended(self, day: date) -> bool:
        return self.ended_on is not None and self.ended_on <= day

    # --- its instalments ---

    def left(self, day: date) -> tuple[Due, ...]:
        """What is not covered, in the order of due dates; the amounts are what is unpaid of each."""
        tolerance = self.books.rules.tolerance
        return tuple(due for due in self.books.account_on(day).left() if due.total > tolerance)

    def last_day(self, due_on: date) -> date:
        """The last day on which what falls due on `due_on` may be paid without being missed."""
        return due_on + timedelta(days=self.books.rules.grace_days)

    @property
    def ends_on(self) -> date:
        """Its last due date."""
        return max(due.due_on for due in self.books.dues if due.total)

    def left_over(self, day: date) -> int:
        """How many instalments are not covered; 0 once the plan was cancelled or superseded."""
        return 0 if self._ended(day) else len(self.left(day))

    def outstanding(self, day: date) -> int:
        """What is unpaid of those, in minor units."""
        return 0 if self._ended(day) else sum(due.total for due in self.left(day))

    def paid_ratio(self, day: date) -> Decimal:
        """What was paid as a share of what was paid and is left, four decimals, rounded down."""
        paid, left = self.books.account_on(day).paid, sum(due.total for due in self.left(day))
        return Decimal(paid * 10_000 // (paid + left) if left else 10_000).scaleb(-4)

    def past(self, day: date) -> tuple[Due, ...]:
        """What is not covered though its last day is over; nothing once the plan was cancelled or superseded."""
        if self._ended(day):
            return ()
        return tuple(due for due in self.left(day) if self.last_day(due.due_on) < day)

    def missed(self, day: date) -> int:
        """How many instalments have a last day before `day` and are not covered; 0 once it was cancelled."""
        return len(self.past(day))

    def part_kept(self, day: date) -> int:
        """How many of those that are missed something came for."""
        full = {due.key: due.total for due in self.books.dues}
        return sum(due.total < full.get(due.key, 0) for due in self.past(day))

    def kept(self, day: date) -> int:
        """How many instalments were covered, by `day`, before their last day was over."""
        covered = self._trace(day).covered
        return sum(
            due.key in covered and covered[due.key] <= self.last_day(due.due_on) for due in self.books.dues if due.total
        )

    def _trace(self, day: date) -> Trace:
        """Which money of value dates up to `day` covers what, and since when."""
        books = self.books
        known = bisect_right(books.postings, day, key=_on)
        for of_books, of_known, trace in self.traced:
            if of_books is books and of_known == known:
                return trace
        trace = Trace(books.rules)
        fold(books.dues, books.postings[:known], books.rules, trace)
        trace.covered |= {due.key: due.due_on for due in books.dues if due.total <= books.rules.tolerance}
        self.traced[:] = [(books, known, trace)]
        return trace

    def instalments(self, day: date) -> tuple[PlanInstalment, ...]:
        """Every instalment as it stands on `day`, and what fell due again by then, in the order of due dates."""
        unpaid = {due.key: due.total for due in self.books.account_on(day).left()}
        paid_on: dict[int, date] = {}
        for one in self._trace(day).allocations:
            if one.total:
                paid_on[one.due.key] = max(one.posting.on, paid_on.get(one.due.key, date.min))
        agreed = {due.key: due for due in self.books.dues if due.total}
        return tuple(
            self._instalment(due, due.total - unpaid.get(due.key, 0), paid_on.get(due.key), day)._replace(
                again=due.key not in agreed
            )
            for due in sorted((agreed | self._trace(day).dues).values())
            if due.total
        )

    def _instalment(self, due: Due, paid: int, paid_on: date | None, day: date) -> PlanInstalment:
        last_day, covered_on = self.last_day(due.due_on), self._trace(day).covered.get(due.key)
        dropped = self._ended(day) and self.ended_on is not None and self.ended_on <= last_day
        standing: Kept = "dropped" if dropped else "open"
        if covered_on is not None:
            standing = "kept" if covered_on <= last_day else "late"
        elif last_day < day and not dropped:
            standing = "part-kept" if paid else "missed"
        return PlanInstalment(due.id, due.due_on, last_day, due.total, paid, covered_on, paid_on, standing)

    def next_dues(self, day: date) -> tuple[Due, ...]:
        """What is not covered of all that falls due on the next day from `day` on that has anything."""
        coming = [due for due in self.left(day) if due.due_on >= day]
        return tuple(due for due in coming if due.due_on == coming[0].due_on)

    # --- when it may change ---

    def over_on(self, day: date) -> date | None:
        """The day from which it is active no more, as known on `day`; None while it is active."""
        match self.standing(day):
            case "active":
                return None
            case "failed":
                return self.failed_on(day)
            case "completed":
                return max(self._trace(day).covered.values(), default=self.agreed_on)
        return self.ended_on

    def turns_on(self, day: date) -> date | None:
        """The next day after `day` on which its standing may change by itself: it fails, or known money counts."""
        failed_on = self.failed_on(day)
        found = [one for one in (failed_on, self.books.next_value_date(day)) if one is not None and one > day]
        return min(found, default=None)

    def passes_on(self, day: date) -> date | None:
        """The next day after `day` on which something that is not covered was due the day before, or is missed."""
        turns = [turn + ONE_DAY for due in self.left(day) for turn in (due.due_on, self.last_day(due.due_on))]
        return min((turn for turn in turns if turn > day), default=None)

    def lets_go(self) -> tuple[Posting, ...]:
        """What a completed settlement waives, as a posting for the contract's books, on the day it was completed."""
        if not self.waived or self.standing(date.max) != "completed":
            return ()
        books = self.books
        trace = Trace(books.rules)
        fold(books.dues, books.postings, books.rules, trace)
        return (Posting(max(trace.covered.values(), default=self.agreed_on), LET_GO, self.id, self.waived),)
