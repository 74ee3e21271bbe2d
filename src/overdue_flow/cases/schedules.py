"""Schedules: what is owed and when, made from what events say.

Instalments become dues in minor units. A replaced schedule ends the life of what is unpaid on the old one; acceleration
moves to an earlier day what is not yet due. Events act on what was known when they came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

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
    given = instalment.costs, instalment.interest, instalment.principal
    said = f"instalment due on {instalment.due_on}"
    if instalment.amount is not None:
        if any(given):
            raise EventRefused(f"the {said} has an amount and components; give one or the other")
        given = Decimal(0), Decimal(0), instalment.amount
    costs, interest, principal = (minor(amount, currency) if amount else 0 for amount in given)
    for name, found in zip(COMPONENTS, (costs, interest, principal), strict=True):
        if found < 0:
            raise EventRefused(f"the {said} has {name} below zero")
    return costs, interest, principal


def dues_of(
    instalments: Sequence[Instalment], currency: str, first_key: int = 0, owed_from: date | None = None
) -> tuple[Due, ...]:
    """The dues of a schedule. An instalment without an id is named by its due date."""
    seen: Counter[str] = Counter(one.id for one in instalments if one.id is not None)
    twice = [name for name, times in seen.items() if times > 1]
    if twice:
        raise EventRefused(f"two instalments have the id `{twice[0]}`; an id names one")
    dues = []
    for key, instalment in enumerate(instalments, first_key):
        parts = parts_of(instalment, currency)
        name = instalment.id
        if name is None:
            by_date = f"{instalment.due_on}"
            seen[by_date] += 1
            name = by_date if seen[by_date] == 1 else f"{by_date} ({seen[by_date]})"
        dues.append(Due(instalment.due_on, key, *parts, sum(parts), name, "instalment", owed_from))
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
