"""The command line in a process of its own: exit codes, streams, pipes, signals, and no clock or terminal needed."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

from support.small_policy import write_book, write_policy
from support.terminal import EXAMPLE, ROOT, environment, in_process_of_its_own, run

POLICY, BOOK = EXAMPLE / "policy.yaml", EXAMPLE / "book"
COMMAND = [sys.executable, "-m", "overdue_flow"]


def test_the_main_job_runs_on_the_example_and_writes_its_six_files(tmp_path: Path) -> None:
    said = in_process_of_its_own("backtest", POLICY, BOOK, "--out", tmp_path / "out")
    assert said.code == 0
    assert said.out == run("backtest", ROOT / POLICY, ROOT / BOOK).out
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "effects.csv", "instalments.csv", "marks.csv", "month_ends.csv", "stages.csv", "summary.json",
    ]  # fmt: skip


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    for name, zone in (("one", "UTC"), ("other", "America/New_York")):
        assert in_process_of_its_own("backtest", POLICY, BOOK, "--out", tmp_path / name, TZ=zone).code == 0
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "other" / file.name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("check", POLICY), 0),
        (("check", "--strict", POLICY), 0),
        (("test", POLICY), 0),
        (("draw", POLICY), 0),
        (("schema",), 0),
        (("explain", POLICY, BOOK, "L-03"), 0),
        (("explain", POLICY, BOOK, "L-99"), 2),
        (("check", "no-such-file.yaml"), 2),
        (("check",), 2),
    ],
)
def test_the_exit_code_says_how_it_ended(arguments: tuple[str | Path, ...], code: int) -> None:
    said = in_process_of_its_own(*arguments)
    assert said.code == code
    assert "Traceback" not in said.err
    assert bool(said.err) is (code != 0)


def test_a_refused_policy_ends_with_1_on_the_standard_error_of_a_backtest(tmp_path: Path) -> None:
    policy = write_policy(tmp_path, old="to: early", new="to: earlier")
    said = in_process_of_its_own("backtest", policy, write_book(tmp_path), "--out", tmp_path / "out")
    assert (said.code, said.out) == (1, "")
    assert f"{policy}:26:44: there is no stage `earlier`" in said.err
    assert not (tmp_path / "out").exists()


def test_what_is_piped_has_no_colours_no_boxes_and_no_blanks_at_the_end() -> None:
    said = in_process_of_its_own("backtest", POLICY, BOOK)
    assert "\x1b" not in said.out
    assert not set("─│┌┐└┘━┃╭╮╰╯") & set(said.out)
    assert [line for line in said.out.splitlines() if line != line.rstrip()] == []
    assert max(len(line) for line in said.out.splitlines()) <= 80


def test_json_is_nothing_but_json() -> None:
    assert json.loads(in_process_of_its_own("backtest", POLICY, BOOK, "--json").out)["loans"] == 13


def test_a_locale_without_chinese_is_no_error(tmp_path: Path) -> None:
    policy = write_policy(tmp_path, old='title: {en: "A small policy", zh: 小政策}', new="title: 小政策")
    said = in_process_of_its_own("check", policy, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert said.code == 0
    assert "\\u5c0f" in said.out


def test_a_reader_that_goes_away_is_no_error() -> None:
    for arguments in (["draw", str(POLICY)], ["backtest", str(POLICY), str(BOOK)], ["schema"]):
        piped = subprocess.Popen(
            [*COMMAND, *arguments], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert piped.stdout is not None
        assert piped.stderr is not None
        piped.stdout.close()
        said = piped.stderr.read()
        piped.stderr.close()
        assert (piped.wait(60), said) == (141, b""), arguments


def test_a_terminal_sees_colours_and_a_bar_that_leaves_nothing_behind() -> None:
    seen = _on_a_terminal(["backtest", str(POLICY), str(BOOK)])
    assert "living through every day" in seen
    assert "\x1b[1mStage flow" in seen
    assert "\x1b[?25h" in seen, "the cursor is shown again"


def test_a_story_is_wrapped_under_its_own_indentation_on_a_terminal() -> None:
    arguments = ["explain", str(POLICY), str(BOOK), "L-03"]
    seen = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", _on_a_terminal(arguments))
    lines = [line.rstrip("\r").rpartition("\r")[2] for line in seen.split("\n") if "━" not in line]
    piped = in_process_of_its_own(*arguments).out.split("\n")
    assert max(cell_len(line) for line in lines) <= 80
    assert " ".join(lines).split() == " ".join(piped).split()
    long = next(line for line in piped if len(line) > 100)
    at = next(number for number, line in enumerate(lines) if line and long.startswith(line.rstrip()))
    indent = len(long) - len(long.lstrip())
    assert lines[at + 1].startswith(" " * (indent + 4))


def test_ctrl_c_in_the_middle_of_the_work_leaves_nothing_behind(tmp_path: Path) -> None:
    book = _large_book(tmp_path)
    out = tmp_path / "out"
    working = subprocess.Popen(
        [*COMMAND, "backtest", str(POLICY), str(book), "--out", str(out)],
        cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    limit = time.monotonic() + 60
    while not out.exists() and time.monotonic() < limit:
        time.sleep(0.02)
    working.send_signal(signal.SIGINT)
    said, complaint = working.communicate(timeout=60)
    assert (working.returncode, said, complaint) == (130, "", "stopped\n")
    assert not out.exists()


def _large_book(folder: Path) -> Path:
    """A book that takes a while."""
    loans, instalments = ["loan_id,currency,opened_on"], ["loan_id,due_on,amount"]
    for number in range(1500):
        loans.append(f"B-{number},CNY,2024-01-01")
        instalments += [f"B-{number},2024-{month:02}-15,100.00" for month in range(1, 13)]
    said = {"loans": loans, "instalments": instalments, "payments": ["loan_id,payment_id,value_date,amount"]}
    return write_book(folder, events="", **{name: "\n".join(lines) + "\n" for name, lines in said.items()})


def _on_a_terminal(arguments: list[str]) -> str:
    """Everything that a terminal is sent."""
    outside, inside = pty.openpty()
    working = subprocess.Popen([*COMMAND, *arguments], cwd=ROOT, env=environment(), stdout=inside, stderr=inside)
    os.close(inside)
    seen = b""
    while True:
        ready, _, _ = select.select([outside], [], [], 60)
        try:
            part = os.read(outside, 65536) if ready else b""
        except OSError:  # the other side was closed
            part = b""
        if not part:
            break
        seen += part
    os.close(outside)
    assert working.wait(60) == 0
    return seen.decode("utf-8", "replace")
