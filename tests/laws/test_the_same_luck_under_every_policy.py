"""The same luck under every policy: what is not treated is not changed.

Borrowers whose behaviour depends on what they have paid alone, and on whom nothing has an effect, pay the same amounts
on the same days under any two policies, whatever these do to them.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.events import PaymentReceived
from overdue_flow.simulation.population.behaviour import behaviour_under
from overdue_flow.simulation.population.borrowers import drawn
from overdue_flow.simulation.population.living import live
from overdue_flow.simulation.population.read import load_population
from overdue_flow.testing.strategies.policies import policy_texts
from support.lives import drawn_machine

POPULATION = """\
language: 1
population: untreated
starts_on: 2025-01-01
months: 4
currency: CNY
loans: {instalments: 6, amount: {100.00: 0.5, 200.00: 0.5}}
pays:
  - {missed: 0, chances: {1: 0.6, balance: 0.02}, on: {0: 0.5, 1-20: 0.5}}
  - {chances: {1: 0.3, all: 0.2}, on: 0-27}
answers: [{channel: phone, chances: {conversation: 0.5, refused: 0.1}}]
reacts: [{to: phone, name: complains, leads_to: [{chance: 0.2, events: [{ComplaintReceived: {}}]}]}]
"""


@given(policy_texts(), policy_texts(), st.integers(0, 10**9), st.integers(0, 10**6))
def test_the_same_luck_under_every_policy(one: str, other: str, seed: int, number: int) -> None:
    policies = [drawn_machine(text).policy for text in (one, other)]
    file = load_population(None, *policies, text=POPULATION).file
    borrower = drawn(file, seed, number, "CNY")
    paid = []
    for policy in policies:
        lived = live(borrower, behaviour_under(file, policy))
        events = [entry.event for entry in lived.life.entries if isinstance(entry.event, PaymentReceived)]
        paid.append([(event.value_date, event.amount) for event in events])

    assert paid[0] == paid[1]


@given(policy_texts(), st.integers(0, 10**9), st.integers(0, 10**6))
def test_a_life_depends_on_nothing_but_seed_borrower_and_policy(text: str, seed: int, number: int) -> None:
    policy = drawn_machine(text).policy
    file = load_population(None, policy, text=POPULATION).file
    behaviour = behaviour_under(file, policy)
    live(drawn(file, seed, number + 1, "CNY"), behaviour)

    after_another = live(drawn(file, seed, number, "CNY"), behaviour)
    alone = live(drawn(file, seed, number, "CNY"), behaviour_under(file, policy))
    assert after_another.life.entries == alone.life.entries
