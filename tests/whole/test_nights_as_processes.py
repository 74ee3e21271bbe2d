"""Nights in processes of their own: killed, stopped and shared, and nothing is lost, done twice or left half done."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from overdue_flow import Flow, load_policy
from overdue_flow.cases.evolve import replay
from overdue_flow.events import LoanOpened
from overdue_flow.store.sql import SqlStore
from support.postgres import fresh_database
from support.small_policy import write_policy
from support.terminal import ROOT, environment, in_process_of_its_own

COMMAND = [sys.executable, "-m", "overdue_flow"]
LOANS = 600
NIGHT = "2025-01-11"
PATIENCE_SECONDS = 180
"""A busy machine takes its time; nothing is proved by how long."""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return write_policy(tmp_path)


@pytest.fixture
def on_postgres() -> Iterator[str]:
    with fresh_database() as url:
        yield url


def fill(url: str, policy: Path, loans: int = LOANS) -> None:
    """Loans that all fall due on one day."""
    store = SqlStore(url)
    opened = {
        "id": "opened", "at": datetime(2025, 1, 1, 1, tzinfo=UTC), "opened_on": date(2025, 1, 1),
        "instalments": [{"due_on": date(2025, 1, 10), "amount": "100.00"}],
    }  # fmt: skip
    openings = ((f"B-{n}", LoanOpened.model_validate(opened | {"person_id": f"P-{n}"})) for n in range(loans))
    Flow(load_policy(policy), store).receive_many(openings)
    store.close()


def check(url: str) -> None:
    """Every loan has lived the night once, whole: its two entries, its effect in the outbox, and replay gives it."""
    store = SqlStore(url)
    outbox = {parcel.case_id for parcel in store.outbox()}
    for loan in store.case_ids():
        journal, case = store.journal(loan), store.load(loan)
        assert case is not None
        assert [(entry.seq, entry.event.kind) for entry in journal] == [(1, "LoanOpened"), (2, "TimePassed")]
        assert replay(journal)._replace(day=case.day) == case
        assert (case.course.stage, loan in outbox) == ("early", True)
    store.close()


@contextmanager
def begun(*arguments: str | Path, cwd: Path = ROOT) -> Iterator[subprocess.Popen[str]]:
    """A command that goes on by itself, and that does not outlive the test."""
    with subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as going:  # fmt: skip
        try:
            yield going
        finally:
            going.kill()


def night(policy: Path, store: str, *options: str) -> Any:
    """A night to its end, and what it says as JSON."""
    said = in_process_of_its_own("nightly", policy, store, "--as-of", NIGHT, "--json", *options)
    assert said.code == 0, said.err
    return json.loads(said.out)


def lived(url: str) -> int:
    """How many loans have lived the night."""
    store = SqlStore(url)
    found = sum(1 for _parcel in store.outbox())
    store.close()
    return found


def wait_until_some_are_lived(url: str) -> None:
    limit = time.monotonic() + PATIENCE_SECONDS
    while not lived(url):
        assert time.monotonic() < limit, "nothing was lived"
        time.sleep(0.05)


def test_a_night_that_is_killed_again_and_again_is_lived_once(tmp_path: Path, policy: Path) -> None:
    url, draw = f"sqlite:///{tmp_path}/loans.db", random.Random(1)
    fill(url, policy)
    for _number in range(3):
        with begun("nightly", policy, url, "--as-of", NIGHT):
            time.sleep(draw.uniform(0.4, 1.6))
    night(policy, url)
    assert night(policy, url)["cases_looked_at"] == 0
    check(url)


def test_ctrl_c_ends_a_night_at_once_and_cleanly(tmp_path: Path, policy: Path) -> None:
    url = f"sqlite:///{tmp_path}/loans.db"
    fill(url, policy)
    with begun("nightly", policy, url, "--as-of", NIGHT) as going:
        wait_until_some_are_lived(url)
        going.send_signal(signal.SIGINT)
        said, complaint = going.communicate(timeout=PATIENCE_SECONDS)
    assert (going.returncode, said, complaint) in {(130, "", "stopped\n"), (0, said, "")}
    night(policy, url)
    check(url)


def test_four_workers_divide_a_night_on_postgresql(on_postgres: str, policy: Path) -> None:
    fill(on_postgres, policy)
    said = night(policy, on_postgres, "--workers", "4")
    assert (said["cases_looked_at"], said["turns"]) == (LOANS, LOANS), "no case is looked at by two"
    check(on_postgres)


def test_ctrl_c_ends_all_workers_of_a_night(on_postgres: str, policy: Path) -> None:
    fill(on_postgres, policy)
    with begun("nightly", policy, on_postgres, "--as-of", NIGHT, "--workers", "2") as going:
        wait_until_some_are_lived(on_postgres)
        os.killpg(going.pid, signal.SIGINT)  # as a terminal does: to every process
        _said, complaint = going.communicate(timeout=PATIENCE_SECONDS)
    assert (going.returncode, complaint) in {(130, "stopped\n"), (0, "")}
    night(policy, on_postgres, "--workers", "2")
    check(on_postgres)


def test_a_worker_that_is_killed_is_named_and_its_work_is_due_again(on_postgres: str, policy: Path) -> None:
    fill(on_postgres, policy)
    with begun("nightly", policy, on_postgres, "--as-of", NIGHT, "--workers", "2") as going:
        os.kill(_a_worker(going.pid), signal.SIGKILL)
        said, complaint = going.communicate(timeout=PATIENCE_SECONDS)
    assert (going.returncode, said) == (1, "")
    assert complaint == "a worker was killed; what it had in hand is due again: run the night again\n"
    night(policy, on_postgres)
    check(on_postgres)


def _a_worker(parent: int) -> int:
    """The process id of one worker, which is a child of the night's first process (and not its resource tracker)."""
    limit = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < limit:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text("utf-8").split()
        for child in map(int, children):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                return child
        time.sleep(0.01)
    raise AssertionError("no worker was begun")


def test_a_worker_that_watches_delivers_what_becomes_due_and_ends_when_it_is_told_to(
    tmp_path: Path, policy: Path
) -> None:
    url = f"sqlite:///{tmp_path}/loans.db"
    fill(url, policy, loans=20)
    (tmp_path / "gateway_hooks.py").write_text("HOOKS = {'remind': lambda effect, case: None}\n", "utf-8")
    watch = ("deliver", policy, url, "--hooks", "gateway_hooks:HOOKS", "--watch", "0.1", "--at", "2025-01-11T12:00")
    with begun(*watch, cwd=tmp_path) as watching:
        time.sleep(1.5)
        assert watching.poll() is None, "with nothing to do it waits"
        night(policy, url)
        limit = time.monotonic() + PATIENCE_SECONDS
        while lived(url) and time.monotonic() < limit:
            time.sleep(0.1)
        time.sleep(1)
        watching.send_signal(signal.SIGTERM)
        said, complaint = watching.communicate(timeout=PATIENCE_SECONDS)
    assert (watching.returncode, complaint.splitlines()[-1]) == (143, "stopped")
    assert "remind    delivered" in said
    assert not lived(url), "everything has gone out"
