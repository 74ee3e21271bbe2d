"""What happened to a loan: frozen values, told apart by `kind`."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, TypeAlias

from pydantic import Field, TypeAdapter

from overdue_flow.cases.events.agreement import (
    CounterOffered,
    NegotiationClosed,
    NegotiationOpened,
    OfferApproved,
    OfferDeclined,
    OfferMade,
    PlanAgreed,
    PlanCancelled,
    PromiseCancelled,
    PromiseMade,
    PromiseMoved,
)
from overdue_flow.cases.events.base import Event, Happening, Instalment
from overdue_flow.cases.events.care import (
    AmountVerified,
    ComplaintAcknowledged,
    ComplaintAnswered,
    ComplaintEscalated,
    ComplaintInvestigated,
    ComplaintReceived,
    ConsequenceDecided,
    DisputeRaised,
    DisputeResolved,
    HoldLifted,
    HoldPlaced,
    ProofReceived,
    ProofRequested,
)
from overdue_flow.cases.events.contact import (
    BorrowerLocated,
    ChannelOptedOut,
    ConsentChanged,
    ContactAttempted,
    ContactPointFound,
    ContactPointLost,
    FactsChanged,
    FinancesAssessed,
    HostEvent,
)
from overdue_flow.cases.events.handover import (
    AssetDisposed,
    ChargedOff,
    Closed,
    CreditCorrected,
    CreditNoticeGiven,
    CreditReported,
    DebtSold,
    PlacedWithAgency,
    Recalled,
    SurveyAnswered,
    WrittenOff,
)
from overdue_flow.cases.events.ledger import (
    Accelerated,
    ArrearsReported,
    CaseAdopted,
    ChargeAdded,
    LoanOpened,
    PaymentReceived,
    PaymentReversed,
    RefundMade,
    ScheduleReplaced,
    WaiverGranted,
)
from overdue_flow.cases.events.legal import (
    AppealDecided,
    AppealFiled,
    CaseAssessed,
    ClaimAccepted,
    ClaimFiled,
    ClaimRejected,
    ClaimWithdrawn,
    DebtAcknowledged,
    EnforcementClosed,
    EnforcementMeasureLifted,
    EnforcementMeasureTaken,
    EnforcementStarted,
    EvidenceAdded,
    HearingHeld,
    HearingScheduled,
    JudgmentGiven,
    LawFirmEngaged,
    LawFirmReleased,
    MediationHeld,
    PaymentOrderContested,
    PaymentOrderIssued,
    PreservationGranted,
    PreservationReleased,
    PropertyLeadFound,
    SettlementReached,
)
from overdue_flow.cases.events.person import OtherLoanTold, Owed, StandsFrom
from overdue_flow.cases.events.work import (
    EffectDelivered,
    EffectFailed,
    EffectWithheld,
    EventRetracted,
    MovedByHand,
    PolicyAdopted,
    TaskCompleted,
    TaskReassigned,
    TimePassed,
)

KINDS: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        LoanOpened, CaseAdopted, ScheduleReplaced, ChargeAdded, PaymentReceived, PaymentReversed, WaiverGranted,
        RefundMade, Accelerated, ArrearsReported,
        ContactAttempted, ConsentChanged, ChannelOptedOut, ContactPointLost, ContactPointFound, BorrowerLocated,
        FinancesAssessed, FactsChanged, HostEvent,
        NegotiationOpened, OfferMade, OfferApproved, OfferDeclined, CounterOffered,
        NegotiationClosed, PromiseMade, PromiseMoved, PromiseCancelled, PlanAgreed, PlanCancelled,
        HoldPlaced, HoldLifted, DisputeRaised, ProofRequested, ProofReceived, AmountVerified,
        DisputeResolved, ComplaintReceived, ComplaintAcknowledged, ComplaintInvestigated,
        ComplaintAnswered, ComplaintEscalated, ConsequenceDecided,
        CaseAssessed, LawFirmEngaged, LawFirmReleased, EvidenceAdded, PropertyLeadFound,
        PreservationGranted, PreservationReleased, ClaimFiled, ClaimAccepted, ClaimRejected,
        PaymentOrderIssued, PaymentOrderContested, MediationHeld, HearingScheduled, HearingHeld,
        JudgmentGiven, AppealFiled, AppealDecided, EnforcementStarted, EnforcementMeasureTaken,
        EnforcementMeasureLifted, EnforcementClosed, DebtAcknowledged, SettlementReached,
        ClaimWithdrawn,
        PlacedWithAgency, Recalled, AssetDisposed, DebtSold, ChargedOff, WrittenOff,
        CreditNoticeGiven, CreditReported, CreditCorrected, SurveyAnswered, Closed,
        TaskCompleted, TaskReassigned, EffectDelivered, EffectFailed, EffectWithheld,
        TimePassed, PolicyAdopted, MovedByHand, EventRetracted, OtherLoanTold,
    )
}  # fmt: skip
"""Every kind of event by its name."""

AnyEvent: TypeAlias = Annotated[
    LoanOpened | CaseAdopted | ScheduleReplaced | ChargeAdded | PaymentReceived | PaymentReversed | WaiverGranted
    | RefundMade | Accelerated | ArrearsReported
    | ContactAttempted | ConsentChanged | ChannelOptedOut | ContactPointLost | ContactPointFound
    | BorrowerLocated
    | FinancesAssessed | FactsChanged | HostEvent
    | NegotiationOpened | OfferMade | OfferApproved | OfferDeclined | CounterOffered
    | NegotiationClosed | PromiseMade | PromiseMoved | PromiseCancelled | PlanAgreed
    | PlanCancelled
    | HoldPlaced | HoldLifted | DisputeRaised | ProofRequested | ProofReceived
    | AmountVerified | DisputeResolved | ComplaintReceived | ComplaintAcknowledged | ComplaintInvestigated
    | ComplaintAnswered | ComplaintEscalated | ConsequenceDecided
    | CaseAssessed | LawFirmEngaged | LawFirmReleased | EvidenceAdded | PropertyLeadFound
    | PreservationGranted | PreservationReleased | ClaimFiled | ClaimAccepted | ClaimRejected
    | PaymentOrderIssued | PaymentOrderContested | MediationHeld | HearingScheduled | HearingHeld
    | JudgmentGiven | AppealFiled | AppealDecided | EnforcementStarted | EnforcementMeasureTaken
    | EnforcementMeasureLifted | EnforcementClosed | DebtAcknowledged | SettlementReached | ClaimWithdrawn
    | PlacedWithAgency | Recalled | AssetDisposed | DebtSold | ChargedOff
    | WrittenOff | CreditNoticeGiven | CreditReported | CreditCorrected | SurveyAnswered
    | Closed
    | TaskCompleted | TaskReassigned | EffectDelivered | EffectFailed | EffectWithheld
    | TimePassed | PolicyAdopted | MovedByHand | EventRetracted | OtherLoanTold,
    Field(discriminator="kind"),
]  # fmt: skip
"""Any event, told apart by `kind`: the type to give pydantic."""


@cache
def _any_event() -> TypeAdapter[Event]:
    """The reader of any kind of event, built when the first is read: it takes as long as the rest of an import."""
    return TypeAdapter(AnyEvent)


def read_event(content: Any) -> Event:
    """An event from plain data (a dict with `kind`); pydantic's ValidationError where it is none."""
    return _any_event().validate_python(content)


