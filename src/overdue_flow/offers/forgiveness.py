"""Offers that let go of a part of what is owed, once the rest is paid.

Nothing is forgiven before the schedule is kept in full; if it fails, the debt stands as before.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from overdue_flow.errors import OfferRefused
from overdue_flow.offers.contract import Amounts, Contract, amounts_of
from overdue_flow.offers.formulas import Figure, count, exact, figure, rounded
from overdue_flow.offers.offer import Offer, offer_of
from overdue_flow.offers.rows import added, spread
from overdue_flow.offers.words import percent, the_next, times

_NONE = Decimal(0)


@exact
def partial_waiver(contract: Contract, *, interest: Figure = 0, costs: Figure = 0, instalments: int = 1) -> Offer:
    """部分减免: a share of the overdue interest and of the overdue costs (so of penal charges) is let go; 0.5 is half.

    The rest of the arrears comes in equal parts on top of the next so many instalments of the contract, or alone where
    none is to come. OfferRefused where there is nothing to let go.
    """
    unit, overdue = contract.unit, contract.overdue
    waived = Amounts(
        interest=rounded(overdue.interest * _share(interest, "a share of the interest"), unit),
        costs=rounded(overdue.costs * _share(costs, "a share of the costs"), unit),
    )
    if not waived.total:
        raise OfferRefused("this lets go of nothing: no interest and no costs are overdue, or the shares are 0")
    own = [amounts_of(one) for one in contract.instalments]
    count(instalments, "a number of instalments", most=len(own) or 1_200)
    rows = added(own or [Amounts()] * instalments, spread(overdue.less(waived), instalments, unit))
    rest = f"on top of {the_next(instalments)}" if own else f"in {times(instalments, 'instalment')}"
    gist = f"{waived.total:f} of what is overdue is let go, the rest {rest}"
    days = contract.due_dates.first(len(rows))
    return offer_of("partial_waiver", contract, rows, days, gist, waived=waived)


@exact
def settlement(contract: Contract, waived: Figure, *, parts: int = 1, pay_within_days: int = 30) -> Offer:
    """结清减免: a share of what is owed now is let go (0.3 is 30 %), the rest is paid at once or in so many parts.

    `Contract.owed_now` says what that is. The first part is due `pay_within_days` after the day, the others follow in
    the contract's rhythm. Costs are let go first, then interest, then principal.
    """
    share = _share(waived, "a share of what is owed")
    count(parts, "a number of parts", most=1_200)
    count(pay_within_days, "a number of days to pay", least=0, most=366)
    owed = contract.owed_now
    let_go = _waterfall(owed, rounded(owed.total * share, contract.unit))
    left = owed.less(let_go)
    if left.total < contract.unit * parts:
        raise OfferRefused(f"`{left.total:f}` that is left to pay is too little for {times(parts, 'part')}")
    how = "at once" if parts == 1 else f"in {parts} parts"
    gist = (
        f"{percent(share)} of {owed.total:f} is let go; {left.total:f} {how}, the first within {pay_within_days} days"
    )
    rows = spread(left, parts, contract.unit)
    return offer_of("settlement", contract, rows, _days(contract, parts, pay_within_days), gist, waived=let_go)


def _days(contract: Contract, parts: int, pay_within_days: int) -> tuple[date, ...]:
    first = contract.day + timedelta(days=pay_within_days)
    rhythm = replace(contract.rhythm, on_day=None)
    return tuple(rhythm.after(first, part) for part in range(parts))


def _waterfall(owed: Amounts, let_go: Decimal) -> Amounts:
    """An amount that is let go, by component: costs first, then interest, then principal."""
    costs = min(owed.costs, let_go)
    interest = min(owed.interest, let_go - costs)
    return Amounts(let_go - costs - interest, interest, costs)


def _share(given: Figure, what: str) -> Decimal:
    """A share from 0 to 1."""
    return figure(given, what, least=0, most=1)
