"""A mutant is noticed by a scenario that fails under it; what nobody looks at is told all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from overdue_flow.policy.load import load_scenarios
from overdue_flow.testing.coverage.suites import Suite
from overdue_flow.testing.mutation.trying import Trials, Unseen, stages_of, where_it_matters
from support.tried import mutant, outcome_of, small_suite


@pytest.fixture(scope="module")
def trials() -> Trials:
    return Trials(small_suite())


@pytest.mark.parametrize(
    ("part", "said", "by"),
    [
        ("late", "`dpd >= 1` becomes `dpd > 1`", "a loan that is not paid goes on to court"),
        ("to-court", "`dpd > 30` becomes `dpd > 31`", "a loan that is not paid goes on to court"),
        ("to-court", "`dpd > 30` becomes `dpd >= 30`", "a loan that is not paid goes on to court"),
        ("care", "is taken out", "who is frail is called"),
        ("cured", "is taken out", "who has paid is current again"),
    ],
)
def test_it_is_noticed_by_the_scenario_that_fails(trials: Trials, part: str, said: str, by: str) -> None:
    found = outcome_of(trials, part, said)
    assert (found.verdict, found.by, found.of) == ("noticed", by, "small.yaml")


def test_what_nobody_looks_at_survives_and_the_day_is_told(trials: Trials) -> None:
    """The reminder goes out in every scenario, and none expects it."""
    found = outcome_of(trials, "early.on_enter[0]", "is taken out")
    assert found.verdict == "survives"
    assert found.unseen == Unseen("a loan that is not paid goes on to court", date(2025, 1, 11))


def test_what_nobody_reaches_survives(trials: Trials) -> None:
    found = outcome_of(trials, "won", "is taken out")
    assert (found.verdict, found.unseen) == ("survives", None)


def test_what_no_loan_can_tell_is_no_survivor(trials: Trials) -> None:
    assert outcome_of(trials, "cured", "is without `except: gone`").verdict == "same"


def test_a_scenario_that_fails_as_it_is_notices_nothing() -> None:
    suite = small_suite()
    text = """\
scenarios:
  - name: wrong
    given: {instalments: [{due_on: 2025-01-10, amount: 100.00}]}
    then: [{on: 2025-01-11, stage: current}]
"""
    wrong = load_scenarios(text=text, policy=suite.policy)
    trials = Trials(Suite(suite.name, suite.policy, wrong))
    assert [result.scenario.name for result in trials.failing] == ["wrong"]
    assert outcome_of(trials, "late", "is taken out").verdict == "survives"


def test_a_scenario_that_proves_the_part_is_tried_first() -> None:
    suite = small_suite()
    last = replace(suite.scenarios[0], name="says so", proves=("late",))
    trials = Trials(replace(suite, scenarios=(*suite.scenarios, last)))
    assert outcome_of(trials, "late", "is taken out").by == "says so"


def test_a_mutant_matters_where_its_part_applies(trials: Trials) -> None:
    def where(part: str, said: str) -> frozenset[str] | None:
        return where_it_matters(trials.policy, mutant(trials, part, said).policy)

    assert where("to-court", "is taken out") == {"early"}
    assert where("cured", "is without `except: court`") == {"court.waiting", "court.filed"}
    assert where("early.on_enter[0]", "is taken out") == {"early"}
    assert where("dispute", "is taken out") is None
    assert where("M1", "`its end` `30` becomes `31`") is None


def test_the_stages_that_a_loan_comes_through_are_those_of_its_moves(trials: Trials) -> None:
    assert stages_of(trials.lived[0].entries) == {"current", "early", "court.waiting"}
