"""An offer asks for what is owed, less what it lets go of, to the minor unit: no kind of offer loses any by rounding.

Interest is checked against a reference that goes through the schedule and works it out on what is left.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given

from overdue_flow.cases.events.agreement import PlanKind
from overdue_flow.offers import Contract, Offer, Rhythm
from overdue_flow.offers.contract import amounts_of
from support.contracts import offers

ANEW: tuple[PlanKind, ...] = (
    "annuity", "equal_principal", "term_extension", "lower_instalment", "capitalisation", "deferral", "interest_only",
    "rate_reduction",
)  # fmt: skip
AS_IT_WAS: tuple[PlanKind, ...] = (
    "arrears_spread", "arrears_by_instalments", "catch_up", "deferral_without_interest", "partial_waiver",
)  # fmt: skip


@given(offers())
def test_all_principal_and_all_costs_are_asked_for_or_let_go(offer: Offer) -> None:
    contract, paid = offer.contract, offer.to_pay
    assert paid.principal == contract.principal + offer.capitalised.total - offer.waived.principal
    costs = contract.overdue.costs if offer.kind == "settlement" else contract.balance.costs
    assert paid.costs == costs - offer.capitalised.costs - offer.waived.costs


@given(offers())
def test_every_amount_is_in_whole_minor_units_and_none_is_below_zero(offer: Offer) -> None:
    for one in offer.schedule:
        amounts = amounts_of(one)
        assert amounts.total > 0
        for part in (amounts.principal, amounts.interest, amounts.costs):
            assert part >= 0
            assert part == part.quantize(offer.contract.unit)


@given(offers())
def test_due_dates_follow_each_other_from_the_day_on(offer: Offer) -> None:
    days = [one.due_on for one in offer.schedule]
    assert days == sorted(set(days))
    assert days[0] >= offer.contract.day


@given(offers())
def test_what_the_contract_keeps_is_what_is_let_go_at_the_end_or_charged(offer: Offer) -> None:
    left = offer.contract.balance.total + offer.added_interest - offer.waived_on_completion
    assert left == offer.to_pay.total
    assert not (offer.added_interest and offer.waived_on_completion)
    let_go = offer.let_go
    assert let_go.total == offer.waived_on_completion
    assert min(let_go.principal, let_go.interest, let_go.costs) >= 0


@given(offers(kinds=AS_IT_WAS))
def test_what_leaves_the_instalments_as_they_were_asks_for_the_interest_that_they_had(offer: Offer) -> None:
    assert offer.to_pay.interest == offer.contract.balance.interest - offer.waived.interest


@given(offers(kinds=ANEW))
def test_interest_is_that_of_the_principal_that_is_left(offer: Offer) -> None:
    """In each period, to half a minor unit on the balance; nothing else is interest but what is overdue already."""
    contract = offer.contract
    old = contract.overdue.interest - (offer.capitalised.interest if offer.kind == "capitalisation" else 0)
    rate = rate_of(contract.rhythm, offer.annual_rate)
    balance, expected = contract.principal + offer.capitalised.total, Decimal(0)
    for one in offer.schedule:
        expected += (balance * rate).quantize(contract.unit, ROUND_HALF_UP)
        balance -= amounts_of(one).principal
    assert balance == 0
    assert offer.totals.interest == expected + old - paid_ahead(contract)


def rate_of(rhythm: Rhythm, annual_rate: Decimal) -> Decimal:
    return annual_rate * rhythm.months / 12 if rhythm.months else annual_rate * rhythm.days / 365


def paid_ahead(contract: Contract) -> Decimal:
    return contract.interest_paid_ahead
