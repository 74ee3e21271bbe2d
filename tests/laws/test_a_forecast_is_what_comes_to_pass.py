"""Law: a forecast made on any day is what comes to pass if nothing else happens; with contacts left alone, it is what
an explanation says of the days to come."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.engine.explain import explain
from overdue_flow.errors import EventRefused, MoneyError
from overdue_flow.events import EffectDelivered
from overdue_flow.simulation.forecast import forecast
from overdue_flow.simulation.lived import Contacts, Life, live_through
from overdue_flow.testing.strategies.policies import policy_texts
from support.histories import History, histories, noticed_at
from support.lives import drawn_machine


@given(policy_texts(), histories(), st.integers(0, 60), st.integers(1, 150))
def test_a_forecast_is_what_comes_to_pass(text: str, history: History, after: int, ahead: int) -> None:
    machine = drawn_machine(text)
    events = [(noticed_at(event), event) for event in (history.opened, *history.events)]
    day = max(at.date() for at, _event in events) + timedelta(days=after)
    until = day + timedelta(days=ahead)

    def lived(last: object, contacts: Contacts = "assumed") -> Life | None:
        try:
            return live_through(machine, "a", events, last, contacts=contacts)  # type: ignore[arg-type]  # a day
        except (EventRefused, MoneyError):
            return None

    by_day, whole = lived(day), lived(until)
    if by_day is None or whole is None:
        return
    known = len(by_day.entries)
    future = forecast(machine, by_day.case, day, until=until)
    moves = [(m.on, f"{m.from_stage} -> {m.to_stage}") for e in whole.entries[known:] for m in e.results.moves]
    out = [e.day for e in whole.entries[known:] if isinstance(e.event, EffectDelivered)]
    assert [(one.on, one.what) for one in future.foreseen if one.kind == "move"] == moves
    assert sum(one.what.endswith(" goes out") for one in future.foreseen) == len(out)
    assert (future.stage, future.until) == (whole.case.course.stage, until)


@given(policy_texts(), histories())
def test_a_forecast_without_contacts_is_what_an_explanation_says(text: str, history: History) -> None:
    machine = drawn_machine(text)
    events = [(noticed_at(event), event) for event in (history.opened, *history.events)]
    day = max(at.date() for at, _event in events)
    try:
        life = live_through(machine, "a", events, day, contacts="recorded")
    except (EventRefused, MoneyError):
        return
    if life is None:
        return
    told = explain(machine, life.case, day)
    future = forecast(machine, life.case, day, until=told.looked_until, contacts="recorded")
    foreseen = [(one.on, one.what) for one in future.foreseen if one.kind == "move"]
    coming = [(m.on, f"{m.from_stage} -> {m.to_stage}") for one in told.coming for m in one.moves]
    assert foreseen[: len(coming)] == coming
    assert len(foreseen) >= len(coming)
