"""Promise: a loan of which very much is heard costs what is heard, in whatever order it comes.

Work is counted in calls, not in seconds: twice as many events may take little more than twice as many. What grows with
the square of the events would take four times as many.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from overdue_flow import Flow, MemoryStore, load_policy
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.events import (
    ContactAttempted,
    ContactPointFound,
    Event,
    HostEvent,
    LoanOpened,
    PaymentReceived,
    PaymentReversed,
    PromiseMade,
    RefundMade,
    WaiverGranted,
)
from overdue_flow.cases.position import position
from overdue_flow.cases.terms import Counting, Terms
from overdue_flow.errors import CasesLeft
from support.ledgers import Told, monthly
from support.small_policy import write_policy
from support.steps import steps

TODAY = date(2025, 6, 20)
NOON = datetime(2025, 6, 20, 12, tzinfo=UTC)


def pays(name: str, on: date = TODAY, amount: str = "1.00") -> PaymentReceived:
    return PaymentReceived(id=name, amount=Decimal(amount), value_date=on)


def shuffled(many: int) -> list[int]:
    numbers = list(range(many))
    random.Random(1).shuffle(numbers)
    return numbers


def one_and_other(many: int, one: Callable[[int], Event], other: Callable[[int], Event]) -> list[Event]:
    return [event for n in range(many // 2) for event in (one(n), other(n))]


STORIES: dict[str, Callable[[int], list[Event]]] = {
    "payments of one day, with ids in no order": lambda many: [pays(f"p{n}") for n in shuffled(many)],
    "payments, each of an earlier day than the one before": lambda many: [
        pays(f"p{n}", TODAY - timedelta(days=n)) for n in range(many)
    ],
    "payments of days in no order": lambda many: [pays(f"p{n}", TODAY - timedelta(days=n)) for n in shuffled(many)],
    "payments of days to come": lambda many: [pays(f"p{n:05}", TODAY + timedelta(days=1 + n)) for n in range(many)],
    "payments that bounce": lambda many: one_and_other(
        many,
        lambda n: pays(f"p{n}"),
        lambda n: PaymentReversed(id=f"r{n}", payment_id=f"p{n}", reversed_on=TODAY),
    ),
    "payments that bounce, and are owed again from then on": lambda many: one_and_other(
        many,
        lambda n: pays(f"p{n}", TODAY - timedelta(days=many - n)),
        lambda n: PaymentReversed(id=f"r{n}", payment_id=f"p{n}", reversed_on=TODAY - timedelta(days=many - n)),
    ),
    "refunds": lambda many: [
        pays("all", amount="100000.00"),
        *(RefundMade(id=f"r{n}", amount=Decimal("1.00"), refunded_on=TODAY) for n in range(many)),
    ],
    "waivers": lambda many: [
        WaiverGranted(id=f"w{n}", amount=Decimal("0.10"), component="principal", effective_on=TODAY)
        for n in range(many)
    ],
    "promises": lambda many: [
        PromiseMade(id=f"q{n}", amount=Decimal("5.00"), due_on=TODAY + timedelta(days=n % 9)) for n in range(many)
    ],
    "payments for many promises": lambda many: [
        *(PromiseMade(id=f"q{n}", amount=Decimal("5.00"), due_on=TODAY + timedelta(days=n % 9)) for n in range(many)),
        *(pays(f"p{n}") for n in shuffled(many)),
    ],
    "attempts, each before the one told last": lambda many: [
        ContactAttempted(id=f"c{n}", channel="phone", outcome="busy", happened_at=NOON - timedelta(seconds=n))
        for n in range(many)
    ],
    "contact points": lambda many: one_and_other(
        many,
        lambda n: ContactPointFound(id=f"f{n}", contact_point=f"t{n}", happened_at=NOON + timedelta(seconds=2 * n)),
        lambda n: ContactAttempted(
            id=f"c{n}", channel="phone", outcome="busy", happened_at=NOON + timedelta(seconds=2 * n + 1)
        ),
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_twice_as_many_events_are_little_more_than_twice_the_work(story: str) -> None:
    reversal = "reversal_date" if "owed again" in story else "original_due_date"
    terms = Terms(counting=Counting(reversal=reversal))

    def told(events: list[Event]) -> None:
        case = Told(monthly("2025-01-05", 12, "1000.00"), terms)
        for event in events:
            case.hears(event, on=TODAY)
            position(case.case, TODAY)
            case.says("broken_promises_in_a_row", TODAY)

    some, twice_as_many = (steps(lambda many=many: told(STORIES[story](many))) for many in (200, 400))
    assert twice_as_many < 3 * some


# --- many loans ---


class Counted(MemoryStore):
    """A store that counts the ids of cases it was asked for."""

    asked = 0

    def due(self, until: date, *, limit: int = 500, behind: str | None = None) -> list[str]:
        found = super().due(until, limit=limit, behind=behind)
        self.asked += len(found)
        return found


def test_a_night_asks_for_loans_that_cannot_be_lived_twice_at_most(tmp_path: Path) -> None:
    """They stay due: once in their turn, and once more at the end, where all that is due is looked at."""
    store, many = Counted(), 60
    policy = load_policy(write_policy(tmp_path))
    flow = Flow(policy, store, clock=lambda: NOON - timedelta(days=19))
    opening = LoanOpened(id="o", opened_on=date(2025, 6, 1), instalments=tuple(monthly("2025-06-05", 2)))
    flow.receive_many([(f"l-{n:02}", opening) for n in range(many)])
    other = load_policy(write_policy(tmp_path, old='version: "1"', new='version: "2"'))
    with pytest.raises(CasesLeft) as left:
        Flow(other, store, clock=lambda: NOON).wake(TODAY, batch=5)
    assert len(left.value.errors) == many
    assert store.asked == 2 * many


CALLS = """\
language: 1
policy: calls
version: "1"
terms: {currency: CNY, time_zone: UTC}
roles: [agent]
attention: agent
events: {Rang: {}, Wrote: {}}
actions: {reach: {kind: contact, purpose: collect, params: {channel: choice}}}
limits:
  - {id: one, strength: block, applies_to: {channel: sms}, counts: message, at_most: 1, within: 7 days, per: person}
