"""Where a policy takes a loan to court: the stages of the court, and what is asked of people so that a claim is filed.

A policy has no word of its own for a suit. Its tasks say by `done_by` that a filed claim ends them, and its rules go on
from one; where neither is there, a stage or group that is called `legal` is the court, as for promises and plans.
"""

from __future__ import annotations

from typing import NamedTuple

from overdue_flow.cases.course import owners_of
from overdue_flow.policy.policy import Policy, Task

CLAIM = "ClaimFiled"
"""The event that tells of a suit."""

BY_NAME = "legal"
"""What the stage or group is called that is the court where a policy says no more of it."""


class Court(NamedTuple):
    """The court of a policy: its outermost stages and groups, in file order, and the ids of the tasks that ask for a
    claim to be filed. Both are empty where the policy goes to no court."""

    stages: tuple[str, ...]
    claims: frozenset[str]


def court_of(policy: Policy) -> Court:
    """The court of a policy: where a claim is asked for, where a filed one leads to, and `legal`."""
    claims = frozenset(task.id for task in policy.tasks if _is_a_claim(task))
    found = {BY_NAME}
    for path, stage in policy.stages.items():
        asked = [*stage.on_enter, *(beat.task for beat in stage.beats), *(rule.task for rule in stage.rules)]
        if any(task is not None and any(map(_is_a_claim, task.and_what_follows)) for task in asked):
            found.add(owners_of(path)[0])
    found |= {owners_of(rule.to)[0] for rule in policy.rules if rule.on == CLAIM and rule.to is not None}
    return Court(tuple(path for path in policy.stages if path in found), claims)


def _is_a_claim(task: Task) -> bool:
    """Whether a task is done once a claim is filed, and by nothing else: what keeps a claim alive is no suit."""
    return task.done_by == (CLAIM,)


__all__ = ["BY_NAME", "CLAIM", "Court", "court_of"]
