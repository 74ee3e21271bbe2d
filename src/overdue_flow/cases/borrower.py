"""The borrower as a whole: this loan and what the person's other loans say of themselves.

A word of another loan holds for all days to come (`other_loans`), so these facts are clocks like those of the loan
itself, and no loan is woken for another. A loan that is closed or sold is the person's no more, and counts for nothing
but the day on which its arrears ended. Amounts are added where they are in the currency of this loan; of loans in
another one, days and numbers count.

Laws (tests/laws): `a borrower is the sum of their loans`, `facts move only when they say`, `replay needs no policy`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from overdue_flow.cases.cleared import cleared_on, last_cleared_on
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.events.person import OtherLoanTold
from overdue_flow.cases.other_loans import OtherLoan, ending_of, heard_of
from overdue_flow.cases.position import breaks_on, overdue_until, position, unknown
from overdue_flow.cases.position import until as moves_on
from overdue_flow.cases.turn import Recorded
from overdue_flow.errors import EventRefused
from overdue_flow.guards.vocabulary import Fact, Kind, Motion, Until
from overdue_flow.money import from_minor

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

_NONE: Mapping[str, OtherLoan] = {}

# --- what it holds ---


class Others(NamedTuple):
    """The person's other loans by id, each as its latest word has it."""

    loans: Mapping[str, OtherLoan] = _NONE

    @property
    def open(self) -> Iterator[OtherLoan]:
        """Those that are neither closed nor sold."""
        return (loan for loan in self.loans.values() if loan.ended is None)


# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (OtherLoanTold,)

# --- how it evolves ---


def evolve(state: Others, recorded: Recorded, case: Case) -> Others:
    """The other loans after a word of one of them; an older word than the one that is known changes nothing.
    EventRefused for what a loan says of itself as if it were another."""
    event = recorded.event
    assert isinstance(event, OtherLoanTold), "it listens to nothing else"
    if event.loan == case.id:
        raise EventRefused(f"`{event.loan}` is this loan itself, and no other one of the person")
    known = state.loans.get(event.loan)
    if known is not None and event.seq < known.seq:
        return state
    return Others({**state.loans, event.loan: heard_of(event)})


# --- the facts it offers ---


def is_open(case: Case) -> bool:
    """Whether the loan of a case itself is neither closed nor sold."""
    return ending_of(case) is None


def _is_unknown(case: Case, day: date) -> bool:
    """Whether somebody's report of one of the loans is too old, so that nothing can be said of all of them."""
    others = case.others.loans
    if others and any(not loan.on(day).known for loan in others.values() if loan.ended is None):
        return True
    return is_open(case) and unknown(position(case, day))


def others_unknown(case: Case, day: date) -> bool:
    """Whether another loan of the person has not been reported of for too long."""
    return any(not loan.on(day).known for loan in case.others.open)


def _oldest(case: Case, day: date) -> list[date]:
    """The oldest unpaid due date of each loan on which something is overdue."""
    found = [loan.on(day).oldest_due_on(day) for loan in case.others.open]
    if is_open(case):
        found.append(position(case, day).oldest_due_on)
    return [on for on in found if on is not None]


def _dpd(case: Case, day: date) -> int | None:
    if _is_unknown(case, day):
        return None
    oldest = _oldest(case, day)
    return (day - min(oldest)).days if oldest else 0


def _runs(case: Case, day: date) -> int:
    return 1 if _oldest(case, day) else 0


def _loans_overdue(case: Case, day: date) -> int | None:
    return None if _is_unknown(case, day) else len(_oldest(case, day))


def _is_cleared(case: Case, day: date) -> bool | None:
    if _is_unknown(case, day):
        return None
    return not _oldest(case, day) and not (is_open(case) and position(case, day).overdue)


def _cleared_on(case: Case, day: date) -> date | None:
    """The latest day on which arrears of any loan ended; where there never were any, the first opening."""
    if not _is_cleared(case, day):
        return None
    own = cleared_on(case, day) if is_open(case) else None
    ends = [own] if own is not None and own != case.opened_on else [last_cleared_on(case, day)]
    ends += [loan.on(day).cleared_on for loan in case.others.loans.values()]
    ending = ending_of(case)
    if ending is not None and position(case, ending[1]).oldest_due_on is not None:
        ends.append(ending[1])
    known = [on for on in ends if on is not None]
    return max(known) if known else min([case.opened_on, *(one.opened_on for one in case.others.loans.values())])


def _in_its_money(case: Case) -> Iterator[OtherLoan]:
    return (loan for loan in case.others.open if loan.currency == case.ledger.rules.currency)


def _overdue(case: Case, day: date) -> Decimal | None:
    if _is_unknown(case, day):
        return None
    own = position(case, day).overdue if is_open(case) else 0
    others = sum(loan.on(day).overdue(day) for loan in _in_its_money(case))
    return from_minor(own + others, case.ledger.rules.currency)


def _balance(case: Case, day: date) -> Decimal | None:
    found = [loan.on(day).balance for loan in _in_its_money(case)]
    if is_open(case):
        found.append(position(case, day).balance)
    known = [amount for amount in found if amount is not None]
    return from_minor(sum(known), case.ledger.rules.currency) if len(known) == len(found) else None


