"""The whole road from a warning before the due date to the court and after: policies that use all of it, and histories
that go along it, among whatever else may happen.

The policies have the stages that a bank's have, with thresholds, approvals, deadlines and what stops what drawn; the
loans fall behind and stay there mostly, so that each part of the road is reached.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from overdue_flow.events import Event, Instalment, LoanOpened, MovedByHand, TaskCompleted
from support.happenings import ABOUT_A_LOAN, OPENED_ON, events, terms
from support.histories import History, noticed_at
from support.people import acts

ONE_DAY = timedelta(days=1)
LIVED_UNTIL = OPENED_ON + timedelta(days=260)
APPROVED = ("sue", "to-legal", "accept", "place")
"""The rules that may ask for approval."""

_DONE = {"answer": "ComplaintAnswered", "settle": "DisputeResolved", "reply": "OfferMade"}
_AT = {"answer": "ComplaintReceived", "settle": "DisputeRaised", "reply": "CounterOffered"}


@st.composite
def road_policies(draw: st.DrawFn) -> str:
    """The text of a policy for the whole road."""

    def one_of(*texts: str) -> str:
        return draw(st.sampled_from(texts))

    def asks(role: str) -> str:
        return one_of("", f", approve: {role}")

    stops = one_of("[legal]", "[legal, collect]", "[collect]", "[legal.trial]")
    tasks = "".join(_task(name, one_of("2 days", "5 business days"), one_of("", _ELSE)) for name in _DONE)
    beyond = one_of("not offer_beyond_authority", "plan_active")
    return f"""language: 1
policy: whole
version: "1"
terms: {{currency: CNY, time_zone: Asia/Shanghai, calendar: CN}}
roles: [team, boss, counsel]
attention: boss
working_hours: "09:00-18:00"
actions:
  remind: {{kind: contact, purpose: inform, params: {{channel: choice}}}}
  call: {{kind: contact, purpose: collect, params: {{channel: choice}}}}
  help: {{kind: contact, purpose: service, params: {{channel: choice}}}}
  warn: {{kind: contact, purpose: legal_notice, params: {{channel: choice, party: choice}}}}
  ask: {{kind: contact, purpose: survey, params: {{channel: choice}}}}
  work: {{kind: task, params: {{role: role}}}}
holds:
  dispute: {{stops: [{one_of("contact", "collect")}, legal], review_after: 5 business days, lifted_by: [boss]}}
  hardship: {{stops: [collect, legal], ends_after: 20 days}}
  bankruptcy: {{stops: [contact, legal, negotiation]{one_of("", ", allows: {purpose: legal_notice}")}}}
promises: {{stops: {stops}}}
plans: {{stops: {stops}}}
authority:
  team: {{plans: [annuity], waives: {{interest: {{share: 0.5}}}}, instalments: 3}}
  boss: {{waives: {{costs: all, interest: all, principal: {{share: 0.2}}}}}}
limits:
  - {{id: night, strength: block, applies_to: {{kind: contact}}, outside: "08:00-20:00"}}
everywhere:
  - {{id: cured, when: arrears_cleared and not plan_active, to: performing, except: [performing, plan, closed]}}
  - {{id: sold-on, when: {one_of("sold", "sold or written_off")}, to: closed}}{tasks}
stages:
  performing:
    start: true
    rules:
      - {{id: soon, when: days_until_next_due == {draw(st.integers(1, 5))}, do: remind, with: {{channel: sms}}}}
      - {{id: late, when: dpd >= {draw(st.integers(1, 6))}, to: reminder}}
  reminder:
    on_enter: [{{do: call, with: {{channel: phone}}, after: 1 business day}}]
    every: [{{each: {one_of("3 days", "1 week")}, do: call, with: {{channel: sms}}}}]
    rules:
      - {{id: talks, on: NegotiationOpened, to: negotiation}}
      - {{id: talk-now, when: dpd >= {draw(st.integers(10, 30))}, to: negotiation}}
  negotiation:
    on_enter: [{{do: work, with: {{role: team}}, within: 4 days, done_by: NegotiationOpened, else: {_BOSS}}}]
    rules:
      - {{id: accept, on: PlanAgreed, when: {beyond}, to: plan{asks("boss")}}}
      - {{id: place, on: PlacedWithAgency, to: agency{asks("boss")}}}
      - id: to-legal
        when: dpd > {draw(st.integers(20, 60))} and failed_negotiations_in_a_row >= {draw(st.integers(0, 1))}
        to: legal{asks("counsel").replace(", ", chr(10) + "        ")}
      - {{id: last-word, when: offer_open and days_until_offer_ends <= 1, do: remind, with: {{channel: letter}}}}
  plan:
    rules:
      - {{id: kept, when: plan_completed, to: performing}}
      - {{id: broken, when: not plan_active, to: negotiation}}
      - {{id: next-one, when: days_until_plan_next_due == 3, do: remind, with: {{channel: sms}}}}
      - {{id: missed, when: plan_missed_instalments >= 1, do: call, with: {{channel: phone}}}}
  agency:
    rules:
      - {{id: recalled, on: Recalled, to: negotiation}}
      - {{id: came-back, when: not placed_with_agency, to: negotiation}}
  legal:
    first: assessment
    on_enter: [{{do: warn, with: {{channel: letter, party: {one_of("borrower", "guarantor")}}}, must: true}}]
    rules:
      - {{id: settled, on: SettlementReached, to: plan}}
      - {{id: paid, when: claim_outstanding == 0, to: closed}}
    stages:
      assessment:
        on_enter: [{{do: work, with: {{role: counsel}}, within: 9 days, done_by: CaseAssessed}}]
        rules:
          - {{id: sue, on: CaseAssessed, when: 'recommendation == "sue"', to: legal.trial{asks("counsel")}}}
          - {{id: in-time, when: days_until_limitation_ends <= {draw(st.integers(5, 40))}, to: legal.trial}}
      trial:
        rules:
          - {{id: judged, on: JudgmentGiven, when: 'outcome in ["for_lender", "in_part"]', to: legal.enforcement}}
          - {{id: withdrawn, on: ClaimWithdrawn, to: negotiation}}
          - id: no-answer
            when: days_since_filed > {draw(st.integers(10, 40))} and not claim_accepted
            to: negotiation
      enforcement:
        rules:
          - {{id: enforced, on: EnforcementClosed, to: closed}}
          - {{id: barred, when: days_until_enforcement_ends <= 0, to: closed}}
  closed:
    end: true
    on_enter: [{{do: ask, with: {{channel: sms}}}}, {{do: help, with: {{channel: email}}}}]
