"""What one borrower came to, in whole numbers."""

from __future__ import annotations

from overdue_flow.simulation.population.behaviour import behaviour_under
from overdue_flow.simulation.population.borrowers import drawn
from overdue_flow.simulation.population.read import load_population
from overdue_flow.simulation.trial.record import Record, record_of
from support.called import calling_on

POLICY = calling_on(3)


def record(*said: str, months: int = 3, instalments: int = 3, head: str = "") -> Record:
    """The record of one borrower, whose instalments of 100.00 fall due on the first of each month from February on."""
    text = f"""\
language: 1
population: p
starts_on: 2026-02-01
months: {months}
loans: {{instalments: {instalments}, first_due: 0, amount: 100.00}}
{head}
"""
    file = load_population(None, POLICY, text=text + "\n".join(said)).file
    return record_of(drawn(file, 1, 0, "CNY"), behaviour_under(file, POLICY))


def test_cash_comes_in_the_month_of_its_value_date() -> None:
    found = record("pays: [{missed: 0, chances: {'1': 1}, on: 0}]")

    assert found.monthly["paid"] == [10000, 10000, 10000]
    assert found.figures["paid"] == 30000
    assert found.figures["late"] == found.figures["lost"] == found.figures["cures"] == 0
    assert found.states == (0, 0, 0, 7)  # closed in the end
    assert found.stages == ("current", "current", "current", "current")


def test_money_that_went_back_was_not_collected() -> None:
    back = "reacts: [{to: PaymentReceived, name: back, leads_to: [{events: [{after: 35, RefundMade: {amount: 50}}]}]}]"
    twice = "staff: [{does: look_at, takes: 1, leads_to: [{events: [{PaymentReceived: {amount: 150}}]}]}]"
    found = record("pays: [{chances: {'0': 1}}]", twice, back, instalments=1)

    assert found.monthly["paid"] == [15000, -5000, 0]
    assert found.figures["net"] == 10000


def test_what_is_missed_rolls_from_month_to_month() -> None:
    found = record("pays: [{missed: 0-1, chances: {'0': 1}}, {missed: 2, chances: {'2': 1}}]")

    assert found.states == (0, 1, 2, 1)
    assert (found.figures["worse"], found.figures["better"]) == (2, 1)
    assert (found.monthly["worse"], found.monthly["better"]) == ([1, 1, 0], [0, 0, 1])
    assert found.figures["late"] == 1


def test_days_past_due_stand_in_bands_of_thirty() -> None:
    found = record("pays: [{chances: {'0': 1}}]", head="rolls_by: dpd\nlost_after_days: 80", months=3)

    assert found.states == (0, 0, 1, 2)  # 27, 58 and 88 days
    assert found.figures["lost"] == 30000


def test_a_loss_is_what_is_owed_on_loans_late_for_longer_than_is_said() -> None:
    assert record("pays: [{chances: {'0': 1}}]", head="lost_after_days: 88").figures["lost"] == 0


def test_a_cure_counts_in_its_month() -> None:
    found = record("pays: [{chances: {all: 1}, on: 10}]", instalments=1, months=2)

    assert (found.figures["cures"], found.monthly["cures"], found.figures["cured"]) == (1, [1, 0], 1)
    assert found.moves == {("current", "late"): 1, ("late", "current"): 1}


def test_costs_are_counted_by_every_word_that_has_one() -> None:
    costs = "costs: [{of: call, each: 2}, {of: phone, each: 0.50}, {of: late, each: 1}, {of: look_at, each: 7}]"
    found = record("pays: [{chances: {'0': 1}}]", costs, "staff: [{does: look_at}]", instalments=1)

    assert found.figures["costs"] == 1050
    assert found.figures["net"] == -1050
    assert found.monthly["costs"] == [1050, 0, 0]


def test_contacts_answers_promises_complaints_suits_and_tasks_are_counted() -> None:
    found = record(
        "pays: [{chances: {'0': 1}}]",
        "answers: [{channel: phone, chances: {conversation: 1}}]",
        "promises: [{chance: 1, due: 3, keeps: 0}]",
        "reacts: [{to: call, name: all, leads_to: [{events: [{ComplaintReceived: {}},"
        " {after: 40, ClaimFiled: {claim_amount: {fact: balance}}}]}]}]",
        instalments=1,
    )

    names = ("contacts", "contacts_phone", "reached", "promises", "complaints", "suits", "disputes", "tasks")
    assert [found.figures[name] for name in names] == [1, 1, 1, 1, 1, 1, 0, 2]
    assert found.monthly["suits"] == [0, 1, 0]


def test_a_contact_under_a_hold_was_forbidden_and_not_made() -> None:
    found = record(
        "pays: [{chances: {'0': 1}}]",
        "reacts: [{to: current, name: disputes, leads_to: [{events: [{DisputeRaised: {}}]}]}]",
        instalments=1,
    )

    assert (found.figures["contacts"], found.figures["disputes"]) == (0, 1)
