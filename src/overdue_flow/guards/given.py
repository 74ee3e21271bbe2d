"""A condition where some facts are known: what is left of it to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from overdue_flow.guards.evaluate import holds
from overdue_flow.guards.tree import All, AnyOf, Condition, Not, names_of
from overdue_flow.guards.vocabulary import Value

HOLDS: Condition = All(())
"""What holds for every loan."""

FAILS: Condition = AnyOf(())
"""What holds for none."""


def given(condition: Condition, known: Mapping[str, Value | None]) -> Condition:
    """A condition for loans whose `known` facts are these. A part that compares one of them with another fact stays as
    it is."""
    match condition:
        case All(parts=parts):
            return _joined(condition, [given(part, known) for part in parts], ends=FAILS)
        case AnyOf(parts=parts):
            return _joined(condition, [given(part, known) for part in parts], ends=HOLDS)
        case Not(part=part):
            inner = given(part, known)
            if inner in (HOLDS, FAILS):
                return HOLDS if inner == FAILS else FAILS
            return condition if inner is part else Not(inner)
    if not names_of(condition) <= known.keys():
        return condition
    return HOLDS if holds(condition, known.__getitem__) else FAILS


def _joined(whole: All | AnyOf, parts: list[Condition], *, ends: Condition) -> Condition:
    """`and` ends with a part that never holds, `or` with one that always does; the opposite says nothing."""
    nothing = FAILS if ends == HOLDS else HOLDS
    if ends in parts:
        return ends
    left = tuple(part for part in parts if part != nothing)
    if len(left) == len(whole.parts) and all(one is other for one, other in zip(left, whole.parts, strict=True)):
        return whole
    if not left:
        return nothing
    return left[0] if len(left) == 1 else replace(whole, parts=left)
