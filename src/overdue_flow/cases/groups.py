"""Who-may-see-what begins here: the group to which each field of an event, and each built-in fact, belongs.

A role is allowed groups, never single events: what is new is put in a group, or nobody but the host sees it. A field
that no table names belongs to none, and is hidden from every role.

Law (tests/laws): `no role sees a field it may not`.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple, TypeAlias, get_args

from overdue_flow.cases import (
    arrears,
    assessment,
    borrower,
    care,
    contacts,
    enforcement,
    handover,
    judgment,
    limitation,
    negotiation,
    plans,
    preparation,
    promises,
    suit,
)
from overdue_flow.cases import events as on
from overdue_flow.cases.facts import STAGE_FACTS, built_in, with_clocks

Group: TypeAlias = Literal[
    "identity", "contact", "finances", "money", "talks", "care", "legal", "others", "work", "reasons", "facts"
]
"""What belongs together when it is decided who may see it."""


class Described(NamedTuple):
    """A group as people call it, and what is in it."""

    label: str
    label_zh: str
    doc: str


GROUPS: dict[Group, Described] = {
    "identity": Described("identity", "身份信息", "who the borrower, co-borrowers and guarantors are"),
    "contact": Described("contact", "联系信息", "attempts to reach somebody, contact points, consent and wishes"),
    "finances": Described("finances", "财务状况", "income, expenses, assets, ability, willingness and cause"),
    "money": Described("money", "贷款账目", "the contract, its schedule and terms, payments, arrears, what is owed"),
    "talks": Described("talks", "协商与还款安排", "negotiations, offers, promises, plans and settlements"),
    "care": Described("care", "权益保护", "holds, disputes, complaints and what came of them"),
    "legal": Described("legal", "法律与移交", "law firm, evidence, court, enforcement, hand-over and credit record"),
    "others": Described(
        "all loans of the person",
        "本人全部贷款",
        "the person's other loans, and what they owe on all of them, this one among them",
    ),
    "work": Described("work", "内部工作", "stages, moves, effects and tasks; which role and who of the staff"),
    "reasons": Described("reasons", "理由与备注", "what people wrote: reasons, notes, summaries, findings"),
    "facts": Described("facts", "其他事实", "facts and events of the host's own, and counts of the policy"),
}
"""Every group, in the order in which they are listed."""

ALL_GROUPS: frozenset[str] = frozenset(get_args(Group))

# --- events ---

_EVENTS: dict[Group, tuple[type[on.Event], ...]] = {
    "money": (
        on.LoanOpened, on.CaseAdopted, on.ScheduleReplaced, on.ChargeAdded, on.PaymentReceived, on.PaymentReversed,
        on.WaiverGranted, on.RefundMade, on.Accelerated, on.ArrearsReported,
    ),
    "contact": (
        on.ContactAttempted, on.ConsentChanged, on.ChannelOptedOut, on.ContactPointLost, on.ContactPointFound,
        on.BorrowerLocated,
    ),
    "finances": (on.FinancesAssessed,),
    "facts": (on.FactsChanged, on.HostEvent),
    "talks": (
        on.NegotiationOpened, on.OfferMade, on.OfferApproved, on.OfferDeclined, on.CounterOffered,
        on.NegotiationClosed, on.PromiseMade, on.PromiseMoved, on.PromiseCancelled, on.PlanAgreed, on.PlanCancelled,
        on.SettlementReached,
    ),
    "care": (
        on.HoldPlaced, on.HoldLifted, on.DisputeRaised, on.ProofRequested, on.ProofReceived, on.AmountVerified,
        on.DisputeResolved, on.ComplaintReceived, on.ComplaintAcknowledged, on.ComplaintInvestigated,
        on.ComplaintAnswered, on.ComplaintEscalated, on.ConsequenceDecided, on.SurveyAnswered,
    ),
    "legal": (
        on.CaseAssessed, on.LawFirmEngaged, on.LawFirmReleased, on.EvidenceAdded, on.PropertyLeadFound,
        on.PreservationGranted, on.PreservationReleased, on.ClaimFiled, on.ClaimAccepted, on.ClaimRejected,
        on.PaymentOrderIssued, on.PaymentOrderContested, on.MediationHeld, on.HearingScheduled, on.HearingHeld,
        on.JudgmentGiven, on.AppealFiled, on.AppealDecided, on.EnforcementStarted, on.EnforcementMeasureTaken,
        on.EnforcementMeasureLifted, on.EnforcementClosed, on.DebtAcknowledged, on.ClaimWithdrawn,
        on.PlacedWithAgency, on.Recalled, on.AssetDisposed, on.DebtSold, on.ChargedOff, on.WrittenOff,
        on.CreditNoticeGiven, on.CreditReported, on.CreditCorrected, on.Closed,
    ),
    "others": (on.OtherLoanTold,),
    "work": (
        on.TaskCompleted, on.TaskReassigned, on.EffectDelivered, on.EffectFailed, on.EffectWithheld, on.TimePassed,
        on.PolicyAdopted, on.MovedByHand, on.EventRetracted,
    ),
}  # fmt: skip

_ROWS: dict[str, Group] = {kind.__name__: group for group, kinds in _EVENTS.items() for kind in kinds}

_ALWAYS = frozenset({"kind", "at", "happened_at"})
"""What whoever sees the row of an event sees of it."""

_OF_ITS_EVENT = frozenset({
    "id",
    "opened_on", "instalments", "currency", "terms", "effective_on", "keeps_arrears", "amount", "due_on", "component",
    "value_date", "payment_id", "towards", "reversed_on", "refunded_on", "as_of", "oldest_due_on", "overdue_amount",
    "overdue_principal", "overdue_interest", "overdue_costs", "balance", "missed_instalments", "next_due_on",
    "next_due_amount", "last_payment_on",
    "channel", "outcome", "direction", "party", "contact_point", "identity_verified", "attempt_id", "purpose", "given",
    "expires_on", "until", "time_zones",
    "income", "expenses", "assets", "ability", "willingness", "overdue_cause", "evidence",
    "max_age_days", "name", "fields",
    "negotiation_id", "offer_id", "plan", "waives_costs", "waives_interest", "waives_principal", "beside_contract",
    "valid_until", "promise_id", "plan_id", "replaces_contract", "waived_on_completion", "grace_days",
    "hold", "placed_on", "ends_on", "ends_by_policy_on", "lifted_on", "dispute_id", "ground", "asked_of",
    "complaint_id", "nature", "topic", "remedies", "to", "consequence",
    "recommendation", "expected_recovery", "legal_cost", "firm", "reference", "document", "lead", "value",
    "claim_amount", "track", "filed_on", "court", "hearing_on", "pay_by", "measures", "measure", "recovered", "agency",
    "asset", "proceeds", "buyer", "price", "bureau", "score",
    "loan", "seq", "stands", "marks", "marks_ended", "ended",
    "deadline_on", "flags", "final", "how", "limit", "day", "policy", "version", "stage_map",
    "renamed",
    "event_id",
})  # fmt: skip
"""Fields that belong where their event does."""

_FIELDS: dict[str, Group] = {
    "person_id": "identity",
    "guarantors": "identity",
    "co_borrowers": "identity",
    "borrower_zones": "contact",
    "of_loan": "others",
    "along_with": "others",
    "facts": "facts",
    "stage": "work",
    "stage_entered_on": "work",
    "effects_muted_until": "work",
    "rests_until": "work",
    "role": "work",
    "effect_id": "work",
    "by": "work",
    "against": "work",
    "reason": "reasons",
    "note": "reasons",
    "summary": "reasons",
    "about": "reasons",
    "findings": "reasons",
    "comment": "reasons",
}
"""Fields that belong elsewhere than their event."""

_ELSEWHERE: dict[tuple[str, str], Group] = {
    ("PolicyAdopted", "terms"): "money",
    ("AppealFiled", "by"): "legal",
    ("ComplaintEscalated", "by"): "care",
}
"""Fields that have the name of others and are something else."""


def group_of_row(kind: str) -> str:
    """The group of an event's row; "" for a kind that no table names, which no role sees."""
    return _ROWS.get(kind, "")


