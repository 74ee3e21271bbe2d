"""The loans of one person, live: they hear of each other in one commit, and nothing that was lost stays lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import date
from typing import Any

import pytest

from overdue_flow import Flow, MemoryStore, SqlStore, replay
from overdue_flow.errors import OverdueFlowError
from overdue_flow.events import (
    ArrearsReported,
    Closed,
    EventRetracted,
    HoldLifted,
    HoldPlaced,
    OtherLoanTold,
    PaymentReceived,
)
from overdue_flow.policy.load import load_policy
from support.families import POLICY, opened
from support.lives import timeless
from support.stores import DATABASES, fresh_url
from support.telling import noon

FAMILY = load_policy(text=POLICY)


def two_loans(store: Any = None) -> Flow:
    """One loan that falls due in January, one in June."""
    flow = Flow(FAMILY, store or MemoryStore(), clock=lambda: noon("2026-01-02"))
    flow.receive("a", opened("2025-01-10"))
    flow.receive("b", opened("2025-06-10", "250.00"))
    return flow


def fact(flow: Flow, loan: str, name: str, day: str) -> object:
    return FAMILY.vocabulary[name].read(flow.case(loan), date.fromisoformat(day))


def heard(flow: Flow, loan: str) -> list[OtherLoanTold]:
    return [entry.event for entry in flow.history(loan) if isinstance(entry.event, OtherLoanTold)]


def test_a_loan_that_is_opened_hears_of_the_others_at_once_and_they_of_it() -> None:
    flow = two_loans()
    assert fact(flow, "b", "borrower_dpd", "2025-01-20") == fact(flow, "a", "borrower_dpd", "2025-01-20") == 10
    assert fact(flow, "a", "borrower_balance", "2025-01-02") == 350
    assert [one.loan for one in heard(flow, "b")] == ["a"]


def test_arrears_of_another_loan_need_no_word_on_the_day_on_which_they_begin() -> None:
    flow = two_loans()
    flow.wake(date(2025, 1, 20))
    assert len(heard(flow, "b")) == 2, "of the opening, and of the mark that began"
    assert fact(flow, "b", "borrower_loans_overdue", "2025-01-20") == 1


def test_a_payment_on_one_loan_cures_the_person_on_the_other() -> None:
    flow = two_loans()
    flow.wake(date(2025, 3, 1))
    assert flow.case("b").course.stage == "tainted"
    flow.receive("a", PaymentReceived(id="p", at=noon("2025-03-02"), amount="100.00", value_date=date(2025, 3, 2)))
    assert fact(flow, "b", "borrower_arrears_cleared", "2025-03-02") is True
    assert fact(flow, "b", "borrower_cleared_on", "2025-03-02") == date(2025, 3, 2)
    assert fact(flow, "b", "borrower_marked_npa", "2025-03-02") is False
    flow.wake(date(2025, 3, 23))
    assert [flow.case(loan).course.stage for loan in "ab"] == ["current", "current"]


def test_a_mark_spreads_on_the_day_on_which_it_begins() -> None:
    flow = two_loans()
    flow.wake(date(2025, 3, 1))
    began = {loan: flow.case(loan).course.marks["npa"].day for loan in "ab"}
    assert began == {"a": date(2025, 2, 10), "b": date(2025, 2, 10)}


def test_two_openings_of_one_loan_in_one_call_tell_nothing_to_whose_loan_it_is_not() -> None:
    flow = Flow(FAMILY, MemoryStore(), clock=lambda: noon("2026-01-02"))
    flow.receive("theirs", opened("2025-01-10", person="q"))
    again = opened("2025-01-10", person="q").model_copy(update={"id": "again"})
    flow.receive_many([("new", opened("2025-01-10")), ("new", again)], on_error="collect")
    assert flow.case("new").person_id == "p"
    assert heard(flow, "theirs") == heard(flow, "new") == []


def test_what_a_host_reports_as_due_today_is_overdue_for_the_other_loan_tomorrow() -> None:
    text = """\
