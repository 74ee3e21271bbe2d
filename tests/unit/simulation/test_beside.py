"""Policies side by side on one book: who came where, at how many days past due, with how many contacts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from overdue_flow import Policy, load_policy
from overdue_flow.simulation.backtest import Days, backtest
from overdue_flow.simulation.beside import Beside, label_of, middle, stages_of
from overdue_flow.simulation.book import read_book
from overdue_flow.simulation.summary import Summary

POLICY = """\
language: 1
policy: {name}
version: "1"
actions: {{text: {{kind: contact, params: {{channel: choice}}}}, look: {{kind: task}}}}
limits: [{{id: quiet, strength: block, applies_to: {{channel: sms}}, when: dpd > 60}}]
stages:
  current: {{start: true, rules: [{{id: late, when: dpd >= {late}, to: reminder}}]}}
  reminder:
    label: {{en: reminder, zh: 提醒}}
    on_enter: [{{do: text, with: {{channel: sms}}, not_after: 5 days}}]
    rules: [{{id: cured, when: arrears_cleared, to: current}}, {{id: sue, when: dpd > {sue}, to: legal}}]
  legal:
    first: claim
    stages:
      claim: {{on_enter: [{{do: look}}], rules: [{{id: paid, when: balance == 0, to: legal.won}}]}}
      won: {{end: true}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "loans.csv").write_text("loan_id,currency,opened_on\nA,CNY,2025-01-01\nB,CNY,2025-01-01\n")
    (tmp_path / "instalments.csv").write_text("loan_id,due_on,amount\nA,2025-01-10,100\nB,2025-01-10,100\n")
    (tmp_path / "payments.csv").write_text("loan_id,payment_id,value_date,amount\nB,p,2025-02-01,100\n")
    return tmp_path


def column(folder: Path, **words: object) -> Beside:
    policy: Policy = load_policy(text=POLICY.format(**words))
    found = Beside(Summary(policy, Days(date(2025, 1, 1), date(2025, 6, 30)), "assumed"))
    for outcome in backtest(policy, read_book(folder, policy.terms.zone), found.summary.days):
        found.add(outcome)
    return found


def test_a_loan_counts_once_for_each_stage_at_the_days_past_due_of_its_first_entry(folder: Path) -> None:
    soon, late = column(folder, name="soon", late=1, sue=90), column(folder, name="late", late=30, sue=120)
    assert soon.entered == {"reminder": [1, 1], "legal": [91]}
    assert late.entered == {"reminder": [30], "legal": [121]}
    assert dict(soon.standing) == {"legal": 1, "current": 1}
    assert (soon.contacts["sms"], soon.contacted, late.contacted) == (2, [1, 1], [30])
    assert (soon.tasks, soon.summary.cures) == (1, 1)


def test_a_contact_that_a_limit_forbids_is_no_contact(folder: Path) -> None:
    found = column(folder, name="too-late", late=70, sue=120)
    assert (sum(found.contacts.values()), found.withheld, found.contacted) == (0, 1, [])


def test_stages_of_all_policies_are_shown_in_their_order_with_their_names(folder: Path) -> None:
    columns = [column(folder, name="soon", late=1, sue=90)]
    assert stages_of(columns) == ("current", "reminder", "legal")
    assert (label_of(columns, "reminder", "zh"), label_of(columns, "legal", "zh")) == ("提醒", "legal")
    other = load_policy(text=POLICY.format(name="other", late=1, sue=90).replace("zh: 提醒", "zh: 催收"))
    assert (
        label_of([*columns, Beside(Summary(other, columns[0].summary.days, "assumed"))], "reminder", "zh") == "reminder"
    )


def test_a_column_can_be_said_as_plain_data(folder: Path) -> None:
    said = column(folder, name="soon", late=1, sue=90).as_json()
    assert said["entered"]["legal"] == {"loans": 1, "median_dpd": 91, "dpd": [91]}
    assert {"from": "reminder", "to": "legal.claim", "moves": 1} in said["stage_flow"]
    assert said["first_contact"] == {"loans": 2, "median_dpd": 1}


@pytest.mark.parametrize(("dpd", "expected"), [([], None), ([3], 3), ([1, 2], 2), ([1, 5, 9], 5)])
def test_a_median_between_two_days_is_the_later_one(dpd: list[int], expected: int | None) -> None:
    assert middle(dpd) == expected
