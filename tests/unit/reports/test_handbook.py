"""The handbook says everything that the policy says, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.reports.as_text import as_text
from overdue_flow.reports.handbook import handbook
from overdue_flow.reports.handbook_words import when_said
from overdue_flow.reports.speech import spoken
from support.reported import reported_policy


@pytest.fixture(params=["reported", "example"])
def policy(request: pytest.FixtureRequest, examples: Path) -> Policy:
    return reported_policy() if request.param == "reported" else load_policy(examples / "changjiang-retail/policy.yaml")


def test_every_part_of_the_policy_is_named(policy: Policy) -> None:
    said = as_text(handbook(policy))
    for rule in policy.rules:
        assert re.search(rf"^{re.escape(rule.id)}( |$)", said, re.MULTILINE), rule.id
    for names in (policy.stages, policy.limit_ids, policy.remedies, policy.citations, policy.buckets, policy.roles):
        for name in names:
            word = policy.remedies[name].label if name in policy.remedies else {"": name}
            assert next(iter(word.values())) in said, name
    for clause in policy.never:
        assert re.search(rf"^{re.escape(clause.id)}( |$)", said, re.MULTILINE), clause.id
    for mark in policy.marks:
        assert mark.name in said


def test_its_conditions_are_chinese_in_the_chinese_one(policy: Policy) -> None:
    said = as_text(handbook(policy), "zh")
    english = re.findall(r" (?:is more than|is at least|is at most|is less than|is not known|and not|or not) ", said)
    assert english == []
    assert as_text(handbook(policy)) != said


def test_conditions_actions_and_targets_are_told_in_plain_words() -> None:
    found = handbook(reported_policy())
    early = next(part for part in found.parts if spoken(part.title) == "stage early arrears (early)")
    when, then = (spoken(early.rows[0].cells[place]) for place in (1, 2))
    assert when == (
        "days past due is more than 90 and failed negotiations in a row is at least 2"
        ' and (ability to repay is not "able" or willingness to repay is "unwilling")'
    )
    assert then == "the loan moves to filing (court.filing); approved by counsel"
    assert [spoken(note.said) for note in early.notes] == [
        "on entering: reminder (channel by the fact preferred channel, template overdue); 1 business day later",
        "in it, every 2 weeks: call (channel phone); if not (a promise to pay is open)",
    ]
    assert [spoken(note.said, "zh") for note in early.notes] == [
        "进入时：提醒 （渠道 按“首选渠道”，模板 overdue）；1 个工作日 后",
        "期间每 2 周：去电 （渠道 电话）；如果并非（有未到期承诺）",
    ]


TALKED = """\
language: 1
policy: p
version: "1"
stages:
  calm:
    start: true
    rules:
      - {id: r, on: ContactAttempted, when: 'party != "borrower" and summary == "" and identity_verified', to: gone}
  gone: {end: true}
"""


def test_fields_of_events_have_their_chinese_names_in_conditions() -> None:
    policy = load_policy(text=TALKED)
    (rule,) = policy.rules
    said = spoken(when_said(policy, rule), "zh")
    assert said == "发生“联系尝试”时；对象不为“借款人”，且摘要为空，且已核实身份"


def test_what_follows_when_a_deadline_passes_is_told() -> None:
    everywhere = next(part for part in handbook(reported_policy()).parts if spoken(part.title) == "in every stage")
    heard = next(row for row in everywhere.rows if row.cells[0] == "heard")
    assert spoken(heard.cells[2]) == (
        "look into it (role care); within 5 business days; done once ComplaintAnswered;"
        " else: look into it (role boss); within 2 business days"
    )


def test_a_source_says_how_well_it_was_read_and_what_rests_on_it() -> None:
    sources = handbook(reported_policy()).parts[-1]
    head = [spoken(column.head) for column in sources.columns]
    row = dict(zip(head, (spoken(cell) for cell in sources.rows[0].cells), strict=True))
    assert row["how it was read"] == "read on a secondary page, not in the primary text"
    assert (row["not verified"], row["on it rest"]) == ("the hours", "night")


def test_who_may_let_go_of_what_is_told_in_shares() -> None:
    part = next(one for one in handbook(reported_policy()).parts if spoken(one.title) == "who may offer what")
    assert spoken(part.rows[0].cells[2]) == "costs all, interest 25 %"


def test_a_column_that_says_nothing_is_left_out() -> None:
    holds = next(one for one in handbook(reported_policy()).parts if spoken(one.title).startswith("holds"))
    assert "source" not in [spoken(column.head) for column in holds.columns]
