"""Peers' cases of restructuring, re-ageing, cure and write-off, told in the words of offers, plans and the books: an
offer that is worked out here has the peer's amounts, the plan that it makes cures as theirs does, and one that is taken
back leaves the old arrears."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from overdue_flow.events import EventRetracted, PlanCancelled, WrittenOff
from overdue_flow.offers import Offer, annuity, arrears_spread, contract_of
from support.peers import killbill
from support.peers.cases import PeerCase, on, read_cases
from support.peers.fineract import grace_ends_on, loan, product
from support.peers.killbill import opened
from support.peers.lender import LOAN, Lender
from support.peers.policies import by_severity


@pytest.fixture(scope="module")
def cases(shared_facts: Path) -> dict[str, PeerCase]:
    return read_cases(shared_facts)


def offered(lender: Lender, case: PeerCase, as_of: date) -> Offer:
    """What the peer did to the schedule, as an offer at no interest on the loan as it stands."""
    contract = contract_of(lender.case(as_of), as_of, 0)
    return annuity(contract, 6) if case.id == "FI-45" else arrears_spread(contract)


AMOUNTS = {"FI-45": ["125.00"] * 6, "FI-46": ["187.50", "187.50"]}
"""What each instalment comes to: Fineract rounds FI-46 to whole units, 187 and 188."""


@pytest.mark.parametrize("name", AMOUNTS)
def test_an_offer_has_the_amounts_of_the_peer(cases: dict[str, PeerCase], name: str) -> None:
    case = cases[name]
    as_of = on(case.checks[1]["as_of"])
    offer = offered(loan(case, (), product(case.inputs)), case, as_of)
    assert [one.principal for one in offer.schedule] == [Decimal(amount) for amount in AMOUNTS[name]]
    assert all(one.due_on >= as_of for one in offer.schedule)


@pytest.mark.parametrize("name", AMOUNTS)
def test_a_plan_cures_as_a_new_schedule_does_and_the_old_days_are_back_when_it_ends(
    cases: dict[str, PeerCase], name: str
) -> None:
    case = cases[name]
    text = product(case.inputs)
    lender = loan(case, (), text)
    before, agreed, undone = case.checks
    for check, told in ((before, None), (agreed, "agreed"), (undone, "undone")):
        as_of = on(check["as_of"])
        if told == "agreed":
            lender.happened(offered(lender, case, as_of).agreed(plan_id="re-aged"), as_of)
        elif told == "undone":
            lender.happened(PlanCancelled(plan_id="re-aged"), as_of)
        due_on = check["expect"]["delinquent_date"]
        assert lender.fact("bucket", as_of) == check["expect"]["range"]
        assert grace_ends_on(lender.fact("oldest_due_on", as_of), text) == (due_on and on(due_on))


def test_a_loan_that_is_written_off_is_left_alone_and_still_owed(cases: dict[str, PeerCase]) -> None:
    """KB-12, without letting go of the money: what is written off is a fact, and the policy says what that means."""
    case = cases["KB-12"]
    worst_first = [
        (name, f"({when}) and not written_off")
        for name, when in killbill.states(case.inputs["states_most_severe_first"])
    ]
    lender = opened(case, by_severity(worst_first))
    hidden, seen = case.checks
    as_of = on(hidden["as_of"])
    lender.happened(WrittenOff(id="off"), date(2012, 5, 31))
    assert lender.stage(as_of) == hidden["expect"]["state"]
    assert lender.fact("balance", as_of) == Decimal("249.95")
    assert lender.fact("written_off", as_of) is True
    lender.happened(EventRetracted(event_id="off"), as_of)
    assert lender.flow.case(LOAN).course.stage == seen["expect"]["state"]
