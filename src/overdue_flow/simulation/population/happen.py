"""Events that behaviour or staff bring about, as a population file says them: filled in from the case when they happen.

An amount may be `{fact: balance}`, read from the case on that day; a day `{in: 10}`, so many days later; a schedule
`{spread: overdue_amount, over: 6}`, equal instalments a month apart (`every`), the first a month from then, the last
with what rounding leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from overdue_flow.calendars import Calendar
from overdue_flow.cases.case import Case
from overdue_flow.cases.events import KINDS, Event, HostEvent
from overdue_flow.errors import EventRefused
from overdue_flow.money import from_minor, to_minor
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.spans import Span
from overdue_flow.policy.typing_of_text import as_declared

OWN_DAYS = ("value_date", "reversed_on", "effective_on", "refunded_on", "as_of")
"""Days of an event that are the day on which it happens unless they are given."""

NOT_SENT = frozenset({"TimePassed", "PolicyAdopted", "LoanOpened", "CaseAdopted", "HostEvent", "EventRetracted"})
"""Events that are no behaviour."""

_MONTH = Span(1, "months")


@dataclass(frozen=True, slots=True)
class Prepared:
    """One event of a way in which things go on: its kind or the host event's name, its fields as the file says them,
    and how many days after what came before."""

    kind: str
    fields: Mapping[str, Any]
    after: int


def prepare(written: Mapping[str, Any]) -> Prepared:
    """An event as the file says it, once checked."""
    kind = next(word for word in written if word != "after")
    fields = written[kind] if isinstance(written[kind], Mapping) else {}
    return Prepared(kind, fields, int(str(written.get("after", 0))))


def happened(one: Prepared, case: Case, day: date, policy: Policy) -> Event:
    """The event, on a day of a case. EventRefused where it makes no sense for it: a schedule of nothing."""
    fields = {name: _filled(value, case, day, policy) for name, value in one.fields.items()}
    if one.kind not in KINDS:
        return HostEvent(name=one.kind, fields=fields)
    kind = KINDS[one.kind]
    own = {name: day for name in OWN_DAYS if name in kind.model_fields}
    declared = {
        name: as_declared(value, kind.model_fields[name].annotation) if name in kind.model_fields else value
        for name, value in fields.items()
    }
    try:
        return kind.model_validate(own | declared)
    except ValidationError:
        raise EventRefused(f"`{one.kind}` makes no sense on {day}") from None


def _filled(value: Any, case: Case, day: date, policy: Policy) -> Any:
    if isinstance(value, list | tuple):
        return [_filled(one, case, day, policy) for one in value]
    if not isinstance(value, Mapping):
        return value
    if set(value) == {"fact"}:
        return _told(policy.vocabulary[value["fact"]].read(case, day))
    if set(value) == {"in"}:
        return day + timedelta(days=int(value["in"]))
    if "spread" in value:
        return _spread(value, case, day, policy)
    return {name: _filled(inside, case, day, policy) for name, inside in value.items()}


def _told(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else value


def _spread(value: Mapping[str, Any], case: Case, day: date, policy: Policy) -> Sequence[Mapping[str, Any]]:
    currency = case.ledger.rules.currency
    amount = policy.vocabulary[value["spread"]].read(case, day)
    minor = to_minor(amount, currency) if isinstance(amount, Decimal) else 0
    over, every = int(value["over"]), Span.parse(value.get("every", str(_MONTH))) or _MONTH
    each = minor // over
    if each <= 0:
        raise EventRefused(f"there is nothing to spread on {day}")
    parts = [each] * (over - 1) + [minor - each * (over - 1)]
    calendar = Calendar(policy.terms.calendar)
    return [
        {"due_on": every.times(number).after(day, calendar), "amount": from_minor(part, currency)}
        for number, part in enumerate(parts, 1)
    ]