def read_event_json(text: str | bytes) -> Event:
    """An event from JSON; pydantic's ValidationError where it is none."""
    return _any_event().validate_json(text)


__all__ = [
    "Accelerated",
    "AmountVerified",
    "AnyEvent",
    "AppealDecided",
    "AppealFiled",
    "ArrearsReported",
    "AssetDisposed",
    "BorrowerLocated",
    "CaseAdopted",
    "CaseAssessed",
    "ChannelOptedOut",
    "ChargeAdded",
    "ChargedOff",
    "ClaimAccepted",
    "ClaimFiled",
    "ClaimRejected",
    "ClaimWithdrawn",
    "Closed",
    "ComplaintAcknowledged",
    "ComplaintAnswered",
    "ComplaintEscalated",
    "ComplaintInvestigated",
    "ComplaintReceived",
    "ConsentChanged",
    "ConsequenceDecided",
    "ContactAttempted",
    "ContactPointFound",
    "ContactPointLost",
    "CounterOffered",
    "CreditCorrected",
    "CreditNoticeGiven",
    "CreditReported",
    "DebtAcknowledged",
    "DebtSold",
    "DisputeRaised",
    "DisputeResolved",
    "EffectDelivered",
    "EffectFailed",
    "EffectWithheld",
    "EnforcementClosed",
    "EnforcementMeasureLifted",
    "EnforcementMeasureTaken",
    "EnforcementStarted",
    "Event",
    "EventRetracted",
    "EvidenceAdded",
    "FactsChanged",
    "FinancesAssessed",
    "Happening",
    "HearingHeld",
    "HearingScheduled",
    "HoldLifted",
    "HoldPlaced",
    "HostEvent",
    "Instalment",
    "JudgmentGiven",
    "KINDS",
    "LawFirmEngaged",
    "LawFirmReleased",
    "LoanOpened",
    "MediationHeld",
    "MovedByHand",
    "NegotiationClosed",
    "NegotiationOpened",
    "OfferApproved",
    "OfferDeclined",
    "OfferMade",
    "OtherLoanTold",
    "Owed",
    "PaymentOrderContested",
    "PaymentOrderIssued",
    "PaymentReceived",
    "PaymentReversed",
    "PlacedWithAgency",
    "PlanAgreed",
    "PlanCancelled",
    "PolicyAdopted",
    "PreservationGranted",
    "PreservationReleased",
    "PromiseCancelled",
    "PromiseMade",
    "PromiseMoved",
    "ProofReceived",
    "ProofRequested",
    "PropertyLeadFound",
    "Recalled",
    "RefundMade",
    "ScheduleReplaced",
    "SettlementReached",
    "StandsFrom",
    "SurveyAnswered",
    "TaskCompleted",
    "TaskReassigned",
    "TimePassed",
    "WaiverGranted",
    "WrittenOff",
    "read_event",
    "read_event_json",
]
