"""What no loan can tell is lived the same, and so is what matters only where a loan never comes."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.entries import Entry
from overdue_flow.engine.machine import Machine
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.mutation.mutants import Mutant, mutants_of
from overdue_flow.testing.mutation.same import Sameness
from overdue_flow.testing.mutation.trying import deeds, stages_of, where_it_matters
from overdue_flow.testing.strategies.policies import policy_texts
from support.histories import History
from support.lives import asleep, drawn_machine
from support.people import peopled_histories

DAYS = timedelta(days=150)
TRIED = 40


@given(policy_texts(), peopled_histories(), st.integers(0, 400))
def test_what_no_loan_can_tell_is_lived_the_same(text: str, history: History, start: int) -> None:
    """The journal has the same turns with the same deeds."""
    machine = drawn_machine(text)
    same = Sameness(machine.policy)
    told = [one for one in _some(machine.policy, start) if same.holds(one.policy)]
    expected = lived(machine, history)
    for mutant in told[:2]:
        assert lived(Machine(mutant.policy), history) == expected, str(mutant)


@given(policy_texts(), peopled_histories(), st.integers(0, 400))
def test_a_loan_that_never_comes_where_it_matters_is_treated_the_same(text: str, history: History, start: int) -> None:
    """So a scenario need not be tried there."""
    machine = drawn_machine(text)
    _case, entries = asleep(machine, history, history.opened.opened_on + DAYS)
    stages = stages_of(entries)
    expected = lived(machine, history)
    elsewhere = []
    for mutant in _some(machine.policy, start):
        where = where_it_matters(machine.policy, mutant.policy)
        if where is not None and where.isdisjoint(stages):
            elsewhere.append(mutant)
    for mutant in elsewhere[:2]:
        assert lived(Machine(mutant.policy), history) == expected, str(mutant)


def _some(policy: Policy, start: int) -> list[Mutant]:
    """Some mutants of a policy, one after the other from somewhere on."""
    mutants = mutants_of(policy)
    return [mutants[(start + step) % len(mutants)] for step in range(min(TRIED, len(mutants)))]


def lived(machine: Machine, history: History) -> list[tuple[object, object]]:
    """What happened, and what was done."""
    _case, entries = asleep(machine, history, history.opened.opened_on + DAYS)
    return [_told(entry) for entry in entries]


def _told(entry: Entry) -> tuple[object, object]:
    return entry.event, deeds(entry.results)