language: 1
policy: quiet
version: "1"
terms: {currency: CNY, time_zone: UTC}
marks: {late: {when: borrower_dpd >= 1}}
stages: {open: {start: true, rules: [{id: over, when: balance == 0, to: over}]}, over: {end: true}}
"""
    flow = Flow(load_policy(text=text), MemoryStore(), clock=lambda: noon("2026-01-02"))
    for loan in "ab":
        flow.receive(loan, opened("2025-12-01"))
    day = date(2025, 2, 1)
    report = ArrearsReported(
        id="r", as_of=day, oldest_due_on=day, overdue_amount=10, balance=100, at=noon("2025-02-01")
    )
    flow.receive("b", report)
    for name in ("borrower_dpd", "borrower_overdue_amount"):
        assert fact(flow, "a", name, "2025-02-01") == fact(flow, "b", name, "2025-02-01") == 0
    assert fact(flow, "a", "borrower_overdue_amount", "2025-02-02") == 10
    flow.wake(date(2025, 2, 2))
    for loan in "ab":
        assert flow.case(loan).course.marks["late"].day == date(2025, 2, 2)


def test_a_loan_of_somebody_else_hears_nothing() -> None:
    flow = two_loans()
    flow.receive("c", opened("2025-01-05", person="q"))
    flow.wake(date(2025, 3, 1))
    assert heard(flow, "c") == []
    assert fact(flow, "c", "borrower_loans", "2025-03-01") == 1


def test_a_loan_that_is_closed_is_the_persons_no_more() -> None:
    flow = two_loans()
    flow.wake(date(2025, 2, 20))
    flow.receive("a", Closed(id="end", at=noon("2025-02-20")))
    assert fact(flow, "b", "borrower_dpd", "2025-02-20") == 0
    assert fact(flow, "b", "borrower_loans", "2025-02-20") == 1
    assert fact(flow, "b", "borrower_cleared_on", "2025-02-20") == date(2025, 2, 20)
    told = len(flow.history("a"))
    flow.receive("b", PaymentReceived(id="p", at=noon("2025-02-21"), amount="50.00", value_date=date(2025, 2, 21)))
    assert len(flow.history("a")) == told, "and it hears of the others no more"


def test_a_loan_in_another_currency_counts_in_days_and_in_no_sum() -> None:
    flow = two_loans()
    flow.receive("d", opened("2025-01-03", "70.00", currency="USD"))
    assert fact(flow, "b", "borrower_dpd", "2025-01-20") == 17
    assert fact(flow, "b", "borrower_overdue_amount", "2025-01-20") == 100
    assert fact(flow, "b", "borrower_loans_in_other_currencies", "2025-01-20") == 1


def test_a_word_that_was_lost_is_told_at_the_next_turn_of_any_loan_of_the_person() -> None:
    flow = two_loans()
    word = heard(flow, "b")[0]
    flow.receive("b", EventRetracted(id="lost", at=noon("2025-01-03"), event_id=word.id))
    assert [one.loan for one in heard(flow, "b")] == ["a", "a"]
    assert fact(flow, "b", "borrower_dpd", "2025-01-20") == 10


def test_a_repeat_tells_nobody_anything() -> None:
    flow = two_loans()
    before = [len(flow.history(loan)) for loan in "ab"]
    assert flow.receive("b", opened("2025-06-10", "250.00")).repeated
    assert [len(flow.history(loan)) for loan in "ab"] == before


# --- holds of the person ---


def test_a_hold_of_the_person_comes_to_all_of_their_loans_and_goes_from_all() -> None:
    flow = two_loans()
    flow.receive("a", HoldPlaced(id="ill", at=noon("2025-01-05"), hold="hardship", reason="illness"))
    assert flow.case("b").care.stands("hardship", date(2025, 1, 5))
    placed = flow.history("b")[-1].event
    assert isinstance(placed, HoldPlaced)
    assert (placed.of_loan, placed.reason, placed.placed_on) == ("a", "illness", date(2025, 1, 5))
    flow.receive("b", HoldLifted(id="well", at=noon("2025-02-05"), hold="hardship"))
    assert not flow.case("a").care.stands("hardship", date(2025, 2, 5))


def test_a_hold_of_the_person_that_ends_by_itself_ends_on_all_loans_on_one_day() -> None:
    flow = two_loans()
    flow.receive("a", HoldPlaced(id="f", at=noon("2025-01-05"), hold="fire"))
    for loan in "ab":
        assert flow.case(loan).care.stands("fire", date(2025, 1, 24))
        assert not flow.case(loan).care.stands("fire", date(2025, 1, 25))


def test_a_new_loan_of_a_person_under_a_hold_comes_under_it() -> None:
    flow = two_loans()
    flow.receive("a", HoldPlaced(id="ill", at=noon("2025-01-05"), hold="hardship"))
    new = opened("2025-06-10").model_copy(update={"at": noon("2025-01-07"), "opened_on": date(2025, 1, 7)})
    flow.receive("c", new)
    assert flow.case("c").care.stands("hardship", date(2025, 1, 7))
    flow.receive("a", HoldLifted(id="well", at=noon("2025-02-05"), hold="hardship"))
    assert not flow.case("c").care.stands("hardship", date(2025, 2, 5))


def test_a_hold_that_was_placed_by_mistake_is_taken_back_on_all_loans() -> None:
    flow = two_loans()
    flow.receive("a", HoldPlaced(id="ill", at=noon("2025-01-05"), hold="hardship"))
    flow.receive("a", EventRetracted(id="oops", at=noon("2025-01-06"), event_id="ill"))
    assert flow.case("b").care.holds == ()


def test_what_is_no_hold_of_the_person_stays_on_its_loan() -> None:
    flow = two_loans()
    flow.receive("a", HoldPlaced(id="d", at=noon("2025-01-05"), hold="dispute"))
    assert flow.case("b").care.holds == ()


def test_the_ids_of_what_is_passed_on_do_not_name_the_other_loan() -> None:
    flow = two_loans()
    flow.receive("a", HoldPlaced(id="ill", at=noon("2025-01-05"), hold="hardship"))
    ids = [entry.event.id or "" for entry in flow.history("b")]
    assert not [name for name in ids if name.split(":")[1:2] == ["a"]]


def test_what_is_foreseen_of_a_night_is_what_the_night_does_to_all_loans_of_a_person() -> None:
    flow = two_loans()
    told = {one.case_id: one.stage_then for one in flow.forewarn(date(2025, 2, 15))}
    flow.wake(date(2025, 2, 15))
    assert told == {loan: flow.case(loan).course.stage for loan in "ab"} == {"a": "early", "b": "tainted"}


# --- many at once, and faults ---


@pytest.mark.parametrize("kind", DATABASES)
def test_workers_at_once_lose_no_word(kind: str) -> None:
    """One pays on each loan, one lives the nights, and one opens a third loan meanwhile."""
    faults: list[OverdueFlowError] = []

    def works(do: Callable[[Flow], object]) -> None:
        with closing(SqlStore(url)) as store:
            try:
                do(Flow(FAMILY, store, clock=lambda: noon("2026-01-02")))
            except OverdueFlowError as fault:
                faults.append(fault)

    def pays(loan: str) -> Callable[[Flow], None]:
        def pay(flow: Flow) -> None:
            for number in range(8):
                paid = PaymentReceived(
                    id=f"{loan}-{number}", at=noon("2025-03-20"), amount="1.00", value_date=date(2025, 3, 20)
                )
                flow.receive(loan, paid)

        return pay

    def nights(flow: Flow) -> None:
        for day in range(1, 20):
            flow.wake(date(2025, 3, day))

    def opens(flow: Flow) -> None:
        flow.receive("c", opened("2025-06-10", "30.00"))

    with fresh_url(kind) as url, closing(SqlStore(url)) as store:
        first = two_loans(store)
        jobs = [pays("a"), pays("b"), nights, opens]
        workers = [threading.Thread(target=works, args=(job,)) for job in jobs]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert not faults
        for loan in "abc":
            assert fact(first, loan, "borrower_balance", "2025-03-21") == 350 + 30 - 16
            assert fact(first, loan, "borrower_marked_npa", "2025-03-21") is True
            assert timeless(replay(first.history(loan))) == timeless(first.case(loan))


def test_a_crash_in_the_commit_leaves_none_of_the_loans_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    flow = two_loans(store)
    before = [flow.history(loan) for loan in "ab"]

    def crash(_spell: object) -> None:
        raise RuntimeError("the lights went out")

    payment = PaymentReceived(id="p", at=noon("2025-01-20"), amount="10.00", value_date=date(2025, 1, 20))
    with monkeypatch.context() as patched:
        patched.setattr(store, "commit", crash)
        with pytest.raises(RuntimeError):
            flow.receive("a", payment)
    assert [flow.history(loan) for loan in "ab"] == before
    flow.receive("a", payment)
    assert fact(flow, "b", "borrower_balance", "2025-01-20") == 340


def test_words_that_never_come_to_rest_go_round_a_few_times_only() -> None:
    text = POLICY.replace("watch: {when: dpd > 5 or borrower_marked_npa}", "watch: {when: not borrower_marked_watch}")
    flow = Flow(load_policy(text=text), MemoryStore())
    flow.receive("a", opened("2025-06-10"))
    flow.receive("b", opened("2025-06-10"))
    assert len(flow.history("a")) < 30
