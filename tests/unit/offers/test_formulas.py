"""The formulas on numbers alone, against figures that are published elsewhere, and the edges of each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext
from typing import Any

import pytest

from overdue_flow.errors import OfferRefused
from overdue_flow.offers.formulas import (
    balance_after,
    count,
    equal_principal_interest,
    equal_principal_rows,
    figure,
    grown,
    level_payment,
    level_rows,
    penal_interest,
    periods_for,
    present_value,
    rounded,
    unit_of,
)

CENT = Decimal("0.01")
ONE_PERCENT = Decimal("0.01")


def cents(amount: Decimal) -> str:
    return f"{rounded(amount, CENT):f}"


@pytest.mark.parametrize(
    ("principal", "annual", "periods", "payment"),
    [
        (200_000, "0.075", 180, "1854.02"),
        (10_000, "0.08", 10, "1037.03"),
        (162_000, "0.03875", 360, "761.78"),
        (630_000, "0.049", 360, "3343.58"),
        (5_000, "0.12", 18, "304.91"),
        (5_000, "0.12", 6, "862.74"),
        (8_600, "0.12", 24, "404.83"),
        (1_200, "0", 12, "100.00"),
        (1_200, "0.12", 1, "1212.00"),
    ],
)
def test_a_level_payment(principal: int, annual: str, periods: int, payment: str) -> None:
    assert cents(level_payment(Decimal(principal), Decimal(annual) / 12, periods)) == payment


def test_a_payment_in_advance_bears_a_period_less_of_interest() -> None:
    rate = Decimal("0.08") / 12
    assert cents(level_payment(Decimal(10_000), rate, 10, in_advance=True)) == "1030.16"
    assert level_payment(Decimal(100), Decimal(0), 10, in_advance=True) == 10


def test_the_balance_after_so_many_payments_is_that_of_the_rows() -> None:
    principal, rate = Decimal(2_500), Decimal("0.0824") / 12
    payment, rows = level_payment(principal, rate, 12), level_rows(principal, rate, 12)
    for paid, row in enumerate(rows, 1):
        assert abs(balance_after(principal, rate, payment, paid) - row.balance) < Decimal("1e-40")
        assert abs(row.payment - payment) < Decimal("1e-40")
    assert balance_after(Decimal(100), Decimal(0), Decimal(10), 4) == 60


def test_how_many_payments_it_takes() -> None:
    found = periods_for(Decimal(8_000), Decimal("0.07") / 12, Decimal(150))
    assert rounded(found, Decimal("0.00001")) == Decimal("64.07335")
    assert periods_for(Decimal(100), Decimal(0), Decimal(30)) * 3 == 10


@pytest.mark.parametrize(("rate", "payment"), [("0.01", "10.00"), ("0.01", "9.99"), ("0", "0")])
def test_a_payment_that_is_no_more_than_the_interest_repays_nothing(rate: str, payment: str) -> None:
    with pytest.raises(OfferRefused, match="never repay it; the interest of the first period is"):
        periods_for(Decimal(1_000), Decimal(rate), Decimal(payment))


def test_equal_principal_has_interest_that_falls_by_the_same_amount() -> None:
    rows = equal_principal_rows(Decimal(12_000), ONE_PERCENT, 12)
    assert [row.payment for row in rows[:2]] == [1120, 1110]
    assert rows[-1].payment == 1010
    assert sum(row.interest for row in rows) == equal_principal_interest(Decimal(12_000), ONE_PERCENT, 12) == 780


def test_interest_that_waits_is_simple_or_compounded() -> None:
    assert grown(Decimal(5_000), ONE_PERCENT, 3, compounded=False) == 5150
    assert grown(Decimal(5_000), ONE_PERCENT, 3, compounded=True) == Decimal("5151.505")


def test_a_present_value_counts_parts_of_a_period_too() -> None:
    whole = [(Decimal(n), Decimal(flow)) for n, flow in enumerate((-40_000, 5_000, 8_000, 12_000, 30_000))]
    assert cents(present_value(Decimal("0.08"), whole)) == "3065.22"
    half = present_value(Decimal("0.21"), [(Decimal("0.5"), Decimal(110))])
    assert rounded(half, Decimal("1e-30")) == 100


def test_what_the_host_set_for_decimals_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 3
        assert cents(level_payment(Decimal(200_000), Decimal("0.00625"), 180)) == "1854.02"
        assert rounded(Decimal("123456.785"), CENT) == Decimal("123456.79")


@pytest.mark.parametrize(
    ("start", "end", "basis", "interest"),
    [
        ("2024-01-01", "2024-01-31", 360, "10.00"),
        ("2024-01-01", "2024-01-31", 365, "9.86"),
        ("2024-01-01", "2024-01-31", "actual", "9.84"),
        ("2023-12-17", "2024-01-16", "actual", "9.85"),
        ("2024-01-01", "2024-01-01", "actual", "0.00"),
    ],
)
def test_penal_interest_goes_by_days_and_basis(start: str, end: str, basis: Any, interest: str) -> None:
    days = date.fromisoformat(start), date.fromisoformat(end)
    assert cents(penal_interest(1_000, "0.12", *days, basis=basis)) == interest


def test_penal_interest_stops_at_a_cap() -> None:
    days = date(2025, 1, 1), date(2026, 1, 1)
    assert penal_interest(1_000, "0.36", *days, annual_cap="0.24") == 240
    assert penal_interest(1_000, "0.20", *days, annual_cap="0.24") == 200
    with pytest.raises(OfferRefused, match="which is earlier"):
        penal_interest(1_000, "0.20", *reversed(days))


@pytest.mark.parametrize(("currency", "unit"), [("CNY", "0.01"), ("JPY", "1"), ("KWD", "0.001")])
def test_an_amount_is_rounded_half_up_to_the_unit_of_its_currency(currency: str, unit: str) -> None:
    assert unit_of(currency) == Decimal(unit)
    assert rounded(Decimal(unit) * Decimal("2.5"), unit_of(currency)) == Decimal(unit) * 3
    assert rounded(Decimal(unit) * Decimal("2.4999"), unit_of(currency)) == Decimal(unit) * 2


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.1, "not an exact amount"),
        ("much", "is not an amount"),
        ("-1", "expected 0 or more"),
        ("11", "expected 10 at most"),
    ],
)
def test_a_number_that_cannot_be_meant_is_refused_by_its_name(value: Any, said: str) -> None:
    with pytest.raises(OfferRefused, match=f"^a rate.*{said}"):
        figure(value, "a rate", least=0, most=10)


@pytest.mark.parametrize("value", [0, 1_201, True, Decimal(3), "3"])
def test_a_count_is_a_whole_number_within_bounds(value: Any) -> None:
    with pytest.raises(OfferRefused, match="expected a whole number from 1 to 1200"):
        count(value, "a number of periods")


def test_half_a_cent_is_rounded_up_although_a_twelfth_of_the_rate_has_no_end() -> None:
    monthly = Decimal("0.0175") / 12
    assert rounded(Decimal(1224) * monthly, CENT) == Decimal("1.79"), "1.785, to the last digit"
    with localcontext(prec=50):
        assert rounded(1224 * (Decimal("0.0175") / 12), CENT) == Decimal("1.79")
