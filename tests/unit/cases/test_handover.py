"""Hand-over and the end: agency, disposal, sale, charge-off, the credit record, the survey."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from overdue_flow.cases.facts import built_in
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    AssetDisposed,
    ChargedOff,
    Closed,
    CreditCorrected,
    CreditNoticeGiven,
    CreditReported,
    DebtSold,
    Event,
    PaymentReceived,
    PaymentReversed,
    PlacedWithAgency,
    Recalled,
    SurveyAnswered,
    WrittenOff,
)
from support.telling import a_loan, after, fact, noon

JUNE = date(2025, 6, 1)


@pytest.mark.parametrize(
    ("name", "begun", "dated"),
    [
        ("sold", DebtSold(buyer="fund"), "sold_on"),
        ("charged_off", ChargedOff(amount="1.00"), "charged_off_on"),
        ("written_off", WrittenOff(), "written_off_on"),
        ("credit_reported", CreditReported(bureau="pboc"), "credit_reported_on"),
        ("closed_by_host", Closed(), "closed_on"),
    ],
)
def test_what_is_done_for_good_stands_from_its_event_on_and_has_a_day(name: str, begun: Event, dated: str) -> None:
    before = a_loan()
    during = after(before, ("2025-06-01", begun))

    assert (fact(before, name), fact(during, name)) == (False, True)
    assert (fact(before, dated), fact(during, dated)) == (None, JUNE)
    assert fact(during, f"days_since_{dated.removesuffix('_on')}", "2025-06-11") == 10


# --- the agency ---


def test_an_agency_collects_until_it_is_recalled() -> None:
    case = after(a_loan(), ("2025-06-01", PlacedWithAgency(agency="north")))
    assert (fact(case, "placed_with_agency"), fact(case, "agency")) == (True, "north")
    assert (fact(case, "placed_with_agency_on"), fact(case, "placement_ends_on")) == (JUNE, None)

    case = after(case, ("2025-07-01", Recalled()))
    assert (fact(case, "placed_with_agency"), fact(case, "agency")) == (False, None)
    assert fact(case, "placed_with_agency_on") is None

    case = after(case, ("2025-08-01", PlacedWithAgency(agency="south")))
    assert fact(case, "agency") == "south"


def test_a_placement_ends_with_its_last_day() -> None:
    case = after(a_loan(), ("2025-06-01", PlacedWithAgency(agency="north", until=date(2025, 8, 31))))
    placed = built_in()["placed_with_agency"]

    assert (fact(case, placed, "2025-08-31"), fact(case, placed, "2025-09-01")) == (True, False)
    assert (placed.until(case, JUNE), placed.until(case, date(2025, 9, 1))) == (date(2025, 9, 1), None)
    assert fact(case, "days_until_placement_ends", "2025-08-24") == 7
    assert fact(case, "placement_ends_on", "2025-09-01") is None


def test_a_placement_cannot_end_before_it_begins() -> None:
    with pytest.raises(EventRefused, match="a placement of 2025-06-01 cannot end on 2025-05-31, before it begins"):
        after(a_loan(), ("2025-06-01", PlacedWithAgency(agency="north", until=date(2025, 5, 31))))


# --- disposal, charge-off ---


def test_proceeds_of_disposals_add_up_where_they_are_said() -> None:
    case = after(a_loan(), ("2025-06-01", AssetDisposed(asset="vehicle")))
    assert (fact(case, "assets_disposed"), fact(case, "disposal_proceeds")) == (1, None)

    case = after(case, ("2025-06-02", AssetDisposed(asset="property", proceeds="300.00")))
    case = after(case, ("2025-06-03", AssetDisposed(asset="other", proceeds="0.50")))
    assert (fact(case, "assets_disposed"), fact(case, "disposal_proceeds")) == (3, Decimal("300.50"))


def paid(amount: str, on: str, **fields: object) -> tuple[str, Event]:
    return on, PaymentReceived.model_validate({"amount": amount, "value_date": on, **fields})


def test_what_is_paid_after_the_charge_off_is_recovered_less_what_bounced() -> None:
    assert fact(a_loan(), "recovered_after_charge_off") is None
    case = after(a_loan(), paid("100.00", "2025-05-01"), ("2025-06-01", ChargedOff()), paid("7.00", "2025-06-01"))
    assert fact(case, "recovered_after_charge_off") == Decimal("0.00")

    case = after(case, paid("30.00", "2025-06-10", id="p-1"), paid("20.00", "2025-06-11"))
    assert fact(case, "recovered_after_charge_off") == Decimal("50.00")
    case = after(case, ("2025-06-20", PaymentReversed(payment_id="p-1", reversed_on=date(2025, 6, 20))))
    assert fact(case, "recovered_after_charge_off") == Decimal("20.00")


def test_recovery_counts_from_the_charge_off_or_the_write_off_whichever_came_first() -> None:
    case = after(a_loan(), ("2025-06-01", WrittenOff()), paid("30.00", "2025-06-02"), ("2025-07-01", ChargedOff()))
    assert fact(case, "recovered_after_charge_off") == Decimal("30.00")


# --- the credit record, and after the end ---


def test_a_notice_goes_before_the_report_and_a_correction_stands_until_the_next_report() -> None:
    case = after(a_loan(), ("2025-06-01", CreditNoticeGiven()))
    assert (fact(case, "credit_notice_on"), fact(case, "credit_reported")) == (JUNE, False)

    case = after(case, ("2025-06-20", CreditReported()), ("2025-07-01", CreditCorrected()))
    assert (fact(case, "credit_reported"), fact(case, "credit_corrected")) == (True, True)
    case = after(case, ("2025-08-01", CreditReported()))
    assert fact(case, "credit_corrected") is False


def test_the_score_of_a_survey_is_that_of_the_latest_answer() -> None:
    late = SurveyAnswered(score=1, happened_at=noon("2025-05-01"))
    case = after(a_loan(), ("2025-06-01", SurveyAnswered(score=8)), ("2025-06-02", late))
    assert (fact(case, "survey_score"), fact(case, "survey_answered_on")) == (8, JUNE)


def test_a_price_in_another_currency_is_refused() -> None:
    with pytest.raises(EventRefused, match="is not in CNY"):
        after(a_loan(), ("2025-06-01", DebtSold(buyer="fund", price="10.00 USD")))
