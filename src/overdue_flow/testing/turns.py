"""Turns without a policy: what a store's tests record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import NOTHING, EffectChange, Entry, Move, PolicyRef, Results
from overdue_flow.cases.events import ComplaintReceived, Event, Instalment, LoanOpened
from overdue_flow.cases.evolve import evolve
from overdue_flow.cases.values import changed
from overdue_flow.store.protocol import Turn

OPENED_ON = date(2026, 1, 5)
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
UNDER = PolicyRef("retail", "1", "1")


def nine(day: int) -> datetime:
    """Nine o'clock UTC, so many days after the opening."""
    return NINE + timedelta(days=day)


def opening(
    case_id: str, *effects: Effect, person_id: str | None = None, wake_on: date | None = None, at: datetime = NINE
) -> Turn:
    """The first turn of a case: it opens in stage `early`, and asks for `effects`."""
    opened = LoanOpened(
        id="opened",
        opened_on=OPENED_ON,
        person_id=person_id,
        currency="CNY",
        instalments=(Instalment(due_on=date(2026, 2, 1), amount="100.00"),),
    )
    move = Move(None, "early", None, "opened", OPENED_ON, "opened")
    entry = Entry(case_id, 1, OPENED_ON, at, opened, UNDER, Results(moves=(move,), effects=effects))
    return Turn(None, evolve(None, entry), entry, wake_on)


def happened(
    before: Case,
    event: Event | str,
    *effects: Effect,
    changes: Iterable[EffectChange] = (),
    wake_on: date | None = None,
    at: datetime | None = None,
) -> Turn:
    """The next turn of a case: an event (by its id alone: a complaint), with what was asked for and what changed."""
    told = ComplaintReceived(id=event) if isinstance(event, str) else event
    noticed = at or datetime.combine(before.day, time(9), UTC)
    results = Results(effects=effects, changes=tuple(changes))
    entry = Entry(before.id, before.seq + 1, noticed.date(), noticed, told, UNDER, results or NOTHING)
    return Turn(before, evolve(before, entry), entry, wake_on)


def day_passed(before: Case, day: date, wake_on: date | None = None) -> Turn:
    """A day on which nothing happened: the case has lived it, and its journal has no row of it."""
    return Turn(before, changed(before, day=day), None, wake_on)


def contact(effect_id: str, due_at: datetime = NINE, action: str = "call", status: Status = Status.PENDING) -> Effect:
    """A call to the borrower."""
    params = {"channel": "phone"}
    return Effect(effect_id, action, "contact", OPENED_ON, due_at, "r1", "collect", params, status=status)


def task(effect_id: str, role: str = "negotiator", deadline_on: date | None = None) -> Effect:
    """Something for a person to do."""
    return Effect(effect_id, "negotiate", "task", OPENED_ON, NINE, "r2", role=role, deadline_on=deadline_on)
