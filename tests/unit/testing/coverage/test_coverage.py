"""Coverage: what suites reach of a policy, what no loan can show, what the policy explains, what is its own."""

from __future__ import annotations

from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.coverage.conditions import out_of_reach
from overdue_flow.testing.coverage.coverage import Coverage, Ran, coverage, finding_of, run
from overdue_flow.testing.coverage.suites import packs_under, suite_of, suite_of_pack

TEXT = """\
language: 1
policy: small
version: "1"
terms: {currency: CNY}
stages:
  current: {start: true, rules: [{id: late, when: dpd >= 3, to: gone}]}
  gone: {end: true}
"""
GIVEN = "given: {instalments: [{due_on: 2025-01-10, amount: 100.00}]}"


def measured(policy: Policy, *thens: str, only_in: str | None = None) -> Coverage:
    text = "".join(f"  - {{name: n{number}, {GIVEN}, then: [{then}]}}\n" for number, then in enumerate(thens))
    scenarios = load_scenarios(text=f"scenarios:\n{text}", policy=policy) if thens else ()
    return coverage(policy, [run(suite_of(policy, "policy.yaml", scenarios))], only_in=only_in)


def test_each_kind_is_counted() -> None:
    policy = load_policy(text=TEXT)
    half = measured(policy, "{on: 2025-01-12, stage: current}")
    assert half.counted == (("rule", 0, 1), ("comparison", 1, 2), ("stage", 1, 3))
    assert [str(part) for part in half.missing] == [
        "stage current: left", "rule late: fired", "rule late: dpd >= 3 true", "stage gone: entered",
    ]  # fmt: skip
    assert round(half.percent, 1) == 33.3
    whole = measured(policy, "{on: 2025-01-12, stage: current}", "{on: 2025-01-13, stage: gone}")
    assert (whole.missing, whole.percent) == ((), 100.0)
    assert (whole.by[whole.parts[0]], whole.by[whole.parts[2]]) == ("n0", "n1")


def test_nothing_is_reached_by_no_scenario_and_all_of_nothing() -> None:
    policy = load_policy(text=TEXT)
    none = measured(policy)
    assert (none.percent, len(none.missing)) == (0.0, 6)
    assert coverage(policy, [], only_in="another.yaml").percent == 100.0


def test_a_scenario_that_fails_shows_nothing() -> None:
    found = measured(load_policy(text=TEXT), "{on: 2025-01-13, stage: current}")
    assert (found.failed, found.percent, found.runs) == (("n0",), 0.0, {"policy.yaml": 0})


def test_what_no_loan_can_show_is_no_part() -> None:
    idle = TEXT.replace("when: dpd >= 3", "when: dpd >= 3 and dpd >= 0 and overdue_amount > 0")
    policy = load_policy(text=idle)
    found = measured(policy, "{on: 2025-01-13, stage: gone}")
    assert {str(part) for part in found.idle} == {
        "rule late: dpd >= 0 true", "rule late: dpd >= 0 false", "rule late: overdue_amount > 0 false",
    }  # fmt: skip
    assert set(found.idle) == out_of_reach(policy)
    assert not set(found.idle) & set(found.parts)


def test_a_part_that_the_policy_explains_is_left_out_and_a_reason_for_nothing_is_told() -> None:
    explained = TEXT + "explained: [{finding: not-reached, about: [gone], because: nobody gets there}]\n"
    policy = load_policy(text=explained)
    assert "explains-nothing" not in {finding.code for finding in policy.findings}
    found = measured(policy, "{on: 2025-01-12, stage: current}")
    assert {str(part): because for part, because in found.explained.items()} == {
        "stage gone: entered": "nobody gets there"
    }
    assert "stage gone: entered" not in {str(part) for part in found.parts}
    reached = measured(policy, "{on: 2025-01-13, stage: gone}")
    assert (dict(reached.explained), reached.needless, reached.percent) == ({}, ("gone",), 100.0)


def test_a_part_says_itself_as_a_finding() -> None:
    (_entered, _left, rule, side, *_others) = measured(load_policy(text=TEXT)).missing
    assert str(finding_of(rule)).endswith("no scenario reaches rule `late`: fired")
    assert finding_of(side).message == "no scenario reaches rule `late`: `dpd >= 3`, true"
    assert finding_of(side).place == side.place


def test_what_is_written_in_the_file_itself() -> None:
    policy = load_policy("pack:cn/everbright")
    own = coverage(policy, [], only_in="pack:cn/everbright")
    assert {part.name for part in own.parts} == {
        "unreached", "found", "rest-while-sought", "seek", "reminder.contact", "reminder.search",
    }  # fmt: skip


def test_what_a_packs_own_scenarios_reach_counts_for_a_policy_that_takes_it_in() -> None:
    assert packs_under("pack:cn/everbright-2025")[:3] == ("cn/bank-base", "cn/care", "cn/contact-2025")
    ran = run(suite_of_pack("cn/five-tier"))
    policy = load_policy("pack:cn/everbright-2025")
    found = coverage(policy, [Ran("mine", {}, 0), ran])
    marks = [part for part in found.parts if part.kind == "mark"]
    assert marks
    assert set(marks) <= set(found.by)
    assert found.runs == {"mine": 0, "pack:cn/five-tier": ran.passed}
