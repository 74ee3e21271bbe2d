"""What a check of a policy looks at, and how it says what it found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from overdue_flow.policy.policy import Policy
from overdue_flow.policy.source import Source
from overdue_flow.problems import Place, Problem, Severity


@dataclass(frozen=True, slots=True)
class View:
    """A checked policy, where everything stands, and what of each section is named somewhere."""

    policy: Policy
    source: Source
    used: Mapping[str, set[str]]


def finding(
    code: str,
    message: str,
    place: Place | None,
    *,
    hint: str | None = None,
    also: Iterable[tuple[Place | None, str]] = (),
    witness: str | None = None,
) -> Problem:
    """One thing that somebody should look at."""
    shown = tuple((where, word) for where, word in also if where is not None)
    return Problem(code, message, place, Severity.FINDING, hint, shown, witness)
