"""TLS to PostgreSQL is the URL's matter: what it says of certificates holds, and whoever shows another is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from overdue_flow import SqlStore
from overdue_flow.errors import StoreUnavailable
from overdue_flow.testing.turns import opening
from support.clauses import takes_out
from support.keyring import OLD
from support.terminal import run
from support.tls import Authority, Door, authority, behind_tls


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return authority(tmp_path, "the lender")


@pytest.fixture
def door(tmp_path: Path, ours: Authority) -> Iterator[Door]:
    with behind_tls(tmp_path, ours) as found:
        yield found


@takes_out("sslmode")
def test_a_store_is_reached_over_tls_whose_certificate_holds(door: Door, ours: Authority) -> None:
    url = door.url(sslmode="verify-full", sslrootcert=ours.file)
    with closing(SqlStore(url, keys=OLD)) as store:
        store.commit([opening("a")])
        assert list(store.case_ids()) == ["a"]
        with store.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            assert driver.pgconn.ssl_in_use
    with pytest.raises(StoreUnavailable, match="TLS is required"):
        SqlStore(door.url(sslmode="disable"), keys=OLD)


@pytest.mark.parametrize(
    ("host", "sslmode", "of", "why"),
    [
        ("localhost", "verify-full", "a stranger", "certificate verify failed"),
        ("localhost", "verify-ca", "a stranger", "certificate verify failed"),
        (
            "db.lender.example",
            "verify-full",
            "the lender",
            '"localhost" does not match host name',
        ),
        ("localhost", "disable", "the lender", "TLS is required"),
    ],
)
def test_whoever_is_not_who_the_url_asks_for_is_refused(
    tmp_path: Path, door: Door, host: str, sslmode: str, of: str, why: str
) -> None:
    """Another authority's certificate, another host's, and a server that is to be spoken to in the clear."""
    if of != "the lender":
        authority(tmp_path, of)
    url = door.url(host, sslmode=sslmode, sslrootcert=tmp_path / f"{of.replace(' ', '%20')}.pem")
    with pytest.raises(StoreUnavailable, match=why):
        SqlStore(url)


def test_a_certificate_is_not_asked_for_where_the_url_does_not(door: Door) -> None:
    """`require` hides what is said, and does not say from whom: `verify-full` does."""
    SqlStore(door.url(sslmode="require")).close()


def test_the_command_line_takes_the_same_url(door: Door, ours: Authority) -> None:
    safe = door.url(sslmode="verify-full", sslrootcert=ours.file)
    assert run("store", "create", safe).code == 0
    assert run("journal", "verify", safe).code == 0
    refused = run("store", "info", door.url(sslmode="disable"))
    assert (refused.code, "TLS is required" in refused.err) == (2, True)
