"""Offers that leave the contract's own instalments as they are: later, or with the arrears beside them.

Nothing here is worked out anew, so arrears bear no interest, and costs neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from overdue_flow.errors import OfferRefused
from overdue_flow.offers.contract import Amounts, Contract, amounts_of
from overdue_flow.offers.formulas import count, exact, rounded
from overdue_flow.offers.offer import Offer, offer_of
from overdue_flow.offers.rows import added, spread
from overdue_flow.offers.words import the_next, times

_MOST_PERIODS = 1_200


@exact
def arrears_spread(contract: Contract) -> Offer:
    """欠款分摊: the arrears in equal parts on top of all instalments to come."""
    rows = own_rows(contract)
    rows = added(rows, spread(_arrears(contract), len(rows), contract.unit))
    gist = f"the arrears on top of all {times(len(rows), 'instalment')} to come"
    return offer_of("arrears_spread", contract, rows, _days(contract, len(rows)), gist)


@exact
def catch_up(contract: Contract, instalments: int) -> Offer:
    """追补: the arrears in equal parts on top of the next so many instalments. Kept, nothing is past due any more."""
    rows = own_rows(contract)
    count(instalments, "a number of instalments to catch up in", most=len(rows))
    rows = added(rows, spread(_arrears(contract), instalments, contract.unit))
    gist = f"the arrears on top of {the_next(instalments)}"
    return offer_of("catch_up", contract, rows, _days(contract, len(rows)), gist)


@exact
def arrears_by_instalments(contract: Contract, instalments: int) -> Offer:
    """欠款分期: the arrears in so many instalments of their own, on the contract's due dates and beside its own,
    which go on."""
    arrears = _arrears(contract)
    count(instalments, "a number of instalments", most=_MOST_PERIODS)
    if arrears.total < contract.unit * instalments:
        raise OfferRefused(f"arrears of `{arrears.total:f}` are too small for {instalments} instalments")
    rows = spread(arrears, instalments, contract.unit)
    gist = f"the arrears in {times(instalments, 'instalment')}, beside the contract"
    days = _days(contract, instalments)
    return offer_of("arrears_by_instalments", contract, rows, days, gist, beside_contract=True)


@exact
def deferral_without_interest(contract: Contract, periods: int) -> Offer:
    """延期还款, free of interest: the same instalments, each so many periods later; the arrears spread evenly over
    them."""
    rows = own_rows(contract)
    count(periods, "a number of periods", most=_MOST_PERIODS)
    rows = added(rows, spread(contract.overdue, len(rows), contract.unit))
    gist = f"every due date {times(periods)} later, no interest for it"
    return offer_of("deferral_without_interest", contract, rows, _days(contract, periods + len(rows))[periods:], gist)


@exact
def payment_holiday(contract: Contract, periods: int, *, with_interest: bool = True) -> Offer:
    """还款假期, for hardship that will pass: nothing is due for so many periods; then the instalments are as they were.

    What is overdue, and (`with_interest`) the simple interest of the holiday, comes after them in further instalments
    that are no larger than the largest of the contract. The end moves.
    """
    rows = own_rows(contract)
    count(periods, "a number of periods", most=_MOST_PERIODS)
    largest = max(row.total for row in rows)
    late = contract.overdue
    if with_interest:
        interest = rounded(contract.principal * contract.rate * periods, contract.unit)
        late = late.plus(Amounts(interest=interest))
    rows += _in_pieces(late, largest)
    gist = f"nothing for {times(periods)}; then as before, and at the end what is overdue"
    gist += " and the interest of the holiday" if with_interest else "; no interest for it"
    return offer_of("payment_holiday", contract, rows, _days(contract, periods + len(rows))[periods:], gist)


# --- what they share ---


def own_rows(contract: Contract) -> list[Amounts]:
    """The contract's own instalments to come; OfferRefused where there are none."""
    rows = [amounts_of(one) for one in contract.instalments]
    if not rows:
        raise OfferRefused("no instalment is to come: all has fallen due; it takes an offer with a schedule of its own")
    return rows


def _arrears(contract: Contract) -> Amounts:
    if not contract.overdue.total:
        raise OfferRefused("nothing is overdue, so there are no arrears to pay off")
    return contract.overdue


def _days(contract: Contract, periods: int) -> Sequence[date]:
    return contract.due_dates.first(periods)


def _in_pieces(owed: Amounts, largest: Decimal) -> list[Amounts]:
    """What is owed in pieces of at most `largest`: costs first, then interest, then principal."""
    rows = []
    while owed.total:
        costs = min(owed.costs, largest)
        interest = min(owed.interest, largest - costs)
        piece = Amounts(min(owed.principal, largest - costs - interest), interest, costs)
        rows.append(piece)
        owed = owed.less(piece)
        count(len(rows), "a number of further instalments", most=_MOST_PERIODS)
    return rows