never:
  - {{id: early, that: stage in legal and dpd <= {draw(st.integers(0, 25))}, on_entry: true}}
"""


_BOSS = "{do: work, with: {role: boss}}"
_ELSE = f", else: {{do: work, with: {{role: boss}}, within: 3 days, else: {_BOSS}}}"


def _task(name: str, within: str, otherwise: str) -> str:
    said = f"do: work, with: {{role: team}}, within: {within}, done_by: {_DONE[name]}{otherwise}"
    return f"\n  - {{id: {name}, on: {_AT[name]}, {said}}}"


# --- histories ---

THE_ROAD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("ComplaintReceived", {"complaint_id": "a"}),
    ("NegotiationOpened", {"negotiation_id": "a"}),
    ("OfferMade", {"negotiation_id": "a", "offer_id": "a"}),
    ("CounterOffered", {"negotiation_id": "a"}),
    ("OfferMade", {"negotiation_id": "a", "offer_id": "b"}),
    ("OfferApproved", {"offer_id": "b"}),
    ("ComplaintAnswered", {"complaint_id": "a"}),
    ("PlanAgreed", {"offer_id": "b"}),
    ("PlanCancelled", {"plan_id": None}),
    ("NegotiationClosed", {"negotiation_id": None, "outcome": "failed"}),
    ("DisputeRaised", {"dispute_id": "a"}),
    ("DisputeResolved", {"dispute_id": "a"}),
    ("NegotiationClosed", {"negotiation_id": None, "outcome": "failed"}),
    ("CaseAssessed", {"recommendation": "sue"}),
    ("ClaimFiled", {"filed_on": None}),
    ("ClaimAccepted", {}),
    ("JudgmentGiven", {"outcome": "for_lender"}),
    ("EnforcementStarted", {}),
    ("EnforcementClosed", {}),
)
"""What happens to a loan that goes all the way, and what is sure to be said with it."""


@st.composite
def road_histories(draw: st.DrawFn) -> History:
    """A loan that falls behind, goes so far along the road, and meets whatever else may happen; people act on it."""
    dues = tuple(
        Instalment(due_on=OPENED_ON + days * ONE_DAY, principal="400.00", interest="20.00", costs="5.00")
        for days in (draw(st.integers(1, 9)), draw(st.integers(20, 90)))
    )
    start = datetime.combine(OPENED_ON, time(0), UTC)
    opened = LoanOpened(id="opened", at=start, opened_on=OPENED_ON, instalments=dues, terms=draw(terms()))
    money = draw(st.lists(events(("PaymentReceived",)), max_size=3))
    found = [*_along(draw), *money, *_answers(draw, start)]
    found += [*draw(st.lists(events(ABOUT_A_LOAN), max_size=5)), *draw(st.lists(acts(), max_size=4))]
    noticed = sorted(found, key=noticed_at)
    return History(opened, tuple(event.model_copy(update={"id": f"e-{n:02}"}) for n, event in enumerate(noticed, 1)))


def _along(draw: st.DrawFn) -> list[Event]:
    """The road, with steps left out, and days between them."""
    at = datetime.combine(OPENED_ON, time(4), UTC) + timedelta(days=draw(st.integers(1, 30)))
    left_out = draw(st.sets(st.integers(0, len(THE_ROAD) - 1), max_size=8))
    found = []
    for place, (kind, said) in enumerate(THE_ROAD):
        at += timedelta(days=draw(st.sampled_from([0, 1, 4, 12])))
        if place not in left_out:
            event = draw(events((kind,)))
            found.append(event.model_copy(update={**said, "at": at, "happened_at": None}))
    return found


def _answers(draw: st.DrawFn, start: datetime) -> list[Event]:
    """Somebody looks through the desk every few days, and says yes to what is asked, or no; and may move a loan."""
    answer = draw(st.sampled_from(["approved", "approved", "refused"]))
    role = draw(st.sampled_from([None, "boss", "counsel"]))
    rules = draw(st.lists(st.sampled_from(APPROVED), max_size=3, unique=True))
    found: list[Event] = [
        TaskCompleted(at=start + timedelta(days=9 * n + 8, hours=5), effect_id=rule, outcome=answer, role=role)
        for n in range(draw(st.integers(0, 14)))
        for rule in rules
    ]
    if draw(st.integers(0, 4)) == 0:
        at = start + timedelta(days=draw(st.integers(20, 140)))
        to = draw(st.sampled_from(["legal", "legal.trial", "agency", "plan"]))
        found.append(MovedByHand(at=at, to=to, role="boss", reason="judged so"))
    return found
