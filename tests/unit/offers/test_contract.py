"""A contract as it stands on a day: what it holds, what it is worth, and what is no contract."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from overdue_flow.cases.events.base import Instalment
from overdue_flow.errors import OfferRefused
from overdue_flow.money import Money
from overdue_flow.offers.contract import Amounts, Contract
from overdue_flow.offers.rhythm import Rhythm
from support.contracts import contract

DAY = date(2026, 1, 15)


def due(on: str, principal: Any = 0, interest: Any = 0, costs: Any = 0) -> Instalment:
    return Instalment(
        due_on=date.fromisoformat(on), principal=Decimal(principal), interest=Decimal(interest), costs=Decimal(costs)
    )


def test_instalments_are_held_by_component_and_by_day() -> None:
    found = Contract.of(
        "CNY",
        DAY,
        [
            due("2026-03-15", "100", "1.5"),
            Instalment(due_on=date(2026, 2, 15), amount=Money("90", "CNY")),
            due("2026-02-15", interest="2"),
            due("2026-04-15"),
        ],
        "0.12",
        overdue=Amounts(Decimal(50), Decimal(3), Decimal(2)),
    )
    assert [(one.due_on.month, str(one.principal), str(one.interest)) for one in found.coming] == [
        (2, "90.00", "2.00"),
        (3, "100.00", "1.50"),
    ]
    assert found.balance == Amounts(Decimal("240.00"), Decimal("6.50"), Decimal("2.00"))
    assert found.principal == 240
    assert found.rate == Decimal("0.01")
    assert found.rhythm == Rhythm(months=1, on_day=15)


def test_costs_between_instalments_fall_due_with_the_next_and_after_them_with_the_last() -> None:
    found = Contract.of(
        "CNY",
        DAY,
        [due("2026-02-01", costs=5), due("2026-02-15", 100), due("2026-03-15", 100), due("2026-04-01", costs=7)],
        0,
    )
    assert [(one.due_on, one.costs) for one in found.instalments] == [(date(2026, 2, 15), 5), (date(2026, 3, 15), 7)]
    assert found.periods_left == 2
    assert len(found.coming) == 4


def test_what_is_owed_now_has_the_interest_of_the_running_period_by_days() -> None:
    """One half of the period from 15 February to 15 March is over: 14 days of 28."""
    found = contract(
        1_200,
        "0.12",
        12,
        day=date(2026, 3, 1),
        first_due_on=date(2026, 3, 15),
        overdue=Amounts(Decimal(100), Decimal(9), Decimal(4)),
    )
    assert found.owed_now == Amounts(Decimal(1_300), Decimal("15.00"), Decimal(4))
    assert contract(1_200, "0.12", 12).owed_now == Amounts(Decimal(1_200), Decimal("0.00"), Decimal(0))


def test_interest_that_was_paid_ahead_is_not_owed_now_nor_more_than_the_contract_asks_for() -> None:
    half = contract(1_200, "0.12", 12, day=date(2026, 3, 1), first_due_on=date(2026, 3, 15))
    assert half.owed_now.interest == 6
    assert replace(half, interest_paid_ahead=Decimal("4.50")).owed_now.interest == Decimal("1.50")
    assert replace(half, interest_paid_ahead=Decimal("9.00")).owed_now.interest == 0
    free = contract(1_200, "0", 12, day=date(2026, 3, 1), first_due_on=date(2026, 3, 15))
    assert replace(free, annual_rate=Decimal("0.24")).owed_now.interest == 0


def test_where_all_has_fallen_due_what_is_overdue_is_owed() -> None:
    overdue = Amounts(Decimal(100), Decimal(9), Decimal(4))
    found = Contract.of("CNY", DAY, [], "0.12", overdue=overdue)
    assert found.owed_now == found.balance == overdue
    assert found.due_dates.first(2) == (date(2026, 2, 15), date(2026, 3, 15))
    assert found.value == 113


def test_a_contract_is_worth_what_was_lent_on_the_day_on_which_it_was() -> None:
    found = contract(1_000, "0.12", 12)
    assert abs(found.value - 1_000) < Decimal("0.05")
    late = contract(1_000, "0.12", 12, overdue=Amounts(Decimal(50)))
    assert late.value - found.value == 50


PARTLY_PAID = (due("2026-02-15", 40, 10), *contract(1_000, "0.12", 12, method="equal_principal").coming[1:])


@pytest.mark.parametrize(
    ("loan", "method"),
    [
        (contract(1_000, "0.12", 12), "annuity"),
        (contract(1_000, "0.12", 12, method="equal_principal"), "equal_principal"),
        (replace(contract(1_000, "0.12", 12, method="equal_principal"), coming=PARTLY_PAID), "equal_principal"),
        (contract(1_200, "0", 12), "annuity"),
        (contract(1_200, "0.12", 2, method="equal_principal"), "annuity"),
    ],
)
def test_the_method_is_read_off_what_is_to_come(loan: Contract, method: str) -> None:
    assert loan.method == method


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"coming": []}, "nothing is owed on 2026-01-15, so there is nothing to offer"),
        (
            {"coming": [due("2026-01-14", 1)]},
            "the instalment due on 2026-01-14 is not to come on 2026-01-15; it is overdue",
        ),
        ({"coming": [due("2026-02-14", -1)]}, "the instalment due on 2026-02-14 has principal below zero"),
        ({"coming": [due("2026-02-14", "0.005")]}, "more decimals than CNY has"),
        ({"annual_rate": "-0.01"}, "an annual rate of `-0.01` makes no sense; expected 0 or more"),
        ({"annual_rate": "12"}, "an annual rate of `12` makes no sense; expected 10 at most"),
        ({"annual_rate": 0.05}, "an annual rate: `0.05` is not an exact amount"),
        ({"overdue": Amounts(Decimal("0.001"))}, "an overdue amount of `0.001` has more decimals than CNY has"),
        ({"overdue": Amounts(costs=Decimal(-1))}, "an overdue amount of `-1` makes no sense"),
    ],
)
def test_what_is_no_contract_is_refused(given: dict[str, Any], said: str) -> None:
    whole: dict[str, Any] = {"coming": [due("2026-02-15", 1)], "annual_rate": "0.05"} | given
    with pytest.raises(OfferRefused, match=said):
        Contract.of("CNY", DAY, **whole)
