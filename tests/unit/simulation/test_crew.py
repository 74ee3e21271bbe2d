"""A book lived through by several processes comes to what it comes to when one lives it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from overdue_flow.errors import OverdueFlowError
from overdue_flow.policy.load import load_policy
from overdue_flow.simulation.backtest import Days, backtest
from overdue_flow.simulation.book import read_book
from overdue_flow.simulation.crew import LOANS_PER_PROCESS, Order, processes_for, shares
from overdue_flow.simulation.outputs import FILES, Outputs
from overdue_flow.simulation.summary import Summary
from support.small_policy import write_policy

DAYS = Days(date(2025, 1, 1), date(2025, 4, 30))
LOANS = 25


def write_book(folder: Path) -> Path:
    """Loans that pay in time, late, and never; the last opens after the backtest has ended."""
    folder.mkdir()
    ids = [f"L-{number:02}" for number in range(LOANS)]
    opened = dict.fromkeys(ids, "2025-01-01") | {ids[-1]: "2026-01-01"}
    due = dict.fromkeys(ids, "2025-01-10") | {ids[-1]: "2026-01-10"}
    paid = [one for number, one in enumerate(ids[:-1]) if number % 3]
    days = {one: f"2025-01-{10 + number}" for number, one in enumerate(paid)}
    rows = {
        "loans": ["loan_id,currency,opened_on,frail", *(f"{one},CNY,{opened[one]},false" for one in ids)],
        "instalments": ["loan_id,due_on,amount", *(f"{one},{due[one]},100.00" for one in ids)],
        "payments": ["loan_id,payment_id,value_date,amount", *(f"{one},p-1,{days[one]},100.00" for one in paid)],
    }
    for name, lines in rows.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


@pytest.fixture
def order(tmp_path: Path) -> Order:
    path = write_policy(tmp_path)
    policy = load_policy(path)
    book = read_book(write_book(tmp_path / "book"), policy.terms.zone, facts={"frail": policy.vocabulary["frail"]})
    return Order(path, policy.digest, book, DAYS, "assumed", write=True)


def by_one(order: Order, out: Path) -> None:
    policy = load_policy(order.policy)
    summary = Summary(policy, order.days, order.contacts)
    with Outputs(out, order.days) as outputs:
        for outcome in backtest(policy, order.book, order.days, contacts=order.contacts):
            summary.add(outcome)
            outputs.add(outcome)
        outputs.finish(summary)


def by_many(order: Order, out: Path, processes: int) -> list[int]:
    summary = Summary(load_policy(order.policy), order.days, order.contacts)
    done = []
    with Outputs(out, order.days) as outputs:
        for share in shares(order, processes, loans_per_share=4):
            summary.take_in(share.counts)
            outputs.add_tables(share.tables)
            done.append(share.done)
        outputs.finish(summary)
    return done


def test_several_processes_write_the_same_files_as_one(order: Order, tmp_path: Path) -> None:
    by_one(order, tmp_path / "one")
    assert by_many(order, tmp_path / "many", 2) == [4, 8, 12, 16, 20, 24, 25]
    for name in FILES:
        assert (tmp_path / "many" / name).read_bytes() == (tmp_path / "one" / name).read_bytes(), name
    summary = json.loads((tmp_path / "many" / "summary.json").read_text("utf-8"))
    assert summary["loans"] == LOANS - 1
    assert len(summary["needs_person"]) == 8
    assert summary["cures"] > 0


def test_a_policy_that_changes_meanwhile_is_not_mixed_with_itself(order: Order, tmp_path: Path) -> None:
    order.policy.write_text(order.policy.read_text("utf-8") + "# later\n", "utf-8")
    with pytest.raises(OverdueFlowError, match="was changed while the book was lived through"):
        list(shares(order, 2))


def test_a_small_book_is_not_worth_another_process() -> None:
    assert processes_for(1) == processes_for(2 * LOANS_PER_PROCESS - 1) == 1
    assert 1 <= processes_for(64 * LOANS_PER_PROCESS) <= 64
