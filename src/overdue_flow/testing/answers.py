"""A person's answer to what a policy asked for, as the event by which it comes."""

from __future__ import annotations

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import EffectDelivered, Event, TaskCompleted
from overdue_flow.engine.ladders import approvals
from overdue_flow.errors import EventRefused
from overdue_flow.policy.trials import Answer


def answering(case: Case, answer: Answer) -> Event:
    """The event by which a person answers what the policy asked of them; EventRefused where it did not ask."""
    if answer.word == "done":
        for effect in case.course.open_effects:
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
