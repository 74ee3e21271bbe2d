"""The kinds of value in a population file: chances, days, numbers of missed instalments, amounts that are drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, PlainSerializer, PlainValidator, WithJsonSchema

from overdue_flow.policy.texts import read_number, wrong

_FROM_TO = re.compile(r"(\d{1,4})(?:-(\d{1,4})|(\+))?")


@dataclass(frozen=True, slots=True)
class Between:
    """Whole numbers from `first` to `last`, both included; without `last`, all from `first` on."""

    first: int
    last: int | None

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self.first <= number and (self.last is None or number <= self.last)

    def __str__(self) -> str:
        if self.last == self.first:
            return str(self.first)
        return f"{self.first}+" if self.last is None else f"{self.first}-{self.last}"


def read_between(text: str) -> Between | None:
    """Read `2`, `2-4` or `3+`; None where it is none of these."""
    found = _FROM_TO.fullmatch(text.strip())
    if found is None:
        return None
    first = int(found[1])
    last = None if found[3] else int(found[2] or first)
    return Between(first, last) if last is None or first <= last else None


def _read_missed(value: Any) -> Between:
    found = value if isinstance(value, Between) else read_between(value) if isinstance(value, str) else None
    if found is None:
        raise wrong(value, "a number of missed instalments such as `2`, `2-4` or `3+`")
    return found


def read_chance(value: Any) -> Decimal:
    """Read a chance: a number from 0 to 1."""
    found = value if isinstance(value, Decimal) else read_number(value.strip()) if isinstance(value, str) else None
    if found is None or not 0 <= found <= 1:
        raise wrong(value, "a chance from `0` to `1`, such as `0.25`")
    return found


def _read_factor(value: Any) -> Decimal:
    found = value if isinstance(value, Decimal) else read_number(value.strip()) if isinstance(value, str) else None
    if found is None or not 0 < found <= 1000:
        raise wrong(value, "a factor above `0`, such as `1.2`")
    return found


def _read_chances(value: Any) -> dict[str, Decimal]:
    if not isinstance(value, Mapping) or not value:
        raise wrong(value, "chances such as `{conversation: 0.3, no_answer: 0.7}`")
    chances = {str(word): read_chance(chance) for word, chance in value.items()}
    total = sum(chances.values())
    if total > 1:
        raise wrong(f"{total:f}", "chances that are 1 at most together")
    return chances


def _read_days(value: Any) -> dict[Between, Decimal]:
    """`3`, `1-5`, or days with weights: `{0: 0.7, 1-5: 0.2, 6-27: 0.1}`."""
    written = value if isinstance(value, Mapping) else {value: Decimal(1)}
    days: dict[Between, Decimal] = {}
    for text, weight in written.items():
        found = text if isinstance(text, Between) else read_between(text) if isinstance(text, str) else None
        if found is None or found.last is None:
            raise wrong(text, "days such as `3` or `1-5`, or such days with their weights")
        days[found] = weight if isinstance(weight, Decimal) else read_chance(weight)
    if not sum(days.values()):
        raise wrong(value, "days with a weight above 0")
    return days


def _read_money(value: Any) -> Decimal:
    found = value if isinstance(value, Decimal) else read_number(value.strip()) if isinstance(value, str) else None
    if found is None or found < 0:
        raise wrong(value, "an amount such as `1200.00`")
    return found


@dataclass(frozen=True, slots=True)
class Drawn:
    """An amount that is drawn: one of several, by chance, or one between two, each as likely."""

    choices: tuple[tuple[Decimal, Decimal], ...] = ()
    between: tuple[Decimal, Decimal] | None = None


def _read_drawn(value: Any) -> Drawn:
    if isinstance(value, Drawn):
        return value
    if isinstance(value, Mapping) and set(value) == {"from", "to"}:
        low, high = _read_money(value["from"]), _read_money(value["to"])
        if low <= high:
            return Drawn(between=(low, high))
        raise wrong(f"{low:f}", "a `from` that is not above `to`")
    if isinstance(value, Mapping) and value:
        chances = tuple((_read_money(amount), read_chance(chance)) for amount, chance in value.items())
        if sum(chance for _amount, chance in chances) != 1:
            raise wrong(value, "amounts with chances that are 1 together")
        return Drawn(chances)
    return Drawn(((_read_money(value), Decimal(1)),))


def _write_drawn(value: Drawn) -> Any:
    if value.between:
        return {"from": f"{value.between[0]:f}", "to": f"{value.between[1]:f}"}
    if len(value.choices) == 1:
        return f"{value.choices[0][0]:f}"
    return {f"{amount:f}": f"{chance:f}" for amount, chance in value.choices}


def _write_days(value: Mapping[Between, Decimal]) -> Any:
    return {str(days): f"{weight:f}" for days, weight in value.items()}


def _written(value: Mapping[str, Decimal]) -> dict[str, str]:
    return {word: f"{chance:f}" for word, chance in value.items()}


_NUMBER = {"type": ["number", "string"]}

Missed: TypeAlias = Annotated[
    Between,
    PlainValidator(_read_missed),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": ["integer", "string"], "examples": [0, "2-4", "3+"]}),
]
"""How many instalments are missed."""

Chance: TypeAlias = Annotated[
    Decimal,
    BeforeValidator(read_chance),
    PlainSerializer(lambda value: f"{value:f}", return_type=str),
    WithJsonSchema({**_NUMBER, "minimum": 0, "maximum": 1}),
]
"""From 0 to 1."""

Factor: TypeAlias = Annotated[
    Decimal,
    BeforeValidator(_read_factor),
    PlainSerializer(lambda value: f"{value:f}", return_type=str),
    WithJsonSchema({**_NUMBER, "exclusiveMinimum": 0}),
]
"""What something is multiplied by."""

Chances: TypeAlias = Annotated[
    Mapping[str, Decimal],
    PlainValidator(_read_chances),
    PlainSerializer(_written),
    WithJsonSchema({"type": "object", "additionalProperties": _NUMBER, "minProperties": 1}),
]
"""Chances by word; 1 at most together."""

Days: TypeAlias = Annotated[
    Mapping[Between, Decimal],
    PlainValidator(_read_days),
    PlainSerializer(_write_days),
    WithJsonSchema(
        {
            "anyOf": [{"type": ["integer", "string"]}, {"type": "object", "additionalProperties": _NUMBER}],
            "examples": [3, "1-5", {"0": 0.7, "1-5": 0.2, "6-27": 0.1}],
        }
    ),
]
"""Numbers of days, with weights; within `1-5` each day is as likely."""

DrawnAmount: TypeAlias = Annotated[
    Drawn,
    PlainValidator(_read_drawn),
    PlainSerializer(_write_drawn),
    WithJsonSchema(
        {
            "anyOf": [_NUMBER, {"type": "object", "additionalProperties": _NUMBER}],
            "examples": ["1200.00", {"from": "500", "to": "2000"}, {"500.00": 0.5, "2000.00": 0.5}],
        }
    ),
]
"""An amount: always the same, one of several by chance, or one between two."""

Cost: TypeAlias = Annotated[
    Decimal,
    BeforeValidator(_read_money),
    PlainSerializer(lambda value: f"{value:f}", return_type=str),
    WithJsonSchema(_NUMBER),
]
"""What one of something costs."""
