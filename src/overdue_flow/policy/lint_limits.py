"""What of limits forbids nothing, and which contacts limits look at in vain or all alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from overdue_flow.cases.attempts import CHANNELS_OF
from overdue_flow.guards.vocabulary import Kind
from overdue_flow.policy.bounds import Limit
from overdue_flow.policy.policy import FactRef, Policy, Task
from overdue_flow.policy.view import View, finding
from overdue_flow.problems import Problem


def limits_that_never_apply(view: View) -> Iterator[Problem]:
    """A limit that bears on no effect of the policy, on no day, or on no loan. One that was taken in may well find
    nothing to forbid here: the law is the same for who does none of it."""
    for limit in view.policy.limits:
        reason = (_why_idle(view.policy, limit) if _is_own(view, limit) else None) or _why_never(view, limit)
        if reason:
            yield finding("limit-never-applies", f"the limit `{limit.id}` can never apply: {reason}", limit.place)


def _why_idle(policy: Policy, limit: Limit) -> str | None:
    """Why a limit forbids nothing of what a policy does."""
    if not any(bears_on(policy, limit, task) for task in things_to_do(policy)):
        return "nothing that this policy does is what it looks at"
    first, last = policy.in_force
    if limit.in_force[1] and first and limit.in_force[1] < first:
        return f"it ends on {limit.in_force[1]}, before the policy begins on {first}"
    if limit.in_force[0] and last and limit.in_force[0] > last:
        return f"it begins on {limit.in_force[0]}, after the policy ends on {last}"
    return None


def _why_never(view: View, limit: Limit) -> str | None:
    """Why a limit would forbid nothing in any policy."""
    if limit.counts and limit.channels and CHANNELS_OF[limit.counts].isdisjoint(limit.channels):
        by = " or ".join(f"`{channel}`" for channel in limit.channels)
        return f"it counts `{limit.counts}`, and there is none by {by}"
    if limit.guard and view.none(limit.guard).proved:
        return "no loan meets its condition"
    return None


def things_to_do(policy: Policy) -> list[Task]:
    """Every task, rungs of ladders as tasks of their own."""
    return [one for task in policy.tasks for one in in_rungs(task)]


def in_rungs(task: Task) -> tuple[Task, ...]:
    """A task; of a ladder its rungs, as tasks of their own."""
    rungs = (Task(task.id, rung.action, rung.kind, rung.purpose, rung.params) for rung in task.ladder)
    return tuple(rungs) or (task,)


def bears_on(policy: Policy, limit: Limit, task: Task) -> bool:
    """Whether a limit looks at what a task asks for; where a parameter may be anything, it may be what it looks at."""
    asked = (
        (limit.kinds, {task.kind}),
        (limit.purposes, {task.purpose}),
        (limit.channels, _channels_of(policy, task)),
        (limit.parties, _words_of(policy, task, "party", ("borrower",))),
        (limit.contact_points, _words_of(policy, task, "contact_point", ())),
    )
    return all(not allowed or found is None or not found.isdisjoint(allowed) for allowed, found in asked)


def _channels_of(policy: Policy, task: Task) -> set[str | None] | None:
    """By what a task may go; None where it may be anything."""
    anything = task.kind == "contact" and task.params.get("channel") is None
    return None if anything else _words_of(policy, task, "channel", ())


def _words_of(policy: Policy, task: Task, param: str, default: tuple[str, ...]) -> set[str | None] | None:
    """What a parameter of a task may be; None where it may be anything."""
    value = task.params.get(param)
    if isinstance(value, FactRef):
        fact = policy.vocabulary.get(value.fact)
        return set(fact.choices) if fact and fact.kind is Kind.CHOICE else None
    return {value} if value is not None else set(default)


def contacts_without_a_channel(view: View) -> Iterator[Problem]:
    """A contact that does not say by which channel it goes, where there are limits on some channels: all look at it."""
    policy = view.policy
    seen: set[str] = set()
    for task in things_to_do(policy):
        if task.kind != "contact" or task.params.get("channel") is not None or task.action in seen:
            continue
        found = [limit for limit in policy.limits if limit.channels and bears_on(policy, limit, task)]
        if found:
            seen.add(task.action)
            names = ", ".join(f"`{limit.id}`" for limit in found)
            message = f"`{task.action}` does not say its channel, so limits on any channel look at it: {names}"
            yield finding(
                "contact-without-channel", message, task.place, hint="give it the parameter `channel: choice`"
            )


def contacts_without_a_place(view: View) -> Iterator[Problem]:
    """Limits of a place that were taken in, where no contact says its contact point: they would look at none."""
    policy, tasks = view.policy, things_to_do(view.policy)
    if any(task.kind == "contact" and task.params.get("contact_point") is not None for task in tasks):
        return
    of_a_place = [limit for limit in policy.limits if limit.contact_points and not _is_own(view, limit)]
    for task in tasks:
        found = [one.id for one in of_a_place if bears_on(policy, replace(one, contact_points=()), task)]
        if task.kind == "contact" and found:
            names = ", ".join(f"`{name}`" for name in found)
            message = f"no contact says its contact point, so limits of a place look at none: {names}"
            hint = "give contacts the parameter `contact_point`, with the words that the limits name"
            yield finding("contact-without-place", message, task.place, hint=hint)
            return


def _is_own(view: View, limit: Limit) -> bool:
    return limit.place is None or limit.place.file == view.source.file
