"""Offers that let go of a part of what is owed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from overdue_flow.errors import OfferRefused
from overdue_flow.offers import Amounts, Contract, Offer, Rhythm, partial_waiver, settlement
from overdue_flow.offers.contract import amounts_of
from support.contracts import contract

LATE = Amounts(Decimal("90.00"), Decimal("9.01"), Decimal("3.00"))
LOAN = contract(600, "0.12", 6, overdue=LATE)
ALL_DUE = Contract.of("CNY", date(2026, 1, 20), [], "0.12", overdue=Amounts(Decimal(900), Decimal(80), Decimal(20)))


def paid(offer: Offer) -> list[str]:
    return [f"{amounts_of(one).total:f}" for one in offer.schedule]


def test_a_share_of_overdue_interest_and_costs_is_let_go_and_rounded_half_up() -> None:
    offer = partial_waiver(LOAN, interest="0.5", costs=1)
    assert offer.waived == Amounts(interest=Decimal("4.51"), costs=Decimal("3.00"))
    assert paid(offer) == ["198.03"] + ["103.53"] * 4 + ["103.51"]
    assert offer.totals.costs == 0
    assert offer.waived_on_completion == Decimal("7.51")
    assert offer.let_go == offer.waived


def test_the_rest_of_the_arrears_may_come_with_several_instalments() -> None:
    assert paid(partial_waiver(LOAN, costs=1, instalments=3))[:4] == ["136.53", "136.53", "136.54", "103.53"]
    assert paid(partial_waiver(ALL_DUE, interest=1, costs=1, instalments=3)) == ["300.00"] * 3


def test_a_settlement_lets_go_of_costs_first_then_interest_then_principal() -> None:
    offer = settlement(ALL_DUE, "0.3", parts=3)
    assert offer.waived == Amounts(Decimal(200), Decimal(80), Decimal(20))
    assert paid(offer) == ["233.33", "233.33", "233.34"]
    assert [one.due_on for one in offer.schedule] == [date(2026, 2, 19), date(2026, 3, 19), date(2026, 4, 19)]
    assert settlement(ALL_DUE, "0.05").waived == Amounts(Decimal(0), Decimal(30), Decimal(20))


def test_a_settlement_asks_for_no_interest_of_days_to_come() -> None:
    """600 of principal to come and 102.01 overdue; on 15 January no day of the running period is over."""
    offer = settlement(LOAN, "0.1", pay_within_days=14)
    assert offer.totals.total == Decimal("631.81")
    assert offer.waived.total == Decimal("70.20")
    unearned = LOAN.to_come.interest
    assert offer.waived_on_completion == offer.waived.total + unearned
    assert offer.let_go == Amounts(offer.waived.principal, offer.waived.interest + unearned, offer.waived.costs)
    assert offer.ends_on == date(2026, 1, 29)


def test_a_settlement_may_let_go_of_nothing_and_be_due_at_once() -> None:
    offer = settlement(ALL_DUE, 0, pay_within_days=0)
    assert (paid(offer), offer.ends_on, offer.npv_loss) == (["1000.00"], date(2026, 1, 20), 0)


def test_the_parts_of_a_settlement_keep_the_day_of_the_first() -> None:
    loan = Contract.of("CNY", date(2026, 1, 1), [], 0, overdue=LATE, rhythm=Rhythm(months=1, on_day=15))
    days = [one.due_on for one in settlement(loan, "0.1", parts=3, pay_within_days=30).schedule]
    assert days == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: partial_waiver(LOAN), "lets go of nothing"),
        (lambda: partial_waiver(contract(600, "0.12", 6), costs=1), "no interest and no costs are overdue"),
        (lambda: partial_waiver(LOAN, interest="1.5"), r"a share of the interest of `1\.5` makes no sense; expected 1"),
        (lambda: partial_waiver(LOAN, costs="-1"), "a share of the costs of `-1` makes no sense; expected 0 or more"),
        (lambda: partial_waiver(LOAN, costs=1, instalments=7), "expected a whole number from 1 to 6"),
        (lambda: settlement(LOAN, 30), "a share of what is owed of `30` makes no sense; expected 1 at most"),
        (lambda: settlement(LOAN, 1), r"`0\.00` that is left to pay is too little for 1 part"),
        (lambda: settlement(LOAN, "0.5", parts=0), "a number of parts of `0`"),
        (lambda: settlement(LOAN, "0.5", pay_within_days=-1), "a number of days to pay of `-1`"),
        (lambda: settlement(LOAN, 0.5), "is not an exact amount"),  # type: ignore[arg-type]  # a float is the mistake
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_plain_words(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(OfferRefused, match=said):
        make()
