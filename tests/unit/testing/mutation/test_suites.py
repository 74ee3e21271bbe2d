"""The mutants of a policy are tried on its own scenarios, and what is taken in on those of the packs."""

from __future__ import annotations

from pathlib import Path

import pytest

from overdue_flow.errors import OverdueFlowError
from overdue_flow.testing.coverage.suites import packs_below
from overdue_flow.testing.mutation.crew import outcomes
from overdue_flow.testing.mutation.suites import Bench, Order, check_same
from support.small_policy import POLICY
from support.tried import SCENARIOS

BUILT_ON = """\
language: 1
policy: mine
version: "1"
extends: pack:cn/five-tier
stages:
  open: {start: true, rules: [{id: written-off, when: dpd > 720, to: closed}]}
  closed: {end: true}
scenarios:
  - name: after two years it is over
    given: {instalments: [{due_on: 2024-01-01, amount: 100.00}]}
    then: [{on: 2025-12-21, stage: open}, {on: 2025-12-22, stage: closed}]
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("suites") / "mine.yaml"
    path.write_text(BUILT_ON, "utf-8")
    return path


def outcome(bench: Bench, said: str) -> tuple[str, str]:
    number = next(number for number, one in enumerate(bench.mutants) if str(one) == said)
    found = bench.tried(number)
    return found.verdict, found.of


def test_what_a_pack_notices_is_noticed(file: Path) -> None:
    bench = Bench(Order(str(file)))
    assert bench.packs == ("cn/five-tier",)
    assert outcome(bench, "`doubtful` `dpd > 270` becomes `dpd > 271`") == ("noticed", "pack:cn/five-tier")
    assert outcome(bench, "`written-off` `dpd > 720` becomes `dpd > 721`") == ("noticed", str(file))


def test_of_its_own_is_what_stands_in_the_file(file: Path) -> None:
    bench = Bench(Order(str(file), own=True))
    assert {one.part for one in bench.mutants} == {"written-off"}


def test_of_a_part_of_a_policy_is_what_stands_in_it() -> None:
    bench = Bench(Order("pack:cn/five-tier"))
    assert {one.place.file for one in bench.mutants if one.place} == {"pack:cn/five-tier"}


def test_terms_are_of_the_part_that_states_them_and_of_none_that_takes_it_in() -> None:
    """They have no place: what the packs below state too is theirs, though the part's example takes in more."""
    assert packs_below("cn/care") == ("cn/bank-base", "cn/contact-2025", "cn/five-tier")
    base, care = (Bench(Order(f"pack:{pack}", own=True)) for pack in ("cn/bank-base", "cn/care"))
    own = {one.part for one in base.mutants if one.place is None}
    assert own >= {"promises", "M1", "terms.limitation.period", "terms.plan.grace_days"}
    assert "terms.counting.due_date_is_day" not in own  # cn/five-tier
    assert [one.part for one in care.mutants if one.place is None] == []


def test_a_sample_is_drawn_by_its_seed_and_in_order(file: Path) -> None:
    every = Bench(Order(str(file))).mutants
    drawn = [Bench(Order(str(file), sample=9, seed=seed)).mutants for seed in (1, 1, 2)]
    assert len(drawn[0]) == 9
    assert [str(one) for one in drawn[0]] == [str(one) for one in drawn[1]] != [str(one) for one in drawn[2]]
    positions = [[one.key for one in every].index(one.key) for one in drawn[0]]
    assert positions == sorted(positions)
    assert len(Bench(Order(str(file), sample=10_000)).mutants) == len(every)


def test_several_processes_find_what_one_does(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(POLICY, "utf-8")
    scenarios = tmp_path / "scenarios.yaml"
    scenarios.write_text(SCENARIOS, "utf-8")
    bench = Bench(Order(str(file), (scenarios,), sample=24, seed=3))
    assert list(outcomes(bench, 2)) == list(outcomes(bench, 1))
    assert {one.verdict for one in outcomes(bench)} >= {"noticed", "survives"}


def test_a_policy_that_was_changed_meanwhile_is_refused(file: Path) -> None:
    bench = Bench(Order(str(file)))
    with pytest.raises(OverdueFlowError, match="changed meanwhile"):
        check_same(bench, "another")
    check_same(bench, bench.suite.policy.digest)
