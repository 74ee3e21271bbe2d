"""Findings that somebody looked at: `explained` says which, and why the policy is to stay as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from overdue_flow.policy.bounds import default_text
from overdue_flow.policy.declared import FindingExplained
from overdue_flow.policy.places import Source
from overdue_flow.problems import Problem, Severity

MUTANT_SURVIVES = "mutant-survives"
"""A small change of the policy that no scenario notices: found by `overdue-flow mutate`, not by `check`."""

NOT_REACHED = "not-reached"
"""A part of the policy that no scenario reaches: found by `overdue-flow coverage`."""

CAN_HAPPEN = "can-happen"
"""What a history shows that should not be: found by `overdue-flow prove`, not by `check`."""

_FOUND_LATER = frozenset({MUTANT_SURVIVES, NOT_REACHED, CAN_HAPPEN})


def explain(
    problems: Iterable[Problem], reasons: Iterable[FindingExplained], source: Source, *, all_found: bool
) -> Iterator[Problem]:
    """The problems, each finding with its reason where it has one; and a finding for a reason that explains nothing,
    where all findings were looked for: in a policy that is refused they were not."""
    said, meant = tuple(reasons), set[int]()
    for problem in problems:
        number = next((number for number, one in enumerate(said) if means(one, problem)), None)
        if number is not None:
            meant.add(number)
        yield problem if number is None else replace(problem, explained=default_text(said[number].because))
    for number, one in enumerate(said):
        path = source.original(("explained",), (number,))
        looked_for = all_found and one.finding not in _FOUND_LATER
        if looked_for and number not in meant and not source.is_taken_in(path):
            about = " about " + ", ".join(f"`{name}`" for name in one.about) if one.about else ""
            message = f"there is no finding `{one.finding}`{about} to explain"
            yield Problem("explains-nothing", message, source.place(path), Severity.FINDING)


def means(reason: FindingExplained, problem: Problem) -> bool:
    """Whether a reason is given for a finding: all that it is about stands in the message."""
    return (
        not problem.refused
        and problem.code == reason.finding
        and all(f"`{name}`" in problem.message for name in reason.about)
    )


def reason_for(reasons: Iterable[FindingExplained], problem: Problem) -> str:
    """Why a finding is to stay as it is; "" where nobody says so."""
    return next((default_text(one.because) for one in reasons if means(one, problem)), "")
