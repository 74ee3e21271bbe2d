"""Authority: what a role may offer, in words where it may not, and what is said before anybody speaks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from overdue_flow import Flow, MemoryStore
from overdue_flow.engine.authority import Proposal, Verdict, exceeds, may_offer
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    ArrearsReported,
    ChargeAdded,
    Event,
    LoanOpened,
    NegotiationClosed,
    OfferDeclined,
    OfferMade,
    PaymentReceived,
    PlanAgreed,
    ScheduleReplaced,
    SettlementReached,
)
from support.offering import AUTHORITY, WATCHES, a_loan, a_plan, approvals, bound, offer
from support.road import Road, at, on, one_stage, road_policy

# --- what a role may ---


@pytest.mark.parametrize(
    ("said", "against"),
    [
        (offer(), ()),
        (offer(waives_costs="10.00", waives_interest="20.00"), ()),
        (offer(instalments=a_plan("2026-01-10", 12)), ()),
        (offer(plan="settlement"), ("team may not offer a plan of kind `settlement`",)),
        (offer(plan=None), ("team may not offer a plan of a kind that is not said",)),
        (offer(instalments=a_plan(count=13)), ("it has 13 instalments; team may offer 12",)),
        (offer(instalments=a_plan("2026-01-11")), ("it ends on 2026-01-11; team may offer until 2026-01-10",)),
        (
            offer(waives_interest="20.01"),
            ("it lets go 20.01 CNY of interest; team may let go 20.00, 20 % of what is owed of it",),
        ),
        (offer(waives_principal="0.01"), ("it lets go 0.01 CNY of principal; team may let go none of it",)),
        (offer(role=None), ("it was not said who offers it",)),
        (offer(role="counsel"), ("counsel may offer nothing",)),
        (offer("boss", "settlement", waives_interest="100.00", waives_principal="50.00"), ()),
        (offer("boss", waives_principal="50.01"), ("it lets go 50.01 CNY of principal; boss may let go 50.00",)),
        (
            offer(plan="settlement", waives_principal="1.00", instalments=a_plan("2026-02-10", 13)),
            (
                "team may not offer a plan of kind `settlement`",
                "it has 13 instalments; team may offer 12",
                "it ends on 2026-02-10; team may offer until 2026-01-10",
                "it lets go 1.00 CNY of principal; team may let go none of it",
            ),
        ),
    ],
)
def test_what_goes_beyond_is_said_in_words(said: OfferMade, against: tuple[str, ...]) -> None:
    road = bound()
    road.tell(said, "2025-01-20")
    assert [one for mark in road.entries[-1].results.beyond_authority for one in mark.reasons] == list(against)
    assert road.fact("offer_beyond_authority") is bool(against)


def test_a_share_is_of_what_is_due_by_then_and_of_all_principal() -> None:
    road = bound("{team: {waives: {interest: {share: 0.5}, principal: {share: 0.5}}}}")
    assert may_offer(
        road.machine, road.case, offer(waives_interest="50.00", waives_principal="500.00"), at("2025-01-20")
    )
    road.tell(PaymentReceived(amount="60.00", value_date=on("2025-01-20")), "2025-01-20")
    verdict = may_offer(road.machine, road.case, offer(waives_interest="50.00"), at("2025-01-20"))
    assert verdict.reasons == (
        "it lets go 50.00 CNY of interest; team may let go 25.00, 50 % of what is owed of it",
    ), "50.00 of 100.00 were paid, after the costs"


def test_a_host_that_keeps_the_ledger_says_what_is_owed() -> None:
    road = bound()
    report = {"as_of": on("2025-01-20"), "oldest_due_on": on("2025-01-10"), "overdue_amount": "300.00"}
    road.tell(ArrearsReported(**report, balance="900.00"), "2025-01-20")
    said = offer(waives_interest="1.00", waives_principal="80.00", role="boss")
    assert may_offer(road.machine, road.case, said, at("2025-01-20")).reasons == (
        "it lets go 1.00 CNY of interest, and it is not known how much of that is owed",
        "it lets go 80.00 CNY of principal; boss may let go 50.00",
        "it lets go 80.00 CNY of principal, and it is not known how much of that is owed",
    )
    parts = {"overdue_principal": "200.00", "overdue_interest": "90.00", "overdue_costs": "10.00"}
    road.tell(ArrearsReported(**report, **parts, balance="400.00"), "2025-01-21")
    assert may_offer(road.machine, road.case, offer("boss", waives_principal="30.00"), at("2025-01-21"))
    assert not may_offer(road.machine, road.case, offer("boss", waives_principal="30.01"), at("2025-01-21"))


def test_the_end_of_a_contract_that_nobody_knows_is_not_moved() -> None:
    road = Road(
        road_policy(one_stage(), authority="{team: {ends_later_by: 1 year}}"), LoanOpened(opened_on=on("2025-01-01"))
    )
    verdict = may_offer(road.machine, road.case, offer(), at("2025-01-02"))
    assert verdict.reasons == ("it is not known when the contract ends; team may move that by 1 year",)
    assert may_offer(road.machine, road.case, offer(instalments=()), at("2025-01-02"))


def test_without_authority_in_the_policy_everybody_may_offer_everything() -> None:
    road = Road(road_policy(one_stage(WATCHES)), a_loan())
    road.tell(offer(role=None, waives_principal="999.00"), "2025-01-02")
    assert not road.fact("offer_beyond_authority")
    assert road.effects() == []


def test_exceeds_is_plain_to_ask() -> None:
    road = bound()
    proposal = Proposal("annuity", 2, on("2025-06-10"), (0, 18_001, 0))
    assert exceeds(road.machine, road.case, on("2025-01-20"), "boss", proposal) == (
        "it lets go 180.01 CNY of interest; boss may let go 180.00, 100 % of what is owed of it",
    )


def test_who_may_let_go_all_may_let_go_of_interest_to_come_and_who_may_a_share_may_not() -> None:
    road = bound()
    road.tell(PaymentReceived(amount="610.00", value_date=on("2025-01-20")), "2025-01-20")
    boss, team = offer("boss", waives_interest="80.00"), offer(waives_interest="0.01")
    assert may_offer(road.machine, road.case, boss, at("2025-01-20")), "80.00 are not due yet"
    assert may_offer(road.machine, road.case, team, at("2025-01-20")).reasons == (
        "it lets go 0.01 CNY of interest; team may let go 0.00, 20 % of what is owed of it",
    )


def test_an_offer_is_accepted_once() -> None:
    road = bound()
    road.tell(offer(waives_interest="20.00"), "2025-01-20")
    road.tell(PlanAgreed(offer_id="o-1"), "2025-01-20")
    road.tell(PlanAgreed(offer_id="o-1", plan_id="again"), "2025-01-21")
    assert of_own(road) == ("it was not said who offers it",)
    road.tell(offer(waives_interest="20.00"), "2025-01-22")
    road.tell(PlanAgreed(offer_id="o-1", plan_id="third"), "2025-01-22")
    assert of_own(road) == ()


# --- before anybody speaks ---


def test_a_host_may_ask_before_it_speaks() -> None:
    policy = road_policy(one_stage(), authority=AUTHORITY)
    flow = Flow(policy, MemoryStore(), clock=lambda: at("2025-01-20"))
    flow.receive("loan-1", a_loan(), at=at("2025-01-01"))
    said = offer(waives_interest="100.00")
    verdict = flow.may_offer("loan-1", said)
    assert not verdict
    assert verdict == Verdict(False, verdict.reasons, "boss")
    assert flow.may_offer("loan-1", offer(), at=at("2025-01-20"))
    assert flow.may_offer("loan-1", PlanAgreed(role="team", plan="annuity", instalments=a_plan()))
    assert len(flow.history("loan-1")) == 1, "nothing is recorded"
    with pytest.raises(EventRefused, match="`OfferDeclined` offers nothing; expected OfferMade, PlanAgreed"):
        flow.may_offer("loan-1", OfferDeclined())
    with pytest.raises(EventRefused, match="has no instalments"):
        flow.may_offer("loan-1", PlanAgreed(role="team"))


def test_authority_is_that_of_the_newest_version() -> None:
    strict = road_policy(one_stage(), authority="{boss: {waives: {costs: {amount: 5.00}}}}", version="2")
    road = Road(road_policy(one_stage(), authority=AUTHORITY), a_loan(), law=strict)
    road.tell(offer(), "2025-01-20")
    assert road.entries[-1].results.beyond_authority[0].reasons == ("team may offer nothing",)
    verdict = may_offer(road.machine, road.case, offer("boss", waives_costs=Decimal("5.01")), at("2025-01-20"))
    assert verdict.reasons == ("it lets go 5.01 CNY of costs; boss may let go 5.00",)


# --- other ways to the same ---


def of_own(road: Road) -> tuple[str, ...]:
    """What is said against what was told last."""
    return tuple(one for mark in road.entries[-1].results.beyond_authority for one in mark.reasons)


@pytest.mark.parametrize(
    ("offered", "agreed"),
    [
        (offer(instalments=()), {"instalments": a_plan("2029-01-10", 40)}),
        (offer(), {"plan": "settlement"}),
        (offer(), {"grace_days": 366}),
        (offer(valid_until=on("2025-01-20")), {}),
    ],
    ids=["a schedule that was not offered", "another kind", "days of grace", "an offer that has lapsed"],
)
def test_an_agreement_to_something_else_than_was_offered_is_one_of_its_own(
    offered: OfferMade, agreed: dict[str, Any]
) -> None:
    road = bound()
    road.tell(offered, "2025-01-20")
    road.tell(PlanAgreed(offer_id="o-1", **agreed), "2025-01-21")
    assert of_own(road) == ("it was not said who offers it",)


@pytest.mark.parametrize(
    "end", [OfferDeclined(offer_id="o-1"), OfferDeclined(), NegotiationClosed(negotiation_id="n-1", outcome="failed")]
)
def test_an_offer_that_came_to_nothing_binds_nobody_later(end: Event) -> None:
    road = bound()
    road.tell(offer(negotiation_id="n-1", waives_interest="20.00"), "2025-01-20")
    road.tell(end, "2025-01-21")
    road.tell(PlanAgreed(offer_id="o-1", role="counsel"), "2025-03-21")
    assert of_own(road) == ("counsel may offer nothing",)


def test_days_of_grace_beyond_those_of_the_terms_are_a_later_end() -> None:
    plan = PlanAgreed(role="team", plan="annuity", instalments=a_plan("2026-01-10"), grace_days=1)
    road = bound()
    assert may_offer(road.machine, road.case, plan, at("2025-01-20")).reasons == (
        "it ends on 2026-01-11; team may offer until 2026-01-10",
    )


def test_of_two_offers_of_one_id_the_one_counts_that_was_accepted() -> None:
    road = bound()
    road.tell(offer(waives_interest="100.00"), "2025-01-20")
    road.tell(offer(waives_interest="100.00", role="boss"), "2025-01-22")
    road.tell(PlanAgreed(offer_id="o-1", happened_at=at("2025-01-21")), "2025-01-23")
    assert of_own(road) == ("it lets go 100.00 CNY of interest; team may let go 20.00, 20 % of what is owed of it",)


def test_principal_is_not_let_go_under_the_name_of_costs() -> None:
    road = bound("{team: {waives: {costs: {amount: 200.00}}}, boss: {waives: {costs: all, principal: all}}}")
    road.tell(offer(waives_costs="200.00"), "2025-01-20")
    assert of_own(road) == ("it lets go 190.00 CNY of principal; team may let go none of it",)
    assert approvals(road) == [("o-1", "boss")]


def test_neither_a_charge_nor_an_earlier_schedule_ends_a_contract() -> None:
    road = bound()
    road.tell(ChargeAdded(amount="1.00", due_on=on("2030-01-01")), "2025-01-20")
    road.tell(ScheduleReplaced(effective_on=on("2025-01-20"), instalments=a_plan("2025-05-10")), "2025-01-20")
    road.tell(offer(instalments=a_plan("2025-11-11")), "2025-01-21")
    assert of_own(road) == ("it ends on 2025-11-11; team may offer until 2025-11-10",)


def test_a_settlement_is_within_the_authority_of_the_role_that_settles() -> None:
    road = bound()
    settled = SettlementReached(role="boss", plan_id="s", amount="200.00", instalments=a_plan())
    assert may_offer(road.machine, road.case, settled, at("2025-01-20"))
    road.tell(offer("boss", "settlement", waives_interest="100.00"), "2025-01-20")
    road.tell(SettlementReached(offer_id="o-1", amount="200.00", instalments=a_plan()), "2025-01-21")
    assert not road.fact("offer_beyond_authority")
