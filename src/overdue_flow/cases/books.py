"""Books: a schedule and the postings on it, folded up to the day they are known on.

The contract has books, and so has every repayment plan. A posting that comes in the order of value dates is applied to
what stands; any other (back-dated, a reversal, a refund, another schedule) folds all of them again. Postings of a later
value date wait: they count from that day on.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date

from overdue_flow.cases.allocations import Totals, Trace, fold, needs_trace, post, totals_of
from overdue_flow.cases.waterfall import Account, Due, Posting, Rules


def _place(posting: Posting) -> tuple[date, int, str]:
    return posting.on, posting.rank, posting.id


@dataclass(frozen=True, slots=True)
class Covered:
    """One instalment or charge, and when it was covered: `covered_on` is None while it is not."""

    id: str
    what: str
    due_on: date
    amount: int
    covered_on: date | None


@dataclass(frozen=True, slots=True)
class Books:
    """A schedule (`dues`, in order) and its `postings`, in order. Amounts are in minor units.

    `head` is the account after the first `applied` postings, those of value dates up to the day of the last event.
    `cures` are the value dates on which the overdue amount went back to zero, those to come among them.
    """

    rules: Rules = Rules()
    dues: tuple[Due, ...] = ()
    postings: tuple[Posting, ...] = ()
    head: Account = field(default=Account(), compare=False, repr=False)
    applied: int = field(default=0, compare=False, repr=False)
    cures: tuple[date, ...] = field(default=(), compare=False, repr=False)

    @classmethod
    def of(cls, rules: Rules, dues: tuple[Due, ...], postings: tuple[Posting, ...], day: date) -> Books:
        """Books of a schedule, with all postings that are known on `day`."""
        postings = tuple(sorted(postings, key=_place))
        applied = bisect_right(postings, day, key=lambda posting: posting.on)
        folded = fold(dues, postings[:applied], rules)
        cures = folded.cures if applied == len(postings) else fold(dues, postings, rules).cures
        return cls(rules, tuple(sorted(dues)), postings, folded.account, applied, cures)

    def posted(self, posting: Posting, day: date) -> Books:
        """The books with one more posting, noticed on `day`."""
        postings = self.postings
        in_order = not postings or _place(postings[-1]) < _place(posting)
        if posting.on > day or not in_order or self.applied < len(postings) or needs_trace(posting):
            return Books.of(self.rules, self.dues, (*postings, posting), day)
        tolerance = self.rules.tolerance
        head = post(self.head, posting, self.rules)
        cured = self.head.overdue(posting.on, tolerance) and not head.overdue(posting.on, tolerance)
        cures = (*self.cures, posting.on) if cured else self.cures
        return Books(self.rules, self.dues, (*postings, posting), head, self.applied + 1, cures)

    def replaced(self, old: Posting, new: Posting, day: date) -> Books:
        """The books with `new` in the place of `old`."""
        return self.reposted(tuple(new if posting is old else posting for posting in self.postings), day)

    def reposted(self, postings: tuple[Posting, ...], day: date) -> Books:
        """The books with other postings."""
        return Books.of(self.rules, self.dues, postings, day)

    def rescheduled(self, dues: tuple[Due, ...], day: date) -> Books:
        """The books with another schedule from the beginning."""
        return Books.of(self.rules, dues, self.postings, day)

    def charged(self, due: Due, day: date) -> Books:
        """The books with one more amount owed. It is taken to have been owed from the beginning."""
        head = self.head
        settled = head.surplus > 0 or due.due_on < head.reach or due.due_on < head.last_on
        dues = (*self.dues, due)
        if settled or self.applied < len(self.postings) or self.rules.material_share or self.rules.newest_first:
            return self.rescheduled(dues, day)
        left = tuple(sorted([*head.left(), due]))
        head = head._replace(open=left, first=0, part=left[0], balance=head.balance + due.total)
        return Books(self.rules, tuple(sorted(dues)), self.postings, head, self.applied, self.cures)

    def account_on(self, day: date) -> Account:
        """The account after the postings of value dates up to `day`."""
        postings, applied = self.postings, self.applied
        if self.head.last_on <= day and (applied == len(postings) or postings[applied].on > day):
            return self.head
        known = bisect_right(postings, day, key=lambda posting: posting.on)
        if known > applied and not any(needs_trace(posting) for posting in postings[applied:known]):
            account = self.head
            for posting in postings[applied:known]:
                account = post(account, posting, self.rules)
            return account
        return fold(self.dues, postings[:known], self.rules).account

    def account_at(self, day: date, rank: int) -> Account:
        """The account on `day`, after its postings up to a rank: waivers come before the payments of their day."""
        if not self.postings or self.postings[-1][:2] <= (day, rank):
            return self.account_on(day)
        return fold(self.dues, tuple(one for one in self.postings if one[:2] <= (day, rank)), self.rules).account

    def next_value_date(self, day: date) -> date | None:
        """The value date of the next posting after `day`; None when none is known."""
        postings = self.postings
        if not postings or postings[-1].on <= day:
            return None
        return postings[bisect_right(postings, day, key=lambda posting: posting.on)].on

    def coverage(self, day: date) -> tuple[Covered, ...]:
        """Every due that is owed or was covered, in order of due dates, with the value date it became covered on.

        What a replaced schedule had left unpaid is owed no more, and not listed.
        """
        trace = Trace(self.rules)
        fold(self.dues, tuple(posting for posting in self.postings if posting.on <= day), self.rules, trace)
        return tuple(
            Covered(due.id, due.what, due.due_on, due.total, trace.covered.get(due.key))
            for due in sorted(trace.dues.values())
            if due.key in trace.covered or _owed_on(due, day)
        )

    def totals(self, day: date) -> Totals:
        """Where all money is on `day`."""
        return totals_of(self.dues, self.postings, self.rules, day)


def _owed_on(due: Due, day: date) -> bool:
    return (due.owed_from is None or due.owed_from <= day) and (due.owed_until is None or day < due.owed_until)
