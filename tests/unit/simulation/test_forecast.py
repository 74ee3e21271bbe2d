"""What happens to a loan from here."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from overdue_flow import Case, load_policy
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import OverdueFlowError
from overdue_flow.events import DisputeRaised, Event, Instalment, PaymentReceived, PlanAgreed, PromiseMade
from overdue_flow.money import Money
from overdue_flow.simulation.forecast import (
    ALL_IS_PAID,
    NOTHING_IS_PAID,
    THE_PLAN_IS_KEPT,
    THE_PROMISE_IS_KEPT,
    Foreseen,
    Future,
    forecast,
    futures_of,
)
from overdue_flow.simulation.lived import live_through
from support.adopted import FIRST
from support.road import SHANGHAI, at, on, opening

MACHINE = Machine(load_policy(text=FIRST))


def loan(*events: Event, due: tuple[str, ...] = ("2025-01-10",), until: str = "2025-02-01") -> Case:
    opened = opening(*due, amount="100.00")
    told = sorted([(event.at, event) for event in events if event.at is not None], key=lambda one: one[0])
    life = live_through(MACHINE, "a", [(datetime(2025, 1, 1, tzinfo=SHANGHAI), opened), *told], on(until))
    assert life is not None
    assert life.refused == []
    return life.case


def lines(future: Future, kind: str) -> list[tuple[str, str, str]]:
    return [(str(one.on), one.what, one.because) for one in future.foreseen if one.kind == kind]


PROMISED = PromiseMade(id="p", at=at("2025-01-30"), amount="100.00", due_on=on("2025-02-09"))


def test_if_nothing_is_paid_the_loan_goes_on_its_way() -> None:
    future = forecast(MACHINE, loan(PROMISED), on("2025-02-01"), until=on("2025-06-30"))
    assert (future.if_, future.stage, future.until) == (NOTHING_IS_PAID, "legal", on("2025-06-30"))
    assert lines(future, "move") == [("2025-04-11", "talks -> legal", "sue: more than 90 days past due")]
    assert lines(future, "task") == [
        ("2025-04-11", "engage for counsel, to be done by 2025-04-21", "legal.on_enter[0]"),
    ]  # fmt: skip
    calls = lines(future, "contact")
    assert calls[0] == ("2025-02-08", "call (channel phone) goes out", "talks.every[0]")
    assert len(calls) == 9


def test_if_the_promise_is_kept_it_is_cured_on_its_last_day() -> None:
    future = forecast(MACHINE, loan(PROMISED), on("2025-02-01"), if_=THE_PROMISE_IS_KEPT, until=on("2025-06-30"))
    assert future.stage == "current"
    assert lines(future, "paid") == [("2025-02-09", "100.00 CNY is paid", "promise p is kept")]
    assert lines(future, "move") == [("2025-02-09", "talks -> current", "cured: arrears cleared")]


def test_what_came_already_is_not_paid_again_to_keep_a_promise() -> None:
    part = PaymentReceived(id="x", at=at("2025-01-31"), amount=Money("30.00", "CNY"), value_date=on("2025-01-31"))
    future = forecast(MACHINE, loan(PROMISED, part), on("2025-02-01"), if_=THE_PROMISE_IS_KEPT)
    assert [what for _on, what, _why in lines(future, "paid")] == ["70.00 CNY is paid"]


def test_if_the_plan_is_kept_each_instalment_comes_on_its_day() -> None:
    instalments = tuple(Instalment(due_on=on(day), amount="50.00") for day in ("2025-02-10", "2025-03-10"))
    plan = PlanAgreed(id="plan", at=at("2025-01-31"), instalments=instalments)
    case = loan(plan)
    assert futures_of(case, on("2025-02-01")) == (NOTHING_IS_PAID, THE_PLAN_IS_KEPT)
    future = forecast(MACHINE, case, on("2025-02-01"), if_=THE_PLAN_IS_KEPT, until=on("2025-06-30"))
    assert [(day, what) for day, what, _why in lines(future, "paid")] == [
        ("2025-02-10", "50.00 CNY is paid"), ("2025-03-10", "50.00 CNY is paid"),
    ]  # fmt: skip


def test_all_that_is_overdue_then_is_paid_on_the_day() -> None:
    case = loan(due=("2025-01-10", "2025-02-10", "2025-03-10"))
    future = forecast(
        MACHINE, case, on("2025-02-01"), if_=ALL_IS_PAID, paid_on=on("2025-02-20"), until=on("2025-03-20")
    )
    assert lines(future, "paid") == [("2025-02-20", "200.00 CNY is paid", "all that is overdue")]
    assert [(day, what) for day, what, _why in lines(future, "move")] == [
        ("2025-02-20", "talks -> current"), ("2025-03-11", "current -> reminder"),
    ]  # fmt: skip
    at_once = forecast(MACHINE, case, on("2025-02-01"), if_=ALL_IS_PAID, until=on("2025-02-09"))
    assert lines(at_once, "paid") == [("2025-02-01", "100.00 CNY is paid", "all that is overdue")]


def test_what_falls_due_on_the_day_of_the_payment_is_paid_with_it() -> None:
    case = loan(due=("2025-01-10", "2025-02-10"))
    future = forecast(MACHINE, case, on("2025-02-01"), if_=ALL_IS_PAID, paid_on=on("2025-02-10"))
    assert lines(future, "paid") == [("2025-02-10", "200.00 CNY is paid", "all that is overdue")]
    assert future.stage == "current"


def test_a_plan_that_lags_behind_is_made_good_at_once() -> None:
    days = ("2025-01-28", "2025-03-10")
    plan = PlanAgreed(
        id="plan", at=at("2025-01-20"), instalments=tuple(Instalment(due_on=on(day), amount="50.00") for day in days)
    )
    future = forecast(MACHINE, loan(plan), on("2025-02-01"), if_=THE_PLAN_IS_KEPT, until=on("2025-06-30"))
    assert [(day, what) for day, what, _why in lines(future, "paid")] == [
        ("2025-02-01", "50.00 CNY is paid"), ("2025-03-10", "50.00 CNY is paid"),
    ]  # fmt: skip


def test_what_a_hold_keeps_is_told_with_the_hold() -> None:
    future = forecast(MACHINE, loan(PROMISED, DisputeRaised(id="d", at=at("2025-01-31"))), until=on("2025-06-30"))
    assert lines(future, "held") == [
        ("2025-04-11", "sue -> legal is held", "hold dispute"),
        ("2025-05-11", "long-overdue -> legal is held", "hold dispute"),
    ]  # fmt: skip
    assert (future.stage, lines(future, "contact")) == ("talks", [])


def test_with_contacts_left_alone_they_are_planned_and_do_not_go_out() -> None:
    future = forecast(MACHINE, loan(due=("2025-02-10",)), until=on("2025-02-20"), contacts="recorded")
    assert lines(future, "contact") == [
        ("2025-02-11", "remind (channel sms) is planned for 2025-02-11", "reminder.on_enter[0]")
    ]


def test_a_future_that_a_loan_does_not_have_is_refused_with_those_that_it_has() -> None:
    with pytest.raises(
        OverdueFlowError, match="has no future on 2025-02-01 in which the promise is kept; it has: `nothing"
    ):
        forecast(MACHINE, loan(), on("2025-02-01"), if_=THE_PROMISE_IS_KEPT)


def test_a_loan_that_owes_nothing_yet_has_one_future() -> None:
    assert futures_of(loan(due=("2025-06-10",)), on("2025-02-01")) == (NOTHING_IS_PAID,)


def test_a_forecast_reads_as_a_dated_list() -> None:
    one = Foreseen(date(2025, 2, 1), "move", "a -> b", "late: unpaid")
    assert str(one) == "2025-02-01  a -> b: late: unpaid"
    empty = forecast(MACHINE, loan(due=("2026-06-10",)), on("2025-02-01"), until=on("2025-03-01"))
    assert str(empty) == "if nothing is paid:\n  nothing, as far as 2025-03-01\n  then in current"
