"""Scenarios of marks: those that stand, those that a loan on its way brings along, and what proves a mark."""

from __future__ import annotations

import pytest

from overdue_flow.errors import ScenarioError
from overdue_flow.policy.load import load_scenarios
from overdue_flow.testing.scenarios import ScenarioResult, run_scenario
from support.road import one_stage, road_policy

POLICY = road_policy(
    one_stage(),
    marks="{overdue: {when: dpd > 0}, npa: {when: dpd > 90, until: arrears_cleared}, large: {when: balance > 500}}",
)
LOAN = "instalments: [{due_on: 2025-01-10, amount: 100.00}]"


def lived(then: str, given: str = LOAN, proves: str = "[]") -> ScenarioResult:
    text = f"scenarios: [{{name: a loan, given: {{{given}}}, then: [{then}], proves: {proves}}}]"
    (scenario,) = load_scenarios(text=text, policy=POLICY)
    return run_scenario(POLICY, scenario)


@pytest.mark.parametrize(
    "then",
    [
        "{on: 2025-01-10, marks: []}",
        "{on: 2025-01-11, marks: overdue}",
        "{on: 2025-04-11, marks: [npa, overdue]}",
        "{on: 2025-04-11, facts: {mark_npa: true, classified_as: npa, days_since_mark_overdue: 90}}",
    ],
)
def test_the_marks_that_stand_are_all_that_are_expected(then: str) -> None:
    assert lived(then).passed


@pytest.mark.parametrize(
    ("then", "expected", "found"),
    [
        ("{on: 2025-04-11, marks: npa}", "`npa`", "`overdue`, `npa`"),
        ("{on: 2025-04-10, marks: []}", "none", "`overdue`"),
        ("{on: 2025-04-10, marks: [overdue, npa]}", "`overdue`, `npa`", "`overdue`"),
    ],
)
def test_one_that_stands_or_does_not_is_told_with_what_it_waits_for(then: str, expected: str, found: str) -> None:
    difference = lived(then).difference
    assert difference is not None
    assert (difference.what, difference.expected, difference.found) == ("marks", expected, found)


def test_the_reason_names_the_marks_that_differ_alone() -> None:
    difference = lived("{on: 2025-04-10, marks: [overdue, npa]}").difference
    assert difference is not None
    assert difference.why == (
        "npa does not stand\n  begins: not yet  days past due is more than 90: now 90 days, from 2025-04-11"
    )


def test_a_loan_on_its_way_brings_its_marks_along() -> None:
    given = "stage: calm, opened_on: 2025-03-01, instalments: [{due_on: 2025-02-20, amount: 100.00}]"
    assert lived("{on: 2025-03-01, marks: [overdue]}", given).passed
    then = "{on: 2025-03-01, marks: [overdue, npa], facts: {days_since_mark_npa: 14}}"
    assert lived(then, f"{given}, marks: {{npa: 2025-02-15}}").passed


def test_a_mark_is_proved_by_what_fails_without_it() -> None:
    assert lived("{on: 2025-04-11, marks: [npa, overdue]}", proves="npa").passed
    assert lived("{on: 2025-04-11, marks: [npa, overdue]}", proves="large").unproved == ("large",)


@pytest.mark.parametrize(
    ("given", "then", "message"),
    [
        (LOAN, "{on: 2025-01-10, marks: [npl]}", "there is no mark `npl`"),
        (f"{LOAN}, stage: calm, marks: {{npl: 2025-01-01}}", "{on: 2025-01-10, stage: calm}", "there is no mark `npl`"),
        (
            f"{LOAN}, marks: {{npa: 2025-01-01}}",
            "{on: 2025-01-10, stage: calm}",
            "`marks` are those of a loan that is on its way already, and there is no `stage`",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(given: str, then: str, message: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        lived(then, given)
    assert [problem.message for problem in refused.value.problems] == [message]
