"""Periods that a law counts in days, weeks, months and years: `15 days`, `2 years`.

The first day is not counted, and the last is usable in full: three years from 2025-02-01 end with 2028-02-01
(中国民法典 arts. 201, 202). A month that has no such day ends with its last one. A last day that is a holiday is not
put off, which is the safe side for whoever must act in time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeAlias

from dateutil.relativedelta import relativedelta
from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from overdue_flow.errors import shown

Unit: TypeAlias = Literal["days", "weeks", "months", "years"]

_WRITTEN = re.compile(r"(\d{1,5}) +(days?|weeks?|months?|years?)")
_LONGEST: dict[str, int] = {"days": 36_500, "weeks": 5_200, "months": 1_200, "years": 100}
"""A hundred years."""


@dataclass(frozen=True, slots=True, order=False)
class Period:
    """So many of a unit."""

    count: int
    unit: Unit

    def after(self, start: date) -> date:
        """The last day of the period that counts from `start`."""
        return _moved(start, self.unit, self.count)

    def before(self, end: date) -> date:
        """The day from which the period counts whose last day is `end`."""
        return _moved(end, self.unit, -self.count)

    def __str__(self) -> str:
        return f"{self.count} {self.unit[:-1] if self.count == 1 else self.unit}"


@lru_cache(maxsize=4096)
def _moved(day: date, unit: str, count: int) -> date:
    years, months, weeks, days = (count if unit == one else 0 for one in ("years", "months", "weeks", "days"))
    return day + relativedelta(years=years, months=months, weeks=weeks, days=days)


def _read(value: Any) -> Period:
    if isinstance(value, Period):
        return value
    found = _WRITTEN.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        said = shown(str(value), 40)
        raise ValueError(f"`{said}` stands here; expected days, weeks, months or years, such as `15 days` or `3 years`")
    count, unit = int(found[1]), found[2] if found[2].endswith("s") else found[2] + "s"
    if not 1 <= count <= _LONGEST[unit]:
        raise ValueError(f"`{value.strip()}` stands here; expected 1 to {_LONGEST[unit]} {unit}")
    return Period(count, unit)  # type: ignore[arg-type]  # the pattern admits these words only


PeriodText: TypeAlias = Annotated[
    Period,
    PlainValidator(_read),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{1,5} +(day|week|month|year)s?$",
            "examples": ["15 days", "6 months", "3 years"],
        }
    ),
]
"""A period, as text."""
