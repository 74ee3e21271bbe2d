"""All that a policy can ask for is carried out, live: one small policy that says a bit of everything."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from overdue_flow import Case, Effect, Flow, MemoryStore, load_policy
from overdue_flow.events import ChannelOptedOut, ContactAttempted, DisputeRaised, LoanOpened
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


class Service:
    """A service that runs every day at noon, and writes down which day which action reached its hook."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.reached: list[tuple[int, str]] = []
        self.flow = Flow(load_policy(text=POLICY), MemoryStore(), clock=lambda: self.now)
        for action in ("message", "visit", "ask", "tell"):
            self.flow.on(action)(self.note)
        instalment = {"due_on": date(2026, 1, 2), "amount": "5"}
        self.flow.receive("x", LoanOpened(id="o", opened_on=self.now.date(), instalments=[instalment]))
        self.lives_to(OVERDUE)

    def note(self, effect: Effect, _case: Case) -> ContactAttempted | None:
        """The hook of every action; what is sent is an attempt that nobody answers."""
        self.reached.append((self.now.day, effect.action))
        channel = effect.params.get("channel")
        return ContactAttempted(channel=channel, outcome="no_answer", effect_id=effect.id) if channel else None

    def lives_to(self, day: date) -> None:
        """The nights up to a day; then it is noon."""
        self.now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        self.flow.wake(day)

    def runs(self, days: int) -> list[tuple[int, str]]:
        """Deliver at noon, and for some days more; what reached the hooks."""
        for later in range(days + 1):
            self.lives_to(OVERDUE + timedelta(days=later))
            self.flow.deliver()
        return self.reached

    def asked(self) -> list[str]:
        """The actions that were asked for, in order."""
        return [effect.action for entry in self.flow.history("x") for effect in entry.results.effects]


@pytest.fixture
def service() -> Service:
    return Service()


def test_a_ladder_is_climbed_a_deadline_watched_and_a_limit_kept(service: Service) -> None:
    assert service.runs(10) == [
        (3, "message"),
        (3, "message"),
        (3, "ask"),
        (5, "message"),
        (6, "tell"),
        (6, "visit"),
        (12, "visit"),
    ]


def test_a_notice_that_nobody_delivered_in_time_is_told(service: Service) -> None:
    service.lives_to(OVERDUE + timedelta(days=60))
    assert "attention" in service.asked()


def test_a_notice_that_a_hold_kept_back_for_too_long_is_told(service: Service) -> None:
    service.flow.receive("x", DisputeRaised(id="d"))
    service.lives_to(OVERDUE + timedelta(days=60))
    assert "attention" in service.asked()


def test_an_effect_that_is_late_is_not_handed_over(service: Service) -> None:
    service.lives_to(OVERDUE + timedelta(days=9))
    service.flow.deliver()
    assert [action for _day, action in service.reached].count("message") == 1  # the ladder's


def test_an_opt_out_vetoes_what_goes_by_its_channel(service: Service) -> None:
    service.flow.receive("x", ChannelOptedOut(id="no-sms", channel="sms"))
    assert service.runs(0) == [(3, "message"), (3, "ask")]
    assert "attention" in service.asked()


def test_a_backtest_names_what_one_loan_cannot_know() -> None:
    """A limit's count sees all loans of the person in a book too; a rule's sees one."""
    said = "count tries sees this loan only"
    in_a_rule = POLICY.replace("{id: cured, when: arrears_cleared,", "{id: cured, when: arrears_cleared and tries < 9,")
    assert in_a_rule != POLICY
    assert said in assumptions(load_policy(text=in_a_rule), "assumed")
    assert said not in assumptions(load_policy(text=POLICY), "assumed")
