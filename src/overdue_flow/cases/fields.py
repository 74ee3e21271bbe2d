"""What an event says, as facts: a rule that is `on` an event may name its fields.

A field that sets a built-in fact (`expected_recovery`, `claim_amount`, ...) has the fact's name, and the fact, which
the event has updated already, is what a rule reads; so it is left out here.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from overdue_flow.cases.events.base import Event
from overdue_flow.cases.facts import built_in
from overdue_flow.guards.vocabulary import Fact, Kind, Value
from overdue_flow.money import Money

_NOT_SAID_BY_RULES = frozenset({"kind", "id", "at", "happened_at"})
_KINDS: tuple[tuple[type, Kind], ...] = (
    (bool, Kind.FLAG),
    (int, Kind.NUMBER),
    (Money, Kind.MONEY),
    (Decimal, Kind.NUMBER),
    (date, Kind.DATE),
    (str, Kind.TEXT),
)


@cache
def event_fields(event_type: type[Event]) -> tuple[Fact, ...]:
    """The fields of an event that a guard may name, each read from the event itself.

    Lists and nested parts (instalments, measures, evidence) cannot be compared, and have no word.
    """
    facts = built_in()
    named = (
        _field_fact(event_type, name, info)
        for name, info in event_type.model_fields.items()
        if name not in _NOT_SAID_BY_RULES and name not in facts
    )
    return tuple(fact for fact in named if fact is not None)


def _field_fact(event_type: type[Event], name: str, info: FieldInfo) -> Fact | None:
    parts = _parts(info.annotation)
    words = tuple(part for part in parts if isinstance(part, str))
    kind = Kind.CHOICE if words else _kind_of(parts)
    if kind is None:
        return None
    return Fact(
        name,
        kind,
        name.replace("_", " "),
        _reader(name),
        unit="days" if name.endswith("_days") else "",
        may_be_missing=type(None) in parts,
        choices=words,
        on_event=True,
        doc=f"The field `{name}` of `{event_type.__name__}`.",
    )


def _parts(annotation: Any) -> tuple[Any, ...]:
    """What a field may be, flat: the types of a union, and the words of a choice."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _parts(get_args(annotation)[0])
    if origin is Literal:
        return get_args(annotation)
    if origin in (Union, types.UnionType):
        return tuple(part for choice in get_args(annotation) for part in _parts(choice))
    return (annotation,)


def _kind_of(parts: tuple[Any, ...]) -> Kind | None:
    if datetime in parts:
        return None
    return next((kind for python_type, kind in _KINDS if python_type in parts), None)


def _reader(name: str) -> Callable[[Event, date], Value | None]:
    def read(event: Event, _day: date) -> Value | None:
        value = getattr(event, name, None)
        return value.amount if isinstance(value, Money) else value

    return read
