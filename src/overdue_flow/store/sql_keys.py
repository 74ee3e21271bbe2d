"""Which keys a store is encrypted with, as its database says: `meta` has a line for each, with what a key is known by.

The first to open a store with keys turns encryption on: from then on nobody opens it without. Rows from before stay as
they are until `rotate` has gone over them, and `meta` says so meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import delete, select

from overdue_flow.store import sql_schema
from overdue_flow.store.keys import Keys
from overdue_flow.store.sealing import CLEAR_LEFT, KEY, Keyed, check_still, seal_of
from overdue_flow.store.sql_link import Link, Statement, upsert, value
from overdue_flow.store.tables import CASES, LOOKS_SAID, META, SWITCHES

ALL = Statement(select(META))
KNOW = upsert(META, keep=True)
FORGET = Statement(delete(META).where(META.c.name == value("_name")))


def said_of_keys(link: Link) -> dict[str, str]:
    """What `meta` says of keys."""
    return {row.name: row.value for row in link.rows(ALL) if row.name == CLEAR_LEFT or row.name.startswith(KEY)}


class Known(NamedTuple):
    """The names of the keys that a store knows, none where it is not encrypted; whether rows may stand in the clear."""

    names: tuple[str, ...]
    clear_left: bool


def known(link: Link) -> Known:
    """Which keys the store knows."""
    said = said_of_keys(link)
    return Known(tuple(sorted(name.removeprefix(KEY) for name in said if name != CLEAR_LEFT)), CLEAR_LEFT in said)


def has_one_key(link: Link) -> bool:
    """Whether the store has had one key from the beginning, or nothing is left of others and of the clear."""
    return len(said_of_keys(link)) == 1


def is_known(said: Mapping[str, str], keys: Keys) -> bool:
    """Whether the store knows the current key already."""
    return f"{KEY}{keys.current}" in said


def check_keys(link: Link) -> None:
    """KeysError where others have changed the keys of the store since it was opened here: asked by whoever writes."""
    check_still(said_of_keys(link), link.seal)


def make_known(link: Link, keys: Keys) -> None:
    """From now on the store is encrypted with the current key, in a transaction that writes. Of two who say so at once
    the second sees what the first did."""
    sql_schema.alone(link.connection)
    said = said_of_keys(link)
    seal = seal_of(said, keys, closed=False)
    assert isinstance(seal, Keyed)
    if not any(name.startswith(KEY) for name in said) and _has_rows(link):
        link.run(KNOW, name=CLEAR_LEFT, value="yes")
    link.run(KNOW, name=f"{KEY}{keys.current}", value=seal.checks[keys.current])


def _has_rows(link: Link) -> bool:
    """Whether anything that is personal may stand in the clear."""
    tables = (CASES, SWITCHES, LOOKS_SAID)
    return any(link.connection.execute(select(table).limit(1)).first() is not None for table in tables)
