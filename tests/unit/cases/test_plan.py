"""The instalments of a plan: kept, late, part-kept, missed; with days of grace and what may be missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from overdue_flow.cases.events import (
    PaymentReversed,
    PlanAgreed,
    PlanCancelled,
    SettlementReached,
)
from overdue_flow.cases.terms import Counting, PlanTerms, Terms
from support.ledgers import Told, day, monthly


def on_a_plan(times: int = 3, terms: Terms | None = None, **more: Any) -> Told:
    """A plan of 120.00 on 20 March, April and May, agreed on 10 March for a loan of 300.00 that is overdue."""
    story = Told(monthly("2025-01-01", 3), terms or Terms())
    return story.hears(PlanAgreed(instalments=tuple(monthly("2025-03-20", times, "120.00")), **more), on="2025-03-10")


def kept(story: Told, on: str) -> tuple[int, ...]:
    """Instalments kept, part-kept, missed (the part-kept among them), and left."""
    names = ("plan_kept_instalments", "plan_part_kept_instalments", "plan_missed_instalments", "plan_instalments_left")
    return tuple(story.says(name, on) for name in names)


def standings(story: Told, on: str) -> list[str]:
    plan = story.case.plans.latest
    assert plan is not None
    return [one.standing for one in plan.instalments(day(on))]


def test_before_any_plan_nothing_is_counted_and_nothing_is_known() -> None:
    story = Told(monthly("2025-01-01", 3))

    assert kept(story, "2025-03-10") == (0, 0, 0, 0)
    names = ("plan_kind", "plan_ends_on", "plan_next_due_amount", "plan_outstanding", "plan_paid_ratio")
    assert [story.says(name, "2025-03-10") for name in names] == [None] * 5


def test_an_instalment_is_kept_when_it_is_covered_by_its_due_date() -> None:
    story = on_a_plan().pays("120.00", on="2025-03-20").pays("50.00", on="2025-04-20")

    assert kept(story, "2025-03-19") == (0, 0, 0, 3)
    assert kept(story, "2025-03-20") == (1, 0, 0, 2)
    assert kept(story, "2025-04-21") == (1, 1, 1, 2)
    assert standings(story, "2025-04-20") == ["kept", "open", "open"]
    assert standings(story, "2025-04-21") == ["kept", "part-kept", "open"]


def test_one_that_is_covered_later_is_neither_kept_nor_missed_any_more() -> None:
    story = on_a_plan().pays("120.00", on="2025-03-25")

    assert kept(story, "2025-03-24") == (0, 0, 1, 3)
    assert kept(story, "2025-03-25") == (0, 0, 0, 2)
    assert standings(story, "2025-03-25") == ["late", "open", "open"]


def test_what_is_left_of_a_plan_and_what_comes_next() -> None:
    story = on_a_plan().pays("150.00", on="2025-03-20")

    assert story.says("plan_next_due_amount", "2025-03-20") == Decimal("90.00")
    assert story.says("plan_next_due_on", "2025-03-20") == day("2025-04-20")
    assert story.says("plan_outstanding", "2025-03-20") == Decimal("210.00")
    assert story.says("plan_paid_ratio", "2025-03-20") == Decimal("0.4166")
    assert story.says("plan_ends_on", "2025-03-20") == day("2025-05-20")
    assert story.says("days_until_plan_ends", "2025-05-01") == 19


def test_a_completed_plan_has_nothing_left_and_is_paid_in_full() -> None:
    story = on_a_plan(terms=Terms(plan=PlanTerms(short_by="1.00"))).pays("359.00", on="2025-03-20")

    assert kept(story, "2025-06-01") == (3, 0, 0, 0)
    assert story.says("plan_outstanding", "2025-03-20") == 0
    assert story.says("plan_paid_ratio", "2025-03-20") == 1
    assert story.says("plan_next_due_amount", "2025-03-20") is None


def test_money_to_come_counts_on_its_day() -> None:
    story = on_a_plan().pays("120.00", on="2025-03-20", noticed="2025-03-12")

    assert kept(story, "2025-03-12") == (0, 0, 0, 3)
    assert story.moves_on("plan_kept_instalments", "2025-03-12") == day("2025-03-20")
    assert kept(story, "2025-03-20") == (1, 0, 0, 2)


def test_a_reversal_takes_back_that_an_instalment_was_kept() -> None:
    story = on_a_plan().pays("120.00", on="2025-03-20", id="p-1")
    story.hears(PaymentReversed(payment_id="p-1", reversed_on=day("2025-03-28")), on="2025-03-28")

    assert kept(story, "2025-03-28") == (0, 0, 1, 3)
    assert standings(story, "2025-03-28") == ["missed", "open", "open"]


def test_a_reversal_on_its_own_day_leaves_what_was_kept_and_owes_it_anew() -> None:
    story = on_a_plan(terms=Terms(counting=Counting(reversal="reversal_date"))).pays("120.00", on="2025-03-20", id="p")
    story.hears(PaymentReversed(payment_id="p", reversed_on=day("2025-03-28")), on="2025-03-28")

    assert kept(story, "2025-03-28") == (1, 0, 0, 3)
    assert kept(story, "2025-03-29") == (1, 0, 1, 3)


# --- days of grace ---


def test_in_the_days_of_grace_an_instalment_is_not_missed_and_days_past_due_are_counted() -> None:
    story = on_a_plan(grace_days=5)

    assert kept(story, "2025-03-25") == (0, 0, 0, 3)
    assert story.moves_on("plan_missed_instalments", "2025-03-21") == day("2025-03-26")
    assert kept(story, "2025-03-26") == (0, 0, 1, 3)
    assert story.says("dpd", "2025-03-25") == 5
    assert story.case.plans.runs_without_miss(story.case, day("2025-03-25"))
    assert not story.case.plans.runs_without_miss(story.case, day("2025-03-26"))


def test_a_payment_on_the_last_day_of_grace_keeps_the_instalment_and_one_of_the_day_after_does_not() -> None:
    assert standings(on_a_plan(grace_days=5).pays("120.00", on="2025-03-25"), "2025-03-26")[0] == "kept"
    assert standings(on_a_plan(grace_days=5).pays("120.00", on="2025-03-26"), "2025-03-26")[0] == "late"


def test_a_plan_fails_when_the_grace_of_the_last_that_may_be_missed_is_over() -> None:
    story = on_a_plan(grace_days=5)

    assert story.moves_on("plans_failed", "2025-03-10") == day("2025-04-26")
    assert story.says("plan_active", "2025-04-25") is True
    assert story.says("plans_failed", "2025-04-26") == 1
    late = on_a_plan(grace_days=5).pays("120.00", on="2025-04-25")
    assert late.says("plans_failed", "2025-04-26") == 0


@pytest.mark.parametrize(("said", "missed_on"), [(None, "2025-03-24"), (0, "2025-03-21"), (10, "2025-03-31")])
def test_days_of_grace_are_those_of_the_terms_where_the_agreement_says_none(said: int | None, missed_on: str) -> None:
    story = on_a_plan(terms=Terms(plan=PlanTerms(grace_days=3)), grace_days=said)

    assert story.moves_on("plan_missed_instalments", "2025-03-21") in (day(missed_on), day("2025-04-21"))
    assert story.says("plan_missed_instalments", missed_on) == 1
    assert story.says("plan_missed_instalments", day(missed_on).replace(day=day(missed_on).day - 1)) == 0


def test_a_settlement_has_grace_too() -> None:
    story = Told(monthly("2025-01-01", 3))
    settled = SettlementReached(amount=Decimal(100), instalments=tuple(monthly("2025-03-20", 1)), grace_days=2)
    story.hears(settled, on="2025-03-10")

    assert [story.says("plan_missed_instalments", f"2025-03-{n}") for n in (22, 23)] == [0, 1]
    assert story.says("plan_kind", "2025-03-10") == "settlement"


# --- what may be missing ---


@pytest.mark.parametrize(
    ("terms", "is_kept"),
    [
        (Terms(), False),
        (Terms(plan=PlanTerms(short_by="5.00")), True),
        (Terms(counting=Counting(paid_when_short_by="5.00")), True),
        (Terms(counting=Counting(paid_when_short_by="5.00"), plan=PlanTerms(short_by="0.00")), False),
    ],
)
def test_what_may_be_missing_of_an_instalment_the_terms_of_plans_say_or_else_those_of_counting(
    terms: Terms,
    is_kept: bool,
) -> None:
    story = on_a_plan(terms=terms).pays("115.00", on="2025-03-20")

    assert kept(story, "2025-03-21")[0] == is_kept
    assert (story.says("dpd", "2025-03-25") == 0) == is_kept


def test_what_may_be_missing_under_a_plan_leaves_the_contract_alone() -> None:
    story = Told(monthly("2025-01-01", 1), Terms(plan=PlanTerms(short_by="5.00"))).pays("95.00", on="2025-01-01")

    assert story.says("dpd", "2025-01-11") == 10


# --- the end ---


def test_a_cancelled_plan_keeps_what_was_kept_and_asks_for_nothing_more() -> None:
    story = on_a_plan().pays("120.00", on="2025-03-20").hears(PlanCancelled(), on="2025-04-25")

    assert kept(story, "2025-04-24") == (1, 0, 1, 2)
    assert kept(story, "2025-04-25") == (1, 0, 0, 0)
    assert story.says("plan_outstanding", "2025-04-25") == 0
    assert story.says("plan_paid_ratio", "2025-04-25") == Decimal("0.3333")
    assert standings(story, "2025-04-25") == ["kept", "missed", "dropped"]


def test_an_instalment_whose_last_day_is_that_of_the_cancelling_is_not_missed() -> None:
    story = on_a_plan().pays("120.00", on="2025-03-20").hears(PlanCancelled(), on="2025-04-20")

    assert standings(story, "2025-04-25") == ["kept", "dropped", "dropped"]


def test_days_on_which_a_plan_was_active_can_still_be_asked_for_after_it_failed() -> None:
    story = on_a_plan()

    assert story.says("dpd", "2025-04-21") == 110
    assert [story.says("dpd", on) for on in ("2025-03-25", "2025-04-20", "2025-04-21")] == [5, 31, 110]


def test_facts_are_about_the_latest_plan() -> None:
    event = PlanAgreed(instalments=tuple(monthly("2025-06-01", 2)), plan_id="second", plan="annuity")
    story = on_a_plan(plan="deferral").pays("120.00", on="2025-03-20").hears(event, on="2025-04-01")

    assert kept(story, "2025-04-01") == (0, 0, 0, 2)
    assert story.says("plan_kind", "2025-04-01") == "annuity"
    assert [one.standing(day("2025-04-01")) for one in story.case.plans.plans] == ["superseded", "active"]


def test_instalments_say_what_was_paid_of_them_and_when_they_were_covered() -> None:
    story = on_a_plan(grace_days=2).pays("130.00", on="2025-03-18")
    plan = story.case.plans.latest
    assert plan is not None
    first, second, _third = plan.instalments(day("2025-03-20"))

    assert (first.due_on, first.last_day) == (date(2025, 3, 20), date(2025, 3, 22))
    assert (first.amount, first.paid, first.covered_on) == (12000, 12000, date(2025, 3, 18))
    assert (second.paid, second.covered_on, second.standing) == (1000, None, "open")


@pytest.mark.parametrize("reversal", ["original_due_date", "reversal_date"])
def test_what_a_plan_let_go_comes_back_when_its_money_bounces_though_another_plan_follows(reversal: str) -> None:
    terms = Terms(counting=Counting.model_validate({"reversal": reversal}))
    story = on_a_plan(1, terms, waived_on_completion=Decimal("50.00")).pays("120.00", on="2025-03-20", payment_id="p-1")
    story.hears(PlanAgreed(instalments=tuple(monthly("2025-05-01", 1)), plan_id="second"), on="2025-04-01")
    assert story.says("balance", "2025-04-01") == Decimal("130.00")
    story.hears(PaymentReversed(payment_id="p-1", reversed_on=day("2025-04-10")), on="2025-04-10")
    assert story.says("balance", "2025-04-10") == Decimal("300.00")


def test_what_falls_due_again_stands_beside_the_instalment_that_was_covered() -> None:
    terms = Terms(counting=Counting(reversal="reversal_date"))
    story = on_a_plan(terms=terms).pays("120.00", on="2025-03-20", payment_id="p-1")
    story.hears(PaymentReversed(payment_id="p-1", reversed_on=day("2025-04-02")), on="2025-04-02")
    plan = story.case.plans.latest
    assert plan is not None
    rows = [(str(one.due_on), one.standing, one.again) for one in plan.instalments(day("2025-04-03"))]
    assert rows == [
        ("2025-03-20", "kept", False),
        ("2025-04-02", "missed", True),
        ("2025-04-20", "open", False),
        ("2025-05-20", "open", False),
    ]
