"""Every store of the package does what a store must do, and so does one that is bound to a host's transaction."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine

from overdue_flow.store.protocol import Store
from overdue_flow.testing.stores import (
    ContactsConformance,
    OutboxConformance,
    StoreConformance,
    SwitchesConformance,
    TransactionsConformance,
    WakingConformance,
)
from support.stores import DATABASES, KINDS, any_store, sql_store


class TestEveryStore(StoreConformance):
    """In memory, in SQLite, in PostgreSQL."""

    @pytest.fixture(params=KINDS)
    def store(self, request: pytest.FixtureRequest) -> Iterator[Store]:
        with any_store(request.param) as store:
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
