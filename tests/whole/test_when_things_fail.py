"""Disk full, a locked database, a lost connection, a broken journal, a hook that hangs, raises or returns rubbish:
named, retried or parked, and nothing is lost."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from overdue_flow import Flow, SqlStore
from overdue_flow.errors import CasesLeft, JournalError, OverdueFlowError, StoreBusy, StoreUnavailable
from overdue_flow.events import ComplaintReceived, Event
from support.hostile import NOW, due, faults, service, told
from support.postgres import own_server
from support.small_store import opened, opening, write_store
from support.stores import sql_store
from support.terminal import environment

LEASE = timedelta(minutes=5)


def one_by_one(flow: Flow, many: int) -> None:
    for number in range(many):
        flow.receive("a", told(number))


# --- the disk ---


def test_on_a_full_disk_what_was_sent_is_refused_and_can_be_sent_again(tmp_path: Path) -> None:
    """Also what a hook has done already: its effect comes again, with the same id."""
    pages, reached = [1], list[str]()

    def reached_and_told(effect: Any, case: Any) -> Event:
        reached.append(effect.id)
        return ComplaintReceived(about="x" * 19_000)

    with sql_store("sqlite") as store:
        flow = due(store)
        flow.on("remind")(reached_and_told)

        def bound(connection: Any, _record: Any) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages[0]}")

        event.listen(store.engine, "connect", bound)
        store.close()
        with pytest.raises(StoreUnavailable, match=r"\(database or disk is full\); nothing was recorded"):
            one_by_one(flow, 100)
        heard = len(flow.history("a")) - 2
        with pytest.raises(StoreUnavailable, match="database or disk is full"):
            flow.deliver()
        pages[0] = 1_000_000
        store.close()
        flow.receive("a", told(heard))
        assert [effect.id for effect in flow.deliver(NOW + LEASE)] == ["a:2:1"]
        assert set(reached) == {"a:2:1"}
        assert list(faults(store, tmp_path)) == []
        complaints = [entry.event.id for entry in flow.history("a") if entry.event.kind == "ComplaintReceived"]
        assert complaints == [*(f"told-{number}" for number in range(heard + 1)), "a:2:1:0"]


A_FILE_THAT_MAY_NOT_GROW = """
import resource, sys
from overdue_flow import SqlStore
from overdue_flow.errors import StoreUnavailable
from support.hostile import service
from support.small_store import opening
from overdue_flow.events import ComplaintReceived

store = SqlStore(sys.argv[1])
flow = service(store)
flow.receive("a", opening("a"))
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
for number in range(1_000):
    try:
        flow.receive("a", ComplaintReceived(id=f"told-{number}", about="x" * 20_000))
    except StoreUnavailable as why:
        print(number, why)
        break
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
flow.receive("a", ComplaintReceived(id=f"told-{number}", about="x" * 20_000))
print(sum(entry.event.kind == "ComplaintReceived" for entry in flow.history("a")))
"""


def test_a_file_that_may_not_grow_is_named_and_what_came_before_stands(tmp_path: Path) -> None:
    """The system's own limit, in a process of its own."""
    url = f"sqlite:///{tmp_path / 'loans.db'}"
    done = in_a_process(A_FILE_THAT_MAY_NOT_GROW, url)
    said, heard = done.stdout.splitlines()
    number, _, why = said.partition(" ")
    assert "send the same again" in why or "nothing was recorded" in why
    assert int(heard) == int(number) + 1
    with closing(SqlStore(url)) as store:
        assert list(faults(store, tmp_path)) == []


