"""`overdue-flow offers`: what can be said to it, what it says, and how it ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.small_policy import write_book, write_policy
from support.small_store import write_store
from support.terminal import Said, run

INSTALMENTS = "loan_id,due_on,principal,interest\n" + "".join(
    f"A-{loan},2025-{month:02}-10,1000.00,{65 - 5 * month}.00\n" for loan in (1, 2) for month in range(1, 13)
)
PAYMENTS = "loan_id,payment_id,value_date,amount\nA-2,p-1,2025-01-02,12390.00\n"


@pytest.fixture
def book(tmp_path: Path) -> tuple[Path, Path]:
    """A policy, and a book of two loans: on A-1 nothing was ever paid, on A-2 all of it."""
    return write_policy(tmp_path), write_book(tmp_path, instalments=INSTALMENTS, payments=PAYMENTS, events="")


@pytest.fixture
def offers(book: tuple[Path, Path]) -> Callable[..., Said]:
    """The offers on A-1 on 1 April: three instalments are overdue, nine are to come."""
    return lambda *more: run("offers", *book, "A-1", "--on", "2025-04-01", *more)


def test_every_kind_that_can_be_made_is_told_and_why_others_cannot(offers: Callable[..., Said]) -> None:
    said = offers()
    assert said.code == 0
    assert said.out.startswith("offers on 2025-04-01, amounts in CNY\noverdue ")
    assert "\n  lower instalment: nobody says what the borrower would pay each time\n" in said.out
    assert "can pay" not in said.out


def test_what_is_said_of_income_rate_and_months_is_used(offers: Callable[..., Said]) -> None:
    said = json.loads(
        offers("--json", "--income", "500", "--rate", "6%", "--months", "3", "--new-rate", "0.03", "--waive", "0.5").out
    )
    made = {one["kind"]: one for one in said["offers"]}
    assert (said["loan"], said["annual_rate"], said["rate_is_read"]) == ("A-1", "0.06", False)
    assert made["lower_instalment"]["largest_instalment"] == "500.00"
    assert made["lower_instalment"]["affordable"] is True
    assert made["rate_reduction"]["annual_rate"] == "0.03"
    assert made["term_extension"]["instalments"] == 12
    assert made["settlement"]["gist"].startswith("50 % of ")
    assert said["left_out"] == {}
    (lower,) = json.loads(offers("--json", "--instalment", "600", "--income", "500", "--plan", "lower_instalment").out)[
        "offers"
    ]
    assert (lower["largest_instalment"], lower["affordable"]) == ("600.00", False)


def test_only_the_plans_that_are_asked_for_are_told(offers: Callable[..., Said]) -> None:
    said = offers("--plan", "settlement", "--plan", "catch_up").out.splitlines()
    assert said[2] == "6 % a year, read off the schedule; every month"
    assert [line.split("  ")[0] for line in said[5:8]] == ["contract", "1 settlement", "2 catch-up"]
    assert said[8] == ""


def test_the_day_is_by_default_the_last_of_the_book(book: tuple[Path, Path]) -> None:
    assert run("offers", *book, "A-1").out.startswith("offers on 2025-12-10, amounts in CNY\noverdue 11")


def test_a_picture_is_written_to_a_file(tmp_path: Path, offers: Callable[..., Said]) -> None:
    said = offers("--svg", tmp_path / "offers.svg")
    assert said.code == 0
    assert said.err == f"wrote {tmp_path}/offers.svg\n"
    assert (tmp_path / "offers.svg").read_text("utf-8").startswith("<?xml")


def test_a_picture_that_cannot_be_drawn_or_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offers: Callable[..., Said]
) -> None:
    nowhere = offers("--svg", tmp_path / "no" / "offers.svg")
    assert (nowhere.code, nowhere.out) == (2, "")
    assert nowhere.err == f"cannot write `{tmp_path}/no/offers.svg`: it does not exist\n"
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    without = offers("--svg", tmp_path / "offers.svg")
    assert without.code == 2
    assert 'install it with: pip install "overdue-flow[pictures]"' in without.err


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--plan", "setlement"), 2, "there is no plan of the kind `setlement`; did you mean `settlement`?"),
        (("--plan", "gift"), 2, "there is no plan of the kind `gift`; expected one of annuity, "),
        (("--rate", "much"), 2, "--rate: `much` is not an amount"),
        (("--rate", "12"), 1, "an annual rate of `12` makes no sense; expected 10 at most"),
        (("--plan", "lower_instalment", "--instalment", "5"), 1, "lower instalment: an instalment of `5.00` does not"),
        (("--plan", "settlement", "--waive", "20"), 1, "settlement: a share of what is owed of `20` makes no sense"),
        (("--plan", "deferral", "--months", "0"), 1, "deferral: a number of months of `0` makes no sense"),
    ],
)
def test_a_mistake_is_one_clear_line(more: tuple[str, ...], code: int, said: str, offers: Callable[..., Said]) -> None:
    found = offers(*more)
    assert (found.code, found.out) == (code, "")
    assert found.err.startswith(said)
    assert found.err.count("\n") == 1


def test_a_loan_that_is_not_there_not_open_or_not_owed_is_one_line(book: tuple[Path, Path]) -> None:
    unknown = run("offers", *book, "nobody")
    assert (unknown.code, unknown.out) == (2, "")
    assert "there is no loan `nobody` in this book" in unknown.err
    early = run("offers", *book, "A-1", "--on", "2020-01-01")
    assert (early.code, early.out) == (2, "")
    assert early.err == "loan `A-1` is not open yet on 2020-01-01: it is opened on 2025-01-01\n"
    paid = run("offers", *book, "A-2")
    assert (paid.code, paid.err) == (1, "nothing is owed on 2025-12-10, so there is nothing to offer\n")


def test_a_loan_of_a_store_is_read_as_it_stands_there(tmp_path: Path) -> None:
    policy, store = write_policy(tmp_path), write_store(tmp_path)
    said = run("offers", policy, store, "A-1", "--on", "2025-01-20", "--plan", "settlement")
    assert said.code == 0
    assert said.out.startswith("offers on 2025-01-20, amounts in CNY\n")
    unknown = run("offers", policy, store, "nobody")
    assert unknown.code == 2
    assert "`nobody`" in unknown.err
