"""A search for a loan that shows something: its whole history, from the opening to the day in question."""

from overdue_flow.testing.search.find import find
from overdue_flow.testing.search.goals import aims_of, rule_fires, stage_reached
from overdue_flow.testing.search.history import Aim, Budget, Goal, History, Turn, differs
from overdue_flow.testing.search.limits import aims_of_limit
from overdue_flow.testing.search.shown import scenario_of

__all__ = [
    "Aim",
    "Budget",
    "Goal",
    "History",
    "Turn",
    "aims_of",
    "aims_of_limit",
    "differs",
    "find",
    "rule_fires",
    "scenario_of",
    "stage_reached",
]
