"""The contract of a case: read from its ledger on a day.

The rate, where the host does not say it, is read off the schedule: the interest of the next instalment that has some,
over the principal outstanding before it; where none is to come, that of the last. Interest is rounded to the minor
unit, so that many rates fit. What the other instalments say narrows them down, as far as they agree with the next one;
of those that are left, the one with the fewest decimals in a year is taken. A host that charges interest by days has
another rate in every month, and does better to say it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from overdue_flow.cases.arrears import Ledger
from overdue_flow.cases.position import Position, in_force, position, unknown
from overdue_flow.cases.waterfall import Due
from overdue_flow.errors import OfferRefused
from overdue_flow.money import from_minor
from overdue_flow.offers.contract import HIGHEST_RATE, Amounts, Contract, instalment_of
from overdue_flow.offers.formulas import Figure, exact, figure, rounded
from overdue_flow.offers.rhythm import Rhythm, rhythm_of
from overdue_flow.offers.words import percent

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

_MOST_DECIMALS = 12
_HALF = Decimal("0.5")


def contract_of(case: Case, day: date, annual_rate: Figure | None = None) -> Contract:
    """What the loan of a case owes on `day`, as known now; what fell due before the day is overdue, money of it counts.

    `annual_rate` is nominal (0.0522 is 5.22 %); without it the rate is read off the schedule. OfferRefused where
    nothing is owed, where the host's report of arrears is too old, or where it does not fit the schedule that is known.
    """
    ledger = in_force(case.ledger, case.plans)
    scheduled = _scheduled(ledger, day)
    coming, overdue = _left(ledger, day)
    if ledger.reports:
        overdue = _reported(case, day, sum(due.total for due in coming))
    rhythm = _rhythm(scheduled)
    return Contract(
        ledger.rules.currency,
        day,
        tuple(instalment_of(due.due_on, *_amounts(due, ledger)) for due in coming),
        _rate_read(scheduled, day, rhythm) if annual_rate is None else figure(annual_rate, "an annual rate"),
        overdue=overdue,
        rhythm=rhythm,
        rate_is_read=annual_rate is None,
        interest_paid_ahead=_paid_ahead(scheduled, coming, ledger),
    )


def _scheduled(ledger: Ledger, day: date) -> list[Due]:
    """The instalments of the schedule that is in force, as they were agreed."""
    return [
        due
        for due in ledger.books.dues
        if due.what == "instalment"
        and (due.owed_from is None or due.owed_from <= day)
        and (due.owed_until is None or day < due.owed_until)
    ]


def _left(ledger: Ledger, day: date) -> tuple[list[Due], Amounts]:
    """What is unpaid: what is to come, and what is overdue by component. What is short by little is unpaid too."""
    left = list(ledger.books.account_on(day).left())
    before = [due for due in left if due.due_on < day]
    principal, interest = sum(due.principal for due in before), sum(due.interest for due in before)
    overdue = _in_major(principal, interest, sum(due.costs for due in before), ledger)
    return [due for due in left if due.due_on >= day], overdue


def _in_major(principal: int, interest: int, costs: int, ledger: Ledger) -> Amounts:
    return Amounts(*(from_minor(part, ledger.rules.currency) for part in (principal, interest, costs)))


def _amounts(due: Due, ledger: Ledger) -> tuple[Decimal, Decimal, Decimal]:
    found = _in_major(due.principal, due.interest, due.costs, ledger)
    return found.principal, found.interest, found.costs


def _reported(case: Case, day: date, to_come: int) -> Amounts:
    """The overdue amounts by the host's own report, which must leave room for what the schedule says is to come."""
    here, ledger = _contract_position(case, day), case.ledger
    if unknown(here):
        raise OfferRefused(f"the host's last report of arrears is too old to make offers on, on {day}")
    if here.balance != here.overdue + to_come:
        said, found = (from_minor(one or 0, ledger.rules.currency) for one in (here.balance, here.overdue + to_come))
        raise OfferRefused(
            f"the host's report says that {said:f} is owed, and its overdue amount with the schedule known here comes "
            f"to {found:f}; give the contract's schedule with `Contract.of`"
        )
    interest, costs = here.overdue_interest or 0, here.overdue_costs or 0
    return _in_major(here.overdue - interest - costs, interest, costs, ledger)


def _contract_position(case: Case, day: date) -> Position:
    """Where the contract stands, whatever plan there is."""
    return position(case._replace(plans=type(case.plans)()), day)


def _paid_ahead(scheduled: Sequence[Due], coming: Sequence[Due], ledger: Ledger) -> Decimal:
    """What was paid already of the interest of the next instalment."""
    following = next((due for due in coming if due.what == "instalment"), None)
    agreed = next((due.interest for due in scheduled if following is not None and due.key == following.key), 0)
    return from_minor(agreed - following.interest if following is not None else 0, ledger.rules.currency)


def _rhythm(scheduled: Sequence[Due]) -> Rhythm:
    """The rhythm of the schedule; a day on which several instalments fall due, as few do, is one that they were
    accelerated to."""
    times = Counter(due.due_on for due in scheduled)
    usual = [day for day, number in times.items() if number == 1]
    return rhythm_of(usual if 2 * len(usual) >= len(times) else list(times))


@exact
def _rate_read(scheduled: Sequence[Due], day: date, rhythm: Rhythm) -> Decimal:
    """The annual rate that the schedule shows; 0 where it shows no interest."""
    bounds = list(_bounds(scheduled, day, rhythm))
    if not bounds:
        return Decimal(0)
    low, high = bounds[0]
    for one_low, one_high in bounds[1:]:
        if max(low, one_low) < min(high, one_high):
            low, high = max(low, one_low), min(high, one_high)
    rate = _plainest(low, high)
    if rate > HIGHEST_RATE:
        raise OfferRefused(f"the schedule shows a rate of {percent(rate)} a year, which makes no sense; say the rate")
    return rate


def _bounds(scheduled: Sequence[Due], day: date, rhythm: Rhythm) -> Iterator[tuple[Decimal, Decimal]]:
    """Between which annual rates each instalment with interest puts it: the next one first, those after it, and then
    those before it, the latest first."""
    ahead: list[tuple[Decimal, Decimal]] = []
    behind: list[tuple[Decimal, Decimal]] = []
    principal = 0
    for due in reversed(scheduled):
        principal += due.principal
        if due.interest and principal:
            a_year = principal * rhythm.year_share
            bounds = (due.interest - _HALF) / a_year, (due.interest + _HALF) / a_year
            (ahead if due.due_on >= day else behind).append(bounds)
    yield from reversed(ahead)
    yield from behind


def _plainest(low: Decimal, high: Decimal) -> Decimal:
    """The number with the fewest decimals, but at least two, between the two and nearest to their middle."""
    middle = (low + high) / 2
    near = (rounded(middle, Decimal(1).scaleb(-decimals)) for decimals in range(2, _MOST_DECIMALS))
    return next((one for one in near if low <= one < high), middle)