def _loans(case: Case, day: date) -> int:
    """Loans on which something is owed; one of which that is not known is taken to be one."""
    balances = [loan.on(day).balance for loan in case.others.open]
    if is_open(case):
        balances.append(position(case, day).balance)
    return sum(1 for balance in balances if balance != 0)


def _loans_in_other_money(case: Case, _day: date) -> int:
    return sum(1 for loan in case.others.open if loan.currency != case.ledger.rules.currency)


# --- when they move ---


def _until(own: Until, other: Callable[[OtherLoan, date], date | None]) -> Until:
    def until(case: Case, day: date) -> date | None:
        days = [own(case, day)]
        if case.others.loans:
            days += [other(loan, day) for loan in case.others.loans.values()]
        return min((one for one in days if one is not None), default=None)

    return until


_MOVES = _until(moves_on, OtherLoan.moves_on)
_BREAKS = _until(breaks_on, OtherLoan.breaks_on)
_TURNS = _until(overdue_until, OtherLoan.moves_on)


def _dpd_until(case: Case, day: date) -> date | None:
    """While something is overdue, what falls due on another loan changes nothing: its days are fewer."""
    return _BREAKS(case, day) if _oldest(case, day) else _TURNS(case, day)


def marked_fact(mark: str, label: str = "", label_zh: str = "") -> Fact:
    """The flag `borrower_marked_<mark>`, for a mark that a policy declares: some loan of the person stands under it."""

    def read(case: Case, _day: date) -> bool:
        own = case.course.marks.get(mark)
        if own is not None and own.began and is_open(case):
            return True
        return any(mark in loan.marks for loan in case.others.open)

    return Fact(
        f"borrower_marked_{mark}",
        Kind.FLAG,
        f"a loan of the borrower is marked {label or mark.replace('_', ' ')}",
        read,
        source="policy",
        doc=f"This loan or another of the same person stands under the mark `{mark}`.",
        label_zh=f"借款人名下有{label_zh}贷款" if label_zh else "",
    )


FACTS: tuple[Fact, ...] = (
    Fact(
        "borrower_dpd",
        Kind.NUMBER,
        "days past due of the borrower",
        _dpd,
        unit="days",
        motion=Motion.CLOCK,
        until=_dpd_until,
        slope=_runs,
        doc="The days past due of the loan of the person, this one or another, on which they are most.",
        label_zh="借款人最长逾期天数",
    ),
    Fact(
        "borrower_overdue_amount",
        Kind.MONEY,
        "overdue amount of the borrower",
        _overdue,
        motion=Motion.CLOCK,
        until=_MOVES,
        doc="What is overdue on all loans of the person in the currency of this one.",
        label_zh="借款人逾期总额",
    ),
    Fact(
        "borrower_balance",
        Kind.MONEY,
        "balance of the borrower",
        _balance,
        motion=Motion.CLOCK,
        until=_BREAKS,
        doc="What is owed on all loans of the person in the currency of this one.",
        label_zh="借款人未还总额",
    ),
    Fact(
        "borrower_loans",
        Kind.NUMBER,
        "loans of the borrower",
        _loans,
        unit="times",
        motion=Motion.CLOCK,
        until=_BREAKS,
        doc="How many loans of the person, this one among them, something is owed on and are neither closed nor sold.",
        label_zh="借款人贷款笔数",
    ),
    Fact(
        "borrower_loans_overdue",
        Kind.NUMBER,
        "overdue loans of the borrower",
        _loans_overdue,
        unit="times",
        motion=Motion.CLOCK,
        until=_MOVES,
        doc="How many loans of the person, this one among them, something is overdue on.",
        label_zh="借款人逾期贷款笔数",
    ),
    Fact(
        "borrower_loans_in_other_currencies",
        Kind.NUMBER,
        "loans of the borrower in other currencies",
        _loans_in_other_money,
        unit="times",
        doc="How many other loans of the person are in another currency: their amounts are in no sum.",
        label_zh="借款人其他币种贷款笔数",
    ),
    Fact(
        "borrower_arrears_cleared",
        Kind.FLAG,
        "all arrears of the borrower are cleared",
        _is_cleared,
        motion=Motion.CLOCK,
        until=_TURNS,
        doc="Nothing is overdue on any loan of the person.",
        label_zh="借款人全部欠款已清",
    ),
    Fact(
        "borrower_cleared_on",
        Kind.DATE,
        "date of the end of all arrears of the borrower",
        _cleared_on,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_TURNS,
        doc=(
            "The day on which arrears of any loan of the person last ended, or the first opening where there were none;"
            " missing while something is overdue. A watch period is counted from it, and begins anew with new arrears."
        ),
        label_zh="借款人全部结清日",
    ),
)
"""The facts of the borrower as a whole."""

_CLOCKS = frozenset({"days_since_borrower_cleared", "days_until_borrower_cleared"})
OF_THE_BORROWER: frozenset[str] = frozenset(fact.name for fact in FACTS) | _CLOCKS
"""The names of the facts that are read from all loans of the person, but for those of marks."""


def speaks_of_the_borrower(name: str) -> bool:
    """Whether a fact is read from all loans of the person."""
    return name in OF_THE_BORROWER or name.startswith("borrower_marked_")
