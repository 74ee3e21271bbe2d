"""`overdue-flow calibrate`, as a user meets it: what it says, what it writes, and what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from support import real_data
from support.foretelling import POLICY
from support.paying_books import paying
from support.terminal import run


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    loans = (one.loan for one in paying(80, 26, seed=2))
    return real_data.write_book(loans, tmp_path_factory.mktemp("book") / "our book")


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY.replace("USD", "CNY"), "utf-8")
    return path


def test_it_says_what_was_paid_and_how_sure_that_is(book: Path) -> None:
    said = run("calibrate", book, "--to", "2023-12-31")
    assert said.code == 0
    first, *rest = said.out.splitlines()
    assert first.endswith("months of 80 loans, 2022-12-16 to 2023-12-31")
    heads = "missed months paid in the month times chance 95 % interval worth months"
    assert rest[1].split() == heads.split()
    assert "1 instalment" in said.out
    assert "hang together" in rest[-2]


def test_what_it_writes_is_lived_by_simulate(book: Path, policy: Path, tmp_path: Path) -> None:
    out = tmp_path / "population.yaml"
    said = run("calibrate", book, "--out", out, "--to", "2023-12-31")
    assert (said.code, said.err) == (0, f"wrote {out}\n")
    assert out.read_text("utf-8").startswith("# Counted from 2022-12-16 to 2023-12-31: ")
    assert "\npopulation: our-book\n" in out.read_text("utf-8")
    lived = run("simulate", policy, out, "--borrowers", "20", "--json")
    assert lived.code == 0
    assert json.loads(lived.out)["borrowers"] == 20


def test_a_file_that_is_there_is_not_written_over(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "population.yaml"
    out.write_text("mine", "utf-8")
    said = run("calibrate", book, "--out", out)
    assert said.code == 2
    assert "there is a file of that name" in said.err
    assert out.read_text("utf-8") == "mine"


def test_a_program_gets_the_same_figures(book: Path, policy: Path) -> None:
    said = json.loads(run("calibrate", book, "--from", "2023-06-01", "--policy", policy, "--json").out)
    assert said["from"] == "2023-06-01"
    assert said["loans"] <= 80
    assert sum(row["months"] for row in said["pays"]) == said["months"]
    for row in said["pays"]:
        assert sum(one["months"] for one in row["paid"]) == row["months"]


def test_whether_it_holds_is_said_cell_by_cell(book: Path, policy: Path) -> None:
    said = run("calibrate", book, "--check", "--policy", policy, "--borrowers", "60")
    assert said.code == 0
    first, second, _empty, heads, *rows = said.out.splitlines()
    assert first.startswith("counted 2022-12-31 to ")
    assert "lie within their 95 % interval" in second
    assert heads.split()[:4] == ["missed", "then", "times", "of"]
    assert sum(row.split()[-1] in ("within", "outside") for row in rows) == len(rows) >= 4
    as_json = json.loads(run("calibrate", book, "--check", "--policy", policy, "--borrowers", "60", "--json").out)
    assert {"split", "unrest", "cells"} <= as_json.keys()
    assert [cell["count"] for cell in as_json["cells"] if cell["count"] >= 30] == [
        int(row.split()[2].replace(",", "")) for row in rows
    ]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--check"], "--check lives borrowers under a policy; name one with --policy"),
        (["--to", "2022-12-20"], "no month of a loan begins and ends from 2022-12-16 to 2022-12-20"),
        (["--to", "soon"], "soon"),
        (
            ["--seed", "0"],
            "--borrowers and --seed say who is lived for --check; give them to `simulate`, or add --check",
        ),
        (["--borrowers", "50"], "--borrowers and --seed say who is lived for --check"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(book: Path, options: list[str], why: str) -> None:
    said = run("calibrate", book, *options)
    assert said.code == 2
    assert why in said.err
    assert "Traceback" not in said.err


def test_a_day_after_the_last_news_is_said_to_be_one(book: Path) -> None:
    said = run("calibrate", book, "--to", "2025-12-31", "--json")
    assert said.code == 0
    assert json.loads(said.out)["to"] == "2025-12-31"
    assert re.fullmatch(
        r"note: the book tells of nothing after 2025-\d\d-\d\d: what was due since counts as unpaid\n", said.err
    )
    assert run("calibrate", book, "--to", "2024-12-31").err == ""


def test_check_writes_nothing(book: Path, policy: Path, tmp_path: Path) -> None:
    said = run("calibrate", book, "--check", "--policy", policy, "--out", tmp_path / "x.yaml")
    assert said.code == 2
    assert "leave out --from, --to and --out" in said.err
    assert not (tmp_path / "x.yaml").exists()
