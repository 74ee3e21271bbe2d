"""The loan of a borrower who never pays, never answers, and is forgotten: where it rests for ever, and since when.

It is lived for years, each contact that goes out unanswered, each task left undone. It rests where nothing has happened
for more than a year, nothing will happen by itself, and nobody has a task.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from overdue_flow.cases.events import LoanOpened
from overdue_flow.engine.machine import Machine
from overdue_flow.policy.trials import Expectation
from overdue_flow.simulation.lived import Life, live_through
from overdue_flow.testing.answers import LOAN
from overdue_flow.testing.search.starts import opened

YEARS_DAYS = 1_500
"""For how long a silent loan is lived."""

QUIET_DAYS = 400
"""After how long without anything a loan is at rest: every condition of days up to this is looked at."""


@dataclass(frozen=True, slots=True)
class Rest:
    """Where a silent loan rests, and since when; for how many days it was looked at after. `expected` says it as a
    scenario does."""

    opening: LoanOpened
    stage: str
    since: date
    days: int
    expected: Expectation


def where_silence_rests(machine: Machine, starts: Iterable[LoanOpened] | None = None) -> tuple[Rest, ...]:
    """The stages in which silent loans rest, each once; new loans of one instalment and of six, by default."""
    found: dict[str, Rest] = {}
    for opening in starts if starts is not None else list(opened(machine.policy))[:2]:
        rest = rests(machine, opening)
        if rest is not None:
            found.setdefault(rest.stage, rest)
    return tuple(found.values())


def rests(machine: Machine, opening: LoanOpened) -> Rest | None:
    """Where the loan rests; None where it comes to an end, goes on, or is on somebody's table."""
    terms = opening.terms or machine.policy.terms
    at = datetime.combine(opening.opened_on, time(), terms.zone)
    event = opening.model_copy(update={"id": opening.id or "opened"})
    until = opening.opened_on + timedelta(days=YEARS_DAYS)
    life = live_through(machine, LOAN, [(at, event)], until)
    assert life is not None, "it is opened on the first day"
    stage, since = life.case.course.stage, _last_day(life)
    quiet = (until - since).days
    if machine.policy.stages[stage].end or quiet < QUIET_DAYS or _somebody_knows(life):
        return None
    return Rest(opening, stage, since, quiet, Expectation(since, stage=stage))


def _last_day(life: Life) -> date:
    """The last day on which anything was moved, decided or asked."""
    return max(entry.day for entry in life.entries)


def _somebody_knows(life: Life) -> bool:
    """Whether a person has something to do: a task, a request to answer."""
    course = life.case.course
    return bool(course.requests) or any(effect.kind == "task" for effect in course.open_effects)
