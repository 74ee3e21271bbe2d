"""Telling a case what happened, turn by turn, and asking it for facts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from overdue_flow.cases.case import Case
from overdue_flow.cases.evolve import apply
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.terms import Terms
from overdue_flow.events import Event, Instalment, LoanOpened
from overdue_flow.guards.vocabulary import Fact, Value

OPENED_ON = date(2025, 1, 1)


def noon(day: date | str) -> datetime:
    """Twelve o'clock UTC on `day`."""
    return datetime.combine(_day(day), time(12), UTC)


def a_loan(
    *,
    due_on: date | str = "2025-02-01",
    amount: str = "1000.00",
    terms: Terms | None = None,
    **fields: Any,
) -> Case:
    """A case of one instalment, opened on 2025-01-01, in UTC unless `terms` say otherwise."""
    opened = LoanOpened(
        id="opened",
        opened_on=OPENED_ON,
        instalments=(Instalment(due_on=_day(due_on), amount=amount),),
        terms=terms or Terms(),
        **fields,
    )
    return apply(None, opened, case_id="loan-1", seq=1, day=OPENED_ON, at=noon(OPENED_ON))


def after(case: Case, *happened: tuple[date | str, Event]) -> Case:
    """The case after events, each noticed at noon of its day; those without an id get one in the order of arrival."""
    for day, event in happened:
        seq = case.seq + len(case.events) + 1
        named = event if event.id else event.model_copy(update={"id": f"e-{seq:03}"})
        noticed = max(_day(day), case.day)
        case = apply(case, named, case_id=case.id, seq=seq, day=noticed, at=noon(noticed))
    return case


def fact(case: Case, name: str | Fact, day: date | str | None = None) -> Value | None:
    """A fact of the case, on `day` or on the day of its last turn."""
    found = built_in()[name] if isinstance(name, str) else name
    return found.read(case, _day(day) if day else case.day)


def _day(day: date | str) -> date:
    return day if isinstance(day, date) else date.fromisoformat(day)
