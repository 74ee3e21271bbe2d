"""Living days: the turns that should have begun, one by one, so that a late run gives the same moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import TimePassed
from overdue_flow.engine.decide import decide
from overdue_flow.engine.decision import Decision
from overdue_flow.engine.draft import opening_of
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.wake import next_wake


def live(machine: Machine, case: Case, until: date) -> Iterator[Decision]:
    """The turns of the days up to and including `until` on which something happens.

    Days on which nothing can happen are not looked at. The last decision's case may stand on an earlier day than
    `until`: nothing happened since.
    """
    wake = next_wake(machine, case)
    while wake is not None and wake <= until:
        decision = decide(machine, case, TimePassed(day=wake), opening_of(wake, case))
        yield decision
        case = decision.case
        wake = next_wake(machine, case)
