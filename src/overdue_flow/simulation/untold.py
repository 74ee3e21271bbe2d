"""What a book does not tell of, and a policy looks at: rules on it can never fire in a backtest, and who reads the
figures must know.
"""

from __future__ import annotations

from collections.abc import Collection

from overdue_flow.cases.groups import group_of_fact, group_of_row
from overdue_flow.policy.policy import Policy

TOLD_BY_EVENTS = {
    "talks": "negotiations, promises or plans",
    "care": "holds, disputes or complaints",
    "finances": "assessments of borrowers' finances",
    "legal": "legal steps or hand-over",
}
"""What events tell of, by group, in words."""


def untold(policy: Policy, kinds: Collection[str]) -> tuple[str, ...]:
    """What a book with these kinds of events does not tell of, of all that the policy's rules look at, in words."""
    told = {group_of_row(kind) for kind in kinds}
    asked = {group_of_row(rule.on) for rule in policy.rules if rule.on is not None}
    asked |= {group_of_fact(name) for rule in policy.rules if rule.guard for name in rule.guard.names}
    return tuple(words for group, words in TOLD_BY_EVENTS.items() if group in asked - told)
