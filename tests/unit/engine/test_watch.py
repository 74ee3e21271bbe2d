"""What a person must be told at the end of a turn, though no rule asks for it."""

from __future__ import annotations

import pytest

from overdue_flow.events import Event, EventRetracted, PaymentReceived, PaymentReversed, WaiverGranted
from support.road import Road, on, road_policy

STAGES = """
  calm: {start: true, rules: [{id: done, when: balance == 0, to: gone}, {id: late, when: dpd > 300, to: gone}]}
  gone: {end: true}
"""
PAID = PaymentReceived(id="paid", payment_id="p-1", amount="1000.00", value_date=on("2025-01-08"))


def ended() -> Road:
    """A loan that was paid, and has come to its end."""
    road = Road(road_policy(STAGES))
    road.tell(PAID, "2025-01-08")
    assert (road.stage, road.open_effects()) == ("gone", [])
    return road


@pytest.mark.parametrize(
    "event",
    [
        PaymentReversed(payment_id="p-1", reversed_on=on("2025-01-12")),
        PaymentReversed(payment_id="p-1", reversed_on=on("2025-01-12"), amount="0.01"),
        EventRetracted(event_id="paid", reason="another loan's"),
    ],
    ids=["bounced", "in part", "retracted"],
)
def test_money_that_is_owed_again_after_the_end_is_told_to_a_person_once(event: Event) -> None:
    road = ended()
    road.tell(event, "2025-01-12")
    assert road.stage == "gone"
    (task,) = (one for one in road.effects() if one.action == "attention" and one.cause == "owed_again")
    assert (task.role, task.params["reason"]) == ("boss", "money is owed again on a loan that had come to its end")
    road.live("2025-03-01")
    assert [one.cause for one in road.effects() if one.action == "attention"].count("owed_again") == 1


def test_one_that_bounces_before_the_end_is_left_to_the_rules() -> None:
    road = Road(road_policy(STAGES))
    road.tell(PaymentReceived(payment_id="p-1", amount="400.00", value_date=on("2025-01-08")), "2025-01-08")
    road.tell(PaymentReversed(payment_id="p-1", reversed_on=on("2025-01-09")), "2025-01-09")
    assert road.open_effects() == []


def test_one_that_leaves_nothing_owed_is_nothing_to_tell() -> None:
    road = ended()
    road.tell(PaymentReceived(payment_id="p-2", amount="50.00", value_date=on("2025-01-09")), "2025-01-09")
    road.tell(PaymentReversed(payment_id="p-2", reversed_on=on("2025-01-12")), "2025-01-12")
    assert road.open_effects() == []


def test_of_a_loan_that_ended_with_money_owed_no_more_is_told() -> None:
    road = Road(road_policy(STAGES))
    road.live("2025-12-31")
    assert road.stage == "gone"
    road.tell(WaiverGranted(amount="10.00", component="principal", effective_on=on("2025-12-31")), "2025-12-31")
    road.tell(PaymentReceived(payment_id="p-3", amount="5.00", value_date=on("2025-12-31")), "2025-12-31")
    road.tell(PaymentReversed(payment_id="p-3", reversed_on=on("2026-01-02")), "2026-01-02")
    assert "owed_again" not in [one.cause for one in road.effects()]
