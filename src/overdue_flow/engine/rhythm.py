"""`every`: beats at whole multiples of a period after entry, in a grid that nothing moves."""

from __future__ import annotations

from datetime import date, timedelta

from overdue_flow.engine.draft import Draft
from overdue_flow.engine.ladders import ask
from overdue_flow.engine.machine import Machine
from overdue_flow.policy.policy import Beat


def next_beat(machine: Machine, beat: Beat, entered_on: date, after: date) -> date:
    """The first beat later than `after`; beats stand at whole multiples of the period after entry."""
    if beat.each.unit == "business days":
        after = max(after, entered_on)
        gone = machine.calendar.business_days_between(entered_on, after)
        return machine.calendar.add_business_days(after, beat.each.count - gone % beat.each.count)
    number = max(1, _beats_gone(beat, entered_on, after))
    while (day := beat.each.times(number).after(entered_on, machine.calendar)) <= after:
        number += 1
    return day


def _beats_gone(beat: Beat, entered_on: date, after: date) -> int:
    """A count of beats that have surely gone by, to start looking from."""
    longest = {"days": 1, "weeks": 7, "months": 31, "years": 366}
    return int((after - entered_on).days // (longest[beat.each.unit] * beat.each.count))


def keep_the_beat(draft: Draft) -> None:
    """Ask for the beats that fall on the day that this turn opens."""
    entered = draft.case.course.entered
    for owner, beat in draft.machine.tables[draft.case.course.stage].beats:
        if owner in draft.entered:
            continue
        on_grid = next_beat(draft.machine, beat, entered[owner], draft.day - timedelta(days=1)) == draft.day
        if on_grid and draft.machine.beats(beat, draft.case, draft.day):
            ask(draft, beat.task, owner, beat=True)
