"""Policies with one planted fault each, and which tool finds it.

`check` and `prove` find a fault where they say something of its part that they do not say of the sound policy. Coverage
and mutation say what no scenario looks at; they find the fault where a loan that they show for its part is treated
otherwise by the sound policy: whoever reads that loan sees the fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from overdue_flow.errors import ScenarioError
from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Scenario
from overdue_flow.problems import Problem
from overdue_flow.testing.coverage.coverage import coverage, run
from overdue_flow.testing.coverage.suggest import Suggester
from overdue_flow.testing.coverage.suites import Suite
from overdue_flow.testing.mutation.telling import loan_that_tells
from overdue_flow.testing.mutation.trying import Trials
from overdue_flow.testing.prove import Property, prove
from overdue_flow.testing.scenarios import run_scenario
from overdue_flow.testing.search import Budget

FOLDER = Path(__file__).parents[1] / "histories" / "faulty"
TOOLS = ("check", "prove", "coverage", "mutate")
SEARCHED = 2_000
"""How many turns each search may take."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a kind that people make: a line of the sound policy, changed. `about` is the part that it is in."""

    name: str
    what: str
    old: str
    new: str
    about: str

    @property
    def policy(self) -> Policy:
        """The policy with the fault."""
        text = _sound_text()
        assert text.count(self.old) == 1, f"`{self.name}` changes one place"
        return load_policy(text=text.replace(self.old, self.new))


def faults() -> tuple[Fault, ...]:
    """All of them, in the order of the file."""
    return tuple(Fault(**one) for one in yaml.safe_load((FOLDER / "faults.yaml").read_text("utf-8")))


def suite(policy: Policy) -> tuple[Scenario, ...]:
    """The scenarios that the lender had."""
    return load_scenarios(policy=policy, text=(FOLDER / "sound.scenario.yaml").read_text("utf-8"))


@cache
def sound() -> Policy:
    """The policy without a fault."""
    return load_policy(text=_sound_text())


def _sound_text() -> str:
    return (FOLDER / "sound.yaml").read_text("utf-8")


def finds(tool: str, fault: Fault) -> bool:
    """Whether a tool finds a fault."""
    return next(_FOUND[tool](fault), None) is not None


def _by_check(fault: Fault) -> Iterator[Problem]:
    known = {problem.message for problem in sound().findings}
    for problem in fault.policy.findings:
        places = " ".join(message for _place, message in problem.also)
        if problem.message not in known and fault.about in f"{problem.message} {places}":
            yield problem


@cache
def _refuted_of_the_sound_one() -> frozenset[str]:
    return frozenset(one.said for one in prove(sound(), turns=SEARCHED) if not one.stands)


def _by_prove(fault: Fault) -> Iterator[Property]:
    for one in prove(fault.policy, turns=SEARCHED):
        if not one.stands and one.said not in _refuted_of_the_sound_one() and _speaks_of(one, fault.about):
            yield one


def _speaks_of(found: Property, about: str) -> bool:
    history = found.history
    shown = f"{history.opening} {history.steps} {history.expects}" if history is not None else ""
    return about in f"{found.said} {found.found} {found.why} {found.loan} {shown}"


def _by_coverage(fault: Fault) -> Iterator[Scenario]:
    policy = fault.policy
    found = coverage(policy, [run(Suite("own", policy, suite(policy)))])
    suggester = Suggester(policy)
    for part in found.missing:
        if part.name == fault.about and (suggested := suggester.scenario_for(part)) is not None:
            yield from _otherwise(suggested[0])


def _by_mutation(fault: Fault) -> Iterator[Scenario]:
    policy = fault.policy
    trials = Trials(Suite("own", policy, suite(policy)))
    for mutant in trials.mutants.values():
        outcome = trials.of(mutant) if fault.about in (mutant.part, *str(mutant).split()) else None
        if outcome is not None and outcome.verdict == "survives":
            told = loan_that_tells(trials, mutant, outcome, Budget(turns=SEARCHED))
            yield from _otherwise(told.scenario) if told is not None else ()


def _otherwise(scenario: Scenario) -> Iterator[Scenario]:
    """The scenario, where the sound policy treats its loan otherwise."""
    try:
        if not run_scenario(sound(), scenario).passed:
            yield scenario
    except ScenarioError:
        return


_FOUND = {"check": _by_check, "prove": _by_prove, "coverage": _by_coverage, "mutate": _by_mutation}


# --- the page that tells it ---

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
_REGION = re.compile(r"(<!-- made from: faults -->\n).*?(<!-- end -->)", re.DOTALL)
_HEAD = ("fault", "what went wrong", *(f"`{tool}`" for tool in TOOLS))


def filled(page: str) -> str:
    """The page with its table made anew: every tool tried on every fault."""
    rows = [_HEAD, tuple("---" for _name in _HEAD), *(_row(fault) for fault in faults())]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return _REGION.sub(lambda found: f"{found[1]}\n{table}\n\n{found[2]}", page)


def _row(fault: Fault) -> tuple[str, ...]:
    return fault.name, fault.what, *(_FINDS if finds(tool, fault) else "" for tool in TOOLS)


_FINDS = "finds it"


def told_by(page: str) -> dict[str, tuple[str, ...]]:
    """The tools that the page says find each fault."""
    region = _REGION.search(page)
    rows = [line.strip("| ").split(" | ") for line in region[0].splitlines() if line.startswith("|")] if region else []
    cells = {row[0]: [cell.strip() for cell in row[2:]] for row in (_padded(row) for row in rows[2:])}
    return {name: tuple(tool for tool, cell in zip(TOOLS, row, strict=True) if cell) for name, row in cells.items()}


def _padded(row: list[str]) -> list[str]:
    return [*row, *[""] * (len(_HEAD) - len(row))]
