"""overdue_flow: the life of an overdue loan, by a policy that a collections manager can read.

The names here are the whole surface for most hosts; deeper rooms are public by their path.
"""

from typing import TYPE_CHECKING, Any

from overdue_flow import errors, events
from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.evolve import evolve, replay
from overdue_flow.engine.decide import decide
from overdue_flow.engine.decision import Decision
from overdue_flow.engine.wake import next_wake
from overdue_flow.errors import OverdueFlowError, PolicyError
from overdue_flow.money import Money
from overdue_flow.policy.load import check_policy, load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.problems import Place, Problem
from overdue_flow.runtime.flow import Flow
from overdue_flow.store.memory import MemoryStore

if TYPE_CHECKING:
    from overdue_flow.store.sql import SqlStore

__all__ = [
    "Case",
    "Decision",
    "Effect",
    "Entry",
    "Event",
    "Flow",
    "MemoryStore",
    "Money",
    "OverdueFlowError",
    "Place",
    "Policy",
    "PolicyError",
    "Problem",
    "SqlStore",
    "check_policy",
    "decide",
    "errors",
    "events",
    "evolve",
    "load_policy",
    "next_wake",
    "replay",
]


def __getattr__(name: str) -> Any:
    """`SqlStore`, when it is first asked for: SQLAlchemy takes longer to load than all the rest."""
    if name == "SqlStore":
        from overdue_flow.store import sql_store

        return sql_store()
    raise AttributeError(f"module `overdue_flow` has no `{name}`")
