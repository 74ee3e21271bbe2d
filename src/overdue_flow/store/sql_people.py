"""Persons in a database: their contacts over all of their loans, and the lock of whoever counts and reserves them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, Table, select, union_all

from overdue_flow.cases.person import Line, PersonContacts, in_time_order
from overdue_flow.store.rows import recorded_text
from overdue_flow.store.sql_following import put_again, read_line
from overdue_flow.store.sql_link import Link, Statement, upsert, value
from overdue_flow.store.tables import CASES, CONTACTS, PERSONS


@lru_cache(maxsize=64)
def _all_lines(names: int) -> Statement:
    return Statement(select(CONTACTS).where(_is_one_of(names)))


@lru_cache(maxsize=64)
def _lines_since(names: int) -> Statement:
    person = _is_one_of(names)
    return Statement(
        union_all(
            select(CONTACTS).where(person, CONTACTS.c.wish == 1),
            select(CONTACTS).where(person, CONTACTS.c.wish == 0, CONTACTS.c.at >= value("since")),
        )
    )


def _is_one_of(names: int, table: Table = CONTACTS) -> ColumnElement[bool]:
    """Whether a row is a person's, who may stand there under so many names."""
    places = [value(f"person_{number}") for number in range(names)]
    return table.c.person_id == places[0] if names == 1 else table.c.person_id.in_(places)


def _named(names: tuple[str, ...]) -> Mapping[str, str]:
    return {f"person_{number}": name for number, name in enumerate(names)}


LOCK = Statement(select(PERSONS.c.person_id).where(PERSONS.c.person_id == value("person_id")).with_for_update())
MEET = upsert(PERSONS, keep=True)


def cases_of(link: Link, person_id: str) -> list[str]:
    """The loans of a person, by id."""
    names = link.seal.names(person_id)
    return [row.case_id for row in link.rows(_cases_of(len(names)), **_named(names))]


@lru_cache(maxsize=64)
def _cases_of(names: int) -> Statement:
    return Statement(select(CASES.c.case_id).where(_is_one_of(names, CASES)).order_by(CASES.c.case_id))


def lock_person(link: Link, person_id: str) -> None:
    """Hold a person's row until the transaction ends. On SQLite whoever writes is alone, and that is enough."""
    if link.dialect == "sqlite":
        return
    for name in link.seal.locks(person_id):
        if link.row(LOCK, person_id=name) is None:
            link.run(MEET, person_id=name)
            link.row(LOCK, person_id=name)


def contacts(link: Link, person_id: str, since: datetime | None) -> PersonContacts:
    """The lines of a person: attempts and reservations from `since` on (None: all), and every wish."""
    names = link.seal.names(person_id)
    if since is None:
        rows = link.rows(_all_lines(len(names)), **_named(names))
    else:
        rows = link.rows(_lines_since(len(names)), since=recorded_text(since), **_named(names))
    return in_time_order(read_line(link.seal, row) for row in rows)


def reserve(link: Link, person_id: str, line: Line) -> None:
    """A contact is on its way."""
    put_again(link, [(person_id, line._replace(reserved=True))])
