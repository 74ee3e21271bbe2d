"""A policy that calls late borrowers on a day past due, and borrowers on whom a call has a known effect.

One instalment; half of the borrowers pay within the month by themselves, on each of its 28 days as likely. After a call
the daily rate of paying is three times as great, so the chance of having paid by the month's end is known exactly.
"""

from __future__ import annotations

from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.population.read import Population, load_population

DAYS = 28
CHANCE = 0.5
TIMES = 3

_POLICY = """\
language: 1
policy: called
version: "{version}"
terms: {{currency: CNY, time_zone: Asia/Shanghai}}
roles: [clerk, boss]
attention: boss
facts:
  frail: {{type: flag, default: false}}
actions:
  call: {{kind: contact, purpose: collect, params: {{channel: {{type: choice, of: [phone, sms]}}}}}}
  look_at: {{kind: task, params: {{role: role}}}}
  note: {{kind: record}}
holds:
  dispute: {{stops: [contact], lifted_by: [boss]}}
stages:
  current:
    start: true
    rules: [{{id: late, when: dpd >= {day}, to: late}}]
  late:
    on_enter: [{{do: call, with: {{channel: phone}}}}, {{do: look_at, with: {{role: clerk}}}}, {{do: note}}]
    rules:
      - {{id: cured, when: dpd == 0, to: current}}
      - {{id: give-up, when: dpd >= 60, to: given_up, approve: boss}}
  given_up: {{end: true}}
"""

_POPULATION = """\
language: 1
population: called
starts_on: 2026-02-01
months: 1
borrowers: {borrowers}
seed: {seed}
loans: {{instalments: 1, first_due: 0, amount: 100.00}}
pays:
  - {{chances: {{all: 0.5}}, on: 0-27}}
{more}
"""

EFFECT = "effects: [{of: call, on: pays, times: 3, for: 30 days, because: known}]"
NO_EFFECT = "effects: [{of: call, on: pays, times: 1, for: 30 days, because: known}]"


def policy_text(day: int) -> str:
    """The policy that calls on that day past due, as its file."""
    return _POLICY.format(version=day, day=day)


def calling_on(day: int) -> Policy:
    """The same, checked."""
    return load_policy(text=policy_text(day))


def population_text(*, count: int = 400, seed: int = 1, more: str = EFFECT) -> str:
    """The population with more at its end, as its file."""
    return _POPULATION.format(borrowers=count, seed=seed, more=more)


def borrowers(*policies: Policy, count: int = 400, seed: int = 1, more: str = EFFECT) -> Population:
    """The same, checked."""
    return load_population(None, *policies, text=population_text(count=count, seed=seed, more=more))


def chance_of_paying(day: int, times: float = TIMES) -> float:
    """The chance of having paid by the month's end where the call is made on that day past due: before and on it the
    chances of not paying are those of the table, after it each to the power of `times`."""
    unpaid_then, unpaid_at_the_end = 1 - CHANCE * (day + 1) / DAYS, 1 - CHANCE
    return float(1 - unpaid_then * (unpaid_at_the_end / unpaid_then) ** times)
