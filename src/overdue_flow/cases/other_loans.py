"""A person's other loans, as they say of themselves: enough to count their arrears for every day to come.

What a loan says holds without waking it: everything that is unpaid stands in it with its due date, what is still to
come too, and every change that is known already with the day on which it comes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from overdue_flow.cases.cleared import last_cleared_on
from overdue_flow.cases.events.handover import Closed, DebtSold
from overdue_flow.cases.events.person import OtherLoanTold
from overdue_flow.cases.position import breaks_on, position, unknown, unpaid
from overdue_flow.cases.schedules import minor
from overdue_flow.cases.waterfall import ONE_DAY
from overdue_flow.money import from_minor

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

STANDS_MAX = 500
"""So many changes that are known already are told of; the loan's next word tells of later ones."""

Unpaid: TypeAlias = tuple[tuple[date, int], ...]
"""Due dates, in order, and what is unpaid of all that falls due on each, in minor units."""


class Stand(NamedTuple):
    """How a loan stands from a day on (None: from now on), as `events.StandsFrom` says it; amounts in minor units."""

    from_on: date | None
    unpaid: Unpaid
    balance: int | None
    cleared_on: date | None
    known: bool = True

    def oldest_due_on(self, day: date) -> date | None:
        """The oldest due date before `day` that is unpaid."""
        return self.unpaid[0][0] if self.unpaid and self.unpaid[0][0] < day else None

    def overdue(self, day: date) -> int:
        """All that fell due before `day` and is unpaid."""
        return sum(amount for due_on, amount in self.unpaid if due_on < day)


class OtherLoan(NamedTuple):
    """Another loan of the person, as known here."""

    id: str
    seq: int
    currency: str
    opened_on: date
    stands: tuple[Stand, ...]
    marks: tuple[str, ...] = ()
    ended: str | None = None

    def on(self, day: date) -> Stand:
        """How it stands on `day`."""
        stands = self.stands
        return stands[0] if len(stands) == 1 else stands[max(0, self._place(day) - 1)]

    def breaks_on(self, day: date) -> date | None:
        """The next day after `day` on which it may change by more than another instalment falling due."""
        place = self._place(day)
        return self.stands[place].from_on if place < len(self.stands) else None

    def moves_on(self, day: date) -> date | None:
        """The next day after `day` on which anything about it may change by itself."""
        dues = self.on(day).unpaid
        place = bisect_left(dues, day, key=lambda due: due[0])
        falls = dues[place][0] + ONE_DAY if place < len(dues) else None
        return min((one for one in (falls, self.breaks_on(day)) if one is not None), default=None)

    def says_the_same(self, other: OtherLoan, day: date) -> bool:
        """Whether another word of this loan says the same of `day` and later."""
        return self[2:] == other[2:] or self.from_day(day) == other.from_day(day)

    def from_day(self, day: date) -> OtherLoan:
        """What it says of `day` and later, whenever it was said."""
        here = max(0, self._place(day) - 1)
        first = self.stands[here]._replace(from_on=None)
        return self._replace(seq=0, stands=(first, *self.stands[here + 1 :]))

    def _place(self, day: date) -> int:
        return bisect_right(self.stands, day, lo=1, key=_begins)


def _begins(stand: Stand) -> date:
    return stand.from_on or date.min


def ending_of(case: Case) -> tuple[str, date] | None:
    """Whether a loan is closed or sold, and since when; None while it is neither."""
    for kind, word in ((Closed, "closed"), (DebtSold, "sold")):
        found = case.handover.latest.of(kind)
        if found is not None:
            return word, found.on
    return None


# --- what a loan says of itself ---


def said_by(case: Case) -> OtherLoan:
    """What a loan would say of itself to the person's others, as known after its last turn."""
    ending = ending_of(case)
    stands = _stands(case) if ending is None else (_over(case, ending[1]),)
    marks = tuple(sorted(mark for mark, last in case.course.marks.items() if last.began))
    ended = ending[0] if ending else None
    return OtherLoan(case.id, case.seq, case.ledger.rules.currency, case.opened_on, stands, marks, ended)


def _stands(case: Case) -> tuple[Stand, ...]:
    stands = [_stand(case, case.day, None)]
    day = breaks_on(case, case.day)
    while day is not None and len(stands) < STANDS_MAX:
        stand = _stand(case, day, day)
        if stand._replace(from_on=None) != stands[-1]._replace(from_on=None):
            stands.append(stand)
        day = breaks_on(case, day)
    return tuple(stands)


def _stand(case: Case, day: date, from_on: date | None) -> Stand:
    here = position(case, day)
    return Stand(from_on, unpaid(case, day), here.balance, last_cleared_on(case, day), not unknown(here))


def _over(case: Case, ended_on: date) -> Stand:
    """How a loan stands that is closed or sold: nothing of it is the person's any more; arrears ended with it."""
    overdue = position(case, ended_on).oldest_due_on is not None
    return Stand(None, (), 0, ended_on if overdue else last_cleared_on(case, case.day))


def event_of(said: OtherLoan) -> OtherLoanTold:
    """The same as an event, without an id."""
    return OtherLoanTold.model_validate(
        {
            "loan": said.id,
            "seq": said.seq,
            "currency": said.currency,
            "opened_on": said.opened_on,
            "stands": [_as_told(stand, said.currency) for stand in said.stands],
            "marks": said.marks,
            "ended": said.ended,
        }
    )


def _as_told(stand: Stand, currency: str) -> dict[str, Any]:
    return {
        "from_on": stand.from_on,
        "unpaid": [{"due_on": on, "amount": from_minor(amount, currency)} for on, amount in stand.unpaid],
        "balance": None if stand.balance is None else from_minor(stand.balance, currency),
        "cleared_on": stand.cleared_on,
        "known": stand.known,
    }


# --- what was heard ---


def heard_of(event: OtherLoanTold) -> OtherLoan:
    """The loan that an event speaks of. EventRefused for an amount that its currency does not have."""
    currency = event.currency
    stands = [
        Stand(
            told.from_on,
            tuple(sorted((owed.due_on, minor(owed.amount, currency)) for owed in told.unpaid)),
            None if told.balance is None else minor(told.balance, currency),
            told.cleared_on,
            told.known,
        )
        for told in event.stands
    ]
    first, *later = stands
    ordered = (first._replace(from_on=None), *sorted(later, key=_begins))
    return OtherLoan(event.loan, event.seq, currency, event.opened_on, ordered, event.marks, event.ended)


__all__ = ["OtherLoan", "Stand", "Unpaid", "ending_of", "event_of", "heard_of", "said_by"]
