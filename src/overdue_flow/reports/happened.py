"""Events in words: one line that says what happened, for timelines and case files."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from overdue_flow.events import Event, HostEvent, Instalment, TimePassed
from overdue_flow.money import Money

_LEFT_OUT = frozenset({"kind", "id", "at", "happened_at", "terms", "ends_by_policy_on", "instalments"})
_WORDS_MAX = 160


def happened(event: Event, currency: str) -> str:
    """Such as `PaymentReceived: amount 120.00 CNY, value date 2025-03-01`. Long texts are cut."""
    if isinstance(event, TimePassed):
        return "a day begins"
    name = event.name if isinstance(event, HostEvent) else event.kind
    said = [
        _said(field, getattr(event, field), currency) for field in type(event).model_fields if field not in _LEFT_OUT
    ]
    said += _schedule(getattr(event, "instalments", ()), currency)
    told = ", ".join(word for word in said if word)
    return f"{name}: {told}" if told else name


def _said(field: str, value: Any, currency: str) -> str:
    """One field in words; "" for one that says nothing."""
    if value in (None, "", (), {}) or value is False:
        return ""
    label = field.removesuffix("_on").replace("_", " ")
    if isinstance(value, dict):
        return ", ".join(f"{name} {_value(inner, currency)}" for name, inner in value.items())
    return f"{label} {_value(value, currency)}" if value is not True else label


def _value(value: Any, currency: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value} {currency}"
    if isinstance(value, Money | date | datetime):
        return str(value)
    if isinstance(value, tuple):
        return " ".join(str(one) for one in value)
    text = str(value)
    return text if len(text) <= _WORDS_MAX else f"{text[:_WORDS_MAX]}..."


def _schedule(instalments: tuple[Instalment, ...], currency: str) -> list[str]:
    if not instalments:
        return []
    count = f"{len(instalments)} instalment{'s' if len(instalments) > 1 else ''}"
    days = sorted(one.due_on for one in instalments)
    return [f"{count} from {days[0]} to {days[-1]}" if len(days) > 1 else f"{count} on {days[0]}"]
