"""A book that is overdue already comes under a policy: each loan where it belongs, with its past, and nothing twice."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from overdue_flow import Flow, MemoryStore, load_policy
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import BookError
from overdue_flow.events import CaseAdopted, ContactAttempted, PaymentReceived
from overdue_flow.simulation.adoption import COLUMNS, Adoption, adoptions
from overdue_flow.simulation.book import Book, read_book
from overdue_flow.simulation.lived import live_through
from support.small_policy import POLICY, write_book

MACHINE = Machine(load_policy(text=POLICY))
ZONE = MACHINE.policy.terms.zone
FIGURES = ("dpd", "overdue_amount", "balance", "failed_negotiations_in_a_row", "broken_promises_in_a_row")
FRAIL = {"frail": MACHINE.policy.vocabulary["frail"]}


def book_in(folder: Path, **files: str) -> Book:
    return read_book(write_book(folder, **files), ZONE, facts={**FRAIL, **COLUMNS})


def at_noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZONE)


def adopted(book: Book, day: date, muted_until: date | None = None) -> dict[str, Adoption]:
    return {one.loan_id: one for one in adoptions(MACHINE, book, at_noon(day), muted_until=muted_until)}


def test_a_loan_begins_in_the_stage_to_which_its_history_leads(tmp_path: Path) -> None:
    found = adopted(book_in(tmp_path), date(2025, 1, 20))
    assert {loan: (one.opening.stage, one.given, one.rule) for loan, one in found.items()} == {
        "A-1": ("current", False, "cured"),
        "A-2": ("early", False, "late"),
    }
    assert found["A-2"].opening.stage_entered_on == date(2025, 1, 11)


def test_what_comes_after_the_day_is_left_out(tmp_path: Path) -> None:
    (one, other) = adopted(book_in(tmp_path), date(2025, 1, 20)).values()
    assert [(event.kind, event.id) for event in one.past] == [("PaymentReceived", "p-1")]
    assert other.past == ()


def test_a_loan_that_is_not_open_yet_is_left_out(tmp_path: Path) -> None:
    assert adopted(book_in(tmp_path), date(2024, 12, 31)) == {}


def test_the_past_keeps_its_days_and_is_noticed_on_the_day_of_adoption(tmp_path: Path) -> None:
    said = (
        '{"loan_id": "A-2", "id": "c-1", "at": "2025-01-12T10:00:00", "kind": "ContactAttempted",'
        ' "channel": "phone", "outcome": "conversation"}\n'
    )
    found = adopted(book_in(tmp_path, events=said), date(2025, 1, 20))
    (attempt,) = found["A-2"].past
    assert isinstance(attempt, ContactAttempted)
    assert attempt.at == at_noon(date(2025, 1, 20))
    assert attempt.happened_at == datetime(2025, 1, 12, 10, tzinfo=ZONE)
    (payment,) = found["A-1"].past
    assert isinstance(payment, PaymentReceived)
    assert payment.value_date == date(2025, 1, 13)


def test_a_stage_that_is_given_is_taken_with_its_day(tmp_path: Path) -> None:
    loans = (
        "loan_id,currency,opened_on,stage,stage_entered_on\n"
        "A-1,CNY,2025-01-01,court,2025-01-17\nA-2,CNY,2025-01-01,early,\n"
    )
    found = adopted(book_in(tmp_path, loans=loans), date(2025, 1, 20))
    told = {
        loan: (one.opening.stage, one.given, one.opening.stage_entered_on, dict(one.opening.facts))
        for loan, one in found.items()
    }
    assert told == {
        "A-1": ("court.waiting", True, date(2025, 1, 17), {}),
        "A-2": ("early", True, None, {}),
    }


def test_stages_that_the_policy_does_not_have_are_named_all_at_once_before_anything_is_given(tmp_path: Path) -> None:
    loans = "loan_id,currency,opened_on,stage\nA-1,CNY,2025-01-01,cort\nA-2,CNY,2025-01-01,erly\n"
    with pytest.raises(BookError) as refused:
        next(adoptions(MACHINE, book_in(tmp_path, loans=loans), at_noon(date(2025, 1, 20))))
    assert [problem.message for problem in refused.value.problems] == [
        "loan `A-1`: there is no stage `cort` in policy small 1 (did you mean `court`?)",
        "loan `A-2`: there is no stage `erly` in policy small 1 (did you mean `early`?)",
    ]


def test_a_loan_brings_the_marks_under_which_it_stands_and_stood(tmp_path: Path) -> None:
    """The second loan came out of one, and a probation runs on from that day."""
    marks = "marks: {late: {when: dpd > 20}, watch: {when: mark_late, until: days_since_mark_late_ended >= 90}}\n"
    machine = Machine(load_policy(text=POLICY + marks))
    payments = "loan_id,payment_id,value_date,amount\nA-2,p-1,2025-02-05,50.50\n"
    book = book_in(tmp_path, payments=payments)
    flow = Flow(machine.policy, MemoryStore())
    for one in adoptions(machine, book, at_noon(date(2025, 2, 20))):
        for loan, event in one.events:
            flow.receive(loan, event)
    flow.wake(date(2025, 2, 21))
    known = {loan: flow.case(loan).course.marks for loan in ("A-1", "A-2")}
    assert [(name, one.began, str(one.on)) for name, one in known["A-1"].items()] == [
        ("late", True, "2025-01-31"),
        ("watch", True, "2025-01-31"),
    ]
    assert [(name, one.began, str(one.on)) for name, one in known["A-2"].items()] == [
        ("watch", True, "2025-01-31"),
        ("late", False, "2025-02-05"),
    ]
    flow.wake(date(2025, 6, 1))
    assert not flow.case("A-2").course.marks["watch"].began


def test_what_another_process_decided_is_left_out_and_said(tmp_path: Path) -> None:
    one = adopted(book_in(tmp_path), date(2025, 3, 2))["A-2"]
    assert (one.opening.stage, one.past) == ("gone", ())
    assert one.left_out == ("MovedByHand `e-1`: another process decided it; the stage says what it came to",)


def test_until_the_first_night_nothing_moves_and_nothing_is_asked_for(tmp_path: Path) -> None:
    loans = "loan_id,currency,opened_on,frail,stage\nA-1,CNY,2025-01-01,,\nA-2,CNY,2025-01-01,true,current\n"
    one = adopted(book_in(tmp_path, loans=loans, events=""), date(2025, 1, 20), date(2025, 2, 1))["A-2"]
    flow = Flow(MACHINE.policy, MemoryStore())
    for loan, event in one.events:
        flow.receive(loan, event)
    before = flow.case("A-2")
    assert (before.course.stage, before.course.open_effects) == ("current", ())
    flow.wake(date(2025, 1, 21))
    after = flow.case("A-2")
    assert after.course.stage == "early", "on the first night the policy takes over"
    assert after.course.open_effects == ()
    (entry,) = [one for one in flow.history("A-2") if one.results.effects]
    assert {effect.reason for effect in entry.results.effects} == {"effects are muted until 2025-02-01"}


def test_an_adoption_that_comes_again_is_a_repeat(tmp_path: Path) -> None:
    flow = Flow(MACHINE.policy, MemoryStore())
    (one, _other) = adopted(book_in(tmp_path), date(2025, 1, 20)).values()
    first, second = flow.receive_many(one.events), flow.receive_many(one.events)
    assert [decision.repeated for decision in (*first, *second)] == [False, False, True, True]
    assert isinstance(flow.history("A-1")[0].event, CaseAdopted)


@pytest.mark.parametrize("day", [date(2025, month, 15) for month in range(2, 12)])
def test_an_adopted_loan_goes_on_as_if_it_had_lived_under_the_policy(day: date, examples: Path) -> None:
    """The bank's thirteen loans: adopted on a day and left alone, each stands later where living it through puts it."""
    folder = examples / "changjiang-retail"
    policy = load_policy(folder / "policy.yaml")
    machine = Machine(policy)
    facts = {**{name: policy.vocabulary[name] for name in policy.spec.facts}, **COLUMNS}
    book = read_book(folder / "book", policy.terms.zone, facts=facts)
    at = datetime.combine(day, time(23, 59, 59), policy.terms.zone)
    flow = Flow(policy, MemoryStore())
    for one in adoptions(machine, book, at):
        flow.receive_many(one.events)
    for days in (1, 10, 40):
        flow.wake(day + timedelta(days=days))
        for loan in book:
            until_then = [(when, event) for when, event in loan.events if when <= at]
            life = live_through(machine, loan.loan_id, until_then, day + timedelta(days=days), contacts="recorded")
            assert life is not None
            case = flow.case(loan.loan_id)
            assert (loan.loan_id, case.course.stage) == (loan.loan_id, life.case.course.stage)
            for name in (
                "dpd",
                "overdue_amount",
                "balance",
                "failed_negotiations_in_a_row",
                "broken_promises_in_a_row",
            ):
                read = policy.vocabulary[name].read
                today = day + timedelta(days=days)
                assert (loan.loan_id, name, read(case, today)) == (loan.loan_id, name, read(life.case, today))
