"""What an operator reads on the example: adopting the book, a night, tasks, what comes tomorrow, one loan's story.

`tests/golden/cli/operations/NAME.txt` is what the command says, with its exit code at the end. The commands run in this
order on one store.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support.golden import Golden
from support.terminal import ROOT, Said, run

POLICY, BOOK, STORE = "examples/changjiang-retail/policy.yaml", "examples/changjiang-retail/book", "loans.db"
ADOPT = ("adopt", POLICY, STORE, BOOK, "--muted-until", "2025-07-15", "--as-of", "2025-06-30")

COMMANDS: dict[str, tuple[str, ...]] = {
    "adopt-preview": ADOPT,
    "adopt-json": (*ADOPT, "--json"),
    "adopt": (*ADOPT, "--yes"),
    "adopt-again": (*ADOPT, "--yes"),
    "adopt-again-json": (*ADOPT, "--yes", "--json"),
    "forewarn": ("forewarn", POLICY, STORE, "--on", "2025-07-26"),
    "nightly": ("nightly", POLICY, STORE, "--as-of", "2025-07-26"),
    "nightly-again": ("nightly", POLICY, STORE, "--as-of", "2025-07-26"),
    "tasks": ("tasks", STORE, "--as-of", "2025-08-02"),
    "forewarn-json": ("forewarn", POLICY, STORE, "--on", "2025-07-27", "--json"),
    "history": ("history", STORE, "L-06"),
    "history-with-reasons": ("history", STORE, "L-06", "--policy", POLICY),
    "explain": ("explain", POLICY, STORE, "L-06", "--on", "2025-07-24"),
    "deliver-without-hooks": ("deliver", POLICY, STORE),
    "deliver-shadow": ("deliver", POLICY, STORE, "--shadow", "--at", "2025-07-28T09:00"),
    "store-info": ("store", "info", STORE),
    "no-such-store": ("tasks", "loan.db"),
}


def test_an_operator_reads_this(golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    assert run("store", "create", STORE).code == 0
    for name, command in COMMANDS.items():
        golden(as_text(command, run(*command)), f"cli/operations/{name}.txt")


def test_every_expected_text_has_its_command() -> None:
    assert {file.stem for file in (Path(__file__).parent / "operations").glob("*.txt")} == set(COMMANDS)


def as_text(command: tuple[str, ...], said: Said) -> str:
    """The command, what was said on both streams, and the exit code."""
    error = f"--- standard error\n{said.err}" if said.err else ""
    return f"$ overdue-flow {' '.join(command)}\n{said.out}{error}--- exit code {said.code}\n"
