"""The legal case file of a loan, whole: for a law firm before the suit, and for an auditor when all is over."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    AppealDecided,
    AppealFiled,
    CaseAssessed,
    ChargeAdded,
    ClaimAccepted,
    ClaimFiled,
    ClaimWithdrawn,
    ComplaintAnswered,
    ComplaintReceived,
    ContactAttempted,
    CounterOffered,
    CreditNoticeGiven,
    DebtAcknowledged,
    DisputeRaised,
    DisputeResolved,
    EffectDelivered,
    EnforcementMeasureTaken,
    EnforcementStarted,
    EventRetracted,
    EvidenceAdded,
    FactsChanged,
    HearingHeld,
    HearingScheduled,
    HoldLifted,
    HoldPlaced,
    Instalment,
    JudgmentGiven,
    LawFirmEngaged,
    LoanOpened,
    NegotiationClosed,
    NegotiationOpened,
    OfferMade,
    PaymentReceived,
    PaymentReversed,
    PlacedWithAgency,
    PlanAgreed,
    PreservationGranted,
    PromiseMade,
    PropertyLeadFound,
    Recalled,
    WaiverGranted,
)
from overdue_flow.policy.policy import Policy
from overdue_flow.reports.case_file import case_file
from support.golden import Golden
from support.road import Road, on, road_policy

STAGES = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: talks, because: an instalment is unpaid}]}
  talks:
    on_enter: [{do: demand_letter}]
    rules:
      - {id: sue, on: CaseAssessed, when: recommendation == "sue", to: court, because: worth more than it costs}
      - {id: gone, when: balance == 0, to: gone}
  court:
    on_enter: [{do: notice_of_suit}]
    rules: [{id: over, when: balance == 0, to: gone, because: nothing is owed any more}]
  gone: {end: true}
"""


def policy(**terms: str) -> Policy:
    """A policy of three stages; `terms` are more terms than those of the house."""
    more = "".join(f", {name}: {text}" for name, text in terms.items())
    return road_policy(
        STAGES,
        terms=f"{{currency: CNY, time_zone: Asia/Shanghai, calendar: CN{more}}}",
        actions="{demand_letter: {kind: contact, purpose: legal_notice}, notice_of_suit: {kind: notice,"
        " purpose: legal_notice}}",
        holds="{hardship: {stops: [contact]}, legal_stay: {stops: [court]}}",
    )


COURT = {
    "legal": "{appeal_within: 15 days, enforce_within: 2 years}",
    "limitation": "{period: 3 years, interrupted_by: [demand, acknowledgement, payment, promise, plan, claim],"
    " suspended_by: [legal_stay], suspended_in_last: 6 months, long_stop: 20 years}",
}


def opened() -> LoanOpened:
    """Three instalments in components, a co-borrower and a guarantor."""
    said: dict[str, Any] = {"principal": "300.00", "interest": "12.00"}
    days = ("2025-01-10", "2025-02-10", "2025-03-10")
    return LoanOpened(
        id="opened",
        opened_on=date(2025, 1, 1),
        person_id="person-7",
        co_borrowers=("person-8",),
        guarantors=("person-9",),
        instalments=tuple(Instalment.model_validate({"due_on": day} | said) for day in days),
    )