def in_a_process(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a script says in a process of its own."""
    tests = str(Path(__file__).parents[1])
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(
        command, env=environment(PYTHONPATH=tests), capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


# --- locks ---

HOLDS_THE_LOCK = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("ROLLBACK")
"""


def test_what_another_process_locks_is_waited_for_and_named_when_it_takes_too_long(tmp_path: Path) -> None:
    file = tmp_path / "loans.db"
    store, hasty = (SqlStore(f"sqlite:///{file}", busy_timeout=timedelta(seconds=wait)) for wait in (10, 0.01))
    with closing(store), closing(hasty):
        service(store).receive("a", opening("a"))
        command = [sys.executable, "-c", HOLDS_THE_LOCK, str(file), "1.5"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            with pytest.raises(StoreBusy, match=r"the store is locked \(database is locked\); nothing was recorded"):
                service(hasty).receive("a", told(1))
            began = time.monotonic()
            service(store).receive("a", told(1))
            assert time.monotonic() - began < 10
        assert [entry.event.kind for entry in store.journal("a")][-1] == "ComplaintReceived"
        assert list(faults(store, tmp_path)) == []


# --- connections ---


def test_a_connection_lost_while_an_answer_is_recorded_brings_the_effect_again(tmp_path: Path) -> None:
    reached = list[str]()
    with sql_store("postgresql") as store:
        flow = service(store)
        flow.receive("a", opening("a"))
        flow.wake(NOW.date())

        def lose_it(_connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
            if statement.startswith("INSERT INTO overdue_journal") and len(reached) == 1:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

        event.listen(store.engine, "before_cursor_execute", lose_it)
        flow.on("remind")(lambda effect, case: reached.append(effect.id))
        with pytest.raises(StoreUnavailable, match="nothing was recorded"):
            flow.deliver()
        reached.append("the connection is back")
        assert flow.deliver().delivered == []
        assert [effect.id for effect in flow.deliver(NOW + LEASE)] == ["a:2:1"]
        assert reached == ["a:2:1", "the connection is back", "a:2:1"]
        assert list(faults(store, tmp_path)) == []


def test_a_server_that_is_stopped_and_started_again_is_named_and_found_again(tmp_path: Path) -> None:
    with own_server() as server, closing(SqlStore(server.uri)) as store:
        flow = service(store)
        flow.receive("a", opening("a"))
        server.stop()
        for call in (lambda: flow.receive("a", told(1)), lambda: flow.wake(NOW.date()), lambda: flow.case("a")):
            with pytest.raises(StoreUnavailable, match="cannot be reached or written"):
                call()
        server.start()
        flow.receive("a", told(1))
        assert [effect.id for effect in flow.deliver()] == ["a:2:1"]
        assert list(faults(store, tmp_path)) == []


# --- a journal that is not what was written ---


@pytest.fixture
def damaged(tmp_path: Path) -> Iterator[SqlStore]:
    """Three loans that are due, the first of which has lost a row."""
    file = write_store(tmp_path, lived_to=date(2025, 1, 20))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TRIGGER overdue_journal_no_delete")
        connection.execute("DELETE FROM overdue_journal WHERE case_id = 'A-1' AND seq = 1")
        connection.commit()
    with opened(file) as store:
        yield store


def test_a_broken_journal_keeps_no_other_loan_back(damaged: SqlStore) -> None:
    flow = service(damaged)
    broken = "the journal of case `A-1` does not lead to its last turn: rows are missing or changed"
    with pytest.raises(JournalError, match=broken):
        flow.case("A-1")
    sent = [(loan, told(1)) for loan in ("A-1", "A-2", "A-3")]
    outcomes = flow.receive_many(sent, on_error="collect")
    assert [str(one) for one in outcomes if isinstance(one, OverdueFlowError)] == [broken]
    with pytest.raises(CasesLeft, match=f"1 case could not be lived, the others were; `A-1`: {broken}"):
        flow.wake(date(2025, 3, 1))
    assert damaged.due(date(2025, 3, 1)) == ["A-1"]


def test_what_would_go_out_for_a_broken_journal_is_parked_and_the_rest_goes_out(damaged: SqlStore) -> None:
    broken = "before delivery: the journal of case `A-1` does not lead to its last turn"
    for later in range(8):
        report = service(damaged, NOW + timedelta(hours=later)).deliver()
        assert [effect.id for effect in report] == ([] if later else ["A-2:2:1", "A-2:2:2"])
        (failed,) = report.failed + report.parked
        assert failed.reason.startswith(broken)
    (parcel,) = damaged.outbox(parked=True)
    assert (parcel.effect.id, parcel.tries) == ("A-1:2:1", 8)
    assert parcel.error.startswith(broken)
