"""The kinds of value in a policy file. Each is read from text, with an error that a collections manager understands.

The file gives text only (see `source`); a value made in Python may also be of its own type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from overdue_flow.errors import MoneyError
from overdue_flow.money import exact_decimal
from overdue_flow.policy.spans import Span

_HOURS = re.compile(r"(\d\d):(\d\d) *- *(\d\d):(\d\d)")
_SHOWN = 60


def shape_of(value: Any) -> str:
    """What a value is, as a reader of the file would say."""
    if isinstance(value, Mapping):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value == "":
        return "nothing"
    return f"`{str(value)[:_SHOWN]}`"


def wrong(value: Any, expected: str) -> PydanticCustomError:
    """The error of a value that is not what is expected."""
    return PydanticCustomError("wrong_value", "{found} stands here; expected {expected}", {
        "found": shape_of(value), "expected": expected,
    })  # fmt: skip


def _reader(kind: type, expected: str, read: Callable[[str], Any]) -> Callable[[Any], Any]:
    """A reader of text that takes values of `kind` as they are. `read` gives None for text that is none."""

    def reader(value: Any) -> Any:
        if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
            return value
        found = read(value.strip()) if isinstance(value, str) else None
        if found is None:
            raise wrong(value, expected)
        return found

    return reader


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of the day, local to the borrower: from `opens` on, before `closes` (None: until midnight)."""

    opens: time
    closes: time | None

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}" if self.closes else f"{self.opens:%H:%M}-24:00"


def read_hours(text: str) -> Hours | None:
    """Read `08:00-22:00`; None where it is none, or where it ends before it begins."""
    found = _HOURS.fullmatch(text)
    if not found:
        return None
    opens, opens_minute, closes, closes_minute = (int(part) for part in found.groups())
    if max(opens_minute, closes_minute) > 59 or (closes, closes_minute) > (24, 0):
        return None
    if (opens, opens_minute) >= (closes, closes_minute):
        return None
    return Hours(time(opens, opens_minute), time(closes, closes_minute) if closes < 24 else None)


def read_day(text: str) -> date | None:
    """Read `2025-01-31`; None where it is no day."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def read_number(text: str) -> Decimal | None:
    """Read an exact number below 10**15; None where it is none."""
    try:
        return exact_decimal(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None
    except MoneyError:
        return None


def _read_whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else None


def read_flag(text: str) -> bool | None:
    """Read `true` or `false`; nothing else is a flag."""
    return {"true": True, "false": False}.get(text)


def _read_text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise wrong(value, "text")
    if len(value) > 20_000:
        raise PydanticCustomError("too_long", "this text has {length} characters; expected at most 20000", {
            "length": len(value),
        })  # fmt: skip
    return value


def _read_name(value: Any) -> str:
    text = _read_text(value)
    if not re.fullmatch(r"[^\W_][\w.-]*", text) or len(text) > 100:
        raise wrong(value, "a name of letters, digits, `-`, `_` and `.` that begins with a letter or digit")
    return text


def _read_word(value: Any) -> str:
    text = _read_text(value)
    if not text.isidentifier() or text in _TAKEN or len(text) > 100:
        raise wrong(value, "a name of letters, digits and `_` that a condition can say")
    return text


_TAKEN = frozenset(
    {"and", "or", "not", "in", "is", "if", "else", "None", "True", "False", "true", "false", "everywhere"}
)


def _read_label(value: Any) -> dict[str, str]:
    if isinstance(value, str) and value.strip():
        return {"": value}
    if not isinstance(value, Mapping) or not value:
        raise wrong(value, "text, or text by language such as `{en: ..., zh: ...}`")
    for language, text in value.items():
        if not isinstance(text, str) or not text.strip():
            raise wrong(text, f"the text in `{str(language)[:_SHOWN]}`")
    return dict(value)


def _write_label(value: Mapping[str, str]) -> Any:
    return value[""] if "" in value else dict(value)


def _read_once(value: Any) -> str | None:
    if value in ("false", False, None):
        return None
    if value in ("true", True):
        return "episode"
    if value in ("stage", "episode", "case"):
        return str(value)
    raise wrong(value, "`stage`, `episode`, `case`, or `true`, which means `episode`")


@dataclass(frozen=True, slots=True)
class FromFact:
    """`{fact: preferred_channel}`: read from the case when the effect is decided."""

    fact: str


GivenValue: TypeAlias = str | FromFact | tuple[str, ...]
"""What may be given for a parameter: text, a fact to read, or several names."""


def _read_given(value: Any) -> GivenValue:
    if isinstance(value, FromFact | str):
        return value
    if isinstance(value, list | tuple) and value and all(isinstance(one, str) and one.strip() for one in value):
        return tuple(value)
    if isinstance(value, Mapping) and list(value) == ["fact"] and isinstance(value["fact"], str):
        return FromFact(value["fact"])
    raise wrong(value, "a value, several names, or `{fact: name}` for one that is read from the case")


def _write_given(value: GivenValue) -> Any:
    if isinstance(value, FromFact):
        return {"fact": value.fact}
    return list(value) if isinstance(value, tuple) else value


def _some(value: Any) -> Any:
    return [value] if isinstance(value, str) and value.strip() else value


def read_clock(text: str) -> time | None:
    """Read `08:30`; None where it is no time of a day."""
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text)
    return time(int(found[1]), int(found[2])) if found else None


Clock: TypeAlias = Annotated[
    time,
    BeforeValidator(_reader(time, "a time such as `08:30`", read_clock)),
    PlainSerializer(lambda value: f"{value:%H:%M}"),
    WithJsonSchema({"type": "string"}),
]
"""A time of a day."""

Text: TypeAlias = Annotated[str, BeforeValidator(_read_text)]
"""Text that is not empty."""

Condition: TypeAlias = Annotated[
    str, BeforeValidator(_read_text), WithJsonSchema({"type": "string", "description": "a condition; see `facts`"})
]
"""A guard, as text; it is parsed and typed after the file as a whole has been read."""

Name: TypeAlias = Annotated[str, BeforeValidator(_read_name), WithJsonSchema({"type": "string"})]
"""An id."""

Word: TypeAlias = Annotated[str, BeforeValidator(_read_word), WithJsonSchema({"type": "string"})]
"""A name that a guard can say."""

Flag: TypeAlias = Annotated[bool, BeforeValidator(_reader(bool, "`true` or `false`", read_flag))]
"""`true` or `false`."""

Whole: TypeAlias = Annotated[int, BeforeValidator(_reader(int, "a whole number", _read_whole))]
"""A whole number."""

Number: TypeAlias = Annotated[
    Decimal,
    BeforeValidator(_reader(Decimal, "a number such as `0.25`", read_number)),
    PlainSerializer(lambda value: f"{value:f}", return_type=str),
    WithJsonSchema({"type": ["number", "string"]}),
]
"""An exact number."""

Day: TypeAlias = Annotated[
    date,
    BeforeValidator(_reader(date, "a day such as `2025-01-31`", read_day)),
    WithJsonSchema({"type": "string", "format": "date"}),
]
"""A day."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""The days of the week, as a policy names them; Monday is 0."""

