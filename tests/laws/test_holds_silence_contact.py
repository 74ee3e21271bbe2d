"""Holds silence contact.

None goes out under a hold that forbids it, none to collect while nothing is overdue or once the debt was sold, and
where nothing is owed none at all but service, surveys and the closing word of an end stage.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given

from overdue_flow import Case, Effect, evolve
from overdue_flow.cases.course import owners_of
from overdue_flow.cases.facts import built_in
from overdue_flow.engine.machine import Machine
from overdue_flow.events import DebtSold, EffectDelivered
from overdue_flow.simulation.lived import live_through
from overdue_flow.testing.strategies.policies import policy_texts
from support.happenings import instants
from support.histories import History, noticed_at
from support.lives import drawn_machine
from support.people import peopled_histories
from support.whole_road import road_histories, road_policies


def silenced(machine: Machine, kind: str, effect: Effect) -> bool:
    """Whether a hold forbids a contact, as the file says it; every contact here is to collect, and says its channel."""
    said = machine.policy.spec.holds.get(kind)
    if said is None or not {"contact", "collect"} & {*said.stops}:
        return False
    return not any(effect.params["channel"] in one.channel for one in said.allows)


@given(policy_texts(), peopled_histories())
def test_holds_silence_contact(text: str, history: History) -> None:
    """Every contact that a backtest delivers is looked at again, with nothing but the holds and what is owed."""
    machine = drawn_machine(text)
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
            assert not any(silenced(machine, kind, effect) for kind in case.care.standing(entry.day))
            assert facts["balance"].read(case, entry.day) != 0
            if effect.purpose == "collect":
                assert facts["overdue_amount"].read(case, entry.day) != 0
                assert not facts["sold"].read(case, entry.day)
                words = machine.policy.spec
                assert "collect" not in words.promises.stops or not case.promises.is_open(case, entry.day)
                assert "collect" not in words.plans.stops or not case.plans.runs_without_miss(case, entry.day)
        case = evolve(case, entry)


@given(policy_texts(), peopled_histories(), instants)
def test_a_debt_that_was_sold_is_pursued_no_more(text: str, history: History, sold_at: datetime) -> None:
    """No contact to collect goes out from the sale on; what the outbox delivers is looked at, no host's word."""
    machine = drawn_machine(text)
    sale = DebtSold(id="sale", at=sold_at, buyer="fund")
    told = (event for event in history.events if not isinstance(event, EffectDelivered))
    noticed = sorted((*told, sale), key=noticed_at)
    events = [(noticed_at(event), event) for event in (history.opened, *noticed)]
    life = live_through(machine, "loan-1", events, history.opened.opened_on + timedelta(days=200))
    assert life is not None
    asked = [effect for entry in life.entries for effect in entry.results.effects]
    pursuits = {effect.id for effect in asked if effect.kind == "contact" and effect.purpose == "collect"}
    (sale_seq,) = (entry.seq for entry in life.entries if entry.event.id == "sale")
    for entry in life.entries:
        if entry.seq > sale_seq and isinstance(entry.event, EffectDelivered):
            assert entry.event.effect_id not in pursuits


@given(road_policies(), road_histories())
def test_on_the_whole_road_nothing_goes_out_that_is_forbidden(text: str, history: History) -> None:
    """Contacts of every purpose, from the warning before the due date to the survey after the end."""
    machine = drawn_machine(text)
    told = (event for event in history.events if not isinstance(event, EffectDelivered))
    events = [(noticed_at(event), event) for event in (history.opened, *told)]
    life = live_through(machine, "loan-1", events, history.opened.opened_on + timedelta(days=200))
    assert life is not None
    case: Case | None = None
    contacts: dict[str, Effect] = {}
    for entry in life.entries:
        contacts |= {effect.id: effect for effect in entry.results.effects if effect.kind == "contact"}
        if isinstance(entry.event, EffectDelivered) and entry.event.effect_id in contacts:
            effect = contacts[entry.event.effect_id]
            assert case is not None
            assert effect.scope in ("", *owners_of(case.course.stage)), "its stage was left"
            assert not [kind for kind in case.care.standing(entry.day) if stopped(machine, kind, effect)]
            check_pursuit(machine, case, entry.day, effect)
        case = evolve(case, entry)


def stopped(machine: Machine, kind: str, effect: Effect) -> bool:
    """Whether a hold stops a contact of some purpose, as the file says it."""
    said = machine.policy.spec.holds.get(kind)
    if said is None or not ("contact" in said.stops or ("collect" in said.stops and effect.purpose == "collect")):
        return False
    return not any(
        (not one.purpose or effect.purpose in one.purpose)
        and (not one.channel or effect.params["channel"] in one.channel)
        and (not one.party or effect.params.get("party", "borrower") in one.party)
        for one in said.allows
    )


def check_pursuit(machine: Machine, case: Case, day: date, effect: Effect) -> None:
    """Only what is overdue is collected, from nobody whose word is relied on; where nothing is owed, nobody is told
    but of the end."""
    facts, spec = built_in(), machine.policy.spec
    if effect.purpose == "collect":
        assert facts["overdue_amount"].read(case, day)
        assert not facts["sold"].read(case, day)
        assert "collect" not in spec.promises.stops or not case.promises.is_open(case, day)
        assert "collect" not in spec.plans.stops or not case.plans.runs_without_miss(case, day)
    closing = effect.purpose == "inform" and machine.policy.stages[case.course.stage].end
    if facts["balance"].read(case, day) == 0:
        assert closing or effect.purpose in ("service", "survey")
