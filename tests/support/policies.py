"""Random policies: valid by construction, small enough to move often, with every kind of rule that the engine knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import strategies as st

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

LEAVES = ("s0", "s1", "s2", "group.a", "group.b", "last")
_TARGETS = ("s0", "s1", "s2", "group", "group.a", "group.b", "last")


@dataclass
class Draft:
    """The parts of a policy file that are drawn, as lines of YAML under their owner."""

    rules: dict[str, list[str]] = field(default_factory=dict)
    numbered: int = 0
    asking: int = 0

    def add(self, owner: str, text: str) -> None:
        """One more rule of a stage, a group or `everywhere`; one that asks for approval is `ask1`, `ask2`, ..."""
        self.numbered += 1
        if "approve:" in text:
            self.asking += 1
        name = f"ask{self.asking}" if "approve:" in text else f"r{self.numbered}"
        self.rules.setdefault(owner, []).append(f"{{id: {name}, {text}}}")


@st.composite
def policy_texts(draw: st.DrawFn) -> str:
    """The text of a policy file."""
    draft = Draft()
    for owner in ("everywhere", "s0", "s1", "s2", "group", "group.a", "group.b"):
        for _ in range(draw(st.integers(0, 2))):
            draft.add(owner, draw(_move(owner)))
        for _ in range(draw(st.integers(0, 1))):
            draft.add(owner, draw(_do(owner)))
    # Every stage has a way in and a way out, whatever was drawn.
    for leaf, following in pairwise(LEAVES):
        draft.add(leaf, f"when: days_in_stage >= {draw(st.integers(8, 60))} and dpd > 1, to: {following}")
    return _text(draft, draw)


@st.composite
def _move(draw: st.DrawFn, owner: str) -> str:
    here = {"group.a": ("group.a", "group")}.get(owner, (owner,))
    target = draw(st.sampled_from([name for name in _TARGETS if name not in here]))
    condition = draw(_condition())
    parts = [condition, f"to: {target}"]
    parts += [f"except: [{draw(st.sampled_from(LEAVES))}]"] if owner == "everywhere" and draw(st.booleans()) else []
    parts += ["step: true"] if draw(st.integers(0, 3)) == 0 else []
    if draw(st.integers(0, 3)) == 0:
        parts += ["approve: boss"]
        if not condition.startswith("on:") and draw(st.booleans()):
            parts.append(f"ask_again_after: {draw(st.integers(1, 9))} days")
    return ", ".join(parts)


@st.composite
def _do(draw: st.DrawFn, owner: str) -> str:
    doing = draw(st.sampled_from(("do: call, with: {channel: phone}", "do: note", "do: visit_task", "ladder: climb")))
    parts = [draw(_condition()), doing]
    if draw(st.booleans()):
        parts.append("once: " + draw(st.sampled_from(("stage", "episode", "case"))))
    if doing == "do: visit_task" and draw(st.booleans()):
        parts.append(draw(_deadline()))
    if draw(st.integers(0, 3)) == 0:
        parts.append(f"not_after: {draw(st.integers(1, 9))} days")
    if draw(st.integers(0, 3)) == 0:
        parts.append("must: true")
    if draw(st.integers(0, 3)) == 0:
        parts.append("until: episode")
    if draw(st.integers(0, 2)) == 0:
        parts.append(f"after: {draw(st.integers(1, 5))} {draw(st.sampled_from(('days', 'business days')))}")
    return ", ".join(parts)


@st.composite
def _deadline(draw: st.DrawFn) -> str:
    """The deadline of a task, with what follows on it: a note, a call, a ladder, another task with a deadline."""
    follows = draw(st.sampled_from(("do: note", "do: call, with: {channel: sms}", "ladder: climb", "do: visit_task")))
    if follows == "do: visit_task":
        follows += ", until: leave, within: 4 days, else: {do: note}"
    done_by = f"done_by: {draw(st.sampled_from(DONE_BY))}, " if draw(st.booleans()) else ""
    return f"{done_by}within: {draw(st.sampled_from(('2 days', '3 business days', '0 days')))}, else: {{{follows}}}"


@st.composite
def _condition(draw: st.DrawFn) -> str:
    if draw(st.integers(0, 3)) == 0:
        event = draw(st.sampled_from(sorted(EVENT_GUARDS)))
        guard = draw(st.sampled_from(EVENT_GUARDS[event]))
        return f"on: {event}" + (f", when: '{guard}'" if guard else "")
    known = PLAIN_GUARDS + ROAD_GUARDS + MARK_GUARDS
    parts = draw(st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))
    joined = draw(st.sampled_from((" and ", " or "))).join(f"({part})" for part in parts)
    return f"when: '{joined}'"


@st.composite
def mark_texts(draw: st.DrawFn) -> str:
    """The marks of a policy, as lines of YAML: each reads what is true of the loan, and perhaps the one above it."""
    lines = []
    of_the_loan = [guard for guard in PLAIN_GUARDS + ROAD_GUARDS if "stage" not in guard and "odds" not in guard]
    for above, name in zip(("", *MARKS), MARKS, strict=False):
        of_a_mark = [f"mark_{above}", f"days_since_mark_{above} >= 3", f"not mark_{above} and dpd > 1"] if above else []
        when = draw(st.sampled_from(of_the_loan + 4 * of_a_mark))
        until = draw(st.sampled_from(MARK_ENDS + ((f"not mark_{above}",) if above else ()))).format(name=name)
        lines.append(f"  {name}: {{when: '{when}'" + (f", until: '{until}'}}" if until else "}"))
    return "\n".join(lines)


def _text(draft: Draft, draw: st.DrawFn) -> str:
    def rules(owner: str, indent: str) -> str:
        return "".join(f"\n{indent}  - {rule}" for rule in draft.rules.get(owner, [])) or " []"

    def extras(indent: str) -> str:
        lines = ""
        if draw(st.booleans()):
            lines += (
                f"\n{indent}on_enter: [{{do: call, with: {{channel: sms}}, after: 1 business day}}, {{do: visit_task}}"
            )
            lines += f", {{do: visit_task, {draw(_deadline())}}}" if draw(st.booleans()) else ""
            lines += ", {ladder: climb}]" if draw(st.booleans()) else "]"
        if draw(st.integers(0, 2)) == 0:
            each = draw(st.sampled_from(("3 days", "1 week", "1 month", "5 business days")))
            lines += f"\n{indent}every: [{{each: {each}, do: call, with: {{channel: phone}}}}]"
        return lines

    clauses = [one for one in NEVER if draw(st.integers(0, 2)) == 0]
    never = "".join(
        f"\n  - {{id: {name}, that: '{that}', on_entry: {str(entry).lower()}}}" for name, that, entry in clauses
    )
    limits = "".join(f"\n  - {{{one}, strength: block}}" for one in LIMITS if draw(st.integers(0, 3)) == 0)
    reviews = draw(st.sampled_from(("", ", placed_by: [boss], review_within: 4 days, review_every: 9 days")))
    hardship, pursuit = draw(st.sampled_from(("contact", "collect"))), draw(st.sampled_from(("", ", collect")))
    allows = draw(
        st.sampled_from(("", ", allows: {channel: sms}", ", allows: [{channel: letter}, {party: guarantor}]"))
    )
    counting = draw(st.sampled_from(("{}", "{due_date_is_day: 1}", "{grace_days: 3, paused_by: [dispute, hardship]}")))
    reversal = draw(st.sampled_from(("original_due_date", "reversal_date")))
    if counting == "{}":
        counting = f"{{reversal: {reversal}}}"
    stages = "".join(f"\n  {leaf}:{extras('    ')}\n    rules:{rules(leaf, '    ')}" for leaf in ("s1", "s2"))
    return f"""language: 1
