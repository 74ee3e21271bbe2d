"""The legal road and hand-over: what the latest event of each kind says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    CaseAssessed,
    ChargedOff,
    ClaimAccepted,
    ClaimFiled,
    ClaimWithdrawn,
    Closed,
    DebtSold,
    EnforcementClosed,
    EnforcementStarted,
    Event,
    JudgmentGiven,
    PaymentReceived,
    PaymentReversed,
    PlacedWithAgency,
    PreservationGranted,
    Recalled,
    WaiverGranted,
    WrittenOff,
)
from support.telling import a_loan, after, fact, noon

CLAIM = ("2025-05-01", ClaimFiled(claim_amount="900.00"))


def paid(amount: str, on: str, **fields: object) -> tuple[str, PaymentReceived]:
    return on, PaymentReceived.model_validate({"amount": amount, "value_date": on, **fields})


def test_before_a_claim_its_facts_are_missing() -> None:
    case = a_loan()

    names = (
        "claim_amount",
        "claim_outstanding",
        "filed_on",
        "days_since_filed",
        "expected_recovery",
        "judgment_outcome",
    )
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


def test_counsels_view_is_the_latest_one_and_what_it_leaves_out_is_missing() -> None:
    case = after(
        a_loan(),
        ("2025-05-01", CaseAssessed(recommendation="wait", expected_recovery="500.00", legal_cost="80.00")),
        ("2025-05-02", CaseAssessed(recommendation="sue", expected_recovery="600.00")),
    )

    assert fact(case, "expected_recovery") == Decimal("600.00")
    assert fact(case, "legal_cost") is None


def test_a_view_told_late_does_not_replace_a_later_one() -> None:
    late = CaseAssessed(recommendation="wait", expected_recovery="1.00", happened_at=noon("2025-04-01"))
    case = after(
        a_loan(), ("2025-05-01", CaseAssessed(recommendation="sue", expected_recovery="600.00")), ("2025-05-02", late)
    )

    assert fact(case, "expected_recovery") == Decimal("600.00")


def test_a_judgment_has_a_day_an_outcome_and_an_amount() -> None:
    case = after(a_loan(), ("2025-08-01", JudgmentGiven(outcome="in_part", amount="450.00")))

    assert fact(case, "judgment_on") == date(2025, 8, 1)
    assert fact(case, "judgment_outcome") == "in_part"
    assert fact(case, "judgment_amount") == Decimal("450.00")
    assert fact(case, "days_since_judgment", "2025-08-11") == 10


@pytest.mark.parametrize(
    ("name", "begun", "ended"),
    [
        ("claim_accepted", ClaimAccepted(), ClaimWithdrawn()),
        ("preserved", PreservationGranted(), None),
        ("enforcement_open", EnforcementStarted(measures=("account_frozen",)), EnforcementClosed()),
        ("placed_with_agency", PlacedWithAgency(agency="north"), Recalled()),
        ("sold", DebtSold(buyer="fund"), None),
        ("charged_off", ChargedOff(amount="1.00"), None),
        ("written_off", WrittenOff(), None),
        ("closed_by_host", Closed(), None),
    ],
)
def test_a_flag_stands_from_its_event_until_what_ends_it(name: str, begun: Event, ended: Event | None) -> None:
    before = a_loan()
    during = after(before, ("2025-06-01", begun))

    assert (fact(before, name), fact(during, name)) == (False, True)
    if ended is not None:
        assert fact(after(during, ("2025-07-01", ended)), name) is False
        again = begun.model_copy(update={"id": "again"})
        assert fact(after(during, ("2025-07-01", ended), ("2025-08-01", again)), name) is True


def test_an_amount_in_another_currency_is_refused() -> None:
    with pytest.raises(EventRefused, match="is not in CNY"):
        after(a_loan(), ("2025-05-01", ClaimFiled(claim_amount="900.00 EUR")))
