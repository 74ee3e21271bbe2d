"""A small book for reports: a policy with labels in both languages that uses most of the format, and four loans that
went different ways. `HOSTILE` is text as an attacker would write it, wherever people may write something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from overdue_flow.cases.counting import told_by
from overdue_flow.engine.machine import Machine
from overdue_flow.events import (
    CaseAssessed,
    ClaimAccepted,
    ClaimFiled,
    ComplaintAcknowledged,
    ComplaintAnswered,
    ComplaintInvestigated,
    ComplaintReceived,
    ConsequenceDecided,
    ContactAttempted,
    DisputeRaised,
    Event,
    EvidenceAdded,
    FinancesAssessed,
    HoldPlaced,
    Instalment,
    JudgmentGiven,
    LawFirmEngaged,
    LoanOpened,
    NegotiationClosed,
    NegotiationOpened,
    OfferMade,
    PaymentReceived,
    PlanAgreed,
    PromiseMade,
    TaskCompleted,
)
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.reports.told import Period, Told
from overdue_flow.simulation.lived import live_through
from support.road import at, on

LAST = date(2025, 8, 31)
PERIOD = Period(date(2025, 1, 1), LAST)

HOSTILE = """<script>fetch('http://evil.example/')</script><img src=x onerror="alert(1)">'"&\u202e{x}</td></table>"""

POLICY = """\
language: 1
policy: reported
version: "2025.1"
title: {en: Retail loans, zh: 个人贷款逾期处理}
in_force: {from: 2025-01-01}
terms:
  currency: CNY
  time_zone: Asia/Shanghai
  calendar: CN
  limitation: {period: 3 years, starts: last_due, interrupted_by: [demand, payment, claim]}
working_hours: "09:00-18:00"
roles: [agent, counsel, care, boss]
attention: boss
sources:
  commitment:
    citation: {en: "a word of the trade, article 7", zh: 行业公约第七条}
    level: S
    url: https://example.org/word
    unverified: {en: the hours, zh: 时段}
facts:
  preferred_channel: {type: choice, of: [sms, phone], default: sms, label: {en: preferred channel, zh: 首选渠道}}
actions:
  remind: {kind: contact, purpose: inform, params: {channel: choice, template: text}, label: {en: reminder, zh: 提醒}}
  call: {kind: contact, params: {channel: choice}, label: {en: call, zh: 去电}}
  letter: {kind: contact, purpose: legal_notice, params: {channel: choice}, label: {en: letter of counsel, zh: 律师函}}
  look_into: {kind: task, params: {role: role}, label: {en: look into it, zh: 调查核实}}
  file_suit: {kind: task, params: {role: role}, label: {en: file the suit, zh: 提起诉讼}}
buckets: {by: dpd, M1: 1..30, M2: 31..60, M3: 61..}
marks:
  watched: {when: dpd > 30, until: dpd == 0, label: {en: special mention, zh: 关注}, because: {en: by age, zh: 按账龄}}
remedies:
  hotline: {label: {en: consumer hotline, zh: 投诉热线}, reach: {en: dial 12378, zh: 拨打12378}}
  aid: {label: {en: legal aid, zh: 法律援助}, reach: "12348"}
holds:
  dispute: {stops: [contact, court], lifted_by: [boss], review_after: 5 business days}
  hardship: {stops: [collect], ends_after: 60 days, allows: {purpose: service}, placed_by: [care], lifted_by: [care]}
authority:
  agent: {plans: [annuity, term_extension], waives: {costs: all, interest: {share: 0.25}}, instalments: 12}
limits:
  - id: night
    strength: block
    applies_to: {kind: contact}
    outside: "08:00-20:00"
    because: {en: the night is quiet, zh: 夜间不打扰}
    source: commitment
  - {id: often, strength: presume, applies_to: {channel: phone}, counts: attempt, at_most: 3, within: 1 calendar day}
never:
  - {id: quiet, that: contact_delivered and hold_deceased, because: {en: the dead are left in peace, zh: 尊重逝者}}
everywhere:
  - id: cured
    when: arrears_cleared and not plan_active
    to: current
    except: [plan, gone]
    because: {en: arrears cleared, zh: 欠款已清}
  - id: agreed
    when: plan_active
    to: plan
    except: [plan, court, gone]
    because: {en: a plan was agreed, zh: 已达成还款计划}
  - {id: heard, on: ComplaintReceived, do: look_into, with: {role: care}, within: 5 business days,
     done_by: ComplaintAnswered, else: {do: look_into, with: {role: boss}, within: 2 business days}}
stages:
  current:
    start: true
    label: {en: performing, zh: 正常}
    rules: [{id: late, when: dpd >= 1, to: early, because: {en: an instalment is unpaid, zh: 有期款未还}}]
  early:
    label: {en: early arrears, zh: 早期逾期}
    on_enter: [{do: remind, with: {channel: {fact: preferred_channel}, template: overdue}, after: 1 business day}]
    every: [{each: 2 weeks, do: call, with: {channel: phone}, when: not promise_open}]
    rules:
      - id: to-court
        when: dpd > 90 and failed_negotiations_in_a_row >= 2 and (ability != "able" or willingness == "unwilling")
        to: court
        approve: counsel
        because: {en: two negotiations in a row have failed, zh: 连续两次协商失败}
  plan:
    label: {en: repayment plan, zh: 还款计划}
    rules:
      - {id: broken, when: plans_failed >= 1 and not plan_active, to: early, because: {en: it failed, zh: 计划失败}}
  court:
    label: {en: legal action, zh: 法律程序}
    first: filing
    stages:
      filing:
        label: {en: filing, zh: 立案}
        on_enter: [{do: letter, with: {channel: letter}, must: true}, {do: file_suit, with: {role: counsel}, within: 10
          business days, done_by: ClaimFiled}]
        rules: [{id: filed, on: ClaimFiled, to: court.trial, because: {en: the claim is filed, zh: 已立案}}]
      trial:
        label: {en: trial, zh: 诉讼}
        rules:
          - {id: judged, on: JudgmentGiven, when: 'outcome == "for_lender"', to: gone, because: {en: won, zh: 胜诉}}
  gone: {end: true, label: {en: closed, zh: 结案}}
"""


