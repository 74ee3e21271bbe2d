"""Enforcement: the last day to apply for it, the measures that stand, what it brought in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.terms import LegalTerms, Terms
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    AppealDecided,
    AppealFiled,
    ClaimFiled,
    EnforcementClosed,
    EnforcementMeasureLifted,
    EnforcementMeasureTaken,
    EnforcementStarted,
    Event,
    JudgmentGiven,
    PaymentOrderContested,
    PaymentOrderIssued,
    PaymentReceived,
)
from support.telling import a_loan, after, fact

STARTED = ("2025-10-01", EnforcementStarted())


def judged(*more: tuple[str, Event], outcome: str = "for_lender", pay_by: str | None = None) -> Case:
    """A judgment of 2025-08-01; 15 days to appeal, two years to enforce."""
    terms = Terms(legal=LegalTerms(appeal_within="15 days", enforce_within="2 years"))
    said: dict[str, Any] = {"outcome": outcome, "pay_by": pay_by}
    judgment = JudgmentGiven.model_validate(said)
    return after(
        a_loan(terms=terms), ("2025-05-01", ClaimFiled(claim_amount="900.00")), ("2025-08-01", judgment), *more
    )


def taken(kind: str = "account_frozen", **fields: object) -> EnforcementMeasureTaken:
    return EnforcementMeasureTaken.model_validate({"measure": kind, **fields})


# --- the last day to apply ---


def test_enforcement_is_applied_for_from_the_last_day_to_pay_or_else_from_the_day_the_judgment_is_final() -> None:
    assert fact(judged(pay_by="2025-09-15"), "enforcement_ends_on") == date(2027, 9, 15)
    assert fact(judged(), "enforcement_ends_on") == date(2027, 8, 17)
    assert fact(judged(), "days_until_enforcement_ends", "2027-08-10") == 7


def test_a_judgment_against_the_lender_is_not_enforced() -> None:
    assert fact(judged(outcome="against"), "enforcement_ends_on") is None
    assert fact(a_loan(), "enforcement_ends_on") is None


def test_an_appeal_puts_off_a_last_day_to_pay_that_was_over_when_it_was_decided() -> None:
    appealed = (("2025-08-10", AppealFiled()), ("2027-10-01", AppealDecided(outcome="upheld")))
    assert fact(judged(*appealed, pay_by="2025-09-15"), "enforcement_ends_on") == date(2029, 10, 1)
    soon = (("2025-08-10", AppealFiled()), ("2025-09-01", AppealDecided(outcome="upheld")))
    assert fact(judged(*soon, pay_by="2025-09-15"), "enforcement_ends_on") == date(2027, 9, 15)


def ordered(*more: tuple[str, Event]) -> Case:
    """An order to pay of 2025-05-10; two years to enforce."""
    claim = ClaimFiled(claim_amount="900.00", track="payment_order")
    terms = Terms(legal=LegalTerms(enforce_within="2 years"))
    return after(a_loan(terms=terms), ("2025-05-01", claim), ("2025-05-10", PaymentOrderIssued()), *more)


def test_an_order_to_pay_is_enforced_as_a_judgment_is_unless_it_is_contested() -> None:
    assert fact(ordered(), "enforcement_ends_on") == date(2027, 5, 10)
    assert fact(ordered(("2025-06-01", EnforcementStarted())), "enforcement_ends_on") is None
    contested = ordered(("2025-05-20", PaymentOrderContested()))
    assert fact(contested, "enforcement_ends_on") is None
    assert fact(after(contested, ("2025-08-01", ClaimFiled(claim_amount="900.00"))), "enforcement_ends_on") is None
    assert fact(ordered(("2025-08-01", ClaimFiled(claim_amount="900.00"))), "enforcement_ends_on") is None


def test_what_an_earlier_judgment_brought_in_leaves_the_clock_of_a_later_one_alone() -> None:
    satisfied = ("2025-12-01", EnforcementClosed(outcome="satisfied"))
    later = (("2026-05-01", ClaimFiled(claim_amount="90.00")), ("2026-08-01", JudgmentGiven(outcome="for_lender")))
    assert fact(judged(STARTED, satisfied), "enforcement_ends_on") is None
    assert fact(judged(STARTED, satisfied, *later), "enforcement_ends_on") == date(2028, 8, 17)


def test_an_open_appeal_or_an_open_enforcement_has_no_last_day_to_apply() -> None:
    appealed = judged(("2025-08-10", AppealFiled()), pay_by="2025-09-15")
    assert fact(appealed, "enforcement_ends_on") is None
    decided = after(appealed, ("2025-11-01", AppealDecided(outcome="upheld")))
    assert fact(decided, "enforcement_ends_on") == date(2027, 11, 1)
    assert fact(judged(STARTED), "enforcement_ends_on") is None


def test_a_closing_that_did_not_satisfy_begins_the_time_to_apply_anew() -> None:
    closed = judged(STARTED, ("2026-03-01", EnforcementClosed(outcome="nothing_found")))
    assert fact(closed, "enforcement_ends_on") == date(2028, 3, 1)
    satisfied = judged(STARTED, ("2026-03-01", EnforcementClosed(outcome="satisfied")))
    assert fact(satisfied, "enforcement_ends_on") is None


def test_where_nobody_says_how_long_one_may_appeal_the_time_to_enforce_counts_from_the_judgment() -> None:
    terms = Terms(legal=LegalTerms(enforce_within="2 years"))
    case = after(a_loan(terms=terms), ("2025-08-01", JudgmentGiven(outcome="in_part")))
    assert fact(case, "enforcement_ends_on") == date(2027, 8, 1)


# --- measures ---


def test_enforcement_is_open_from_its_start_until_its_closing_and_can_start_again() -> None:
    case = judged(STARTED)
    assert (fact(case, "enforcement_open"), fact(case, "enforcement_started_on")) == (True, date(2025, 10, 1))
    case = after(case, ("2026-01-01", EnforcementClosed(outcome="in_part")))
    assert (fact(case, "enforcement_open"), fact(case, "enforcement_outcome")) == (False, "in_part")
    case = after(case, ("2026-02-01", EnforcementStarted()))
    assert (fact(case, "enforcement_open"), fact(case, "enforcement_outcome")) == (True, None)


@pytest.mark.parametrize("kind", ["account_frozen", "property_seized", "vehicle_seized", "wages_garnished"])
def test_a_measure_stands_from_its_taking_until_it_is_lifted(kind: str) -> None:
    case = after(a_loan(), ("2025-10-02", taken(kind, reference="m-1")))
    assert (fact(a_loan(), kind), fact(case, kind)) == (False, True)
    lifted = EnforcementMeasureLifted.model_validate({"measure": kind, "reference": "m-1"})
    assert fact(after(case, ("2025-11-01", lifted)), kind) is False


def test_enforcement_may_start_with_measures() -> None:
    case = judged(("2025-10-01", EnforcementStarted(measures=("account_frozen", "wages_garnished"))))
    assert fact(case, "account_frozen") is fact(case, "wages_garnished") is True
    assert fact(case, "vehicle_seized") is False


def test_a_lift_names_one_measure_or_all_of_its_kind() -> None:
    case = after(a_loan(), ("2025-10-02", taken(reference="m-1")), ("2025-10-03", taken(reference="m-2")))
    one = after(case, ("2025-11-01", EnforcementMeasureLifted(measure="account_frozen", reference="m-1")))
    every = after(case, ("2025-11-01", EnforcementMeasureLifted(measure="account_frozen")))
    assert (fact(one, "account_frozen"), fact(every, "account_frozen")) == (True, False)


def test_a_measure_ends_with_its_last_day_unless_it_is_taken_again_before() -> None:
    case = after(a_loan(), ("2025-10-02", taken(reference="m-1", until="2026-10-01")))
    frozen = built_in()["account_frozen"]
    assert (fact(case, frozen, "2026-10-01"), fact(case, frozen, "2026-10-02")) == (True, False)
    assert frozen.until(case, date(2025, 10, 2)) == date(2026, 10, 2)
    assert fact(case, "days_until_measures_end", "2026-09-01") == 30

    again = after(case, ("2026-09-15", taken(reference="m-1", until="2027-10-01")))
    assert fact(again, frozen, "2026-10-02") is True
    assert fact(again, "measures_end_on") == date(2027, 10, 1)


def test_the_first_end_is_that_of_the_measure_that_ends_first_among_those_that_stand() -> None:
    case = after(
        a_loan(),
        ("2025-10-02", taken("vehicle_seized", until="2027-10-01")),
        ("2025-10-03", taken(until="2026-10-01")),
        ("2025-10-04", taken("wages_garnished")),
    )
    assert fact(case, "measures_end_on") == date(2026, 10, 1)
    assert built_in()["measures_end_on"].until(case, date(2025, 10, 4)) == date(2026, 10, 2)
    assert fact(case, "measures_end_on", "2026-10-02") == date(2027, 10, 1)
    assert fact(case, "measures_end_on", "2027-10-02") is None


@pytest.mark.parametrize(
    ("outcome", "stands"),
    [(None, False), ("satisfied", False), ("withdrawn", False), ("in_part", True), ("nothing_found", True)],
)
def test_measures_outlive_a_closing_that_found_nothing_or_a_part(outcome: str | None, stands: bool) -> None:
    closed = EnforcementClosed.model_validate({"outcome": outcome})
    case = judged(STARTED, ("2025-10-02", taken()), ("2026-01-01", closed))
    assert fact(case, "account_frozen") is stands


def test_a_measure_told_late_stands_where_it_belongs() -> None:
    """The lift is noticed first; the measure that it ended, afterwards."""
    late = taken(reference="m-1", happened_at="2025-10-02T12:00:00+00:00")
    lifted = EnforcementMeasureLifted(measure="account_frozen", reference="m-1")
    assert fact(after(a_loan(), ("2025-11-01", lifted), ("2025-11-02", late)), "account_frozen") is False


def test_a_measure_cannot_end_before_it_is_taken() -> None:
    with pytest.raises(EventRefused, match="a measure of 2025-10-02 cannot end on 2025-10-01"):
        after(a_loan(), ("2025-10-02", taken(until="2025-10-01")))


# --- what came in ---


def paid(amount: str, on: str) -> tuple[str, Event]:
    return on, PaymentReceived.model_validate({"amount": amount, "value_date": on})


def test_what_is_paid_after_the_start_and_up_to_the_closing_was_recovered() -> None:
    case = judged(paid("10.00", "2025-10-01"), STARTED, paid("200.00", "2025-11-01"))
    assert fact(judged(), "enforcement_recovered") is None
    assert fact(case, "enforcement_recovered") == Decimal("200.00")

    case = after(case, ("2025-12-01", EnforcementClosed()), paid("50.00", "2025-12-20"))
    assert fact(case, "enforcement_recovered") == Decimal("200.00")


def test_the_closings_own_word_on_what_was_recovered_goes_before() -> None:
    case = judged(STARTED, paid("200.00", "2025-11-01"), ("2025-12-01", EnforcementClosed(recovered="230.00")))
    assert fact(case, "enforcement_recovered") == Decimal("230.00")


def test_money_of_a_later_value_date_is_recovered_on_that_day() -> None:
    case = judged(STARTED, ("2025-11-01", PaymentReceived(amount="200.00", value_date=date(2025, 11, 9))))
    assert fact(case, "enforcement_recovered", "2025-11-08") == Decimal("0.00")
    assert built_in()["enforcement_recovered"].until(case, date(2025, 11, 1)) == date(2025, 11, 9)
    assert fact(case, "enforcement_recovered", "2025-11-09") == Decimal("200.00")
