"""What can be changed in the terms that a policy states: what it leaves to their defaults is not its own."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from types import NoneType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from overdue_flow.cases.periods import Period
from overdue_flow.cases.terms import Terms
from overdue_flow.testing.mutation.change import Change, each_dropped, one_off, turned

_WHERE_AND_WHEN = ("currency", "time_zone", "calendar")
"""What says where a loan is, and no more."""


_IN_ORDER = "within"
"""The list of which the order is what matters, and in which each word stands once."""


def terms_changes(terms: Terms) -> Iterator[tuple[str, Change[Terms]]]:
    """Every change of the terms, each with the key of what is changed, such as `terms.plan.fails_after_missed`."""
    for name in terms.model_fields_set:
        if name not in _WHERE_AND_WHEN:
            yield from _of(terms, name, "terms")


def _of(part: Any, name: str, above: str) -> Iterator[tuple[str, Change[Any]]]:
    """The changes of one field of a part, lifted to the part."""
    value, key = getattr(part, name), f"{above}.{name}"
    if isinstance(value, BaseModel):
        for field in type(value).model_fields:
            if field in value.model_fields_set:
                for where, change in _of(value, field, key):
                    yield where, Change(change.kind, change.said, part.model_copy(update={name: change.value}))
        return
    if name == _IN_ORDER:
        changes = iter([turned("terms", ", ".join(value), ", ".join(reversed(value)), value[::-1])])
    else:
        changes = _values(value, _words(type(part).model_fields[name].annotation))
    for change in changes:
        copied = part.model_copy(update={name: change.value})
        yield key, Change(change.kind, change.said, copied)


def _values(value: Any, words: tuple[Any, ...]) -> Iterator[Change[Any]]:
    if words and not isinstance(value, tuple):
        for other in words:
            if other != value:
                yield turned("terms", value, other, other)
    elif isinstance(value, int | Decimal | Period):
        yield from _one_off(value)
    elif isinstance(value, tuple):
        for number, change in enumerate(each_dropped("terms", "it", value)):
            yield Change("terms", f"is without `{value[number]}`", change.value)


def _one_off(value: int | Decimal | Period) -> Iterator[Change[int | Decimal | Period]]:
    match value:
        case int():
            yield from one_off("terms", "", value)
        case Decimal():
            yield from one_off("terms", "", value)
        case Period():
            yield from one_off("terms", "", value, 1)


def _words(annotation: Any) -> tuple[Any, ...]:
    """The words of a choice, or of a list of them; none where it is no choice."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    inside = [one for one in get_args(annotation) if one not in (NoneType, Ellipsis)]
    return _words(inside[0]) if inside and get_origin(annotation) in (tuple, Union) else ()
