"""What must have happened before an event can: a claim is filed before it is accepted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

NEEDS: Mapping[str, str] = {
    "PaymentReversed": "PaymentReceived",
    "RefundMade": "PaymentReceived",
    "OfferApproved": "OfferMade",
    "OfferDeclined": "OfferMade",
    "CounterOffered": "OfferMade",
    "PromiseMoved": "PromiseMade",
    "PromiseCancelled": "PromiseMade",
    "PlanCancelled": "PlanAgreed",
    "HoldLifted": "HoldPlaced",
    "ProofRequested": "DisputeRaised",
    "ProofReceived": "DisputeRaised",
    "AmountVerified": "DisputeRaised",
    "DisputeResolved": "DisputeRaised",
    "ComplaintAcknowledged": "ComplaintReceived",
    "ComplaintInvestigated": "ComplaintReceived",
    "ComplaintAnswered": "ComplaintReceived",
    "ComplaintEscalated": "ComplaintReceived",
    "ConsequenceDecided": "ComplaintReceived",
    "LawFirmReleased": "LawFirmEngaged",
    "PreservationReleased": "PreservationGranted",
    "ClaimAccepted": "ClaimFiled",
    "ClaimRejected": "ClaimFiled",
    "ClaimWithdrawn": "ClaimFiled",
    "PaymentOrderIssued": "ClaimFiled",
    "PaymentOrderContested": "PaymentOrderIssued",
    "MediationHeld": "ClaimFiled",
    "HearingScheduled": "ClaimFiled",
    "HearingHeld": "HearingScheduled",
    "JudgmentGiven": "ClaimFiled",
    "AppealFiled": "JudgmentGiven",
    "AppealDecided": "AppealFiled",
    "EnforcementStarted": "JudgmentGiven",
    "EnforcementMeasureTaken": "EnforcementStarted",
    "EnforcementMeasureLifted": "EnforcementMeasureTaken",
    "EnforcementClosed": "EnforcementStarted",
    "Recalled": "PlacedWithAgency",
}
"""Each kind of event that the engine refuses, or that means nothing, before another; the laws of `cases` say so."""


def with_needs(words: Iterable[str]) -> Iterator[str]:
    """Some kinds of event, each after what it needs."""
    for word in words:
        yield from with_needs((NEEDS[word],)) if word in NEEDS else ()
        yield word


def missing(words: Iterable[str], happened: frozenset[str]) -> int:
    """How many events must come before the nearest of some kinds can; 0 where one can, or none is asked for."""
    return min((sum(one not in happened for one in (*with_needs((word,)),)[:-1]) for word in words), default=0)
