"""Values and kinds as people read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from overdue_flow.guards.vocabulary import Kind
from overdue_flow.guards.words import kind_in_words, money_in_words, number_in_words, one_of, value_in_words


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0, "days", "0 days"),
        (1, "days", "1 day"),
        (2, "days", "2 days"),
        (1, "months", "1 month"),
        (1, "times", "1 time"),
        (1, "instalments", "1 instalment"),
        (1, "visits", "1 visits"),
        (-1, "days", "-1 days"),
        (7, "", "7"),
        (Decimal("0.250"), "share", "0.250"),
        (Decimal("1E+2"), "", "100"),
        (Decimal("1.0"), "days", "1.0 day"),
    ],
)
def test_numbers_have_their_unit(value: int | Decimal, unit: str, shown: str) -> None:
    assert number_in_words(value, unit) == shown


def test_money_has_the_decimals_of_its_currency_or_all_of_its_own() -> None:
    assert money_in_words(Decimal("5"), "CNY") == "5.00 CNY"
    assert money_in_words(5, "JPY") == "5 JPY"
    assert money_in_words(Decimal("0.125"), "CNY") == "0.125 CNY"
    assert money_in_words(Decimal("5.5"), "") == "5.5"


def test_values_of_each_kind() -> None:
    assert value_in_words(True, Kind.FLAG) == "yes"
    assert value_in_words(False, Kind.FLAG) == "no"
    assert value_in_words(date(2025, 1, 2), Kind.DATE) == "2025-01-02"
    assert value_in_words("sms", Kind.CHOICE) == '"sms"'
    assert value_in_words("Wuhan", Kind.TEXT) == '"Wuhan"'
    assert value_in_words("legal.trial", Kind.STAGE) == "legal.trial"
    assert value_in_words(Decimal(3), Kind.MONEY, currency="CNY") == "3.00 CNY"
    assert value_in_words(3, Kind.NUMBER, "days") == "3 days"


def test_kinds() -> None:
    assert kind_in_words(Kind.NUMBER, "days") == "a number of days"
    assert kind_in_words(Kind.NUMBER, "share") == "a number"
    assert kind_in_words(Kind.NUMBER) == "a number"
    assert kind_in_words(Kind.MONEY, "days") == "money"
    assert [kind_in_words(kind) for kind in Kind] == [
        "a flag", "a number", "money", "a date", "a choice", "a text", "a stage",
    ]  # fmt: skip


def test_rows_of_words() -> None:
    assert one_of(["a"]) == "a"
    assert one_of(["a", "b"]) == "a or b"
    assert one_of(("a", "b", "c"), "nor") == "a, b nor c"


def test_without_a_unit_or_a_currency_a_value_is_bare() -> None:
    assert number_in_words(7) == "7"
    assert value_in_words(7, Kind.NUMBER) == "7"
    assert value_in_words(Decimal("5.50"), Kind.MONEY) == "5.50"
