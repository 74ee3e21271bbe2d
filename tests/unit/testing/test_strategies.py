"""Random lives: they make sense, they reach what a policy has, and one that breaks a claim is shown as a scenario."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from overdue_flow.cases.effects import Status
from overdue_flow.cases.evolve import evolve
from overdue_flow.engine.machine import Machine
from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Answer
from overdue_flow.testing.scenarios import run_scenario
from overdue_flow.testing.search.alphabet import ANSWERS, Alphabet
from overdue_flow.testing.strategies import Life, lives, policies, schedules
from support.small_policy import POLICY as SMALL

POLICY = load_policy(text=SMALL)
EXAMPLE = load_policy("examples/changjiang-retail/policy.yaml")
AS_DRAWN = settings(max_examples=2_000, deadline=None, phases=[Phase.generate])
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)


@given(lives(POLICY))
def test_a_life_is_what_its_scenario_says(life: Life) -> None:
    assert run_scenario(POLICY, life.scenario).difference is None


LIMITS = """limits:
  - {id: not-frail, strength: block, applies_to: {kind: contact}, when: frail}
  - {id: mondays, strength: block, applies_to: {kind: contact}, blocked_days: [tuesday, wednesday, thursday, friday]}
"""
LIMITED = load_policy(text=SMALL + LIMITS)


def test_a_life_that_ends_with_something_held_is_what_its_scenario_says() -> None:
    def holds_a_contact(life: Life) -> bool:
        return any(one.status is Status.HELD for turn in life.turns if turn.day == life.until for one in turn.effects)

    life = find(lives(LIMITED), holds_a_contact, settings=AS_DRAWN)
    assert run_scenario(LIMITED, life.scenario).difference is None


@pytest.mark.parametrize(
    ("frail", "day", "done"),
    [
        ("false", date(2025, 1, 11), [Answer("done", "remind")]),  # a Saturday
        ("false", date(2025, 1, 15), []),  # a Wednesday: it waits for Saturday
        ("true", date(2025, 1, 11), [Answer("done", "call")]),  # the message is held
    ],
)
def test_no_contact_is_made_that_is_held_or_before_its_day(frail: str, day: date, done: list[Answer]) -> None:
    given = f"{{instalments: 100.00 on {day - timedelta(days=1)}, facts: {{frail: {frail}}}}}"
    text = f"scenarios: [{{name: a loan, given: {given}, then: [{{dpd: 1, stage: early}}]}}]"
    case = run_scenario(LIMITED, *load_scenarios(text=text, policy=LIMITED)).case
    assert case is not None
    alphabet = Alphabet.of([LIMITED], [], [])
    assert [one for one in alphabet.of_kind(ANSWERS, case, day) if isinstance(one, Answer)] == done


@given(lives(EXAMPLE, days=200))
@UNHURRIED
def test_a_life_under_a_banks_policy_is_what_its_journal_says(life: Life) -> None:
    case = None
    for entry in life.entries:
        case = evolve(case, entry)
    assert case is not None
    assert case.course == life.case.course


@pytest.mark.parametrize("stage", ["current", "early", "court.waiting", "court.filed", "gone"])
def test_lives_come_to_every_stage(stage: str) -> None:
    life = find(lives(POLICY), lambda one: stage in one.stages, settings=AS_DRAWN)
    assert stage in life.stages


def test_a_hundred_lives_come_to_the_deep_stages_of_a_bank_too() -> None:
    seen: set[str] = set()

    @settings(UNHURRIED, max_examples=100, derandomize=True, database=None)
    @given(lives(EXAMPLE))
    def live(life: Life) -> None:
        seen.update(life.stages)

    live()
    assert sum(stage.startswith("legal.") for stage in seen) >= 3  # by chance alone: none of three hundred


def test_a_life_tells_its_facts_by_the_names_that_conditions_use() -> None:
    life = find(lives(POLICY), lambda one: "court.waiting" in one.stages)
    (turn,) = (turn for turn in life.turns if any(move.to_stage == "court.waiting" for move in turn.moves))
    assert life.fact("dpd", turn) == 31
    assert life.fact("stage") == life.case.course.stage
    with pytest.raises(KeyError, match="no fact `ddp`; did you mean `dpd`"):
        life.fact("ddp")


def test_a_life_that_breaks_a_claim_is_shown_as_a_scenario_that_can_be_kept() -> None:
    life = find(lives(POLICY), lambda one: any(effect.action == "file" for effect in one.effects))
    (scenario,) = load_scenarios(policy=POLICY, text=f"scenarios:{life!r}".replace("\n", "\n  "))
    assert run_scenario(POLICY, scenario).passed
    assert [step.answer.word for step in scenario.steps if step.answer] == ["approved"]
    assert len(scenario.steps) == 1


@given(policies())
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_random_policies_load_and_compile(policy: Policy) -> None:
    assert set(Machine(policy).tables) == set(policy.leaves)


def test_a_schedule_has_an_instalment_at_least() -> None:
    with pytest.raises(ValueError, match="a loan has 1 to 10000 instalments, not 0"):
        find(schedules(date(2025, 1, 1), most=0), bool)
