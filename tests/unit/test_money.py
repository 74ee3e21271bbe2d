"""Money is exact: decimals at the door, minor units inside, one currency in a sum."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from overdue_flow.errors import MoneyError
from overdue_flow.money import Amount, Money, amount_in_minor, decimals_of, exact_decimal, from_minor, to_minor


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("12.34", "CNY", 1234), ("1234", "JPY", 1234), ("1.234", "KWD", 1234), ("0", "EUR", 0), ("-5.00", "USD", -500)],
)
def test_minor_units_follow_the_currency(amount: str, currency: str, minor: int) -> None:
    assert to_minor(Decimal(amount), currency) == minor
    assert from_minor(minor, currency) == Decimal(amount)


def test_an_unknown_currency_has_two_decimals() -> None:
    assert decimals_of("XXX") == 2


@pytest.mark.parametrize(("amount", "currency"), [("0.001", "CNY"), ("0.5", "JPY"), ("1.2345", "KWD")])
def test_more_decimals_than_the_currency_has_are_refused_not_rounded(amount: str, currency: str) -> None:
    with pytest.raises(MoneyError, match="more decimals"):
        to_minor(Decimal(amount), currency)


@pytest.mark.parametrize("value", [1.5, True, None, [], "abc", "NaN", "Infinity", "1e15", "-1e15", "1e999999999", ""])
def test_what_is_no_amount_is_refused(value: Any) -> None:
    with pytest.raises(MoneyError):
        exact_decimal(value)


def test_an_amount_just_below_the_largest_is_taken() -> None:
    assert exact_decimal("999999999999999.99") == Decimal("999999999999999.99")


def test_the_precision_of_the_host_plays_no_part() -> None:
    with localcontext() as context:
        context.prec = 4
        assert to_minor(Decimal("123456789.12"), "CNY") == 12345678912
        assert from_minor(12345678912, "CNY").as_tuple() == Decimal("123456789.12").as_tuple()
        assert Money("123456789.12", "CNY").minor == 12345678912


def test_money_prints_and_reads_back() -> None:
    assert str(Money("120", "CNY")) == "120.00 CNY"
    assert Money.parse("120.00 CNY") == Money(120, "CNY")


@given(st.integers(-(10**16), 10**16), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_minor_units_and_back_change_nothing(minor: int, currency: str) -> None:
    assert to_minor(from_minor(minor, currency), currency) == minor


@pytest.mark.parametrize("text", ["120.00", "CNY", "120.00 cny", "120.00 CNY extra", "", "120 YUAN"])
def test_text_that_is_no_money_is_refused(text: str) -> None:
    with pytest.raises(MoneyError):
        Money.parse(text)


def test_two_currencies_never_meet() -> None:
    assert amount_in_minor(Money("1.00", "CNY"), "CNY") == 100
    assert amount_in_minor(Decimal("1.00"), "CNY") == 100
    with pytest.raises(MoneyError, match="not in CNY"):
        amount_in_minor(Money("1.00", "USD"), "CNY")


class Paid(BaseModel):
    """A model with an amount, as events have them."""

    amount: Amount


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("12.50", Decimal("12.50")),
        (12, Decimal(12)),
        ("12.50 CNY", Money("12.50", "CNY")),
        (Money(1, "CNY"), Money(1, "CNY")),
    ],
)
def test_an_amount_of_an_event_is_a_number_or_money(given: Any, expected: Decimal | Money) -> None:
    paid = Paid(amount=given)
    assert paid.amount == expected
    assert Paid.model_validate_json(paid.model_dump_json()) == paid


def test_a_float_is_no_amount_of_an_event() -> None:
    with pytest.raises(ValidationError, match="not an exact amount"):
        Paid.model_validate({"amount": 0.1})
