"""What goes beyond authority: who is asked to approve it, whose word counts, and for how long it stands."""

from __future__ import annotations

from typing import Any

import pytest

from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    CaseAdopted,
    EventRetracted,
    NegotiationClosed,
    OfferApproved,
    OfferDeclined,
    OfferMade,
    PlanAgreed,
    PlanCancelled,
    SettlementReached,
    TaskCompleted,
    TaskReassigned,
)
from overdue_flow.reports.timeline import timeline
from support.offering import AUTHORITY, a_loan, a_plan, approvals, bound, offer
from support.road import Road, on, one_stage, road_policy

# --- who may approve ---


def test_the_first_role_that_may_is_asked_and_its_word_counts() -> None:
    road = bound()
    road.tell(offer(waives_interest="100.00", valid_until=on("2025-02-01")), "2025-01-20")
    (task,) = road.effects("offer_approval")
    assert (task.role, task.about, task.deadline_on) == ("boss", "o-1", on("2025-02-01"))
    assert road.effects("note") != [], "a rule sees it in the turn of the offer"
    road.tell(OfferApproved(offer_id="o-1", role="boss"), "2025-01-21")
    assert road.changes()[-1] == ("2025-01-21", "delivered", "boss approved")
    assert (road.fact("offer_beyond_authority"), approvals(road)) == (False, [])


def test_approval_by_one_who_may_not_is_reported_and_does_not_count() -> None:
    road = bound()
    road.tell(offer(waives_interest="100.00"), "2025-01-20")
    road.tell(OfferApproved(offer_id="o-1", role="counsel"), "2025-01-21")
    assert road.fact("offer_beyond_authority")
    assert approvals(road) == [("o-1", "boss")]
    assert [one.params["reason"] for one in road.effects("attention")] == [
        "counsel may not approve offer o-1: counsel may offer nothing"
    ]


def test_the_task_may_be_answered_and_a_refusal_leaves_the_offer_beyond() -> None:
    road = bound()
    road.tell(offer(waives_interest="100.00"), "2025-01-20")
    task = road.effects("offer_approval")[0].id
    with pytest.raises(EventRefused, match="asks for approval, and `done` is no answer"):
        road.tell(TaskCompleted(effect_id=task), "2025-01-21")
    road.tell(TaskCompleted(effect_id=task, outcome="refused", role="boss"), "2025-01-21")
    assert (road.fact("offer_beyond_authority"), approvals(road)) == (True, [])
    road.tell(OfferApproved(offer_id="o-1", role="boss"), "2025-01-22")
    assert not road.fact("offer_beyond_authority"), "a later yes still counts"


@pytest.mark.parametrize(("role", "counts"), [(None, True), ("boss", True), ("team", False)])
def test_an_answer_is_that_of_the_role_that_gives_it(role: str | None, *, counts: bool) -> None:
    road = bound()
    road.tell(offer(waives_interest="100.00"), "2025-01-20")
    task = road.effects("offer_approval")[0].id
    road.tell(TaskCompleted(effect_id=task, outcome="approved", role=role), "2025-01-21")
    assert road.fact("offer_beyond_authority") is not counts
    assert approvals(road) == ([] if counts else [("o-1", "boss")])


def test_a_task_that_falls_to_a_role_that_may_not_is_approved_by_nobody_with_it() -> None:
    road = bound()
    road.tell(offer(waives_interest="100.00"), "2025-01-20")
    task = road.effects("offer_approval")[0].id
    road.tell(TaskReassigned(effect_id=task, role="counsel"), "2025-01-21")
    road.tell(TaskCompleted(effect_id=task, outcome="approved"), "2025-01-21")
    assert approvals(road) == [("o-1", "counsel")]


def test_where_no_role_may_the_one_that_looks_at_what_is_stuck_is_told() -> None:
    road = bound()
    road.tell(offer(waives_principal="900.00"), "2025-01-20")
    (task,) = road.effects("offer_approval")
    assert task.role == road.machine.attention
    assert task.params["reason"].endswith("; no role may offer so much")


def test_an_offer_without_an_id_is_answered_by_its_task() -> None:
    road = bound()
    road.tell(OfferMade(id="e-7", role="team", waives_principal="1.00"), "2025-01-20")
    assert approvals(road) == [("e-7", "boss")]
    road.tell(TaskCompleted(effect_id=road.effects("offer_approval")[0].id, outcome="approved"), "2025-01-21")
    assert not road.fact("offer_beyond_authority")


# --- for as long as it stands ---


@pytest.mark.parametrize(
    "end",
    [
        OfferDeclined(offer_id="o-1"),
        NegotiationClosed(outcome="failed", negotiation_id="n-1"),
        offer(negotiation_id="n-1"),
        EventRetracted(event_id="said"),
        PlanAgreed(instalments=a_plan(), plan="annuity", role="team"),
    ],
)
def test_what_does_not_stand_any_more_needs_no_approval(end: Any) -> None:
    road = bound()
    road.tell(offer(id="said", negotiation_id="n-1", waives_interest="100.00"), "2025-01-20")
    assert approvals(road) == [("o-1", "boss")]
    road.tell(end, "2025-01-21")
    assert (road.fact("offer_beyond_authority"), approvals(road)) == (False, [])


def test_an_offer_that_lapses_is_beyond_authority_to_its_last_day() -> None:
    road = bound()
    road.tell(offer(waives_interest="100.00", valid_until=on("2025-02-01")), "2025-01-20")
    days = ("2025-02-01", "2025-02-02")
    assert [road.fact("offer_beyond_authority", day) for day in days] == [True, False]
    assert road.machine.policy.vocabulary["offer_beyond_authority"].until(road.case, road.case.day) == on("2025-02-02")


