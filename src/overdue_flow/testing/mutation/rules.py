"""What can be changed in a rule: whether it is there, its condition, when it applies, where it leads, who approves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from overdue_flow.guards.check import read_guard
from overdue_flow.policy.policy import Policy, Rule
from overdue_flow.testing.mutation.change import Change, dropped, one_off, taken_out, turned
from overdue_flow.testing.mutation.conditions import condition_changes
from overdue_flow.testing.mutation.tasks import asked_changes


def rule_changes(rule: Rule, policy: Policy) -> Iterator[Change[Rule | None]]:
    """Every change of a rule of the policy."""
    yield taken_out("rule")
    yield from _condition(rule, policy)
    yield from _when_it_applies(rule, policy)
    if rule.to is not None:
        other = _another_stage(rule, policy)
        if other is not None:
            yield turned("road", rule.to, other, replace(rule, to=policy.leaf_of(other)), "to")
    yield from _approval(rule)
    if rule.task is not None:
        for change in asked_changes(rule.task, policy.vocabulary_on(rule.on)):
            yield change.to(lambda task: replace(rule, task=task))


def _condition(rule: Rule, policy: Policy) -> Iterator[Change[Rule]]:
    for change in condition_changes(rule.guard, policy.vocabulary_on(rule.on)):
        yield change.to(lambda guard: replace(rule, guard=guard))
    if rule.guard is not None:
        yield dropped("condition", f"when: {rule.guard.text}", replace(rule, guard=None))
        # without its event the condition must make sense still
        if rule.on is not None and (guard := read_guard(rule.guard.text, policy.vocabulary).guard) is not None:
            yield dropped("road", f"on: {rule.on}", replace(rule, on=None, guard=guard))


def _when_it_applies(rule: Rule, policy: Policy) -> Iterator[Change[Rule]]:
    for owner in _excepted(rule, policy):
        inside = {leaf for leaf in policy.leaves if owner in policy.stages[leaf].owners}
        yield dropped("road", f"except: {owner}", replace(rule, excepted=rule.excepted - inside))
    if rule.once is not None:
        yield dropped("road", f"once: {rule.once}", replace(rule, once=None))
    if rule.step:
        yield dropped("road", "step: true", replace(rule, step=False))


def _excepted(rule: Rule, policy: Policy) -> Iterator[str]:
    """The stages in which a rule does not apply, and groups where that goes for all that is inside."""
    for path, stage in policy.stages.items():
        inside = [leaf for leaf in policy.leaves if path in policy.stages[leaf].owners]
        above = [owner for owner in stage.owners if owner != path]
        covered = any(_is_excepted(rule, owner, policy) for owner in above)
        if inside and not covered and rule.excepted.issuperset(inside):
            yield path


def _is_excepted(rule: Rule, owner: str, policy: Policy) -> bool:
    return all(leaf in rule.excepted for leaf in policy.leaves if owner in policy.stages[leaf].owners)


def _another_stage(rule: Rule, policy: Policy) -> str | None:
    """The next stage of the file that the rule neither leads to nor stands in, as a person would write it: by the
    outermost group that begins with it. So it has the same name where a group is divided further, or is not."""
    leaves = policy.leaves
    start = leaves.index(rule.to) + 1 if rule.to in leaves else 0
    others = (leaf for leaf in (*leaves[start:], *leaves[:start]) if leaf not in (rule.to, rule.owner))
    other = next(others, None)
    return other and next(path for path in policy.stages[other].owners if policy.leaf_of(path) == other)


def _approval(rule: Rule) -> Iterator[Change[Rule]]:
    if rule.approve is not None:
        yield dropped("approval", f"approve: {rule.approve}", replace(rule, approve=None, ask_again_after=None))
    for change in one_off("approval", "ask_again_after", rule.ask_again_after, 1):
        yield change.to(lambda span: replace(rule, ask_again_after=span))
