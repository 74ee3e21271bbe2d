"""A schedule in one line is the instalments that it means, and nothing else is taken for one."""

from __future__ import annotations

from typing import Any

import pytest

from overdue_flow.errors import ScenarioError
from overdue_flow.policy.instalments import in_full
from overdue_flow.policy.load import load_policy, load_scenarios
from support.small_policy import POLICY


def days(text: str) -> list[str]:
    return [one["due_on"] for one in in_full(text) or []]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 x 1.00 monthly from 2024-01-31", ["2024-01-31", "2024-02-29", "2024-03-31"]),
        ("2 x 1.00 quarterly from 2025-01-10", ["2025-01-10", "2025-04-10"]),
        ("3 x 1.00 weekly from 2025-01-10", ["2025-01-10", "2025-01-17", "2025-01-24"]),
        ("3 x 1.00 every 14 days from 2025-01-10", ["2025-01-10", "2025-01-24", "2025-02-07"]),
        ("2 x 1.00 every 2 months from 2025-01-10", ["2025-01-10", "2025-03-10"]),
        ("2 x 1.00 every 2 weeks from 2025-01-10", ["2025-01-10", "2025-01-24"]),
        ("1.00 on 2025-01-10", ["2025-01-10"]),
        ("1 x 1.00 monthly from 2025-01-10", ["2025-01-10"]),
    ],
)
def test_the_days_follow_the_rhythm(text: str, expected: list[str]) -> None:
    assert days(text) == expected


def test_what_is_due_is_an_amount_or_its_parts() -> None:
    assert in_full("5.00 CNY on 2025-01-10") == [{"due_on": "2025-01-10", "amount": "5.00 CNY"}]
    (one,) = in_full("10.00 principal + 2.00 interest+1 costs on 2025-01-10") or []
    assert one == {"due_on": "2025-01-10", "principal": "10.00", "interest": "2.00", "costs": "1"}


@pytest.mark.parametrize(
    "text",
    [
        "", "1000.00", "2025-01-10", "2 x 5.00 on 2025-01-10", "0 x 5.00 monthly from 2025-01-10",
        "6 x 5.00 daily from 2025-01-10", "6 x 5.00 monthly from 2025-02-30", "x 5.00 monthly from 2025-01-10",
        "6 x 5.00 + 5.00 monthly from 2025-01-10", "6 x 5.00 principal + 5.00 principal monthly from 2025-01-10",
        "6 x 5.00 + 1.00 interest monthly from 2025-01-10", "6 x five monthly from 2025-01-10",
        "9000 x 5.00 every 12 months from 2025-01-10",
    ],
)  # fmt: skip
def test_what_is_no_schedule_is_none(text: str) -> None:
    assert in_full(text) is None


def given(instalments: str) -> Any:
    text = f"scenarios: [{{name: a, given: {{instalments: {instalments}}}, then: [{{on: 2026-01-01, stage: gone}}]}}]"
    (found,) = load_scenarios(text=text, policy=load_policy(text=POLICY))
    return found.opening


def test_a_loan_may_be_given_by_lines_of_its_schedule() -> None:
    short = given("[2 x 5.00 monthly from 2025-01-10, {due_on: 2025-03-10, amount: 7.00}, 9.00 on 2025-04-10]")
    full = given(
        "[{due_on: 2025-01-10, amount: 5.00}, {due_on: 2025-02-10, amount: 5.00}, {due_on: 2025-03-10, amount: 7.00},"
        " {due_on: 2025-04-10, amount: 9.00}]"
    )
    assert short == full
    assert given("2 x 5.00 monthly from 2025-01-10").instalments == full.instalments[:2]


@pytest.mark.parametrize("text", ["6 times 5.00", "[6 x 5.00 monthly from 2025-01-10, 6 times 5.00]"])
def test_a_line_that_is_no_schedule_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ScenarioError, match=r"`6 times 5.00` stands here; expected instalments such as `6 x 1200.00"):
        given(text)
