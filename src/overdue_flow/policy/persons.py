"""What a policy asks of a person's loans together: facts that are read from all of them, and holds of the person."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from overdue_flow.cases.borrower import speaks_of_the_borrower
from overdue_flow.guards.tree import Guard
from overdue_flow.policy.bounds import Limit
from overdue_flow.policy.policy import FactRef, Policy


def reads_the_borrower(policy: Policy) -> bool:
    """Whether a condition or a parameter of the policy names a fact that is read from all loans of the person."""
    guards = (guard for guard in _guards(policy) if guard is not None)
    named = chain(chain.from_iterable(guard.names for guard in guards), _parameters(policy), [policy.bucket_by or ""])
    return any(speaks_of_the_borrower(name) for name in named)


def looks_at_other_loans(policy: Policy) -> bool:
    """Whether anything of the policy is about more than one loan of a person: facts, holds, limits, or letters."""
    return (
        reads_the_borrower(policy)
        or bool(holds_of_the_person(policy))
        or any(_counts_further(policy, limit) for limit in policy.limits)
        or any(action.together for action in policy.actions.values())
    )


def _counts_further(policy: Policy, limit: Limit) -> bool:
    """Whether a limit counts contacts of the person's other loans, itself or by a count that its condition names."""
    if limit.counts is not None and "debt" not in limit.per:
        return True
    return limit.guard is not None and not limit.guard.names.isdisjoint(policy.counts_beyond_one_case)


def holds_of_the_person(policy: Policy) -> frozenset[str]:
    """The kinds of hold that stand on all loans of the person once one has it."""
    return frozenset(kind for kind, hold in policy.holds.items() if hold.of_person)


def counts_over_one_loan(policy: Policy) -> tuple[str, ...]:
    """The counts beyond one loan that something else than a limit names: there they are read over the loan at hand."""
    named = frozenset[str]().union(*(guard.names for guard in _guards_of_turns(policy) if guard is not None))
    return tuple(name for name in policy.counts_beyond_one_case if name in named)


def _guards(policy: Policy) -> Iterator[Guard | None]:
    yield from _guards_of_turns(policy)
    yield from (limit.guard for limit in policy.limits)


def _guards_of_turns(policy: Policy) -> Iterator[Guard | None]:
    yield from (rule.guard for rule in policy.rules)
    yield from (task.guard for task in policy.tasks)
    yield from (beat.guard for stage in policy.stages.values() for beat in stage.beats)
    yield from (clause.guard for clause in policy.never)
    yield from (guard for mark in policy.marks for guard in (mark.when, mark.until))


def _parameters(policy: Policy) -> Iterator[str]:
    """The facts that parameters are read from."""
    for task in policy.tasks:
        for params in (task.params, *(rung.params for rung in task.ladder)):
            yield from (value.fact for value in params.values() if isinstance(value, FactRef))


__all__ = ["holds_of_the_person", "reads_the_borrower"]