@cache
def reported_policy() -> Policy:
    """The policy, loaded."""
    return load_policy(text=POLICY)


def monthly(first: str, count: int, principal: str, interest: str) -> tuple[Instalment, ...]:
    """Instalments on one day of each month."""
    year, month, day = (int(part) for part in first.split("-"))
    said: list[dict[str, Any]] = []
    for number in range(count):
        ahead, place = divmod(month - 1 + number, 12)
        said.append({"due_on": date(year + ahead, place + 1, day), "principal": principal, "interest": interest})
    return tuple(Instalment.model_validate(one) for one in said)


def opening(person: str, count: int = 6, principal: str = "1000.00", **more: Any) -> LoanOpened:
    """A loan of 2025-01-01."""
    instalments = monthly("2025-01-10", count, principal, "25.50")
    fields = {"id": "opened", "at": at("2025-01-01", 0), "opened_on": on("2025-01-01"), "person_id": person}
    return LoanOpened.model_validate(fields | {"instalments": instalments} | more)


def lived(loan: str, events: list[Event], policy: Policy | None = None, until: date = LAST) -> Told:
    """A loan lived to the end of a day, as reports are told it."""
    policy = policy or reported_policy()
    noticed = []
    for number, event in enumerate(events):
        assert event.at is not None
        noticed.append((event.at, event if event.id else event.model_copy(update={"id": f"e-{number}"})))
    life = live_through(Machine(policy), loan, noticed, until)
    assert life is not None
    assert life.refused == []
    return Told(policy, tuple(life.entries), life.case, until, told_by(until, life.case.terms).turn_day)


def said(kind: Callable[..., Event], day: str, hour: int = 12, **fields: Any) -> Event:
    """An event that was noticed on a day."""
    return kind(at=at(day, hour), **fields)


def pays(day: str, amount: str) -> Event:
    """Money of a day."""
    return said(PaymentReceived, day, 11, id=f"pay-{day}", amount=amount, value_date=on(day))


