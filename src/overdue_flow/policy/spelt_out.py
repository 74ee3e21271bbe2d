"""A policy for looking through: where a condition names a mark that stands just as long as its own condition holds,
that condition stands in its place. So a search among loans knows what such a mark means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from overdue_flow.guards.tree import All, AnyOf, Condition, Flag, Guard, Not, names_of
from overdue_flow.policy.policy import Beat, Mark, Policy, Rule, Stage, Task

Meanings = Mapping[str, Condition]
"""What flags of marks stand for, by name."""


def spelt_out(policy: Policy) -> Policy:
    """`policy` with such marks written out in its rules, limits and clauses; the same one where it has none."""
    said = meanings(tuple(mark for mark in policy.marks if not mark.ends_apart))
    if not said:
        return policy
    return replace(
        policy,
        everywhere=_rules(policy.everywhere, said),
        stages={path: _stage(stage, said) for path, stage in policy.stages.items()},
        limits=tuple(replace(limit, guard=spell(limit.guard, said)) for limit in policy.limits),
        never=tuple(replace(clause, guard=spell(clause.guard, said) or clause.guard) for clause in policy.never),
    )


def meanings(marks: tuple[Mark, ...]) -> Meanings:
    """The conditions of marks by the names of their flags, those above written out in those below."""
    said: dict[str, Condition] = {}
    for mark in marks:
        said[f"mark_{mark.name}"] = _spell(mark.when.tree, said)
    return said


def spell(guard: Guard | None, said: Meanings) -> Guard | None:
    """A guard with its marks written out."""
    if guard is None or guard.names.isdisjoint(said):
        return guard
    tree = _spell(guard.tree, said)
    return Guard(guard.text, tree, names_of(tree), guard.currencies)


def _spell(condition: Condition, said: Meanings) -> Condition:
    match condition:
        case All(parts=parts):
            return replace(condition, parts=tuple(_spell(part, said) for part in parts))
        case AnyOf(parts=parts):
            return replace(condition, parts=tuple(_spell(part, said) for part in parts))
        case Not(part=part):
            return replace(condition, part=_spell(part, said))
        case Flag(name=name):
            return said.get(name, condition)
        case _:
            return condition


def _stage(stage: Stage, said: Meanings) -> Stage:
    return replace(
        stage,
        rules=_rules(stage.rules, said),
        on_enter=tuple(_task(task, said) for task in stage.on_enter),
        beats=tuple(Beat(beat.each, _task(beat.task, said), spell(beat.guard, said)) for beat in stage.beats),
    )


def _rules(rules: tuple[Rule, ...], said: Meanings) -> tuple[Rule, ...]:
    return tuple(replace(rule, guard=spell(rule.guard, said)) for rule in rules)


def _task(task: Task, said: Meanings) -> Task:
    return replace(task, guard=spell(task.guard, said))
