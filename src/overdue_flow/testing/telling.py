"""What is told of a scenario that is not as expected: what was expected, what was found, why, and on which day it would
have been so; then the timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from overdue_flow.cases.counting import said_on
from overdue_flow.cases.course import owners_of
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import TimePassed
from overdue_flow.engine.live import live
from overdue_flow.engine.machine import Machine
from overdue_flow.policy.trials import Expectation
from overdue_flow.problems import Place
from overdue_flow.reports.timeline import timeline
from overdue_flow.testing.comparing import Difference
from overdue_flow.testing.scenarios import ScenarioResult

AHEAD_DAYS = 400
"""How far ahead is looked for the day on which what was expected would be so."""


def told(result: ScenarioResult, machine: Machine) -> list[str]:
    """A result that is not as expected, in lines; none of one that is."""
    if result.passed:
        return []
    if result.difference is None:
        return [f"it proves nothing of {' and '.join(result.unproved)}: without, all is as expected too"]
    difference = list(_difference(result.difference, other_days(result, machine)))
    if result.difference.what == "story":
        return difference  # which says what happened
    return [
        *difference,
        "what happened until then:",
        *(f"  {line}" for line in story(result, machine)),
    ]


def story(result: ScenarioResult, machine: Machine) -> list[str]:
    """What happened to the loan, in lines."""
    return timeline(machine, result.entries).rstrip("\n").split("\n") if result.entries else []


def _difference(difference: Difference, days: list[str]) -> Iterator[str]:
    where = f" ({difference.place})" if difference.place else ""
    yield f"on {difference.on}{where}"
    yield f"  expected  {difference.what} {difference.expected}"
    yield f"  found     {difference.found}"
    for label, lines in (("because", difference.why.split("\n") if difference.why else []), ("but", days)):
        for number, line in enumerate(lines):
            yield f"  {'' if number else label:<7}   {line}"


# --- on which other day ---


def other_days(result: ScenarioResult, machine: Machine) -> list[str]:
    """Of a rule, a stage or effects that were expected and not found: on which day they were before, or will be if
    nothing else happens. Nothing where they never were, and never are for a long time."""
    difference = result.difference
    if difference is None or difference.of is None or result.case is None:
        return []
    return [
        line
        for sought in _sought(difference.what, difference.of)
        for line in _days(sought, difference.on, result, machine)
    ]


class _Sought(NamedTuple):
    """What was expected: in words, as it was and as it would be; and whether it happened in a turn."""

    was: str
    would_be: str
    happened: Callable[[Entry], bool]


def _sought(what: str, expected: Expectation) -> Iterator[_Sought]:
    if what == "rule" and expected.rule is not None:
        yield _Sought(f"`{expected.rule}` fired", f"`{expected.rule}` would fire", _fires(expected.rule))
    elif what == "stage" and (stage := expected.stage) is not None:
        yield _Sought(f"the loan came to `{stage}`", f"the loan would come to `{stage}`", _moves_to(stage))
    elif what == "effects":
        for action in dict.fromkeys(wanted.action for wanted in expected.effects):
            yield _Sought(f"`{action}` was decided", f"`{action}` would be decided", _decides(action))


def _fires(rule: str) -> Callable[[Entry], bool]:
    return lambda entry: (
        any(move.rule == rule for move in entry.results.moves)
        or any(effect.cause == rule for effect in entry.results.effects)
    )


def _moves_to(stage: str) -> Callable[[Entry], bool]:
    return lambda entry: any(stage in owners_of(move.to_stage) for move in entry.results.moves)


def _decides(action: str) -> Callable[[Entry], bool]:
    return lambda entry: any(effect.action == action for effect in entry.results.effects)


def _days(sought: _Sought, on: date, result: ScenarioResult, machine: Machine) -> Iterator[str]:
    days = (_said_on(entry, result) for entry in result.entries if sought.happened(entry))
    before = [day for day in days if day != on]
    if before:
        yield f"{sought.was} on {before[-1]}"
    after = _first_to_come(sought.happened, on, result, machine)
    if after is not None:
        yield f"{sought.would_be} on {after}, if nothing else happens"


def _first_to_come(
    happened: Callable[[Entry], bool], on: date, result: ScenarioResult, machine: Machine
) -> date | None:
    assert result.case is not None
    for decision in live(machine, result.case, on + timedelta(days=AHEAD_DAYS)):
        if decision.entry is not None and happened(decision.entry):
            day = _said_on(decision.entry, result)
            if day != on:
                return day
    return None


def _said_on(entry: Entry, result: ScenarioResult) -> date:
    assert result.case is not None
    return said_on(entry.day, result.case.terms, opening=isinstance(entry.event, TimePassed))


# --- as values ---


def as_json(result: ScenarioResult, machine: Machine) -> dict[str, Any]:
    """A result for other programs: what was expected and found, the reasons and the timeline in lines."""
    difference = result.difference
    found: dict[str, Any] = {
        "name": result.scenario.name,
        **_place(result.scenario.place),
        "passed": result.passed,
        "unproved": list(result.unproved),
        "difference": None,
    }
    if difference is not None:
        found["difference"] = {
            "on": difference.on.isoformat(),
            **_place(difference.place),
            "what": difference.what,
            "expected": difference.expected,
            "found": difference.found,
            "why": difference.why.split("\n") if difference.why else [],
            "other_days": other_days(result, machine),
        }
        found["story"] = story(result, machine)
    return found


def _place(place: Place | None) -> dict[str, Any]:
    return {"file": place.file if place else None, "line": place.line if place else None}
