"""Events of care: holds, disputes, complaints."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from overdue_flow.cases.events.base import Happening, Prose, Word
from overdue_flow.money import Amount


class HoldPlaced(Happening):
    """Something stops: contact, or the road to a stage group. `hold` names its kind (dispute, hardship, bankruptcy,
    ...).

    It begins on `placed_on` (the day of `happened_at` if absent) and lasts until lifted, or until `ends_on`, which is
    the first day without it; without `ends_on`, the policy may set `ends_by_policy_on`.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})
    PINNED: ClassVar[frozenset[str]] = frozenset({"ends_by_policy_on"})

    kind: Literal["HoldPlaced"] = "HoldPlaced"
    hold: Word
    placed_on: date | None = None
    ends_on: date | None = None
    ends_by_policy_on: date | None = None
    reason: Prose = ""


class HoldLifted(Happening):
    """A hold ends: `lifted_on` is the first day without it. `role` says who lifted it; the policy says who may."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["HoldLifted"] = "HoldLifted"
    hold: Word
    lifted_on: date | None = None
    role: Word | None = None
    reason: Prose = ""


class DisputeRaised(Happening):
    """The borrower disputes the debt or a part of it. It is a hold of kind `dispute` until resolved."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"about"})

    kind: Literal["DisputeRaised"] = "DisputeRaised"
    dispute_id: Word | None = None
    amount: Amount | None = None
    about: Prose = ""


class DisputeResolved(Happening):
    """A dispute was decided; without an id, the open one."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["DisputeResolved"] = "DisputeResolved"
    dispute_id: Word | None = None
    outcome: Literal["upheld", "in_part", "rejected", "withdrawn"] = "rejected"
    reason: Prose = ""


class ComplaintReceived(Happening):
    """The borrower complains about how the case was handled."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"about"})

    kind: Literal["ComplaintReceived"] = "ComplaintReceived"
    complaint_id: Word | None = None
    about: Prose = ""


class ComplaintAnswered(Happening):
    """A complaint was answered; without an id, the oldest open one."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"findings"})

    kind: Literal["ComplaintAnswered"] = "ComplaintAnswered"
    complaint_id: Word | None = None
    outcome: Literal["upheld", "in_part", "rejected"] = "rejected"
    findings: Prose = ""
