"""The order of ties: what comes first of two events that were noticed at one instant."""

from __future__ import annotations

from datetime import datetime

from overdue_flow.cases.events import (
    Accelerated,
    ArrearsReported,
    ChargeAdded,
    Event,
    LoanOpened,
    PaymentReceived,
    PaymentReversed,
    RefundMade,
    ScheduleReplaced,
    WaiverGranted,
)

LEDGER = (
    LoanOpened, ScheduleReplaced, ChargeAdded, PaymentReceived, PaymentReversed, WaiverGranted, RefundMade, Accelerated,
    ArrearsReported,
)  # fmt: skip
"""The events of the ledger."""


def order_of(at: datetime, event: Event) -> tuple[datetime, int, str]:
    """The sort key of an event that was noticed at `at`: by instant, the ledger's events first, then by id."""
    return at, 0 if isinstance(event, LEDGER) else 1, event.id or ""
