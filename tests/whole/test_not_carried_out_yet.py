"""What the reference page lists as checked and not carried out yet is so; when one is built, the page must change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from overdue_flow import Flow, MemoryStore, load_policy
from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.errors import NotBuiltYet
from overdue_flow.events import ChannelOptedOut, DisputeRaised, LoanOpened
from overdue_flow.simulation.summary import assumptions

POLICY = """
language: 1
policy: all-of-it
version: "1"
roles: [boss]
attention: boss
counts:
  tries: {of: ContactAttempted, within: 7 days, per: person}
actions:
  message: {kind: contact, purpose: collect, params: {channel: choice}}
  visit:   {kind: contact, purpose: collect, params: {channel: choice}}
  ask:     {kind: task}
  tell:    {kind: task}
holds:
  dispute: {stops: [contact]}
limits:
  - {id: few-visits, strength: block, applies_to: {channel: visit}, when: tries >= 2}
stages:
  open:
    start: true
    rules: [{id: overdue, when: dpd >= 1, to: late}]
  late:
    on_enter:
      - {do: message, with: {channel: sms}, not_after: 2 days, must: true}
      - {id: climb, ladder: [message x2, visit], with: {channel: letter}}
      - {id: asked, do: ask, within: 2 days, else: {do: tell}}
      - {do: visit, with: {channel: visit}, after: 1 day}
    rules: [{id: cured, when: arrears_cleared, to: open}]
"""

OVERDUE = date(2026, 1, 3)


@pytest.fixture
def delivered() -> list[str]:
    return []


@pytest.fixture
def flow(delivered: list[str]) -> Flow:
    flow = Flow(load_policy(text=POLICY), MemoryStore())
    instalment = {"due_on": date(2026, 1, 2), "amount": "5"}
    opened_at = datetime(2026, 1, 1, tzinfo=UTC)
    flow.receive("x", LoanOpened(id="o", at=opened_at, opened_on=opened_at.date(), instalments=[instalment]))

    def note(effect: Effect, _case: Case) -> None:
        delivered.append(effect.action)

    for action in ("message", "visit", "ask", "tell"):
        flow.on(action)(note)
    flow.wake(OVERDUE)
    return flow


def noon(days_later: int) -> datetime:
    return datetime(OVERDUE.year, OVERDUE.month, OVERDUE.day, 12, tzinfo=UTC) + timedelta(days=days_later)


def decided(flow: Flow) -> list[str]:
    return [effect.action for entry in flow.history("x") for effect in entry.results.effects]


def test_a_ladder_and_a_task_with_a_deadline_are_planned_and_refused_at_delivery(
    flow: Flow, delivered: list[str]
) -> None:
    assert decided(flow) == ["message", "ladder", "ask", "visit"]
    with pytest.raises(NotBuiltYet, match=r"ladder climb is not climbed.*the deadline of asked is not watched"):
        flow.deliver(noon(0))
    assert delivered == ["message"]


def test_a_contact_that_a_limit_looks_at_is_not_delivered(flow: Flow, delivered: list[str]) -> None:
    with pytest.raises(NotBuiltYet, match="few-visits"):
        flow.deliver(noon(2))
    assert "visit" not in delivered


def test_nobody_watches_a_deadline_nor_a_notice_that_nobody_delivered(flow: Flow) -> None:
    flow.wake(OVERDUE + timedelta(days=60))
    assert decided(flow) == ["message", "ladder", "ask", "visit"]


def test_a_notice_that_a_hold_kept_back_for_too_long_is_told(flow: Flow) -> None:
    flow.receive("x", DisputeRaised(id="d", at=noon(0)))
    flow.wake(OVERDUE + timedelta(days=60))
    assert decided(flow) == ["message", "ladder", "ask", "visit", "attention"]


def test_an_effect_that_is_late_is_not_handed_over_and_nobody_is_told(flow: Flow, delivered: list[str]) -> None:
    with pytest.raises(NotBuiltYet):
        flow.deliver(noon(10))
    assert "message" not in delivered
    assert "message" in [effect.action for effect in flow.case("x").course.open_effects]


def test_an_opt_out_vetoes_nothing_by_itself(flow: Flow, delivered: list[str]) -> None:
    flow.receive("x", ChannelOptedOut(id="no-sms", at=noon(0), channel="sms"))
    with pytest.raises(NotBuiltYet, match="ladder"):
        flow.deliver(noon(0))
    assert delivered == ["message"]


def test_a_backtest_names_what_it_leaves_out() -> None:
    said = assumptions(load_policy(text=POLICY), "assumed")
    assert {
        "limit few-visits is not applied",
        "ladder climb is not climbed",
        "deadline of asked is not watched",
        "count tries sees this loan only",
    } <= set(said)
