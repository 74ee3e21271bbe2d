"""A guard as it would be if every part that reads certain facts turned out well: `evaluate.possible` as a guard of its
own, to be compiled once."""

from __future__ import annotations

from dataclasses import replace

from overdue_flow.guards.tree import All, AnyOf, Condition, Guard, Missing, Not, names_of


def at_best(guard: Guard, unknown: frozenset[str]) -> Guard | bool:
    """What must hold for `guard` to hold, whatever the `unknown` facts are: a guard over the others, or True or False
    where nothing else matters. It says what `evaluate.possible` says, in all cases."""
    tree = _hoped(guard.tree, unknown, good=True)
    return tree if isinstance(tree, bool) else replace(guard, tree=tree, names=names_of(tree))


def _hoped(condition: Condition, unknown: frozenset[str], *, good: bool) -> Condition | bool:
    """A part, where its being `good` is what one hopes for. A comparison that also reads a fact which is missing fails
    in any case."""
    match condition:
        case All(parts=parts):
            return _joined(condition, [_hoped(part, unknown, good=good) for part in parts], ends=False)
        case AnyOf(parts=parts):
            return _joined(condition, [_hoped(part, unknown, good=good) for part in parts], ends=True)
        case Not(part=part):
            inner = _hoped(part, unknown, good=not good)
            return not inner if isinstance(inner, bool) else replace(condition, part=inner)
    names = names_of(condition)
    if not names & unknown:
        return condition
    others = sorted(names - unknown)
    if not good or not others:
        return good
    there = tuple(Missing(name, negated=True) for name in others)
    return there[0] if len(there) == 1 else All(there)


def _joined(whole: All | AnyOf, parts: list[Condition | bool], *, ends: bool) -> Condition | bool:
    """`and` ends with the first part that is false, `or` with the first that is true; others that are known say
    nothing."""
    if any(part is ends for part in parts):
        return ends
    left = tuple(part for part in parts if not isinstance(part, bool))
    if not left:
        return not ends
    return left[0] if len(left) == 1 else replace(whole, parts=left)
