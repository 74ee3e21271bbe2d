"""What random policies are made of: conditions, clauses, limits, mandates, each valid under the fixed words."""

from __future__ import annotations

PLAIN_GUARDS = (
    "dpd >= 1",
    "dpd >= 5 and overdue_amount > 10.00",
    "dpd > 30",
    "dpd_net > 20",
    "dpd == 12",
    "dpd in [3, 6, 9]",
    "months_past_due >= 2",
    "days_material >= 4",
    "missed_instalments >= 2",
    "overdue_amount == 0 and balance > 0",
    "balance == 0",
    "arrears_cleared",
    "arrears_cleared and not plan_active",
    "failed_negotiations_in_a_row >= 2",
    "dpd > 20 and failed_negotiations_in_a_row >= 1",
    "promises_broken >= 1",
    "broken_promises_in_a_row >= 1 and dpd > 3",
    "promise_open",
    "plan_active",
    "plan_completed",
    "plan_missed_instalments >= 1",
    "not plan_active and plans_failed >= 1",
    "on_hold",
    "hold_dispute",
    "dispute_open or complaint_open",
    "complaint_open and days_since_complaint >= 5",
    "days_in_stage >= 4",
    "days_in_stage == 3 and dpd > 0",
    "days_since_last_contact > 6",
    "days_until_next_due <= 3",
    "unanswered_attempts_in_a_row >= 2",
    "days_since_last_payment > 10 and dpd > 0",
    "odds < 0.5 and dpd > 2",
    "odds >= 0.5 or dpd > 40",
    "calls >= 2",
    "calls_lately >= 1 and dpd > 0",
)

ROAD_GUARDS = (
    "offer_open and days_until_offer_ends <= 2",
    "counter_offer_open or negotiation_rounds >= 2",
    "offer_beyond_authority",
    "days_until_promise_due == 1",
    "promises_moved >= 1 and promises_broken >= 1",
    "days_until_plan_next_due == 3",
    "plan_part_kept_instalments >= 1",
    "days_until_next_due == 3 and dpd == 0",
    "complaint_open and not complaint_acknowledged and days_since_complaint >= 3",
    "complaint_escalated or complaints_upheld >= 1",
    "proof_asked and days_since_proof_asked > 9",
    "amount_verified_differs",
    "days_since_filed >= 20 and not claim_accepted",
    "days_until_hearing == 2",
    "judgment_final and days_since_judgment_pay_by > 3",
    "account_frozen and days_until_measures_end <= 5",
    "days_until_limitation_ends <= 30",
    "limitation_run_out",
    "placed_with_agency and days_until_placement_ends <= 1",
    "sold or charged_off or written_off",
    "days_since_closed >= 2",
    "survey_score <= 3",
)
"""Conditions on what happens between the first reminder and the end."""

MARK_GUARDS = (
    "mark_low",
    "mark_high and dpd > 2",
    "not mark_mid",
    "days_since_mark_low >= 7",
    "days_since_mark_high_ended == 4",
    'classified_as in ["mid", "high"]',
    "classified_as is None and dpd > 1",
)
"""Conditions on the marks that every drawn policy has."""

MARK_ENDS = (
    "",
    "arrears_cleared",
    "dpd == 0 and not hold_dispute",
    "days_since_mark_{name} >= 9",
    "arrears_cleared and days_since_mark_{name} >= 20",
    "balance == 0",
)

MARKS = ("low", "mid", "high")

EVENT_GUARDS = {
    "PaymentReceived": (None, "amount > 50.00", "dpd == 0"),
    "NegotiationClosed": ('outcome == "failed"', 'outcome in ["agreed", "withdrawn"]', None),
    "ContactAttempted": ('channel == "phone" and outcome == "conversation"', None),
    "ComplaintReceived": (None,),
    "CaseAssessed": ('recommendation == "sue"', None),
    "FactsChanged": (None,),
    "OfferMade": ("offer_beyond_authority", None),
    "CounterOffered": (None,),
    "PromiseMoved": (None,),
    "DisputeRaised": (None,),
    "ComplaintEscalated": (None,),
    "JudgmentGiven": ('outcome == "for_lender"', None),
    "EnforcementStarted": (None,),
    "PlacedWithAgency": (None,),
}

DONE_BY = ("ComplaintAnswered", "DisputeResolved", "OfferMade", "PaymentReceived", "ClaimAccepted", "Recalled")

AUTHORITY = (
    "",
    "authority: {team: {plans: [annuity], waives: {interest: {share: 0.5}}}, boss: {waives: {interest: all}}}",
    "authority: {boss: {ends_later_by: 1 month, waives: {costs: {amount: 60.00}, principal: {share: 0.2}}}, team: {}}",
)

NEVER = (
    ("early", "stage in group and dpd <= 2", True),
    ("silent", "hold_bankruptcy and contact_delivered", False),
    ("late", "stage == s1 and dpd > 25", False),
)

LIMITS = (
    'id: night, applies_to: {kind: contact}, outside: "08:00-20:00"',
    "id: rest, applies_to: {kind: contact}, blocked_days: [sunday, holidays]",
    "id: few, applies_to: {channel: phone}, counts: attempt, at_most: 2, within: 3 days, excluding: consent",
    "id: talked, applies_to: {kind: contact}, counts: conversation, at_most: 1, within: 1 calendar week, per: person",
    "id: complaint, applies_to: {kind: contact}, when: complaint_open and days_since_complaint < 5",
    "id: later, applies_to: {kind: contact}, when: dpd < 9",
    "id: never-again, applies_to: {channel: sms}, when: dpd > 20",
    "id: called, applies_to: {channel: phone}, when: calls_lately >= 1",
    "id: no-notes, applies_to: {kind: [record, task]}, when: on_hold or dpd > 50",
    "id: for-a-while, applies_to: {kind: contact}, when: dpd > 3, in_force: {from: 2025-02-10, to: 2025-03-20}",
)
