"""A loan that is tried out: what it is called, when its steps come, and a person's answer as an event."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.events import EffectDelivered, Event, TaskCompleted
from overdue_flow.engine.ladders import approvals
from overdue_flow.errors import EventRefused
from overdue_flow.policy.trials import NOON, Answer

LOAN = "the loan"
"""What a loan that is tried out is called."""

_A_SECOND = timedelta(seconds=1)


def instant_of(on: date, zone: ZoneInfo, last_at: datetime | None, at: time | None = None) -> datetime:
    """When a step of a day comes: at the time given, or else at noon, and a second after the step before where that is
    not earlier."""
    instant = datetime.combine(on, at or NOON, zone)
    if at is None and last_at is not None and instant <= last_at:
        return last_at + _A_SECOND
    return instant


def may_be_done(effect: Effect, case: Case, day: date) -> bool:
    """Whether something that is on its way can be done on a day, as who does it keeps to the policy: it is not held,
    and no contact is made before its day."""
    waits = effect.kind == "contact" and effect.due_at.astimezone(case.zone).date() > day
    return effect.status is not Status.HELD and not waits


def answering(case: Case, answer: Answer) -> Event:
    """The event by which a person answers what the policy asked of them, first of all of what is not held; EventRefused
    where it did not ask."""
    if answer.word == "done":
        for effect in sorted(case.course.open_effects, key=lambda effect: effect.status is Status.HELD):
            if effect.action == answer.to:
                if effect.kind == "task":
                    return TaskCompleted(effect_id=effect.id, role=effect.role)
                return EffectDelivered(effect_id=effect.id)
        raise EventRefused(f"no `{answer.to}` is on its way")
    for request in case.course.requests:
        if request.rule == answer.to:
            return TaskCompleted(effect_id=request.effect_id, outcome=answer.word, role=request.role)
    for climb, effect in approvals(case):
        if climb.ladder == answer.to:
            return TaskCompleted(effect_id=effect.id, outcome=answer.word, role=effect.role)
    raise EventRefused(f"nobody was asked to approve `{answer.to}`")
