"""Marks that can never begin or never end are found, and marks are understood where rules are looked through."""

from __future__ import annotations

import pytest

from support.road import one_stage, road_policy

ROAD = """
  calm: {{start: true, rules: [{{id: late, when: {late}, to: late}}]}}
  late: {{rules: [{{id: cured, when: {cured}, to: calm}}, {{id: end, when: dpd > 300, to: gone}}]}}
  gone: {{end: true}}
"""


def found(marks: str, stages: str = "", **sections: str) -> list[tuple[str, str]]:
    policy = road_policy(stages or one_stage(), marks=marks, **sections)
    return [(one.code, one.message) for one in policy.findings if not one.code.startswith("unused")]


def of_marks(marks: str) -> list[str]:
    return [message for code, message in found(marks) if code.startswith("mark")]


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ("when: dpd > 30 and dpd < 10", "begin: no loan meets its condition"),
        ("when: dpd > 30, until: dpd > 10", "begin: where its condition holds, its end holds too"),
        ("when: dpd > 30, until: not mark_a", "begin: where its condition holds, its end holds too"),
        ("when: dpd > 30, until: dpd < 0", "end: no loan meets its end"),
        ("when: dpd > 30, until: days_since_mark_a_ended > 3", "end: no loan meets its end"),
        ("when: dpd >= 0", "end: its condition always holds"),
        ("when: dpd > 30 or borrower_marked_a", "end: its condition always holds"),
        ("when: dpd > 30, until: dpd == 0 and not borrower_marked_a", "end: no loan meets its end"),
    ],
)
def test_a_mark_that_never_begins_or_never_ends_is_found(mark: str, message: str) -> None:
    assert f"the mark `a` can never {message}" in of_marks(f"{{a: {{{mark}}}}}")


@pytest.mark.parametrize(
    "mark",
    [
        "when: dpd > 30",
        "when: dpd > 30, until: arrears_cleared",
        "when: dpd > 30 or borrower_marked_a, until: borrower_arrears_cleared",
        "when: dpd > 30, until: days_since_mark_a >= 90 and arrears_cleared",
        "when: overdue_amount > 0.5 * balance, until: balance == 0",
        "when: hold_dispute, until: days_since_mark_a > 3 or not hold_dispute",
    ],
)
def test_one_that_does_both_is_not(mark: str) -> None:
    assert of_marks(f"{{a: {{{mark}}}}}") == []


# --- rules that read marks ---


def test_a_mark_that_stands_while_its_condition_holds_means_that_condition() -> None:
    """So rules on it are known to exclude others, to come in time, and to move on a loan that owes nothing."""
    stages = ROAD.format(late="mark_late", cured="not mark_late")
    stages = stages.replace("late: {rules", "late: {on_enter: [{do: call}], rules")
    assert found("{some: {when: dpd > 0}, late: {when: mark_some and dpd > 5}}", stages) == []


def test_one_that_sticks_may_stand_whatever_its_condition_says() -> None:
    stages = ROAD.format(late="mark_late", cured="arrears_cleared")
    problems = found("{late: {when: dpd > 5, until: balance == 0}}", stages)
    assert [code for code, _message in problems] == ["chasing-rules"]


def test_a_silent_borrower_comes_under_a_mark_in_time() -> None:
    stages = ROAD.format(late="mark_late", cured="arrears_cleared and not mark_late")
    assert found("{late: {when: dpd > 5, until: balance == 0}}", stages) == []
    of_a_hold = found("{late: {when: hold_dispute, until: balance == 0}}", stages)
    assert [code for code, _message in of_a_hold] == ["silent-rest"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mark_a", "days_since_mark_a is None"),
        ("not mark_a", "days_since_mark_a >= 3"),
        ("mark_a", "days_since_mark_a_ended >= 3"),
        ("not mark_a", 'classified_as == "a"'),
        ("mark_a", "classified_as is None"),
    ],
)
def test_the_facts_of_a_mark_are_known_to_agree(one: str, other: str) -> None:
    rules = f"{{id: one, when: {one}, to: gone}}, {{id: other, when: '{other}', to: wait}}"
    stages = f"""
  calm: {{start: true, rules: [{rules}]}}
  wait: {{rules: [{{id: on, when: dpd > 300, to: gone}}]}}
  gone: {{end: true}}
"""
    problems = found("{a: {when: dpd > 5, until: balance == 0}}", stages)
    assert "overlapping-rules" not in [code for code, _message in problems]
