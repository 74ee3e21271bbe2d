"""All suites on which the mutants of one policy are tried: its own, and those of the packs that it builds on.

A mutant that a pack's own scenarios notice on the pack's example is noticed in every policy that takes that part in as
it is. Suites are read from their files, so that several processes can each read them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from overdue_flow.errors import OverdueFlowError
from overdue_flow.policy.declared import FindingExplained
from overdue_flow.policy.library import PREFIX, example_of, pack_named
from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.policy.trials import Scenario
from overdue_flow.testing.coverage.suites import Suite, packs_below, packs_under, suite_of_pack
from overdue_flow.testing.mutation.mutants import Mutant
from overdue_flow.testing.mutation.trying import Outcome, Trials


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be mutated: a policy (a file, or `pack:cn/court`) with files of scenarios; `own`: only what stands in
    that file itself. `sample` is how many mutants are drawn by the `seed`; None for all."""

    policy: str
    files: tuple[Path, ...] = ()
    own: bool = False
    sample: int | None = None
    seed: int = 0


class Bench:
    """The mutants of one order, and the suites that may notice them."""

    def __init__(self, order: Order) -> None:
        self.pack = pack = pack_named(order.policy)
        self.order = order
        self.is_part = pack is not None and example_of(pack) is not None
        self.suite = _own_suite(order, pack)
        self.trials = Trials(self.suite)
        self.packs = packs_under(order.policy)
        self._of_packs: dict[str, Trials] = {}
        self.mutants = self._wanted()

    @property
    def of_all(self) -> bool:
        """Whether every mutant is tried, and not a sample."""
        return self.order.sample is None

    @property
    def own_reasons(self) -> tuple[FindingExplained, ...]:
        """The reasons for survivors that the policy gives itself, and takes in from no pack."""
        taken_in = [reason for pack in self.packs for reason in self._of_pack(pack).policy.spec.explained]
        return tuple(reason for reason in self.suite.policy.spec.explained if reason not in taken_in)

    def _wanted(self) -> tuple[Mutant, ...]:
        """The mutants that are tried. Of a part of a policy, they are those of what stands in it."""
        mutants = tuple(self.trials.mutants.values())
        if self.order.own or self.is_part:
            mutants = tuple(mutant for mutant in mutants if self._is_own(mutant))
        if self.order.sample is not None and self.order.sample < len(mutants):
            chosen = set(random.Random(self.order.seed).sample(range(len(mutants)), self.order.sample))
            mutants = tuple(mutant for number, mutant in enumerate(mutants) if number in chosen)
        return mutants

    def _is_own(self, mutant: Mutant) -> bool:
        """Whether it changes what stands in the file; terms and counts have no place: those that no pack has."""
        if mutant.place is not None:
            return mutant.place.file == self.order.policy
        below = packs_below(self.pack) if self.pack is not None and self.is_part else self.packs
        return not any(mutant.key in self._of_pack(pack).mutants for pack in below)

    def tried(self, number: int) -> Outcome:
        """What becomes of the mutant of this number: of a part that was taken in, the scenarios of its own pack are
        tried first, then the policy's, then those of the other packs."""
        mutant = self.mutants[number]
        first, *others = self._packs_for(mutant) or (None,)
        found = self._in_pack(first, mutant) or self.trials.of(mutant)
        if found.verdict != "survives":
            return found
        return next((noticed for pack in others if (noticed := self._in_pack(pack, mutant)) is not None), found)

    def _packs_for(self, mutant: Mutant) -> list[str]:
        """The packs whose scenarios count for a mutant, that of its part in front; none for what is the policy's."""
        file = mutant.place.file if mutant.place is not None else PREFIX
        if not file.startswith(PREFIX):
            return []
        return sorted(self.packs, key=lambda pack: f"{PREFIX}{pack}" != file)

    def _in_pack(self, pack: str | None, mutant: Mutant) -> Outcome | None:
        """What becomes of the same mutant on a pack's own example, where its scenarios notice it."""
        trials = self._of_pack(pack) if pack is not None else None
        there = trials.mutants.get(mutant.key) if trials is not None else None
        outcome = trials.of(there) if trials is not None and there is not None else None
        return outcome if outcome is not None and outcome.verdict == "noticed" else None

    def _of_pack(self, pack: str) -> Trials:
        if pack not in self._of_packs:
            self._of_packs[pack] = Trials(suite_of_pack(pack))
        return self._of_packs[pack]


def _own_suite(order: Order, pack: str | None) -> Suite:
    """The policy's own scenarios, those that come with it if it is a pack, and those of the files."""
    suite = suite_of_pack(pack) if pack is not None else None
    policy = suite.policy if suite is not None else load_policy(order.policy)
    own: Sequence[Scenario] = suite.scenarios if suite is not None else policy.scenarios
    more = [one for file in order.files for one in load_scenarios(file, policy=policy, name=str(file))]
    return Suite(order.policy, policy, (*own, *more))


def check_same(bench: Bench, digest: str) -> None:
    """OverdueFlowError where the policy was changed since its mutants were counted."""
    if bench.suite.policy.digest != digest:
        raise OverdueFlowError(f"the policy `{bench.order.policy}` was changed meanwhile; run it again")