policy: drawn
version: "1"
terms: {{currency: CNY, time_zone: Asia/Shanghai, calendar: CN, counting: {counting}}}
roles: [boss, team]
attention: boss
facts:
  odds: {{type: number, ask: true, max_age: 10 days, label: odds}}
counts:
  calls: {{of: ContactAttempted, where: 'channel == "phone"', within: 7 days}}
  calls_lately: {{of: ContactAttempted, within: 2 calendar days}}
actions:
  call: {{kind: contact, purpose: collect, params: {{channel: choice}}}}
  note: {{kind: record}}
  visit_task: {{kind: task}}
working_hours: "09:00-18:00"
ladders:
  climb:
    - {{do: call, with: {{channel: phone}}, times: 2, in_working_hours: true, wait: 1 day}}
    - {{do: call, with: {{channel: letter}}, approve: boss}}
    - {{do: visit_task}}
limits:{limits or " []"}
marks:
{draw(mark_texts())}
holds:
  dispute: {{stops: [contact, group], review_after: 5 business days, lifted_by: [boss]{reviews}}}
  hardship: {{stops: [{hardship}], ends_after: 12 days, again_after: 1 month}}
  bankruptcy: {{stops: [contact, group]{allows}}}
promises: {{stops: [group{pursuit}]}}
plans: {{stops: [group{pursuit}]}}
{draw(st.sampled_from(AUTHORITY))}
everywhere:{rules("everywhere", "")}
stages:
  s0:
    start: true
    rules:{rules("s0", "    ")}{stages}
  group:
    first: a{extras("    ")}
    rules:{rules("group", "    ")}
    stages:
      a:{extras("        ")}
        rules:{rules("group.a", "        ")}
      b:
        rules:{rules("group.b", "        ")}
  last: {{end: true}}
never:{never or " []"}
"""
