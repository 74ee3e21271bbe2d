"""Single events of a loan, sensible and absurd: what a host may send, whether or not it can have happened.

Ids come from small pools, so that what ends meets what began as often as it misses; happenings are told late; value
dates lie in the past and in the future.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from overdue_flow.cases.terms import (
    Allocation,
    Counting,
    InARow,
    LegalTerms,
    LimitationTerms,
    Material,
    PlanTerms,
    Reset,
    Terms,
)
from overdue_flow.events import KINDS, CaseAdopted, Event, Happening, Instalment, LoanOpened

OPENED_ON = date(2025, 1, 1)
LONGEST_DAYS = 150
"""Everything is noticed within so many days of the opening."""

MACHINE = (
    "TimePassed", "PolicyAdopted", "MovedByHand", "EventRetracted",
    "EffectDelivered", "EffectFailed", "EffectWithheld", "TaskCompleted", "TaskReassigned",
)  # fmt: skip
LEDGER = (
    "ScheduleReplaced", "ChargeAdded", "PaymentReceived", "PaymentReversed", "WaiverGranted", "RefundMade",
    "Accelerated", "ArrearsReported",
)  # fmt: skip
CONTACT = (
    "ContactAttempted", "ConsentChanged", "ChannelOptedOut", "ContactPointLost", "ContactPointFound", "BorrowerLocated",
)  # fmt: skip
ASSESSMENT = ("FinancesAssessed", "FactsChanged", "HostEvent")
AGREEMENT = (
    "NegotiationOpened", "OfferMade", "OfferApproved", "OfferDeclined", "CounterOffered", "NegotiationClosed",
    "PromiseMade", "PromiseMoved", "PromiseCancelled", "PlanAgreed", "PlanCancelled", "SettlementReached",
)  # fmt: skip
CARE = (
    "HoldPlaced", "HoldLifted", "DisputeRaised", "ProofRequested", "ProofReceived", "AmountVerified", "DisputeResolved",
    "ComplaintReceived", "ComplaintAcknowledged", "ComplaintInvestigated", "ComplaintAnswered", "ComplaintEscalated",
    "ConsequenceDecided",
)  # fmt: skip
LEGAL = (
    "CaseAssessed", "LawFirmEngaged", "LawFirmReleased", "EvidenceAdded", "PropertyLeadFound", "PreservationGranted",
    "PreservationReleased", "ClaimFiled", "ClaimAccepted", "ClaimRejected", "PaymentOrderIssued",
    "PaymentOrderContested", "MediationHeld", "HearingScheduled", "HearingHeld", "JudgmentGiven", "AppealFiled",
    "AppealDecided", "EnforcementStarted", "EnforcementMeasureTaken", "EnforcementMeasureLifted", "EnforcementClosed",
    "DebtAcknowledged", "ClaimWithdrawn",
)  # fmt: skip
HANDOVER = (
    "PlacedWithAgency", "Recalled", "AssetDisposed", "DebtSold", "ChargedOff", "WrittenOff", "CreditNoticeGiven",
    "CreditReported", "CreditCorrected", "SurveyAnswered", "Closed",
)  # fmt: skip
PERSON = ("OtherLoanTold",)
ABOUT_A_LOAN = (*LEDGER, *CONTACT, *ASSESSMENT, *AGREEMENT, *CARE, *LEGAL, *HANDOVER, *PERSON)
"""Every kind of event that says something about a loan that is open already."""


# --- small things ---

days = st.integers(0, LONGEST_DAYS).map(lambda n: OPENED_ON + timedelta(days=n))
some_days = st.integers(-60, LONGEST_DAYS + 60).map(lambda n: OPENED_ON + timedelta(days=n))
instants = st.builds(
    lambda day, hour: datetime.combine(day, time(hour), UTC), days, st.sampled_from([0, 3, 9, 12, 16, 21, 23])
)
amounts = st.sampled_from(["0.01", "50.00", "100.00", "250.00", "500.00", "1000.00", "1500.00"])
words = st.sampled_from(["a", "b", "c"])
misfits = st.sampled_from([True, "?"])
told = st.fixed_dictionaries(
    {},
    optional={
        "score": st.none() | st.integers(-5, 200) | st.just("12.50") | misfits,
        "visit_on": st.none() | some_days.map(str) | misfits,
        # known to every policy, so a misfit would be refused at the door of each
        "limitation_ends_on": some_days.map(str),
    },
)


@st.composite
def schedules(draw: st.DrawFn, most: int = 4) -> tuple[Instalment, ...]:
    """One to `most` instalments on days of their own, whole or in components."""
    due_days = draw(st.lists(days, min_size=1, max_size=most, unique=True).map(sorted))
    in_components = draw(st.booleans())
    return tuple(
        Instalment(due_on=day, principal="400.00", interest=draw(st.sampled_from(["0.00", "20.00"])), costs="5.00")
        if in_components
        else Instalment(due_on=day, amount=draw(amounts))
        for day in due_days
    )


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    """Terms of every spelling: counting conventions, what pauses, what resets, when a plan fails."""
    resets = st.lists(st.sampled_from(["agreed", "cured", "assessed", "kept"]), unique=True).map(
        lambda said: Reset(reset_by=tuple(said))
    )
    return Terms(
        time_zone=draw(st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York"])),
        counting=Counting(
            due_date_is_day=draw(st.sampled_from([0, 1])),
            grace_days=draw(st.sampled_from([0, 3])),
            paid_when_short_by=draw(st.sampled_from(["0.00", "60.00"])),
            material=Material(above=draw(st.sampled_from(["0.00", "100.00"]))),
            paused_by=draw(st.sampled_from([(), ("dispute",), ("dispute", "hardship")])),
            reversal=draw(st.sampled_from(["original_due_date", "reversal_date"])),
        ),
        allocation=Allocation(order=draw(st.sampled_from(["oldest_first", "newest_first"]))),
        in_a_row=InARow(failed_negotiations=draw(resets), broken_promises=draw(resets)),
        plan=PlanTerms(
            fails_after_missed=draw(st.integers(1, 3)),
            grace_days=draw(st.sampled_from([0, 0, 4])),
            short_by=draw(st.sampled_from([None, None, "10.00"])),
        ),
        stale_after=draw(st.sampled_from([None, 10])),
        legal=draw(courts()),
        limitation=draw(st.none() | limitations()),
    )


@st.composite
def standings(draw: st.DrawFn) -> tuple[dict[str, Any], ...]:
    """How another loan stands, now and from up to two later days on."""
    later = draw(st.lists(some_days, max_size=2, unique=True).map(sorted))
    return tuple(
        {
            "from_on": on,
            "unpaid": [
                {"due_on": due, "amount": draw(amounts)} for due in draw(st.lists(some_days, max_size=3, unique=True))
            ],
            "balance": draw(st.none() | amounts),
            "cleared_on": draw(st.none() | some_days),
            "known": draw(st.sampled_from([True, True, True, False])),
        }
        for on in (None, *later)
    )


INTERRUPTS = ("demand", "acknowledgement", "payment", "promise", "plan", "claim")


@st.composite
def courts(draw: st.DrawFn) -> LegalTerms:
    """Clocks of the court, short enough to run out within a history."""
    return LegalTerms(
        appeal_within=draw(st.sampled_from([None, "15 days", "1 month"])),
        no_appeal_on=draw(st.sampled_from([(), ("small_claims",)])),
        enforce_within=draw(st.sampled_from([None, "40 days", "2 months"])),
    )


@st.composite
def limitations(draw: st.DrawFn) -> LimitationTerms:
    """How long a claim can be brought: weeks, where a law would say years, so that it runs out within a history."""
    words = draw(st.lists(st.sampled_from(INTERRUPTS), unique=True).map(tuple))
    return LimitationTerms(
        period=draw(st.sampled_from(["20 days", "2 months", "3 years"])),
        starts=draw(st.sampled_from(["last_due", "oldest_due"])),
        interrupted_by=words,
        revived_by=draw(st.sampled_from([(), words[:1]])),
        suspended_by=draw(st.sampled_from([(), ("hardship",), ("hardship", "dispute")])),
        suspended_in_last=draw(st.sampled_from([None, "15 days", "1 month"])),
        long_stop=draw(st.sampled_from([None, "5 months"])),
    )


@st.composite
def loans(draw: st.DrawFn) -> LoanOpened:
    """A loan of a few instalments, with facts of the host's own."""
    return LoanOpened(
        id="opened",
        at=datetime.combine(OPENED_ON, time(0), UTC),
        opened_on=OPENED_ON,
        instalments=draw(schedules()),
        facts={name: value for name, value in draw(told).items() if value is not None},
        terms=draw(terms()),
    )


