"""A cell is read in one spelling only, and exactly; any other text is told apart, and says how it is to be written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.errors import MoneyError
from overdue_flow.money import exact_decimal, to_minor
from overdue_flow.simulation.cells import Days, minor_units, why_no_amount, why_no_day


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_a_day_is_read_as_it_is_written(day: date) -> None:
    assert Days()[day.isoformat()] == day


@pytest.mark.parametrize(
    "text",
    [
        "20250101",
        "2025-1-1",
        "2025-W01-1",
        "2025-02-29",
        "1899-12-31",
        "2201-01-01",
        " 2025-01-01",
        "２０２５-01-01",
        "",
    ],
)
def test_nothing_else_is_a_day(text: str) -> None:
    assert Days()[text] is None
    assert why_no_day(text).message


@given(st.text(max_size=20))
def test_whatever_is_no_day_gets_a_reason(text: str) -> None:
    assert Days()[text] is not None or why_no_day(text).message


DIGITS = st.from_regex(r"\d{1,15}(\.\d{1,5})?", fullmatch=True, alphabet=st.sampled_from("0123456789."))


@given(DIGITS, st.sampled_from(["CNY", "JPY", "KWD"]))
def test_an_amount_is_what_money_says_it_is(text: str, currency: str) -> None:
    decimals = {"CNY": 2, "JPY": 0, "KWD": 3}[currency]
    try:
        expected = to_minor(exact_decimal(text), currency)
    except MoneyError:
        assert minor_units(text, decimals) is None
    else:
        assert minor_units(text, decimals) == expected


@given(st.text(max_size=20), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_whatever_is_no_amount_gets_a_reason(text: str, currency: str) -> None:
    amount = minor_units(text, {"CNY": 2, "JPY": 0, "KWD": 3}[currency])
    assert (amount is not None and amount >= 0) or why_no_amount(text, currency).message


@pytest.mark.parametrize(
    "text", ["1,000.00", "-5", "+5", "1e3", "NaN", "Infinity", "1.", ".5", "", "１００", "1_000", "100 CNY"]
)
def test_nothing_else_is_an_amount(text: str) -> None:
    assert minor_units(text, 2) is None


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("1,000.00", "1000.00"),
        ("12,345,678", "12345678"),
        ("1.000,00", "1000.00"),
        ("12,50", "12.50"),
        ("￥8.00", "8.00"),
    ],
)
def test_a_spelling_of_a_spreadsheet_is_answered_with_the_right_one(text: str, repaired: str) -> None:
    assert f"write {repaired}" in (why_no_amount(text, "CNY").hint or "")


def test_a_thousand_or_one_is_not_guessed() -> None:
    assert "1000" not in (why_no_amount("1,000", "KWD").hint or "").removesuffix("1000.000")
