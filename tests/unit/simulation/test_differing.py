"""Two versions of a policy on one book: which loans are treated otherwise, and what it comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from overdue_flow import Policy, load_policy
from overdue_flow.errors import OverdueFlowError
from overdue_flow.simulation.backtest import Days
from overdue_flow.simulation.book import Book, read_book
from overdue_flow.simulation.differing import Deed, Differing, Order, differing, empty, shares
from support.adopted import FIRST, second, two_versions

DAYS = Days(date(2025, 1, 1), date(2025, 6, 30))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pays in time, B nine days late, C three weeks late, D never, and breaks a promise."""
    book = tmp_path / "book"
    book.mkdir()
    (book / "loans.csv").write_text(
        "loan_id,currency,opened_on\n" + "".join(f"{one},CNY,2025-01-01\n" for one in "ABCD")
    )
    (book / "instalments.csv").write_text(
        "loan_id,due_on,amount\n" + "".join(f"{one},2025-01-10,100\n" for one in "ABCD")
    )
    (book / "payments.csv").write_text(
        "loan_id,payment_id,value_date,amount\nA,p,2025-01-09,100\nB,p,2025-01-19,100\nC,p,2025-01-31,100\n"
    )
    (book / "events.jsonl").write_text(
        '{"loan_id": "D", "id": "e", "at": "2025-02-01", "kind": "PromiseMade",'
        ' "amount": "100.00", "due_on": "2025-02-09"}\n'
    )
    return book


def read_for(folder: Path, *policies: Policy) -> tuple[Book, Book]:
    old, new = (read_book(folder, policy.terms.zone) for policy in policies)
    return old, new


def found(folder: Path, old: Policy, new: Policy) -> Differing:
    return differing(old, new, read_for(folder, old, new), DAYS)


def test_the_same_policy_treats_nobody_otherwise(folder: Path) -> None:
    policy, again = load_policy(text=FIRST), load_policy(text=FIRST)
    same = found(folder, policy, again)
    assert (same.loans, same.treated) == (4, [])
    assert same.columns[0].contacts == same.columns[1].contacts


def test_a_stage_that_was_only_renamed_treats_nobody_otherwise(folder: Path) -> None:
    renamed = load_policy(text=FIRST.replace("  talks:", "  negotiation:").replace("to: talks", "to: negotiation"))
    assert found(folder, load_policy(text=FIRST), renamed).treated == []


def test_each_loan_is_told_with_the_first_day_and_what_is_done_then(folder: Path) -> None:
    treated = {one.loan_id: one for one in found(folder, *two_versions()).treated}
    assert list(treated) == ["C", "D"]  # who pays before the tenth day meets nothing new
    c, d = treated["C"], treated["D"]
    assert (c.on, c.before, c.now) == (date(2025, 1, 20), (), (Deed("move", "negotiation"),))
    assert d.on == date(2025, 1, 20)
    assert (c.stages, d.stages) == (("current", "current"), ("legal", "legal"))


def test_contacts_are_counted_under_both(folder: Path) -> None:
    both = found(folder, *two_versions())
    d = both.treated[-1]
    assert d.contacts == (
        1 + 10,
        1 + 4,
    )  # a reminder; a call each week from 15 to 91 days, each fortnight from 10 to 76
    assert [column.contacts["phone"] for column in both.columns] == [10, 4]
    assert [column.entered["legal"] for column in both.columns] == [[91], [76]]
    assert [asked["engage"] for asked in both.asked] == [1, 1]


def test_suits_are_told_by_the_loans_that_come_to_court_and_the_claims_that_are_asked_for(folder: Path) -> None:
    asked = FIRST.replace("within: 10 days}", "within: 10 days, done_by: ClaimFiled}")
    never = load_policy(text=asked.replace("dpd > 90 and", "dpd > 400 and").replace("dpd > 120", "dpd > 400"))
    both = found(folder, load_policy(text=asked), never)
    assert (both.to_court, both.claims) == ((1, 0), (1, 0))
    assert [(one.loan_id, one.to_court, one.claims) for one in both.treated] == [("D", (1, 0), (1, 0))]
    elsewhere = found(folder, load_policy(text=asked), load_policy(text=FIRST))
    assert (elsewhere.to_court, elsewhere.claims) == ((1, 1), (1, 0))


def test_only_what_happens_in_the_days_is_counted(folder: Path) -> None:
    policies = two_versions()
    late = differing(*policies, read_for(folder, *policies), Days(date(2025, 4, 5), date(2025, 6, 30)))
    assert late.to_court == (1, 0)  # on 11 April, and on 27 March already
    assert [one.to_court for one in late.treated] == [(1, 0)]


def test_a_loan_that_goes_from_one_stage_of_the_court_to_the_next_came_there_once(folder: Path) -> None:
    inside = FIRST.replace(
        """  legal:
    on_enter: [{do: engage, with: {role: counsel}, within: 10 days}]
    rules: [""",
        """  legal:
    first: asked
    stages:
      asked: {rules: [{id: next, when: days_in_stage >= 5, to: legal.told}]}
      told: {on_enter: [{do: engage, with: {role: counsel}}]}
    rules: [""",
    )
    both = found(folder, load_policy(text=inside), load_policy(text=FIRST))
    assert [one.to_court for one in both.treated] == [(1, 1)]


def test_a_loan_that_a_clause_stops_is_told_as_stopped(folder: Path) -> None:
    text = second().replace("stage in legal and dpd <= 75", "stage in legal and dpd <= 85")
    both = found(folder, two_versions()[1], load_policy(text=text))
    assert both.stopped == (0, 1)
    (d,) = both.treated
    assert (d.on, d.now) == (date(2025, 3, 27), (Deed("asked", "attention"), Deed("stopped", "sue")))


def test_several_processes_come_to_what_one_does(folder: Path, tmp_path: Path) -> None:
    old, new = two_versions()
    files = tmp_path / "old.yaml", tmp_path / "new.yaml"
    for file, text in zip(files, (FIRST, second()), strict=True):
        file.write_text(text, "utf-8")
    order = Order(files, (old.digest, new.digest), read_for(folder, old, new), DAYS)
    together = empty(old, new, DAYS)
    for share in shares(order, 2):
        together.take_in(share)
    alone = found(folder, old, new)
    assert (together.loans, together.treated, together.asked, together.stopped) == (
        alone.loans, alone.treated, alone.asked, alone.stopped,
    )  # fmt: skip
    assert [one.as_json() for one in together.columns] == [one.as_json() for one in alone.columns]
    with pytest.raises(OverdueFlowError, match="was changed while the book was lived through"):
        list(shares(replace(order, digests=(old.digest, "x")), 1))