DAYS_OFF = ("holidays", "non_business_days")
"""Days that the calendar of the terms knows."""

BlockedDay: TypeAlias = Annotated[
    date | str,
    PlainValidator(
        _reader(
            date,
            "a day of the week such as `sunday`, `holidays`, `non_business_days`, or a day such as `2026-02-17`",
            lambda text: text if text in (*WEEKDAYS, *DAYS_OFF) else read_day(text),
        )
    ),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "enum": [*WEEKDAYS, *DAYS_OFF]}, {"type": "string", "format": "date"}]}
    ),
]
"""A day, or days of a kind, on which something is not done."""

_read_any_span = _reader(Span, "a span such as `14 days`, `5 business days` or `1 month`", Span.parse)


def _read_span(value: Any) -> Span:
    span: Span = _read_any_span(value)
    if span.count > span.longest.count:
        raise wrong(value, f"at most `{span.longest}`")
    return span


SpanText: TypeAlias = Annotated[
    Span,
    PlainValidator(_read_span),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{1,5} +(hour|(business |calendar )?day|(calendar )?week|(calendar )?month|year)s?$",
            "examples": ["14 days", "5 business days", "1 calendar day", "1 month", "2 hours"],
        }
    ),
]
"""A span of time."""

HoursText: TypeAlias = Annotated[
    Hours,
    PlainValidator(_reader(Hours, "hours such as `08:00-22:00`, from early to late", read_hours)),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d *- *\d\d:\d\d$", "examples": ["08:00-22:00"]}),
]
"""Hours of the day."""

LabelText: TypeAlias = Annotated[
    Mapping[str, str],
    PlainValidator(_read_label),
    PlainSerializer(_write_label),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}),
]
"""Text for people, in one language or by language; the first language is the default."""

OnceText: TypeAlias = Annotated[
    str | None,
    PlainValidator(_read_once),
    WithJsonSchema({"enum": ["stage", "episode", "case", True, False]}),
]
"""How often a `do` rule fires."""

Given: TypeAlias = Annotated[
    GivenValue,
    PlainValidator(_read_given),
    PlainSerializer(_write_given),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["string", "number", "boolean"]},
                {
                    "type": "object",
                    "properties": {"fact": {"type": "string"}},
                    "required": ["fact"],
                    "additionalProperties": False,
                },
                {"type": "array", "items": {"type": "string"}},
            ]
        }
    ),
]
"""The value of a parameter."""

Names: TypeAlias = Annotated[
    tuple[Name, ...],
    BeforeValidator(_some),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""Some names, or one."""

Texts: TypeAlias = Annotated[
    tuple[Text, ...],
    BeforeValidator(_some),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""Some texts, or one."""

Short: TypeAlias = Annotated[str, BeforeValidator(_read_text), Field(max_length=200)]
"""A short text."""
