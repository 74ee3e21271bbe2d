"""What happened to a loan: frozen values, told apart by `kind`."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, TypeAlias

from pydantic import Field, TypeAdapter

from overdue_flow.cases.events.agreement import (
    CounterOffered,
    NegotiationClosed,
    NegotiationOpened,
    OfferMade,
    PlanAgreed,
    PlanCancelled,
    PromiseCancelled,
    PromiseMade,
)
from overdue_flow.cases.events.base import Event, Happening, Instalment
from overdue_flow.cases.events.care import (
    ComplaintAnswered,
    ComplaintReceived,
    DisputeRaised,
    DisputeResolved,
    HoldLifted,
    HoldPlaced,
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
    CaseAssessed,
    ChargedOff,
    ClaimAccepted,
    ClaimFiled,
    ClaimWithdrawn,
    Closed,
    DebtSold,
    EnforcementClosed,
    EnforcementStarted,
    HearingHeld,
    JudgmentGiven,
    MediationHeld,
    PlacedWithAgency,
    PreservationGranted,
    Recalled,
    SettlementReached,
    WrittenOff,
)
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
        NegotiationOpened, OfferMade, CounterOffered, NegotiationClosed,
        PromiseMade, PromiseCancelled, PlanAgreed, PlanCancelled,
        HoldPlaced, HoldLifted, DisputeRaised, DisputeResolved, ComplaintReceived, ComplaintAnswered,
        CaseAssessed, PreservationGranted, ClaimFiled, ClaimAccepted, MediationHeld, HearingHeld, JudgmentGiven,
        EnforcementStarted, EnforcementClosed, SettlementReached, ClaimWithdrawn,
        PlacedWithAgency, Recalled, DebtSold, ChargedOff, WrittenOff, Closed,
        TaskCompleted, TaskReassigned, EffectDelivered, EffectFailed, EffectWithheld,
        TimePassed, PolicyAdopted, MovedByHand, EventRetracted,
    )
}  # fmt: skip
"""Every kind of event by its name."""

AnyEvent: TypeAlias = Annotated[
    LoanOpened | CaseAdopted | ScheduleReplaced | ChargeAdded | PaymentReceived | PaymentReversed | WaiverGranted
    | RefundMade | Accelerated | ArrearsReported
    | ContactAttempted | ConsentChanged | ChannelOptedOut | ContactPointLost | ContactPointFound
    | BorrowerLocated
    | FinancesAssessed | FactsChanged | HostEvent
    | NegotiationOpened | OfferMade | CounterOffered | NegotiationClosed
    | PromiseMade | PromiseCancelled | PlanAgreed | PlanCancelled
    | HoldPlaced | HoldLifted | DisputeRaised | DisputeResolved | ComplaintReceived | ComplaintAnswered
    | CaseAssessed | PreservationGranted | ClaimFiled | ClaimAccepted | MediationHeld | HearingHeld | JudgmentGiven
    | EnforcementStarted | EnforcementClosed | SettlementReached | ClaimWithdrawn
    | PlacedWithAgency | Recalled | DebtSold | ChargedOff | WrittenOff | Closed
    | TaskCompleted | TaskReassigned | EffectDelivered | EffectFailed | EffectWithheld
    | TimePassed | PolicyAdopted | MovedByHand | EventRetracted,
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
    "KINDS",
    "Accelerated",
    "AnyEvent",
    "ArrearsReported",
    "BorrowerLocated",
    "CaseAdopted",
    "CaseAssessed",
    "ChannelOptedOut",
    "ChargeAdded",
    "ChargedOff",
    "ClaimAccepted",
    "ClaimFiled",
    "ClaimWithdrawn",
    "Closed",
    "ComplaintAnswered",
    "ComplaintReceived",
    "ConsentChanged",
    "ContactAttempted",
    "ContactPointFound",
    "ContactPointLost",
    "CounterOffered",
    "DebtSold",
    "DisputeRaised",
    "DisputeResolved",
    "EffectDelivered",
    "EffectFailed",
    "EffectWithheld",
    "EnforcementClosed",
    "EnforcementStarted",
    "Event",
    "EventRetracted",
    "FactsChanged",
    "FinancesAssessed",
    "Happening",
    "HearingHeld",
    "HoldLifted",
    "HoldPlaced",
    "HostEvent",
    "Instalment",
    "JudgmentGiven",
    "LoanOpened",
    "MediationHeld",
    "MovedByHand",
    "NegotiationClosed",
    "NegotiationOpened",
    "OfferMade",
    "PaymentReceived",
    "PaymentReversed",
    "PlacedWithAgency",
    "PlanAgreed",
    "PlanCancelled",
    "PolicyAdopted",
    "PreservationGranted",
    "PromiseCancelled",
    "PromiseMade",
    "Recalled",
    "RefundMade",
    "ScheduleReplaced",
    "SettlementReached",
    "TaskCompleted",
    "TaskReassigned",
    "TimePassed",
    "WaiverGranted",
    "WrittenOff",
    "read_event",
    "read_event_json",
]
