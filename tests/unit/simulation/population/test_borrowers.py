"""Borrowers, drawn one by one."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from overdue_flow.cases.events import CaseAdopted, LoanOpened
from overdue_flow.policy.load import load_policy
from overdue_flow.simulation.population.borrowers import Borrower, drawn
from overdue_flow.simulation.population.read import load_population
from support.called import calling_on

POLICY = calling_on(3)
KINDS = "kinds: {steady: {share: 0.75}, stretched: {share: 0.25}}"


def people(loans: str, *more: str, count: int = 400, seed: int = 1) -> list[Borrower]:
    """Borrowers with such loans."""
    head = ["language: 1", "population: p", "starts_on: 2026-01-31", "pays: [{chances: {all: 1}}]", f"loans: {loans}"]
    file = load_population(None, POLICY, text="\n".join([*head, *more])).file
    return [drawn(file, seed, number, "CNY") for number in range(count)]


def test_due_dates_follow_each_other_from_the_first() -> None:
    [borrower] = people("{instalments: 3, first_due: 0, amount: 10}", count=1)

    # the end of a month stays its end
    assert borrower.due_on == (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31))


def test_missed_instalments_fell_due_before_the_start() -> None:
    [borrower] = people("{instalments: 2, first_due: 5, missed: 2, amount: 10}", count=1)

    days = [one.due_on for one in borrower.instalments]
    assert days == [date(2025, 12, 5), date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5)]
    assert borrower.due_on == (date(2026, 2, 5), date(2026, 3, 5))


def test_kinds_come_by_their_shares() -> None:
    found = Counter(one.kind for one in people("{instalments: 1, amount: 10}", KINDS, count=1000))

    assert found["steady"] == pytest.approx(750, abs=45)
    assert found["stretched"] == 1000 - found["steady"]


def test_a_kind_has_loans_of_its_own_and_those_of_everybody() -> None:
    loans = "[{instalments: 1, amount: 10, kinds: steady, share: 0.5}, {instalments: 2, amount: 10, share: 0.5},"
    loans += " {instalments: 3, amount: 10, kinds: stretched, share: 0.5}]"
    found = Counter((one.kind, len(one.due_on)) for one in people(loans, KINDS, count=1000))

    assert found["stretched", 1] == found["steady", 3] == 0
    assert found["stretched", 2] == pytest.approx(125, abs=35)
    assert found["steady", 1] == pytest.approx(375, abs=55)


def test_amounts_are_drawn_by_chance_or_between_two() -> None:
    by_chance = Counter(
        str(one.instalments[0].amount) for one in people("{instalments: 1, amount: {10: 0.5, 20.00: 0.5}}")
    )
    between = [float(str(one.instalments[0].amount)) for one in people("{instalments: 1, amount: {from: 1, to: 2}}")]

    assert set(by_chance) == {"10.00", "20.00"}
    assert by_chance["10.00"] == pytest.approx(200, abs=40)
    assert 1 <= min(between) < 1.05
    assert 1.95 < max(between) <= 2


def test_the_host_tells_facts_by_their_chances() -> None:
    found = people("{instalments: 1, amount: 10, facts: {frail: {'true': 0.25, 'false': 0.75}}}")
    openings = [one.opening(POLICY, date(2026, 1, 31), "CNY") for one in found]

    assert sum(one.facts["frail"] is True for one in openings) == pytest.approx(100, abs=35)


def test_what_is_left_of_the_chances_of_a_fact_is_not_told() -> None:
    found = people("{instalments: 1, amount: 10, facts: {frail: {'true': 0.25}}}")
    openings = [one.opening(POLICY, date(2026, 1, 31), "CNY") for one in found]

    assert sum("frail" in one.facts for one in openings) == pytest.approx(100, abs=35)
    assert all(one.facts.get("frail", True) is True for one in openings)


def test_a_fact_that_a_policy_does_not_know_is_not_told_under_it() -> None:
    other = load_policy(
        text="language: 1\npolicy: p\nversion: '1'\nstages: {open: {start: true, rules: [{id: over, when: balance == 0,"
        " to: closed}]}, closed: {end: true}}"
    )
    [one] = people("{instalments: 1, amount: 10, facts: {frail: {'true': 1}}}", count=1)

    assert one.opening(other, date(2026, 1, 31), "CNY").facts == {}


def test_a_loan_on_its_way_is_adopted_in_its_stage() -> None:
    [on_its_way] = people("{instalments: 1, amount: 10, missed: 1, stage: late}", count=1)
    [new] = people("{instalments: 1, amount: 10}", count=1)

    adopted = on_its_way.opening(POLICY, date(2026, 1, 31), "CNY")
    assert isinstance(adopted, CaseAdopted)
    assert adopted.stage == "late"
    assert type(new.opening(POLICY, date(2026, 1, 31), "CNY")) is LoanOpened


def test_a_borrower_is_in_a_time_zone() -> None:
    zones = "{'Asia/Shanghai': 0.5, 'Asia/Urumqi': 0.5}"
    found = Counter(one.zone for one in people(f"{{instalments: 1, amount: 10, time_zones: {zones}}}"))

    assert found["Asia/Urumqi"] == pytest.approx(200, abs=40)


def test_other_seeds_draw_other_borrowers() -> None:
    loans = "{instalments: 1, amount: {from: 1, to: 1000}}"

    assert [one.instalments for one in people(loans)] == [one.instalments for one in people(loans)]
    assert people(loans, count=1)[0].instalments != people(loans, count=1, seed=2)[0].instalments
