"""Books: a schedule and the postings on it, folded up to the day they are known on.

The contract has books, and so has every repayment plan. A posting that comes in the order of value dates is applied to
what stands; any other (back-dated, a reversal, a refund, another schedule) folds all of them again. Postings of a later
value date wait: they count from that day on.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter

from overdue_flow.cases.allocations import Trace
from overdue_flow.cases.folds import Totals, carried, fold, needs_trace, post, totals_of
from overdue_flow.cases.waterfall import PAID, REFUNDED, WAIVED, Account, Due, Posting, Rules

_place = attrgetter("on", "rank", "id")
_on = attrgetter("on")


def _may_follow(posting: Posting, later: tuple[Posting, ...]) -> bool:
    """Whether a posting comes to the same after `later`, before which it belongs: of one day and kind, payments come to
    the same in any order, so do refunds and waivers, where none names an instalment."""
    day, rank = posting.on, posting.rank
    if not later:
        return True
    if rank not in (PAID, WAIVED, REFUNDED) or (later[-1].on, later[-1].rank) != (day, rank):
        return False
    return posting.target is None and all(one.target is None for one in later)


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

    `head` is the account after the first `applied` postings, those of value dates up to the day of the last event;
    `end` the account after all of them. `cures` are the value dates on which the overdue amount went back to zero,
    those to come among them. `traces` holds the trace that led to `end`, once one was needed; it goes on to the first
    books that are made of these by one more posting, and others fold it anew. `ahead` holds how many postings the last
    look at a day to come took, and the account after them: days are mostly looked at one after the other.
    """

    rules: Rules = Rules()
    dues: tuple[Due, ...] = ()
    postings: tuple[Posting, ...] = ()
    head: Account = field(default=Account(), compare=False, repr=False)
    applied: int = field(default=0, compare=False, repr=False)
    cures: tuple[date, ...] = field(default=(), compare=False, repr=False)
    end: Account = field(default=Account(), compare=False, repr=False)
    traces: list[Trace] = field(default_factory=list, compare=False, repr=False)
    ahead: list[tuple[int, Account]] = field(default_factory=list, compare=False, repr=False)

    @classmethod
    def of(cls, rules: Rules, dues: tuple[Due, ...], postings: tuple[Posting, ...], day: date) -> Books:
        """Books of a schedule, with all postings that are known on `day`."""
        return cls._of(rules, tuple(sorted(dues)), tuple(sorted(postings, key=_place)), day)

    @classmethod
    def _of(cls, rules: Rules, dues: tuple[Due, ...], postings: tuple[Posting, ...], day: date) -> Books:
        """The same of what stands in order."""
        applied = bisect_right(postings, day, key=_on)
        known, to_come = fold(dues, postings[:applied], rules), postings[applied:]
        if needs_trace(*to_come):
            every = fold(dues, postings, rules)
            return cls(rules, dues, postings, known.account, applied, every.cures, every.account)
        later = carried(known.account, to_come, rules)
        return cls(rules, dues, postings, known.account, applied, known.cures + later.cures, later.account)

    def posted(self, posting: Posting, day: date) -> Books:
        """The books with one more posting, noticed on `day`."""
        rules, before = self.rules, self.postings
        place = bisect_right(before, _place(posting), key=_place)
        postings = (*before[:place], posting, *before[place:])
        ahead = self.applied > 0 and before[self.applied - 1].on > day
        if ahead or needs_trace(*before[self.applied :]) or not _may_follow(posting, before[place:]):
            return Books._of(rules, self.dues, postings, day)
        traces = self._traces() if needs_trace(posting) else self._taken()
        if place < len(before) and posting.rank == PAID:
            traces = []  # it comes to the same as if it had come before, but a trace tells them apart
        end = post(self.end, posting, rules, self.dues, traces[0] if traces else None)
        cured = self.end.overdue(posting.on, rules.tolerance) and not end.overdue(posting.on, rules.tolerance)
        cures = (*self.cures, posting.on) if cured else self.cures
        applied = bisect_right(postings, day, self.applied, key=_on)
        if applied == len(postings):
            return Books(rules, self.dues, postings, end, applied, cures, end, traces)
        head = carried(self.head, postings[self.applied : applied], rules).account
        return Books(rules, self.dues, postings, head, applied, cures, end, traces)

    def _taken(self) -> list[Trace]:
        """The trace that led to `end`, if it is here; from now on it is not."""
        return [self.traces.pop()] if self.traces else []

    def _traces(self) -> list[Trace]:
        """The same; it is made where it is not here."""
        traces = self._taken()
        if not traces:
            traces = [Trace(self.rules)]
            fold(self.dues, self.postings, self.rules, traces[0])
        return traces

    def credit_on(self, day: date) -> int:
        """Money that covers nothing due on or before `day`: what covers coming instalments, and what is left over."""
        if self.postings and self.postings[-1].on > day:
            trace = Trace(self.rules)
            known = self.postings[: bisect_right(self.postings, day, key=_on)]
            return _credit(fold(self.dues, known, self.rules, trace).account, trace, day)
        traces = self._traces()
        credit = _credit(self.end, traces[0], day)
        self.traces[:] = traces
        return credit

    def noted(self, old: Posting, new: Posting) -> Books:
        """The books with `new` in the very place of `old`, which changes nothing that counts."""
        return replace(self, postings=tuple([new if posting is old else posting for posting in self.postings]))

    def replaced(self, old: Posting, new: Posting, day: date) -> Books:
        """The books with `new` in the very place of `old`: same day, same rank, same id."""
        postings = tuple([new if posting is old else posting for posting in self.postings])
        return Books._of(self.rules, self.dues, postings, day)

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
        at = bisect_right(self.dues, due)
        dues = (*self.dues[:at], due, *self.dues[at:])
        if settled or self.applied < len(self.postings) or self.rules.material_share or self.rules.newest_first:
            return self.rescheduled(dues, day)
        owed = list(head.left())
        insort(owed, due)
        left = tuple(owed)
        head = head._replace(open=left, first=0, part=left[0], balance=head.balance + due.total)
        return Books(self.rules, dues, self.postings, head, self.applied, self.cures, head)

    def account_on(self, day: date) -> Account:
        """The account after the postings of value dates up to `day`."""
        postings, applied = self.postings, self.applied
        if self.head.last_on <= day and (applied == len(postings) or postings[applied].on > day):
            return self.head
        known = bisect_right(postings, day, key=_on)
        reached, account = self.ahead[0] if self.ahead and self.ahead[0][0] <= known else (applied, self.head)
        if known <= applied or needs_trace(*postings[reached:known]):
            return fold(self.dues, postings[:known], self.rules).account
        if reached < known:
            account = carried(account, postings[reached:known], self.rules).account
            self.ahead[:] = [(known, account)]
        return account

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
        return postings[bisect_right(postings, day, key=_on)].on

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


def _credit(account: Account, trace: Trace, day: date) -> int:
    return max(0, account.surplus) + sum(one.total for one in trace.standing_ahead(day))


def _owed_on(due: Due, day: date) -> bool:
    return (due.owed_from is None or due.owed_from <= day) and (due.owed_until is None or day < due.owed_until)
