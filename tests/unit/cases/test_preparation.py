"""Before a suit: counsel's view, the law firm, evidence and leads, assets frozen before judgment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from overdue_flow.cases.facts import built_in
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    CaseAssessed,
    EvidenceAdded,
    LawFirmEngaged,
    LawFirmReleased,
    PreservationGranted,
    PreservationReleased,
    PropertyLeadFound,
)
from support.telling import a_loan, after, fact, noon


def test_counsels_view_is_the_latest_one_and_what_it_leaves_out_is_missing() -> None:
    case = after(
        a_loan(),
        ("2025-05-01", CaseAssessed(recommendation="wait", expected_recovery="500.00", legal_cost="80.00")),
        ("2025-05-02", CaseAssessed(recommendation="sue", expected_recovery="600.00")),
    )

    assert (fact(case, "legal_recommendation"), fact(case, "case_assessed_on")) == ("sue", date(2025, 5, 2))
    assert fact(case, "expected_recovery") == Decimal("600.00")
    assert fact(case, "legal_cost") is None


def test_a_view_told_late_does_not_replace_a_later_one() -> None:
    late = CaseAssessed(recommendation="wait", expected_recovery="1.00", happened_at=noon("2025-04-01"))
    case = after(
        a_loan(), ("2025-05-01", CaseAssessed(recommendation="sue", expected_recovery="600.00")), ("2025-05-02", late)
    )

    assert fact(case, "expected_recovery") == Decimal("600.00")


def test_a_law_firm_acts_from_its_engagement_until_it_is_released() -> None:
    case = after(a_loan(), ("2025-05-01", LawFirmEngaged(firm="north")))
    assert (fact(case, "law_firm_engaged"), fact(case, "law_firm_engaged_on")) == (True, date(2025, 5, 1))

    case = after(case, ("2025-06-01", LawFirmReleased()))
    assert (fact(case, "law_firm_engaged"), fact(case, "law_firm_engaged_on")) == (False, None)

    case = after(case, ("2025-07-01", LawFirmEngaged(firm="south")))
    assert fact(case, "days_since_law_firm_engaged", "2025-07-08") == 7


def test_every_piece_of_evidence_and_every_lead_counts_and_known_values_add_up() -> None:
    case = a_loan()
    assert (fact(case, "evidence_items"), fact(case, "property_leads"), fact(case, "property_leads_value")) == (
        0,
        0,
        None,
    )

    case = after(
        case,
        ("2025-05-01", EvidenceAdded(document="contract", reference="c-1")),
        ("2025-05-01", EvidenceAdded(document="recording", reference="r-1")),
        ("2025-05-02", PropertyLeadFound(lead="vehicle", reference="v-1", value="300.00")),
        ("2025-05-02", PropertyLeadFound(lead="account", reference="a-1")),
        ("2025-05-03", PropertyLeadFound(lead="property", reference="h-1", value="900.50")),
    )
    assert (fact(case, "evidence_items"), fact(case, "property_leads")) == (2, 3)
    assert fact(case, "property_leads_value") == Decimal("1200.50")


def test_assets_are_frozen_until_released_or_to_the_end_of_the_last_day() -> None:
    case = after(a_loan(), ("2025-05-01", PreservationGranted(amount="900.00", until=date(2025, 6, 30))))
    preserved = built_in()["preserved"]

    assert (fact(case, "preserved", "2025-06-30"), fact(case, "preserved", "2025-07-01")) == (True, False)
    assert preserved.until(case, date(2025, 5, 1)) == date(2025, 7, 1)
    assert preserved.until(case, date(2025, 7, 1)) is None
    assert fact(case, "days_until_preservation_ends", "2025-06-25") == 5

    longer = after(case, ("2025-06-20", PreservationGranted(until=date(2025, 12, 31))))
    assert fact(longer, "preserved", "2025-07-01") is True
    released = after(longer, ("2025-07-02", PreservationReleased()))
    assert (fact(released, "preserved"), fact(released, "preservation_ends_on")) == (False, None)


def test_a_preservation_without_a_last_day_stands_until_it_is_released() -> None:
    case = after(a_loan(), ("2025-05-01", PreservationGranted()))
    assert (fact(case, "preserved", "2029-01-01"), fact(case, "preservation_ends_on")) == (True, None)
    assert built_in()["preserved"].until(case, date(2025, 5, 1)) is None


def test_a_preservation_cannot_end_before_it_begins() -> None:
    with pytest.raises(EventRefused, match="a preservation of 2025-05-01 cannot end on 2025-04-30, before it begins"):
        after(a_loan(), ("2025-05-01", PreservationGranted(until=date(2025, 4, 30))))


def test_a_lead_valued_in_another_currency_is_refused() -> None:
    with pytest.raises(EventRefused, match="is not in CNY"):
        after(a_loan(), ("2025-05-01", PropertyLeadFound(lead="account", reference="a", value="9.00 EUR")))
