"""Small mistakes in a pack are noticed by the scenarios that come with it: at least 95 of 100, and why the rest is not
stands in the packs. In each run a sample of those of the bank packs is tried."""

from __future__ import annotations

import pytest

from overdue_flow.policy.library import packs
from overdue_flow.testing.mutation.crew import outcomes, processes_for
from overdue_flow.testing.mutation.score import Score, scored
from overdue_flow.testing.mutation.suites import Bench, Order

BANKS = ("cn/changjiang", "cn/everbright", "cn/everbright-2025", "cn/general", "cn/spd-hefei")
LEAST = 0.95


def score(pack: str, sample: int | None = None) -> Score:
    bench = Bench(Order(f"pack:{pack}", sample=sample))
    processes = 1 if sample is not None else processes_for(len(bench.mutants))
    return scored(bench.suite.policy, bench.mutants, tuple(outcomes(bench, processes)))


@pytest.mark.parametrize("pack", BANKS)
def test_of_a_sample_of_mistakes_all_are_noticed_or_explained(pack: str) -> None:
    found = score(pack, sample=20)
    assert [str(one.mutant) for one in found.survivors] == []
    assert found.all.share >= LEAST - 0.05  # of twenty, one may be explained


@pytest.mark.soak
@pytest.mark.parametrize("pack", packs())
def test_nineteen_of_twenty_mistakes_are_noticed_and_the_rest_is_explained(pack: str) -> None:
    found = score(pack)
    assert found.all.share >= LEAST
    assert [str(one.mutant) for one in found.survivors] == []
