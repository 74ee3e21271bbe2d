"""The loans of one person in a book: lived together where the policy looks at them so, each alone where not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from overdue_flow.engine.machine import Machine
from overdue_flow.events import OtherLoanTold, PaymentReceived
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.backtest import Days, backtest, life_among_others, lives_of_person, shared_by
from overdue_flow.simulation.book import Book, read_book
from overdue_flow.simulation.together import LoanOfPerson, groups_of, live_together
from support.families import POLICY, opened
from support.small_policy import POLICY as SMALL
from support.small_policy import write_book
from support.telling import noon

FAMILY = load_policy(text=POLICY)
LOANS = (
    "loan_id,currency,opened_on,person_id\n"
    "A-1,CNY,2025-01-01,p\nA-2,CNY,2025-01-01,q\nA-3,CNY,2025-02-01,p\nA-4,CNY,2025-01-01,\n"
)
INSTALMENTS = (
    "loan_id,due_on,amount\nA-1,2025-01-10,100.00\nA-2,2025-01-05,7.00\nA-3,2025-06-10,50.50\nA-4,2025-01-05,7.00\n"
)
NOTHING_PAID = "loan_id,payment_id,value_date,amount\n"


def a_book(folder: Path, policy: Policy = FAMILY) -> Book:
    files: Mapping[str, str] = {"loans": LOANS, "instalments": INSTALMENTS, "payments": NOTHING_PAID, "events": ""}
    return read_book(write_book(folder, **files), policy.terms.zone)


def told(*due: str) -> list[LoanOfPerson]:
    return [LoanOfPerson(f"l-{number}", [(noon("2025-01-01"), opened(day))]) for number, day in enumerate(due)]


def test_persons_with_several_loans_make_groups() -> None:
    assert list(groups_of(["p", "q", "p", None, None, "q", "p"])) == [(0, 2, 6), (1, 5)]


def test_loans_are_grouped_only_where_the_policy_looks_at_more_than_one(tmp_path: Path) -> None:
    book = a_book(tmp_path)
    assert shared_by(FAMILY, book) == {0: (0, 2), 2: (0, 2)}
    assert shared_by(load_policy(text=SMALL), book) == {}


def test_outcomes_come_in_the_order_of_the_book(tmp_path: Path) -> None:
    found = list(backtest(FAMILY, a_book(tmp_path), Days(date(2025, 1, 1), date(2025, 3, 31))))
    assert [outcome.loan_id for outcome in found] == ["A-1", "A-2", "A-3", "A-4"]
    assert {one.loan_id: one.life.case.course.stage for one in found}["A-3"] == "tainted"


def test_a_loan_that_opens_after_the_last_day_is_left_out_and_tells_nothing(tmp_path: Path) -> None:
    found = list(backtest(FAMILY, a_book(tmp_path), Days(date(2025, 1, 1), date(2025, 1, 20))))
    assert [outcome.loan_id for outcome in found] == ["A-1", "A-2", "A-4"]


def test_one_loan_is_looked_at_with_what_it_heard_of_the_others(tmp_path: Path) -> None:
    book = a_book(tmp_path)
    life, _others = life_among_others(Machine(FAMILY), book, "A-3", date(2025, 3, 31))
    assert life is not None
    assert [entry.event.loan for entry in life.entries if isinstance(entry.event, OtherLoanTold)] == ["A-1", "A-1"]
    alone, _others = life_among_others(Machine(FAMILY), book, "A-2", date(2025, 3, 31))
    assert alone is not None
    assert not [entry for entry in alone.entries if isinstance(entry.event, OtherLoanTold)]


def test_the_loans_of_a_person_are_those_that_are_open(tmp_path: Path) -> None:
    book, machine = a_book(tmp_path), Machine(FAMILY)
    assert [one.case.id for one in lives_of_person(machine, book, "p", date(2025, 3, 31))] == ["A-1", "A-3"]
    assert [one.case.id for one in lives_of_person(machine, book, "p", date(2025, 1, 31))] == ["A-1"]
    assert [one.case.id for one in lives_of_person(machine, book, "A-4", date(2025, 1, 31))] == ["A-4"]


def test_what_another_loan_says_and_this_one_cannot_take_is_no_fault_of_the_book() -> None:
    first, second = live_together(Machine(FAMILY), told("2025-01-10", "2025-06-10"), date(2025, 3, 31))
    assert first is not None
    assert second is not None
    assert first.refused == second.refused == []


def test_money_on_one_loan_cures_the_other_at_its_instant() -> None:
    events = [
        (noon("2025-01-01"), opened("2025-01-10")),
        (
            noon("2025-03-01"),
            PaymentReceived(id="p", at=noon("2025-03-01"), amount="100.00", value_date=date(2025, 3, 1)),
        ),
    ]
    loans = [LoanOfPerson("a", events), LoanOfPerson("b", [(noon("2025-01-01"), opened("2025-06-10"))])]
    _first, second = live_together(Machine(FAMILY), loans, date(2025, 3, 31))
    assert second is not None
    ends = [change.on for entry in second.entries for change in entry.results.marks if not change.began]
    assert set(ends) == {date(2025, 3, 1)}
    assert second.case.course.moves[-1].to_stage == "current"
    assert second.case.course.moves[-1].on == date(2025, 3, 21)
