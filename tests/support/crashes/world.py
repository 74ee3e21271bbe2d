"""A small book under a policy that asks for a bit of everything, and what happens to it, step by step."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from overdue_flow.events import (
    ComplaintAnswered,
    ComplaintReceived,
    ContactAttempted,
    Event,
    LoanOpened,
    NegotiationClosed,
    PaymentReceived,
    PromiseMade,
    TaskCompleted,
)

POLICY = """
language: 1
policy: crashing
version: "1"
terms: {currency: CNY, time_zone: Asia/Shanghai, calendar: CN}
working_hours: "09:00-18:00"
roles: [team, supervisor, counsel]
attention: supervisor
actions:
  send_message: {kind: contact, purpose: collect, params: {channel: choice}}
  call: {kind: contact, purpose: collect, params: {channel: choice}}
  assign: {kind: task, params: {role: role}}
  note_down: {kind: record}
limits:
  - {id: night, strength: block, applies_to: {kind: contact}, outside: "08:00-21:00"}
  - {id: week, strength: block, applies_to: {kind: contact}, counts: attempt, at_most: 4, within: 7 days, per: person}
  - {id: complaint, strength: block, applies_to: {kind: contact}, when: complaint_open and days_since_complaint < 5}
ladders:
  reach-them:
    - {do: call, times: 2, wait: 1 day, with: {channel: phone}}
    - {do: send_message, wait: 2 days, with: {channel: sms}}
    - {do: send_message, wait: 2 days, with: {channel: letter}}
everywhere:
  - {id: cured, when: arrears_cleared, to: performing, except: [performing, closed]}
  - {id: repaid, when: balance == 0, to: closed}
stages:
  performing:
    start: true
    rules:
      - {id: overdue, when: dpd >= 1, to: reminder}
  reminder:
    on_enter:
      - {do: send_message, with: {channel: sms}, not_after: 5 days, must: true}
      - {do: note_down}
    rules:
      - {id: climb, when: dpd == 3, ladder: reach-them}
      - {id: talks, when: dpd >= 12, to: negotiation}
  negotiation:
    on_enter:
      - {do: assign, with: {role: team}, within: 3 business days, else: {do: assign, with: {role: supervisor}}}
    every:
      - {each: 5 days, do: send_message, purpose: inform, with: {channel: email}}
    rules:
      - {id: legal-threshold, when: dpd > 30 and failed_negotiations_in_a_row >= 2, to: legal}
  legal:
    on_enter: [{do: note_down}]
    rules:
      - {id: settled, on: SettlementReached, to: closed}
  closed: {end: true}
"""

FIRST_DAY = date(2025, 3, 1)
LONG_AFTER = datetime(2100, 1, 1, tzinfo=UTC)
"""What the service's clock says: each step tells its own instant."""
LEASE = timedelta(minutes=1)
"""How long a worker may be silent before its work is another's."""


class Step(NamedTuple):
    """One thing that the service does: `receive` an event, several at once (`batch`), `wake` a day, or `deliver`."""

    what: str
    at: datetime
    events: tuple[tuple[str, Event], ...] = ()


def steps(seed: int, loans: int, days: int) -> list[Step]:
    """What happens to `loans` loans in `days` days, in order; the same for the same seed."""
    draw = random.Random(seed)
    found = [Step("batch", _at(FIRST_DAY, 9), tuple(_opening(number) for number in range(loans)))]
    for number in range(days):
        day = FIRST_DAY + timedelta(days=number)
        found.append(Step("wake", _at(day, 1)))
        happened = sorted(_happenings(draw, day, loans), key=lambda one: one[0])
        half = len(happened) // 2
        found.extend(Step("receive", at, (one,)) for at, one in happened[:half])
        found.append(Step("deliver", _at(day, 12)))
        if happened[half:]:
            found.append(Step("batch", _at(day, 15), tuple(one for _at_, one in happened[half:])))
        found.append(Step("deliver", _at(day, 19)))
    return found


def person_of(loan: str) -> str:
    """Two loans in a row are one person's."""
    return f"person-{int(loan.removeprefix('loan-')) // 2}"


def _opening(number: int) -> tuple[str, Event]:
    loan = f"loan-{number}"
    due = [FIRST_DAY + timedelta(days=3 + number % 9 + 30 * k) for k in range(4)]
    instalments = [{"due_on": day, "amount": "100.00"} for day in due]
    return loan, LoanOpened(
        id=f"{loan}-opened",
        at=_at(FIRST_DAY, 9),
        opened_on=FIRST_DAY,
        person_id=person_of(loan),
        instalments=instalments,
    )


def _happenings(draw: random.Random, day: date, loans: int) -> Iterator[tuple[datetime, tuple[str, Event]]]:
    for number in range(loans):
        if draw.random() < 0.12:
            at = _at(day, 9) + timedelta(minutes=draw.randrange(160))
            yield at, (f"loan-{number}", _event(draw, f"{day:%y%m%d}-{number}", day, at))


def _event(draw: random.Random, mark: str, day: date, at: datetime) -> Event:
    kind = draw.choice(["pay", "pay", "part", "call", "talks", "talks", "complain", "answer", "promise", "done"])
    if kind in ("pay", "part"):
        return PaymentReceived(id=f"p-{mark}", at=at, amount="100.00" if kind == "pay" else "30.00", value_date=day)
    if kind == "call":
        return ContactAttempted(
            id=f"c-{mark}", at=at, channel="phone", outcome="conversation", direction="inbound", summary="they rang"
        )
    if kind == "talks":
        return NegotiationClosed(id=f"n-{mark}", at=at, outcome="failed")
    if kind == "complain":
        return ComplaintReceived(id=f"k-{mark}", at=at, complaint_id=f"k-{mark}")
    if kind == "answer":
        return ComplaintAnswered(id=f"a-{mark}", at=at, complaint_id=f"k-{mark}")
    if kind == "promise":
        return PromiseMade(id=f"m-{mark}", at=at, amount="50.00", due_on=day + timedelta(days=4))
    return TaskCompleted(id=f"t-{mark}", at=at, effect_id=f"no-{mark}")


def _at(day: date, hour: int) -> datetime:
    """An instant of a day in Shanghai, in UTC."""
    return datetime.combine(day, time(hour), UTC) - timedelta(hours=8)
