"""Spans of time as a policy writes them: `5 business days`, `14 days`, `1 month`, `2 hours`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta

from overdue_flow.calendars import Calendar

Unit = Literal[
    "hours", "days", "business days", "calendar days", "weeks", "calendar weeks", "months", "calendar months", "years"
]

_WRITTEN = re.compile(
    r"(\d{1,5}) +(hours?|(?:business |calendar )?days?|(?:calendar )?weeks?|(?:calendar )?months?|years?)"
)

_LONGEST = {"hours": 876_000, "days": 36_500, "weeks": 5_200, "months": 1_200, "years": 100, "business days": 5_000}
"""A hundred years, and fewer of business days, which are counted one by one."""


@dataclass(frozen=True, slots=True)
class Span:
    """So many of a unit. `calendar` days, weeks and months matter to windows only, where plain ones roll."""

    count: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Span | None:
        """Read `5 business days`; None where the text is no span."""
        found = _WRITTEN.fullmatch(text.strip())
        if not found:
            return None
        unit = found[2] if found[2].endswith("s") else found[2] + "s"
        return cls(int(found[1]), unit)  # type: ignore[arg-type]  # the pattern admits these words only

    def __str__(self) -> str:
        return f"{self.count} {self.unit[:-1] if self.count == 1 else self.unit}"

    @property
    def is_for_windows(self) -> bool:
        """Whether only a window can have it: it begins where the calendar says."""
        return self.unit.startswith("calendar")

    @property
    def longest(self) -> Span:
        """The longest span of its unit that a policy may name: what comes of it stays within the days there are."""
        return Span(_LONGEST[self.unit.removeprefix("calendar ")], self.unit)

    def times(self, factor: int) -> Span:
        """The span repeated."""
        return Span(self.count * factor, self.unit)

    def after(self, start: date, calendar: Calendar) -> date:
        """The day on which the span, counted from `start`, has gone by.

        Business days count strictly after the start day; months and years keep the end of the month, as dateutil does.
        Hours do not reach a day of their own: the start day.
        """
        if self.unit == "business days":
            return calendar.add_business_days(start, self.count)
        if self.unit == "months":
            return start + relativedelta(months=self.count)
        if self.unit == "years":
            return start + relativedelta(years=self.count)
        if self.unit == "hours":
            return start
        return start + timedelta(days=self.count * (7 if self.unit == "weeks" else 1))