def before_the_suit(road: Road) -> Road:
    """Half a year of talks, in which everything happens that a collector knows."""
    road.live("2025-01-12")
    (letter,) = road.effects("demand_letter")
    road.tell(EffectDelivered(effect_id=letter.id), "2025-01-12", 9)
    letter_sent = {"channel": "letter", "outcome": "delivered", "purpose": "legal_notice", "effect_id": letter.id}
    road.tell(ContactAttempted.model_validate(letter_sent), "2025-01-15", 10)
    road.tell(ContactAttempted(channel="phone", outcome="conversation", purpose="collect"), "2025-01-20", 15)
    road.tell(ContactAttempted(channel="phone", outcome="no_answer", party="guarantor"), "2025-01-21", 15)
    road.tell(PromiseMade(promise_id="pr-1", amount="100.00", due_on=date(2025, 1, 31)), "2025-01-20", 16)
    road.tell(PaymentReceived(id="p-1", amount="60.00", value_date=date(2025, 1, 30)), "2025-01-30")
    road.tell(ChargeAdded(id="c-1", amount="15.00", due_on=date(2025, 2, 20)), "2025-02-20")
    road.tell(NegotiationOpened(negotiation_id="n-1"), "2025-02-21")
    offer = tuple(Instalment(due_on=on(day), amount="150.00") for day in ("2025-04-01", "2025-05-01"))
    made = {"negotiation_id": "n-1", "offer_id": "o-1", "plan": "arrears_by_instalments", "instalments": offer}
    road.tell(OfferMade.model_validate(made | {"valid_until": "2025-03-10"}), "2025-02-22")
    road.tell(CounterOffered(negotiation_id="n-1"), "2025-02-24")
    road.tell(NegotiationClosed(negotiation_id="n-1", outcome="failed", reason="too little"), "2025-02-28")
    road.tell(PlanAgreed(plan_id="pl-1", instalments=offer, replaces_contract=False), "2025-03-01")
    road.tell(PaymentReceived(id="p-2", amount="150.00", value_date=date(2025, 4, 1)), "2025-04-01")
    road.tell(PaymentReversed(payment_id="p-2", reversed_on=date(2025, 4, 8), reason="bounced"), "2025-04-08")
    road.tell(DisputeRaised(dispute_id="d-1", ground="amount"), "2025-04-10")
    road.tell(DisputeResolved(dispute_id="d-1", outcome="in_part"), "2025-04-20")
    road.tell(WaiverGranted(id="w-1", amount="15.00", component="costs", effective_on=date(2025, 4, 20)), "2025-04-20")
    road.tell(ComplaintReceived(complaint_id="k-1", topic="tone"), "2025-04-21")
    road.tell(ComplaintAnswered(complaint_id="k-1", outcome="upheld"), "2025-04-25")
    road.tell(HoldPlaced(hold="hardship", ends_on=date(2025, 6, 1)), "2025-05-05")
    road.tell(CreditNoticeGiven(), "2025-05-10")
    road.tell(PlacedWithAgency(agency="north", reference="N-44"), "2025-06-02")
    road.tell(Recalled(reason="complaint"), "2025-06-20")
    road.tell(LawFirmEngaged(firm="Li and partners", reference="L-1"), "2025-06-21")
    road.tell(EvidenceAdded(document="contract", reference="vault/17/contract"), "2025-06-22")
    road.tell(EvidenceAdded(document="recording", reference="calls/2025-01-20"), "2025-06-22")
    road.tell(PropertyLeadFound(lead="vehicle", reference="plates/A-1", value="300.00"), "2025-06-23")
    road.tell(PropertyLeadFound(id="wrong", lead="account", reference="another person's"), "2025-06-23")
    road.tell(EventRetracted(event_id="wrong", reason="another person"), "2025-06-24")
    road.tell(DebtAcknowledged(reference="letters/9"), "2025-06-25")
    return road


