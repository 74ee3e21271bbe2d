"""A connection inside a transaction, and statements that are compiled once.

A statement is written with SQLAlchemy and compiled to the driver's own text when it is first used; after that it costs
what the driver costs. Rows go in by the driver's `executemany`, and many at once on PostgreSQL by COPY, which is twice
as fast from about ten rows on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ClauseElement, Connection, Table, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite

from overdue_flow.store.sealing import CLEAR, Seal
from overdue_flow.store.sql_errors import named_by

COPY_FROM_ROWS = 10
"""On PostgreSQL, so many rows or more go in by COPY."""

ROWS_AT_ONCE = 1000
"""So many keys are asked for in one query."""

_STYLES: Mapping[str, tuple[Any, str]] = {
    "sqlite": (sqlite.dialect, "qmark"),
    "postgresql": (postgresql.psycopg.dialect, "format"),
}
"""How each kind of database is spoken to, and how its driver marks the place of a value."""

Values: TypeAlias = Mapping[str, Any]


class Text(NamedTuple):
    """A statement as a driver takes it, and how values become its parameters."""

    sql: str
    parameters: Callable[[Values], tuple[Any, ...]]


class Statement:
    """A statement, compiled once for each kind of database; one that is not the same for all is given for each."""

    def __init__(
        self, clause: ClauseElement | Mapping[str, ClauseElement], *, columns: Sequence[str] | None = None
    ) -> None:
        self._clause = clause
        self._columns = columns
        self._texts: dict[str, Text] = {}

    def text(self, dialect: str) -> Text:
        """The statement for a kind of database."""
        found = self._texts.get(dialect)
        if found is None:
            found = self._texts[dialect] = self._compiled(dialect)
        return found

    def _compiled(self, dialect: str) -> Text:
        make, style = _STYLES[dialect]
        clause = self._clause[dialect] if isinstance(self._clause, Mapping) else self._clause
        compiled = clause.compile(dialect=make(paramstyle=style), column_keys=self._columns)
        names = tuple(compiled.positiontup or ())  # type: ignore[attr-defined]  # every compiled SQL statement has it
        written = {name: said for name, said in compiled.params.items() if said is not None}
        return Text(str(compiled), _in_places(names, written))


def _in_places(names: tuple[str, ...], written: Values) -> Callable[[Values], tuple[Any, ...]]:
    """How values become parameters, by the order of their places; `written` are those that the statement has itself."""
    if not names:
        return lambda values: ()
    if len(names) == 1:
        return lambda values: ({**written, **values}[names[0]],)
    pick = itemgetter(*names)
    return (lambda values: pick({**written, **values})) if written else pick


class Into:
    """The door into a table: whole rows, each a tuple of `columns`."""

    def __init__(self, table: Table) -> None:
        self.table = table.name
        self.columns = tuple(column.name for column in table.columns)
        self.statement = Statement(insert(table), columns=self.columns)


class Link:
    """A connection in a transaction, and how personal values stand in the columns that it reads and writes."""

    def __init__(self, connection: Connection, seal: Seal = CLEAR) -> None:
        self.connection = connection
        self.seal = seal
        self.dialect = connection.dialect.name

    def rows(self, statement: Statement, **values: Any) -> Sequence[Any]:
        """What a query finds."""
        text = statement.text(self.dialect)
        return self.connection.exec_driver_sql(text.sql, text.parameters(values)).fetchall()

    def row(self, statement: Statement, **values: Any) -> Any | None:
        """The first row that a query finds."""
        text = statement.text(self.dialect)
        return self.connection.exec_driver_sql(text.sql, text.parameters(values)).fetchone()

    def run(self, statement: Statement, **values: Any) -> int:
        """Change something; how many rows it was."""
        text = statement.text(self.dialect)
        return self.connection.exec_driver_sql(text.sql, text.parameters(values)).rowcount

    def run_many(self, statement: Statement, many: Sequence[Values]) -> int:
        """Change something for each of many values; how many rows it was in all."""
        if not many:
            return 0
        if len(many) == 1:
            return self.run(statement, **many[0])
        text = statement.text(self.dialect)
        return self.connection.exec_driver_sql(text.sql, [text.parameters(values) for values in many]).rowcount

    def put(self, into: Into, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows, by the fastest door that the driver has."""
        if self.dialect == "postgresql" and len(rows) >= COPY_FROM_ROWS:
            self._copy(into, rows)
        elif rows:
            text = into.statement.text(self.dialect)
            self.connection.exec_driver_sql(text.sql, rows[0] if len(rows) == 1 else list(rows))

    def _copy(self, into: Into, rows: Sequence[tuple[Any, ...]]) -> None:
        columns = ", ".join(f'"{column}"' for column in into.columns)
        driver: Any = self.connection.connection.driver_connection
        with (
            named_by(self.connection.dialect),
            driver.cursor() as cursor,
            cursor.copy(f"COPY {into.table} ({columns}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def found(self, query: Callable[[Sequence[Any]], Any], keys: Iterable[Any]) -> list[Any]:
        """What a query finds for many keys, so many at a time; `query` makes it of a list of keys."""
        left = iter(keys)
        found: list[Any] = []
        while some := list(islice(left, ROWS_AT_ONCE)):
            found += self.connection.execute(query(some)).fetchall()
        return found


def upsert(table: Table, *, keep: bool = False) -> Statement:
    """Insert a row; where its key is taken, change that row (or, with `keep`, leave it as it is)."""
    keys = [column.name for column in table.primary_key.columns]
    clauses: dict[str, ClauseElement] = {}
    for name, make in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert)):
        clause: Any = make(table)
        news = {column.name: clause.excluded[column.name] for column in table.columns if column.name not in keys}
        clauses[name] = (
            clause.on_conflict_do_nothing(index_elements=keys)
            if keep or not news
            else clause.on_conflict_do_update(index_elements=keys, set_=news)
        )
    return Statement(clauses, columns=[column.name for column in table.columns])


def value(name: str) -> Any:
    """A place in a statement where a value goes."""
    return bindparam(name)
