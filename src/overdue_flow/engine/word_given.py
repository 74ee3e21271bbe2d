"""The borrower's word: while a promise is open, or a plan is kept, a policy may let things rest."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from overdue_flow.cases.case import Case
from overdue_flow.policy.policy import Policy

OPEN_PROMISE = "open promise"
ACTIVE_PLAN = "active plan without a missed instalment"
"""What an effect or a rule is kept back by, in words."""


def relied_on(policy: Policy, case: Case, day: date, of: Collection[str]) -> str | None:
    """The open promise, or the plan that is kept, for whose sake the policy stops one `of` these: stages and groups, or
    `collect`. None where nothing is stopped."""
    if not policy.promises_stop.isdisjoint(of) and case.promises.is_open(case, day):
        return OPEN_PROMISE
    if not policy.plans_stop.isdisjoint(of) and case.plans.runs_without_miss(case, day):
        return ACTIVE_PLAN
    return None


def silences(policy: Policy) -> bool:
    """Whether an open promise, or a plan that is kept, stops contacts to collect."""
    return "collect" in policy.promises_stop or "collect" in policy.plans_stop
