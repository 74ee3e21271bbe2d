"""Law: policies round-trip. Load, dump, load is the same policy."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given

from overdue_flow.policy.dump import dump_policy
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.strategies.policies import policy_texts


def shape(policy: Policy) -> object:
    """All that the engine reads of a policy, places left out."""
    rules = [
        (
            rule.id, rule.owner, rule.on, rule.guard, rule.to, rule.excepted, rule.step, rule.approve,
            rule.ask_again_after, rule.once, rule.because,
            rule.task and (rule.task.action, rule.task.params, rule.task.after, rule.task.within),
        )
        for rule in policy.rules
    ]  # fmt: skip
    stages = [
        (stage.path, stage.owners, stage.first, stage.start, stage.end, [task.id for task in stage.on_enter],
         [(beat.each, beat.task.id, beat.guard) for beat in stage.beats])
        for stage in policy.stages.values()
    ]  # fmt: skip
    never = [(clause.id, clause.guard, clause.on_entry) for clause in policy.never]
    return rules, stages, never, policy.terms, policy.start, policy.buckets, policy.in_force, sorted(policy.vocabulary)


def assert_round_trip(policy: Policy) -> None:
    again = load_policy(text=dump_policy(policy))
    assert again == policy
    assert shape(again) == shape(policy)
    assert dump_policy(again) == dump_policy(policy)


@given(policy_texts())
def test_load_dump_load_is_the_same_policy(text: str) -> None:
    assert_round_trip(load_policy(text=text))


def test_the_policy_of_the_example_survives_the_round_trip(examples: Path) -> None:
    assert_round_trip(load_policy(examples / "changjiang-retail" / "policy.yaml"))
