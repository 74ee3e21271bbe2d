"""How a repayment plan goes, from a journal; and a policy that follows it up."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from overdue_flow.events import (
    ContactAttempted,
    EffectDelivered,
    PaymentReceived,
    PaymentReversed,
    PlanAgreed,
    PlanCancelled,
)
from overdue_flow.reports.plan_progress import FollowUp, plan_progress
from support.ledgers import monthly
from support.repaying import pays, repaying
from support.road import Road, on, one_stage, opening, road_policy


def letters(road: Road, says: str) -> list[str]:
    """The days on which a letter was asked for."""
    return [str(one.decided_on) for one in road.effects("letter") if one.params["says"] == says]


# --- the policy ---


def test_a_plan_is_followed_up_every_two_weeks_and_before_each_instalment() -> None:
    road = repaying()
    for day in ("2025-03-20", "2025-04-20", "2025-05-20"):
        pays(road, "120.00", day)
    road.live("2025-06-30")

    assert letters(road, "how the plan goes") == ["2025-03-24", "2025-04-07", "2025-04-21", "2025-05-05", "2025-05-19"]
    assert letters(road, "the next instalment") == ["2025-03-17", "2025-04-17", "2025-05-17"]
    assert road.effects("visit") == []
    assert road.moves[-1] == ("2025-05-20", "calm", "kept")


def test_an_instalment_that_was_paid_before_needs_no_reminder() -> None:
    road = repaying()
    pays(road, "240.00", "2025-03-12")
    road.live("2025-05-01")

    assert letters(road, "the next instalment") == []
    road.live("2025-05-18")
    assert letters(road, "the next instalment") == ["2025-05-17"]


def test_a_missed_instalment_is_seen_after_its_days_of_grace() -> None:
    road = repaying(grace_days=4)
    road.live("2025-03-31")

    assert [str(one.decided_on) for one in road.effects("visit")] == ["2025-03-25"]


# --- the report ---


def test_a_plan_is_told_with_every_instalment_and_what_is_left() -> None:
    road = repaying(grace_days=4)
    pays(road, "130.00", "2025-03-22")
    road.live("2025-04-26")
    said = plan_progress(road.entries, on=on("2025-04-26"))

    assert [(str(one.due_on), one.paid, one.left, one.standing) for one in said.instalments] == [
        ("2025-03-20", Decimal("120.00"), Decimal("0.00"), "kept"),
        ("2025-04-20", Decimal("10.00"), Decimal("110.00"), "part-kept"),
        ("2025-05-20", Decimal("0.00"), Decimal("120.00"), "open"),
    ]
    assert [str(one.paid_on) for one in said.instalments] == ["2025-03-22", "2025-03-22", "None"]
    assert (said.amount, said.paid, said.left) == (Decimal("360.00"), Decimal("130.00"), Decimal("230.00"))
    assert (str(said.next_due_on), said.next_due_amount) == ("2025-05-20", Decimal("120.00"))
    assert (said.standing, said.over_on, str(said.fails_on)) == ("active", None, "2025-05-25")
    assert said.counted() == {"kept": 1, "late": 0, "part-kept": 1, "missed": 0, "open": 1, "dropped": 0}


def test_the_totals_are_the_facts_of_the_plan() -> None:
    road = repaying()
    pays(road, "200.00", "2025-04-25")
    said = plan_progress(road.entries)

    assert said.left == road.fact("plan_outstanding")
    assert said.counted()["missed"] + said.counted()["part-kept"] == road.fact("plan_missed_instalments")
    assert said.counted()["kept"] == road.fact("plan_kept_instalments")
    assert said.next_due_amount == road.fact("plan_next_due_amount")


def test_follow_ups_are_what_was_asked_for_while_it_was_active_with_what_became_of_it() -> None:
    road = repaying()
    road.tell(ContactAttempted(channel="phone", outcome="no_answer"), "2025-03-05")
    road.tell(ContactAttempted(channel="visit", outcome="conversation"), "2025-03-10", 15)
    road.live("2025-03-17")
    (reminder,) = road.effects("letter")
    road.tell(EffectDelivered(effect_id=reminder.id), "2025-03-18")
    answered = ContactAttempted(effect_id=reminder.id, channel="sms", outcome="delivered")
    road.tell(answered, "2025-03-18", 13)
    road.tell(ContactAttempted(channel="phone", outcome="conversation", direction="inbound"), "2025-03-19")
    road.tell(ContactAttempted(channel="phone", outcome="no_answer", party="guarantor"), "2025-03-20")
    road.live("2025-03-25")

    assert plan_progress(road.entries, on=on("2025-03-25")).follow_ups == (
        FollowUp(on("2025-03-10"), "visit", "conversation"),
        FollowUp(on("2025-03-18"), "letter (says the next instalment)", "done: delivered"),
        FollowUp(on("2025-03-19"), "inbound phone", "conversation"),
        FollowUp(on("2025-03-20"), "phone with the guarantor", "no answer"),
        FollowUp(on("2025-03-21"), "visit (role team)", "open"),
        FollowUp(on("2025-03-24"), "letter (says how the plan goes)", "open"),
    )


def test_what_was_done_after_its_end_is_no_follow_up() -> None:
    road = repaying()
    road.tell(PlanCancelled(), "2025-03-15")
    road.tell(ContactAttempted(channel="phone", outcome="no_answer"), "2025-03-16")
    said = plan_progress(road.entries)

    assert (said.standing, str(said.over_on)) == ("cancelled", "2025-03-15")
    assert said.follow_ups == ()
    assert {one.standing for one in said.instalments} == {"dropped"}


@pytest.mark.parametrize(
    ("payments", "standing", "over_on"),
    [
        ({"2025-03-20": "120.00", "2025-04-02": "240.00"}, "completed", "2025-04-02"),
        ({"2025-05-02": "360.00"}, "failed", "2025-04-21"),
    ],
)
def test_a_plan_that_is_over_says_since_when(payments: dict[str, str], standing: str, over_on: str) -> None:
    road = repaying()
    for day, amount in payments.items():
        pays(road, amount, day)
    said = plan_progress(road.entries)

    assert (said.standing, str(said.over_on)) == (standing, over_on)
    assert (said.fails_on, said.next_due_on, said.next_due_amount) == (None, None, None)
    assert f"{standing} on {over_on}" in said.text()


def test_the_latest_plan_is_told_or_the_one_that_is_named() -> None:
    road = repaying()
    second = PlanAgreed(plan_id="second", instalments=tuple(monthly("2025-06-01", 1, "300.00")), plan="settlement")
    road.tell(second, "2025-04-01")

    assert plan_progress(road.entries).plan_id == "second"
    first = plan_progress(road.entries, "plan-1")
    assert (first.standing, str(first.over_on)) == ("superseded", "2025-04-01")
    with pytest.raises(KeyError, match=r"there is no plan `plan-2` \(did you mean `plan-1`"):
        plan_progress(road.entries, "plan-2")
    with pytest.raises(KeyError, match=r"there is no plan `x` \(it has plan-1, second\)"):
        plan_progress(road.entries, "x")
    without = Road(road_policy(one_stage()), opening())
    with pytest.raises(KeyError, match="case `loan-1` has no repayment plan"):
        plan_progress(without.entries)


def test_it_is_plain_data_too() -> None:
    road = repaying(plan="annuity", waived_on_completion="20.00", replaces_contract=False)
    pays(road, "120.00", "2025-03-20")
    data = plan_progress(road.entries).as_data()

    assert json.loads(json.dumps(data)) == data
    assert data["kind"] == "annuity"
    assert (data["waives"], data["replaces_contract"], data["paid"]) == ("20.00", False, "120.00")
    assert data["instalments"][0] == {
        "due_on": "2025-03-20",
        "last_day": "2025-03-20",
        "amount": "120.00",
        "paid": "120.00",
        "left": "0.00",
        "paid_on": "2025-03-20",
        "standing": "kept",
        "again": False,
    }
    assert data["follow_ups"] == [{"on": "2025-03-17", "what": "letter (says the next instalment)", "became": "open"}]


def test_what_bounced_and_fell_due_again_is_told_and_is_no_more_than_was_agreed() -> None:
    policy = road_policy(
        one_stage(), terms="{currency: CNY, time_zone: Asia/Shanghai, counting: {reversal: reversal_date}}"
    )
    road = Road(policy, opening())
    road.tell(PlanAgreed(plan_id="p", instalments=tuple(monthly("2025-03-20", 2, "100.00"))), "2025-02-01")
    road.tell(PaymentReceived(payment_id="pay", amount="100.00", value_date=on("2025-03-20")), "2025-03-20")
    road.tell(PaymentReversed(payment_id="pay", reversed_on=on("2025-04-02")), "2025-04-02")
    road.live("2025-04-10")
    said = plan_progress(road.entries, on=on("2025-04-10"))

    assert (said.amount, said.paid, said.left) == (Decimal("200.00"), Decimal("0.00"), Decimal("200.00"))
    assert "2025-04-02  100.00    0.00  100.00           missed, due again" in said.text()


def test_a_day_before_a_plan_was_agreed_knows_nothing_of_it() -> None:
    road = repaying()
    second = PlanAgreed(plan_id="second", instalments=tuple(monthly("2025-06-01", 1, "300.00")))
    road.tell(second, "2025-04-01")

    assert plan_progress(road.entries, on=on("2025-03-31")).plan_id == "plan-1"
    with pytest.raises(KeyError, match="plan `second` was agreed on 2025-04-01, after 2025-03-31"):
        plan_progress(road.entries, "second", on("2025-03-31"))
    with pytest.raises(KeyError, match="case `loan-1` had no repayment plan on 2025-01-02"):
        plan_progress(road.entries, on=on("2025-01-02"))
