"""A plan that accepts an offer: its schedule, its kind, what it lets go, and its talks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    CounterOffered,
    EventRetracted,
    Instalment,
    NegotiationClosed,
    NegotiationOpened,
    OfferMade,
    PaymentReceived,
    PlanAgreed,
    SettlementReached,
)
from support.telling import a_loan, after, fact, noon

HALVES = (Instalment(due_on=date(2025, 4, 1), amount="400.00"), Instalment(due_on=date(2025, 5, 1), amount="400.00"))
THIRDS = tuple(Instalment(due_on=date(2025, month, 1), amount="300.00") for month in (4, 5, 6))
OFFER = OfferMade(id="made", offer_id="o-1", negotiation_id="n-1", instalments=HALVES, plan="partial_waiver")
CASE = after(a_loan(), ("2025-02-01", NegotiationOpened(negotiation_id="n-1")), ("2025-02-02", OFFER))
"""1,000.00 due on 1 February; 800.00 are offered in two parts."""


def accepted(**fields: Any) -> PlanAgreed:
    return PlanAgreed.model_validate({"id": "plan", "offer_id": "o-1", **fields})


def test_a_plan_takes_the_schedule_and_the_kind_of_the_offer() -> None:
    case = after(CASE, ("2025-02-03", accepted()))

    assert fact(case, "plan_active") is True
    assert fact(case, "plan_kind") == "partial_waiver"
    assert fact(case, "plan_outstanding") == Decimal("800.00")
    assert fact(case, "plan_ends_on") == date(2025, 5, 1)


def test_a_schedule_that_is_said_again_must_be_the_same_whatever_its_instalments_are_called() -> None:
    same = tuple(one.model_copy(update={"id": f"i-{n}"}) for n, one in enumerate(reversed(HALVES)))
    other = (HALVES[0], HALVES[1].model_copy(update={"amount": Decimal("400.01")}))

    assert fact(after(CASE, ("2025-02-03", accepted(instalments=same))), "plan_active") is True
    with pytest.raises(EventRefused, match="are not those of offer `o-1` of 2025-02-02; leave them out to agree"):
        after(CASE, ("2025-02-03", accepted(instalments=other)))


def test_the_parts_of_an_instalment_are_part_of_a_schedule() -> None:
    parts = tuple(Instalment(due_on=one.due_on, principal="390.00", interest="10.00") for one in HALVES)
    with pytest.raises(EventRefused, match="are not those of offer `o-1`"):
        after(CASE, ("2025-02-03", accepted(instalments=parts)))


def test_an_offer_without_a_schedule_leaves_it_to_the_agreement() -> None:
    case = after(a_loan(), ("2025-02-02", OfferMade(offer_id="o-1", plan="annuity")))
    with pytest.raises(EventRefused, match="plan `plan` has no instalments"):
        after(case, ("2025-02-03", accepted()))
    assert fact(after(case, ("2025-02-03", accepted(instalments=THIRDS))), "plan_kind") == "annuity"


def test_what_the_plan_says_itself_goes_first() -> None:
    case = after(CASE, ("2025-02-03", accepted(plan="settlement")))

    assert fact(case, "plan_kind") == "settlement"


def test_a_plan_closes_the_talks_of_its_offer_as_agreed() -> None:
    other = NegotiationOpened(negotiation_id="n-2")
    case = after(CASE, ("2025-02-03", other), ("2025-02-04", accepted()))

    assert fact(case, "negotiation_open") is True
    assert fact(case, "negotiation_opened_on") == date(2025, 2, 3)
    assert fact(case, "last_negotiation_closed_on") == date(2025, 2, 4)
    assert [(one.id, one.outcome) for one in case.negotiation.closings] == [("n-1", "agreed")]


def test_talks_without_an_id_are_closed_by_the_plan_too() -> None:
    offer = OFFER.model_copy(update={"negotiation_id": None})
    case = after(a_loan(), ("2025-02-01", NegotiationOpened()), ("2025-02-02", offer), ("2025-02-03", accepted()))

    assert fact(case, "negotiation_open") is False
    assert fact(case, "offer_open") is False


def test_a_host_may_say_too_that_the_talks_closed_as_agreed_and_not_that_they_failed() -> None:
    case = after(CASE, ("2025-02-03", accepted()))
    said = after(case, ("2025-02-04", NegotiationClosed(negotiation_id="n-1", outcome="agreed")))

    assert len(said.negotiation.closings) == 1
    assert said.negotiation.agreed is not None
    assert said.negotiation.agreed[0] == date(2025, 2, 4)
    with pytest.raises(EventRefused, match="`n-1` was closed already, on 2025-02-03 as `agreed`"):
        after(case, ("2025-02-04", NegotiationClosed(negotiation_id="n-1", outcome="failed")))


def test_talks_that_had_closed_before_stay_as_they_were() -> None:
    failed = after(CASE, ("2025-02-03", NegotiationClosed(negotiation_id="n-1", outcome="failed")))
    case = after(failed, ("2025-02-04", accepted()))

    assert [one.outcome for one in case.negotiation.closings] == ["failed"]
    assert fact(case, "failed_negotiations_in_a_row") == 0
    assert fact(case, "plan_active") is True


def test_a_counter_offer_can_be_accepted_by_its_id() -> None:
    counter = CounterOffered(offer_id="c-1", instalments=THIRDS, plan="arrears_by_instalments")
    case = after(CASE, ("2025-02-03", counter), ("2025-02-04", accepted(offer_id="c-1")))

    assert fact(case, "plan_outstanding") == Decimal("900.00")
    assert fact(case, "plan_kind") == "arrears_by_instalments"


def test_of_offers_of_one_id_the_lenders_latest_made_by_then_is_accepted() -> None:
    better = OFFER.model_copy(update={"id": "better", "instalments": THIRDS})
    counter = CounterOffered(offer_id="o-1", instalments=())
    case = after(CASE, ("2025-02-05", better), ("2025-02-06", counter))

    assert fact(after(case, ("2025-02-07", accepted())), "plan_outstanding") == Decimal("900.00")
    told_late = accepted(happened_at=noon("2025-02-04"))
    assert fact(after(case, ("2025-02-07", told_late)), "plan_outstanding") == Decimal("800.00")


def test_an_offer_cannot_be_accepted_before_it_was_made() -> None:
    with pytest.raises(EventRefused, match="offer `o-1` was made on 2025-02-02, after 2025-02-01"):
        after(CASE, ("2025-02-03", accepted(happened_at=noon("2025-02-01"))))


def test_an_offer_can_be_accepted_in_the_instant_in_which_it_was_made() -> None:
    """By their ids, of one instant, the plan would come first."""
    offer = OFFER.model_copy(update={"id": "z"})
    opened = after(a_loan(), ("2025-02-01", NegotiationOpened(negotiation_id="n-1")))
    case = after(opened, ("2025-02-02", offer), ("2025-02-02", accepted()))

    assert fact(case, "plan_active") is True
    assert (fact(case, "negotiation_open"), fact(case, "offer_open")) == (False, False)


def test_an_offer_on_which_a_plan_builds_cannot_be_retracted() -> None:
    case = after(CASE, ("2025-02-03", accepted()))
    with pytest.raises(EventRefused, match="`PlanAgreed` `plan` builds on it"):
        after(case, ("2025-02-04", EventRetracted(event_id="made")))


# --- what is let go ---


def paid(case: Case, amount: str) -> Case:
    return after(case, ("2025-04-01", PaymentReceived(id="p-1", amount=amount, value_date=date(2025, 4, 1))))


def test_what_the_offer_waives_is_let_go_once_the_plan_is_completed() -> None:
    waives = OFFER.model_copy(update={"waives_interest": Decimal("50.00"), "waives_principal": Decimal("150.00")})
    case = after(a_loan(), ("2025-02-02", waives), ("2025-02-03", accepted()))

    assert fact(paid(case, "700.00"), "balance") == Decimal("300.00")
    assert fact(paid(case, "800.00"), "balance") == 0
    assert fact(paid(case, "800.00"), "dpd", "2025-06-01") == 0


def test_what_the_agreement_waives_goes_before_what_the_offer_does() -> None:
    waives = OFFER.model_copy(update={"waives_costs": Decimal("200.00")})
    case = after(a_loan(), ("2025-02-02", waives), ("2025-02-03", accepted(waived_on_completion="20.00")))

    assert fact(paid(case, "800.00"), "balance") == Decimal("180.00")


def test_a_plan_without_an_offer_may_waive_too() -> None:
    plan = PlanAgreed(id="plan", instalments=HALVES, waived_on_completion="200.00")

    assert fact(paid(after(a_loan(), ("2025-02-03", plan)), "800.00"), "balance") == 0
    with pytest.raises(EventRefused, match="plan `plan` waives `-1`; expected zero or more"):
        after(a_loan(), ("2025-02-03", plan.model_copy(update={"waived_on_completion": Decimal(-1)})))


def test_what_was_offered_beside_the_contract_stands_beside_it() -> None:
    beside = OFFER.model_copy(update={"beside_contract": True, "plan": "arrears_by_instalments"})
    case = after(a_loan(), ("2025-02-01", NegotiationOpened(negotiation_id="n-1")), ("2025-02-02", beside))
    plan = after(case, ("2025-02-03", accepted())).plans.latest

    assert plan is not None
    assert not plan.replaces_contract


def test_a_settlement_accepts_an_offer_as_a_plan_does() -> None:
    offer = OFFER.model_copy(update={"waives_principal": Decimal("200.00"), "plan": "settlement"})
    case = after(a_loan(), ("2025-02-01", NegotiationOpened(negotiation_id="n-1")), ("2025-02-02", offer))
    settled = SettlementReached(id="plan", offer_id="o-1", amount="800.00", instalments=())
    other = settled.model_copy(update={"instalments": (Instalment(due_on=date(2025, 4, 1), amount="800.00"),)})
    wrong = settled.model_copy(update={"amount": Decimal("799.00")})
    with pytest.raises(EventRefused, match="are not those of offer `o-1`"):
        after(case, ("2025-02-03", other))
    with pytest.raises(EventRefused, match=r"add up to 800\.00 CNY, not to its amount `799\.00`"):
        after(case, ("2025-02-03", wrong))

    case = after(case, ("2025-02-03", settled))
    assert fact(case, "negotiation_open") is False
    assert fact(case, "plan_outstanding") == Decimal("800.00")
    assert case.plans.latest is not None
    assert case.plans.latest.waived == 20_000
