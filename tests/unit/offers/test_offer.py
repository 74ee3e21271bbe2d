"""An offer: what it is worth, who can pay it, and the events that say it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext

import pytest

from overdue_flow.cases.events import OfferMade, PlanAgreed, SettlementReached
from overdue_flow.errors import OfferRefused
from overdue_flow.offers import (
    Amounts,
    Rhythm,
    annuity,
    arrears_by_instalments,
    capitalisation,
    catch_up,
    compare,
    deferral_without_interest,
    partial_waiver,
    settlement,
    term_extension,
)
from overdue_flow.offers.menu import offers_on
from support.contracts import contract

LATE = Amounts(Decimal("90.00"), Decimal("9.00"), Decimal("1.00"))
LOAN = contract(600, "0.12", 6, overdue=LATE)


@pytest.mark.parametrize(("periods", "loss"), [(1, "0.0068198"), (2, "0.0135932"), (3, "0.0203203")])
def test_value_is_lost_by_waiting_free_of_interest(periods: int, loss: str) -> None:
    offer = deferral_without_interest(contract(2_500, "0.0824", 12), periods)
    assert offer.npv_loss.quantize(Decimal("0.0000001")) == Decimal(loss)
    assert offer.is_diminished is (periods > 1)
    assert offer.npv == (offer.contract.value * (1 - offer.npv_loss)).quantize(Decimal("0.01"))


def test_value_is_lost_from_one_percent_on() -> None:
    loan = contract(1_000, "0", 1, overdue=Amounts(costs=Decimal(10)))
    exactly = partial_waiver(contract(990, "0", 1, overdue=Amounts(costs=Decimal(10))), costs=1)
    assert (exactly.npv_loss, exactly.is_diminished) == (Decimal("0.01"), False)
    assert partial_waiver(loan, costs=1).npv_loss < Decimal("0.01")


def test_all_due_dates_must_be_covered_by_what_is_left_in_a_month() -> None:
    offer = catch_up(LOAN, 3)
    assert offer.monthly_burden == offer.largest_instalment == Decimal("136.87")
    assert [offer.affordable(income) for income in ("136.86", "136.87", 200, 0, "-5")] == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_a_quarter_is_paid_from_three_months_and_a_fortnight_from_half_of_one() -> None:
    quarterly = annuity(contract(1_200, "0", 4, rhythm=Rhythm(months=3)), 4)
    assert [quarterly.affordable(income) for income in ("100", "99.99")] == [True, False]
    fortnightly = annuity(contract(1_200, "0", 12, rhythm=Rhythm(days=14)), 12)
    assert [fortnightly.affordable(income) for income in ("218", "217")] == [True, False]


def test_what_goes_on_beside_an_offer_must_be_covered_too() -> None:
    offer = arrears_by_instalments(LOAN, 10)
    assert offer.affordable("113.60")
    assert not offer.affordable("113.50")


def test_an_offer_is_made_with_what_it_lets_go() -> None:
    offer = partial_waiver(LOAN, interest=1, costs=1)
    made = offer.as_event(id="e-1", offer_id="o-1", valid_until=date(2026, 2, 1), role="negotiator")
    assert made == OfferMade(
        id="e-1",
        offer_id="o-1",
        plan="partial_waiver",
        instalments=offer.schedule,
        waives_interest=Decimal(9),
        waives_costs=Decimal(1),
        valid_until=date(2026, 2, 1),
        role="negotiator",
    )
    assert made.waives_principal is None
    plain = term_extension(LOAN, 3).as_event()
    assert (plain.plan, plain.waives_costs, plain.waives_interest) == ("term_extension", None, None)


def test_an_offer_is_agreed_as_a_plan_or_a_settlement() -> None:
    plan = catch_up(LOAN, 3).agreed(plan_id="p-1", grace_days=3)
    assert isinstance(plan, PlanAgreed)
    assert (plan.plan, plan.replaces_contract, plan.waived_on_completion, plan.grace_days) == (
        "catch_up",
        True,
        None,
        3,
    )
    beside = arrears_by_instalments(LOAN, 3).agreed()
    assert isinstance(beside, PlanAgreed)
    assert beside.replaces_contract is False
    settled = settlement(LOAN, "0.2", parts=2).agreed(plan_id="s-1")
    assert isinstance(settled, SettlementReached)
    assert settled.amount == settlement(LOAN, "0.2", parts=2).totals.total
    assert settled.waived_on_completion == LOAN.balance.total - settled.amount


def test_interest_that_an_offer_adds_is_said_as_a_charge_of_its_last_day() -> None:
    longer = term_extension(LOAN, 6)
    charge = longer.charged(id="c-1")
    assert charge is not None
    assert charge.amount == longer.added_interest == longer.totals.total - LOAN.balance.total
    assert (charge.due_on, charge.component, charge.id) == (longer.ends_on, "interest", "c-1")
    assert catch_up(LOAN, 3).charged() is None


def test_costs_that_were_capitalised_are_not_let_go() -> None:
    offer = capitalisation(LOAN, instalments=1, with_costs=True)
    assert offer.let_go.total == offer.waived_on_completion > 0
    assert (offer.let_go.costs, offer.let_go.principal) == (0, 0)


def test_an_offer_changes_the_contract_unless_it_stands_beside_it() -> None:
    offer = term_extension(LOAN, 6)
    changed = offer.modified(id="m-1", reason="hardship")
    assert (changed.effective_on, changed.instalments) == (LOAN.day, offer.schedule)
    with pytest.raises(OfferRefused, match="stands beside the contract"):
        arrears_by_instalments(LOAN, 3).modified()


def test_what_the_host_set_for_decimals_changes_nothing() -> None:
    plain = compare(LOAN, offers_on(LOAN)[0], 300)
    with localcontext() as context:
        context.prec = 2
        odd = compare(LOAN, offers_on(LOAN)[0], 300)
        assert (odd.text(), odd.as_data()) == (plain.text(), plain.as_data())


def test_a_value_is_a_value() -> None:
    assert term_extension(LOAN, 6) == term_extension(LOAN, 6)
    assert hash(LOAN) == hash(contract(600, "0.12", 6, overdue=LATE))


def test_a_settlement_does_not_wait_for_a_period_of_the_contract() -> None:
    quarterly = contract(1_200, "0", 4, rhythm=Rhythm(months=3))
    assert [settlement(quarterly, "0").affordable(income) for income in ("1200", "1199")] == [True, False]
    weekly = contract(1_200, "0", 12, rhythm=Rhythm(days=7))
    assert settlement(weekly, "0").affordable("1200"), "a month's income is there when it falls due"
    parts = settlement(quarterly, "0", parts=2, pay_within_days=0)
    assert [parts.affordable(income) for income in ("600", "599")] == [True, False]
    assert settlement(quarterly, "0", pay_within_days=365).affordable("100")
