"""The suit: a claim from its filing to its end, the order to pay, mediation, hearings, settlement."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    ClaimAccepted,
    ClaimFiled,
    ClaimRejected,
    ClaimWithdrawn,
    Event,
    HearingHeld,
    HearingScheduled,
    Instalment,
    JudgmentGiven,
    MediationHeld,
    PaymentOrderContested,
    PaymentOrderIssued,
    PaymentReceived,
    PaymentReversed,
    SettlementReached,
    WaiverGranted,
)
from support.telling import a_loan, after, fact

JULY = date(2025, 7, 1)
CLAIM = ("2025-05-01", ClaimFiled(claim_amount="900.00"))


def paid(amount: str, on: str, **fields: object) -> tuple[str, PaymentReceived]:
    return on, PaymentReceived.model_validate({"amount": amount, "value_date": on, **fields})


def test_before_a_claim_its_facts_are_missing() -> None:
    case = a_loan()

    names = ("claim_amount", "claim_outstanding", "filed_on", "days_since_filed", "claim_track", "hearing_on")
    assert [fact(case, name) for name in names] == [None] * len(names)


def test_a_claim_is_known_by_its_amount_and_the_day_of_its_filing() -> None:
    case = after(a_loan(), ("2025-05-04", ClaimFiled(claim_amount="900.00 CNY", filed_on=date(2025, 5, 1))))

    assert fact(case, "claim_amount") == Decimal("900.00")
    assert fact(case, "filed_on") == date(2025, 5, 1)
    assert fact(case, "days_since_filed") == 3


def test_a_claim_withdrawn_is_no_claim_and_one_filed_again_is() -> None:
    case = after(a_loan(), CLAIM, ("2025-06-01", ClaimWithdrawn()))
    assert fact(case, "claim_amount") is None
    assert fact(case, "claim_outstanding") is None

    case = after(case, ("2025-07-01", ClaimFiled(claim_amount="800.00")))
    assert fact(case, "claim_outstanding") == Decimal("800.00")


def test_what_is_paid_or_waived_after_the_filing_comes_off_the_claim() -> None:
    case = after(
        a_loan(),
        paid("100.00", "2025-04-01"),
        CLAIM,
        paid("50.00", "2025-05-01"),
        paid("200.00", "2025-05-10"),
        ("2025-05-20", WaiverGranted(amount="30.00", component="principal", effective_on=date(2025, 5, 20))),
    )

    assert fact(case, "claim_outstanding") == Decimal("670.00")
    assert fact(case, "claim_amount") == Decimal("900.00")


def test_a_reversed_payment_is_owed_on_the_claim_again() -> None:
    case = after(a_loan(), CLAIM, paid("200.00", "2025-05-10", id="p-1"))
    case = after(case, ("2025-05-20", PaymentReversed(payment_id="p-1", reversed_on=date(2025, 5, 20))))

    assert fact(case, "claim_outstanding") == Decimal("900.00")


def test_a_payment_of_a_later_value_date_comes_off_the_claim_on_that_day() -> None:
    ahead = PaymentReceived(amount="200.00", value_date=date(2025, 5, 20))
    case = after(a_loan(), CLAIM, ("2025-05-10", ahead))

    assert fact(case, "claim_outstanding", "2025-05-19") == Decimal("900.00")
    assert fact(case, "claim_outstanding", "2025-05-20") == Decimal("700.00")


def test_a_claim_paid_in_full_and_more_leaves_nothing() -> None:
    case = after(a_loan(), CLAIM, paid("1000.00", "2025-05-10"))

    assert fact(case, "claim_outstanding") == Decimal("0.00")


def test_an_amount_in_another_currency_is_refused() -> None:
    with pytest.raises(EventRefused, match="is not in CNY"):
        after(a_loan(), ("2025-05-01", ClaimFiled(claim_amount="900.00 EUR")))


# --- where a claim ends ---


@pytest.mark.parametrize("end", [ClaimWithdrawn(), ClaimRejected(reason="no jurisdiction")])
def test_a_claim_that_is_over_leaves_nothing_of_it_standing(end: Event) -> None:
    filed = after(a_loan(), CLAIM, ("2025-05-03", ClaimAccepted()), ("2025-05-04", HearingScheduled(hearing_on=JULY)))
    over = after(filed, ("2025-06-01", end))

    names = ("claim_amount", "claim_outstanding", "filed_on", "claim_track", "claim_accepted_on", "hearing_on")
    assert None not in [fact(filed, name) for name in names]
    assert [fact(over, name) for name in names] == [None] * len(names)
    assert (fact(filed, "claim_accepted"), fact(over, "claim_accepted")) == (True, False)


def test_a_rejection_is_known_until_another_claim_is_filed_and_an_acceptance_speaks_of_one_claim_only() -> None:
    case = after(a_loan(), CLAIM, ("2025-05-03", ClaimAccepted()), ("2025-06-01", ClaimRejected()))
    assert fact(case, "claim_rejected") is True

    case = after(case, ("2025-07-01", ClaimFiled(claim_amount="900.00", track="small_claims")))
    assert (fact(case, "claim_rejected"), fact(case, "claim_accepted")) == (False, False)
    assert fact(case, "claim_track") == "small_claims"

    case = after(case, ("2025-07-04", ClaimAccepted()))
    assert fact(case, "claim_accepted_on") == date(2025, 7, 4)
    assert fact(case, "days_since_claim_accepted", "2025-07-14") == 10


def test_a_claim_adopted_half_way_is_accepted_though_its_filing_is_not_known() -> None:
    assert fact(after(a_loan(), ("2025-07-04", ClaimAccepted())), "claim_accepted") is True


# --- the order to pay ---

ORDER = ("2025-05-01", ClaimFiled(claim_amount="900.00", track="payment_order"))


def test_an_order_to_pay_is_issued_and_voided_by_the_borrowers_objection() -> None:
    issued = after(a_loan(), ORDER, ("2025-05-10", PaymentOrderIssued(amount="900.00")))
    assert fact(issued, "payment_order_issued_on") == date(2025, 5, 10)
    assert fact(issued, "claim_amount") == Decimal("900.00")

    contested = after(issued, ("2025-05-20", PaymentOrderContested()))
    assert fact(contested, "payment_order_contested") is True
    assert fact(contested, "claim_amount") is None

    sued = after(contested, ("2025-06-01", ClaimFiled(claim_amount="900.00")))
    assert fact(sued, "payment_order_contested") is False
    assert fact(sued, "payment_order_issued_on") is None
    assert fact(sued, "claim_amount") == Decimal("900.00")


def test_an_objection_voids_no_claim_that_asked_for_no_order() -> None:
    case = after(a_loan(), CLAIM, ("2025-05-20", PaymentOrderContested()))
    assert fact(case, "claim_amount") == Decimal("900.00")


# --- mediation, hearings, settlement ---


def test_the_day_of_a_hearing_is_the_one_set_last_until_a_hearing_is_held_on_it() -> None:
    case = after(a_loan(), CLAIM, ("2025-05-02", HearingScheduled(hearing_on=date(2025, 6, 1))))
    case = after(case, ("2025-05-20", HearingScheduled(hearing_on=JULY)))
    assert (fact(case, "hearing_on"), fact(case, "days_until_hearing", "2025-06-28")) == (JULY, 3)

    early = after(case, ("2025-06-01", HearingHeld()))
    assert (fact(early, "hearing_on"), fact(early, "hearings_held")) == (JULY, 1)

    held = after(early, ("2025-07-01", HearingHeld()))
    assert (fact(held, "hearing_on"), fact(held, "hearings_held")) == (None, 2)


def test_a_judgment_makes_a_hearing_needless() -> None:
    case = after(a_loan(), CLAIM, ("2025-05-02", HearingScheduled(hearing_on=JULY)))
    assert fact(after(case, ("2025-06-01", JudgmentGiven(outcome="for_lender"))), "hearing_on") is None


def test_a_hearing_cannot_be_set_for_a_day_that_is_over() -> None:
    with pytest.raises(
        EventRefused, match=r"was set on 2025-05-02 for 2025-04-30, a day that was over; .* `happened_at`"
    ):
        after(a_loan(), ("2025-05-02", HearingScheduled(hearing_on=date(2025, 4, 30))))


def test_mediation_and_settlement_are_known_by_their_latest() -> None:
    settled = SettlementReached(amount="500.00", instalments=(Instalment(due_on=JULY, amount="500.00"),))
    case = after(
        a_loan(),
        ("2025-05-05", MediationHeld(outcome="adjourned")),
        ("2025-05-15", MediationHeld(outcome="settled")),
        ("2025-05-16", settled),
    )

    assert (fact(case, "mediation_on"), fact(case, "mediation_outcome")) == (date(2025, 5, 15), "settled")
    assert (fact(case, "settlement_on"), fact(case, "settlement_amount")) == (date(2025, 5, 16), Decimal("500.00"))
