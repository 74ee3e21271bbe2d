"""What is refused at the door: events that cannot have happened, and answers that nobody can take."""

from __future__ import annotations

from datetime import date, datetime

from overdue_flow.cases.case import Case
from overdue_flow.cases.declared import refuse_misfits
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.events import (
    ClaimFiled,
    Event,
    FactsChanged,
    LoanOpened,
    PolicyAdopted,
    TaskCompleted,
    TaskReassigned,
)
from overdue_flow.cases.events.base import FIRST_YEAR, LAST_YEAR
from overdue_flow.engine.ladders import approvals
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import EventRefused, shown
from overdue_flow.problems import did_you_mean


def check_instant(at: datetime) -> None:
    """EventRefused for an instant that has no time zone, or that lies in no year of a loan."""
    if not isinstance(at, datetime):
        raise EventRefused(f"an event cannot be noticed at `{shown(at)}`; expected an instant, with its time zone")
    if at.tzinfo is None:
        raise EventRefused(f"an event cannot be noticed at {at}: it does not say in which time zone")
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise EventRefused(f"an event cannot be noticed at {at}; expected a year from {FIRST_YEAR} to {LAST_YEAR}")


def check_days(event: Event, at: datetime) -> None:
    """EventRefused for an event that names a day in no year of a loan, or that was noticed at such an instant."""
    check_instant(at)
    beyond = next((day for day in event.days() if not FIRST_YEAR <= day.year <= LAST_YEAR), None)
    if beyond is not None:
        raise EventRefused(f"`{event.kind}` names the day {beyond}; expected a year from {FIRST_YEAR} to {LAST_YEAR}")


def check_at_the_door(machine: Machine, case: Case | None, event: Event, at: datetime) -> None:
    """EventRefused for what cannot have happened yet, and for facts that do not fit what the policy declares."""
    happened_at = event.took_effect_at()
    if happened_at is not None and happened_at > at:
        raise EventRefused(f"`{event.kind}` cannot have happened at {happened_at}: it was noticed earlier, at {at}")
    terms = event.terms if isinstance(event, LoanOpened) else case.terms if case else None
    if isinstance(event, (FactsChanged, LoanOpened)):
        refuse_misfits(event.facts, machine.policy.vocabulary, terms.currency if terms else None)
    if isinstance(event, LoanOpened | PolicyAdopted) and terms is not None:
        others = sorted(machine.currencies - {terms.currency})
        if others:
            raise EventRefused(
                f"a loan in {terms.currency} cannot run under policy {machine.policy.id}"
                f" {machine.policy.version}, whose conditions name amounts in {', '.join(others)}"
            )
    if isinstance(event, ClaimFiled) and event.filed_on is not None and case is not None:
        today = at.astimezone(case.zone).date()
        if event.filed_on > today:
            raise EventRefused(f"a claim cannot have been filed on {event.filed_on}: it was noticed on {today}")
    if case is not None and isinstance(event, TaskCompleted):
        _check_answer(case, event)
    if case is not None and isinstance(event, TaskReassigned):
        _check_reassignment(machine, case, event, max(at.astimezone(case.zone).date(), case.day))


def _check_answer(case: Case, event: TaskCompleted) -> None:
    """A request for approval is answered with yes or no, and only that; that somebody has done it says neither."""
    asked = {name for request in case.course.requests for name in (request.effect_id, request.rule)}
    asked |= {name for climb, effect in approvals(case) for name in (effect.id, climb.ladder)}
    asked |= {mark.effect_id for mark in case.course.beyond}
    if event.outcome != "done":
        if event.effect_id not in asked and any(one.id == event.effect_id for one in case.course.open_effects):
            raise EventRefused(
                f"`{event.effect_id}` asks for no approval, and `{event.outcome}` is no answer; expected `done`"
            )
    elif event.effect_id in asked:
        raise EventRefused(
            f"`{event.effect_id}` asks for approval, and `done` is no answer; expected `approved` or `refused`"
        )


def _check_reassignment(machine: Machine, case: Case, event: TaskReassigned, day: date) -> None:
    tasks = {effect.id: effect for effect in case.course.open_effects if effect.kind == "task"}
    if event.effect_id not in tasks:
        raise EventRefused(_no_such_task(case, event.effect_id, tasks))
    roles = machine.policy.roles
    if event.role not in roles:
        hint = did_you_mean(event.role, roles) or f"it has {', '.join(roles) or 'none'}"
        raise EventRefused(f"policy {machine.policy.id} has no role `{event.role}` ({hint})")
    if event.deadline_on is not None and event.deadline_on < day:
        raise EventRefused(f"a deadline cannot be set to {event.deadline_on}: that day is over, it is {day}")


def _no_such_task(case: Case, effect_id: str, tasks: dict[str, Effect]) -> str:
    other = next((effect for effect in case.course.open_effects if effect.id == effect_id), None)
    if other is not None:
        return f"`{effect_id}` is a {other.kind}; only a task falls to a role"
    hint = did_you_mean(effect_id, tasks)
    if hint is None and tasks:
        hint = "open are " + ", ".join(f"{name} ({task.action})" for name, task in list(tasks.items())[:5])
    return f"case `{case.id}` has no open task `{effect_id}`" + (f" ({hint})" if hint else "")
