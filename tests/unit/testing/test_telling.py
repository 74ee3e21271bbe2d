"""A scenario that is not as expected is told with its difference, the reasons, the other days, and the story."""

from __future__ import annotations

import pytest

from overdue_flow.engine.machine import Machine
from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.testing.scenarios import ScenarioResult, run_scenario
from overdue_flow.testing.telling import as_json, other_days, told
from support.small_policy import POLICY

MACHINE = Machine(load_policy(text=POLICY))


def lived(then: str, when: str = "", more: str = "") -> ScenarioResult:
    given = "{instalments: 100.00 on 2025-01-10}"
    text = f"scenarios:\n- {{name: a loan, given: {given}, when: [{when}], then: [{then}]{more}}}\n"
    (scenario,) = load_scenarios(text=text, policy=MACHINE.policy)
    return run_scenario(MACHINE.policy, scenario, machine=MACHINE)


@pytest.mark.parametrize(
    ("then", "days"),
    [
        ("{dpd: 30, stage: court}", ["the loan would come to `court` on 2025-02-10, if nothing else happens"]),
        ("{dpd: 30, rule: to-court}", ["`to-court` would fire on 2025-02-10, if nothing else happens"]),
        ("{dpd: 2, effects: [remind]}", ["`remind` was decided on 2025-01-11"]),
        ("{dpd: 2, rule: late}", ["`late` fired on 2025-01-11"]),
        ("{dpd: 31, stage: early}", ["the loan came to `early` on 2025-01-11"]),
        ("{dpd: 31, rule: care}", []),
        ("{dpd: 31, bucket: M1}", []),
    ],
)
def test_the_other_days_on_which_it_is_so_are_told(then: str, days: list[str]) -> None:
    assert other_days(lived(then), MACHINE) == days


def test_each_road_to_a_stage_says_what_it_waits_for() -> None:
    lines = told(lived("{dpd: 41, stage: gone}", "{dpd: 41, approved: sue}"), MACHINE)
    assert "  because   won waits for JudgmentGiven" in lines


def test_the_difference_comes_first_and_the_story_last() -> None:
    lines = told(lived("{dpd: 30, stage: court}"), MACHINE)
    assert lines[0].startswith("on 2025-02-09 (scenarios.yaml:2:")
    assert lines[1:3] == ["  expected  stage `court`", "  found     `early`"]
    story = lines[lines.index("what happened until then:") + 1 :]
    assert story[0] == "  2025-01-10 00:00  LoanOpened: opened 2025-01-10, 1 instalment on 2025-01-10"
    assert lines[4].startswith("  but       the loan would come to")


def test_nothing_is_told_of_what_is_as_expected() -> None:
    assert told(lived("{dpd: 30, stage: early}"), MACHINE) == []


def test_one_that_proves_nothing_is_told_as_such() -> None:
    (line,) = told(lived("{dpd: 30, stage: early}", more=", proves: [late, care, dispute]"), MACHINE)
    assert line == "it proves nothing of care and dispute: without, all is as expected too"


def test_a_story_that_goes_otherwise_is_not_told_twice() -> None:
    lines = told(lived("{dpd: 1, story: once}"), MACHINE)
    assert "what happened until then:" not in lines
    assert "  because   -once" in lines


def test_a_result_as_json_has_it_all() -> None:
    found = as_json(lived("{dpd: 30, stage: court}"), MACHINE)
    assert (found["name"], found["file"], found["line"], found["passed"]) == ("a loan", "scenarios.yaml", 2, False)
    difference = found["difference"]
    assert (difference["on"], difference["what"], difference["found"]) == ("2025-02-09", "stage", "`early`")
    assert len(difference["why"]) == len(difference["other_days"]) == 1
    assert found["story"][0].startswith("2025-01-10 00:00  LoanOpened")
    good = as_json(lived("{dpd: 30, stage: early}"), MACHINE)
    assert (good["passed"], good["difference"], "story" in good) == (True, None, False)
