"""What events are about: a complaint, a dispute, talks, an offer, each by an id that the event may say.

An event that shows a task to be done is matched by id with the event at which the task was asked for: an answer to one
complaint does nothing for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from overdue_flow.cases.events import KINDS

IDS = ("complaint_id", "dispute_id", "negotiation_id", "plan_id", "offer_id", "promise_id", "payment_id")
"""The fields by which events say what they are about. Where two events share several, the first of them counts: each
offer of the same talks has an id of its own, and an agreement is about its plan before the offer that it accepts."""

REFERENCE = "reference"
"""Where a claim or a measure of enforcement is kept: an id among the events about it, and something else elsewhere."""

_BY_REFERENCE = (
    frozenset({"ClaimFiled", "ClaimAccepted"}),
    frozenset({"EnforcementMeasureTaken", "EnforcementMeasureLifted"}),
)

BEGINNINGS: Mapping[str, str] = {
    "ComplaintReceived": "complaint_id",
    "DisputeRaised": "dispute_id",
    "NegotiationOpened": "negotiation_id",
    "OfferMade": "offer_id",
    "PromiseMade": "promise_id",
    "PlanAgreed": "plan_id",
    "SettlementReached": "plan_id",
    "PaymentReceived": "payment_id",
    "ClaimFiled": REFERENCE,
}
"""The events with which something begins, and the field that names it: nothing begins twice."""

ENDINGS: Mapping[str, str] = {
    "ComplaintAnswered": "complaint_id",
    "DisputeResolved": "dispute_id",
    "NegotiationClosed": "negotiation_id",
    "PromiseCancelled": "promise_id",
    "PlanCancelled": "plan_id",
}
"""The events with which something ends, and the field that names it: nothing ends twice."""

Declared: TypeAlias = Mapping[str, Mapping[str, Any]]
"""The events of the host's own, each with its fields."""


def ids_of(event: str, declared: Declared) -> tuple[str, ...]:
    """The fields by which an event, by its name, says what it is about; of a host's own, those called `..._id`."""
    if event in declared:
        return tuple(name for name in declared[event] if name.endswith("_id"))
    return _ids_of_kind(event)


@lru_cache(maxsize=256)
def _ids_of_kind(event: str) -> tuple[str, ...]:
    kind = KINDS.get(event)
    return tuple(name for name in IDS if kind is not None and name in kind.model_fields)


def shared_id(asked_at: str | None, done_by: str, declared: Declared) -> str | None:
    """The field in which two events name the same thing; None where they have none in common."""
    if asked_at is None:
        return None
    others = ids_of(done_by, declared)
    shared = next((name for name in ids_of(asked_at, declared) if name in others), None)
    if shared is None and any({asked_at, done_by} <= about for about in _BY_REFERENCE):
        return REFERENCE
    return shared
