"""Encrypting anew what a store holds: rows in the clear and rows of older keys come under the current key.

Workers go on meanwhile, and the work may be broken off and begun again at any point. Rows are read so many at a time,
encrypted anew, and each is written only where it still says what was read; what a worker changed in between is already
as it should be. A turn whose case was in such a batch finds the row of its case changed, and is decided again, as if
another turn had come first.

Every worker must know the new key, as its current one, before this begins: what one writes with the old key while it
runs is found again and encrypted anew, as long as that goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import Engine, Select, Table, delete, select, tuple_, update

from overdue_flow.errors import StoreBusy
from overdue_flow.store.sealing import KEY, NAMED, Keyed
from overdue_flow.store.sql_keys import FORGET, said_of_keys
from overdue_flow.store.sql_link import Link, Statement, value
from overdue_flow.store.tables import CASES, CONTACTS, LOOKS_SAID, OUTBOX, PERSONAL, PERSONS, PREFIX, SWITCHES, TASKS

T = TypeVar("T")
Run: TypeAlias = Callable[[Callable[[Link], T]], T]

ROWS_AT_ONCE = 500
ROUNDS = 10
"""So often the store is gone over, until nothing is left that another worker wrote with an older key."""


class Sealed(NamedTuple):
    """A table in which something is personal: which columns are values, what their place is called by, and which are
    names."""

    table: Table
    values: tuple[str, ...]
    place: tuple[str, ...]
    names: tuple[str, ...] = ()


SEALED = (
    Sealed(CASES, ("salt",), ("case_id",), ("person_id",)),
    Sealed(PERSONAL, ("value",), ("case_id", "digest")),
    Sealed(OUTBOX, ("effect", "error"), ("effect_id",), ("person_id",)),
    Sealed(TASKS, ("effect",), ("effect_id",), ("role",)),
    Sealed(CONTACTS, ("event",), ("case_id", "key", "reserved"), ("person_id",)),
    Sealed(SWITCHES, ("stopped_by", "reason"), ("name",)),
    Sealed(LOOKS_SAID, ("salt", "value"), ("number", "field")),
)
"""Every column that holds something personal; what else stands in a store names and describes nobody."""

LEFT_IN_CLEAR = {(PERSONAL.name, "")}
"""What an erasure left says nothing of anybody: its place is that of no hash."""


class Rotated(NamedTuple):
    """How many rows were encrypted anew, and how many of those stood in the clear; whether anything still is of another
    key, since a worker goes on writing with it."""

    rows: int
    clear: int
    left: bool


def rotate(read: Run[Any], write: Run[Any], seal: Keyed, progress: Callable[[int], None]) -> Rotated:
    """Bring all rows under the current key; `read` and `write` run something in a transaction of its own."""
    seal = seal.lenient()
    rows = clear = 0
    for _round in range(ROUNDS):
        found = 0
        for sealed in SEALED:
            for batch in _batches(read, sealed):
                stale = [row for row in batch if not _is_current(seal, sealed, row)]
                if stale:
                    write(partial(_renew, seal=seal, sealed=sealed, rows=stale))
                    clear += sum(_is_clear(sealed, row) for row in stale)
                    found += len(stale)
                    progress(rows + found)
        rows += found
        if not found:
            return Rotated(rows, clear, left=False)
    return Rotated(rows, clear, left=True)


def _batches(read: Run[Any], sealed: Sealed) -> Iterator[Sequence[Any]]:
    keys = list(sealed.table.primary_key.columns)
    after: tuple[Any, ...] | None = None
    while True:
        query = select(sealed.table).order_by(*keys).limit(ROWS_AT_ONCE)
        if after is not None:
            query = query.where(tuple_(*keys) > after)
        batch: Sequence[Any] = read(partial(_fetched, query=query))
        yield batch
        if len(batch) < ROWS_AT_ONCE:
            return
        after = tuple(getattr(batch[-1], key.name) for key in keys)


def _fetched(link: Link, query: Select[Any]) -> Sequence[Any]:
    return link.connection.execute(query).fetchall()


def _texts(sealed: Sealed, row: Any) -> Iterator[str]:
    if (sealed.table.name, getattr(row, "digest", None)) not in LEFT_IN_CLEAR:
        for column in (*sealed.values, *sealed.names):
            yield getattr(row, column)


def _is_current(seal: Keyed, sealed: Sealed, row: Any) -> bool:
    return all(map(seal.is_current, _texts(sealed, row)))


def _is_clear(sealed: Sealed, row: Any) -> bool:
    return any(map(Keyed.is_clear, _texts(sealed, row)))


def _renew(link: Link, *, seal: Keyed, sealed: Sealed, rows: Iterable[Any]) -> None:
    if link.dialect == "sqlite":
        link.connection.exec_driver_sql("PRAGMA secure_delete = ON")
    columns = (*sealed.values, *sealed.names)
    keys = [key.name for key in sealed.table.primary_key.columns]
    # a name may be part of the key: it is compared once, and changed all the same
    compared = dict.fromkeys((*keys, *columns))
    link.run_many(
        _renewal(sealed.table, tuple(columns), tuple(compared)),
        [{f"_{name}": getattr(row, name) for name in compared} | _anew(seal, sealed, row) for row in rows],
    )


@lru_cache(maxsize=64)
def _renewal(table: Table, columns: tuple[str, ...], compared: tuple[str, ...]) -> Statement:
    as_read = [table.c[name] == value(f"_{name}") for name in compared]
    return Statement(update(table).where(*as_read).values({name: value(name) for name in columns}))


def _anew(seal: Keyed, sealed: Sealed, row: Any) -> dict[str, str]:
    place = [str(getattr(row, name)) for name in sealed.place]
    table = sealed.table.name.removeprefix(PREFIX)
    values = {
        name: seal.shut(seal.read(getattr(row, name), f"{table}.{name}", *place), f"{table}.{name}", *place)
        for name in sealed.values
    }
    return values | {name: seal.name(seal.read_name(getattr(row, name))) for name in sealed.names}


def finish(link: Link, seal: Keyed) -> None:
    """Nothing is left of other keys: `meta` names the current one alone, and no lock stands under another name."""
    is_current = PERSONS.c.person_id.startswith(f"{NAMED}{seal.current}:", autoescape=True)
    link.connection.execute(delete(PERSONS).where(~is_current))
    for name in said_of_keys(link):
        if name != f"{KEY}{seal.current}":
            link.run(FORGET, _name=name)


def forget_pages(engine: Engine) -> None:
    """Write a file of SQLite anew, without the pages on which something stood in the clear or under another key, and
    empty its log. What is deleted in PostgreSQL, its own VACUUM takes away."""
    with engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.exec_driver_sql("VACUUM")
        busy = alone.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy is not None and busy[0]:
        raise StoreBusy("others read the file, so its log still has what stood there before; run this again")
