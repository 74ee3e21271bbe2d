"""For a mutant that survives, a scenario is found that would have told."""

from __future__ import annotations

import pytest

from overdue_flow.testing.mutation.telling import loan_that_tells
from overdue_flow.testing.mutation.trying import Trials
from overdue_flow.testing.scenarios import run_scenario
from overdue_flow.testing.search import Budget
from support.tried import mutant, small_suite


@pytest.fixture(scope="module")
def trials() -> Trials:
    return Trials(small_suite())


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("early.on_enter[0]", "is taken out"),  # lived otherwise already, and nobody looks
        ("early.on_enter[0]", "`purpose` `collect` becomes `inform`"),
        ("sue", "is without `approve: counsel`"),
        ("won", "is taken out"),
        ("won", "`to` `gone` becomes `current`"),
        ("sue", "is taken out"),
        ("dispute", "`stops` is without `contact`"),
    ],
)
def test_the_loan_passes_under_the_policy_and_fails_under_the_mutant(trials: Trials, part: str, said: str) -> None:
    changed = mutant(trials, part, said)
    outcome = trials.of(changed)
    assert outcome.verdict == "survives"
    found = loan_that_tells(trials, changed, outcome)
    assert found is not None
    assert run_scenario(trials.policy, found.scenario).passed
    assert found.otherwise == str(run_scenario(changed.policy, found.scenario).difference)


def test_a_scenario_that_lives_otherwise_keeps_its_steps_and_name(trials: Trials) -> None:
    changed = mutant(trials, "early.on_enter[0]", "is taken out")
    found = loan_that_tells(trials, changed, trials.of(changed))
    assert found is not None
    assert found.scenario.name == "a loan that is not paid goes on to court"
    (expected,) = found.scenario.expects
    assert [one.action for one in expected.effects] == ["remind"]


def test_where_there_is_none_none_is_found(trials: Trials) -> None:
    """A rule says nothing in the stage to which it leads."""
    changed = mutant(trials, "cured", "is without `except: gone`")
    assert loan_that_tells(trials, changed, trials.of(changed), Budget(300)) is None
