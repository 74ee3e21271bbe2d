"""What an entry of the journal says was done, in the words of a population file."""

from __future__ import annotations

from datetime import date

from overdue_flow.policy.load import load_policy
from overdue_flow.simulation.population.behaviour import behaviour_under
from overdue_flow.simulation.population.borrowers import drawn
from overdue_flow.simulation.population.living import live
from overdue_flow.simulation.population.read import load_population
from support.small_policy import POLICY

POPULATION = """\
language: 1
population: p
starts_on: 2026-01-01
months: 3
loans: {instalments: 1, first_due: 0, amount: 100.00, facts: {frail: {'true': 1}}}
pays: [{chances: {'0': 1}}]
answers: [{channel: sms, chances: {conversation: 1}}]
staff: [{does: call, takes: 2}, {does: approval}]
reacts: [{to: early, name: visited, leads_to: [{events: [{Visited: {result: met}}]}]}]
"""


def test_every_kind_of_deed_has_its_words() -> None:
    policy = load_policy(text=POLICY)
    file = load_population(None, policy, text=POPULATION).file
    deeds = live(drawn(file, 1, 0, "CNY"), behaviour_under(file, policy)).deeds
    said = [(deed.words, deed.kind, deed.answered) for deed in deeds]

    assert said[:2] == [(("LoanOpened",), "event", None), (("current",), "stage", None)]
    assert (("ContactAttempted", "sms", "remind"), "contact", True) in said
    # an event of the host's own goes by its name
    assert (("Visited",), "event", None) in said
    # two calls, one for care and one for the visit: each done once
    assert said.count((("call",), "action", None)) == 2
    # of a stage in a group both are entered, of the next in the same group only that
    assert (("court.waiting", "court"), "stage", None) in said
    assert (("court.filed",), "stage", None) in said


def test_a_task_that_an_event_shows_to_be_done_is_done_once() -> None:
    text = POLICY.replace(
        "{id: care, when: frail and dpd >= 1, do: call, with: {role: agent}, once: episode}",
        "{id: care, when: frail and dpd >= 1, do: call, with: {role: agent}, once: episode, done_by: Visited}",
    )
    policy = load_policy(text=text)
    population = POPULATION.replace("staff: [{does: call, takes: 2}, {does: approval}]\n", "").replace(
        "{events: [{Visited: {result: met}}]}", "{events: [{after: 3, Visited: {result: away}}]}"
    )
    file = load_population(None, policy, text=population).file
    deeds = live(drawn(file, 1, 0, "CNY"), behaviour_under(file, policy)).deeds

    assert [deed.day for deed in deeds if deed.words == ("call",)] == [date(2026, 1, 5)]
