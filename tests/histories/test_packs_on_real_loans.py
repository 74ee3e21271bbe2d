"""Each bank's pack lives real loans through: 249 microloans of Kiva, which hold payments and no negotiations.

Where a pack leads depends on payments alone here, and the backtest says so.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from overdue_flow import load_policy
from overdue_flow.simulation.backtest import Days, backtest
from overdue_flow.simulation.beside import Beside
from overdue_flow.simulation.book import Book, read_book
from overdue_flow.simulation.summary import Summary
from overdue_flow.simulation.untold import untold
from support import real_data as adapters

BANKS = ("cn/changjiang", "cn/everbright", "cn/general", "cn/spd-hefei")


@pytest.fixture(scope="module")
def loans(real_data: Path) -> list[adapters.Loan]:
    return adapters.kiva(real_data, "local")


def lived(name: str, loans: list[adapters.Loan], folder: Path) -> Beside:
    policy = load_policy(f"pack:{name}")
    book: Book = read_book(adapters.write_book(loans, folder), policy.terms.zone)
    assert book.first_opening is not None
    assert book.last_date is not None
    days = Days(book.first_opening, book.last_date)
    column = Beside(Summary(policy, days, "assumed", untold=untold(policy, book.kinds)))
    for outcome in backtest(policy, book, days):
        column.add(outcome)
        assert not outcome.life.refused, outcome.loan_id
    return column


def check(column: Beside, loans: list[adapters.Loan]) -> None:
    summary = column.summary
    assert summary.loans == len(loans)
    assert any("the book tells of no negotiations" in line for line in summary.assumed)
    assert not any(one.rank <= 1 for one in summary.needs_person), "no loan was stopped, no clause was broken"
    assert summary.cures > 0
    assert sum(column.contacts.values()) > 0
    assert all(dpd > 90 for dpd in column.entered.get("legal", [])), "nobody is sued before day 91"


@pytest.mark.parametrize("name", BANKS)
def test_a_bank_lives_real_loans_through(name: str, loans: list[adapters.Loan], tmp_path: Path) -> None:
    check(lived(name, loans, tmp_path / "book"), loans)