def through_the_court(road: Road) -> Road:
    """From counsel's view to an account that is frozen."""
    road.tell(CaseAssessed(recommendation="sue", expected_recovery="700.00", legal_cost="90.00"), "2025-06-30")
    road.tell(PreservationGranted(amount="300.00", until=date(2026, 6, 30)), "2025-07-02")
    road.tell(ClaimFiled(claim_amount="876.00", court="Wuhan", reference="(2025) 1"), "2025-07-03")
    road.tell(ClaimWithdrawn(reason="wrong court"), "2025-07-20")
    road.tell(ClaimFiled(claim_amount="876.00", court="Hankou", reference="(2025) 2"), "2025-07-25")
    road.tell(ClaimAccepted(reference="(2025) 2"), "2025-08-01")
    road.tell(HearingScheduled(hearing_on=date(2025, 9, 10)), "2025-08-05")
    road.tell(HearingHeld(), "2025-09-10")
    road.tell(JudgmentGiven(outcome="for_lender", amount="876.00", pay_by=date(2025, 11, 1)), "2025-09-25")
    road.tell(AppealFiled(by="borrower"), "2025-10-08")
    road.tell(AppealDecided(outcome="upheld"), "2025-12-01")
    road.tell(EnforcementStarted(), "2026-01-05")
    frozen = {"measure": "account_frozen", "reference": "bank-3", "until": "2027-01-10"}
    road.tell(EnforcementMeasureTaken.model_validate(frozen), "2026-01-10")
    road.tell(PaymentReceived(id="p-3", amount="200.00", value_date=date(2026, 1, 20)), "2026-01-20")
    return road


def test_the_file_that_goes_to_the_law_firm_reads_as_expected(golden: Golden) -> None:
    road = before_the_suit(Road(policy(**COURT), opened()))
    golden(case_file(road.entries, date(2025, 6, 30)).text(), "case_files/for_the_law_firm.txt")


def test_the_file_that_an_auditor_reads_afterwards_reads_as_expected(golden: Golden) -> None:
    road = through_the_court(before_the_suit(Road(policy(**COURT), opened())))
    golden(case_file(road.entries).text(), "case_files/for_the_auditor.txt")


def test_the_clock_of_a_claim_that_came_too_late_says_so(golden: Golden) -> None:
    road = Road(policy(**COURT), opened())
    road.tell(HoldPlaced(hold="legal_stay"), "2027-12-01")
    road.tell(HoldLifted(hold="legal_stay"), "2028-02-01")
    road.tell(ClaimFiled(claim_amount="900.00"), "2028-09-01")
    golden(case_file(road.entries).text(), "case_files/too_late.txt")


def test_a_loan_of_which_nothing_is_known_but_its_opening_has_a_file_too(golden: Golden) -> None:
    golden(case_file(Road(policy(), opened()).entries).text(), "case_files/just_opened.txt")


def test_a_file_of_an_earlier_day_is_the_one_that_was_written_then() -> None:
    early = before_the_suit(Road(policy(**COURT), opened()))
    then = case_file(early.entries, date(2025, 6, 29))
    late = through_the_court(early)
    assert case_file(late.entries, date(2025, 6, 29)) == then
    assert case_file(late.entries) != then


def test_without_terms_of_limitation_the_hosts_word_is_told() -> None:
    road = Road(policy(), opened())
    road.tell(FactsChanged(facts={"limitation_ends_on": "2028-03-10"}), "2025-02-01")
    assert "ends on 2028-03-10, as the host tells it" in case_file(road.entries).text()


def test_a_file_is_plain_data_too() -> None:
    road = through_the_court(before_the_suit(Road(policy(**COURT), opened())))
    file = case_file(road.entries)
    data = json.loads(json.dumps(file.as_data()))
    assert data["withdrawn"] == ["wrong"]
    rows = {section["title"]: section["rows"] for section in data["sections"]}
    assert rows["parties"][0] == {"part": "borrower", "id": "person-7", "note": ""}
    assert [row["what happened"] for row in rows["limitation"] if row["as"] == "claim"] == [
        "PreservationGranted",
        "ClaimFiled",
        "ClaimWithdrawn",
        "ClaimFiled",
    ]
    assert all(len(set(row)) == len(row) for section in rows.values() for row in section)


def test_there_is_no_file_before_there_is_a_case() -> None:
    road = Road(policy(), opened())
    with pytest.raises(EventRefused, match="there is no case yet on 2024-12-31"):
        case_file(road.entries, date(2024, 12, 31))
    with pytest.raises(EventRefused, match="a journal without entries is no case"):
        case_file([])
