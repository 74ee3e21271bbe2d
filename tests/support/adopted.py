"""Two versions of one policy, and what a host says when its loans move from the first to the second."""

from __future__ import annotations

from datetime import date

from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.reports.report import Part
from overdue_flow.reports.speech import code, say
from overdue_flow.reports.treated import Figure, on_a_book
from overdue_flow.simulation.differing import Deed, Treated

FIRST = """\
language: 1
policy: town
version: "1"
title: {en: Town loans, zh: 城市贷款}
in_force: {from: 2025-01-01}
terms: {currency: CNY, time_zone: Asia/Shanghai}
roles: [team, boss, counsel]
attention: boss
actions:
  remind: {kind: contact, purpose: collect, params: {channel: choice}, label: {en: a reminder, zh: 提醒}}
  call: {kind: contact, purpose: collect, params: {channel: choice}, label: {en: a call, zh: 电话}}
  engage: {kind: task, params: {role: role}, label: {en: engage the law firm, zh: 聘请律所}}
holds:
  dispute: {stops: [contact, legal], lifted_by: [boss]}
limits:
  - {id: night, strength: block, applies_to: {kind: contact}, outside: "08:00-21:00", because: nights are quiet}
  - {id: daily, strength: block, applies_to: {channel: phone}, counts: attempt, at_most: 2, within: 1 calendar day}
everywhere:
  - {id: cured, when: arrears_cleared, to: current, except: [legal, closed], because: arrears cleared}
stages:
  current:
    start: true
    rules: [{id: late, when: dpd >= 1, to: reminder, because: unpaid}]
  reminder:
    label: {en: reminder, zh: 提醒}
    on_enter: [{do: remind, with: {channel: sms}}]
    rules: [{id: talk, when: dpd >= 15, to: talks}]
  talks:
    label: {en: negotiation, zh: 协商}
    every: [{each: 7 days, do: call, with: {channel: phone}}]
    rules:
      - {id: sue, when: dpd > 90 and broken_promises_in_a_row >= 1, to: legal, because: more than 90 days past due}
      - {id: long-overdue, when: dpd > 120, to: legal}
  legal:
    on_enter: [{do: engage, with: {role: counsel}, within: 10 days}]
    rules: [{id: paid, when: balance == 0, to: closed}]
  closed: {end: true}
"""

_NEW = (
    ('version: "1"', 'version: "2"'),
    ("in_force: {from: 2025-01-01}", "in_force: {from: 2025-06-01}"),
    ("at_most: 2", "at_most: 1"),
    ("dpd >= 15, to: talks", "dpd >= 10, to: negotiation"),
    ("  talks:", "  negotiation:"),
    ("each: 7 days", "each: 14 days"),
    ("dpd > 90 and", "dpd > 75 and"),
    ("more than 90 days", "more than 75 days"),
    ("nights are quiet", "the night is quiet"),
    ("label: {en: a call, zh: 电话}", "label: {en: a telephone call, zh: 电话}"),
    ("      - {id: long-overdue, when: dpd > 120, to: legal}\n", ""),
    ("  closed: {end: true}\n",
     "  closed: {end: true}\nnever: [{id: no-early-suit, that: stage in legal and dpd <= 75, on_entry: true}]\n"),
)  # fmt: skip


def second() -> str:
    """The text of the second version: a threshold, a limit, a rhythm and a stage's name are not what they were."""
    text = FIRST
    for old, new in _NEW:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def two_versions() -> tuple[Policy, Policy]:
    """Both, in order."""
    return load_policy(text=FIRST, name="town-1.yaml"), load_policy(text=second(), name="town-2.yaml")


def on_the_book() -> tuple[Part, ...]:
    """What the second version comes to on a book of four loans, with every kind of deed."""
    deeds = (Deed("move", "negotiation"), Deed("contact", "call", "phone"), Deed("asked", "engage"))
    marks = (Deed("mark", "bad", "begins"), Deed("mark", "worse", "ends"), Deed("stopped", "sue"))
    treated = [
        Treated("C", date(2025, 1, 20), (), deeds, (1, 1), (0, 0), (1, 1), ("current", "current"), (0, 0), (0, 0)),
        Treated("D", date(2025, 1, 20), deeds[:1], marks, (11, 5), (1, 0), (0, 0), ("legal", "negotiation"),
                (1, 0), (1, 0)),
    ]  # fmt: skip
    leading = [Figure(say("contacts"), "", 12, 6), Figure(say("loans taken to court"), "", 1, 1)]
    figures = [
        Figure(say("contacts"), code("phone"), 10, 4),
        Figure(say("suits"), say("claims to be filed"), 1, 0),
        Figure(say("loans that came into"), "legal", 1, 0),
        Figure(say("cures"), "", 2, 2),
        Figure(say("asked for"), "nobody_asks", 0, 0),
    ]
    days = date(2025, 1, 1), date(2025, 6, 30)
    return on_a_book(4, days, treated, leading, figures, ["every planned contact is taken as delivered and unanswered"])
