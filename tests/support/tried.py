"""A small policy with scenarios that notice some of its mutants, and leave others."""

from __future__ import annotations

from overdue_flow.policy.load import load_policy
from overdue_flow.testing.coverage.suites import Suite
from overdue_flow.testing.mutation.mutants import Mutant
from overdue_flow.testing.mutation.trying import Outcome, Trials
from support.small_policy import POLICY

SCENARIOS = """\
scenarios:
  - name: a loan that is not paid goes on to court
    given: {instalments: [{due_on: 2025-01-10, amount: 100.00}]}
    then:
      - {on: 2025-01-10, stage: current}
      - {on: 2025-01-11, stage: early, rule: late}
      - {on: 2025-02-09, stage: early}
      - {on: 2025-02-10, stage: court.waiting, rule: to-court}
  - name: who is frail is called
    given: {instalments: [{due_on: 2025-01-10, amount: 100.00}], facts: {frail: true}}
    then: [{on: 2025-01-11, effects: call}]
  - name: who has paid is current again
    given: {instalments: [{due_on: 2025-01-10, amount: 100.00}]}
    when: [{on: 2025-01-20, PaymentReceived: {amount: 100.00}}]
    then: [{on: 2025-01-20, stage: current}]
"""


def small_suite(explained: str = "") -> Suite:
    """The small policy, with its scenarios and what it explains."""
    policy = load_policy(text=POLICY + SCENARIOS + explained)
    return Suite("small.yaml", policy, policy.scenarios)


def outcome_of(trials: Trials, part: str, said: str) -> Outcome:
    """What becomes of one mutant."""
    return trials.of(mutant(trials, part, said))


def mutant(trials: Trials, part: str, said: str) -> Mutant:
    """The mutant of a part that says this."""
    return next(one for one in trials.mutants.values() if (one.part, one.said) == (part, said))
