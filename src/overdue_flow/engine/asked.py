"""Everything that a policy asks to be done, by the id that effects name as their cause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, TypeAlias

from overdue_flow.policy.policy import Policy, Task

How: TypeAlias = Literal["entry", "rhythm", "rule", "else"]


class Asked(NamedTuple):
    """A task of the policy, the stage or group that asks for it ("" for `everywhere`), and on what occasion."""

    task: Task
    owner: str
    how: How


def all_asked(policy: Policy) -> Mapping[str, Asked]:
    """Every task by its id: those on entry, in a rhythm and of `do` rules, and what follows on missed deadlines."""
    return {
        task.id: Asked(task, owner, how if task is first else "else")
        for first, owner, how in _first_asked(policy)
        for task in first.and_what_follows
    }


def _first_asked(policy: Policy) -> Iterator[tuple[Task, str, How]]:
    for owner, stage in policy.stages.items():
        yield from ((task, owner, "entry") for task in stage.on_enter)
        yield from ((beat.task, owner, "rhythm") for beat in stage.beats)
    yield from ((rule.task, rule.owner, "rule") for rule in policy.rules if rule.task is not None)
