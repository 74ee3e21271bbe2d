"""Cost follows what is due: one night with the same 5,000 loans due, in a book of 10,000 and in one of 1,000,000.

Both books are SQLite files. The loans that sleep are copies of one sleeping loan, written by SQL with ids of their own;
nobody looks at them, which is the point. Opening, receiving and explaining are timed on both too, and the plans of the
queries that a night and a delivery ask are shown.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from books import ROOT
from sqlalchemy import Connection
from sqlalchemy.event import listen, remove

from overdue_flow import Flow, load_policy
from overdue_flow.events import ContactAttempted, Instalment, LoanOpened
from overdue_flow.store.sql import SqlStore

EXAMPLE = ROOT / "examples" / "changjiang-retail" / "policy.yaml"
DUE = 5_000
NIGHT = date(2025, 2, 2)
NOON = datetime(2025, 1, 1, 4, tzinfo=UTC)


def opening(number: int, first: date) -> LoanOpened:
    """Twelve instalments, the first one due on `first`."""
    days = [first + timedelta(days=30 * month) for month in range(12)]
    instalments = tuple(Instalment(due_on=day, amount=Decimal("845.50")) for day in days)
    return LoanOpened(id=f"o-{number}", at=NOON, opened_on=NOON.date(), instalments=instalments)


@contextmanager
def a_book(folder: Path, loans: int) -> Iterator[Flow]:
    """A book of so many loans, 5,000 of them overdue on the night."""
    store = SqlStore(f"sqlite:///{folder / f'{loans}.db'}")
    flow = Flow(load_policy(EXAMPLE), store)
    flow.receive_many((f"due-{n}", opening(n, NIGHT - timedelta(days=1))) for n in range(DUE))
    flow.receive_many([("sleeper-0", opening(0, date(2025, 6, 1)))])
    with store.engine.begin() as connection:
        _copy(connection, loans - DUE)
    yield flow
    store.close()


def _copy(connection: Connection, sleepers: int) -> None:
    """More loans like `sleeper-0`. The table of numbers is the recursive one of SQLite."""
    connection.exec_driver_sql("CREATE TEMP TABLE numbers (n INTEGER)")
    connection.exec_driver_sql(
        "INSERT INTO numbers WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < ?)"
        " SELECT n FROM up",
        (max(1, sleepers - 1),),
    )
    for table in ("overdue_cases", "overdue_journal"):
        columns = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
        copied = ", ".join("'sleeper-' || n" if name == "case_id" else name for name in columns)
        connection.exec_driver_sql(
            f"INSERT INTO {table} ({', '.join(columns)})"
            f" SELECT {copied} FROM numbers, {table} WHERE case_id = 'sleeper-0'"
        )


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def figures(flow: Flow) -> dict[str, float]:
    """What is timed: the night once, small things in the median of many."""
    found = {"the night, s": seconds(lambda: flow.wake(NIGHT))}
    number = iter(range(10**6, 2 * 10**6))
    later = datetime(2025, 2, 3, 4, tzinfo=UTC)

    def receive() -> None:
        n = next(number)
        flow.receive(f"due-{n % DUE}", ContactAttempted(id=f"c-{n}", at=later, channel="phone", outcome="no_answer"))

    small = {
        "opening, ms": lambda: flow.receive(f"new-{(n := next(number))}", opening(n, date(2025, 6, 1))),
        "receiving, ms": receive,
        "explaining, ms": lambda: flow.explain(f"due-{next(number) % DUE}"),
        "a night with nothing due, ms": lambda: flow.wake(NIGHT),
    }
    for name, work in small.items():
        found[name] = statistics.median(seconds(work) for _ in range(200)) * 1e3
    return found


def plans(store: SqlStore, work: Callable[[], object]) -> list[str]:
    """How SQLite goes about each statement that `work` sends."""
    sent: dict[str, Any] = {}

    def note(_connection: object, _cursor: object, statement: str, values: Any, _context: object, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            sent.setdefault(statement, values[0] if many else values)

    listen(store.engine, "before_cursor_execute", note)
    work()
    remove(store.engine, "before_cursor_execute", note)
    found = []
    with store.engine.connect() as connection:
        for statement, values in sent.items():
            steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            found.append("; ".join(row[3] for row in steps))
    return sorted(set(found))


def plans_of(file: Path) -> list[str]:
    """The plans of a night, an event and a delivery."""
    store = SqlStore(f"sqlite:///{file}")
    flow = Flow(load_policy(EXAMPLE), store)
    for action in load_policy(EXAMPLE).actions:
        flow.on(action)(lambda effect, case: None)

    def work() -> None:
        flow.wake(NIGHT + timedelta(days=7))
        at = datetime(2025, 2, 10, 4, tzinfo=UTC)
        flow.receive("due-7", ContactAttempted(id="once", at=at, channel="phone", outcome="no_answer"))
        flow.deliver(now=at, limit=50)

    found = plans(store, work)
    store.close()
    return found


def main() -> None:
    """Two books, one table."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--loans", type=int, default=1_000_000)
    loans = asked.parse_args().loans
    with TemporaryDirectory() as name:
        told = []
        for size in (DUE + 1_000, 10_000, loans):
            with a_book(Path(name), size) as flow:
                told.append(figures(flow))
        del told[0]  # the first one warms up
        ways = plans_of(Path(name) / f"{loans}.db")
        few, many = told
        print(f"{'':32}{10_000:>12,} loans{loans:>14,} loans   ratio")
        for what, figure in few.items():
            print(f"  {what:30}{figure:18.2f}{many[what]:20.2f}   {many[what] / figure:5.2f}")
        print("how SQLite goes about what a night, an event and a delivery ask of the larger book")
        print("\n".join(f"  {way}" for way in ways))


if __name__ == "__main__":
    main()
