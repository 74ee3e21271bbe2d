"""How much of a policy scenarios reach, part by part; what none of them does.

Only scenarios that are as expected count: one that fails shows nothing. What stands in packs is reached by the packs'
own scenarios too, on the packs' own examples, as far as it was taken in as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from overdue_flow.engine.machine import Machine
from overdue_flow.policy.bounds import default_text
from overdue_flow.policy.declared import FindingExplained
from overdue_flow.policy.explained import NOT_REACHED, means
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Scenario
from overdue_flow.problems import Problem, Severity
from overdue_flow.testing.coverage.conditions import out_of_reach
from overdue_flow.testing.coverage.parts import Part, parts_of
from overdue_flow.testing.coverage.seen import Watcher
from overdue_flow.testing.coverage.suites import Suite
from overdue_flow.testing.scenarios import run_scenario

KINDS: Mapping[str, str] = {
    "rule": "rules", "comparison": "comparisons, both ways", "stage": "stages", "entry": "done on entry",
    "beat": "done in a rhythm", "late": "deadlines missed", "rung": "rungs of ladders", "mark": "marks",
    "limit": "limits", "hold": "holds", "word": "promises and plans", "never": "never clauses",
}  # fmt: skip
"""The kinds of parts, in the order of a report, and what people call them."""


class Counted(NamedTuple):
    """How many parts of one kind there are, and how many are reached."""

    kind: str
    reached: int
    parts: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What scenarios reach of `parts`, those of a policy that count. `by` gives for each part that is reached the first
    scenario that does, `failed` are scenarios that are not as expected, `runs` how many scenarios of which suite were.

    `idle` are sides of comparisons that no loan can show (proved), `explained` parts that no scenario reaches, each
    with the reason that the policy gives for it (`explained`, finding `not-reached`): neither are among the parts.
    `needless` are such reasons that explain nothing, by what they are about."""

    parts: tuple[Part, ...]
    by: Mapping[Part, str]
    failed: tuple[str, ...] = ()
    runs: Mapping[str, int] = field(default_factory=dict)
    idle: tuple[Part, ...] = ()
    explained: Mapping[Part, str] = field(default_factory=dict)
    needless: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[Part, ...]:
        """The parts that no scenario reaches, in the order of the policy."""
        return tuple(part for part in self.parts if part not in self.by)

    @property
    def percent(self) -> float:
        """How much is reached, of 100; all of nothing."""
        return 100 * (1 - len(self.missing) / len(self.parts)) if self.parts else 100.0

    @property
    def counted(self) -> tuple[Counted, ...]:
        """Each kind of which there are parts."""
        return tuple(
            Counted(kind, sum(part in self.by for part in parts), len(parts))
            for kind in KINDS
            if (parts := [part for part in self.parts if kind_of(part) == kind])
        )


def kind_of(part: Part) -> str:
    """The kind under which a part is counted: a side of a comparison is one of its own."""
    return "comparison" if part.is_of_a_condition else part.kind


class Ran(NamedTuple):
    """A suite that was run: by which scenario each part is reached first, how many scenarios were as expected, and
    which were not."""

    suite: str
    by: Mapping[Part, str]
    passed: int
    failed: tuple[str, ...] = ()


def run(suite: Suite, told: Callable[[Scenario], object] = lambda _scenario: None) -> Ran:
    """Run the scenarios of a suite. `told` hears of each before it is run."""
    machine, watcher = Machine(suite.policy), Watcher(suite.policy)
    by: dict[Part, str] = {}
    failed: list[str] = []
    for scenario in suite.scenarios:
        told(scenario)
        result = run_scenario(suite.policy, replace(scenario, proves=()), machine=machine)
        if not result.passed:
            failed.append(scenario.name)
            continue
        for part in watcher.of_a_loan(result.entries, result.until).reached:
            by.setdefault(part, scenario.name)
    return Ran(suite.name, by, len(suite.scenarios) - len(failed), tuple(failed))


def coverage(policy: Policy, suites: Iterable[Ran], *, only_in: str | None = None) -> Coverage:
    """What suites reach of a policy; `only_in` counts what is written in that file alone."""
    by: dict[Part, str] = {}
    ran = tuple(suites)
    for one in ran:
        by = {**one.by, **by}
    idle = out_of_reach(policy)
    parts = [part for part in parts_of(policy) if only_in is None or is_written_in(part, only_in)]
    reasons = [one for one in policy.spec.explained if one.finding == NOT_REACHED]
    explained = dict(_explained([part for part in parts if part not in by and part not in idle], reasons))
    return Coverage(
        tuple(part for part in parts if part not in idle and part not in explained),
        by,
        tuple(name for one in ran for name in one.failed),
        {one.suite: one.passed for one in ran},
        tuple(part for part in parts if part in idle),
        explained,
        tuple(_needless(reasons, parts, by)),
    )


def finding_of(part: Part) -> Problem:
    """That no scenario reaches a part, as a finding: `explained` may say why it is to stay so."""
    what = f"`{part.name}`: `{part.atom}`, {part.side}" if part.is_of_a_condition else f"`{part.name}`: {part.side}"
    return Problem(NOT_REACHED, f"no scenario reaches {part.kind} {what}", part.place, Severity.FINDING)


def _explained(parts: Iterable[Part], reasons: Iterable[FindingExplained]) -> Iterator[tuple[Part, str]]:
    said = tuple(reasons)
    for part in parts:
        found = finding_of(part)
        reason = next((one for one in said if means(one, found)), None)
        if reason is not None:
            yield part, default_text(reason.because)


def _needless(reasons: Iterable[FindingExplained], parts: Iterable[Part], by: Mapping[Part, str]) -> Iterator[str]:
    """The reasons for parts of which every one is reached."""
    known = tuple(parts)
    for one in reasons:
        meant = [part for part in known if means(one, finding_of(part))]
        if meant and all(part in by for part in meant):
            yield ", ".join(one.about)


def is_written_in(part: Part, file: str) -> bool:
    """Whether a part stands in a file itself."""
    return part.place is not None and part.place.file == file
