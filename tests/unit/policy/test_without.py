"""A part of a policy is taken out wherever it stands, and nothing else is."""

from __future__ import annotations

import pytest

from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.without import parts_of, without
from support.small_policy import POLICY

MORE = """\
promises: {stops: court}
plans: {stops: court}
limits:
  - {id: night, strength: block, applies_to: {kind: contact}, outside: "08:00-22:00"}
never:
  - {id: no-early-court, that: stage in court and dpd <= 30, on_entry: true}
"""
LADDERS = POLICY.replace(
    "rules: [{id: sue, ",
    """every: [{each: 7 days, do: call, with: {role: agent}}]
        rules:
          - {id: reach, when: dpd > 35, ladder: [{do: remind, with: {channel: sms}}, {do: call, with: {role: agent}}]}
          - {id: sue, """,
).replace("because: worth it}]", "because: worth it}")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(text=POLICY + MORE)


def test_every_part_has_its_name(policy: Policy) -> None:
    named = {
        *("cured", "care", "late", "seen", "to-court", "sue", "won"),
        *("remind", "call", "file", "night", "no-early-court", "dispute", "promises", "plans"),
    }
    assert named <= parts_of(policy)


@pytest.mark.parametrize("name", ["cured", "care", "late", "seen", "to-court", "sue", "won"])
def test_a_rule_is_gone_and_the_others_stay(policy: Policy, name: str) -> None:
    left = {rule.id for rule in without(policy, name).rules}
    assert left == {rule.id for rule in policy.rules} - {name}


def test_with_an_action_goes_all_that_asks_for_it(policy: Policy) -> None:
    left = without(policy, "call")
    assert {rule.id for rule in policy.rules} - {rule.id for rule in left.rules} == {"care", "seen"}
    assert [task.action for task in left.tasks] == ["remind", "file"]
    assert [task.action for task in without(policy, "remind").tasks] == ["call", "call", "file"]


def test_a_rule_that_moves_a_loan_stays_when_an_action_goes(policy: Policy) -> None:
    assert {rule.id for rule in without(policy, "file").rules} == {rule.id for rule in policy.rules}


def test_one_thing_to_do_is_gone_by_its_own_name(policy: Policy) -> None:
    (task,) = policy.stages["early"].on_enter
    left = without(policy, task.id)
    assert left.stages["early"].on_enter == ()
    assert left.stages["court.filed"].on_enter == policy.stages["court.filed"].on_enter


def test_limits_clauses_holds_and_what_is_stopped(policy: Policy) -> None:
    assert without(policy, "night").limits == ()
    assert without(policy, "no-early-court").never == ()
    assert dict(without(policy, "dispute").holds) == {}
    left = without(policy, "promises")
    assert (left.promises_stop, left.plans_stop) == (frozenset(), policy.plans_stop)
    left = without(policy, "plans")
    assert (left.promises_stop, left.plans_stop) == (policy.promises_stop, frozenset())


def test_of_a_ladder_the_other_rungs_are_left_and_a_rhythm_may_go_whole() -> None:
    policy = load_policy(text=LADDERS)
    left = without(policy, "call")
    (ladder,) = (task for task in left.tasks if task.ladder)
    assert [rung.action for rung in ladder.ladder] == ["remind"]
    assert left.stages["court.waiting"].beats == ()
    one_rung = load_policy(text=LADDERS.replace(", {do: call, with: {role: agent}}]", "]"))
    assert "reach" not in {rule.id for rule in without(one_rung, "remind").rules}


def test_what_follows_a_deadline_goes_alone() -> None:
    text = POLICY.replace(
        "do: file, with: {role: agent}",
        "do: file, with: {role: agent}, within: 2 days, else: {id: late-filing, do: call, with: {role: boss}}",
    )
    policy = load_policy(text=text)
    (task,) = without(policy, "late-filing").stages["court.filed"].on_enter
    assert (task.action, task.otherwise) == ("file", None)


def test_what_no_part_is_called_cannot_be_taken_out(policy: Policy) -> None:
    with pytest.raises(KeyError, match="nonsense"):
        without(policy, "nonsense")
