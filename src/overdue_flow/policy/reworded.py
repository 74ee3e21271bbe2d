"""Conditions of two versions that are written otherwise: whether the same loans meet both, and that is proved.

Nothing is taken for granted of how facts hang together: what is proved holds whatever the versions say of a fact. A
condition that reads a fact which one of them does not have, or has otherwise, is left undecided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, NamedTuple, TypeAlias

from overdue_flow.guards.grid import BoundsOf, usual_bounds
from overdue_flow.guards.prove import Prover
from overdue_flow.guards.tree import All, AnyOf, Comparison, Condition, Constant, Guard, Not, OneOf, Read
from overdue_flow.guards.vocabulary import Kind, Vocabulary
from overdue_flow.policy.parts import Part
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.sense import bounds_in
from overdue_flow.problems import Place

Wording: TypeAlias = Literal["other", "same", "renamed"]
"""What a condition that is written otherwise says: something else, as far as is known; the same; the same, where only
stages have other names."""


class ConditionOf(NamedTuple):
    """A condition (None: it always holds), and what it may speak of."""

    guard: Guard | None
    words: Vocabulary


def condition_of(policy: Policy, kind: str, name: str, line: str, place: Place | None) -> ConditionOf | None:
    """The condition that a line of a part is; None for a line that is none. A thing done on entry or in a rhythm is
    found by its place."""
    words = policy.vocabulary
    match kind, line:
        case "rules", "when":
            rule = policy.rule(name)
            return ConditionOf(rule.guard, policy.vocabulary_on(rule.on))
        case "limits", "when":
            return next(ConditionOf(limit.guard, words) for limit in policy.limits if limit.id == name)
        case "marks", "when":
            return next(ConditionOf(mark.when, words) for mark in policy.marks if mark.name == name)
        case "marks", "until":
            return next(ConditionOf(mark.until, words) for mark in policy.marks if mark.name == name)
        case "never", "that":
            return next(ConditionOf(one.guard, policy.never_vocabulary) for one in policy.never if one.id == name)
        case "on_enter", "when":
            tasks = (task for stage in policy.stages.values() for task in stage.on_enter)
            return next((ConditionOf(task.guard, words) for task in tasks if task.place == place), None)
        case "every", "when":
            beats = (beat for stage in policy.stages.values() for beat in stage.beats)
            return next((ConditionOf(beat.guard, words) for beat in beats if beat.task.place == place), None)
    return None


def wording_of(old: Policy, new: Policy, was: Part, is_: Part, line: str, renamed: Mapping[str, str]) -> Wording:
    """What a line that is written otherwise in the new version says; `other` where it is no condition."""
    before = condition_of(old, was.kind, was.name, line, old.places.get(was.path))
    after = condition_of(new, is_.kind, is_.name, line, new.places.get(is_.path))
    if before is None or after is None or not _same_facts(before, after):
        return "other"
    earlier = _in_new_names(before.guard.tree, renamed) if before.guard is not None else None
    later = _in_new_names(after.guard.tree, {}) if after.guard is not None else None
    if renamed and earlier == later and before.guard is not None and "stage" in before.guard.names:
        return "renamed"
    asked = [tree for tree in (earlier, later) if tree is not None]
    prover = Prover(after.words, asked, bounds=_bounds(old, new))
    return "same" if prover.same(earlier, later).proved else "other"


def _same_facts(before: ConditionOf, after: ConditionOf) -> bool:
    """Whether both versions have the facts that the two conditions read, of one type. Stages may have come and gone."""
    names = frozenset[str]().union(*(one.guard.names for one in (before, after) if one.guard is not None))
    if not names <= before.words.keys() & after.words.keys():
        return False
    pairs = [(before.words[name], after.words[name]) for name in names]
    return all(
        one.kind is other.kind
        and (one.unit, one.may_be_missing) == (other.unit, other.may_be_missing)
        and (one.kind is Kind.STAGE or one.choices == other.choices)
        for one, other in pairs
    )


def _in_new_names(condition: Condition, renamed: Mapping[str, str]) -> Condition:
    """A condition with the stages that it names called as they are now, however they are grouped in its text."""
    match condition:
        case All(parts=parts) | AnyOf(parts=parts):
            return replace(condition, parts=tuple(_in_new_names(part, renamed) for part in parts))
        case Not(part=part):
            return Not(_in_new_names(part, renamed))
        case OneOf(kind=Kind.STAGE, values=values):
            now = tuple(sorted(renamed.get(str(value), str(value)) for value in values))
            return replace(condition, values=now, said=())
        case Comparison(kind=Kind.STAGE, left=left, right=right):
            return replace(condition, left=_side(left, renamed), right=_side(right, renamed))
    return condition


def _side(term: object, renamed: Mapping[str, str]) -> Read | Constant:
    """One side of a comparison of stages: the fact, or a stage."""
    assert isinstance(term, Read | Constant), "stages are compared as they are"
    return replace(term, value=renamed.get(str(term.value), term.value)) if isinstance(term, Constant) else term


def _bounds(old: Policy, new: Policy) -> BoundsOf:
    """What values facts can have; of money nothing is known where the two count in different currencies."""
    alike = old.terms.currency == new.terms.currency
    return bounds_in(new.terms.currency) if alike else usual_bounds


__all__ = ["ConditionOf", "Wording", "condition_of", "wording_of"]
