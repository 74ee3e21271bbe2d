"""What a guard means. This is the definition; every other reading is compared with it.

A comparison with a missing fact is false in every form, `!=` and `not in` among them; a missing flag is false; only
`is None` asks. `not`, `and`, `or` are those of logic.

`possible` asks the same of a guard while some facts are still unknown.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from overdue_flow.guards.exact import minus, plus, times
from overdue_flow.guards.syntax import Operator
from overdue_flow.guards.tree import (
    All,
    AnyOf,
    Comparison,
    Condition,
    Constant,
    DayNumber,
    Flag,
    Guard,
    Missing,
    Not,
    OneOf,
    Read,
    Scaled,
    Sum,
    Term,
    names_of,
)
from overdue_flow.guards.vocabulary import Value

Look: TypeAlias = Callable[[str], Value | None]
"""Gives the value of a fact by its name; None when it is missing."""

OPERATORS: dict[Operator, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def evaluate(guard: Guard, look: Look) -> bool:
    """Whether a guard holds for the facts that `look` gives."""
    return holds(guard.tree, look)


def holds(condition: Condition, look: Look) -> bool:
    """Whether one part of a guard holds."""
    match condition:
        case All(parts=parts):
            return all(holds(part, look) for part in parts)
        case AnyOf(parts=parts):
            return any(holds(part, look) for part in parts)
        case Not(part=part):
            return not holds(part, look)
        case Flag(name=name):
            return look(name) is True
        case Missing(name=name, negated=negated):
            return (look(name) is None) is not negated
        case Comparison(left=left, operator=sign, right=right):
            one, other = worth(left, look), worth(right, look)
            return one is not None and other is not None and OPERATORS[sign](one, other)
        case OneOf(term=term, values=values, negated=negated):
            one = worth(term, look)
            return one is not None and (one in values) is not negated


def worth(term: Term, look: Look) -> Any:
    """The value of a term; None when a fact in it is missing."""
    match term:
        case Read(name=name):
            return look(name)
        case Constant(value=value):
            return value
        case DayNumber(term=inner):
            day = worth(inner, look)
            return None if day is None else day.toordinal()
        case Scaled(term=inner, factor=factor):
            number = worth(inner, look)
            return None if number is None else times(number, factor)
        case Sum(left=left, right=right, minus=subtract):
            one, other = worth(left, look), worth(right, look)
            if one is None or other is None:
                return None
            return minus(one, other) if subtract else plus(one, other)


# While facts are unknown: the question before a fact is asked of the host -------------------------------------


def possible(guard: Guard, look: Look, unknown: frozenset[str]) -> bool:
    """Whether the guard can be true for some values of the `unknown` facts; `look` is never asked for those.

    Three-valued logic (Kleene): a part that reads an unknown fact is neither true nor false, unless another fact in it
    is missing: then it is false anyway. The answer errs to one side only: what can hold is never called impossible,
    but parts are judged one by one, so `x > 5 and x < 3` counts as possible.
    """
    return _known(guard.tree, look, unknown) is not False


def _known(condition: Condition, look: Look, unknown: frozenset[str]) -> bool | None:
    """True, False, or None where it depends on what is unknown."""
    match condition:
        case All(parts=parts):
            return _decided((_known(part, look, unknown) for part in parts), by=False)
        case AnyOf(parts=parts):
            return _decided((_known(part, look, unknown) for part in parts), by=True)
        case Not(part=part):
            known = _known(part, look, unknown)
            return None if known is None else not known
    names = names_of(condition)
    if not names & unknown:
        return holds(condition, look)
    fails_anyway = isinstance(condition, Comparison | OneOf) and any(look(name) is None for name in names - unknown)
    return False if fails_anyway else None


def _decided(parts: Iterable[bool | None], by: bool) -> bool | None:
    """`by` as soon as one part is; else unknown when one part is; else the opposite."""
    open_question = False
    for part in parts:
        if part is by:
            return by
        open_question = open_question or part is None
    return None if open_question else not by
