"""A policy with one thing taken out of it: what a scenario that is to prove that thing is tried on.

Taken out can be a rule, something to do by its id or by its action (then wherever it is asked for: the hook's work is
gone), a limit, a `never` clause, a kind of hold, a mark, the `authority` of all roles, and what open `promises` or kept
`plans` stop. What stands under a name is taken out everywhere. The policy that is left is for trying only: a stage may
have lost its way in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from overdue_flow.policy.policy import Policy, Rule, Stage, Task

STOPS = ("promises", "plans")
"""What an open promise, and a plan that is kept, stop: sections that can be taken out whole."""


def parts_of(policy: Policy) -> frozenset[str]:
    """Every name under which something can be taken out."""
    return frozenset(_names(policy))


def _names(policy: Policy) -> Iterator[str]:
    yield from (rule.id for rule in policy.rules)
    for task in policy.tasks:
        yield from (task.id, task.action)
        yield from (rung.action for rung in task.ladder)
    yield from policy.limit_ids
    yield from (clause.id for clause in policy.never)
    yield from policy.holds
    yield from (mark.name for mark in policy.marks)
    yield from (word for word, stops in zip(STOPS, (policy.promises_stop, policy.plans_stop), strict=True) if stops)
    yield from ("authority",) if policy.authority else ()


def without(policy: Policy, name: str) -> Policy:
    """`policy` without what is called `name`; KeyError where nothing is."""
    if name not in parts_of(policy):
        raise KeyError(name)
    return replace(
        policy,
        everywhere=_rules(policy.everywhere, name),
        stages={path: _stage(stage, name) for path, stage in policy.stages.items()},
        limits=tuple(limit for limit in policy.limits if limit.id != name),
        never=tuple(clause for clause in policy.never if clause.id != name),
        holds={kind: hold for kind, hold in policy.holds.items() if kind != name},
        marks=tuple(mark for mark in policy.marks if mark.name != name),
        promises_stop=frozenset() if name == "promises" else policy.promises_stop,
        plans_stop=frozenset() if name == "plans" else policy.plans_stop,
        authority=() if name == "authority" else policy.authority,
    )


def _stage(stage: Stage, name: str) -> Stage:
    beats = ((beat, _task(beat.task, name)) for beat in stage.beats)
    return replace(
        stage,
        rules=_rules(stage.rules, name),
        on_enter=tuple(left for task in stage.on_enter if (left := _task(task, name)) is not None),
        beats=tuple(replace(beat, task=left) for beat, left in beats if left is not None),
    )


def _rules(rules: tuple[Rule, ...], name: str) -> tuple[Rule, ...]:
    """The rules that are left: one that asks for what is gone is gone too."""
    left = []
    for rule in rules:
        task = rule.task and _task(rule.task, name)
        if rule.id != name and (task is not None or rule.to is not None):
            left.append(rule if task is rule.task else replace(rule, task=task))
    return tuple(left)


def _task(task: Task, name: str) -> Task | None:
    """What is left of something to do: of a ladder its other rungs; None for nothing."""
    rungs = tuple(rung for rung in task.ladder if rung.action != name)
    if name in (task.id, task.action) or (task.ladder and not rungs):
        return None
    otherwise = task.otherwise and _task(task.otherwise, name)
    return replace(task, ladder=rungs, otherwise=otherwise)
