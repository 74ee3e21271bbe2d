"""Gaps: a value that the rules on either side of it leave out."""

from __future__ import annotations

import pytest

from overdue_flow.policy.load import check_policy
from overdue_flow.problems import Problem

HEAD = """language: 1
policy: small
version: 1
actions: {call: {kind: contact, params: {channel: {type: choice, of: [sms, phone]}}}}
facts: {visit_on: date, odds: number}
stages:
  a:
    start: true
    rules:
"""
TAIL = "  b: {end: true}\n  c: {end: true}\n"


def gaps(*rules: str) -> list[Problem]:
    text = HEAD + "".join(f"      - {{{rule}}}\n" for rule in rules) + TAIL
    problems = check_policy(text=text)
    assert not [problem for problem in problems if problem.refused], problems
    return [problem for problem in problems if problem.code == "gap-between-rules"]


@pytest.mark.parametrize(
    ("low", "high", "witness"),
    [
        ("dpd < 90", "dpd > 90", "dpd 90 days"),
        ("90 > dpd", "91 <= dpd", "dpd 90 days"),
        ("1 <= dpd <= 30", "dpd >= 32", "dpd 31 days"),
        ("balance < 100.00", "balance > 100.00", "balance 100.00 CNY"),
        ("dpd < 90 and plan_active", "dpd > 90", "dpd 90 days, plan_active yes"),
        ('visit_on < "2025-03-01"', 'visit_on > "2025-03-01"', "visit_on 2025-03-01"),
    ],
)
def test_a_value_that_both_leave_out_is_shown_as_a_loan(low: str, high: str, witness: str) -> None:
    (problem,) = gaps(f"id: one, when: '{low}', to: b", f"id: two, when: '{high}', to: c")
    assert problem.witness == witness
    assert problem.message == "`one` ends before and `two` begins after this loan: no rule beside them holds for it"
    assert [word for _place, word in problem.also] == ["`one`"]


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ("dpd <= 90", "dpd > 90"),
        ("dpd == 0", "dpd >= 15"),
        ("dpd == 3", "dpd == 5"),
        ("dpd <= 30", "dpd >= 33"),
        ("dpd < 90 and not plan_active", "dpd > 90 and plan_active"),
        ("odds < 0.5", "odds > 0.5"),
        ("dpd < 90", "balance > 90.00"),
    ],
)
def test_bands_that_meet_or_lie_far_apart_have_none(low: str, high: str) -> None:
    assert gaps(f"id: one, when: {low}, to: b", f"id: two, when: {high}, to: c") == []


def test_a_third_rule_may_take_the_value() -> None:
    low, high = "id: one, when: dpd < 90, to: b", "id: two, when: dpd > 90, to: c"
    assert gaps(low, high, "id: three, when: dpd == 90, to: c") == []
    assert len(gaps(low, high, "id: three, when: dpd == 90 and plan_active, to: c")) == 1


def test_what_is_done_without_moving_has_gaps_of_its_own_and_another_event_is_another_list() -> None:
    low, high = "when: dpd < 90, do: call, with: {channel: sms}", "when: dpd > 90, do: call, with: {channel: phone}"
    way = "id: way, when: balance == 0, to: b"
    (problem,) = gaps(f"id: one, {low}", f"id: two, {high}", way, "id: end, on: DebtSold, to: c")
    assert problem.witness == "dpd 90 days"
    at_events = ("id: one, on: DebtSold, when: dpd < 90, to: b", "id: two, when: dpd > 90, to: c")
    assert gaps(*at_events) == []
