"""Everything that a policy asks to be done, by the id that effects name as their cause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, TypeAlias

from overdue_flow.policy.policy import Policy, Task
from overdue_flow.policy.subjects import ids_of, shared_id

How: TypeAlias = Literal["entry", "rhythm", "rule", "else"]


class Asked(NamedTuple):
    """A task of the policy, the stage or group that asks for it ("" for `everywhere`), and on what occasion. `excepted`
    are the leaves in which the rule that asks for it does not apply."""

    task: Task
    owner: str
    how: How
    excepted: frozenset[str] = frozenset()


def all_asked(policy: Policy) -> Mapping[str, Asked]:
    """Every task by its id: those on entry, in a rhythm and of `do` rules, and what follows on missed deadlines."""
    return {
        task.id: asked._replace(task=task, how=asked.how if task is asked.task else "else")
        for asked in _first_asked(policy)
        for task in asked.task.and_what_follows
    }


def _first_asked(policy: Policy) -> Iterator[Asked]:
    for owner, stage in policy.stages.items():
        yield from (Asked(task, owner, "entry") for task in stage.on_enter)
        yield from (Asked(beat.task, owner, "rhythm") for beat in stage.beats)
    yield from (Asked(rule.task, rule.owner, "rule", rule.excepted) for rule in policy.rules if rule.task is not None)


def all_awaited(policy: Policy) -> Mapping[str, Mapping[str, str | None]]:
    """By event: the tasks that it shows to be done, each with the field by which it and the event at which the task was
    asked for name the same thing (None: they name nothing in common)."""
    awaited: dict[str, dict[str, str | None]] = {}
    subjects = all_subjects(policy)
    for first, on in _with_event(policy):
        for task in first.and_what_follows:
            for event in task.done_by:
                field = shared_id(on, event, policy.spec.events)
                named = field if field == subjects.get(first.id) else None
                awaited.setdefault(event, {})[task.id] = named
    return awaited


def all_subjects(policy: Policy) -> Mapping[str, str]:
    """The tasks that are asked for at an event which names something, each with the field that does: the one by which
    it is found to be done, where it is."""
    found = {}
    for task, on in _with_event(policy):
        ids = ids_of(on, policy.spec.events) if on is not None else ()
        shown = (event for one in task.and_what_follows for event in one.done_by)
        matched = (shared_id(on, event, policy.spec.events) for event in shown)
        field = next((one for one in matched if one is not None), ids[0] if ids else None)
        if field is not None:
            found[task.id] = field
    return found


def _with_event(policy: Policy) -> Iterator[tuple[Task, str | None]]:
    """What is asked for first, with the event at which it is."""
    yield from ((asked.task, None) for asked in _first_asked(policy) if asked.how != "rule")
    yield from ((rule.task, rule.on) for rule in policy.rules if rule.task is not None)
