"""Conditions in plain Chinese, each construct of the language."""

from __future__ import annotations

import pytest

from overdue_flow.guards.phrases_zh import in_chinese
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy

TEXT = """\
language: 1
policy: p
version: "1"
terms: {currency: CNY, time_zone: Asia/Shanghai}
facts: {odds: {type: number, label: {en: odds, zh: 胜算}}}
stages:
  calm: {start: true, rules: [{id: r, when: 'CONDITION', to: legal}]}
  legal: {first: trial, stages: {trial: {rules: [{id: o, when: dpd == 0, to: gone}]}}}
  gone: {end: true}
"""


def policy(condition: str) -> Policy:
    return load_policy(text=TEXT.replace("CONDITION", condition))


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("dpd > 90", "逾期天数大于90"),
        ("dpd >= 1 and dpd <= 30", "逾期天数不少于1，且逾期天数不超过30"),
        ("1 <= dpd <= 30", "逾期天数在1至30之间"),
        ("1 < dpd < 30", "逾期天数大于1且小于30"),
        ("arrears_cleared", "欠款已清"),
        ("not arrears_cleared", "并非（欠款已清）"),
        ("dpd > 1 and (arrears_cleared or promise_open)", "逾期天数大于1，且（欠款已清，或有未到期承诺）"),
        ("oldest_due_on is None", "最早逾期日未知"),
        ("odds is not None and odds > 0.5", "胜算已知，且胜算大于0.5"),
        ("overdue_amount >= 100.00", "逾期金额不少于100.00 CNY"),
        ('willingness == "unwilling"', "还款意愿为“unwilling”"),
        ('willingness != "willing"', "还款意愿不为“willing”"),
        ('ability in ["able", "unable"]', "还款能力为“able”或“unable”"),
        ('ability not in ["able", "unable"]', "还款能力不为“able”或“unable”"),
        ("last_payment_on > oldest_due_on", "最近还款日晚于最早逾期日"),
        ('next_due_on <= "2025-03-01"', "下一还款日不晚于2025-03-01"),
        ("overdue_amount > 0.5 * balance", "逾期金额大于未还余额的0.5倍"),
        ("overdue_amount + 10 < balance", "逾期金额加10.00 CNY小于未还余额"),
        ("balance - overdue_amount > 5", "未还余额减逾期金额大于5.00 CNY"),
        ("missed_instalments == 2", "逾期期数为2"),
        ('agency == ""', "委外机构为空"),
    ],
)
def test_a_condition_is_said_in_chinese(condition: str, said: str) -> None:
    found = policy(condition)
    guard = found.rule("r").guard
    assert guard is not None
    assert in_chinese(guard, found.vocabulary, "CNY") == said


def test_words_and_labels_are_said_as_the_caller_says_them() -> None:
    found = policy('willingness == "unwilling" and dpd > 1')
    guard = found.rule("r").guard
    assert guard is not None
    said = in_chinese(guard, found.vocabulary, label=lambda fact: fact.name.upper(), word=lambda word: f"<{word}>")
    assert said == "WILLINGNESS为“<unwilling>”，且DPD大于1"
