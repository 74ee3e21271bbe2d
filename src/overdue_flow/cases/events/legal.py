"""Events of the legal road (诉讼) and of hand-over."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from overdue_flow.cases.events.base import Happening, Prose, Schedule, Word
from overdue_flow.money import Amount


class CaseAssessed(Happening):
    """Counsel's view: is a suit worth it?"""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["CaseAssessed"] = "CaseAssessed"
    recommendation: Literal["sue", "do_not_sue", "wait"]
    expected_recovery: Amount | None = None
    legal_cost: Amount | None = None
    reason: Prose = ""


class PreservationGranted(Happening):
    """财产保全: assets are frozen before judgment."""

    kind: Literal["PreservationGranted"] = "PreservationGranted"
    amount: Amount | None = None


class ClaimFiled(Happening):
    """A claim went to court: ordinary, or small claims (小额速裁)."""

    kind: Literal["ClaimFiled"] = "ClaimFiled"
    claim_amount: Amount
    track: Literal["ordinary", "small_claims", "payment_order"] = "ordinary"
    filed_on: date | None = None


class ClaimAccepted(Happening):
    """The court took the claim on."""

    kind: Literal["ClaimAccepted"] = "ClaimAccepted"


class MediationHeld(Happening):
    """Mediation took place."""

    kind: Literal["MediationHeld"] = "MediationHeld"
    outcome: Literal["settled", "failed", "adjourned"]


class HearingHeld(Happening):
    """A hearing took place."""

    kind: Literal["HearingHeld"] = "HearingHeld"


class JudgmentGiven(Happening):
    """The court decided."""

    kind: Literal["JudgmentGiven"] = "JudgmentGiven"
    outcome: Literal["for_lender", "in_part", "against"]
    amount: Amount | None = None


class EnforcementStarted(Happening):
    """强制执行: the judgment is enforced."""

    kind: Literal["EnforcementStarted"] = "EnforcementStarted"
    measures: tuple[Literal["account_frozen", "property_seized", "vehicle_seized", "wages_garnished"], ...] = ()


class EnforcementClosed(Happening):
    """Enforcement ended."""

    kind: Literal["EnforcementClosed"] = "EnforcementClosed"
    recovered: Amount | None = None


class SettlementReached(Happening):
    """The parties settle: `instalments` make a plan; `waived_on_completion` is let go once it is completed."""

    kind: Literal["SettlementReached"] = "SettlementReached"
    amount: Amount
    instalments: Schedule
    waived_on_completion: Amount | None = None
    plan_id: Word | None = None


class ClaimWithdrawn(Happening):
    """The lender withdrew the claim."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["ClaimWithdrawn"] = "ClaimWithdrawn"
    reason: Prose = ""


class PlacedWithAgency(Happening):
    """An agency collects from now on."""

    kind: Literal["PlacedWithAgency"] = "PlacedWithAgency"
    agency: Word


class Recalled(Happening):
    """The account came back from the agency."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["Recalled"] = "Recalled"
    reason: Prose = ""


class DebtSold(Happening):
    """The debt belongs to somebody else."""

    kind: Literal["DebtSold"] = "DebtSold"
    buyer: Word
    price: Amount | None = None


class ChargedOff(Happening):
    """Removed from the books; still owed."""

    kind: Literal["ChargedOff"] = "ChargedOff"
    amount: Amount | None = None


class WrittenOff(Happening):
    """No reasonable expectation of recovery."""

    kind: Literal["WrittenOff"] = "WrittenOff"
    amount: Amount | None = None


class Closed(Happening):
    """The host closed the loan."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["Closed"] = "Closed"
    reason: Prose = ""
