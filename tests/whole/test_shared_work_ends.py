"""Commands that share their work among processes end cleanly, however they are stopped, and leave no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from support.called import policy_text, population_text
from support.small_policy import write_book
from support.terminal import EXAMPLE, ROOT, environment

PATIENCE_SECONDS = 60
POLICY = ROOT / EXAMPLE / "policy.yaml"
SHARED = ("simulate", "mutate", "backtest", "diff")


def arguments(command: str, folder: Path) -> list[str]:
    """The command with work for a minute, in two processes."""
    (folder / "late.yaml").write_text(policy_text(20), "utf-8")
    (folder / "newer.yaml").write_text(policy_text(2).replace("language: 1", "language: 1 # newer", 1), "utf-8")
    if command == "simulate":
        (folder / "borrowers.yaml").write_text(population_text(count=100), "utf-8")
        more = [str(folder / "late.yaml"), str(folder / "borrowers.yaml"), "--borrowers", "200000"]
    elif command == "mutate":
        more = [str(POLICY)]
    else:
        policies = [str(folder / "late.yaml"), str(folder / "newer.yaml")]
        more = [*policies[: 1 if command == "backtest" else 2], str(large_book(folder))]
    return [sys.executable, "-m", "overdue_flow", command, *more, "--processes", "2"]


def large_book(folder: Path) -> Path:
    """Ten thousand loans that nobody pays."""
    loans, instalments = ["loan_id,currency,opened_on"], ["loan_id,due_on,amount"]
    for number in range(10_000):
        loans.append(f"B-{number},CNY,2020-01-01")
        instalments += [f"B-{number},{year}-01-15,100.00" for year in (2020, 2021, 2022, 2023)]
    said = {"loans": loans, "instalments": instalments, "payments": ["loan_id,payment_id,value_date,amount"]}
    return write_book(folder, events="", **{name: "\n".join(lines) + "\n" for name, lines in said.items()})


@contextmanager
def at_work(command: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """The command in the middle of its work, and its other processes."""
    with subprocess.Popen(
        arguments(command, folder), cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    ) as going:  # fmt: skip
        others: list[int] = []
        try:
            limit = time.monotonic() + PATIENCE_SECONDS
            while (len(others) < 2 or not all(map(works, others))) and time.monotonic() < limit:
                assert going.poll() is None, "it is done before it was stopped"
                others = others_of(going.pid)
                time.sleep(0.02)
            yield going, others
        finally:
            going.kill()
            for other in filter(lives, others):
                with suppress(ProcessLookupError):
                    os.kill(other, signal.SIGKILL)


def others_of(first: int) -> list[int]:
    """The processes that share the work: children of the first (and not its resource tracker)."""
    children = map(int, Path(f"/proc/{first}/task/{first}/children").read_text("utf-8").split())
    return [child for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def works(process: int) -> bool:
    """Whether it has begun to work: for a second or so a process only gets ready."""
    used = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[11]
    return int(used) / os.sysconf("SC_CLK_TCK") > 1.2


def lives(process: int) -> bool:
    """Whether a process goes on. One that has ended may stand there until somebody asks for how."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] not in ("Z", "X")
    return False


def all_ended(others: list[int]) -> bool:
    limit = time.monotonic() + 5
    while any(map(lives, others)) and time.monotonic() < limit:
        time.sleep(0.02)
    return not any(map(lives, others))


@pytest.mark.parametrize("command", SHARED)
def test_sigterm_of_the_first_process_ends_all(command: str, tmp_path: Path) -> None:
    with at_work(command, tmp_path) as (going, others):
        going.send_signal(signal.SIGTERM)
        said, complaint = going.communicate(timeout=PATIENCE_SECONDS)
        assert (going.returncode, said, complaint) == (143, "", "stopped\n")
        assert all_ended(others)


@pytest.mark.parametrize("command", ["simulate", "backtest"])
def test_ctrl_c_ends_all(command: str, tmp_path: Path) -> None:
    with at_work(command, tmp_path) as (going, others):
        os.killpg(going.pid, signal.SIGINT)  # as a terminal does: to every process
        said, complaint = going.communicate(timeout=PATIENCE_SECONDS)
        assert (going.returncode, said, complaint) == (130, "", "stopped\n")
        assert all_ended(others)


def test_sigterm_of_all_at_once_is_told_as_that(tmp_path: Path) -> None:
    with at_work("simulate", tmp_path) as (going, others):
        os.killpg(going.pid, signal.SIGTERM)  # as a service manager does
        said, complaint = going.communicate(timeout=PATIENCE_SECONDS)
        assert (going.returncode, said, complaint) == (143, "", "stopped\n")
        assert all_ended(others)


def test_the_others_end_when_the_first_process_is_killed(tmp_path: Path) -> None:
    with at_work("simulate", tmp_path) as (going, others):
        going.kill()
        assert all_ended(others)


def test_a_process_that_is_killed_is_one_clear_line(tmp_path: Path) -> None:
    with at_work("simulate", tmp_path) as (going, others):
        os.kill(others[0], signal.SIGKILL)  # as a system without memory does
        said, complaint = going.communicate(timeout=PATIENCE_SECONDS)
        assert (going.returncode, said) == (1, "")
        assert complaint == "a process was killed in the middle of its work; run it again\n"
        assert all_ended(others)
