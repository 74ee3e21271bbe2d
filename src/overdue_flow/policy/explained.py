"""Findings that somebody looked at: `explained` says which, and why the policy is to stay as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from overdue_flow.policy.bounds import default_text
from overdue_flow.policy.declared import FindingExplained
from overdue_flow.policy.places import Source
from overdue_flow.problems import Problem, Severity


def explain(
    problems: Iterable[Problem], reasons: Iterable[FindingExplained], source: Source, *, all_found: bool
) -> Iterator[Problem]:
    """The problems, each finding with its reason where it has one; and a finding for a reason that explains nothing,
    where all findings were looked for: in a policy that is refused they were not."""
    said, meant = tuple(reasons), set[int]()
    for problem in problems:
        number = next((number for number, one in enumerate(said) if _means(one, problem)), None)
        if number is not None:
            meant.add(number)
        yield problem if number is None else replace(problem, explained=default_text(said[number].because))
    for number, one in enumerate(said):
        path = source.original(("explained",), (number,))
        if all_found and number not in meant and not source.is_taken_in(path):
            about = " about " + ", ".join(f"`{name}`" for name in one.about) if one.about else ""
            message = f"there is no finding `{one.finding}`{about} to explain"
            yield Problem("explains-nothing", message, source.place(path), Severity.FINDING)


def _means(reason: FindingExplained, problem: Problem) -> bool:
    return (
        not problem.refused
        and problem.code == reason.finding
        and all(f"`{name}`" in problem.message for name in reason.about)
    )
