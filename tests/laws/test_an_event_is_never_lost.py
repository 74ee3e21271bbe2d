"""An event is never lost, whatever is stopped: what happened stands in the journal, and the facts say so."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from overdue_flow.cases.facts import FactsOn, built_in
from support.histories import History, histories, lived
from support.lives import asleep, drawn_machine
from support.policies import policy_texts


@given(policy_texts(), histories())
def test_an_event_is_never_lost(text: str, history: History) -> None:
    """Under any policy the same events are taken as under none, and the same is true of the loan afterwards."""
    case, entries = asleep(drawn_machine(text), history, history.opened.opened_on + timedelta(days=200))
    alone = lived(history)
    taken = [entry.event.id for entry in entries if entry.event.kind != "TimePassed"]
    assert taken == [recorded.event.id for recorded in alone.events]
    assert [recorded.event.id for recorded in case.events] == taken
    facts = [name for name in built_in() if "stage" not in name]
    for days in (0, 1, 30, 300):
        day = case.day + timedelta(days=days)
        here, there = FactsOn(case, day, built_in()), FactsOn(alone, day, built_in())
        assert {name: here.look(name) for name in facts} == {name: there.look(name) for name in facts}
