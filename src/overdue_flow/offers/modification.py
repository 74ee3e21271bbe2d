"""Offers that work the schedule out anew: another number of instalments, another rate, another way to repay.

What they repay is all principal that is not repaid, overdue or not: it bears interest from the running period on, and
the first instalment has that of a whole period. Overdue interest and all costs bear none; they are spread evenly over
the instalments. Without another `method` the contract's own is kept: level instalments, or level principal.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from overdue_flow.cases.events.agreement import PlanKind
from overdue_flow.errors import OfferRefused
from overdue_flow.offers.contract import Amounts, Contract, Method, amounts_of
from overdue_flow.offers.formulas import Figure, count, exact, figure, grown, rounded
from overdue_flow.offers.offer import Offer, offer_of
from overdue_flow.offers.rows import added, less_paid_ahead, paid_off, repaid, spread
from overdue_flow.offers.words import percent, times

_NONE = Decimal(0)
_MOST_INSTALMENTS = 1_200
_METHODS = {"annuity": "level instalments", "equal_principal": "level principal"}


def annuity(contract: Contract, instalments: int) -> Offer:
    """等额本息: all principal in so many level instalments."""
    return _anew("annuity", contract, instalments, "annuity")


def equal_principal(contract: Contract, instalments: int) -> Offer:
    """等额本金: all principal in so many equal parts, each with the interest of its period."""
    return _anew("equal_principal", contract, instalments, "equal_principal")


def term_extension(contract: Contract, more: int, *, method: Method | None = None) -> Offer:
    """展期: so many instalments more than are left."""
    count(more, "a number of further instalments")
    return _anew("term_extension", contract, contract.periods_left + more, method)


def lower_instalment(contract: Contract, instalment: Figure) -> Offer:
    """The borrower pays `instalment` each time, and the term follows from it; the last one is what is left.

    OfferRefused for an instalment that is none lower, or that does not cover the interest (negative amortisation).
    """
    amount = _amount(instalment, contract)
    usual = max(
        (amounts_of(one).less(Amounts(costs=amounts_of(one).costs)).total for one in contract.instalments), default=None
    )
    if usual is not None and amount >= usual:
        raise OfferRefused(f"an instalment of `{amount:f}` is no lower one; the contract's largest is {usual:f}")
    owed = Amounts(contract.principal, contract.overdue.interest, contract.balance.costs)
    rows = less_paid_ahead(paid_off(owed, contract.rate, amount, contract.unit, _MOST_INSTALMENTS), contract)
    gist = f"{len(rows)} instalments of {amount:f} at most"
    return offer_of("lower_instalment", contract, rows, contract.due_dates.first(len(rows)), gist)


def rate_reduction(
    contract: Contract, annual_rate: Figure, *, instalments: int | None = None, method: Method | None = None
) -> Offer:
    """降息: another rate, nominal a year, for the instalments that are left, or for so many."""
    rate = figure(annual_rate, "an annual rate", least=0)
    if rate >= contract.annual_rate:
        raise OfferRefused(
            f"a rate of `{percent(rate)}` is no lower one; the contract's is {percent(contract.annual_rate)}"
        )
    return _anew("rate_reduction", contract, _periods(contract, instalments), method, annual_rate=rate)


@exact
def interest_only(contract: Contract, periods: int, *, moves_end: bool = False, method: Method | None = None) -> Offer:
    """先息后本: for so many periods only the interest is paid; then all principal, by the same end, or (`moves_end`)
    in as many instalments as are left now. Overdue interest and costs are spread over the instalments after it."""
    left = _periods(contract, None)
    count(periods, "a number of periods", most=_MOST_INSTALMENTS if moves_end else max(1, left - 1))
    if not contract.rate:
        raise OfferRefused("this contract has no interest that could be paid alone")
    after = left if moves_end else left - periods
    if not after:
        raise OfferRefused("one instalment is left, which repays the principal; expected `moves_end`")
    interest = rounded(contract.principal * contract.rate, contract.unit)
    rows = [Amounts(interest=interest)] * periods + _repaying(contract, contract.principal, after, method)
    end = "the end moves" if moves_end else "the same end"
    gist = f"interest alone for {times(periods)}, then {after} instalments; {end}"
    days = contract.due_dates.first(periods + after)
    return offer_of("interest_only", contract, less_paid_ahead(rows, contract), days, gist)


@exact
def capitalisation(
    contract: Contract, *, instalments: int | None = None, with_costs: bool = False, method: Method | None = None
) -> Offer:
    """欠款资本化: overdue interest, and overdue costs if `with_costs`, become principal and bear interest.

    Many laws let no interest run on penal charges (India's among them), and some none on interest. OfferRefused where
    there is nothing to capitalise.
    """
    overdue = contract.overdue
    capitalised = Amounts(interest=overdue.interest, costs=overdue.costs if with_costs else _NONE)
    if not overdue.total:
        raise OfferRefused("nothing is overdue that could be capitalised")
    periods = _periods(contract, instalments)
    rows = repaid(
        contract.principal + capitalised.total, contract.rate, periods, contract.unit, method or contract.method
    )
    rows = added(rows, spread(Amounts(costs=contract.balance.costs - capitalised.costs), periods, contract.unit))
    what = "overdue interest and costs become" if with_costs else "overdue interest becomes"
    return offer_of(
        "capitalisation",
        contract,
        less_paid_ahead(rows, contract),
        contract.due_dates.first(periods),
        f"{what} principal; {times(periods, 'instalment')}",
        capitalised=capitalised,
    )


@exact
def deferral(
    contract: Contract,
    periods: int,
    *,
    interest: Literal["simple", "compounded"] = "simple",
    moves_end: bool = True,
    method: Method | None = None,
) -> Offer:
    """延期还款, with interest: nothing is due for so many periods; their interest becomes principal.

    Then as many instalments as are left now, or (`moves_end=False`) as many as there is time for until the same end.
    """
    left = _periods(contract, None)
    count(periods, "a number of periods", most=_MOST_INSTALMENTS if moves_end else max(1, left - 1))
    after = left if moves_end else left - periods
    if not after:
        raise OfferRefused("one instalment is left, and cannot be deferred to the same end")
    owed = grown(contract.principal, contract.rate, periods, compounded=interest == "compounded")
    owed = max(contract.principal, owed - contract.interest_paid_ahead)
    accrued = rounded(owed, contract.unit) - contract.principal
    rows = _repaying(contract, owed, after, method)
    end = "the end moves" if moves_end else "the same end"
    return offer_of(
        "deferral",
        contract,
        rows,
        contract.due_dates.first(periods + after)[periods:],
        f"nothing for {times(periods)}, with {interest} interest, then {after} instalments; {end}",
        capitalised=Amounts(interest=accrued),
    )


# --- what they share ---


@exact
def _anew(
    kind: PlanKind, contract: Contract, periods: int, method: Method | None, annual_rate: Decimal | None = None
) -> Offer:
    """The offer of `periods` instalments from the next due date on."""
    count(periods, "a number of instalments")
    rate = contract.annual_rate if annual_rate is None else annual_rate
    rows = less_paid_ahead(_repaying(contract, contract.principal, periods, method, rate), contract)
    how = _METHODS[method or contract.method]
    gist = f"{times(periods, 'instalment')}, {how}, {percent(rate)} a year"
    return offer_of(kind, contract, rows, contract.due_dates.first(periods), gist, annual_rate=rate)


def _repaying(
    contract: Contract, principal: Decimal, periods: int, method: Method | None, annual_rate: Decimal | None = None
) -> list[Amounts]:
    """Rows that repay `principal`, with overdue interest and all costs spread evenly over them."""
    rate = contract.rhythm.part_of(contract.annual_rate if annual_rate is None else annual_rate)
    rows = repaid(principal, rate, periods, contract.unit, method or contract.method)
    bare = Amounts(interest=contract.overdue.interest, costs=contract.balance.costs)
    return added(rows, spread(bare, periods, contract.unit))


def _periods(contract: Contract, instalments: int | None) -> int:
    """How many instalments there will be: so many as said, or as are left."""
    if instalments is not None:
        return count(instalments, "a number of instalments")
    if not contract.periods_left:
        raise OfferRefused("no instalment is to come: all has fallen due; expected a number of instalments")
    return contract.periods_left


def _amount(given: Figure, contract: Contract) -> Decimal:
    amount = figure(given, "an instalment", least=0)
    if amount != rounded(amount, contract.unit):
        raise OfferRefused(f"an instalment of `{amount:f}` has more decimals than {contract.currency} has")
    return rounded(amount, contract.unit)
