"""Findings on things to do: tasks that wait for an event which cannot come."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.policy.policy import Rule
from overdue_flow.policy.subjects import BEGINNINGS, ENDINGS, shared_id
from overdue_flow.policy.view import View, finding
from overdue_flow.problems import Problem


def tasks_that_nothing_shows_done(view: View) -> Iterator[Problem]:
    """A task whose `done_by` is about the same thing as the event at which it is asked for, and cannot follow on it."""
    for rule in view.policy.rules:
        for task in rule.task.and_what_follows if rule.task else ():
            for event in task.done_by:
                why = _why_never(view, rule, event)
                if why:
                    message = f"no `{event}` can show that `{task.id}` is done: {why}"
                    hint = "name the event that comes when somebody has done it"
                    yield finding("done-by-cannot-come", message, task.place, hint=hint)


def _why_never(view: View, rule: Rule, event: str) -> str | None:
    if rule.on is None:
        return None
    field = shared_id(rule.on, event, view.policy.spec.events)
    if field is None:
        return None
    if BEGINNINGS.get(event) == field:
        return f"it begins something new, with a `{field}` of its own"
    if ENDINGS.get(rule.on) == field and event in ENDINGS:
        return f"`{rule.on}` is the end already of what its `{field}` names"
    return None
