"""Roads to the stages of a policy: for each stage a history that leads there, so that random lives come to the deep
ones too, where chance alone hardly ever leads."""

from __future__ import annotations

from overdue_flow.engine.machine import Machine
from overdue_flow.testing.search.find import find
from overdue_flow.testing.search.goals import stage_reached
from overdue_flow.testing.search.history import Budget, History
from overdue_flow.testing.search.starts import opened

TURNS = 2_000
"""How many turns of loans are lived at most in the search for one road."""


def roads_of(machine: Machine, *, days: int, most: int) -> tuple[History, ...]:
    """A road to each stage to which one was found, from the opening, in at most `days` days and `most` steps."""
    policy = machine.policy
    found = (
        find(machine, stage_reached(policy, leaf), starts=opened(policy), budget=Budget(TURNS, most, days))
        for leaf in policy.leaves
        if leaf != policy.start
    )
    return tuple(road for road in found if road is not None)
