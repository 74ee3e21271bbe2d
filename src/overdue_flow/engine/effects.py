"""All effects of a turn: what entry, rhythm, `do` rules, ladders and missed deadlines ask for; what is cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from overdue_flow.cases.course import owners_of
from overdue_flow.cases.effects import Status
from overdue_flow.cases.entries import EffectChange
from overdue_flow.cases.events import EventRetracted, TaskCompleted
from overdue_flow.engine.approving import end_approvals
from overdue_flow.engine.deadlines import follow_missed, forgo_what_followed
from overdue_flow.engine.do_rules import rules_that_fire
from overdue_flow.engine.done import close_what_was_done
from overdue_flow.engine.draft import Draft
from overdue_flow.engine.ladders import ask, climb_on, end_ladders
from overdue_flow.engine.parked import tell_of_parked
from overdue_flow.engine.retractions import take_back
from overdue_flow.engine.reviews import review_holds, tell_of_late_reviews
from overdue_flow.engine.rhythm import keep_the_beat
from overdue_flow.engine.subjects import subject_of
from overdue_flow.engine.tasks import note_changes
from overdue_flow.policy.policy import Rule, Task

TASK_CANCELLED = "task_cancelled"
"""The action that tells the owner of a task that it need not be done any more."""


def plan_effects(draft: Draft) -> None:
    """All effects of the turn, after its moves."""
    course = draft.case.course
    if course.open_effects:
        close_what_was_done(draft)
    _cancel_what_was_left(draft)
    if course.open_effects or not draft.opens_day:
        review_holds(draft)
    if course.beyond and not draft.opens_day:
        end_approvals(draft)
    if isinstance(draft.event, EventRetracted):
        take_back(draft, draft.event.event_id)
    if course.open_effects and isinstance(draft.event, TaskCompleted):
        forgo_what_followed(draft, draft.event.effect_id)
    if course.climbs:
        end_ladders(draft)
    if not draft.resting or draft.stopped is not None:
        _ask_what_is_due(draft)
    if course.open_effects:
        tell_of_parked(draft)
    if draft.changes:
        _tell_owners(draft)


def _ask_what_is_due(draft: Draft) -> None:
    if len(draft.moves) > 1:
        for owner in _entered_and_left(draft):
            _enter(draft, owner, skipped="the stage was left in the same turn")
    for owner in draft.entered:
        _enter(draft, owner)
    if draft.opens_day:
        keep_the_beat(draft)
    for rule in rules_that_fire(draft):
        assert rule.task is not None
        ask(draft, rule.task, rule.owner, about=_about(draft, rule.task), happened_on=_happened_on(draft, rule))
    course = draft.case.course
    if course.open_effects:
        note_changes(draft)
    if course.climbs and not draft.resting:
        climb_on(draft)
    if course.open_effects and not draft.resting:
        follow_missed(draft)
        tell_of_late_reviews(draft)


def _about(draft: Draft, task: Task) -> str:
    """What the event names at which a task is asked for."""
    field = draft.machine.subjects.get(task.id)
    return subject_of(draft.event, field, draft.before, draft.case) if field is not None else ""


def _happened_on(draft: Draft, rule: Rule) -> date | None:
    """The day on which the event happened that a rule answers; None where the host does not say it apart."""
    happened_at = draft.event.took_effect_at() if rule.on is not None else None
    return None if happened_at is None else happened_at.astimezone(draft.case.zone).date()


def _enter(draft: Draft, owner: str, skipped: str = "") -> None:
    for task in draft.machine.policy.stages[owner].on_enter:
        if task.guard is None or draft.machine.asks_for(task, draft.case, draft.day):
            ask(draft, task, owner, skipped=skipped)


def _entered_and_left(draft: Draft) -> Iterator[str]:
    """Stages and groups that the case came into in this turn and left again, in order."""
    stay = set(draft.entered)
    seen: set[str] = set()
    where = draft.before.course.stage if draft.before else ""
    for move in draft.moves[:-1]:
        if move.how == "renamed":
            continue
        for owner in owners_of(move.to_stage):
            if owner not in stay and owner not in owners_of(where) and owner not in seen:
                seen.add(owner)
                yield owner
        where = move.to_stage


def _cancel_what_was_left(draft: Draft) -> None:
    """Contacts, and what says `until: leave`, end with the stage or group that asked for them; so do requests. Contacts
    of `everywhere` end in the stages that their rule leaves out, and what says `until: episode` with the episode."""
    if not draft.moves:
        return
    visits = draft.case.course.visits
    earlier = draft.before.course.visits if draft.before else {}
    here = owners_of(draft.case.course.stage)
    over = _how_the_episode_ended(draft)
    ended = {effect_id for effect_id, _how in draft.requests_ended} | {change.effect_id for change in draft.changes}
    for effect in draft.case.course.open_effects:
        scope, why = effect.scope, ""
        if effect.id in ended:
            continue
        if scope and (scope not in here or visits[scope] != earlier.get(scope)):
            why = f"the case left {scope}"
        elif effect.kind == "contact" and draft.machine.is_left_out(effect.cause, draft.case.course.stage):
            why = f"{effect.cause} does not apply in {draft.case.course.stage}"
        elif over and draft.machine.ends_with_the_episode(effect.cause):
            why = over
        if why:
            draft.changes.append(EffectChange(effect.id, Status.CANCELLED, why))
            if any(request.effect_id == effect.id for request in draft.case.course.requests):
                draft.requests_ended.append((effect.id, "withdrawn"))


def _how_the_episode_ended(draft: Draft) -> str:
    """In words, where it did in this turn: an episode lasts from leaving the start stage until the return to it."""
    policy = draft.machine.policy
    if any(move.to_stage == policy.start and move.how != "renamed" for move in draft.moves):
        return f"the case came back to {policy.start}"
    return "the case ended" if policy.stages[draft.case.course.stage].end else ""


def _tell_owners(draft: Draft) -> None:
    """Who was given a task that need not be done any more is told."""
    tasks = {one.id: one for one in draft.case.course.open_effects if one.status is Status.DELIVERED}
    for change in draft.changes:
        task = tasks.get(change.effect_id)
        if task is not None and change.status is Status.CANCELLED:
            params = {"task": task.id, "action": task.action, "reason": change.reason}
            draft.add(TASK_CANCELLED, kind="notice", cause=task.cause, params=params, role=task.role)
