"""Spans of time: `5 business days`, `14 days`, `1 month`."""

from __future__ import annotations

from datetime import date

import pytest

from overdue_flow.calendars import Calendar
from overdue_flow.policy.spans import Span


@pytest.mark.parametrize(
    "text",
    ["1 day", "14 days", "5 business days", "1 calendar day", "2 calendar weeks", "1 week", "1 month", "2 hours"],
)  # fmt: skip
def test_a_span_reads_as_it_is_written(text: str) -> None:
    assert str(Span.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "14", "days", "one day", "1.5 days", "-1 days", "5 working days", "1day", "1 dayss"]
)
def test_what_is_no_span_is_none(text: str) -> None:
    assert Span.parse(text) is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("14 days", date(2025, 1, 1), date(2025, 1, 15)),
        ("2 weeks", date(2025, 1, 1), date(2025, 1, 15)),
        ("1 month", date(2025, 1, 31), date(2025, 2, 28)),
        ("1 year", date(2024, 2, 29), date(2025, 2, 28)),
        ("1 business day", date(2025, 1, 3), date(2025, 1, 6)),
        ("2 hours", date(2025, 1, 3), date(2025, 1, 3)),
    ],
)
def test_a_span_ends_on_the_day_that_a_person_would_count(text: str, start: date, end: date) -> None:
    span = Span.parse(text)
    assert span is not None
    assert span.after(start, Calendar()) == end


@pytest.mark.parametrize(
    "text", ["1 hour", "1 day", "1 business day", "1 week", "1 month", "1 year", "1 calendar week"]
)
def test_the_longest_span_of_each_unit_can_be_counted_from_any_day_of_a_loan(text: str) -> None:
    span = Span.parse(text)
    assert span is not None
    assert span.longest.after(date(2200, 12, 31), Calendar("CN")) >= date(2200, 12, 31)
