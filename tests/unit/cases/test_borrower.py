"""The borrower as a whole: what other loans say of themselves, and what follows for the person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from overdue_flow.cases.borrower import marked_fact, others_unknown
from overdue_flow.cases.case import Case
from overdue_flow.cases.other_loans import event_of, heard_of, said_by
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    ArrearsReported,
    Closed,
    DebtSold,
    Instalment,
    OtherLoanTold,
    PaymentReceived,
    PlanAgreed,
    ScheduleReplaced,
    StandsFrom,
)
from support.telling import a_loan, after, fact


def word(loan: str = "other", seq: int = 1, **more: Any) -> OtherLoanTold:
    """What another loan says: by default one of 200.00, of which half fell due in January and half will in March."""
    unpaid = ({"due_on": "2025-01-05", "amount": "100.00"}, {"due_on": "2025-03-05", "amount": "100.00"})
    said = {
        "loan": loan,
        "seq": seq,
        "currency": "CNY",
        "opened_on": "2024-06-01",
        "stands": ({"unpaid": unpaid, "balance": "200.00"},),
    }
    return OtherLoanTold.model_validate(said | more)


def told(*events: OtherLoanTold) -> Case:
    """A loan of 1000.00, due on 1 February, that heard something on 10 January."""
    return after(a_loan(), *(("2025-01-10", event) for event in events))


# --- what is heard ---


def test_days_past_due_of_the_borrower_are_those_of_the_loan_on_which_they_are_most() -> None:
    case = told(word())
    assert [fact(case, "borrower_dpd", f"2025-02-{day:02}") for day in (1, 2, 10)] == [27, 28, 36]
    assert fact(case, "dpd", "2025-02-10") == 9


def test_what_falls_due_on_another_loan_is_overdue_the_day_after_without_a_word() -> None:
    case = told(word(stands=({"unpaid": ({"due_on": "2025-01-15", "amount": "70.00"},), "balance": "70.00"},)))
    assert [fact(case, "borrower_dpd", day) for day in ("2025-01-15", "2025-01-16")] == [0, 1]
    assert fact(case, "borrower_overdue_amount", "2025-01-16") == 70
    assert fact(case, "borrower_loans_overdue", "2025-01-16") == 1
    assert fact(case, "borrower_loans_overdue", "2025-02-02") == 2


def test_sums_are_of_loans_in_the_same_currency() -> None:
    case = told(word(), word("abroad", currency="USD"))
    assert fact(case, "borrower_balance") == 1200
    assert fact(case, "borrower_overdue_amount") == 100
    assert fact(case, "borrower_loans") == 3
    assert fact(case, "borrower_loans_in_other_currencies") == 1


def test_the_word_of_the_latest_entry_counts_whenever_it_is_heard() -> None:
    paid = word(seq=5, stands=({"balance": "0.00", "cleared_on": "2025-01-09"},))
    for case in (told(word(seq=2), paid), told(paid, word(seq=2))):
        assert fact(case, "borrower_dpd") == 0
        assert fact(case, "borrower_cleared_on") == date(2025, 1, 9)


def test_a_change_that_is_known_to_come_comes_on_its_day() -> None:
    case = told(word(stands=(
        {"unpaid": ({"due_on": "2025-01-05", "amount": "100.00"},), "balance": "100.00"},
        {"from_on": "2025-01-20", "balance": "0.00", "cleared_on": "2025-01-20"},
    )))  # fmt: skip
    assert [fact(case, "borrower_dpd", day) for day in ("2025-01-19", "2025-01-20")] == [14, 0]
    assert fact(case, "borrower_cleared_on", "2025-01-20") == date(2025, 1, 20)


def test_without_arrears_of_anybody_nothing_is_overdue_since_the_first_opening() -> None:
    case = told(word(stands=({"balance": "0.00"},)))
    assert fact(case, "borrower_cleared_on") == date(2024, 6, 1)
    assert fact(told(word()), "borrower_cleared_on") is None


@pytest.mark.parametrize("ended", ["closed", "sold"])
def test_a_loan_that_has_ended_counts_for_nothing_but_the_day_its_arrears_ended(ended: str) -> None:
    case = told(word(ended=ended, marks=("npa",), stands=({"balance": "0.00", "cleared_on": "2025-01-08"},)))
    assert [fact(case, name) for name in ("borrower_dpd", "borrower_loans", "borrower_balance")] == [0, 1, 1000]
    assert fact(case, "borrower_cleared_on") == date(2025, 1, 8)
    assert fact(case, marked_fact("npa")) is False


def test_what_is_not_known_of_one_loan_is_not_known_of_the_person() -> None:
    case = told(word(stands=({"known": False},)))
    for name in ("borrower_dpd", "borrower_overdue_amount", "borrower_arrears_cleared", "borrower_cleared_on"):
        assert fact(case, name) is None
    assert fact(case, "borrower_balance") is None
    assert fact(case, "borrower_loans") == 2
    assert others_unknown(case, case.day)


def test_a_mark_of_any_loan_is_a_mark_of_the_borrower() -> None:
    assert fact(told(word(marks=("npa",))), marked_fact("npa")) is True
    assert fact(told(word()), marked_fact("npa")) is False


def test_a_loan_cannot_be_told_of_itself_as_of_another() -> None:
    with pytest.raises(EventRefused, match=r"`loan-1` is this loan itself"):
        told(word("loan-1"))


def test_an_amount_that_the_currency_does_not_have_is_refused() -> None:
    with pytest.raises(EventRefused):
        told(word(stands=({"balance": "1.234"},)))


# --- what a loan says of itself ---


def test_a_loan_says_what_is_unpaid_and_what_has_not_fallen_due() -> None:
    case = after(a_loan(), ("2025-01-10", PaymentReceived(amount="400.00", value_date="2025-01-10")))
    said = said_by(case)
    assert said.stands[0].unpaid == ((date(2025, 2, 1), 60_000),)
    assert (said.stands[0].balance, said.ended, said.seq) == (60_000, None, 0)


def test_money_of_a_later_value_date_is_told_with_its_day() -> None:
    case = after(a_loan(), ("2025-02-10", PaymentReceived(amount="1000.00", value_date="2025-02-20")))
    assert [(stand.from_on, stand.balance) for stand in said_by(case).stands] == [
        (None, 100_000),
        (date(2025, 2, 20), 0),
    ]


def test_what_it_says_comes_back_as_it_was_said() -> None:
    case = after(a_loan(), ("2025-02-10", PaymentReceived(amount="1000.00", value_date="2025-02-20")))
    said = said_by(case)
    assert heard_of(event_of(said)) == said


def test_a_plan_that_will_have_failed_is_told_with_its_day() -> None:
    plan = PlanAgreed(instalments=tuple(Instalment(due_on=date(2025, 3, day), amount="100.00") for day in range(1, 9)))
    case = after(a_loan(), ("2025-02-10", plan))
    stands = said_by(case).stands
    assert [due_on.day for due_on, _amount in stands[0].unpaid] == list(range(1, 9))
    assert stands[-1].unpaid == ((date(2025, 2, 1), 100_000),), "the contract's days count again"


@pytest.mark.parametrize(("event", "ended"), [(Closed(), "closed"), (DebtSold(buyer="x"), "sold")])
def test_a_loan_that_ends_overdue_ends_its_arrears(event: Any, ended: str) -> None:
    said = said_by(after(a_loan(), ("2025-02-10", event)))
    assert (said.ended, said.stands) == (ended, (said.stands[0]._replace(balance=0, cleared_on=date(2025, 2, 10)),))
    assert said.stands[0].unpaid == ()


def test_what_was_said_and_is_over_is_forgotten_when_words_are_compared() -> None:
    case = after(a_loan(), ("2025-02-10", PaymentReceived(amount="1000.00", value_date="2025-02-20")))
    later = said_by(case._replace(day=date(2025, 2, 25)))
    assert said_by(case).from_day(date(2025, 2, 25)) == later.from_day(date(2025, 2, 25))
    assert said_by(case).from_day(date(2025, 2, 15)) != later.from_day(date(2025, 2, 15))


def test_every_day_inside_an_event_is_one_of_its_days() -> None:
    named = set(word(stands=({"unpaid": ({"due_on": "1066-10-14", "amount": "1.00"},)},)).days())
    assert date(1066, 10, 14) in named
    assert date(2030, 1, 1) in set(word(stands=(StandsFrom(), StandsFrom(from_on=date(2030, 1, 1)))).days())


# --- since when nothing is overdue ---


def test_arrears_end_on_the_value_date_of_what_pays_them() -> None:
    case = after(a_loan(), ("2025-02-20", PaymentReceived(amount="1000.00", value_date="2025-02-15")))
    assert fact(case, "cleared_on") == date(2025, 2, 15)
    assert fact(case, "days_since_cleared", "2025-03-15") == 28


def test_a_loan_on_which_nothing_was_overdue_is_clear_since_its_opening() -> None:
    assert fact(a_loan(), "cleared_on") == date(2025, 1, 1)
    assert fact(a_loan(), "cleared_on", "2025-02-02") is None


def test_a_plan_in_place_of_an_overdue_schedule_ends_arrears() -> None:
    plan = PlanAgreed(instalments=(Instalment(due_on=date(2025, 6, 1), amount="1000.00"),))
    case = after(a_loan(), ("2025-03-10", plan))
    assert fact(case, "cleared_on", "2025-04-01") == date(2025, 3, 10)
    in_time = after(a_loan(due_on="2025-05-01"), ("2025-03-10", plan))
    assert fact(in_time, "cleared_on", "2025-04-01") == date(2025, 1, 1)


def test_a_schedule_that_is_replaced_ends_arrears() -> None:
    new = ScheduleReplaced(
        effective_on="2025-03-10", instalments=(Instalment(due_on=date(2025, 6, 1), amount="1000.00"),)
    )
    assert fact(after(a_loan(), ("2025-03-10", new)), "cleared_on", "2025-04-01") == date(2025, 3, 10)


def test_a_report_that_nothing_is_overdue_ends_arrears() -> None:
    late = ArrearsReported(as_of="2025-03-01", oldest_due_on="2025-02-01", overdue_amount="9.00", balance="9.00")
    clear = ArrearsReported(as_of="2025-03-20", overdue_amount="0.00", balance="9.00")
    case = after(a_loan(), ("2025-03-01", late), ("2025-03-20", clear))
    assert fact(case, "cleared_on", "2025-03-25") == date(2025, 3, 20)
