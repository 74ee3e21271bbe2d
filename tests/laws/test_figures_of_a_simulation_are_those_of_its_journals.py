"""The figures of a simulated borrower are those of the journal: cash and contacts by month, the stage at each month's
end, and moves, all counted anew from the entries."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import ContactAttempted, PaymentReceived, PaymentReversed, RefundMade
from overdue_flow.money import amount_in_minor
from overdue_flow.simulation.population.behaviour import behaviour_under
from overdue_flow.simulation.population.borrowers import drawn
from overdue_flow.simulation.population.living import live
from overdue_flow.simulation.population.read import load_population
from overdue_flow.simulation.trial.record import record_of
from overdue_flow.testing.strategies.policies import policy_texts
from support.lives import drawn_machine

POPULATION = """\
language: 1
population: busy
starts_on: 2025-01-15
months: 5
currency: CNY
loans: {instalments: 4, missed: 1, amount: {100.00: 0.5, 200.00: 0.5}}
pays:
  - {missed: 0, chances: {1: 0.6, balance: 0.05}, on: {0: 0.5, 1-20: 0.5}}
  - {chances: {1: 0.3, all: 0.2}, on: 0-27}
answers: [{channel: phone, chances: {conversation: 0.5, refused: 0.1}}]
promises: [{chance: 0.7, due: 0-9, keeps: 0.6}]
reacts:
  - to: PaymentReceived
    name: too_much
    leads_to: [{chance: 0.2, events: [{after: 3, PaymentReceived: {amount: 7.50}}]}]
  - to: PaymentReceived
    name: bounces
    leads_to: [{chance: 0.2, events: [{after: 20, PaymentReversed: {payment_id: PaymentReceived-5}}]}]
"""


def _cash(entries: list[Entry]) -> list[tuple[date, int]]:
    """Each movement of cash, with its value date."""
    found: list[tuple[date, int]] = []
    paid: dict[str | None, int] = {}
    for entry in entries:
        match entry.event:
            case PaymentReceived() as event:
                paid[event.id] = amount_in_minor(event.amount, "CNY")
                found.append((event.value_date, paid[event.id]))
            case PaymentReversed(amount=None) as event:
                found.append((event.reversed_on, -paid[event.payment_id]))
            case RefundMade() as event:
                found.append((event.refunded_on, -amount_in_minor(event.amount, "CNY")))
    return found


@given(policy_texts(), st.integers(0, 10**9), st.integers(0, 10**6))
def test_figures_of_a_simulation_are_those_of_its_journals(text: str, seed: int, number: int) -> None:
    policy = drawn_machine(text).policy
    file = load_population(None, policy, text=POPULATION).file
    behaviour = behaviour_under(file, policy)
    borrower = drawn(file, seed, number, "CNY")
    record, entries = record_of(borrower, behaviour), live(borrower, behaviour).life.entries
    ends = behaviour.month_ends

    def by_month(days: list[tuple[date, int]]) -> list[int]:
        return [sum(many for day, many in days if ends[month] < day <= ends[month + 1]) for month in range(file.months)]

    assert record.monthly["paid"] == by_month(_cash(entries))
    assert record.figures["paid"] == sum(record.monthly["paid"])
    contacts = [(entry.day, 1) for entry in entries if isinstance(entry.event, ContactAttempted)]
    assert record.monthly["contacts"] == by_month(contacts)
    moves = [(entry.day, move) for entry in entries for move in entry.results.moves]
    for end, stage in zip(ends[1:], record.stages[1:], strict=True):
        assert [move.to_stage for day, move in moves if day <= end][-1] == stage
    assert record.moves == Counter((move.from_stage, move.to_stage) for _day, move in moves if move.from_stage)