stages:
  early:
    start: true
    rules:
      - {id: rings, on: Rang, do: reach, with: {channel: phone}}
      - {id: writes, on: Wrote, do: reach, with: {channel: sms}}
      - {id: late, when: dpd > 900, to: gone}
  gone: {end: true}
"""


def test_a_call_is_not_held_up_by_asking_of_each_newer_message_whether_it_may_go_out(tmp_path: Path) -> None:
    """None of the messages may: one was read today. That is asked once for each loan, and not for each message."""
    file = tmp_path / "calls.yaml"
    file.write_text(CALLS, "utf-8")
    policy = load_policy(file)

    def work(messages: int) -> int:
        now = NOON
        flow = Flow(policy, MemoryStore(), clock=lambda: now)
        flow.on("reach")(lambda effect, case: None)
        opening = LoanOpened(
            id="o", person_id="p", opened_on=date(2025, 1, 1), instalments=tuple(monthly("2025-01-05", 2))
        )
        flow.receive_many([("l-0", opening), ("l-1", opening)])
        flow.receive_many([("l-0", HostEvent(id=f"r-{n}", name="Rang")) for n in range(5)])
        now += timedelta(days=1)
        flow.receive_many([("l-1", HostEvent(id=f"w-{n}", name="Wrote")) for n in range(messages)])
        flow.receive("l-0", ContactAttempted(id="c", channel="sms", outcome="delivered"))
        report: list[Effect] = []
        counted = steps(lambda: report.extend(flow.deliver(limit=5).delivered))
        assert len(report) == 5
        return counted

    assert work(80) < 2 * work(20)
