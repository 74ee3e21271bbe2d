"""A policy with a part of every kind that scenarios can reach, and what a scenario reaches of it."""

from __future__ import annotations

from functools import cache

from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.coverage.reached import seen_by
from overdue_flow.testing.coverage.seen import Seen

COVERED = """\
language: 1
policy: covered
version: "1"
terms: {currency: CNY, time_zone: Asia/Shanghai}
roles: [team, boss]
attention: boss
facts:
  frail: {type: flag, default: false, label: frail}
  score: {type: number, label: score}
actions:
  remind: {kind: contact, purpose: collect, params: {channel: choice}}
  call: {kind: contact, purpose: collect, params: {channel: choice}}
  visit: {kind: task, params: {role: role}}
  scold: {kind: task, params: {role: role}}
holds:
  dispute: {stops: [contact, court], lifted_by: [boss]}
promises: {stops: [collect]}
marks:
  late: {when: dpd > 10, until: arrears_cleared}
  lost: {when: dpd > 20 or score < 0.5}
limits:
  - {id: night, strength: block, applies_to: {kind: contact}, outside: "08:00-20:00"}
  - {id: twice, strength: block, applies_to: {kind: contact}, counts: attempt, at_most: 2, within: 7 days}
  - {id: gentle, strength: advise, applies_to: {kind: contact}, when: frail}
everywhere:
  - {id: cured, when: arrears_cleared, to: current, except: [current, court, gone]}
stages:
  current:
    start: true
    rules: [{id: overdue, when: dpd >= 3, to: early}]
  early:
    on_enter:
      - {id: hello, do: remind, with: {channel: sms}}
      - {id: look, do: visit, when: frail, with: {role: team}, within: 5 days, else: {do: scold, with: {role: boss}}}
    every: [{id: again, each: 1 week, do: remind, when: dpd < 30, with: {channel: sms}}]
    rules:
      - id: climb
        when: dpd >= 8
        ladder: [{do: call, with: {channel: phone}, times: 2, wait: 1 day}, {do: remind, with: {channel: sms}}]
      - {id: said-no, on: NegotiationClosed, when: 'outcome == "failed"', do: scold, with: {role: team}}
      - {id: to-court, when: dpd > 30 and (frail or failed_negotiations_in_a_row >= 1), to: court}
  court:
    rules: [{id: won, on: JudgmentGiven, to: gone}]
  gone: {end: true}
never:
  - {id: not-early, that: stage == "court" and dpd <= 30, on_entry: true}
"""

GIVEN = "given: {instalments: [{due_on: 2025-01-10, amount: 100.00}]"


@cache
def covered() -> Policy:
    """The policy, checked once."""
    return load_policy(text=COVERED)


def seen(when: str = "", then: str = "{on: 2025-01-10, stage: current}", given: str = "") -> Seen:
    """What a scenario with these steps and expectations reaches and touches of it."""
    text = f"scenarios: [{{name: a loan, {GIVEN}{given}}}, when: [{when}], then: [{then}]}}]"
    (scenario,) = load_scenarios(text=text, policy=covered())
    return seen_by(covered(), scenario)


def reached(when: str = "", then: str = "{on: 2025-01-10, stage: current}", given: str = "") -> set[str]:
    """The parts that it reaches, in words."""
    return {str(part) for part in seen(when, then, given).reached}
