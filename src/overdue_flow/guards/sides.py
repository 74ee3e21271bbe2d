"""The two sides of a comparison while it is checked, and how a literal takes its type from what it stands beside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from overdue_flow.errors import MoneyError
from overdue_flow.guards.syntax import Fault
from overdue_flow.guards.tree import Constant, Term
from overdue_flow.guards.vocabulary import Fact, Kind
from overdue_flow.guards.words import kind_in_words, one_of
from overdue_flow.money import Money
from overdue_flow.problems import did_you_mean

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LEADING_NUMBER = re.compile(r"\s*(-?[0-9]+(?:\.[0-9]+)?)\b")


@dataclass(frozen=True, slots=True)
class Known:
    """A side whose type is known, because it names a fact. `fact` where it is nothing but that; `whole` where a number
    has no decimals, so that a date can be moved by it; `said` is its text."""

    term: Term
    kind: Kind
    said: str
    start: int
    end: int
    unit: str = ""
    whole: bool = True
    fact: Fact | None = None

    @property
    def in_words(self) -> str:
        """Such as "a number of days"."""
        return kind_in_words(self.kind, self.unit)


@dataclass(frozen=True, slots=True)
class Literal:
    """A side that is a fixed value, whose type the other side decides."""

    value: int | Decimal | str | bool
    said: str
    start: int
    end: int

    @property
    def in_words(self) -> str:
        """Such as "a text"."""
        if isinstance(self.value, bool):
            return "yes or no"
        return "a text" if isinstance(self.value, str) else "a number"


Side: TypeAlias = Known | Literal


def date_in(text: str) -> date | None:
    """The date that `text` writes as year-month-day, if it does."""
    if not _ISO_DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def resolve(literal: Literal, beside: Known, currency: str | None = None) -> Constant | Fault:
    """`literal` as a value of the type that `beside` has; `currency` is the one that money must be in, if known."""
    value = literal.value
    match beside.kind:
        case Kind.FLAG if isinstance(value, bool):
            return _constant(literal, beside)
        case Kind.NUMBER | Kind.MONEY if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return _constant(literal, beside)
        case Kind.TEXT if isinstance(value, str):
            return _constant(literal, beside)
        case Kind.MONEY if isinstance(value, str):
            return _money(literal, value, currency)
        case Kind.DATE if isinstance(value, str):
            return _date(literal, value)
        case Kind.CHOICE | Kind.STAGE if isinstance(value, str):
            return _word(literal, value, beside)
    said = f"`{beside.said}` is {beside.in_words}, and `{literal.said}` is {literal.in_words}"
    return Fault("wrong-type", said, literal.start, literal.end, _what_to_write(literal, beside))


def _constant(literal: Literal, beside: Known) -> Constant:
    return Constant(literal.value, beside.kind, start=literal.start, end=literal.end)


def _money(literal: Literal, text: str, currency: str | None) -> Constant | Fault:
    try:
        money = Money.parse(text)
    except MoneyError as error:
        number = re.fullmatch(r"[0-9]+(\.[0-9]+)?", text)
        return Fault("not-money", str(error), literal.start, literal.end, _unquoted(text) if number else None)
    if currency is not None and money.currency != currency:
        said = f"`{text}` is not in {currency}, the currency of the policy"
        return Fault("other-currency", said, literal.start, literal.end, f"write the amount in {currency}")
    return Constant(money.amount, Kind.MONEY, money.currency, start=literal.start, end=literal.end)


def _date(literal: Literal, text: str) -> Constant | Fault:
    day = date_in(text)
    if day is not None:
        return Constant(day, Kind.DATE, start=literal.start, end=literal.end)
    hint = 'write year-month-day, such as "2025-01-31"'
    return Fault("not-a-date", f"`{text[:40]}` is not a date", literal.start, literal.end, hint)


def _word(literal: Literal, word: str, beside: Known) -> Constant | Fault:
    assert beside.fact is not None  # choices and stages are never computed
    choices, groups = beside.fact.choices, beside.fact.groups
    if word in choices or not choices:
        return _constant(literal, beside)
    if word in groups:
        hint = f"write `{beside.said} in {literal.said}`"
        return Fault("group-compared", f"`{word}` is a group of stages", literal.start, literal.end, hint)
    return unknown_word_of(beside.fact, word, literal.start, literal.end)


def unknown_word_of(fact: Fact, word: str, start: int, end: int) -> Fault:
    """A fault for a word that a choice or a stage fact does not know."""
    if fact.kind is Kind.STAGE:
        return Fault("unknown-stage", f"unknown stage `{word[:40]}`", start, end, did_you_mean(word, _stages(fact)))
    some = [f'"{choice}"' for choice in fact.choices[:8]]
    hint = did_you_mean(word, fact.choices) or f"expected {one_of(some)}{', ...' if len(fact.choices) > 8 else ''}"
    return Fault("unknown-choice", f"`{word[:40]}` is no word of `{fact.name}`", start, end, hint)


def _stages(fact: Fact) -> tuple[str, ...]:
    return (*fact.choices, *fact.groups)


def _unquoted(number: str) -> str:
    return f"write {number} without quotes"


def _what_to_write(literal: Literal, beside: Known) -> str:
    match beside.kind:
        case Kind.FLAG:
            return f"write `{beside.said}` or `not {beside.said}`"
        case Kind.NUMBER | Kind.MONEY:
            number = _LEADING_NUMBER.match(literal.value) if isinstance(literal.value, str) else None
            return _unquoted(number[1]) if number else "write a number, such as 90"
        case Kind.DATE:
            return 'write a date in quotes, such as "2025-01-31"'
        case Kind.CHOICE if beside.fact and beside.fact.choices:
            return f'write one of its words in quotes, such as "{beside.fact.choices[0]}"'
        case Kind.STAGE:
            return "write the name of a stage"
        case _:
            return "write a text in quotes"
