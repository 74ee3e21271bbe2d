"""A longer term means lower instalments and more interest; lower instalments mean a longer term; a lower rate means
less of both; equal principal costs no more than an annuity. What rounding comes to is allowed for, and no more."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from overdue_flow.errors import OfferRefused
from overdue_flow.offers import (
    Contract,
    Offer,
    annuity,
    deferral,
    deferral_without_interest,
    equal_principal,
    interest_only,
    lower_instalment,
    payment_holiday,
    rate_reduction,
    term_extension,
)
from overdue_flow.offers.contract import amounts_of
from support.contracts import contracts

FREE = contracts(overdue=False)
"""Without arrears, which are spread evenly and would blur what is compared."""


def first(offer: Offer) -> Decimal:
    """What falls due first."""
    return amounts_of(offer.schedule[0]).total


def rounding(contract: Contract, instalments: int) -> Decimal:
    """What rounding may come to over a schedule: a unit in each instalment, with the interest on it."""
    return contract.unit * instalments * (1 + contract.rate) ** instalments


@given(FREE, st.integers(1, 60), st.integers(1, 60))
def test_a_longer_annuity_has_lower_instalments_and_more_interest(contract: Contract, term: int, more: int) -> None:
    try:
        short, long = annuity(contract, term), annuity(contract, term + more)
    except OfferRefused:
        assume(False)
    assert first(long) <= first(short)
    assert long.totals.interest >= short.totals.interest - rounding(contract, term + more)
    assert long.ends_on > short.ends_on


@given(FREE, st.integers(1, 24))
def test_an_extension_by_more_is_an_annuity_over_more(contract: Contract, more: int) -> None:
    try:
        extended = term_extension(contract, more, method="annuity")
    except OfferRefused as refusal:
        with pytest.raises(OfferRefused, match=re.escape(str(refusal))):
            annuity(contract, contract.periods_left + more)
    else:
        assert extended.schedule == annuity(contract, contract.periods_left + more).schedule


@given(FREE, st.integers(1, 99), st.integers(1, 99))
def test_a_lower_instalment_takes_longer_and_costs_more(contract: Contract, one: int, other: int) -> None:
    largest = max(amounts_of(due).total for due in contract.coming)
    low, high = (largest * share / 100 // contract.unit * contract.unit for share in sorted((one, other)))
    try:
        slow, fast = lower_instalment(contract, low), lower_instalment(contract, high)
    except OfferRefused:
        assume(False)
    assert len(slow.schedule) >= len(fast.schedule)
    assert slow.totals.interest >= fast.totals.interest - rounding(contract, len(slow.schedule))
    assert all(amounts_of(due).total == low for due in slow.schedule[:-1])
    assert amounts_of(slow.schedule[-1]).total <= low


@given(FREE, st.integers(1, 60))
def test_equal_principal_costs_no_more_interest_than_an_annuity(contract: Contract, term: int) -> None:
    try:
        level, falling = annuity(contract, term), equal_principal(contract, term)
    except OfferRefused:
        assume(False)
    assert falling.totals.interest <= level.totals.interest + rounding(contract, term)


@given(contracts(interest=True), st.integers(0, 99), st.integers(0, 99))
def test_a_lower_rate_costs_less(contract: Contract, one: int, other: int) -> None:
    low, high = (contract.annual_rate * share / 100 for share in sorted((one, other)))
    cheap, dear = rate_reduction(contract, low), rate_reduction(contract, high)
    slack = rounding(contract, contract.periods_left)
    assert cheap.totals.total <= dear.totals.total + slack
    assert cheap.npv <= dear.npv + slack
    assert first(cheap) <= first(dear)


@given(contracts(interest=False), st.integers(1, 60))
def test_without_interest_only_what_is_owed_is_paid(contract: Contract, term: int) -> None:
    for make in (annuity, equal_principal):
        try:
            offer = make(contract, term)
        except OfferRefused:
            assume(False)
        assert offer.totals.total == contract.balance.total
        assert offer.npv_loss == 0


@given(FREE)
def test_one_instalment_is_the_principal_with_the_interest_of_one_period(contract: Contract) -> None:
    (level,), (falling,) = annuity(contract, 1).schedule, equal_principal(contract, 1).schedule
    assert level == falling
    assert level.principal == contract.principal
    assert abs(amounts_of(level).interest - contract.principal * contract.rate) <= contract.unit / 2
    assert level.due_on == contract.coming[0].due_on


@given(FREE, st.integers(1, 12))
def test_waiting_longer_moves_the_end_and_costs_the_lender(contract: Contract, periods: int) -> None:
    """Free of interest it costs value; with interest, no more than rounding or what is simple and not compounded."""
    now, later = (deferral_without_interest(contract, count) for count in (periods, periods + 1))
    assert later.ends_on > now.ends_on
    assert later.npv_loss > now.npv_loss > 0 or not contract.annual_rate
    assert payment_holiday(contract, periods).totals.total >= contract.balance.total
    simple, compounded = deferral(contract, periods), deferral(contract, periods, interest="compounded")
    assert simple.totals.principal <= compounded.totals.principal
    assert first(simple) <= first(compounded)


@given(contracts(overdue=False, interest=True), st.integers(1, 12))
def test_interest_alone_first_costs_more_interest(contract: Contract, periods: int) -> None:
    offer = interest_only(contract, periods, moves_end=True, method="annuity")
    plain = annuity(contract, contract.periods_left)
    assert offer.totals.interest >= plain.totals.interest
    assert offer.totals.principal == plain.totals.principal
