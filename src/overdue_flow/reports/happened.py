"""Events in words: one line that says what happened, for timelines and case files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, get_args, get_origin

from overdue_flow.cases.groups import group_of_field, group_of_row
from overdue_flow.events import Event, HostEvent, Instalment, TimePassed
from overdue_flow.money import Money
from overdue_flow.reports.speech import Code, Guarded, Joined, Said, listed, say, spoken

_LEFT_OUT = frozenset({"kind", "id", "at", "happened_at", "terms", "ends_by_policy_on", "instalments"})
_WORDS_MAX = 160


def happened(event: Event, currency: str) -> str:
    """Such as `PaymentReceived: amount 120.00 CNY, value date 2025-03-01`. Long texts are cut."""
    return spoken(happening(event, currency))


def happening(event: Event, currency: str) -> Said:
    """The same, in any language, with the group of each field that it tells."""
    if isinstance(event, TimePassed):
        return say("a day begins")
    # the host's own words: told as they are
    name: Said = Guarded("facts", event.name) if isinstance(event, HostEvent) else Code(event.kind)
    told = listed((*_fields(event, currency), *_schedule(event, currency)))
    return Joined((name, told), ": ") if told.parts else name


def _fields(event: Event, currency: str) -> Iterator[Said]:
    for field in type(event).model_fields:
        if field not in _LEFT_OUT:
            yield _said(event, field, currency)


def _said(event: Event, field: str, currency: str) -> Said:
    """One field in words; "" for one that says nothing."""
    value = getattr(event, field)
    if value in (None, "", (), {}) or value is False:
        return ""
    group = group_of_field(event.kind, field)
    label = Code(field.removesuffix("_on"), field=True)
    if isinstance(value, dict):
        return Guarded(group, listed(Joined((name, _value(inner, currency)), " ") for name, inner in value.items()))
    if value is True:
        return Guarded(group, label)
    shown = _words(value) if field in _codes(type(event)) else _value(value, currency)
    return Joined((label, Guarded(group, shown)), " ")


def _words(value: str | tuple[str, ...]) -> Said:
    """A word of the format, or several."""
    return Code(value, written=True) if isinstance(value, str) else listed((_words(one) for one in value), " ")


@cache
def _codes(event: type[Event]) -> frozenset[str]:
    """The fields that hold a word of the format."""
    fields = event.model_fields.items()
    return frozenset(name for name, info in fields if name != "kind" and _holds_words(info.annotation))


def _holds_words(hint: Any) -> bool:
    """Whether a type is a choice of words, or may be one, or several."""
    return get_origin(hint) is Literal or any(_holds_words(one) for one in get_args(hint))


def _value(value: Any, currency: str) -> Said:
    if isinstance(value, bool):
        return Code("yes" if value else "no")
    if isinstance(value, Decimal):
        return f"{value} {currency}"
    if isinstance(value, Money | date | datetime):
        return str(value)
    if isinstance(value, tuple):
        return " ".join(str(one) for one in value)
    text = str(value)
    return text if len(text) <= _WORDS_MAX else f"{text[:_WORDS_MAX]}..."


def _schedule(event: Event, currency: str) -> Iterator[Said]:
    instalments: tuple[Instalment, ...] = getattr(event, "instalments", ())
    if not instalments:
        return
    group = group_of_row(event.kind)
    first, last = (str(day) for day in (min(one.due_on for one in instalments), max(one.due_on for one in instalments)))
    if len(instalments) == 1:
        yield Guarded(group, say("1 instalment on {day}", day=first))
    else:
        count = str(len(instalments))
        yield Guarded(group, say("{count} instalments from {first} to {last}", count=count, first=first, last=last))
