"""Deadlines of tasks: `within` says the last day, which is usable in full; `else` is what follows on the next one.

A deadline is watched once for each task and last day, in the first turn after it in which the case does not rest. What
is late stays open. Once it is done, what followed on it and is still open is cancelled.

Laws: `a deadline is watched once` (`tests/laws/test_a_deadline_is_watched_once.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from overdue_flow.cases.case import Case
from overdue_flow.cases.course import owners_of
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import EffectChange
from overdue_flow.engine.asked import Asked
from overdue_flow.engine.draft import Draft
from overdue_flow.engine.ladders import ask, end
from overdue_flow.engine.machine import Machine

_ONE_DAY = timedelta(days=1)


def missed(machine: Machine, case: Case, day: date, effects: Iterable[Effect]) -> Iterator[tuple[Effect, Asked]]:
    """Those of `effects` whose last day is before `day`, and on which something follows that was not asked for yet."""
    for effect in effects:
        if effect.deadline_on is not None and effect.deadline_on < day:
            asked = _unanswered(machine, case, effect)
            if asked is not None:
                yield effect, asked


def days_after_deadlines(machine: Machine, case: Case, after: date) -> Iterator[date]:
    """The days later than `after` on whose opening something follows on a missed deadline: on the next one, where it
    had passed when the task was asked for."""
    for effect in case.course.open_effects:
        if effect.deadline_on is not None and _unanswered(machine, case, effect):
            yield max(effect.deadline_on, after) + _ONE_DAY


def follow_missed(draft: Draft) -> None:
    """Ask for what follows on the tasks that are late by now."""
    course = draft.case.course
    if all(effect.deadline_on is None for effect in course.open_effects):
        return
    late = missed(draft.machine, draft.case, draft.day, draft.still_open().values())
    for effect, asked in list(late):
        assert asked.task.otherwise is not None
        draft.fired.append(mark_of_deadline(effect))
        owner = asked.owner if asked.owner in owners_of(course.stage) else ""
        ask(draft, asked.task.otherwise, owner, follows=(*effect.follows, effect.id), about=effect.about)


def forgo_what_followed(draft: Draft, done: str) -> None:
    """Cancel what followed on a late task, and is still open, once this event says that it is done: all of the chain
    after it."""
    course = draft.case.course
    late = [one for one in course.open_effects if done in one.follows]
    climbs = [climb for climb in course.climbs if done in climb.follows]
    if (not late and not climbs) or done in draft.still_open():
        return  # a request that the wrong role answered is open still
    why = _how_it_was_done(draft, done)
    for climb in climbs:
        end(draft, climb, why)
    gone = {change.effect_id for change in draft.changes}
    draft.changes += [EffectChange(one.id, Status.CANCELLED, why) for one in late if one.id not in gone]


def _how_it_was_done(draft: Draft, done: str) -> str:
    """In words: a task that was done in time may be told as done when its deadline has passed."""
    task = next((one for one in draft.case.course.open_effects if one.id == done), None)
    done_on = (draft.event.took_effect_at() or draft.at).astimezone(draft.case.zone).date()
    if task is None or task.deadline_on is None:
        return f"task {done} was done"
    in_time = ", in time" if done_on <= task.deadline_on else ""
    return f"{task.action} {task.id} was done on {done_on}{in_time}"


def _unanswered(machine: Machine, case: Case, effect: Effect) -> Asked | None:
    """What the policy says of a task, where something follows on its deadline that was not asked for yet."""
    asked = machine.asked.get(effect.cause)
    if asked is None or asked.task.otherwise is None or asked.task.action != effect.action:
        return None
    return None if mark_of_deadline(effect) in case.course.fired else asked


def mark_of_deadline(effect: Effect) -> tuple[str, str]:
    """What `fired` remembers of a task whose last day has passed."""
    return effect.id, f"deadline {effect.deadline_on}"
