"""Several processes on one PostgreSQL: the result is that of some serial order, and limits hold for a person."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from overdue_flow import Flow, MemoryStore, load_policy, replay
from overdue_flow.cases.entries import Entry
from overdue_flow.events import Event, TimePassed
from overdue_flow.store.sql import SqlStore
from support import crowd
from support.crashes.world import POLICY
from support.postgres import fresh_database


@pytest.fixture
def url() -> Iterator[str]:
    with fresh_database() as address:
        yield address


def decided_again(journal: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The journal that the same events make when one process receives them in the order in which they stand."""
    flow = Flow(load_policy(text=POLICY), MemoryStore())
    loan = journal[0].case_id
    for entry in journal:
        if isinstance(entry.event, TimePassed):
            flow.wake(until=entry.day)
        else:
            flow.receive(loan, entry.event, at=entry.at)
    return flow.history(loan)


def test_eight_processes_send_events_to_fifty_loans(url: str) -> None:
    """Every event is sent by two of them, one by one or in batches; each is recorded once, and each loan went through
    what one process would have made of it in that order."""
    crowd.a_book(url, POLICY, 50, persons=25)
    events = crowd.some_events(50, 800)
    shares = [(url, events[n % 4 :: 4] if n < 4 else events[n % 4 :: 4][::-1], n % 2 == 0) for n in range(8)]
    new = crowd.at_once(crowd.send, shares)
    assert sum(new) == len(events)
    with closing(SqlStore(url)) as store:
        hold_each_loan_against_one_process(store, events)


def hold_each_loan_against_one_process(store: SqlStore, events: list[tuple[str, Event]]) -> None:
    for number in range(50):
        journal = store.journal(f"loan-{number}")
        assert [entry.seq for entry in journal] == list(range(1, len(journal) + 1))
        sent = {event.id for loan, event in events if loan == f"loan-{number}"}
        assert sent <= {entry.event.id for entry in journal}
        case = store.load(f"loan-{number}")
        assert case is not None
        assert replay(journal)._replace(day=case.day) == case
        assert journal == decided_again(journal)


def test_four_nightly_workers_decide_no_turn_twice(url: str) -> None:
    until = date(2025, 3, 20)
    crowd.a_book(url, POLICY, 400, persons=400)
    turns = [turn for share in crowd.at_once(crowd.run_night, [(url, until)] * 4) for turn in share]
    assert [turn for turn, times in Counter(turns).items() if times > 1] == []
    alone = Flow(load_policy(text=POLICY), MemoryStore())
    alone.receive_many([(f"loan-{n}", crowd.opening(f"loan-{n}", f"person-{n}")) for n in range(400)])
    alone.wake(until)
    with closing(SqlStore(url)) as store:
        assert store.due(until) == []
        journals = {loan: store.journal(loan) for loan in store.case_ids()}
    assert journals == {loan: alone.history(loan) for loan in journals}
    assert len(turns) == sum(len(journal) - 1 for journal in journals.values())


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_workers_who_call_one_person_stay_within_the_limit(kind: str, url: str, tmp_path: Path) -> None:
    """Three persons with two loans each, and three calls for each loan; at most two calls a week to a person, whoever
    makes them, though the clock goes forward by an hour and back again every day."""
    where = url if kind == "postgresql" else f"sqlite:///{tmp_path / 'loans.db'}"
    crowd.a_book(where, crowd.CALLING, 6, persons=3)
    with crowd.a_flow(where, crowd.CALLING) as flow:
        flow.wake(date(2025, 3, 20))
    ledger = tmp_path / "calls.db"
    with closing(sqlite3.connect(ledger)) as book:
        book.execute("PRAGMA journal_mode = WAL")
        book.execute("CREATE TABLE calls (effect_id TEXT PRIMARY KEY, person TEXT, at TEXT)")
        book.execute("CREATE TABLE begun (minute INTEGER)")
    days = [24 * 60 * day + minute for day in range(9) for minute in (0, 60, 1, 7)]
    crowd.at_once(crowd.call_people, [(where, ledger, worker, 2, days) for worker in range(2)])
    with closing(sqlite3.connect(ledger)) as book:
        calls = book.execute("SELECT person, at FROM calls ORDER BY at").fetchall()
    first_week = Counter(person for person, at in calls if at < "2025-03-27")
    assert first_week == {"person-0": 2, "person-1": 2, "person-2": 2}
    assert len(calls) > 6, "when the week is over, there are more"
    for person in first_week:
        days_called = [datetime.fromisoformat(at).astimezone(UTC).date() for who, at in calls if who == person]
        for day in days_called:
            week = [one for one in days_called if timedelta(0) <= one - day < timedelta(days=7)]
            assert len(week) <= 2
