"""The door: a policy, or two, tried on a population."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from overdue_flow.errors import OverdueFlowError
from overdue_flow.policy.load import load_policy
from overdue_flow.simulation import processes
from overdue_flow.simulation.population.behaviour import behaviour_under
from overdue_flow.simulation.population.borrowers import drawn
from overdue_flow.simulation.population.read import load_population
from overdue_flow.simulation.trial.as_json import simulation_json
from overdue_flow.simulation.trial.lives import Order, Question, by_many
from overdue_flow.simulation.trial.record import record_of
from overdue_flow.simulation.trial.results import Simulation
from overdue_flow.simulation.trial.run import simulate
from support.called import EFFECT, NO_EFFECT, borrowers, calling_on
from support.small_policy import write_policy

POPULATION = """\
language: 1
population: small
starts_on: 2026-01-01
months: 3
borrowers: 120
loans: {instalments: 3, amount: 100.00}
pays:
  - {missed: 0, chances: {1: 0.8}, on: 0-9}
  - {chances: {all: 0.4}, on: 0-27}
answers: [{channel: sms, chances: {delivered: 0.9}}]
costs: [{of: sms, each: 0.10}]
effects: [{of: sms, on: pays, times: 2, for: 10 days}]
"""


def said(simulation: Simulation) -> str:
    return json.dumps(simulation_json(simulation))


def test_one_process_or_two_the_result_is_the_same_to_the_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "IN_HAND", 1)  # of three shares, one has to wait
    path = write_policy(tmp_path)
    other = tmp_path / "other.yaml"
    other.write_text(path.read_text("utf-8").replace("dpd >= 1, to: early", "dpd >= 3, to: early"), "utf-8")
    population = load_population(None, text=POPULATION)

    one = simulate(path, population, against=other, processes=1, sensitivity_borrowers=10)
    two = simulate(path, population, against=other, processes=2, sensitivity_borrowers=10)
    assert said(one) == said(two)
    assert one.differences[0].differing > 0


def test_a_policy_that_is_changed_meanwhile_is_not_mixed_with_itself(tmp_path: Path) -> None:
    path = write_policy(tmp_path)
    order = Order((str(path), "another"), None, load_population(None, text=POPULATION), Question(1, 60, 0))

    with pytest.raises(OverdueFlowError, match="was changed while it was simulated"):
        list(by_many(order, 2))


def test_the_same_seed_gives_the_same_and_another_something_else() -> None:
    policy = calling_on(3)
    population = borrowers(policy, count=60)

    assert said(simulate(policy, population)) == said(simulate(policy, population))
    assert said(simulate(policy, population, seed=2)) != said(simulate(policy, population, seed=3))


def test_progress_is_told_up_to_the_last_borrower() -> None:
    policy, told = calling_on(3), list[int]()
    simulate(policy, borrowers(policy, count=120), sensitivity_borrowers=0, progress=told.append)

    assert told == [50, 100, 120]


def test_one_borrower_is_no_simulation() -> None:
    policy = calling_on(3)
    with pytest.raises(OverdueFlowError, match="has two at least"):
        simulate(policy, borrowers(policy), borrowers=1)


def test_the_same_policy_twice_differs_in_nothing() -> None:
    policy = calling_on(3)
    found = simulate(policy, borrowers(policy, count=60), against=policy)

    for one in found.differences:
        assert (one.differing, one.p, one.told_apart) == (0, 1.0, False)
        assert one.difference.low == one.difference.value == one.difference.high == 0
    assert found.challenger == found.champion
    assert all(month.value == month.high == 0 for series in found.ahead for month in series.months)


def test_a_challenger_that_works_is_told_apart_and_its_contacts_too() -> None:
    late, early = calling_on(20), calling_on(2)
    found = simulate(late, borrowers(late, early, count=300), against=early)
    by_name = {one.name: one for one in found.differences}

    assert found.differences[0].primary
    assert (by_name["paid"].told_apart, by_name["contacts"].told_apart) == (True, True)
    assert by_name["paid"].difference.low > 0
    assert by_name["suits"].differing == 0


def test_without_an_effect_not_a_cent_differs() -> None:
    late, early = calling_on(20), calling_on(2)
    found = simulate(late, borrowers(late, early, count=100, more=NO_EFFECT), against=early)
    by_name = {one.name: one for one in found.differences}

    assert (by_name["paid"].differing, by_name["paid"].told_apart) == (0, False)
    assert by_name["contacts"].told_apart


def test_sensitivity_is_nothing_without_effects_and_begins_at_none() -> None:
    late, early = calling_on(20), calling_on(2)
    [row] = simulate(late, borrowers(late, early, count=200), against=early).sensitivity

    assert row.strengths == (0.0, 0.5, 1.0, 2.0)
    assert row.difference[0].value == row.difference[0].high == 0
    assert row.champion[0].value < row.champion[1].value < row.champion[2].value < row.champion[3].value
    assert simulate(late, borrowers(late, more="costs: []"), borrowers=2).sensitivity == ()


def test_a_sensitivity_table_is_of_as_many_borrowers_as_is_said() -> None:
    policy = calling_on(3)
    population = borrowers(policy, count=60, more=EFFECT)

    assert simulate(policy, population, sensitivity_borrowers=10).sensitivity_borrowers == 10
    assert simulate(policy, population, sensitivity_borrowers=0).sensitivity == ()
    assert simulate(policy, population, sensitivity_borrowers=10_000).sensitivity_borrowers == 60


def test_an_effect_as_strong_as_stated_gives_the_figure_and_its_interval() -> None:
    policy = calling_on(3)
    found = simulate(policy, borrowers(policy, count=60, more=EFFECT))

    assert found.sensitivity[0].champion[2] == found.champion.figure("paid").estimate


def test_a_life_that_an_effect_never_touched_is_the_same_without_it() -> None:
    policy = calling_on(3)
    more = "effects: [{of: call, on: pays, times: 3, for: 30 days}, {of: sms, on: keeps, times: 9, for: 1 month}]"
    file = borrowers(policy, more=more).file
    behaviour = behaviour_under(file, policy)
    moved = 0
    for number in range(40):
        borrower = drawn(file, 1, number, "CNY")
        as_stated = record_of(borrower, behaviour)
        moved += 0 in as_stated.moved_by
        for place in {0, 1} - as_stated.moved_by:
            assert record_of(borrower, behaviour, {place: 0.0}) == as_stated
    assert 0 < moved < 40


def test_a_policy_that_was_read_already_is_read_again_by_other_processes_alone(tmp_path: Path) -> None:
    path = write_policy(tmp_path)
    population = load_population(None, text=POPULATION)
    policy = load_policy(path)

    one = simulate(policy, population, sensitivity_borrowers=5)
    two = simulate(policy, population, files=(path, None), processes=2, sensitivity_borrowers=5)
    assert said(one) == said(two)


def test_what_is_stated_stands_in_the_result() -> None:
    policy = calling_on(3)
    found = simulate(policy, borrowers(policy, count=2), borrowers=2)

    [effect] = found.effects
    assert effect.said == "after call: the daily rate of paying × 3 for 30 days"
    assert effect.said_zh == "call 之后 30 天内：每日还款率 × 3"
    assert effect.because == {"": "known"}
    assert len(found.assumptions) == len(found.assumptions_zh)
    assert found.kinds == {"all": ({}, 1.0)}


def test_what_is_said_in_two_places_agrees(tmp_path: Path) -> None:
    run = simulate(write_policy(tmp_path), load_population(None, text=POPULATION), sensitivity_borrowers=0).champion
    totals = {one.name: one.estimate.value for one in run.figures}

    for series in run.series:
        assert sum(month.value for month in series.months) == totals[series.name]
    assert totals["contacts"] == sum(value for name, value in totals.items() if name.startswith("contacts_")) > 0
    assert totals["net"] == totals["paid"] - totals["costs"]
    assert [sum(row) for row in run.occupancy.loans] == [120] * 4
    assert sum(map(sum, run.rolls.counts)) == 120 * 3
    assert {one.month: 0 for one in run.passages}.keys() == {0, 1, 2}
    for month in (0, 1, 2):
        assert sum(one.loans for one in run.passages if one.month == month) == 120
    assert all(0 < one.loans <= one.moves for one in run.flows)
    assert run.loan_days == 120 * 90


def test_an_interval_never_says_what_cannot_be() -> None:
    policy = calling_on(3)
    rare = "reacts: [{to: call, name: complains, leads_to: [{chance: 0.02, events: [{ComplaintReceived: {}}]}]}]"
    found = simulate(policy, borrowers(policy, count=60, more=f"{rare}\ncosts: [{{of: call, each: 500}}]"))
    complaints, net = found.champion.figure("complaints").estimate, found.champion.figure("net").estimate

    assert 0 < complaints.value < 4
    assert 0 < complaints.low < complaints.value < complaints.high
    assert net.high < 0
