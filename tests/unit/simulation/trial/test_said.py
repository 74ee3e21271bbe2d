"""What a simulation takes for granted, in words."""

from __future__ import annotations

from overdue_flow.simulation.trial.said import assumptions, assumptions_zh, costs_of, effects_of
from support.called import borrowers, calling_on

EFFECTS = """\
kinds: {steady: {share: 1}}
costs: [{of: call, each: 3}, {of: call, each: 0.50}, {of: ClaimFiled, each: 800}]
effects:
  - {of: call, on: pays, times: 1.5, for: 2 weeks}
  - name: last
    of: phone
    answered: false
    on: keeps
    times: 0.5
    for: 1 month
    kinds: steady
    in: late
    missed: [0, 2+]
    after: {done: late, within: 3 days}
    when: dpd > 3
    because: {en: so, zh: 是}
    source: a pilot
"""


def test_an_effect_is_said_with_whom_it_is_about_in_two_languages() -> None:
    plain, last = effects_of(borrowers(calling_on(3), more=EFFECTS).file)

    assert plain.said == "after call: the daily rate of paying × 1.5 for 2 weeks"
    assert (last.name, last.times, last.source, last.because) == ("last", "0.5", "a pilot", {"en": "so", "zh": "是"})
    assert last.said == (
        "after a contact by phone that nobody answers: the odds of keeping a promise × 0.5 for 1 month"
        " (kinds steady; in late; 0, 2+ instalments missed; within 3 days after late; when dpd > 3)"
    )
    assert last.said_zh == (
        "电话联系（无人应答）之后 1 个月内：守诺的发生比 × 0.5 (借款人类型 steady; 阶段 late;"
        " 未还期数 0、2+; late 之后 3 天内; 条件 dpd > 3)"
    )


def test_costs_are_in_minor_units_and_those_of_one_word_add_up() -> None:
    assert costs_of(borrowers(calling_on(3), more=EFFECTS).file, "CNY") == {"call": 350, "ClaimFiled": 80000}


def test_what_is_assumed_names_the_policies_once_each() -> None:
    one, other = calling_on(3), calling_on(4)

    assert len(assumptions(one, other)) == len(assumptions(one, one)) + 1 == len(assumptions_zh(one, other))
    assert assumptions(one, None)[0] == "policy called 3 is taken as in force on every day"
    assert "common random numbers" in assumptions(one, other)[-1]