def to_court(words: str = "the shop is closed") -> Told:
    """Talks fail twice, counsel is asked, the suit is won. `words` stand wherever people write something."""
    call: dict[str, Any] = {"channel": "phone", "by": "ag-7", "summary": words}
    contract: dict[str, Any] = {"document": "contract", "reference": "vault/1"}
    return lived(
        "R-1",
        [
            opening("P-1", guarantors=("P-9",)),
            said(ContactAttempted, "2025-01-15", outcome="no_answer", **call),
            said(ContactAttempted, "2025-01-16", outcome="conversation", identity_verified=True, **call),
            said(FinancesAssessed, "2025-01-20", income="3000.00", expenses="3200.00", willingness="hesitant"),
            said(PromiseMade, "2025-01-21", promise_id="pr-1", amount="500.00", due_on=on("2025-01-31")),
            pays("2025-02-03", "500.00"),
            said(NegotiationOpened, "2025-02-10", negotiation_id="n-1"),
            said(OfferMade, "2025-02-11", negotiation_id="n-1", offer_id="o-1", plan="annuity", role="agent",
                 instalments=(Instalment(due_on=on("2025-04-01"), amount="2000.00"),)),
            said(NegotiationClosed, "2025-02-20", negotiation_id="n-1", outcome="failed", reason=words),
            said(NegotiationClosed, "2025-03-20", negotiation_id="n-2", outcome="failed"),
            said(LawFirmEngaged, "2025-03-25", firm="Li and partners", reference="L-1"),
            said(EvidenceAdded, "2025-03-26", note=words, **contract),
            said(TaskCompleted, "2025-04-14", effect_id="to-court", outcome="approved", role="counsel", by="co-1",
                 note=words),
            said(CaseAssessed, "2025-04-20", recommendation="sue", expected_recovery="5000.00", legal_cost="300.00",
                 reason=words),
            said(ClaimFiled, "2025-04-25", claim_amount="5700.00", court="Wuhan", reference="(2025) 1"),
            said(ClaimAccepted, "2025-05-02", reference="(2025) 1"),
            said(JudgmentGiven, "2025-07-01", outcome="for_lender", amount="5700.00"),
        ],
    )  # fmt: skip


def on_a_plan() -> Told:
    """A plan is agreed and kept."""
    plan: dict[str, Any] = {"plan_id": "pl-1", "plan": "arrears_by_instalments", "grace_days": 3}
    instalments = tuple(Instalment(due_on=on(f"2025-{month:02}-15"), amount="900.00") for month in range(4, 11))
    return lived(
        "R-2",
        [
            opening("P-2", borrower_zones=("Asia/Shanghai",), facts={"preferred_channel": "phone"}),
            said(PlanAgreed, "2025-03-20", instalments=instalments, role="agent", **plan),
            pays("2025-04-15", "900.00"),
            pays("2025-05-17", "900.00"),
            pays("2025-06-20", "900.00"),
            pays("2025-07-15", "900.00"),
            said(ContactAttempted, "2025-07-20", channel="phone", outcome="connected", direction="inbound"),
            pays("2025-08-15", "400.00"),
        ],
    )


def with_complaints(words: str = "the caller shouted") -> Told:
    """A complaint is upheld, an objection is open, a dispute and a hardship stand."""
    return lived(
        "R-3",
        [
            opening("P-3", 10, "400.00"),
            pays("2025-01-10", "425.50"),
            pays("2025-02-12", "425.50"),
            said(ComplaintReceived, "2025-04-03", complaint_id="c-1", topic="tone", against="ag-7", about=words),
            said(ComplaintAcknowledged, "2025-04-03", 13, complaint_id="c-1"),
            said(ComplaintInvestigated, "2025-04-08", complaint_id="c-1", findings=words, evidence=("calls/1",)),
            said(ComplaintAnswered, "2025-04-09", complaint_id="c-1", outcome="upheld", findings=words,
                 remedies=("hotline",)),
            said(ConsequenceDecided, "2025-04-15", complaint_id="c-1", consequence="coaching", against="ag-7"),
            said(HoldPlaced, "2025-08-01", hold="hardship", role="care"),
            said(DisputeRaised, "2025-08-18", dispute_id="d-1", ground="amount", amount="100.00", about=words),
            said(ComplaintReceived, "2025-08-20", complaint_id="c-2", nature="objection", about=words),
        ],
    )  # fmt: skip


def on_time() -> Told:
    """Every instalment is paid on its day; one reminder was on its way, and delivered."""
    events: list[Event] = [opening("P-4", 12, "100.00")]
    events += [pays(f"2025-{month:02}-10", "125.50") for month in range(1, 9)]
    return lived("R-4", events)


def book(words: str = "as it was said") -> list[Told]:
    """The four loans."""
    return [to_court(words), on_a_plan(), with_complaints(words), on_time()]


__all__ = [
    "HOSTILE", "LAST", "PERIOD", "book", "lived", "on_a_plan", "on_time", "opening", "pays",
    "reported_policy", "said", "to_court", "with_complaints",
]  # fmt: skip
