"""The clock lives the days on its way; hooks record what is handed to them, and answer as they are told."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.events import ContactAttempted, FactsChanged, LoanOpened
from overdue_flow.policy.load import load_policy
from overdue_flow.runtime.flow import Flow
from overdue_flow.testing.fixtures import Clock, Hooks, flow_on
from support.small_policy import POLICY

RETAIL = load_policy(
    text=POLICY + 'limits: [{id: hours, strength: block, applies_to: {kind: contact}, outside: "14:30-20:00"}]\n'
)


@pytest.fixture
def clock() -> Clock:
    return Clock(ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def hooks(clock: Clock) -> Hooks:
    return Hooks(RETAIL, clock)


@pytest.fixture
def flow(clock: Clock, hooks: Hooks) -> Flow:
    flow = flow_on(RETAIL, clock, hooks)
    clock.to("2025-01-01")
    instalments = ({"due_on": date(2025, 1, 10), "amount": "100.00"},)
    flow.receive("loan-1", LoanOpened(id="opened", opened_on=date(2025, 1, 1), instalments=instalments))
    return flow


def test_a_clock_stands_still_until_it_is_moved(clock: Clock) -> None:
    clock.to("2025-03-01", "09:30")
    assert clock().isoformat() == clock.now.isoformat() == "2025-03-01T09:30:00+08:00"
    clock.to(date(2025, 2, 1))
    assert (clock.day, clock.now.hour) == (date(2025, 2, 1), 12)


def test_every_day_on_the_way_is_lived_and_what_is_due_goes_out_when_it_is(
    flow: Flow, clock: Clock, hooks: Hooks
) -> None:
    clock.to("2025-01-11")
    assert hooks.calls == []
    clock.to("2025-01-12")
    assert hooks.actions == ["remind"]
    (call,) = hooks.of("remind")
    assert (call.case_id, call.day, f"{call.at:%H:%M}") == ("loan-1", date(2025, 1, 11), "14:30")
    clock.to("2025-02-10")
    assert flow.case("loan-1").course.stage == "court.waiting"


def test_what_is_due_later_on_the_day_waits_for_its_time(flow: Flow, clock: Clock, hooks: Hooks) -> None:
    clock.to("2025-01-11", "14:29")
    assert hooks.actions == []
    clock.to("2025-01-11", "14:30")
    assert hooks.actions == ["remind"]


def test_a_clock_does_not_go_back_once_a_loan_is_there(flow: Flow, clock: Clock) -> None:
    with pytest.raises(ValueError, match="it cannot go back to 2024-12-31 12:00"):
        clock.to("2024-12-31")


def test_hooks_answer_as_they_are_told(flow: Flow, clock: Clock, hooks: Hooks) -> None:
    def reached(effect: Effect, case: Case) -> ContactAttempted:
        return ContactAttempted(channel="phone", outcome="conversation", happened_at=clock.now)

    hooks.answer("remind", reached)
    flow.receive("loan-1", FactsChanged(id="f", facts={"frail": True}))
    clock.to("2025-01-12")
    assert hooks.actions == ["call", "remind"]
    kinds = [entry.event.kind for entry in flow.history("loan-1")]
    assert "ContactAttempted" in kinds
    with pytest.raises(KeyError):
        hooks.answer("shout", reached)


def test_a_hook_that_the_policy_does_not_have_is_a_mistake_and_not_silence(hooks: Hooks) -> None:
    for asked in (lambda: hooks.of("remnid"), lambda: hooks.answer("remnid", lambda effect, case: None)):
        with pytest.raises(KeyError, match="no action `remnid`; did you mean `remind`"):
            asked()


def test_a_day_that_begins_at_one_o_clock_is_lived_too() -> None:
    beirut = load_policy(text=POLICY.replace("Asia/Shanghai", "Asia/Beirut"))
    clock = Clock(beirut.terms.zone)
    hooks = Hooks(beirut, clock)
    flow = flow_on(beirut, clock, hooks)
    clock.to("2023-03-01")
    instalments = ({"due_on": date(2023, 3, 25), "amount": "100.00"},)
    flow.receive("loan-1", LoanOpened(id="opened", opened_on=date(2023, 3, 1), instalments=instalments))
    clock.to("2023-03-26", "00:30")  # clocks were put forward from midnight to one
    assert (clock().hour, clock.day) == (1, date(2023, 3, 26))
    clock.to("2023-03-28")
    assert [(call.action, call.day) for call in hooks.calls] == [("remind", date(2023, 3, 26))]
