"""Events of the legal road (诉讼): from the question whether to sue to the end of enforcement."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from overdue_flow.cases.events.agreement import GraceDays
from overdue_flow.cases.events.base import Happening, Prose, Schedule, Word
from overdue_flow.money import Amount

Track = Literal["ordinary", "small_claims", "payment_order"]
Measure = Literal["account_frozen", "property_seized", "vehicle_seized", "wages_garnished"]


class CaseAssessed(Happening):
    """Counsel's view: is a suit worth it?"""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["CaseAssessed"] = "CaseAssessed"
    recommendation: Literal["sue", "do_not_sue", "wait"]
    expected_recovery: Amount | None = None
    legal_cost: Amount | None = None
    reason: Prose = ""


class LawFirmEngaged(Happening):
    """A law firm acts for the lender."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reference"})

    kind: Literal["LawFirmEngaged"] = "LawFirmEngaged"
    firm: Word
    reference: Word | None = None


class LawFirmReleased(Happening):
    """The law firm acts no more."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["LawFirmReleased"] = "LawFirmReleased"
    reason: Prose = ""


class EvidenceAdded(Happening):
    """A piece of evidence: `reference` says where the host keeps it."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reference", "note"})

    kind: Literal["EvidenceAdded"] = "EvidenceAdded"
    document: Literal["contract", "payment_record", "correspondence", "recording", "identity", "other"]
    reference: Word
    note: Prose = ""


class PropertyLeadFound(Happening):
    """财产线索: something of the borrower's that a judgment could be enforced on."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reference", "note"})

    kind: Literal["PropertyLeadFound"] = "PropertyLeadFound"
    lead: Literal["account", "property", "vehicle", "wages", "other"]
    reference: Word
    value: Amount | None = None
    note: Prose = ""


class PreservationGranted(Happening):
    """财产保全: assets are frozen before judgment, until the end of `until`."""

    kind: Literal["PreservationGranted"] = "PreservationGranted"
    amount: Amount | None = None
    until: date | None = None


class PreservationReleased(Happening):
    """The assets are free again."""

    kind: Literal["PreservationReleased"] = "PreservationReleased"


class ClaimFiled(Happening):
    """A claim went to court: ordinary, or small claims (小额速裁)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reference"})

    kind: Literal["ClaimFiled"] = "ClaimFiled"
    claim_amount: Amount
    track: Track = "ordinary"
    filed_on: date | None = None
    court: Word | None = None
    reference: Word | None = None


class ClaimAccepted(Happening):
    """The court took the claim on."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reference"})

    kind: Literal["ClaimAccepted"] = "ClaimAccepted"
    reference: Word | None = None


class ClaimRejected(Happening):
    """The court does not take the claim on."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["ClaimRejected"] = "ClaimRejected"
    reason: Prose = ""


class PaymentOrderIssued(Happening):
    """支付令: the court orders payment without a hearing."""

    kind: Literal["PaymentOrderIssued"] = "PaymentOrderIssued"
    amount: Amount | None = None


class PaymentOrderContested(Happening):
    """The borrower objected in time, and the order is void: it takes a suit."""

    kind: Literal["PaymentOrderContested"] = "PaymentOrderContested"


class MediationHeld(Happening):
    """Mediation took place."""

    kind: Literal["MediationHeld"] = "MediationHeld"
    outcome: Literal["settled", "failed", "adjourned"]


class HearingScheduled(Happening):
    """The court set a day for a hearing; a later word takes the place of an earlier one."""

    kind: Literal["HearingScheduled"] = "HearingScheduled"
    hearing_on: date


class HearingHeld(Happening):
    """A hearing took place."""

    kind: Literal["HearingHeld"] = "HearingHeld"


class JudgmentGiven(Happening):
    """The court decided. `pay_by` is the last day on which the borrower may pay of their own accord."""

    kind: Literal["JudgmentGiven"] = "JudgmentGiven"
    outcome: Literal["for_lender", "in_part", "against"]
    amount: Amount | None = None
    pay_by: date | None = None


class AppealFiled(Happening):
    """One side appealed against the judgment."""

    kind: Literal["AppealFiled"] = "AppealFiled"
    by: Literal["borrower", "lender"] = "borrower"


class AppealDecided(Happening):
    """The appeal is over. Where the judgment was changed, a `JudgmentGiven` says how it stands now."""

    kind: Literal["AppealDecided"] = "AppealDecided"
    outcome: Literal["upheld", "changed", "withdrawn"]


class EnforcementStarted(Happening):
    """强制执行: the judgment is enforced."""

    kind: Literal["EnforcementStarted"] = "EnforcementStarted"
    measures: tuple[Measure, ...] = ()


class EnforcementMeasureTaken(Happening):
    """An account was frozen, property or a vehicle seized, or wages are garnished, until the end of `until`."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reference"})

    kind: Literal["EnforcementMeasureTaken"] = "EnforcementMeasureTaken"
    measure: Measure
    reference: Word | None = None
    amount: Amount | None = None
    until: date | None = None


class EnforcementMeasureLifted(Happening):
    """A measure ended; without a `reference`, every one of its kind."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reference"})

    kind: Literal["EnforcementMeasureLifted"] = "EnforcementMeasureLifted"
    measure: Measure
    reference: Word | None = None


class EnforcementClosed(Happening):
    """Enforcement ended."""

    kind: Literal["EnforcementClosed"] = "EnforcementClosed"
    recovered: Amount | None = None
    outcome: Literal["satisfied", "in_part", "nothing_found", "withdrawn"] | None = None


class DebtAcknowledged(Happening):
    """The borrower acknowledged the debt: the limitation period (诉讼时效) begins anew where the terms say so."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reference"})

    kind: Literal["DebtAcknowledged"] = "DebtAcknowledged"
    reference: Word | None = None


class SettlementReached(Happening):
    """The parties settle: `instalments` make a plan; `waived_on_completion` is let go once it is completed.

    With `offer_id` it accepts the offer of that id, and closes its talks as agreed; its schedule is that of the offer.
    `role` settles for the lender. `grace_days` are days after each due date for which nothing counts as missed.
    """

    kind: Literal["SettlementReached"] = "SettlementReached"
    amount: Amount
    instalments: Schedule
    waived_on_completion: Amount | None = None
    grace_days: GraceDays | None = None
    plan_id: Word | None = None
    offer_id: Word | None = None
    role: Word | None = None


class ClaimWithdrawn(Happening):
    """The lender withdrew the claim."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["ClaimWithdrawn"] = "ClaimWithdrawn"
    reason: Prose = ""
