"""Mistakes of the user are one clear line, and the exit code tells whose turn it is."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from overdue_flow.cli import main
from overdue_flow.cli.manners import why_not
from overdue_flow.cli.screen import number_of
from support.small_policy import write_book, write_policy
from support.terminal import run


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return write_policy(tmp_path)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_book(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("check {0}/nothing.yaml", "cannot read the policy `{0}/nothing.yaml`: it does not exist"),
        ("check {0}", "cannot read the policy `{0}`: it is a folder"),
        ("draw {0}/policy.yaml/x", "a part of the path is a file, not a folder"),
        ("test {0}/policy.yaml {0}/nothing.yaml", "cannot read the scenarios `{0}/nothing.yaml`: it does not exist"),
        ("backtest {0}/policy.yaml {0}/no", "cannot read the book `{0}/no`: it does not exist"),
        ("backtest {0}/policy.yaml {0}/policy.yaml", "it is a file; a book is a folder with `loans`"),
        ("backtest {0}/policy.yaml {0}/book --from 2025-02-30", "`2025-02-30` is no day; --from expects one such as"),
        (
            "backtest {0}/policy.yaml {0}/book --to 2025W101",
            "`2025W101` is no day; --to expects one such as 2025-01-31",
        ),
        ("backtest {0}/policy.yaml {0}/book --to 2024-01-01", "no loan of the book is open by 2024-01-01"),
        ("backtest {0}/policy.yaml {0}/book --from 2026-01-01", "there is no day from 2026-01-01 to 2025-03-01"),
        ("backtest {0}/policy.yaml {0}/book --out {0}/policy.yaml", "cannot write `{0}/policy.yaml`: there is a file"),
        ("backtest {0}/policy.yaml {0}/book --out {0}/book", "it is a book (it has `loans.csv`); its"),
        ("backtest {0}/policy.yaml {0}/book --to 9999-12-31", "the year of --to 9999-12-31 is not between"),
        ("explain {0}/policy.yaml {0}/book A-1 --on 0001-01-01", "the year of --on 0001-01-01 is not between 1900 and"),
        ("explain {0}/policy.yaml {0}/book A-3", "there is no loan `A-3` in this book; did you mean `A-2` or `A-1`?"),
        ("explain {0}/policy.yaml {0}/book A-1 --on today", "`today` is no day; --on expects one such as 2025-01-31"),
        ("explain {0}/policy.yaml {0}/book A-1 --on 2024-12-31", "loan `A-1` is not open yet on 2024-12-31"),
    ],
)
def test_a_mistake_is_one_clear_line(arguments: str, said: str, tmp_path: Path, policy: Path, book: Path) -> None:
    found = run(*arguments.format(tmp_path).split())
    assert found.code == 2
    assert found.out == ""
    assert said.format(tmp_path) in found.err
    assert found.err.count("\n") == 1


@pytest.mark.parametrize("arguments", ["", "check", "chek x", "backtest a b --contacts some", "draw a --format gif"])
def test_a_command_that_is_not_understood_says_how_it_goes(arguments: str) -> None:
    found = run(*arguments.split())
    assert found.code == 2
    assert "Usage: overdue-flow" in found.out + found.err


EVERY_COMMAND = (
    "check", "test", "schema", "draw", "backtest", "simulate", "diff", "explain", "forecast", "history", "nightly",
    "deliver", "forewarn", "tasks", "complete", "reassign", "adopt", "migrate", "store", "store create",
    "store upgrade", "store info", "store stop",
    "store resume", "store switches",
)  # fmt: skip


@pytest.mark.parametrize("command", EVERY_COMMAND)
def test_every_command_explains_itself(command: str) -> None:
    found = run(*command.split(), "--help")
    assert found.code == 0
    assert f"Usage: overdue-flow {command}" in found.out


def test_the_version_is_said() -> None:
    assert run("--version").out.startswith("overdue-flow ")


@pytest.mark.parametrize("name", ["loans.csv", "events.jsonl"])
def test_a_folder_in_place_of_a_file_of_the_book_is_one_clear_line(name: str, policy: Path, book: Path) -> None:
    (book / name).unlink()
    (book / name).mkdir()
    found = run("backtest", policy, book)
    assert (found.code, found.out) == (2, "")
    assert found.err == f"cannot read the book `{book / name}`: it is a folder\n"


def test_a_refused_policy_is_shown_before_a_book_is_read(tmp_path: Path) -> None:
    policy = write_policy(tmp_path, old="to: early", new="to: earlier")
    found = run("backtest", policy, tmp_path / "no-book")
    assert (found.code, found.out) == (1, "")
    assert "did you mean `early`?" in found.err


def test_ctrl_c_is_clean(policy: Path, book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_arguments: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("overdue_flow.cli.backtest.lived", interrupted)
    found = run("backtest", policy, book, "--out", tmp_path / "out")
    assert found == (130, "", "stopped\n")
    assert not (tmp_path / "out").exists()


def test_sigterm_is_as_clean_and_says_so_by_its_code(
    policy: Path, book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_arguments: object, **_more: object) -> None:
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr("overdue_flow.cli.backtest.lived", ended)
    found = run("backtest", policy, book, "--out", tmp_path / "out")
    assert found == (143, "", "stopped\n")
    assert not (tmp_path / "out").exists()
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_hosts_own_way_with_sigterm_is_left_to_it(policy: Path, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []

    def told(*_arguments: object, **_more: object) -> None:
        signal.raise_signal(signal.SIGTERM)
        raise KeyboardInterrupt

    monkeypatch.setattr("overdue_flow.cli.backtest.lived", told)
    before = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    try:
        assert run("backtest", policy, book).code == 130
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == [signal.SIGTERM]


def test_ctrl_c_while_the_program_itself_is_read_is_clean(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupted:
        def __getattr__(self, _name: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "overdue_flow.cli.app", Interrupted())
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, capsys.readouterr().err) == (130, "stopped\n")


def test_what_the_system_says_becomes_plain_words() -> None:
    assert why_not(PermissionError(13, "Permission denied")) == "there is no permission"
    assert why_not(OSError(28, os.strerror(28))) == "no space left on device"


@pytest.mark.parametrize(
    ("count", "word", "said"), [(1, "loan", "1 loan"), (2, "loan", "2 loans"), (1200, "policy", "1,200 policies")]
)
def test_things_are_counted_in_words(count: int, word: str, said: str) -> None:
    assert number_of(count, word) == said


def test_a_loan_that_cannot_be_opened_under_the_policy_is_one_clear_line(tmp_path: Path) -> None:
    policy = write_policy(tmp_path, old="due_date_is_day: 0", new="due_date_is_day: 0, paid_when_short_by: 0.01")
    book = write_book(
        tmp_path,
        loans="loan_id,currency,opened_on\nJ-1,JPY,2025-01-01\n",
        instalments="loan_id,due_on,amount\nJ-1,2025-01-10,100\n",
        payments="loan_id,payment_id,value_date,amount\n",
        events="",
    )
    found = run("backtest", policy, book, "--out", tmp_path / "out")
    assert (found.code, found.out) == (1, "")
    assert found.err == "loan `J-1` cannot be opened: `0.01` has more decimals than JPY has (0)\n"
    assert not (tmp_path / "out").exists()
