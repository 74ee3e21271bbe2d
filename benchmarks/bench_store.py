"""Turns that are durable: events committed one by one and in batches, against the same rows without a decision.

Peers write exactly the rows that the flow wrote, into tables of the same shape with the same indexes: SQLAlchemy Core's
`executemany`, and the driver's own batch door (`sqlite3`'s executemany, `COPY` of psycopg). One by one, a peer's
transaction is the rows of one event. SQLite is in WAL mode with full synchronisation, PostgreSQL as it comes.

The flow's own line is split in two: what it takes to record turns that are decided already (rows made, hashed and
committed, the cases' rows checked and changed), and with that the rest, which is deciding.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from books import ROOT
from rows import WRITTEN, Rows, by_copy, by_core, by_driver, counted, in_parts, later, rows_in
from sqlalchemy import Engine
from sqlalchemy.event import listen

from overdue_flow import Flow, load_policy
from overdue_flow.events import ContactAttempted, Event, Instalment, LoanOpened, PaymentReceived
from overdue_flow.store.protocol import Turn
from overdue_flow.store.sql import SqlStore
from support.postgres import fresh_database

EXAMPLE = ROOT / "examples" / "changjiang-retail" / "policy.yaml"
LOANS = 1_000
ROUNDS = 3
BATCHED, SINGLE = 5_000, 500
NOON = datetime(2025, 1, 20, 4, tzinfo=UTC)


def openings() -> list[tuple[str, Event]]:
    """A thousand loans of twelve instalments, the first one due in January."""
    first = date(2025, 1, 10)
    months = [first + timedelta(days=30 * month) for month in range(12)]
    instalments = tuple(Instalment(due_on=day, amount=Decimal("845.50")) for day in months)
    opened = NOON - timedelta(days=19)
    return [
        (f"loan-{n}", LoanOpened(id=f"o-{n}", at=opened, opened_on=opened.date(), instalments=instalments))
        for n in range(LOANS)
    ]


def events(round_: int, count: int) -> list[tuple[str, Event]]:
    """Calls that nobody answered, a second apart, and payments in part: a fifth as many."""
    first = NOON + timedelta(hours=2 * round_)
    return [(f"loan-{n % LOANS}", _event(f"{round_}-{n}", n, first + timedelta(seconds=n))) for n in range(count)]


def _event(mark: str, number: int, at: datetime) -> Event:
    if number % 5:
        return ContactAttempted(id=f"c-{mark}", at=at, channel="phone", outcome="no_answer")
    return PaymentReceived(id=f"p-{mark}", at=at, amount=Decimal("10.00"), value_date=at.date())


@contextmanager
def stores() -> Iterator[dict[str, Callable[[], str]]]:
    """Addresses of empty databases, by what they are."""
    with TemporaryDirectory() as folder, fresh_database() as first, fresh_database() as second:
        yield {
            "SQLite": iter([f"sqlite:///{Path(folder) / name}.db" for name in ("flow", "peer")]).__next__,
            "PostgreSQL": iter([first, second]).__next__,
        }


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def writing(engine: Engine, parts: list[Rows], how: str) -> float:
    """How long a peer takes to write rows, a transaction for each part."""

    def all_of_it() -> None:
        for part in parts:
            with engine.begin() as connection:
                if how == "core":
                    by_core(connection, part)
                    continue
                driver: Any = connection.connection.driver_connection
                cursor = driver.cursor()
                if how == "copy":
                    by_copy(cursor, part)
                else:
                    by_driver(cursor, part, "?")

    return seconds(all_of_it)


def measure(name: str, urls: Callable[[], str]) -> None:
    """One database: events in batches and one by one, and the peers."""
    store = SqlStore(urls())
    flow = Flow(load_policy(EXAMPLE), store)
    recording = timed_commits(store)
    opened = seconds(lambda: flow.receive_many(openings()))
    print(f"{name}: {LOANS / opened:,.0f} openings/s in batches of 500")
    door = "copy" if store.engine.dialect.name == "postgresql" else "executemany"
    for label, count, many in (("in batches of 500", BATCHED, True), ("one by one", SINGLE, False)):
        figures: dict[str, list[float]] = {"flow": [], "recording": [], "core": [], door: []}
        rows = 0
        for round_ in range(ROUNDS):
            told = events(round_ + (0 if many else ROUNDS), count)
            before = rows_in(store.engine)
            recording.clear()
            figures["flow"].append(seconds(partial(receive, flow, told, many=many)))
            figures["recording"].append(sum(recording))
            fresh = later(before, rows_in(store.engine))
            rows = counted(fresh)
            parts = in_parts(fresh, max(1, count // 500) if many else count)
            for how in ("core", door):
                with like_the_store(store.engine) as peer:
                    figures[how].append(writing(peer, parts, how))
        tell(label, count, rows, figures, door)
    store.close()


def timed_commits(store: SqlStore) -> list[float]:
    """How long each commit of the store takes, from now on."""
    spent: list[float] = []
    commit = store.commit

    def timed(turns: Sequence[Turn]) -> None:
        spent.append(seconds(partial(commit, turns)))

    store.commit = timed  # type: ignore[method-assign]
    return spent


def receive(flow: Flow, told: list[tuple[str, Event]], *, many: bool) -> None:
    """The flow's own work."""
    if many:
        flow.receive_many(told)
        return
    for loan, event in told:
        flow.receive(loan, event)


@contextmanager
def like_the_store(engine: Engine) -> Iterator[Engine]:
    """Empty tables as the store's, in a database of the same kind: indexes as they are, no checks of foreign keys."""
    if engine.dialect.name == "sqlite":
        with TemporaryDirectory() as folder:
            store = SqlStore(f"sqlite:///{Path(folder) / 'peer.db'}")
            yield _without_keys(store)
            store.close()
        return
    with fresh_database() as url:
        store = SqlStore(url)
        yield _without_keys(store)
        store.close()


def _without_keys(store: SqlStore) -> Engine:
    """The engine of a store to whose tables rows may go that name cases of another one."""
    if store.engine.dialect.name == "sqlite":
        listen(store.engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        listen(store.engine, "connect", lambda driver, _record: driver.execute("PRAGMA foreign_keys = OFF"))
        store.engine.dispose()
        return store.engine
    with store.engine.begin() as connection:
        for table in WRITTEN:
            connection.exec_driver_sql(f"ALTER TABLE {table.name} DISABLE TRIGGER ALL")
    return store.engine


CONTESTANTS = {
    "flow": "flow, deciding included",
    "recording": "of it, recording",
    "core": "SQLAlchemy Core executemany",
}


def tell(label: str, count: int, rows: int, figures: dict[str, list[float]], door: str) -> None:
    """The medians, and ratios within each round."""
    core, driver = figures["core"], figures[door]
    for name, times in figures.items():
        of_core = statistics.median(one / base for one, base in zip(times, core, strict=True))
        of_driver = statistics.median(one / base for one, base in zip(times, driver, strict=True))
        who = CONTESTANTS.get(name, f"driver's {name}")
        print(
            f"  {label:18} {who:28} {count / statistics.median(times):9,.0f} events/s"
            f"  {of_core:6.2f} x core  {of_driver:6.2f} x driver  ({rows / count:.1f} rows an event)"
        )


def main() -> None:
    """Both databases."""
    with stores() as addresses:
        for name, urls in addresses.items():
            measure(name, urls)


if __name__ == "__main__":
    main()
