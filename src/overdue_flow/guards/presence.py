"""Where `not` stands over a fact that may be missing, and nobody asked whether it is.

A comparison with a missing fact is false, so `not (x > 5)` is true for a loan that has no `x`. Whoever wrote it may
not have meant that; so it is refused until the guard says what is meant. A fact counts as **tested** for a part when

- the part is joined by `and`, at its own level or further out, to an `x is not None` (before or after it), or
- it is joined by `or`, at its own level or further out, to an `x is None` (before or after it).

In `x is not None and not (x > 5)` and in `not (x is None or x > 5)` a missing `x` gives false; in
`not (x is not None and x > 5)` and in `x is None or not (x > 5)` it gives true. All four say which.
Only `is None` and `is not None` test: `x > 3 and not (x > 5)` is refused too, short of a test.
"""

from __future__ import annotations

from collections.abc import Iterable

from overdue_flow.guards.tree import All, AnyOf, Atom, Condition, Missing, Not, names_of


def untested(condition: Condition, may_be_missing: frozenset[str]) -> list[tuple[Atom, str]]:
    """The parts under a `not` that read a fact which may be missing and is not tested, each with that fact."""
    found: list[tuple[Atom, str]] = []
    _walk(condition, frozenset(), may_be_missing, found, negated=False)
    return found


def _walk(
    part: Condition,
    tested: frozenset[str],
    may_be_missing: frozenset[str],
    found: list[tuple[Atom, str]],
    *,
    negated: bool,
) -> None:
    match part:
        case Not(part=inner):
            _walk(inner, tested, may_be_missing, found, negated=True)
        case All(parts=parts):
            beside = tested | _present_when(parts, truth=True)
            for inner in parts:
                _walk(inner, beside, may_be_missing, found, negated=negated)
        case AnyOf(parts=parts):
            beside = tested | _present_when(parts, truth=False)
            for inner in parts:
                _walk(inner, beside, may_be_missing, found, negated=negated)
        case Missing():
            return
        case _:
            if negated:
                found.extend((part, name) for name in sorted((names_of(part) & may_be_missing) - tested))


def _present_when(parts: Iterable[Condition], *, truth: bool) -> frozenset[str]:
    """The facts that are there for certain when every one of `parts` is `truth`, because a test says so."""
    return frozenset().union(*(_present(part, truth=truth) for part in parts))


def _present(part: Condition, *, truth: bool) -> frozenset[str]:
    match part:
        case Missing(name=name, negated=negated):
            return frozenset([name]) if negated is truth else frozenset()
        case Not(part=inner):
            return _present(inner, truth=not truth)
        case All(parts=parts) if truth:
            return _present_when(parts, truth=True)
        case AnyOf(parts=parts) if not truth:
            return _present_when(parts, truth=False)
        case _:
            return frozenset()
