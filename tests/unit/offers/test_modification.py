"""Offers that work the schedule out anew: what each asks for, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
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
    annuity,
    capitalisation,
    deferral,
    equal_principal,
    interest_only,
    lower_instalment,
    rate_reduction,
    term_extension,
)
from overdue_flow.offers.contract import amounts_of
from support.contracts import contract

LATE = Amounts(Decimal("400.00"), Decimal("90.00"), Decimal("30.00"))


def paid(offer: Offer) -> list[str]:
    return [f"{amounts_of(one).total:f}" for one in offer.schedule]


def one_lot(offer: Offer, number: int = 0) -> list[str]:
    """Principal, interest and costs of one instalment."""
    amounts = amounts_of(offer.schedule[number])
    return [f"{part:f}" for part in (amounts.principal, amounts.interest, amounts.costs)]


def test_an_extension_runs_the_annuity_anew_over_more_instalments() -> None:
    loan = contract(5_000, "0.12", 6)
    offer = term_extension(loan, 12)
    assert paid(offer)[0] == "304.91"
    assert (len(offer.schedule), offer.ends_on) == (18, date(2027, 7, 15))
    assert amounts_of(loan.coming[0]).total == Decimal("862.74")


def test_overdue_principal_bears_interest_and_overdue_interest_and_costs_do_not() -> None:
    offer = annuity(contract(5_000, "0.12", 6, overdue=LATE), 3)
    assert one_lot(offer) == ["1782.12", "84.00", "10.00"]
    assert offer.totals.principal == 5_400
    assert offer.totals.interest == sum(
        (row.interest for row in map(amounts_of, annuity(contract(5_400, "0.12", 6), 3).schedule)), Decimal(90)
    )


def test_equal_principal_falls_from_the_first_instalment_to_the_last() -> None:
    offer = equal_principal(contract(12_000, "0.12", 12), 12)
    assert (paid(offer)[0], paid(offer)[1], paid(offer)[-1]) == ("1120.00", "1110.00", "1010.00")
    assert offer.totals.interest == 780


def test_a_contract_keeps_its_method_unless_another_is_asked_for() -> None:
    loan = contract(12_000, "0.12", 12, method="equal_principal")
    assert one_lot(term_extension(loan, 12))[0] == "500.00"
    assert paid(term_extension(loan, 12, method="annuity"))[0] == paid(annuity(loan, 24))[0]


def test_the_term_of_a_lower_instalment_follows_from_it() -> None:
    offer = lower_instalment(contract(5_000, "0.12", 6), "300")
    assert paid(offer) == ["300.00"] * 18 + ["97.28"]
    assert offer.ends_on == date(2027, 8, 15)


def test_what_can_be_paid_covers_old_costs_and_interest_before_principal() -> None:
    offer = lower_instalment(contract(5_000, "0.12", 6, overdue=LATE), "150")
    assert [one_lot(offer, number) for number in (0, 1)] == [["0.00", "120.00", "30.00"], ["72.00", "78.00", "0.00"]]


def test_a_lower_rate_is_that_of_the_offer_and_not_of_the_discount() -> None:
    loan = contract(5_000, "0.12", 12)
    offer = rate_reduction(loan, "0.06")
    assert paid(offer)[0] == "430.33"
    assert (offer.annual_rate, offer.contract.annual_rate) == (Decimal("0.06"), Decimal("0.12"))
    assert offer.waived_on_completion == loan.balance.total - offer.totals.total > 0
    assert paid(rate_reduction(loan, 0, instalments=10)) == ["500.00"] * 10


def test_interest_alone_and_then_the_principal_by_the_same_end_or_a_later_one() -> None:
    loan = contract(5_000, "0.12", 12)
    same, later = interest_only(loan, 2), interest_only(loan, 2, moves_end=True)
    assert paid(same)[:3] == ["50.00", "50.00", "527.91"]
    assert paid(later)[:3] == ["50.00", "50.00", "444.24"]
    assert (len(same.schedule), len(later.schedule)) == (12, 14)
    assert same.ends_on == loan.coming[-1].due_on


def test_old_interest_and_costs_are_spread_over_what_comes_after_interest_alone() -> None:
    offer = interest_only(contract(5_000, "0.12", 12, overdue=LATE), 2)
    assert [one_lot(offer, number)[2] for number in (1, 2, 11)] == ["0.00", "3.00", "3.00"]


def test_capitalised_interest_becomes_principal_and_costs_do_where_they_may() -> None:
    loan = contract(8_000, "0.12", 24, overdue=Amounts(Decimal(350), Decimal(200), Decimal(50)))
    offer, whole = capitalisation(loan), capitalisation(loan, with_costs=True)
    assert paid(whole)[0] == "404.83"
    assert whole.totals.principal == 8_600
    assert (whole.capitalised, offer.capitalised) == (
        Amounts(interest=Decimal(200), costs=Decimal(50)),
        Amounts(interest=Decimal(200)),
    )
    assert offer.totals.costs == 50
    assert one_lot(offer)[2] == "2.08"
    assert len(capitalisation(loan, instalments=36).schedule) == 36


def test_deferred_interest_is_simple_or_compounded_and_becomes_principal() -> None:
    loan = contract(5_000, "0.12", 12)
    simple, compounded = deferral(loan, 3), deferral(loan, 3, interest="compounded")
    assert (paid(simple)[0], paid(compounded)[0]) == ("457.57", "457.70")
    assert (simple.capitalised.interest, compounded.capitalised.interest) == (Decimal("150.00"), Decimal("151.51"))
    assert (simple.schedule[0].due_on, simple.ends_on) == (date(2026, 5, 15), date(2027, 4, 15))
    same = deferral(loan, 3, moves_end=False)
    assert (len(same.schedule), same.ends_on) == (9, loan.coming[-1].due_on)


def test_interest_that_was_paid_ahead_is_taken_off_the_first_instalments() -> None:
    loan = replace(contract(5_000, "0.12", 6), interest_paid_ahead=Decimal("60.00"))
    assert [one_lot(annuity(loan, 12), number)[1] for number in (0, 1, 2)] == ["0.00", "36.06", "42.08"]
    assert deferral(loan, 3).capitalised.interest == 90


def test_amounts_have_the_decimals_of_their_currency() -> None:
    assert paid(annuity(contract(100_000, "0.12", 3, currency="JPY"), 3)) == ["34002", "34002", "34003"]
    assert paid(equal_principal(contract(100, "0.12", 3, currency="KWD"), 3)) == ["34.333", "34.000", "33.667"]


def test_due_dates_at_the_end_of_the_month_stay_there() -> None:
    loan = contract(5_000, "0.12", 2, first_due_on=date(2026, 1, 31), rhythm=Rhythm(months=1, on_day=31))
    assert [one.due_on for one in term_extension(loan, 3).schedule] == [
        date(2026, month, last) for month, last in ((1, 31), (2, 28), (3, 31), (4, 30), (5, 31))
    ]


def test_where_all_has_fallen_due_the_first_instalment_comes_a_period_later() -> None:
    loan = Contract.of("CNY", date(2026, 1, 20), [], "0.12", overdue=LATE, rhythm=Rhythm(months=1, on_day=15))
    offer = term_extension(loan, 4)
    assert [one.due_on for one in offer.schedule] == [date(2026, month, 20) for month in (2, 3, 4, 5)]
    assert one_lot(offer)[1] == "26.50"


LOAN, ALL_DUE = contract(5_000, "0.12", 6), Contract.of("CNY", date(2026, 1, 20), [], "0.12", overdue=LATE)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: annuity(LOAN, 0), "a number of instalments of `0` makes no sense"),
        (lambda: equal_principal(LOAN, 1_201), "expected a whole number from 1 to 1200"),
        (lambda: term_extension(LOAN, 0), "a number of further instalments of `0`"),
        (lambda: lower_instalment(LOAN, "862.74"), r"of `862\.74` is no lower one; the contract's largest is 862\.74"),
        (lambda: lower_instalment(LOAN, "50"), r"does not cover the interest of one period, 50\.00: the debt would"),
        (lambda: lower_instalment(LOAN, "60.001"), "more decimals than CNY has"),
        (lambda: lower_instalment(LOAN, "-5"), "an instalment of `-5` makes no sense; expected 0 or more"),
        (lambda: rate_reduction(LOAN, "0.12"), "a rate of `12 %` is no lower one; the contract's is 12 %"),
        (lambda: rate_reduction(LOAN, "-0.01"), "an annual rate of `-0.01` makes no sense"),
        (lambda: rate_reduction(ALL_DUE, "0.06"), "all has fallen due; expected a number of instalments"),
        (lambda: interest_only(LOAN, 6), "a number of periods of `6` makes no sense; expected .* from 1 to 5"),
        (lambda: interest_only(contract(100, "0.12", 1), 1), "one instalment is left, which repays the principal"),
        (lambda: interest_only(contract(100, "0", 5), 1), "no interest that could be paid alone"),
        (lambda: capitalisation(LOAN), "nothing is overdue that could be capitalised"),
        (lambda: capitalisation(ALL_DUE), "expected a number of instalments"),
        (lambda: deferral(LOAN, 0), "a number of periods of `0`"),
        (lambda: deferral(contract(100, "0.12", 1), 1, moves_end=False), "cannot be deferred to the same end"),
        (lambda: deferral(ALL_DUE, 2), "all has fallen due"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_plain_words(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(OfferRefused, match=said):
        make()


def test_interest_of_half_a_cent_is_rounded_up_at_whatever_rate() -> None:
    (only,) = annuity(contract(1_224, "0.0175", 1), 1).schedule
    assert only.interest == Decimal("1.79"), "1224 at 1.75 % a year are 1.785 a month"
