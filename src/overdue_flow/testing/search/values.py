"""Values worth trying: on both sides of every constant with which a policy compares something, and at it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from overdue_flow.guards.tree import Condition, Constant, Guard, OneOf, Read, atoms, leaves
from overdue_flow.guards.vocabulary import Fact, Kind, Value
from overdue_flow.policy.policy import Policy

_CENT = Decimal("0.01")
_ONE_DAY = timedelta(days=1)


def guards_of(policy: Policy) -> Iterator[Guard]:
    """Every condition of a policy."""
    for rule in policy.rules:
        yield from (rule.guard,) if rule.guard else ()
    for stage in policy.stages.values():
        yield from (task.guard for task in stage.on_enter if task.guard)
        yield from (beat.guard for beat in stage.beats if beat.guard)
    yield from (clause.guard for clause in policy.never)
    yield from (limit.guard for limit in policy.limits if limit.guard)
    for mark in policy.marks:
        yield from (mark.when, mark.until)


def constants_of(policy: Policy) -> dict[str, tuple[Value, ...]]:
    """The constants with which each fact, or field of an event, is compared somewhere in a policy."""
    return constants_in(guard.tree for guard in guards_of(policy))


def constants_in(conditions: Iterable[Condition]) -> dict[str, tuple[Value, ...]]:
    """The constants with which each word is compared in some conditions."""
    found: dict[str, dict[Value, None]] = {}
    for condition in conditions:
        for atom in atoms(condition):
            named = [leaf.name for leaf in leaves(atom) if isinstance(leaf, Read)]
            values = [leaf.value for leaf in leaves(atom) if isinstance(leaf, Constant)]
            values += list(atom.values) if isinstance(atom, OneOf) else []
            for name in named:
                found.setdefault(name, {}).update(dict.fromkeys(values))
    return {name: tuple(values) for name, values in found.items()}


def worth_trying(fact: Fact, constants: Mapping[str, tuple[Value, ...]], day: date) -> list[Value]:
    """Values of a fact that a policy can tell apart, as far as its constants say; `day` is today."""
    known = constants.get(fact.name, ())
    match fact.kind:
        case Kind.FLAG:
            return [True, False]
        case Kind.CHOICE | Kind.STAGE:
            return list(fact.choices)
        case Kind.TEXT:
            return [*dict.fromkeys([value for value in known if isinstance(value, str)] + ["a"])]
        case Kind.DATE:
            return [day, day - _ONE_DAY, day + 10 * _ONE_DAY]
        case Kind.MONEY:
            return _around(known, _CENT) or [Decimal("100.00")]
        case Kind.NUMBER:
            return _around(known, 1 if fact.unit else None) or [0, 1]


def _around(constants: Iterable[Value], step: int | Decimal | None) -> list[Value]:
    """Each constant, what is next below it and what is next above it; nothing below zero but what is so itself."""
    found: dict[Value, None] = {}
    for constant in constants:
        if isinstance(constant, bool) or not isinstance(constant, int | Decimal):
            continue
        unit = step if step is not None else (1 if constant == int(constant) else _CENT)
        near = (constant - unit, constant, constant + unit)
        found.update(dict.fromkeys(value for value in near if value >= 0 or constant < 0))
    return list(found)
