"""Moves: which rule matches first, and what may keep it from moving the case.

Only rules with `to` compete. In the first pass all rules do, those `on` the event among them; in later passes only
rules without `on`, until none matches. A held rule counts as not matching.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import said_on
from overdue_flow.cases.course import owners_of
from overdue_flow.cases.effects import Status
from overdue_flow.cases.entries import EffectChange, Held, How, Move, Request
from overdue_flow.cases.events import EventRetracted, HostEvent, MovedByHand, PolicyAdopted, TaskCompleted
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.new_names import in_new_names
from overdue_flow.cases.values import changed
from overdue_flow.engine.decision import MOVES_PER_TURN_MAX
from overdue_flow.engine.draft import Draft
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.word_given import relied_on
from overdue_flow.errors import EventRefused
from overdue_flow.policy.bounds import default_text
from overdue_flow.policy.policy import Policy, Rule
from overdue_flow.problems import did_you_mean


def word_of(event: Event) -> str:
    """What a rule's `on` calls an event: its kind, or the name that the host gave it."""
    return event.name if isinstance(event, HostEvent) else event.kind


def make_moves(draft: Draft) -> None:
    """All moves of the turn."""
    _move_as_told(draft)
    if draft.resting:
        return
    approved = _answer_requests(draft)
    event: Event | None = draft.event
    while True:
        rule = approved or _next_rule(draft, event)
        if rule is None:
            return
        event = None
        if rule.approve and approved is None:
            _ask_approval(draft, rule)
            return
        approved = None
        if not _moved_by(draft, rule) or rule.step:
            return


def _moved_by(draft: Draft, rule: Rule) -> bool:
    """Move by a rule, unless that would run past the ceiling or break a `never` clause."""
    assert rule.to is not None
    if len(draft.moves) >= MOVES_PER_TURN_MAX:
        draft.stop(f"more than {MOVES_PER_TURN_MAX} moves in one turn", rule.id)
        return False
    machine, earlier = draft.machine, draft.case
    stage = machine.fire(earlier.course.stage, rule)
    because = default_text(rule.because)
    how: How = "approved" if rule.approve else "rule"
    draft.move(stage, rule=rule.id, because=because, how=how)
    if machine.clauses:
        now = machine.broken(draft.case, draft.day)
        newly = now and now & ~machine.broken(earlier, draft.day)
        if newly:
            broken = [clause.id for bit, clause in enumerate(machine.clauses) if newly >> bit & 1]
            draft.case = earlier
            draft.moves.pop()
            draft.stop(f"a move to {stage} would break never clause {', '.join(broken)}", rule.id)
            return False
    draft.held = ()
    return True


def _next_rule(draft: Draft, event: Event | None) -> Rule | None:
    """The rule of this pass. What is held is noted for it."""
    rule, draft.held = first_free(draft.machine, draft.case, draft.day, event, draft.requests_ended)
    return rule


def first_free(
    machine: Machine, case: Case, day: date, event: Event | None, ended: Sequence[tuple[str, str]] = ()
) -> tuple[Rule | None, tuple[Held, ...]]:
    """The first rule that matches and that nothing holds, and the rules before it that something does.

    `ended` are requests for approval that ended in this turn, with how.
    """
    table = machine.tables[case.course.stage]
    ballot = table.plain if event is None else table.by_event.get(word_of(event), table.plain)
    held: list[Held] = []
    position = ballot.first(case, day, event)
    while position >= 0:
        rule = ballot.rules[position]
        by = what_holds(machine, case, day, rule)
        if machine.rests(rule, case, day):
            pass
        elif by is not None:
            held.append(Held(rule.id, rule.to or "", by, at_event=rule.on is not None))
        elif not (rule.approve and _asked_or_refused(machine, case, day, rule, ended)):
            return rule, tuple(held)
        position = ballot.first(case, day, event, position + 1)
    return None, tuple(held)


def what_holds(machine: Machine, case: Case, day: date, rule: Rule) -> str | None:
    """What keeps a matching rule from moving the case: a hold, an open promise, an active plan; None if nothing
    does."""
    policy = machine.policy
    target = owners_of(rule.to or "")
    for kind in case.care.standing(day) if case.care.holds else ():
        stops = machine.holds[kind].stops if kind in machine.holds else frozenset()
        if not stops.isdisjoint(target):
            return f"hold {kind}"
    if not (policy.promises_stop or policy.plans_stop):
        return None
    return relied_on(policy, case, day, [owner for owner in target if owner not in owners_of(case.course.stage)])


def _asked_or_refused(machine: Machine, case: Case, day: date, rule: Rule, ended: Sequence[tuple[str, str]]) -> bool:
    """Whether approval of a rule was asked already, or was refused and is not to be asked again yet."""
    course = case.course
    how = dict(ended)
    asked = [request for request in course.requests if request.rule == rule.id]
    if any(request.effect_id not in how for request in asked):
        return True
    if rule.on is not None:
        return False
    if any(how[request.effect_id] == "refused" for request in asked):
        return True
    visit = course.visits.get(course.stage, 0)
    refused_on = [one.on for one in course.refusals if one.rule == rule.id and one.visit == visit]
    if not refused_on:
        return False
    return rule.ask_again_after is None or day < rule.ask_again_after.after(refused_on[-1], machine.calendar)


