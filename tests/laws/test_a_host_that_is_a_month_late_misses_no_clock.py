"""No clock is missed when the host is late by a month.

A book that is run once in 31 days has the journals of one that is run every night, on the whole road: the same moves on
the same days, the same tasks with the same last days. And in those journals each deadline that passed was followed up
on the day after it, by a watch that knows nothing of how the engine finds them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow import Case, Entry, Flow, MemoryStore, evolve
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import EventRefused, MoneyError
from support.histories import History, noticed_at
from support.lives import drawn_machine
from support.whole_road import LIVED_UNTIL, ONE_DAY, road_histories, road_policies

A_MONTH = 31


@given(road_policies(), road_histories(), st.integers(0, A_MONTH - 1))
def test_a_host_that_is_a_month_late_misses_no_clock(text: str, history: History, first: int) -> None:
    machine = drawn_machine(text)
    start = history.opened.opened_on
    nightly = lived(machine, history, [start + n * ONE_DAY for n in range((LIVED_UNTIL - start).days + 1)])
    late = lived(machine, history, [start + timedelta(days=n) for n in range(first, 365, A_MONTH)])
    assert nightly == late
    check_deadlines(machine, late, LIVED_UNTIL)


def lived(machine: Machine, history: History, nights: Sequence[date]) -> tuple[Entry, ...]:
    """The journal of a loan whose host runs these nights, and tells what it notices when it does."""
    flow, run = Flow(machine.policy, MemoryStore()), 0
    for event in (history.opened, *history.events):
        while run < len(nights) and nights[run] < noticed_at(event).date():
            flow.wake(nights[run])
            run += 1
        with contextlib.suppress(EventRefused, MoneyError):
            flow.receive("loan-1", event)
    for night in (*(night for night in nights[run:] if night < LIVED_UNTIL), LIVED_UNTIL):
        flow.wake(night)
    return flow.history("loan-1")


def check_deadlines(machine: Machine, entries: Sequence[Entry], until: date) -> None:
    """Each task on which something follows, watched day by day: open when its last day is over, it is followed up in
    that day's first turn."""
    case: Case | None = None
    followed: set[tuple[str, date]] = set()
    for entry in entries:
        late = late_on(machine, case, entry.day) - followed
        asked = {effect.follows[-1] for effect in entry.results.effects if ".else" in effect.cause and effect.follows}
        for task, last_day in late:
            assert task in asked, f"{task} was late on {entry.day}, and nothing followed"
            assert entry.day == last_day + ONE_DAY or late_when_asked(case, task, last_day)
        assert asked == {task for task, _last_day in late}
        followed |= late
        case = evolve(case, entry)
    assert late_on(machine, case, until) <= followed


def late_when_asked(case: Case | None, task: str, last_day: date) -> bool:
    """Whether a task was asked for at an event that was told when the task's last day had passed."""
    return case is not None and any(one.id == task and last_day < one.decided_on for one in case.course.open_effects)


def late_on(machine: Machine, case: Case | None, day: date) -> set[tuple[str, date]]:
    """The open tasks of a case whose last day is over, and on which the policy lets something follow."""
    if case is None or case.course.stopped is not None:
        return set()
    return {
        (effect.id, effect.deadline_on)
        for effect in case.course.open_effects
        if effect.deadline_on is not None and effect.deadline_on < day
        and effect.cause in machine.asked and machine.asked[effect.cause].task.otherwise is not None
    }  # fmt: skip
