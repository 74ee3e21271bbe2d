"""What no loan can be: made-up loans keep to it, so that a finding shows a loan that there can be."""

from __future__ import annotations

import pytest

from overdue_flow.guards.check import read_guard
from overdue_flow.policy.claims import view_of
from overdue_flow.policy.load import load_policy

POLICY = load_policy(
    text="""language: 1
policy: small
version: 1
terms: {currency: CNY}
buckets: {by: dpd, M1: 1..30, M2: 31..60, M3+: 61..}
marks:
  watch: {when: dpd > 30}
  loss: {when: dpd > 90, until: balance == 0}
stages:
  a: {start: true, rules: [{id: one, when: days_since_complaint > 9 or days_since_mark_loss > 3, to: legal.suit}]}
  legal: {first: suit, stages: {suit: {rules: [{id: two, when: balance == 0, to: b}]}}}
  b: {end: true}
"""
)


def holds_for_some(text: str) -> bool:
    guard = read_guard(text, POLICY.vocabulary, "CNY").guard
    assert guard is not None
    verdict = view_of(POLICY).none(guard)
    assert not verdict.why
    return verdict.refuted


@pytest.mark.parametrize(
    "text",
    [
        "dpd > 0 and arrears_cleared",
        "dpd == 0 and overdue_amount > 0",
        "balance == 0 and dpd > 3",
        "oldest_due_on is None and missed_instalments > 0",
        "days_since_oldest_due == 5 and dpd == 4",
        "dpd > 40 and months_past_due == 0",
        "borrower_balance < overdue_amount and not sold and not closed_by_host",
        "borrower_dpd == 0 and overdue_amount > 3.00 and not sold and not closed_by_host",
        "complaint_open and days_since_complaint is None",
        "days_in_stage < days_since_stage_entered",
        "stage is None",
        "hold_bankruptcy and not on_hold",
        'bucket == "M1" and dpd > 30',
        'bucket == "M3+" and dpd == 60',
        "bucket is None and dpd > 0",
        "mark_loss and days_since_mark_loss is None",
        "mark_loss and mark_loss_ended_on is not None",
        'classified_as == "loss" and not mark_loss',
        "mark_loss and classified_as is None",
        "overdue_amount > 0 and overdue_amount < 0.01",
        "dpd < 0 or balance < 0 or months_past_due < 0",
    ],
)
def test_such_a_loan_cannot_be(text: str) -> None:
    assert not holds_for_some(text)


@pytest.mark.parametrize(
    "text",
    [
        "dpd > 0 and overdue_amount < 0.02",
        "dpd == 31 and months_past_due == 0",
        "dpd > 0 and borrower_dpd > dpd",
        "dpd > 10 and borrower_dpd == 0 and sold",
        "overdue_amount > 3.00 and borrower_balance == 0 and closed_by_host",
        "days_material > dpd",
        "days_since_next_due < 0",
        "complaint_open and days_since_complaint > 3",
        'bucket == "M1" and dpd == 30',
        "bucket is None and dpd == 0",
        "mark_loss and dpd == 0",
        "not mark_loss and mark_loss_ended_on is not None",
    ],
)
def test_such_a_loan_can_be(text: str) -> None:
    assert holds_for_some(text)