def _ask_approval(draft: Draft, rule: Rule) -> None:
    """The move waits; the role is asked. The request keeps the event, with which the guard is tested again."""
    effect = draft.add(
        "approval",
        kind="task",
        cause=rule.id,
        role=rule.approve,
        params={"rule": rule.id, "to": rule.to},
        scope=draft.case.course.stage,
    )
    event = draft.event if rule.on else None
    draft.requests.append(Request(effect.id, rule.id, rule.to or "", rule.approve or "", draft.day, event))


def _answer_requests(draft: Draft) -> Rule | None:
    """End the requests that were answered or have lost their ground; the rule whose move was approved."""
    approved: Rule | None = None
    for request in draft.case.course.requests:
        if isinstance(draft.event, PolicyAdopted):
            _end_request(draft, request, "withdrawn", "another policy version was adopted")
            continue
        if isinstance(draft.event, EventRetracted) and request.event and request.event.id == draft.event.event_id:
            _end_request(draft, request, "withdrawn", f"event {request.event.id} was retracted")
            continue
        rule = draft.machine.policy.rule(request.rule)
        told = draft.event if isinstance(draft.event, TaskCompleted) else None
        if not draft.machine.still_holds(rule, draft.case, draft.day, request.event):
            _end_request(draft, request, "withdrawn", "its condition no longer holds")
        elif told is None or told.effect_id not in (request.effect_id, request.rule):
            continue
        elif told.role not in (None, request.role):
            draft.call_attention(f"{told.role} may not answer for {request.role}", cause=request.rule)
        elif told.outcome == "refused":
            _end_request(draft, request, "refused", f"{request.role} refused")
        elif (by := what_holds(draft.machine, draft.case, draft.day, rule)) is not None:
            _end_request(draft, request, "withdrawn", f"{by} stops it")
        else:
            _end_request(draft, request, "approved", f"{request.role} approved")
            approved = rule
    return approved


def _end_request(draft: Draft, request: Request, how: str, reason: str) -> None:
    draft.requests_ended.append((request.effect_id, how))
    status = Status.CANCELLED if how == "withdrawn" else Status.DELIVERED
    draft.changes.append(EffectChange(request.effect_id, status, reason))


def stage_told(policy: Policy, name: str) -> str:
    """The leaf that a person or a host means by the name of a stage or group. EventRefused where it means none."""
    stage = policy.stages.get(name)
    if stage is None:
        hint = did_you_mean(name, policy.stages)
        found = f"there is no stage `{name}` in policy {policy.id} {policy.version}"
        raise EventRefused(found + (f" ({hint})" if hint else ""))
    if stage.children and stage.first is None:
        raise EventRefused(f"`{name}` is a group; expected one of its stages: {', '.join(stage.children)}")
    return policy.leaf_of(name)


def _move_as_told(draft: Draft) -> None:
    """Moves that a person or a new policy version makes; they free a stopped case."""
    event, policy = draft.event, draft.machine.policy
    how: How
    if isinstance(event, MovedByHand):
        target, because, how = stage_told(policy, event.to), event.reason, "by_hand"
    elif isinstance(event, PolicyAdopted):
        target, because, how = _adopted_into(draft, event), "policy adopted", "adopted"
    else:
        return
    draft.freed = draft.case.course.stopped is not None
    if target != draft.case.course.stage:
        earlier = draft.case
        draft.move(target, rule=None, because=because, how=how)
        report_entry(draft, earlier)


def _adopted_into(draft: Draft, event: PolicyAdopted) -> str:
    """The stage in which a version that is adopted has the case. One that goes on under another name is there already;
    that is noted, and before the turn it was there too, so that nothing counts as new."""
    assert draft.before is not None, "a case that is not open adopts nothing"
    policy, was = draft.machine.policy, draft.before.course.stage
    mapped = event.stage_map.get(was, was)
    if mapped not in policy.stages:
        raise EventRefused(f"the stage map does not say where `{was}` goes in policy {policy.id} {policy.version}")
    target = stage_told(policy, mapped)
    if event.renamed.get(was, target) != target:
        raise EventRefused(f"`{was}` goes to `{target}` by the stage map, and is now called `{event.renamed[was]}`")
    draft.before = changed(draft.before, course=in_new_names(draft.before.course, event))
    if was in event.renamed and target != was:
        spoken = said_on(draft.day, draft.case.terms, opening=draft.opens_day)
        draft.moves.append(Move(was, target, None, "policy adopted", spoken, "renamed"))
    return target


def report_entry(draft: Draft, earlier: Case | None) -> None:
    """Clauses `on_entry` that a move which somebody answers for has made true. It stands; a person is told."""
    if draft.machine.clauses:
        before = draft.machine.broken_on_entry(earlier, draft.day) if earlier is not None else 0
        draft.report_breaches(draft.machine.broken_on_entry(draft.case, draft.day) & ~before)
