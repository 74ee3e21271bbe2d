"""Rows of a schedule in whole minor units: what rounding does, and what cannot be rounded."""

from __future__ import annotations

from decimal import Decimal

import pytest

from overdue_flow.errors import OfferRefused
from overdue_flow.offers.contract import Amounts
from overdue_flow.offers.rows import paid_off, repaid, shares, spread

CENT, ONE = Decimal("0.01"), Decimal(1)


def texts(amounts: list[Decimal]) -> list[str]:
    return [f"{one:f}" for one in amounts]


def test_the_last_part_clears_rounding() -> None:
    assert texts(shares(Decimal("100.00"), 3, CENT)) == ["33.33", "33.33", "33.34"]
    assert texts(shares(Decimal("100.00"), 6, CENT)) == ["16.67"] * 5 + ["16.65"]
    assert texts(shares(Decimal(10), 4, ONE)) == ["3", "3", "3", "1"]


def test_a_part_is_rounded_down_where_rounding_up_would_leave_less_than_nothing() -> None:
    assert texts(shares(Decimal("0.07"), 12, CENT)) == ["0.00"] * 11 + ["0.07"]
    assert texts(shares(Decimal(18), 12, ONE)) == ["1"] * 11 + ["7"]


def test_amounts_are_spread_component_by_component() -> None:
    rows = spread(Amounts(Decimal("1.00"), Decimal("0.05"), Decimal(0)), 3, CENT)
    assert [texts([row.principal, row.interest]) for row in rows] == [
        ["0.33", "0.02"],
        ["0.33", "0.02"],
        ["0.34", "0.01"],
    ]


def test_an_annuity_in_yen_has_no_decimals() -> None:
    rows = repaid(Decimal(100_000), Decimal("0.01"), 3, ONE, "annuity")
    assert [texts([row.principal, row.interest, row.total]) for row in rows] == [
        ["33002", "1000", "34002"],
        ["33332", "670", "34002"],
        ["33666", "337", "34003"],
    ]


def test_an_annuity_in_dinars_has_three() -> None:
    rows = repaid(Decimal(1_000), Decimal("0.01"), 2, Decimal("0.001"), "annuity")
    assert [texts([row.principal, row.interest]) for row in rows] == [["497.512", "10.000"], ["502.488", "5.025"]]


def test_a_level_part_that_would_repay_too_early_is_a_unit_smaller() -> None:
    rows = repaid(Decimal(18), Decimal(0), 12, ONE, "annuity")
    assert texts([row.total for row in rows]) == ["1"] * 11 + ["7"]


@pytest.mark.parametrize("method", ["annuity", "equal_principal"])
def test_less_than_a_unit_in_each_instalment_is_refused(method: str) -> None:
    with pytest.raises(OfferRefused, match="`7` cannot be repaid in 12 instalments; there is less than 1 in each"):
        repaid(Decimal(7), Decimal(0), 12, ONE, method)  # type: ignore[arg-type]  # one of the two words


def test_a_term_so_long_that_rounding_decides_is_refused() -> None:
    with pytest.raises(OfferRefused, match="expected fewer instalments"):
        repaid(Decimal(1_000), Decimal("0.05"), 1_000, CENT, "annuity")


def test_principal_that_is_not_rounded_yet_is_rounded_in_the_rows_alone() -> None:
    """5000 and three months of compounded interest: the instalment is that of 5151.505."""
    rows = repaid(Decimal("5151.505"), Decimal("0.01"), 12, CENT, "annuity")
    assert rows[0].total == Decimal("457.70")
    assert sum(row.principal for row in rows) == Decimal("5151.51")


def test_a_payment_covers_interest_then_costs_then_old_interest_then_principal() -> None:
    owed = Amounts(Decimal("100.00"), Decimal("7.00"), Decimal("3.00"))
    rows = paid_off(owed, Decimal("0.01"), Decimal("6.00"), CENT, 100)
    assert rows[0] == Amounts(Decimal(0), Decimal("3.00"), Decimal("3.00"))
    assert rows[1] == Amounts(Decimal(0), Decimal("6.00"), Decimal("0.00"))
    assert sum(row.principal for row in rows) == 100
    assert sum(row.costs for row in rows) == 3
    assert all(row.total == 6 for row in rows[:-1])


def test_a_payment_that_does_not_cover_the_interest_is_refused() -> None:
    owed = Amounts(Decimal(1_000))
    with pytest.raises(OfferRefused, match=r"does not cover the interest of one period, 10\.00: the debt would grow"):
        paid_off(owed, Decimal("0.01"), Decimal("10.00"), CENT, 100)
    with pytest.raises(OfferRefused, match="does not repay it in 100 instalments"):
        paid_off(owed, Decimal("0.01"), Decimal("10.01"), CENT, 100)
