"""A case as it stood, stands, or will stand if nothing happens: looked at, and left as it is."""

from __future__ import annotations

from datetime import date, datetime

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import told_by
from overdue_flow.cases.events import Event, TimePassed
from overdue_flow.cases.evolve import replay
from overdue_flow.engine.authority import Verdict, may_offer
from overdue_flow.engine.door import check_instant
from overdue_flow.engine.explain import Explanation, explain
from overdue_flow.errors import UnknownCase
from overdue_flow.runtime.deciding import Decider, check_day
from overdue_flow.store.protocol import Store


def explained(decider: Decider, store: Store, case: Case, on: date | None) -> Explanation:
    """Where a case stands on a day, by default that of its last turn, and why. CalendarError for a day that lies in no
    year of a loan."""
    if on is not None:
        check_day(on)
        case = as_told(decider, store, case, on)
    return explain(decider.versions.of(case, on or case.day), case, on)


def as_told(decider: Decider, store: Store, case: Case, on: date) -> Case:
    """The case after the turn that tells how it stands on `on`. UnknownCase for a day before its opening."""
    day, opening_only = told_by(on, case.terms)
    journal = store.journal(case.id)
    past = [
        entry
        for entry in journal
        if entry.day < day or (entry.day == day and (not opening_only or isinstance(entry.event, TimePassed)))
    ]
    if not past:
        raise UnknownCase(f"case `{case.id}` was not open on {on}; its first turn was on {journal[0].day}")
    if len(past) < case.seq:
        case = replay(past)
    for decision in decider.days(case, day):
        case = decision.case
    return case


def offered(decider: Decider, case: Case, offer: Event, at: datetime) -> Verdict:
    """What is to be said of an offer before it is made: as if it were told at `at`, under the law of that day."""
    check_instant(at)
    day = max(at.astimezone(case.zone).date(), case.day)
    for decision in decider.days(case, day):
        case = decision.case
    return may_offer(decider.versions.of(case, day), case, offer, at)
