"""Processes of a test's own that answer over HTTP: begun on a free port, waited for, and ended with the test."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from support.terminal import ROOT, environment

_BEGINS_WITHIN_SECONDS = 60


@contextmanager
def served(app: str, folder: Path, log: Path, *options: str, **env: str) -> Iterator[httpx.Client]:
    """The application `module:name` in `folder`, served by uvicorn in a process of its own; a client that talks to
    it."""
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "--app-dir", str(folder), "--port", str(port), *options, app]
    with (
        log.open("w") as said,
        subprocess.Popen(command, cwd=ROOT, env=environment(**env), stdout=said, stderr=subprocess.STDOUT) as process,
    ):
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                _wait_for(client, process, log)
                yield client
        finally:
            process.terminate()
            process.wait(30)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait_for(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + _BEGINS_WITHIN_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        try:
            client.get("/openapi.json")
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"it did not begin: {log.read_text()}")