# --- what was agreed ---


def test_a_plan_that_accepts_an_offer_within_authority_needs_nothing_more() -> None:
    road = bound()
    road.tell(offer(waives_interest="20.00"), "2025-01-20")
    road.tell(PlanAgreed(offer_id="o-1"), "2025-01-21")
    assert road.fact("plan_active")
    assert not road.fact("offer_beyond_authority")


def test_a_plan_that_accepts_an_offer_that_nobody_approved_is_beyond_authority_too() -> None:
    road = bound()
    road.tell(offer(waives_interest="100.00"), "2025-01-20")
    road.tell(PlanAgreed(offer_id="o-1", role="boss"), "2025-01-21")
    assert road.fact("offer_beyond_authority")
    assert approvals(road) == [("o-1", "boss")]
    road.tell(OfferApproved(offer_id="o-1", role="boss"), "2025-01-22")
    assert (road.fact("offer_beyond_authority"), approvals(road), road.case.course.beyond) == (False, [], ())


def test_a_plan_that_accepts_an_approved_offer_is_within_authority() -> None:
    road = bound()
    road.tell(offer(waives_interest="100.00"), "2025-01-20")
    road.tell(OfferApproved(offer_id="o-1", role="boss"), "2025-01-20")
    road.tell(PlanAgreed(offer_id="o-1", role="team"), "2025-01-21")
    assert not road.fact("offer_beyond_authority")


def test_a_plan_that_lets_go_more_than_its_offer_is_looked_at_by_itself() -> None:
    road = bound()
    road.tell(offer(waives_interest="20.00"), "2025-01-20")
    road.tell(PlanAgreed(offer_id="o-1", role="team", waived_on_completion="600.00"), "2025-01-21")
    assert road.entries[-1].results.beyond_authority[0].reasons == (
        "it lets go 100.00 CNY of interest; team may let go 20.00, 20 % of what is owed of it",
        "it lets go 490.00 CNY of principal; team may let go none of it",
    ), "in the order in which the ledger lets go: what is oldest, its costs first"


def test_a_plan_without_an_offer_is_approved_by_its_own_id() -> None:
    road = bound()
    road.tell(PlanAgreed(plan_id="p-1", instalments=a_plan(), plan="annuity"), "2025-01-20")
    assert road.entries[-1].results.beyond_authority[0].reasons == ("it was not said who offers it",)
    assert approvals(road) == [("p-1", "team")]
    road.tell(OfferApproved(offer_id="p-1", role="team"), "2025-01-21")
    assert not road.fact("offer_beyond_authority")


def test_a_settlement_is_a_plan_of_its_kind() -> None:
    road = bound()
    road.tell(SettlementReached(plan_id="s-1", amount="200.00", instalments=a_plan()), "2025-01-20")
    assert approvals(road) == [("s-1", "boss")], "the team may not settle"
    road.tell(PlanCancelled(plan_id="s-1"), "2025-01-21")
    assert (road.fact("offer_beyond_authority"), approvals(road)) == (False, [])


# --- what was not approved after all ---


def test_an_approval_that_is_retracted_was_never_given() -> None:
    road = bound()
    road.tell(offer(waives_interest="100.00"), "2025-01-20")
    for n in range(2):
        task = next(one for one in reversed(road.case.course.open_effects) if one.action == "offer_approval")
        road.tell(TaskCompleted(id=f"yes-{n}", effect_id=task.id, outcome="approved", role="boss"), "2025-01-21")
        assert not road.fact("offer_beyond_authority")
        road.tell(EventRetracted(event_id=f"yes-{n}"), "2025-01-22")
        assert (road.fact("offer_beyond_authority"), approvals(road)) == (True, [("o-1", "boss")])
    road.tell(OfferApproved(id="yes", offer_id="o-1", role="boss"), "2025-01-23")
    road.tell(PlanAgreed(offer_id="o-1"), "2025-01-24")
    road.tell(EventRetracted(event_id="yes"), "2025-01-25")
    assert road.fact("offer_beyond_authority"), "the plan stands on an offer that nobody approved"
    assert approvals(road) == [("o-1", "boss")]


def test_a_retracted_approval_of_what_stands_no_more_asks_nobody() -> None:
    road = bound()
    road.tell(offer(waives_interest="100.00"), "2025-01-20")
    road.tell(OfferApproved(id="yes", offer_id="o-1", role="boss"), "2025-01-20")
    road.tell(OfferDeclined(offer_id="o-1"), "2025-01-21")
    road.tell(EventRetracted(event_id="yes"), "2025-01-22")
    assert (road.fact("offer_beyond_authority"), approvals(road)) == (False, [])


# --- beside ---


def test_what_was_offered_before_a_case_was_adopted_is_not_asked_about() -> None:
    policy = road_policy(one_stage(), authority=AUTHORITY)
    adopted = CaseAdopted(
        id="opened", opened_on=on("2025-01-01"), instalments=a_loan().instalments, stage="calm",
        effects_muted_until=on("2025-01-10"),
    )  # fmt: skip
    road = Road(policy, adopted)
    road.tell(offer(waives_principal="900.00"), "2025-01-05")
    assert road.effects() == []
    assert not road.fact("offer_beyond_authority")


def test_the_story_of_a_loan_tells_what_went_beyond() -> None:
    road = bound()
    road.tell(offer(waives_principal="1.00"), "2025-01-20")
    why = "it lets go 1.00 CNY of principal; team may let go none of it"
    assert f"    offer o-1 goes beyond authority: {why}\n" in timeline(road.machine, road.entries)
