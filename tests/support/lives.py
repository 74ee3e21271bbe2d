"""Living a history under a policy in two ways: asleep until a wake day, and looking every day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

from hypothesis import assume

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import Entry
from overdue_flow.engine.decide import decide
from overdue_flow.engine.draft import opening_of
from overdue_flow.engine.live import live
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import EventRefused, MoneyError, PolicyError
from overdue_flow.events import Event, TimePassed
from overdue_flow.policy.load import load_policy
from support.histories import History, noticed_at

ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=512)
def machine_of(text: str) -> Machine | None:
    """The machine of a drawn policy; None where the loader refuses it (a stage that no path reaches, say)."""
    try:
        return Machine(load_policy(text=text))
    except PolicyError:
        return None


def drawn_machine(text: str) -> Machine:
    """The machine of a drawn policy; the example is thrown away where the loader refuses it."""
    machine = machine_of(text)
    assume(machine is not None)
    assert machine is not None
    return machine


def asleep(machine: Machine, history: History, until: date) -> tuple[Case, list[Entry]]:
    """Live a history, looking at the case only on its wake days and when an event comes."""

    def days(case: Case, last: date) -> Iterator[tuple[Case, Entry | None]]:
        for decision in live(machine, case, last):
            yield decision.case, decision.entry

    return _lived(machine, history, until, days)


def ticking(machine: Machine, history: History, until: date) -> tuple[Case, list[Entry]]:
    """Live a history, looking at the case on every single day."""

    def days(case: Case, last: date) -> Iterator[tuple[Case, Entry | None]]:
        while case.day < last:
            day = case.day + ONE_DAY
            decision = decide(machine, case, TimePassed(day=day), opening_of(day, case))
            case = decision.case
            yield case, decision.entry

    return _lived(machine, history, until, days)


def _lived(machine: Machine, history: History, until: date, days: object) -> tuple[Case, list[Entry]]:
    entries: list[Entry] = []

    def through(case: Case, last: date) -> Case:
        for passed, entry in days(case, last):  # type: ignore[operator]  # one of the two walks above
            case = passed
            entries.extend([entry] if entry is not None else [])
        return case

    opening = decide(machine, None, history.opened, noticed_at(history.opened), "loan-1")
    case = opening.case
    assert opening.entry is not None
    entries.append(opening.entry)
    for event in history.events:
        at = noticed_at(event)
        case = through(case, at.astimezone(case.zone).date())
        case = told(machine, case, event, at, entries)
    return through(case, until), entries


def told(machine: Machine, case: Case, event: Event, at: datetime, entries: list[Entry]) -> Case:
    """The case after one event; as it was where the event cannot have happened."""
    try:
        decision = decide(machine, case, event, at)
    except (EventRefused, MoneyError):
        return case
    assert decision.entry is not None
    entries.append(decision.entry)
    return decision.case


def timeless(case: Case) -> Case:
    """The case without the day of its last turn: a sleeper's is an earlier one."""
    return case._replace(day=case.opened_on)
