"""Events of care: holds, disputes, complaints."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from overdue_flow.cases.events.base import Happening, Prose, Word, Words
from overdue_flow.money import Amount


class HoldPlaced(Happening):
    """Something stops: contact, or the road to a stage group. `hold` names its kind (dispute, hardship, bankruptcy,
    ...).

    It begins on `placed_on` (the day of `happened_at` if absent) and lasts until lifted, or until `ends_on`, which is
    the first day without it; without `ends_on`, the policy may set `ends_by_policy_on`. `role` says who placed it; the
    policy says who may. A hold of the person comes to the other loans from `of_loan`, on which it was placed.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})
    PINNED: ClassVar[frozenset[str]] = frozenset({"ends_by_policy_on"})

    kind: Literal["HoldPlaced"] = "HoldPlaced"
    hold: Word
    placed_on: date | None = None
    ends_on: date | None = None
    ends_by_policy_on: date | None = None
    role: Word | None = None
    reason: Prose = ""
    of_loan: Word | None = None


class HoldLifted(Happening):
    """A hold ends: `lifted_on` is the first day without it. `role` says who lifted it; the policy says who may. One of
    the person was lifted on the loan `of_loan`."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["HoldLifted"] = "HoldLifted"
    hold: Word
    lifted_on: date | None = None
    role: Word | None = None
    reason: Prose = ""
    of_loan: Word | None = None


class DisputeRaised(Happening):
    """The borrower disputes the debt or a part of it. It is a hold of kind `dispute` until resolved."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"about"})

    kind: Literal["DisputeRaised"] = "DisputeRaised"
    dispute_id: Word | None = None
    amount: Amount | None = None
    ground: Literal["amount", "not_mine", "paid", "service", "fraud", "time_barred", "other"] | None = None
    about: Prose = ""


class ProofRequested(Happening):
    """Proof was asked for in a dispute: of the borrower, or by the borrower of the lender (`asked_of`). Without an id,
    it is the oldest open dispute."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"about"})

    kind: Literal["ProofRequested"] = "ProofRequested"
    dispute_id: Word | None = None
    asked_of: Literal["borrower", "lender"] = "borrower"
    about: Prose = ""


class ProofReceived(Happening):
    """Proof came from the side that was `asked_of` it; `evidence` are references to where the host keeps it. Without an
    id, it is the oldest open dispute."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"evidence"})

    kind: Literal["ProofReceived"] = "ProofReceived"
    dispute_id: Word | None = None
    asked_of: Literal["borrower", "lender"] = "borrower"
    evidence: Words = ()


class AmountVerified(Happening):
    """Somebody checked what is overdue against the lender's books, item by item: it is `amount`. A dispute may be
    named; there need not be one."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"by"})

    kind: Literal["AmountVerified"] = "AmountVerified"
    amount: Amount
    dispute_id: Word | None = None
    by: Word | None = None


class DisputeResolved(Happening):
    """A dispute was decided; without an id, the open one."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["DisputeResolved"] = "DisputeResolved"
    dispute_id: Word | None = None
    outcome: Literal["upheld", "in_part", "rejected", "withdrawn"] = "rejected"
    reason: Prose = ""


class ComplaintReceived(Happening):
    """The borrower complains about how the case was handled, or objects to something (`nature`). `against` names who
    is complained of: a member of staff, or an agency."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"about", "against"})

    kind: Literal["ComplaintReceived"] = "ComplaintReceived"
    complaint_id: Word | None = None
    nature: Literal["complaint", "objection"] = "complaint"
    topic: Word | None = None
    against: Word | None = None
    about: Prose = ""


class ComplaintAcknowledged(Happening):
    """The borrower was told that a complaint has come in; without an id, the oldest open one of which that was not said
    yet."""

    kind: Literal["ComplaintAcknowledged"] = "ComplaintAcknowledged"
    complaint_id: Word | None = None


class ComplaintInvestigated(Happening):
    """What was found when a complaint was looked into; without an id, the oldest open one."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"findings", "by", "evidence"})

    kind: Literal["ComplaintInvestigated"] = "ComplaintInvestigated"
    complaint_id: Word | None = None
    findings: Prose = ""
    evidence: Words = ()
    by: Word | None = None


class ComplaintAnswered(Happening):
    """A complaint was answered; without an id, the oldest open one. `remedies` are the outside remedies that the answer
    names: a consumer body, legal aid, the court. One that is taken further is answered once more."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"findings"})

    kind: Literal["ComplaintAnswered"] = "ComplaintAnswered"
    complaint_id: Word | None = None
    outcome: Literal["upheld", "in_part", "rejected"] = "rejected"
    findings: Prose = ""
    remedies: Words = ()


class ComplaintEscalated(Happening):
    """A complaint went on to somebody else: a superior, or a body outside (`to`); without an id, the latest one. One
    that was answered is open again."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"to", "reason"})

    kind: Literal["ComplaintEscalated"] = "ComplaintEscalated"
    to: Word
    by: Literal["borrower", "lender"] = "borrower"
    complaint_id: Word | None = None
    reason: Prose = ""


class ConsequenceDecided(Happening):
    """What a complaint means for the member of staff or the agency that it was `against`; without an id, the latest
    one."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"against", "reason"})

    kind: Literal["ConsequenceDecided"] = "ConsequenceDecided"
    complaint_id: Word | None = None
    consequence: Literal["none", "coaching", "warning", "taken_off_the_case", "penalty", "dismissal", "agency_sanction"]
    against: Word | None = None
    reason: Prose = ""
