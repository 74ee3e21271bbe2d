"""Where a limit may have a say: in stages that ask for what it looks at, once as much was done as it allows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import ContactAttempted
from overdue_flow.engine.windows_of_contact import is_counted
from overdue_flow.policy.bounds import Limit
from overdue_flow.policy.lint_limits import bears_on, in_rungs
from overdue_flow.policy.policy import Policy, Task
from overdue_flow.testing.search.history import Aim

_DAYS = {"hours": 1, "days": 1, "business days": 1, "weeks": 7, "months": 30, "years": 365}
_ONE_LESS = 0.1
"""What an attempt counts that is still to be made."""


def aims_of_limit(policy: Policy, limit: Limit) -> Iterator[Aim]:
    """The stages in which something is asked for that the limit looks at, with its condition true, and so many attempts
    made within its window as it allows."""
    leaves = frozenset(leaf for leaf in policy.leaves if _asks_for_it(policy, limit, leaf))
    condition = limit.guard.tree if limit.guard is not None else None
    if limit.counts is None:
        yield Aim(leaves, condition)
        return

    def still_to_be_made(case: Case, day: date) -> float:
        return _ONE_LESS * max(0, (limit.at_most or 0) - _made(limit, case, day))

    yield Aim(leaves, condition, ("ContactAttempted",), score=still_to_be_made)


def _asks_for_it(policy: Policy, limit: Limit, leaf: str) -> bool:
    return any(bears_on(policy, limit, one) for task in _tasks_in(policy, leaf) for one in in_rungs(task))


def _tasks_in(policy: Policy, leaf: str) -> Iterator[Task]:
    for owner in policy.stages[leaf].owners:
        stage = policy.stages[owner]
        yield from (*stage.on_enter, *(beat.task for beat in stage.beats))
    yield from (rule.task for rule in policy.rules_in(leaf) if rule.task is not None)


def _made(limit: Limit, case: Case, day: date) -> int:
    """About how much was done within the window that the limit counts; the engine knows it to the instant."""
    days = _DAYS[limit.within.unit.removeprefix("calendar ")] * limit.within.count if limit.within else 1
    since = day - timedelta(days=days - 1)
    attempts = (one for one in case.events if isinstance(one.event, ContactAttempted) and one.on >= since)
    return sum(_counts(limit, one.event) for one in attempts if isinstance(one.event, ContactAttempted))


def _counts(limit: Limit, event: ContactAttempted) -> bool:
    return (not limit.channels or event.channel in limit.channels) and is_counted(limit.counts or "attempt", event)
