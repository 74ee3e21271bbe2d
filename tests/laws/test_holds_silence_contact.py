"""Holds silence contact.

None goes out under a hold that forbids it, none to collect while nothing is overdue, and where nothing is owed none at
all but service, surveys and the closing word of an end stage.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from overdue_flow import Case, Effect, evolve
from overdue_flow.cases.facts import built_in
from overdue_flow.events import EffectDelivered
from overdue_flow.simulation.lived import live_through
from support.histories import History, noticed_at
from support.lives import drawn_machine
from support.people import peopled_histories
from support.policies import policy_texts


@given(policy_texts(), peopled_histories())
def test_holds_silence_contact(text: str, history: History) -> None:
    """Every contact that a backtest delivers is looked at again, with nothing but the holds and what is owed."""
    machine = drawn_machine(text)
    silencing = {"dispute", "hardship", "bankruptcy"}
    events = [(noticed_at(event), event) for event in (history.opened, *history.events)]
    life = live_through(machine, "loan-1", events, history.opened.opened_on + timedelta(days=200))
    assert life is not None
    facts = built_in()
    case: Case | None = None
    contacts: dict[str, Effect] = {}
    for entry in life.entries:
        contacts |= {effect.id: effect for effect in entry.results.effects if effect.kind == "contact"}
        if isinstance(entry.event, EffectDelivered) and entry.event.effect_id in contacts:
            effect = contacts[entry.event.effect_id]
            assert case is not None
            assert silencing.isdisjoint(case.care.standing(entry.day))
            assert facts["balance"].read(case, entry.day) != 0
            if effect.purpose == "collect":
                assert facts["overdue_amount"].read(case, entry.day) != 0
        case = evolve(case, entry)