# --- one event ---

_FIELDS: dict[str, Callable[[], dict[str, st.SearchStrategy[Any]]]] = {
    "PaymentReceived": lambda: {"amount": amounts, "value_date": some_days, "payment_id": st.none()},
    "PaymentReversed": lambda: {
        "payment_id": st.integers(1, 12).map(lambda n: f"e-{n:02}"),
        "reversed_on": some_days,
        "amount": st.none() | amounts,
    },
    "ChargeAdded": lambda: {"amount": amounts, "due_on": some_days},
    "WaiverGranted": lambda: {
        "amount": amounts,
        "effective_on": some_days,
        "component": st.sampled_from(["costs", "interest", "principal"]),
    },
    "RefundMade": lambda: {"amount": amounts, "refunded_on": some_days},
    "Accelerated": lambda: {"due_on": some_days},
    "ScheduleReplaced": lambda: {
        "effective_on": some_days,
        "instalments": schedules(),
        "keeps_arrears": st.booleans(),
    },
    "ArrearsReported": lambda: {
        "as_of": some_days,
        "oldest_due_on": st.none() | some_days,
        "overdue_amount": amounts,
        "balance": st.just("1500.00"),
    },
    "ContactAttempted": lambda: {
        "channel": st.sampled_from(["phone", "sms", "visit"]),
        "outcome": st.sampled_from(["no_answer", "busy", "voicemail", "connected", "conversation", "delivered"]),
        "direction": st.sampled_from(["outbound", "outbound", "inbound"]),
        "party": st.sampled_from(["borrower", "borrower", "guarantor"]),
        "contact_point": st.none() | words,
        "purpose": st.sampled_from([None, "collect", "legal_notice", "survey"]),
    },
    "ConsentChanged": lambda: {
        "given": st.booleans(),
        "channel": st.sampled_from([None, "phone", "sms"]),
        "expires_on": st.none() | some_days,
    },
    "ChannelOptedOut": lambda: {"channel": st.sampled_from(["phone", "sms"]), "until": st.none() | some_days},
    "ContactPointLost": lambda: {"contact_point": words},
    "ContactPointFound": lambda: {"contact_point": words},
    "BorrowerLocated": lambda: {"time_zones": st.sampled_from([(), ("America/New_York",), ("UTC", "Asia/Tokyo")])},
    "FinancesAssessed": lambda: {
        "income": st.none() | amounts,
        "expenses": st.none() | amounts,
        "ability": st.sampled_from([None, "able", "unable"]),
        "willingness": st.sampled_from([None, "willing", "unwilling"]),
    },
    "FactsChanged": lambda: {
        "facts": told,
        "max_age_days": st.none() | st.integers(0, 40),
    },
    "HostEvent": lambda: {"name": words},
    "NegotiationOpened": lambda: {"negotiation_id": st.none() | words},
    "OfferMade": lambda: {
        "negotiation_id": st.none() | words,
        "offer_id": st.none() | words,
        "plan": st.sampled_from([None, "annuity", "partial_waiver"]),
        "instalments": st.just(()) | schedules(2),
        "waives_interest": st.none() | amounts,
        "valid_until": st.none() | some_days,
        "role": st.sampled_from([None, "team", "boss"]),
    },
    "OfferApproved": lambda: {"offer_id": words, "role": st.sampled_from(["team", "boss"])},
    "OfferDeclined": lambda: {"offer_id": st.none() | words},
    "CounterOffered": lambda: {"negotiation_id": st.none() | words, "offer_id": st.none() | words},
    "NegotiationClosed": lambda: {
        "negotiation_id": st.none() | words,
        "outcome": st.sampled_from(["failed", "failed", "agreed", "withdrawn"]),
    },
    "PromiseMade": lambda: {"amount": amounts, "due_on": some_days, "promise_id": st.none() | words},
    "PromiseMoved": lambda: {"promise_id": st.none() | words, "due_on": some_days, "amount": st.none() | amounts},
    "PromiseCancelled": lambda: {"promise_id": st.none() | words},
    "PlanAgreed": lambda: {
        "instalments": schedules(3) | st.just(()),
        "plan_id": st.none() | words,
        "replaces_contract": st.booleans(),
        "offer_id": st.sampled_from([None, None, "a", "b"]),
        "waived_on_completion": st.none() | amounts,
        "grace_days": st.sampled_from([None, 0, 5]),
    },
    "PlanCancelled": lambda: {"plan_id": st.none() | words},
    "SettlementReached": lambda: {
        "amount": amounts,
        "instalments": schedules(2),
        "waived_on_completion": st.none() | amounts,
        "grace_days": st.sampled_from([None, 0, 5]),
    },
    "HoldPlaced": lambda: {
        "hold": st.sampled_from(["hardship", "dispute", "fire"]),
        "placed_on": st.none() | some_days,
        "ends_on": st.none() | some_days,
    },
    "HoldLifted": lambda: {
        "hold": st.sampled_from(["hardship", "dispute", "fire"]),
        "lifted_on": st.none() | some_days,
    },
    "DisputeRaised": lambda: {
        "dispute_id": st.none() | words,
        "amount": st.none() | amounts,
        "ground": st.none() | st.sampled_from(["amount", "paid"]),
    },
    "ProofRequested": lambda: {"dispute_id": st.none() | words, "asked_of": st.sampled_from(["borrower", "lender"])},
    "ProofReceived": lambda: {"dispute_id": st.none() | words, "asked_of": st.sampled_from(["borrower", "lender"])},
    "AmountVerified": lambda: {"amount": amounts, "dispute_id": st.none() | words},
    "DisputeResolved": lambda: {"dispute_id": st.none() | words},
    "ComplaintReceived": lambda: {
        "complaint_id": st.none() | words,
        "nature": st.sampled_from(["complaint", "objection"]),
    },
    "ComplaintAcknowledged": lambda: {"complaint_id": st.none() | words},
    "ComplaintInvestigated": lambda: {"complaint_id": st.none() | words},
    "ComplaintAnswered": lambda: {"complaint_id": st.none() | words},
    "ComplaintEscalated": lambda: {"complaint_id": st.none() | words, "to": words},
    "ConsequenceDecided": lambda: {"complaint_id": st.none() | words, "consequence": st.just("coaching")},
    "CaseAssessed": lambda: {
        "recommendation": st.sampled_from(["sue", "wait"]),
        "expected_recovery": st.none() | amounts,
        "legal_cost": st.none() | amounts,
    },
    "LawFirmEngaged": lambda: {"firm": words},
    "LawFirmReleased": dict,
    "EvidenceAdded": lambda: {"document": st.just("contract"), "reference": words},
    "PropertyLeadFound": lambda: {"lead": st.just("account"), "reference": words, "value": st.none() | amounts},
    "PreservationGranted": lambda: {"until": st.none() | some_days},
    "PreservationReleased": dict,
    "ClaimFiled": lambda: {
        "claim_amount": amounts,
        "filed_on": st.none() | some_days,
        "track": st.sampled_from(["ordinary", "small_claims", "payment_order"]),
    },
    "ClaimAccepted": dict,
    "ClaimRejected": dict,
    "PaymentOrderIssued": dict,
    "PaymentOrderContested": dict,
    "MediationHeld": lambda: {"outcome": st.sampled_from(["settled", "failed"])},
    "HearingScheduled": lambda: {"hearing_on": some_days},
    "HearingHeld": dict,
    "JudgmentGiven": lambda: {
        "outcome": st.sampled_from(["for_lender", "in_part", "against"]),
        "amount": st.none() | amounts,
        "pay_by": st.none() | some_days,
    },
    "AppealFiled": lambda: {"by": st.sampled_from(["borrower", "lender"])},
    "AppealDecided": lambda: {"outcome": st.sampled_from(["upheld", "changed"])},
    "EnforcementStarted": lambda: {"measures": st.sampled_from([(), ("vehicle_seized",)])},
    "EnforcementMeasureTaken": lambda: {
        "measure": st.sampled_from(["account_frozen", "wages_garnished"]),
        "reference": st.none() | words,
        "until": st.none() | some_days,
    },
    "EnforcementMeasureLifted": lambda: {
        "measure": st.sampled_from(["account_frozen", "wages_garnished"]),
        "reference": st.none() | words,
    },
    "EnforcementClosed": lambda: {
        "recovered": st.none() | amounts,
        "outcome": st.sampled_from([None, "satisfied", "nothing_found"]),
    },
    "DebtAcknowledged": dict,
    "ClaimWithdrawn": dict,
    "PlacedWithAgency": lambda: {"agency": words, "until": st.none() | some_days},
    "Recalled": dict,
    "AssetDisposed": lambda: {"asset": st.just("vehicle"), "proceeds": st.none() | amounts},
    "DebtSold": lambda: {"buyer": words},
    "ChargedOff": dict,
    "WrittenOff": dict,
    "CreditNoticeGiven": dict,
    "CreditReported": dict,
    "CreditCorrected": dict,
    "SurveyAnswered": lambda: {"score": st.integers(0, 10)},
    "Closed": dict,
    "OtherLoanTold": lambda: {
        "loan": words,
        "seq": st.integers(1, 9),
        "currency": st.sampled_from(["CNY", "CNY", "USD"]),
        "opened_on": some_days,
        "stands": standings(),
        "marks": st.sampled_from([(), ("npa",), ("npa", "forborne")]),
        "ended": st.sampled_from([None, None, None, "closed", "sold"]),
    },
}


@st.composite
def events(draw: st.DrawFn, kinds: tuple[str, ...] = ABOUT_A_LOAN) -> Event:
    """One event of one of `kinds`, without an id; it is noticed on `at` and may have happened up to 40 days before."""
    kind = draw(st.sampled_from(kinds))
    at = draw(instants)
    fields = {name: draw(values) for name, values in _FIELDS[kind]().items()}
    event_type = KINDS[kind]
    if issubclass(event_type, Happening):
        late = draw(st.sampled_from([0, 0, 0, 1, 7, 40]))
        fields["happened_at"] = at - timedelta(days=late) if late else None
    return event_type.model_validate({**fields, "at": at})


assert {*_FIELDS, *MACHINE, LoanOpened.__name__, CaseAdopted.__name__} == {*KINDS}
"""Every kind of event can be drawn, is the machine's, or opens a case."""
