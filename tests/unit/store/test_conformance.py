"""Every store of the package does what a store must do, and so does one that is bound to a host's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine

from overdue_flow import SqlStore
from overdue_flow.store.protocol import Store, Switch
from overdue_flow.testing.stores import (
    ContactsConformance,
    OutboxConformance,
    StoreConformance,
    SwitchesConformance,
    TransactionsConformance,
    WakingConformance,
)
from support.keyring import BOTH_BUT_OLD, NEW, OLD
from support.stores import DATABASES, KINDS, any_store, fresh_url, sql_store


class TestEveryStore(StoreConformance):
    """In memory, in SQLite, in PostgreSQL."""

    @pytest.fixture(params=KINDS)
    def store(self, request: pytest.FixtureRequest) -> Iterator[Store]:
        with any_store(request.param) as store:
            yield store


class TestEncrypted(StoreConformance):
    """With one key."""

    @pytest.fixture(params=DATABASES)
    def store(self, request: pytest.FixtureRequest) -> Iterator[Store]:
        with sql_store(request.param, keys=OLD) as store:
            yield store


class TestWhileKeysAreRotated(WakingConformance, TransactionsConformance, OutboxConformance, ContactsConformance):
    """With two keys, and while rows may stand in the clear."""

    @pytest.fixture(params=DATABASES)
    def store(self, request: pytest.FixtureRequest) -> Iterator[Store]:
        with fresh_url(request.param) as url:
            for keys in (None, BOTH_BUT_OLD):
                with closing(SqlStore(url, keys=keys)) as before:
                    before.stop(Switch("a", datetime(2025, 1, 1, tzinfo=UTC), "b", "c"))
            with closing(SqlStore(url, keys=NEW)) as store:
                store.resume("a")
                yield store


class TestWithinAHostsTransaction(
    WakingConformance, TransactionsConformance, SwitchesConformance, OutboxConformance, ContactsConformance
):
    """All but what needs several threads: a host's connection is one thread's."""

    @pytest.fixture(params=DATABASES)
    def store(self, request: pytest.FixtureRequest) -> Iterator[Store]:
        with sql_store(request.param) as own:
            host = create_engine(own.url)
            with host.connect() as connection:
                yield own.within(connection)
            host.dispose()
