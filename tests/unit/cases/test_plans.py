"""Repayment plans: agreed, kept, missed, failed, completed, cancelled; settlements."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from overdue_flow.cases.events import (
    ChargeAdded,
    Event,
    EventRetracted,
    Instalment,
    PaymentReversed,
    PlanAgreed,
    PlanCancelled,
    RefundMade,
    SettlementReached,
)
from overdue_flow.cases.position import cured_on
from overdue_flow.cases.terms import Counting, PlanTerms, Terms
from overdue_flow.errors import EventRefused
from support.ledgers import Told, day, monthly


def agrees(story: Told, on: str = "2025-03-10", times: int = 3, amount: str = "120.00", **more: Any) -> Told:
    """A plan of monthly instalments, the first due on the 20th of the month after 10 March."""
    return story.hears(PlanAgreed(instalments=tuple(monthly("2025-03-20", times, amount)), **more), on=on)


def overdue_loan(**terms: Any) -> Told:
    """Three instalments of 100.00, due on the first of January, February and March; nothing is paid."""
    return Told(monthly("2025-01-01", 3), Terms(**terms))


def test_days_are_counted_on_the_schedule_of_the_plan_while_it_is_active() -> None:
    story = agrees(overdue_loan())
    assert story.says("dpd", "2025-03-09") == 67
    assert story.says("dpd", "2025-03-10") == 0
    assert story.says("overdue_amount", "2025-03-10") == 0
    assert story.says("next_due_on", "2025-03-10") == day("2025-03-20")
    assert story.says("next_due_amount", "2025-03-10") == Decimal("120.00")
    assert story.says("balance", "2025-03-10") == Decimal("300.00")
    assert story.says("plan_active", "2025-03-10") is True
    assert story.says("plan_agreed_on", "2025-03-10") == day("2025-03-10")
    assert story.says("dpd", "2025-03-25") == 5
    assert story.says("missed_instalments", "2025-03-25") == story.says("plan_missed_instalments", "2025-03-25") == 1
    assert story.says("plan_next_due_on", "2025-03-25") == day("2025-04-20")


def test_days_before_a_plan_was_agreed_can_still_be_asked_for() -> None:
    story = agrees(overdue_loan())
    assert [story.says("dpd", f"2025-03-{on}") for on in ("12", "09", "10")] == [0, 67, 0]


def test_a_plan_beside_the_contract_leaves_its_days_alone() -> None:
    story = agrees(overdue_loan(), replaces_contract=False)
    assert story.says("dpd", "2025-03-25") == 83
    assert story.says("plan_missed_instalments", "2025-03-25") == 1
    assert story.says("next_due_on", "2025-03-25") is None


def test_a_plan_fails_at_the_opening_of_the_day_after_too_many_were_missed() -> None:
    story = agrees(overdue_loan())
    assert story.says("plan_active", "2025-04-20") is True
    assert story.moves_on("plan_active", "2025-04-20") == day("2025-04-21")
    assert story.says("plan_active", "2025-04-21") is False
    assert story.says("plans_failed", "2025-04-21") == 1
    assert story.says("dpd", "2025-04-20") == 31
    assert story.moves_on("dpd", "2025-04-20") == day("2025-04-21")
    assert story.says("dpd", "2025-04-21") == 110
    assert story.says("plan_missed_instalments", "2025-04-21") == 2
    assert story.says("plan_next_due_on", "2025-04-21") is None


def test_a_payment_of_the_day_on_which_it_fails_is_too_late_and_one_of_the_day_before_is_not() -> None:
    late = agrees(overdue_loan()).pays("120.00", on="2025-04-21")
    assert late.says("plans_failed", "2025-04-21") == 1
    assert late.says("plan_missed_instalments", "2025-04-21") == 1
    in_time = agrees(overdue_loan()).pays("120.00", on="2025-04-20", noticed="2025-04-25")
    assert in_time.says("plans_failed", "2025-04-25") == 0
    assert in_time.says("plan_active", "2025-04-25") is True


@pytest.mark.parametrize(("missed", "fails"), [(1, "2025-03-21"), (3, "2025-05-21")])
def test_the_terms_say_how_many_may_be_missed(missed: int, fails: str) -> None:
    story = agrees(overdue_loan(plan=PlanTerms(fails_after_missed=missed)))
    assert story.moves_on("plans_failed", "2025-03-10") == day(fails)
    assert story.says("plans_failed", fails) == 1


def test_missed_instalments_that_were_paid_since_do_not_count() -> None:
    story = agrees(overdue_loan()).pays("120.00", on="2025-04-01").pays("120.00", on="2025-05-01")
    assert story.says("plans_failed", "2025-05-20") == 0
    assert story.says("plan_active", "2025-05-20") is True


def test_a_failed_plan_stays_failed() -> None:
    story = agrees(overdue_loan()).pays("360.00", on="2025-05-01")
    assert story.says("plan_completed", "2025-05-01") is False
    assert story.says("plans_failed", "2025-05-01") == 1


def test_payments_from_the_day_of_the_agreement_complete_it() -> None:
    story = overdue_loan().pays("50.00", on="2025-03-09")
    agrees(story, times=2, amount="125.00").pays("125.00", on="2025-03-10").pays("125.00", on="2025-04-20")
    assert story.says("plan_completed", "2025-04-19") is False
    assert story.says("plan_completed", "2025-04-20") is True
    assert story.says("plan_active", "2025-04-20") is False
    assert story.says("dpd", "2025-04-20") == 0
    assert story.says("balance", "2025-04-20") == 0


def test_a_completed_plan_that_covered_less_than_was_owed_leaves_the_rest_overdue() -> None:
    story = agrees(overdue_loan(), times=1, amount="120.00").pays("120.00", on="2025-03-20")
    assert story.says("plan_completed", "2025-03-20") is True
    assert story.says("dpd", "2025-03-20") == 47
    assert story.says("overdue_amount", "2025-03-20") == Decimal("180.00")


def test_a_reversal_takes_the_completion_back_and_the_days_are_those_of_the_plan() -> None:
    story = agrees(overdue_loan(), times=2, amount="150.00").pays("150.00", on="2025-03-20", id="p-1")
    story.pays("150.00", on="2025-03-25")
    assert story.says("plan_completed", "2025-03-25") is True
    story.hears(PaymentReversed(payment_id="p-1", reversed_on=day("2025-03-28")), on="2025-03-28")
    assert story.says("plan_completed", "2025-03-28") is False
    assert story.says("plan_active", "2025-03-28") is True
    assert story.says("dpd", "2025-03-28") == 0
    assert story.says("dpd", "2025-04-21") == 1


def test_what_counts_as_paid_counts_in_a_plan() -> None:
    story = agrees(overdue_loan(counting=Counting(paid_when_short_by="1.00")), times=1).pays("119.00", on="2025-03-20")
    assert story.says("plan_completed", "2025-03-20") is True


def test_a_refund_uncovers_the_plan_too() -> None:
    story = agrees(Told(monthly("2025-01-01", 1)), times=3, amount="100.00").pays("300.00", on="2025-03-20")
    assert story.says("plan_completed", "2025-03-20") is True
    story.hears(RefundMade(amount="150.00", refunded_on=day("2025-03-25")), on="2025-03-25")
    assert story.says("plan_completed", "2025-03-25") is False
    assert story.says("plan_missed_instalments", "2025-03-25") == 0
    assert story.says("next_due_amount", "2025-03-25") == Decimal("50.00")


def test_a_refund_uncovers_nothing_of_a_plan_that_was_due() -> None:
    story = agrees(Told(monthly("2025-01-01", 1, "50.00")), times=1).pays("120.00", on="2025-03-20")
    story.hears(RefundMade(amount="70.00", refunded_on=day("2025-03-25")), on="2025-03-25")
    assert story.says("plan_completed", "2025-03-25") is True


def test_a_plan_that_a_reversal_uncovers_fails_at_the_next_opening_and_not_before() -> None:
    """The second payment was refunded when it was reversed: the money is taken from what the first had covered."""
    story = overdue_loan(plan=PlanTerms(fails_after_missed=1), counting=Counting(reversal="reversal_date"))
    agrees(story, times=1, amount="120.00").pays("120.00", on="2025-03-20").pays("230.00", on="2025-03-25", id="p-2")
    story.hears(RefundMade(amount="50.00", refunded_on=day("2025-03-26")), on="2025-03-26")
    story.hears(PaymentReversed(payment_id="p-2", reversed_on=day("2025-04-05")), on="2025-04-05")
    assert story.says("plans_failed", "2025-04-05") == 0
    assert story.says("plan_missed_instalments", "2025-04-05") == 1
    assert story.says("plans_failed", "2025-04-06") == 1


def test_a_cancelled_plan_ends_on_its_day() -> None:
    story = agrees(overdue_loan()).hears(PlanCancelled(), on="2025-03-25")
    assert story.says("plan_active", "2025-03-24") is True
    assert story.says("plan_active", "2025-03-25") is False
    assert story.says("dpd", "2025-03-25") == 83
    assert story.says("plan_missed_instalments", "2025-03-25") == 0
    assert story.says("plans_failed", "2026-01-01") == 0
    assert story.moves_on("plan_active", "2025-03-25") is None


def test_money_that_comes_after_a_plan_was_cancelled_does_not_complete_it() -> None:
    story = agrees(overdue_loan()).hears(PlanCancelled(), on="2025-03-25").pays("360.00", on="2025-03-25")
    assert story.says("plan_completed", "2025-03-25") is False


@pytest.mark.parametrize(
    "ends", [PlanCancelled(), PlanAgreed(instalments=tuple(monthly("2025-05-15", 2, "150.00")), plan_id="second")]
)
def test_a_plan_that_ended_before_its_money_came_is_not_completed_by_it(ends: Event) -> None:
    story = agrees(overdue_loan(), plan_id="first").pays("360.00", on="2025-03-25")
    assert story.says("plan_completed", "2025-03-25") is True
    story.hears(ends.model_copy(update={"happened_at": datetime(2025, 3, 20, 12, tzinfo=UTC)}), on="2025-04-01")
    (first, *_) = story.case.plans.plans
    assert first.standing(day("2025-04-01")) == ("superseded" if ends.kind == "PlanAgreed" else "cancelled")
    assert story.says("plans_failed", "2025-05-01") == 0


def test_a_settlement_that_is_completed_lets_go_although_another_plan_follows_on_its_day() -> None:
    story = overdue_loan()
    settled = SettlementReached(
        amount=Decimal("200.00"),
        instalments=tuple(monthly("2025-03-20", 1, "200.00")),
        waived_on_completion=Decimal("100.00"),
    )
    story.hears(settled, on="2025-03-10").pays("200.00", on="2025-03-20")
    agrees(story, on="2025-03-20", plan_id="second")
    assert story.says("balance", "2025-03-20") == 0
    story.pays("1.00", on="2025-03-25", payment_id="other")
    story.hears(PaymentReversed(payment_id="other", reversed_on=day("2025-03-26")), on="2025-03-26")
    assert story.says("balance", "2025-03-26") == 0, "money of another day changes nothing"


def test_a_new_plan_supersedes_the_one_before() -> None:
    story = agrees(overdue_loan(), plan_id="first")
    event = PlanAgreed(instalments=tuple(monthly("2025-04-15", 2, "150.00")), plan_id="second")
    story.hears(event, on="2025-03-25")
    assert story.says("next_due_on", "2025-03-25") == day("2025-04-15")
    assert story.says("dpd", "2025-03-25") == 0
    assert story.says("plans_failed", "2025-05-15") == 0
    assert story.says("plans_failed", "2025-05-16") == 1


def test_failures_of_earlier_plans_are_counted() -> None:
    story = agrees(overdue_loan(), plan_id="first")
    story.hears(PlanAgreed(instalments=tuple(monthly("2025-05-15", 2, "150.00"))), on="2025-05-01")
    assert story.says("plan_active", "2025-05-01") is True
    assert story.says("plans_failed", "2025-05-01") == 1
    assert story.says("plans_failed", "2025-06-16") == 2


def test_an_active_plan_without_a_miss_is_told_from_one_with_a_miss() -> None:
    story = agrees(overdue_loan())
    plans = story.case.plans
    assert plans.runs_without_miss(story.case, day("2025-03-20"))
    assert not plans.runs_without_miss(story.case, day("2025-03-21"))
    assert plans.until(story.case, day("2025-03-20")) == day("2025-03-21")


def test_paying_a_missed_instalment_of_the_plan_is_a_cure() -> None:
    story = agrees(overdue_loan()).pays("120.00", on="2025-03-25")
    assert cured_on(story.case) == (day("2025-03-25"),)


def test_charges_while_a_plan_is_active_are_owed_and_not_overdue() -> None:
    story = agrees(overdue_loan())
    story.hears(ChargeAdded(amount="10.00", due_on=day("2025-03-12")), on="2025-03-12")
    assert story.says("overdue_amount", "2025-03-15") == 0
    assert story.says("balance", "2025-03-15") == Decimal("310.00")


# --- settlements ---


def settles(story: Told, amount: str = "200.00", waived: str | None = "100.00", on: str = "2025-03-10") -> Told:
    half = str(Decimal(amount) / 2)
    event = SettlementReached(
        amount=Decimal(amount), instalments=tuple(monthly("2025-03-20", 2, half)), waived_on_completion=waived
    )
    return story.hears(event, on=on)


def test_what_a_settlement_waives_is_let_go_when_it_is_completed() -> None:
    story = settles(overdue_loan()).pays("100.00", on="2025-03-20")
    assert story.says("balance", "2025-03-20") == Decimal("200.00")
    story.pays("100.00", on="2025-04-20")
    assert story.says("plan_completed", "2025-04-20") is True
    assert story.says("balance", "2025-04-20") == 0
    assert story.says("dpd", "2025-04-20") == 0
    assert story.says("balance", "2025-04-19") == Decimal("200.00")


def test_a_settlement_too_small_to_count_is_completed_on_the_day_it_was_agreed() -> None:
    """Where an instalment short by 200 counts as paid, nothing of a settlement of 200 has to come."""
    story = settles(overdue_loan(counting=Counting(paid_when_short_by=Decimal("200.00"))))
    assert story.says("plan_completed", "2025-03-10") is True
    assert story.says("balance", "2025-03-10") == Decimal("200.00")


def test_money_that_comes_after_a_completed_settlement_is_credit() -> None:
    story = settles(overdue_loan()).pays("200.00", on="2025-03-20").pays("30.00", on="2025-05-01")
    totals = story.case.ledger.totals(day("2025-05-01"))
    assert (totals.credit, sum(totals.waived), sum(totals.allocated)) == (30_00, 100_00, 200_00)
    assert story.says("balance", "2025-05-01") == 0


def test_a_settlement_that_fails_waives_nothing() -> None:
    story = settles(overdue_loan())
    assert story.says("plans_failed", "2025-04-21") == 1
    assert story.says("balance", "2025-04-21") == Decimal("300.00")
    assert story.says("dpd", "2025-04-21") == 110


def test_a_reversal_takes_the_waiver_back() -> None:
    story = settles(overdue_loan()).pays("100.00", on="2025-03-20").pays("100.00", on="2025-04-20", id="p-2")
    story.hears(PaymentReversed(payment_id="p-2", reversed_on=day("2025-04-22")), on="2025-04-22")
    assert story.says("plan_completed", "2025-04-22") is False
    assert story.says("balance", "2025-04-22") == Decimal("200.00")


def test_a_completion_to_come_waives_on_its_day() -> None:
    story = settles(overdue_loan()).pays("200.00", on="2025-04-01", noticed="2025-03-25")
    assert story.says("balance", "2025-03-31") == Decimal("300.00")
    assert story.moves_on("balance", "2025-03-25") == day("2025-04-01")
    assert story.says("balance", "2025-04-01") == 0


def test_retracting_a_settlement_is_as_if_it_had_never_been() -> None:
    story = settles(overdue_loan()).pays("200.00", on="2025-03-20")
    settlement = story.case.events[1].event.id
    assert settlement is not None
    story.hears(EventRetracted(event_id=settlement), on="2025-04-20")
    assert story.says("balance", "2025-04-20") == Decimal("100.00")
    assert story.says("plan_agreed_on", "2025-04-20") is None


# --- what cannot have happened ---


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (PlanAgreed(instalments=()), "has no instalments"),
        (PlanAgreed(instalments=(Instalment(due_on=day("2025-04-01"), amount=0),)), "has no instalments"),
        (PlanAgreed(instalments=tuple(monthly("2025-04-01", 1)), plan_id="first"), "plan `first` was agreed before"),
        (PlanCancelled(plan_id="fist"), "there is no plan `fist` to cancel (did you mean `first`?)"),
        (
            SettlementReached(amount=5, instalments=tuple(monthly("2025-04-01", 1))),
            "add up to 100.00 CNY, not to its amount `5`",
        ),
        (
            SettlementReached(amount=100, instalments=tuple(monthly("2025-04-01", 1)), waived_on_completion=-1),
            "waives `-1`; expected zero or more",
        ),
    ],
)
def test_senseless_agreements_are_refused(event: Event, says: str) -> None:
    story = agrees(overdue_loan(), plan_id="first")
    with pytest.raises(EventRefused) as refusal:
        story.hears(event, on="2025-03-25")
    assert says in str(refusal.value)


def test_what_is_not_active_cannot_be_cancelled() -> None:
    with pytest.raises(EventRefused, match="there is no active plan to cancel on 2025-03-25"):
        overdue_loan().hears(PlanCancelled(), on="2025-03-25")
    with pytest.raises(EventRefused, match="it is failed"):
        agrees(overdue_loan(), plan_id="first").hears(PlanCancelled(plan_id="first"), on="2025-05-01")
