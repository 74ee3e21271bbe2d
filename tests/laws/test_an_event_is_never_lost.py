"""An event is never lost, whatever is stopped: what happened stands in the journal, and the facts say so."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from overdue_flow.cases.facts import FactsOn, built_in
from overdue_flow.events import ClaimFiled, Event, FactsChanged, HoldLifted, HoldPlaced, TimePassed
from overdue_flow.testing.strategies.policies import policy_texts
from support.histories import History, histories, lived
from support.lives import asleep, drawn_machine


@given(policy_texts(), histories())
def test_an_event_is_never_lost(text: str, history: History) -> None:
    """Under any policy the same events are taken as under none, and the same is true of the loan afterwards."""
    case, entries = asleep(drawn_machine(text), history, history.opened.opened_on + timedelta(days=200))
    told = [entry.event for entry in entries if not isinstance(entry.event, TimePassed)]
    # Only what depends on the policy may be refused for its sake: a fact that does not fit its declaration, and a hold
    # that is lifted or placed again although the policy has ended it (or has not). A claim of a day to come is refused
    # at the door, which a case that is told directly does not have.
    may_differ = (ClaimFiled, FactsChanged, HoldLifted, HoldPlaced)
    taken = [recorded.event for recorded in lived(history).events]
    sure = [event.id for event in told if not isinstance(event, may_differ)]
    assert sure == [event.id for event in taken if not isinstance(event, may_differ)]
    ids = [event.id for event in told]
    assert all(event.repeats(entry) for event, entry in zip(_taken(history, ids), told, strict=True))
    if any(entry.results.lifts_refused for entry in entries):
        return  # a hold stays where the policy says that this role may not lift it
    alone = lived(history, told[1:])
    facts = built_in()
    for days in (0, 1, 30, 300):
        day = case.day + timedelta(days=days)
        here, there = FactsOn(case, day, facts), FactsOn(alone, day, facts)
        names = [name for name in facts if "stage" not in name and name != "offer_beyond_authority"]
        assert {name: here.look(name) for name in names} == {name: there.look(name) for name in names}


def _taken(history: History, ids: list[str | None]) -> list[Event]:
    """The events of the history that were taken, as they were sent."""
    return [event for event in (history.opened, *history.events) if event.id in ids]
