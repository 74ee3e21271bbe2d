"""On which days the steps and the expectations of a scenario come, found while its loan is lived.

A moment is a day; or a span after the day of what stands above; or the first day, from that one on, on which the loan
is so many days past due: at the opening of the day, or after something that happened on it. A day is looked for as far
as `HORIZON_DAYS` after that of what stands above.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from overdue_flow.calendars import Calendar
from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import told_by
from overdue_flow.cases.events.base import LAST_YEAR
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.wake import next_wake
from overdue_flow.policy.spans import Span
from overdue_flow.policy.trials import Expectation, Later, Moment, PastDue, Scenario, Step

HORIZON_DAYS = 1_830
"""How far a day is looked for on which a loan is so many days past due: five years."""

_DAY = timedelta(days=1)


@dataclass(slots=True)
class Due:
    """A moment on its way to a day: `since` is the day of what stands above, `on` the day itself, each once it is
    known. Of the days past due that there were while some were looked for, `below` is the most that were too few, and
    `above` the fewest that were too many."""

    moment: Moment
    since: date | None = None
    on: date | None = None
    below: int | None = None
    above: int | None = None

    def __post_init__(self) -> None:
        if isinstance(self.moment, date):
            self.on = self.moment

    @property
    def is_sought(self) -> bool:
        """Whether it is looked for while days go by."""
        return self.on is None and self.since is not None and isinstance(self.moment, PastDue)

    @property
    def horizon(self) -> date:
        """The last day on which it is looked for."""
        assert self.since is not None, "what is looked for has a beginning"
        return self.since + min(timedelta(days=HORIZON_DAYS), date.max - self.since)

    def begin(self, since: date, calendar: Calendar) -> None:
        """The day of what stands above is known."""
        if self.since is None:
            self.since = since
            if isinstance(self.moment, Later):
                self.on = day_after(self.moment.span, since, calendar)

    def look(self, past_due: int | None, here: date) -> None:
        """The loan is so many days past due on `here`."""
        assert isinstance(self.moment, PastDue), "any other day is known, or follows"
        if self.since is not None and self.since <= here:
            if past_due == self.moment.days:
                self.on = here
            elif past_due is not None:
                self.come_to(past_due)

    def come_to(self, past_due: int) -> None:
        """The loan comes to so many days past due, on a day on which others are looked for."""
        assert isinstance(self.moment, PastDue), "any other day is known, or follows"
        if past_due < self.moment.days:
            self.below = max(past_due, self.below or 0)
        elif past_due > self.moment.days:
            self.above = min(past_due, self.above or past_due)

    @property
    def came_to(self) -> str:
        """How near the loan came to what is looked for, in words."""
        if self.above is None:
            return f"at most {self.below}" if self.below else "never overdue"
        return f"at least {self.above}" if self.below is None else f"at most {self.below}, or at least {self.above}"


@dataclass(slots=True)
class Awaited:
    """An expectation, the day it is of, and the day before which it expects nothing to happen, if it does."""

    expected: Expectation
    due: Due | None
    end: Due | None
    above: date | None = None

    @classmethod
    def of(cls, expected: Expectation) -> Awaited:
        """An expectation of which nothing is known yet but what it says."""
        due = Due(expected.on) if expected.on is not None else None
        end = Due(expected.nothing_until) if expected.nothing_until is not None else None
        return cls(expected, due, end)

    def begin(self, above: date, calendar: Calendar) -> None:
        """The day of what stands above is known."""
        self.above = above
        if self.due is not None:
            self.due.begin(above, calendar)
        if self.end is not None and (start := self.due.on if self.due is not None else above) is not None:
            next_day = min(start, date.max - _DAY) + _DAY
            self.end.begin(next_day if isinstance(self.end.moment, PastDue) else start, calendar)

    @property
    def day(self) -> date | None:
        """The day from which what stands below counts."""
        last = self.due or self.end
        return last.on if last is not None else None

    @property
    def dues(self) -> Iterator[Due]:
        """The days that have to come."""
        yield from (one for one in (self.due, self.end) if one is not None)


@dataclass(slots=True)
class Agenda:
    """The steps and expectations of a scenario that are still to come, and when those that came came."""

    machine: Machine
    opened_on: date
    steps: deque[tuple[int, Step]]
    expects: list[Awaited]
    step_days: list[date] = field(default_factory=list)
    step_due: Due | None = None

    @classmethod
    def of(cls, machine: Machine, scenario: Scenario) -> Agenda:
        """All of a scenario."""
        expects = [Awaited.of(one) for one in scenario.expects]
        found = cls(machine, scenario.opening.opened_on, deque(enumerate(scenario.steps, 1)), expects)
        found._turn_to_next_step()
        found._count_on()
        return found

    @property
    def first_day(self) -> date | None:
        """The first day on which something is expected, of those that are known at first."""
        return min((one.due.on for one in self.expects if one.due is not None and one.due.on is not None), default=None)

    # --- a day ---

    def look(self, case: Case, here: date) -> None:
        """Find what comes on `here`, on which a case stands as it does now."""
        while sought := [due for due in self._dues() if due.is_sought]:
            past_due = _past_due(self.machine, case, here)
            for due in sought:
                due.look(past_due, here)
            if all(due.is_sought for due in sought):
                return
            self._count_on()  # what stands below one that was found may come on this day too

    def step(self, here: date) -> tuple[int, Step] | None:
        """The next step, with its number, if it comes on `here` or should have come before."""
        if self.step_due is None or self.step_due.on is None or self.step_due.on > here:
            return None
        number, step = self.steps.popleft()
        self.step_days.append(max(self.step_due.on, here))
        self._turn_to_next_step()
        return number, step

    def expected(self, here: date) -> Iterator[Expectation]:
        """What is expected of `here`."""
        yield from (one.expected for one in self.expects if one.due is not None and one.due.on == here)

    def quiet(self, here: date) -> Iterator[tuple[Expectation, date | None]]:
        """What expects nothing to have happened before `here`, each with the day after which; None where that day did
        not come."""
        for one in self.expects:
            if one.end is not None and one.end.on == here:
                steps = [day for day in self.step_days if day < here] if one.due is None else []
                begins = one.above if one.due is None else one.due.on
                yield one.expected, max(begins, *steps) if steps and begins is not None else begins

    # --- the days to come ---

    def next_day(self, case: Case, here: date) -> date | None:
        """The next day that has to be looked at; None where nothing is left that can come."""
        known = [due.on for due in self._dues() if due.on is not None and due.on > here]
        sought = [due for due in self._dues() if due.is_sought]
        ahead = self._ahead(case, here, sought) if sought else None
        if ahead is not None and any(ahead <= due.horizon for due in sought):
            known.append(ahead)
        found = min(known, default=None)
        if sought:
            self._look_up_to(found - _DAY if found is not None else date.max, sought, case, here)
        return found

    def missed(self) -> tuple[Due, Step | Expectation] | None:
        """The first that never came, if one did not."""
        if self.step_due is not None and self.step_due.on is None:
            return self.step_due, self.steps[0][1]
        found = ((due, one.expected) for one in self.expects for due in one.dues)
        return next(((due, one) for due, one in found if due.on is None), None)

    def _ahead(self, case: Case, here: date, sought: list[Due]) -> date | None:
        """The next day on which the days past due may be what is looked for, or change their pace."""
        fact, turn_day = self.machine.policy.vocabulary["dpd"], told_by(here, case.terms).turn_day
        found = [due.since for due in sought if due.since is not None and due.since > here]
        found += [day for day in (next_wake(self.machine, case),) if day is not None and day > here]
        until, shift = fact.until(case, turn_day), turn_day - here
        found += [until - shift] if until is not None else []
        past_due = fact.read(case, turn_day)
        if isinstance(past_due, int) and fact.slope(case, turn_day):
            days = [due.moment.days for due in sought if isinstance(due.moment, PastDue)]
            found += [here + timedelta(days=one - past_due) for one in days if one > past_due]
        return min((day for day in found if day > here), default=None)

    def _look_up_to(self, last: date, sought: list[Due], case: Case, here: date) -> None:
        """Note to how many days past due the loan comes by the last day of which it is known that nothing happens."""
        fact, past_due = self.machine.policy.vocabulary["dpd"], _past_due(self.machine, case, here)
        if past_due is not None and fact.slope(case, told_by(here, case.terms).turn_day):
            for due in sought:
                end = min(last, due.horizon)
                if due.since is not None and due.since <= end:
                    due.come_to(past_due + (end - here).days)

    # --- keeping count ---

    def _dues(self) -> Iterator[Due]:
        if self.step_due is not None:
            yield self.step_due
        for one in self.expects:
            yield from one.dues

    def _turn_to_next_step(self) -> None:
        self.step_due = Due(self.steps[0][1].on) if self.steps else None
        if self.step_due is not None:
            self.step_due.begin(max(self.step_days, default=self.opened_on), self.machine.calendar)

    def _count_on(self) -> None:
        """Tell each expectation the day of the one above it, as far as that is known."""
        above: date | None = self.opened_on
        for one in self.expects:
            if above is not None:
                one.begin(above, self.machine.calendar)
            above = one.day


def day_after(span: Span, day: date, calendar: Calendar) -> date | None:
    """The day so long after another; None past the last day that a loan can live."""
    try:
        found = span.after(day, calendar)
    except (OverflowError, ValueError):
        return None
    return found if found.year <= LAST_YEAR else None


def _past_due(machine: Machine, case: Case, day: date) -> int | None:
    """How many days past due a loan is said to be on a day, as it stands now."""
    found = machine.policy.vocabulary["dpd"].read(case, told_by(day, case.terms).turn_day)
    return found if isinstance(found, int) else None