def group_of_field(kind: str, field: str) -> str:
    """The group of an event's field; "" for one that no table names, which no role sees."""
    group: str | None = _ELSEWHERE.get((kind, field), _FIELDS.get(field))
    if group is None and (field in _ALWAYS or field in _OF_ITS_EVENT):
        group = group_of_row(kind)
    return group or ""


# --- facts ---

_FEATURES = (
    ("money", (arrears,)),
    ("talks", (plans, promises, negotiation)),
    ("contact", (contacts,)),
    ("finances", (assessment,)),
    ("care", (care,)),
    ("others", (borrower,)),
    ("legal", (preparation, suit, judgment, enforcement, limitation, handover)),
)
_FACTS_ELSEWHERE: dict[str, Group] = {"survey_score": "care", "survey_answered_on": "care"}
"""Facts that belong elsewhere than their feature: where their event does."""

_NAMED_SO: tuple[tuple[tuple[str, ...], Group], ...] = (
    (("borrower_marked_",), "others"),
    (("mark_", "days_since_mark_", "days_until_mark_", "bucket", "classified_as"), "money"),
)
"""Facts that a policy makes, by how their names begin."""


@cache
def _facts() -> dict[str, str]:
    found = dict.fromkeys(STAGE_FACTS, "work")
    for group, features in _FEATURES:
        for feature in features:
            for fact in feature.FACTS:
                its_own = _FACTS_ELSEWHERE.get(fact.name, group)
                found |= {one.name: its_own for one in with_clocks((fact,))}
    return found


def group_of_fact(name: str) -> str:
    """The group of a fact. What a policy declares (facts of the host's own, counts) belongs to `facts`; a built-in fact
    that no table names belongs to "", which no role sees."""
    known = _facts().get(name)
    if known is None:
        known = next((group for starts, group in _NAMED_SO if name.startswith(starts)), None)
    return known if known is not None else "" if name in built_in() else "facts"
