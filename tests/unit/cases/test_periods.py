"""Periods as a law counts them: read from text, counted forward and back."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from overdue_flow.cases.periods import Period, PeriodText

TEXT: TypeAdapter[Period] = TypeAdapter(PeriodText)


@pytest.mark.parametrize(
    ("text", "start", "last"),
    [
        ("15 days", "2025-08-01", "2025-08-16"),
        ("1 day", "2025-08-01", "2025-08-02"),
        ("2 weeks", "2025-08-01", "2025-08-15"),
        ("6 months", "2025-08-31", "2026-02-28"),
        ("1 month", "2025-01-15", "2025-02-15"),
        ("3 years", "2025-02-01", "2028-02-01"),
        ("1 year", "2024-02-29", "2025-02-28"),
    ],
)
def test_the_first_day_is_not_counted_and_the_last_is_in_the_period(text: str, start: str, last: str) -> None:
    assert TEXT.validate_python(text).after(date.fromisoformat(start)) == date.fromisoformat(last)


def test_a_period_is_counted_back_from_its_end() -> None:
    assert Period(6, "months").before(date(2028, 2, 1)) == date(2027, 8, 1)
    assert Period(15, "days").before(date(2025, 8, 16)) == date(2025, 8, 1)


def test_a_period_is_written_as_it_is_read() -> None:
    for text in ("1 day", "15 days", "1 week", "6 months", "1 year", "20 years"):
        assert TEXT.dump_python(TEXT.validate_python(text)) == text
    assert TEXT.validate_python(Period(3, "years")) == Period(3, "years")


@pytest.mark.parametrize("text", ["three years", "15 business days", "2 hours", "15", "", "15days", None])
def test_what_is_no_period_is_told_what_one_looks_like(text: object) -> None:
    with pytest.raises(ValidationError, match=r"expected days, weeks, months or years, such as `15 days`"):
        TEXT.validate_python(text)


@pytest.mark.parametrize(("text", "most"), [("0 days", "36500 days"), ("101 years", "100 years")])
def test_a_period_is_neither_empty_nor_longer_than_a_hundred_years(text: str, most: str) -> None:
    with pytest.raises(ValidationError, match=f"expected 1 to {most}"):
        TEXT.validate_python(text)
