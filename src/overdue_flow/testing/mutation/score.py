"""What the mutants of a policy came to: the score, by kind of change, and those that no scenario notices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from overdue_flow.policy.bounds import default_text
from overdue_flow.policy.declared import FindingExplained
from overdue_flow.policy.explained import MUTANT_SURVIVES, means
from overdue_flow.policy.policy import Policy
from overdue_flow.problems import Problem, Severity
from overdue_flow.testing.mutation.change import KINDS, Kind
from overdue_flow.testing.mutation.mutants import Mutant
from overdue_flow.testing.mutation.trying import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutant and what became of it; `explained` is why it is to stay unnoticed, where the policy says so."""

    mutant: Mutant
    outcome: Outcome
    explained: str = ""

    @property
    def problem(self) -> Problem:
        """The finding of one that survives."""
        message = f"no scenario notices that {self.mutant}"
        return Problem(MUTANT_SURVIVES, message, self.mutant.place, Severity.FINDING)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many mutants there were, of one kind or of all, and what became of them; `explained` of those that
    survive."""

    mutants: int
    noticed: int
    same: int
    survived: int
    explained: int

    @property
    def share(self) -> float:
        """The share that was noticed, of those that a loan can tell from the policy; 1 where there are none."""
        told = self.mutants - self.same
        return self.noticed / told if told else 1.0


@dataclass(frozen=True)
class Score:
    """All mutants of a policy, tried. `idle` are reasons that the policy gives for survivors that are none."""

    tried: Sequence[Tried]
    idle: tuple[FindingExplained, ...] = ()

    @cached_property
    def all(self) -> Tally:
        """Of all kinds."""
        return _tally(self.tried)

    def by_kind(self) -> dict[Kind, Tally]:
        """Of each kind of change that there was, the same order in every policy."""
        found = {kind: [one for one in self.tried if one.mutant.kind == kind] for kind in KINDS}
        return {kind: _tally(tried) for kind, tried in found.items() if tried}

    @property
    def survivors(self) -> list[Tried]:
        """Those that nobody noticed and nobody explained."""
        return [one for one in self.tried if one.outcome.verdict == "survives" and not one.explained]

    @property
    def helped(self) -> list[str]:
        """The suites whose scenarios noticed something."""
        return sorted({one.outcome.of for one in self.tried if one.outcome.of})

    @property
    def explained(self) -> list[Tried]:
        """Those that survive, and why they are to."""
        return [one for one in self.tried if one.explained]


def scored(
    policy: Policy,
    mutants: Sequence[Mutant],
    outcomes: Sequence[Outcome],
    *,
    idle_of: Sequence[FindingExplained] = (),
) -> Score:
    """What the mutants came to, with the reasons that the policy gives. `idle_of` are those of which it is said when
    they explain nothing: the policy's own, where all mutants were tried."""
    reasons = [one for one in policy.spec.explained if one.finding == MUTANT_SURVIVES]
    tried, meant = [], set[int]()
    for mutant, outcome in zip(mutants, outcomes, strict=True):
        one = Tried(mutant, outcome)
        number = _reason_for(one, reasons) if outcome.verdict == "survives" else None
        if number is not None:
            meant.add(number)
            one = Tried(mutant, outcome, default_text(reasons[number].because))
        tried.append(one)
    idle = (reason for number, reason in enumerate(reasons) if number not in meant and reason in idle_of)
    return Score(tried, tuple(idle))


def _reason_for(one: Tried, reasons: Sequence[FindingExplained]) -> int | None:
    return next((number for number, reason in enumerate(reasons) if means(reason, one.problem)), None)


def _tally(tried: Iterable[Tried]) -> Tally:
    found = list(tried)
    counts: Counter[Verdict] = Counter(one.outcome.verdict for one in found)
    explained = sum(1 for one in found if one.explained)
    return Tally(len(found), counts["noticed"], counts["same"], counts["survives"], explained)
