"""Schedules: what is owed and when, made from what events say.

Instalments become dues in minor units. A replaced schedule ends the life of what is unpaid on the old one; acceleration
moves to an earlier day what is not yet due. Events act on what was known when they came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from overdue_flow.cases.events.base import Instalment
from overdue_flow.cases.events.ledger import Accelerated, ChargeAdded, ScheduleReplaced
from overdue_flow.cases.waterfall import COMPONENTS, Due, Parts
from overdue_flow.errors import EventRefused, MoneyError
from overdue_flow.money import Amount, amount_in_minor


def minor(amount: Amount, currency: str) -> int:
    """An amount of an event in minor units; EventRefused for another currency or too many decimals."""
    try:
        return amount_in_minor(amount, currency)
    except MoneyError as error:
        raise EventRefused(str(error)) from None


def positive(amount: Amount, currency: str, what: str) -> int:
    """An amount above zero in minor units; EventRefused otherwise. `what` names it in the message."""
    found = minor(amount, currency)
    if found <= 0:
        raise EventRefused(f"{what} of `{amount}` makes no sense; expected an amount above zero")
    return found


def parts_of(instalment: Instalment, currency: str) -> Parts:
    """The components of an instalment. `amount` alone is principal."""
    costs, interest, principal = instalment.costs, instalment.interest, instalment.principal
    if instalment.amount is not None:
        if costs or interest or principal:
            raise EventRefused(f"the {_said(instalment)} has an amount and components; give one or the other")
        principal = instalment.amount
    parts = (
        minor(costs, currency) if costs else 0,
        minor(interest, currency) if interest else 0,
        minor(principal, currency) if principal else 0,
    )
    if min(parts) < 0:
        below = next(name for name, found in zip(COMPONENTS, parts, strict=True) if found < 0)
        raise EventRefused(f"the {_said(instalment)} has {below} below zero")
    return parts


def _said(instalment: Instalment) -> str:
    return f"instalment due on {instalment.due_on}"


def dues_of(
    instalments: Sequence[Instalment], currency: str, first_key: int = 0, owed_from: date | None = None
) -> tuple[Due, ...]:
    """The dues of a schedule. An instalment without an id is named by its due date."""
    seen: Counter[str] = Counter([one.id for one in instalments if one.id is not None])
    if len(seen) < seen.total():
        twice = next(name for name, times in seen.items() if times > 1)
        raise EventRefused(f"two instalments have the id `{twice}`; an id names one")
    dues = []
    for key, instalment in enumerate(instalments, first_key):
        due_on, name = instalment.due_on, instalment.id
        costs, interest, principal = parts_of(instalment, currency)
        if name is None:
            by_date = due_on.isoformat()
            seen[by_date] += 1
            name = by_date if seen[by_date] == 1 else f"{by_date} ({seen[by_date]})"
        total = costs + interest + principal
        dues.append(Due(due_on, key, costs, interest, principal, total, name, "instalment", owed_from))
    return tuple(sorted(dues))


def charge_of(event: ChargeAdded, currency: str, key: int) -> Due:
    """The due of a charge; its id is the event's."""
    parts = [0, 0, 0]
    parts[COMPONENTS.index(event.component)] = positive(event.amount, currency, "a charge")
    costs, interest, principal = parts
    return Due(event.due_on, key, costs, interest, principal, sum(parts), event.id or f"charge {key}", "charge")


def replaced(dues: tuple[Due, ...], event: ScheduleReplaced, currency: str) -> tuple[Due, ...]:
    """All dues after a schedule was replaced: those of before end their life, unless they are arrears that stay."""
    on = event.effective_on
    ended = [due if _outlives(due, event) else due._replace(owed_until=on) for due in dues]
    return tuple(sorted([*ended, *dues_of(event.instalments, currency, len(dues), on)]))


def _outlives(due: Due, event: ScheduleReplaced) -> bool:
    ended_before = due.owed_until is not None and due.owed_until <= event.effective_on
    return ended_before or (event.keeps_arrears and due.due_on < event.effective_on)


def accelerated(dues: tuple[Due, ...], event: Accelerated) -> tuple[Due, ...]:
    """All dues after acceleration: those owed on its day that would fall due later fall due then."""
    on = event.due_on
    return tuple(
        due._replace(due_on=on)
        if due.due_on > on
        and (due.owed_until is None or due.owed_until > on)
        and (due.owed_from is None or due.owed_from <= on)
        else due
        for due in dues
    )
