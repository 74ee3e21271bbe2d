"""An offer that is agreed and kept to the last instalment leaves nothing owed on the loan's own ledger.

The contract is read from the case, the offer goes back to it as events, and the ledger finds the rest: so an offer and
the ledger agree to the minor unit, as a plan, as a settlement and as a changed contract.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.events import ChargeAdded, Event, Instalment
from overdue_flow.cases.terms import Terms
from overdue_flow.cases.waterfall import ONE_DAY
from overdue_flow.errors import OfferRefused
from overdue_flow.offers import Offer, contract_of
from overdue_flow.offers.menu import KINDS, Wishes, offers_on
from support.contracts import offers
from support.ledgers import FIRST, Life, Told, day, lives

LOAN = [
    Instalment(due_on=date(2025, month, 28), principal=Decimal(1000), interest=Decimal(72 - 6 * month))
    for month in range(1, 11)
]
ON = "2025-04-10"


def late_loan() -> Told:
    """Three instalments are overdue, of which a part of one was paid; penal charges are due, and a fee is to come."""
    story = Told(LOAN, Terms()).pays("500.00", "2025-02-03")
    story.hears(ChargeAdded(amount=Decimal("35.50"), due_on=day("2025-03-01")), on="2025-03-01")
    return story.hears(ChargeAdded(amount=Decimal("12.00"), due_on=day("2025-05-05")), on="2025-03-02")


def offer_on(story: Told, kind: Any) -> Offer:
    wished = Wishes(instalment="640.00", waived="0.3", months=4)
    (offer,), left_out = offers_on(contract_of(story.case, day(ON)), wished, [kind])
    assert not left_out
    return offer


def kept(story: Told, offer: Offer) -> Told:
    for on, amount in offer.flows:
        story.pays(f"{amount:f}", on)
    return story


def agreed(story: Told, *events: Event | None) -> Told:
    for event in events:
        if event is not None:
            story.hears(event, on=ON)
    return story


def nothing_is_left(story: Told, offer: Offer) -> None:
    """On the last day nothing is owed; once everything would have fallen due, nothing is owed back either."""
    assert story.says("plan_completed", offer.ends_on) is True
    assert story.says("balance", offer.ends_on) == story.says("overdue_amount", offer.ends_on) == 0
    at_last = max(day for day, _ in (*offer.flows, *offer.contract.flows))
    assert story.case.ledger.books.credit_on(at_last) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_that_is_kept_is_completed_and_nothing_is_owed(kind: str) -> None:
    story = late_loan()
    offer = offer_on(story, kind)
    kept(agreed(story, offer.charged(), offer.agreed(plan_id="plan-1")), offer)
    nothing_is_left(story, offer)


@pytest.mark.parametrize("kind", KINDS)
def test_an_offer_that_is_accepted_by_its_id_lets_go_of_the_same(kind: str) -> None:
    story = late_loan()
    offer = offer_on(story, kind)
    made = offer.as_event(offer_id="offer-1", valid_until=day("2025-04-30"), role="negotiator")
    said = offer.agreed(plan_id="plan-1")
    if said.kind == "PlanAgreed":
        said = said.model_copy(update={"offer_id": "offer-1", "waived_on_completion": None, "instalments": ()})
    kept(agreed(story, offer.charged(), made, said), offer)
    assert story.says("balance", offer.ends_on) == 0


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"arrears_by_instalments"}))
def test_a_contract_that_is_changed_for_good_owes_what_the_offer_says(kind: str) -> None:
    story = late_loan()
    offer = offer_on(story, kind)
    agreed(story, offer.modified())
    assert story.says("balance", ON) == offer.totals.total
    assert story.says("overdue_amount", ON) == 0
    assert story.says("next_due_on", ON) == offer.schedule[0].due_on
    assert kept(story, offer).says("balance", offer.ends_on) == 0


def test_a_plan_that_fails_leaves_the_contract_as_it_was() -> None:
    story = late_loan()
    owed = story.says("balance", ON)
    agreed(story, offer_on(story, "settlement").agreed())
    assert story.says("dpd", ON) == 0
    assert story.says("balance", "2025-12-01") == owed
    assert story.says("dpd", "2026-12-01") > 300


def test_while_a_plan_runs_beside_it_the_contract_is_read_as_it_is() -> None:
    story = late_loan()
    before = contract_of(story.case, day(ON))
    agreed(story, offer_on(story, "catch_up").agreed())
    assert contract_of(story.case, day(ON)) == before


@given(offers())
def test_any_offer_that_is_kept_leaves_nothing_owed(offer: Offer) -> None:
    contract = offer.contract
    overdue = contract.overdue
    late = Instalment(
        due_on=contract.day - ONE_DAY, principal=overdue.principal, interest=overdue.interest, costs=overdue.costs
    )
    instalments = [late, *contract.coming] if overdue.total else contract.coming
    story = Told(instalments, Terms(currency=contract.currency), contract.day - 40 * ONE_DAY)
    read = contract_of(story.case, contract.day, contract.annual_rate)
    assert (read.coming, read.overdue) == (contract.coming, overdue)
    for event in (offer.charged(), offer.agreed(plan_id="plan-1")):
        if event is not None:
            story.hears(event, on=contract.day)
    kept(story, offer)
    nothing_is_left(story, offer)


@given(lives(), st.integers(0, 200))
def test_a_contract_says_what_any_ledger_says(life: Life, after: int) -> None:
    story, _ = life.told()
    on = max(FIRST + after * ONE_DAY, story.case.day)
    left = sum(due.total for due in story.case.ledger.books.account_on(on).left())
    if not left:
        with pytest.raises(OfferRefused, match="nothing is owed"):
            contract_of(story.case, on, "0.12")
        return
    contract = contract_of(story.case, on, "0.12")
    assert contract.balance.total == left
    assert contract.overdue.total >= story.says("overdue_amount", on)
    assert all(one.due_on >= on for one in contract.coming)
