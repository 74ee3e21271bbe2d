"""How guards name things to people: kinds, units, values. Faults and explanations share these."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from overdue_flow.errors import MoneyError
from overdue_flow.guards.vocabulary import Kind, Value
from overdue_flow.money import Money

_KINDS = {
    Kind.FLAG: "a flag",
    Kind.NUMBER: "a number",
    Kind.MONEY: "money",
    Kind.DATE: "a date",
    Kind.CHOICE: "a choice",
    Kind.TEXT: "a text",
    Kind.STAGE: "a stage",
}
_ONE = {"days": "day", "months": "month", "times": "time", "instalments": "instalment"}


def kind_in_words(kind: Kind, unit: str = "") -> str:
    """Such as "a number of days" or "money"."""
    return f"a number of {unit}" if kind is Kind.NUMBER and unit and unit != "share" else _KINDS[kind]


def number_in_words(value: int | Decimal, unit: str = "") -> str:
    """Such as "1 day", "12 days" or "0.25"."""
    shown = f"{value:f}" if isinstance(value, Decimal) else str(value)
    if not unit or unit == "share":
        return shown
    return f"{shown} {_ONE.get(unit, unit) if value == 1 else unit}"


def money_in_words(amount: Decimal | int, currency: str) -> str:
    """Such as "100.00 CNY"; with all its decimals where it has more than the currency, bare where that is unknown."""
    try:
        return str(Money(amount, currency))
    except MoneyError:
        return f"{Decimal(amount):f} {currency}".rstrip()


def value_in_words(value: Value, kind: Kind, unit: str = "", currency: str = "") -> str:
    """A value as people read it: dates in ISO, words in quotes, numbers with their unit, money with its currency."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value if kind is Kind.STAGE else f'"{value}"'
    return money_in_words(value, currency) if kind is Kind.MONEY else number_in_words(value, unit)


def one_of(words: list[str] | tuple[str, ...], last: str = "or") -> str:
    """Such as "a", "a or b" or "a, b or c"."""
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end
