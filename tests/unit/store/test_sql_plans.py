"""What is asked of a database every night finds an index, in a book of a hundred thousand loans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from overdue_flow.cases.events import ContactAttempted
from overdue_flow.cases.person import Line
from overdue_flow.store.protocol import Store, Turn
from overdue_flow.store.records import Query
from overdue_flow.store.sql import SqlStore
from overdue_flow.store.tables import META
from overdue_flow.testing.turns import NINE, contact, happened, opening, task
from support.stores import DATABASES, sql_store

LOANS = 100_000
LEASE = timedelta(minutes=5)

# --- a book, written by the database itself; {p} is the sign for a remainder ---

NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {loans})",
    "postgresql": "WITH n(i) AS (SELECT generate_series(1, {loans}))",
}
DAY = "'2026-0' || (2 + i {p} 8) || '-11'"
VERSIONS = "CASE i {p} 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'v1' ELSE 'v2' END"
PERSON = "'p-' || i {p} 50000"
BOOK = {
    "cases": f"""'c-' || i, {PERSON}, 1, 'h', '', '2026-01-01', '2026-01-01',
        CASE WHEN i {{p}} 3 = 0 THEN NULL ELSE {DAY} END, {VERSIONS}, 's', 'p', '1'""",
    "journal": """'c-' || i, 1, '2026-01-01', '', '', 'LoanOpened', 'e-' || i {p} 7, '', '', '', '', '', '', '', ''""",
    "rules": "'r-' || i {p} 40, '2026-01-01', 'c-' || i, 1",
    "personal": "'c-' || i, 'd', '1'",
    "outbox": f"""'c-' || i || ':1:1', 'c-' || i, {PERSON}, 'a-' || i {{p}} 40, 'pending', {DAY}, {DAY}, 0, 0, '', '',
        '{{{{}}}}'""",
    "tasks": f"'c-' || i || ':1:2', 'c-' || i, 'r-' || i {{p}} 40, {DAY}, '{{{{}}}}'",
    "contacts": f"{PERSON}, 'c-' || i, 'e', 0, 0, {DAY}, '{{{{}}}}'",
}


@pytest.fixture(scope="module", params=DATABASES)
def store(request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    with sql_store(request.param, cached_cases=0) as found:
        remainder = "%" if request.param == "sqlite" else "%%"
        with found.engine.begin() as connection:
            for table, columns in BOOK.items():
                rows = f"INSERT INTO overdue_{table} {NUMBERS[request.param]} SELECT {columns} FROM n"
                connection.exec_driver_sql(rows.format(loans=LOANS, p=remainder))
            connection.exec_driver_sql("ANALYZE")
        yield found


def plans_of(store: SqlStore, do: Callable[[], object]) -> str:
    """How the database carries out what `do` asks of it."""
    asked: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        asked.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", hear)
    do()
    event.remove(store.engine, "before_cursor_execute", hear)
    explain = "EXPLAIN QUERY PLAN " if store.dialect == "sqlite" else "EXPLAIN "
    lines = []
    with store.engine.connect() as connection:
        for statement, parameters in asked:
            if statement.split()[0] in ("SELECT", "UPDATE", "DELETE") and "pg_catalog" not in statement:
                one = parameters[0] if isinstance(parameters, list) else parameters
                lines += [str(row[-1]) for row in connection.exec_driver_sql(explain + statement, one)]
    return "\n".join(lines)


def turns() -> tuple[Turn, Turn]:
    first = opening("x", contact("x:1:1"), task("x:1:2"), person_id="p-7", wake_on=date(2026, 2, 2))
    call = ContactAttempted(id="k", channel="phone", outcome="busy", effect_id="x:1:1")
    return first, happened(first.case, call, wake_on=date(2026, 2, 3))


def found(store: Store, **wanted: Any) -> None:
    assert isinstance(store, SqlStore)
    with store.records() as records:
        next(records.find(Query(**wanted)), None)


def overlooked_and_free(store: Store) -> None:
    with store.transaction() as bound:
        bound.overlooked("v1")


DAY_AFTER = date(2026, 1, 2)
WORK: dict[str, Callable[[Store], object]] = {
    "due": lambda store: store.due(date(2026, 2, 11)),
    "due behind a case": lambda store: store.due(date(2026, 2, 11), behind="c-17"),
    "overlooked": lambda store: store.overlooked("v2"),
    "overlooked by none": lambda store: store.overlooked("v3"),
    "overlooked and free": overlooked_and_free,
    "overlooked behind a case": lambda store: store.overlooked("", behind="c-17"),
    "claim": lambda store: store.claim(NINE, worker="w", lease=LEASE),
    "claim of some actions": lambda store: store.claim(NINE, worker="w", lease=LEASE, actions=["a-1", "a-2"]),
    "recorded": lambda store: store.recorded("c-17", "e-1"),
    "recorded many": lambda store: store.recorded_many([("c-17", "e-1"), ("x", "k")]),
    "contacts": lambda store: store.contacts("p-50001"),
    "contacts since": lambda store: store.contacts("p-50001", since=NINE),
    "tasks of a role": lambda store: next(store.tasks(role="x"), None),
    "tasks up to a day": lambda store: next(store.tasks(due_by=date(2026, 1, 1)), None),
    "what waits for people": lambda store: store.standing(date(2026, 1, 1)),
    "one task": lambda store: store.task("x"),
    "outbox of a person": lambda store: next(store.outbox(person_id="x"), None),
    "parked": lambda store: next(store.outbox(parked=True), None),
    "redeliver": lambda store: store.redeliver(now=NINE),
    "load": lambda store: store.load("x"),
    "load many": lambda store: store.load_many(["x", "y"]),
    "turns": lambda store: store.commit([turns()[1]]),
    "search by person": lambda store: found(store, person_id="p-7"),
    "search by event": lambda store: found(store, event_id="e-9"),
    "search by kind": lambda store: found(store, kind="Closed"),
    "search by kind and day": lambda store: found(store, kind="LoanOpened", since=DAY_AFTER),
    "search by day": lambda store: found(store, since=DAY_AFTER, until=DAY_AFTER),
    "search by rule": lambda store: found(store, rule="x"),
    "search by rule and day": lambda store: found(store, rule="r-7", since=DAY_AFTER),
    "reserve": lambda store: store.reserve(
        "p-7", Line("x", "x:1:1", NINE, ContactAttempted(channel="phone", outcome="connected"))
    ),
}


@pytest.mark.parametrize("work", WORK)
def test_what_is_asked_for_is_found_by_an_index(store: SqlStore, work: str) -> None:
    """But for the handful of lines of `meta`, which whoever writes reads all."""
    if store.load("x") is None:
        store.commit([turns()[0]])
    plans = plans_of(store, lambda: WORK[work](store))
    lines = [line.strip().removeprefix("->  ") for line in plans.splitlines() if "USING INDEX" not in line]
    scans = [line for line in lines if line.startswith(("SCAN overdue_", "Seq Scan")) and META.name not in line]
    assert scans == [], plans
    assert work == "reserve" or "overdue_" in plans


def test_a_list_of_all_would_be_seen_as_such(store: SqlStore) -> None:
    engine = store.engine

    def all_of_a_stage() -> None:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT case_id FROM overdue_cases WHERE stage = 'x'")

    assert any(word in plans_of(store, all_of_a_stage) for word in ("SCAN overdue_cases", "Seq Scan on overdue_cases"))


def test_what_is_due_is_not_sorted_anew(store: SqlStore) -> None:
    for work in ("due", "claim", "claim of some actions", "tasks of a role"):
        plans = plans_of(store, lambda work=work: WORK[work](store))
        assert "TEMP B-TREE" not in plans, plans
        assert "Sort" not in plans, plans
