"""overdue_flow: the life of an overdue loan, by a policy that a collections manager can read.

The names here are the whole surface for most hosts; deeper rooms are public by their path.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    from overdue_flow.policy.compare import compare_policies
    from overdue_flow.policy.load import check_policy, load_policy
    from overdue_flow.policy.policy import Policy
    from overdue_flow.problems import Place, Problem
    from overdue_flow.runtime.flow import Flow
    from overdue_flow.store.memory import MemoryStore
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
    "compare_policies",
    "decide",
    "errors",
    "events",
    "evolve",
    "load_policy",
    "next_wake",
    "replay",
]


_MODULES = ("errors", "events")

_FROM = {
    "Case": "cases.case",
    "Decision": "engine.decision",
    "Effect": "cases.effects",
    "Entry": "cases.entries",
    "Event": "cases.events.base",
    "Flow": "runtime.flow",
    "MemoryStore": "store.memory",
    "Money": "money",
    "OverdueFlowError": "errors",
    "Place": "problems",
    "Policy": "policy.policy",
    "PolicyError": "errors",
    "Problem": "problems",
    "check_policy": "policy.load",
    "compare_policies": "policy.compare",
    "decide": "engine.decide",
    "evolve": "cases.evolve",
    "load_policy": "policy.load",
    "next_wake": "engine.wake",
    "replay": "cases.evolve",
}
"""In which room each name is at home."""


def __getattr__(name: str) -> Any:
    """A name, when it is first asked for: who only looks in (a plugin of a test runner does) loads nothing."""
    if name in _MODULES:
        return importlib.import_module(f"overdue_flow.{name}")
    if name == "SqlStore":
        from overdue_flow.store import sql_store

        return sql_store()
    if name not in _FROM:
        raise AttributeError(f"module `overdue_flow` has no `{name}`")
    found = getattr(importlib.import_module(f"overdue_flow.{_FROM[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
