"""Offers that leave the contract's instalments as they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from overdue_flow.errors import OfferRefused
from overdue_flow.offers import (
    Amounts,
    Contract,
    Offer,
    Rhythm,
    arrears_by_instalments,
    arrears_spread,
    catch_up,
    deferral_without_interest,
    payment_holiday,
)
from overdue_flow.offers.contract import amounts_of
from support.contracts import contract

LATE = Amounts(Decimal("90.00"), Decimal("9.00"), Decimal("1.00"))
LOAN = contract(600, "0.12", 6, overdue=LATE)
"""Six instalments of 103.53, the last of 103.51; 100.00 is overdue."""


def paid(offer: Offer) -> list[str]:
    return [f"{amounts_of(one).total:f}" for one in offer.schedule]


def test_arrears_are_spread_over_all_that_is_to_come() -> None:
    offer = arrears_spread(LOAN)
    assert paid(offer) == ["120.20"] * 5 + ["120.16"]
    assert offer.totals == LOAN.balance
    assert offer.ends_on == LOAN.coming[-1].due_on


def test_a_catch_up_adds_the_arrears_to_the_next_instalments_alone() -> None:
    offer = catch_up(LOAN, 3)
    assert paid(offer) == ["136.86", "136.86", "136.87", "103.53", "103.53", "103.51"]
    assert offer.totals == LOAN.balance


def test_arrears_by_instalments_stand_beside_the_contract() -> None:
    offer = arrears_by_instalments(LOAN, 8)
    assert paid(offer) == ["12.51"] * 7 + ["12.43"]
    assert offer.beside_contract
    assert offer.totals == LATE
    assert offer.to_pay == LOAN.balance
    assert (offer.largest_instalment, offer.ends_on) == (Decimal("116.04"), date(2026, 9, 15))


def test_without_interest_every_instalment_is_the_same_and_later() -> None:
    loan = contract(600, "0.12", 6, first_due_on=date(2026, 1, 31), rhythm=Rhythm(months=1, on_day=31))
    offer = deferral_without_interest(loan, 2)
    assert paid(offer) == ["103.53"] * 5 + ["103.51"]
    assert [one.due_on for one in offer.schedule[:2]] == [date(2026, 3, 31), date(2026, 4, 30)]
    assert offer.ends_on == date(2026, 8, 31)
    assert paid(deferral_without_interest(LOAN, 2)) == paid(arrears_spread(LOAN))


def test_after_a_holiday_the_instalments_go_on_and_the_end_moves() -> None:
    """Three months of 1 % on 690.00 are 20.70: with the arrears 120.70, in instalments no larger than 103.53."""
    offer = payment_holiday(LOAN, 3)
    assert paid(offer) == ["103.53"] * 5 + ["103.51", "103.53", "17.17"]
    assert (offer.schedule[0].due_on, offer.ends_on) == (date(2026, 5, 15), date(2026, 12, 15))
    assert offer.totals == LOAN.balance.plus(Amounts(interest=Decimal("20.70")))
    assert [amounts_of(offer.schedule[6]).costs, amounts_of(offer.schedule[6]).interest] == [1, Decimal("29.70")]


def test_what_comes_after_a_holiday_is_costs_first_then_interest_then_principal() -> None:
    loan = contract(600, "0.12", 6, overdue=Amounts(Decimal(50), Decimal(80), Decimal(60)))
    last = [amounts_of(one) for one in payment_holiday(loan, 1, with_interest=False).schedule[6:]]
    assert last == [
        Amounts(Decimal(0), Decimal("43.53"), Decimal("60.00")),
        Amounts(Decimal("50.00"), Decimal("36.47"), Decimal(0)),
    ]


def test_a_holiday_may_be_free_of_interest() -> None:
    offer = payment_holiday(contract(600, "0.12", 6), 3, with_interest=False)
    assert paid(offer) == ["103.53"] * 5 + ["103.51"]
    assert offer.totals.interest == contract(600, "0.12", 6).balance.interest


ALL_DUE = Contract.of("CNY", date(2026, 1, 20), [], "0.12", overdue=LATE)
IN_TIME = contract(600, "0.12", 6)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: arrears_spread(IN_TIME), "nothing is overdue, so there are no arrears"),
        (lambda: catch_up(IN_TIME, 2), "nothing is overdue"),
        (lambda: arrears_by_instalments(IN_TIME, 2), "nothing is overdue"),
        (lambda: catch_up(LOAN, 7), "to catch up in of `7` makes no sense; expected a whole number from 1 to 6"),
        (lambda: arrears_by_instalments(LOAN, 0), "a number of instalments of `0`"),
        (lambda: arrears_by_instalments(contract(60, "0", 6, overdue=Amounts(Decimal("0.02"))), 3), "too small for 3"),
        (lambda: arrears_spread(ALL_DUE), "no instalment is to come: all has fallen due"),
        (lambda: deferral_without_interest(ALL_DUE, 2), "all has fallen due"),
        (lambda: payment_holiday(ALL_DUE, 2), "all has fallen due"),
        (lambda: deferral_without_interest(LOAN, 0), "a number of periods of `0`"),
        (lambda: payment_holiday(LOAN, True), "a number of periods of `True`"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_plain_words(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(OfferRefused, match=said):
        make()
