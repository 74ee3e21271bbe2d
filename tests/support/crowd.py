"""Several processes that work on one store at once: senders, nightly workers, callers. Each function is a process."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from overdue_flow import Flow, load_policy
from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.events import ContactAttempted, Event, LoanOpened, NegotiationClosed, PaymentReceived
from overdue_flow.store.sql import SqlStore
from support.crashes.world import POLICY

CALLING = """
language: 1
policy: calling
version: "1"
terms: {time_zone: Asia/Shanghai}
actions:
  call: {kind: contact, purpose: collect, params: {channel: choice}}
limits:
  - {id: two-a-week, strength: block, counts: attempt, at_most: 2, within: 7 days, per: person}
stages:
  performing:
    start: true
    rules: [{id: overdue, when: dpd >= 1, to: late}]
  late:
    on_enter:
      - {do: call, with: {channel: phone}}
      - {do: call, with: {channel: phone}, purpose: inform}
      - {do: call, with: {channel: phone}, purpose: legal_notice}
    rules: [{id: cured, when: arrears_cleared, to: performing}]
"""

OPENED = date(2025, 3, 1)
NOON = datetime(2025, 3, 20, 4, tzinfo=UTC)


def at_once(work: Callable[..., Any], shares: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Run `work` in a process for each share, all at the same time; what they return."""
    with ProcessPoolExecutor(len(shares), mp_context=multiprocessing.get_context("spawn")) as crew:
        return [one.result() for one in [crew.submit(work, *share) for share in shares]]


def opening(loan: str, person: str, first_due: date = OPENED + timedelta(days=4)) -> LoanOpened:
    """A loan of four instalments."""
    due = [first_due + timedelta(days=30 * number) for number in range(4)]
    return LoanOpened(
        id=f"{loan}-opened",
        at=datetime(2025, 3, 1, 4, tzinfo=UTC),
        opened_on=OPENED,
        person_id=person,
        instalments=[{"due_on": day, "amount": "100.00"} for day in due],
    )


@contextmanager
def a_flow(url: str, text: str, **more: Any) -> Iterator[Flow]:
    """A flow on a store that is closed afterwards."""
    store = SqlStore(url)
    try:
        yield Flow(load_policy(text=text), store, **more)
    finally:
        store.close()


def a_book(url: str, text: str, loans: int, *, persons: int) -> None:
    """Open so many loans of so many persons."""
    with a_flow(url, text) as flow:
        flow.receive_many([(f"loan-{n}", opening(f"loan-{n}", f"person-{n % persons}")) for n in range(loans)])


def some_events(loans: int, count: int) -> list[tuple[str, Event]]:
    """Calls, payments and failed talks, over some weeks; no loan is without any."""
    draw = random.Random(5)
    found: list[tuple[str, Event]] = []
    for number in range(count):
        at = datetime(2025, 3, 6, 4, tzinfo=UTC) + timedelta(hours=number // 4)
        event: Event = draw.choice(
            [
                PaymentReceived(id=f"e-{number}", at=at, amount="20.00", value_date=at.date()),
                ContactAttempted(id=f"e-{number}", at=at, channel="phone", outcome="no_answer"),
                NegotiationClosed(id=f"e-{number}", at=at, outcome="failed"),
            ]
        )
        found.append((f"loan-{number % loans}", event))
    return found


def send(url: str, events: Sequence[tuple[str, Event]], one_by_one: bool) -> int:
    """A process: send events, one by one or many at once; how many were new."""
    with a_flow(url, POLICY) as flow:
        if one_by_one:
            return sum(not flow.receive(loan, event).repeated for loan, event in events)
        return sum(not decision.repeated for decision in flow.receive_many(events))


def run_night(url: str, until: date) -> list[tuple[str, int]]:
    """A process: wake what is due; the turns that it recorded."""
    with a_flow(url, POLICY) as flow:
        return [(decision.case.id, decision.entry.seq) for decision in flow.wake(until) if decision.entry is not None]


def call_people(url: str, ledger: Path, worker: int, workers: int, minutes: Sequence[int]) -> int:
    """A process: deliver again and again; each call is written into the ledger of the other side. All begin each
    minute together."""
    book = sqlite3.connect(ledger, timeout=60, isolation_level=None, check_same_thread=False)
    clock = [NOON]

    def call(effect: Effect, case: Case) -> Event:
        book.execute("INSERT OR IGNORE INTO calls VALUES (?, ?, ?)", (effect.id, case.person_id, clock[0].isoformat()))
        return ContactAttempted(id=f"{effect.id}:o", channel="phone", outcome="no_answer", effect_id=effect.id)

    with a_flow(url, CALLING, worker=f"caller-{worker}", lease=timedelta(minutes=5)) as flow:
        flow.on("call")(call)
        for number, minute in enumerate(minutes):
            book.execute("INSERT INTO begun VALUES (?)", (number,))
            while book.execute("SELECT count(*) FROM begun WHERE minute = ?", (number,)).fetchone()[0] < workers:
                time.sleep(0.005)
            clock[0] = NOON + timedelta(minutes=minute)
            flow.deliver(now=clock[0])
    return worker
