"""Where the case stands on its road: what deciding led to, as `settle` folds it from entries.

Nothing here is fed by what events say about the loan; a retraction leaves it alone.

What it holds: the stage, when it and its groups were entered, how often, what is on its way to the outbox, which rules
are held or wait for approval, which ladders are climbed, what was offered beyond authority, which marks stand or stood,
and whether the case is stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import NOTHING, Beyond, Climb, Entry, Held, MarkChange, Move, Request, Results, Stop
from overdue_flow.cases.events import (
    CaseAdopted,
    EffectDelivered,
    EffectFailed,
    EffectWithheld,
    TaskCompleted,
    TaskReassigned,
)
from overdue_flow.cases.values import changed

ANSWERS = (EffectDelivered, EffectFailed, EffectWithheld, TaskCompleted)
"""What the outbox and people answer to an effect."""

PARKED = "parked: a person must look"
"""Why an effect waits that its hook could not do, and that is not tried again by itself."""

_NOWHERE: Mapping[str, date] = {}
_NEVER: Mapping[str, int] = {}
_UNMARKED: Mapping[str, MarkChange] = {}


class Refusal(NamedTuple):
    """An approval that was refused: the rule, when, and in which visit of the stage."""

    rule: str
    on: date
    visit: int


class Course(NamedTuple):
    """The road so far. `entered` gives the day on which the stage and each group around it were entered from outside;
    `visits` how often each stage and group was; `open_effects` are pending or held; `marks` gives what last became
    of each mark."""

    stage: str = ""
    entered: Mapping[str, date] = _NOWHERE
    visits: Mapping[str, int] = _NEVER
    moves: tuple[Move, ...] = ()
    open_effects: tuple[Effect, ...] = ()
    fired: frozenset[tuple[str, str]] = frozenset()
    held: tuple[Held, ...] = ()
    requests: tuple[Request, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    stopped: Stop | None = None
    muted_until: date | None = None
    policy: str = ""
    version: str = ""
    climbs: tuple[Climb, ...] = ()
    rests_until: date | None = None
    beyond: tuple[Beyond, ...] = ()
    marks: Mapping[str, MarkChange] = _UNMARKED

    @property
    def entered_on(self) -> date:
        """The day on which the present stage was entered."""
        return self.entered[self.stage]


@lru_cache(maxsize=4096)
def owners_of(stage: str) -> tuple[str, ...]:
    """The stage and the groups around it, outermost first: `legal.trial` lies in `legal`."""
    if "." not in stage:
        return (stage,)
    parts = stage.split(".")
    return tuple(".".join(parts[: depth + 1]) for depth in range(len(parts)))


def walk_to(course: Course, stage: str, day: date, entered_on: date | None = None) -> Course:
    """The course after a move to `stage` on `day`; groups that the case was in already keep their entry day."""
    inside = owners_of(course.stage) if course.stage else ()
    entered, visits = {}, dict(course.visits)
    for owner in owners_of(stage):
        if owner in inside and owner != stage:
            entered[owner] = course.entered[owner]
        else:
            entered[owner] = entered_on or day
            visits[owner] = visits.get(owner, 0) + 1
    return changed(course, stage=stage, entered=entered, visits=visits)


def settle(course: Course, entry: Entry) -> Course:
    """The course after an entry: its results, and what the outbox or a person answered."""
    changes: dict[str, Any] = {}
    if entry.results is not NOTHING:
        changes = _settled(course, entry, entry.results)
        course = _walk(course, entry)
    if isinstance(entry.event, CaseAdopted):
        changes |= {"muted_until": entry.event.effects_muted_until, "rests_until": entry.event.rests_until}
    if entry.policy.policy != course.policy or entry.policy.version != course.version:
        changes |= {"policy": entry.policy.policy, "version": entry.policy.version}
    if changes:
        course = changed(course, **changes)
    if isinstance(entry.event, ANSWERS):
        course = answered(course, entry.event)
    elif isinstance(entry.event, TaskReassigned):
        course = _reassigned(course, entry.event)
    return course


def _walk(course: Course, entry: Entry) -> Course:
    adopted_on = entry.event.stage_entered_on if isinstance(entry.event, CaseAdopted) else None
    for move in entry.results.moves:
        if move.how == "renamed":
            continue  # it stands there under that name already
        course = walk_to(course, move.to_stage, entry.day, adopted_on if move.how == "opened" else None)
    return course


def _settled(course: Course, entry: Entry, results: Results) -> dict[str, Any]:
    """What the results change, by the name of the part; parts that nothing happened to are left out."""
    changes: dict[str, Any] = {}
    if results.moves:
        changes["moves"] = course.moves + results.moves
    if results.effects or results.changes:
        changes["open_effects"] = _effects_after(course.open_effects, results)
    if results.fired:
        changes["fired"] = course.fired.union(results.fired)
    if results.held or results.held_ended:
        changes["held"] = _held_after(course.held, results)
    if results.requests or results.requests_ended:
        changes["requests"] = _requests_after(course.requests, results)
        changes["refusals"] = _refusals_after(course, entry)
    if results.stopped is not None or results.freed:
        changes["stopped"] = results.stopped
    if results.climbs or results.climbs_ended:
        changes["climbs"] = _climbs_after(course.climbs, results)
    if results.beyond_authority or results.beyond_ended:
        changes["beyond"] = beyond_after(course.beyond, results)
    if results.marks:
        changes["marks"] = marks_after(course.marks, results.marks)
    return changes


def _effects_after(open_effects: tuple[Effect, ...], results: Results) -> tuple[Effect, ...]:
    if results.changes:
        changes = {change.effect_id: change for change in results.changes}
        kept = []
        for effect in open_effects:
            change = changes.get(effect.id)
            if change is None:
                kept.append(effect)
            elif change.status in (Status.PENDING, Status.HELD):
                due_at = change.due_at or effect.due_at
                kept.append(changed(effect, status=Status(change.status), due_at=due_at, reason=change.reason))
        open_effects = tuple(kept)
    if not results.effects:
        return open_effects
    return open_effects + tuple(e for e in results.effects if e.status in (Status.PENDING, Status.HELD))


def _held_after(held: tuple[Held, ...], results: Results) -> tuple[Held, ...]:
    if results.held_ended:
        held = tuple(one for one in held if one.rule not in results.held_ended)
    return held + tuple(one for one in results.held if not one.at_event) if results.held else held


def _climbs_after(climbs: tuple[Climb, ...], results: Results) -> tuple[Climb, ...]:
    """Ladders in the order in which they were begun; one that ended may have been begun anew in the same turn."""
    ended = {ladder for ladder, _why in results.climbs_ended}
    now = {climb.ladder: climb for climb in climbs if climb.ladder not in ended}
    now |= {climb.ladder: climb for climb in results.climbs}
    return tuple(now.values())


def beyond_after(beyond: tuple[Beyond, ...], results: Results) -> tuple[Beyond, ...]:
    """The offers beyond authority after a turn."""
    ended = {effect_id for effect_id, _how in results.beyond_ended}
    return tuple(mark for mark in beyond if mark.effect_id not in ended) + results.beyond_authority


def marks_after(marks: Mapping[str, MarkChange], changes: Iterable[MarkChange]) -> Mapping[str, MarkChange]:
    """What last became of each mark, after `changes` in their order; the latest comes last."""
    now = dict(marks)
    for change in changes:
        now.pop(change.mark, None)
        now[change.mark] = change
    return now


def _requests_after(requests: tuple[Request, ...], results: Results) -> tuple[Request, ...]:
    if results.requests_ended:
        ended = {effect_id for effect_id, _how in results.requests_ended}
        requests = tuple(request for request in requests if request.effect_id not in ended)
    return requests + results.requests if results.requests else requests


def _refusals_after(course: Course, entry: Entry) -> tuple[Refusal, ...]:
    refused = {effect_id for effect_id, how in entry.results.requests_ended if how == "refused"}
    if not refused:
        return course.refusals
    visit = course.visits.get(course.stage, 0)
    return course.refusals + tuple(
        Refusal(request.rule, entry.day, visit) for request in course.requests if request.effect_id in refused
    )


def answered(course: Course, answer: EffectDelivered | EffectFailed | EffectWithheld | TaskCompleted) -> Course:
    """A delivered contact, notice or record is done; a delivered task waits for the person who does it. A request for
    approval ends by the results of deciding: not everybody's answer counts. What is withheld waits, or is done with."""
    kept = []
    asked = {request.effect_id for request in course.requests}
    asked |= {climb.effect_id for climb in course.climbs if climb.asking}
    asked |= {mark.effect_id for mark in course.beyond}
    for effect in course.open_effects:
        if effect.id != answer.effect_id or (effect.id in asked and isinstance(answer, TaskCompleted)):
            kept.append(effect)
        elif isinstance(answer, EffectDelivered) and effect.kind == "task":
            kept.append(changed(effect, status=Status.DELIVERED))
        elif isinstance(answer, EffectWithheld):
            kept.extend(_withheld(effect, answer))
        elif isinstance(answer, EffectFailed) and not answer.final:
            kept.append(effect if effect.status is Status.DELIVERED else changed(effect, reason=PARKED))
    return changed(course, open_effects=tuple(kept))


def _withheld(effect: Effect, answer: EffectWithheld) -> list[Effect]:
    """The effect as it waits from now on; none where that was its end. A task that somebody has waits for nobody."""
    if effect.status is Status.DELIVERED:
        return [effect]
    if answer.how == "deferred":
        due_at = answer.until or effect.due_at
        return [changed(effect, status=Status.PENDING, due_at=due_at, reason=answer.reason)]
    return [changed(effect, status=Status.HELD, reason=answer.reason)] if answer.how == "held" else []


def _reassigned(course: Course, event: TaskReassigned) -> Course:
    """The task falls to another role, in its parameters too; so does a request that it asks to approve."""
    moved = []
    for effect in course.open_effects:
        if effect.id == event.effect_id:
            old = effect.role
            params = {name: event.role if old and value == old else value for name, value in effect.params.items()}
            deadline_on = event.deadline_on or effect.deadline_on
            effect = changed(effect, role=event.role, params=params, deadline_on=deadline_on)
        moved.append(effect)
    requests = tuple(
        changed(request, role=event.role) if request.effect_id == event.effect_id else request
        for request in course.requests
    )
    return changed(course, open_effects=tuple(moved), requests=requests)
