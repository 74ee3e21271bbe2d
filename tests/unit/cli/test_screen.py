"""What is written is shown as signs, whole, and in what it is written to."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from overdue_flow import Flow, load_policy
from overdue_flow.events import PaymentReceived
from support.small_policy import POLICY, write_policy
from support.small_store import opened, opening, write_store
from support.terminal import in_process_of_its_own, run

LONG = "A-" + "7" * 70
HOSTILE = "E\x1b[2J\x9b31m\u202e-1"
"""Clears the screen, colours what follows, and turns the direction of writing."""

SHOWN = "E\\x1b[2J\\x9b31m\\u202e-1"
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Loans with a hostile id and with a long one, each with something to tell."""
    loans = ((loan, opening(loan, facts={"frail": True})) for loan in (HOSTILE, LONG))
    return write_store(tmp_path, *loans, lived_to=date(2025, 1, 11))


def test_what_a_terminal_would_obey_is_shown_as_its_code(tmp_path: Path, store: Path) -> None:
    policy = write_policy(tmp_path)
    run("store", "stop", store, "contact", "--by", HOSTILE, "--reason", HOSTILE)
    for command in (
        ("store", "switches", store),
        ("tasks", store),
        ("forewarn", policy, store, "--on", "2025-02-11"),
        ("journal", "search", store, "--loan", HOSTILE),
        ("explain", policy, store, HOSTILE),
        ("deliver", policy, store, "--at", "2025-01-12T12:00", "--shadow"),
    ):
        said = run(*command)
        assert (said.code, said.err) == (0, ""), command
        assert SHOWN in said.out, command
        assert not OBEYED.search(said.out), command


def test_what_is_said_as_json_holds_no_code_and_means_the_same(store: Path) -> None:
    said = run("tasks", store, "--json")
    assert not OBEYED.search(said.out)
    assert HOSTILE in {one["loan"] for one in json.loads(said.out)}


def test_a_mistake_stays_one_line_whatever_is_named(store: Path) -> None:
    said = run("history", store, "\x1b]0;owned\x07\nall is well")
    assert said.err.startswith("there is no loan `\\x1b]0;owned\\x07 all is well` in this store")
    assert said.err.count("\n") == 1


def test_nothing_is_cut_from_what_is_piped(store: Path) -> None:
    for command in (("journal", "search", store, "--loan", LONG), ("tasks", store)):
        said = run(*command).out
        assert any(LONG in line and "…" not in line for line in said.splitlines()), command
    lines = run("store", "info", store).out.splitlines()
    assert re.fullmatch(r"small  1  since \d{4}-\d\d-\d\d  means [0-9a-f]{12}", lines[-1])


def test_on_a_narrow_terminal_the_cells_of_a_row_stand_below_each_other(store: Path) -> None:
    narrow = {"COLUMNS": "36", "TTY_COMPATIBLE": "1", "NO_COLOR": "1"}
    found = in_process_of_its_own("journal", "search", store, "--loan", LONG, "--limit", "1", **narrow)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", found.out)
    assert plain == (f"loan: {LONG}\nrow: 1\nday: 2025-01-01\nwhat: LoanOpened\nevent: {LONG}-opened\n"), plain
    told = in_process_of_its_own("store", "info", store, **narrow)
    assert re.search(r"small\n1\nsince \d{4}-\d\d-\d\d\nmeans [0-9a-f]{12}\n$", told.out)


def test_output_that_cannot_be_written_is_one_clear_line(store: Path) -> None:
    for arguments in (("store", "info", store), ("tasks", store, "--json"), ("--help",)):
        with Path("/dev/full").open("w") as full:
            found = in_process_of_its_own(*arguments, out=full)
        assert (found.code, found.err) == (2, "cannot write the output: no space left on device\n"), arguments


def test_an_event_is_told_with_an_instant_that_was(tmp_path: Path) -> None:
    paid = PaymentReceived(id="p", at=datetime(2025, 1, 9, 1, tzinfo=UTC), amount="1.00", value_date=date(2025, 1, 9))
    store = write_store(tmp_path, lived_to=date(2025, 1, 11))
    with opened(store) as found:
        Flow(load_policy(text=POLICY), found).receive("A-1", paid)
    said = run("history", store, "A-1").out
    assert re.search(r"^2025-01-11        PaymentReceived: .* \(noticed on 2025-01-09 09:00\)$", said, re.MULTILINE)
    assert "2025-01-11 09:00" not in said
