"""What is expected of a day beside stage and effects: what kept things back, the explanation, the story."""

from __future__ import annotations

import pytest

from overdue_flow.errors import ScenarioError
from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.comparing import Difference
from overdue_flow.testing.scenarios import ScenarioResult, run_scenario
from support.small_policy import POLICY

LIMITS = """limits:
  - {id: mornings, strength: block, applies_to: {kind: contact}, outside: "09:00-12:00"}
  - {id: no-frail, strength: block, applies_to: {kind: contact}, when: frail}
promises: {stops: [court]}
never: [{id: silence, that: odds > 1 and contact_delivered}]
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(text=POLICY + LIMITS)


def lived(policy: Policy, then: str, when: str = "", given: str = "") -> ScenarioResult:
    given = given or "instalments: 100.00 on 2025-01-10"
    text = f"scenarios: [{{name: a loan, given: {{{given}}}, when: [{when}], then: [{then}]}}]"
    (scenario,) = load_scenarios(text=text, policy=policy)
    return run_scenario(policy, scenario)


def difference(policy: Policy, then: str, when: str = "", given: str = "") -> Difference:
    found = lived(policy, then, when, given).difference
    assert found is not None
    return found


FRAIL = "instalments: 100.00 on 2025-01-10, facts: {frail: true}"
DISPUTE = "{on: 2025-01-10, DisputeRaised: {}}"
PROMISE = "{on: 2025-02-08, PromiseMade: {amount: 100.00, due_on: 7 days}}"


# --- what kept it back ---


@pytest.mark.parametrize(
    ("then", "when", "given"),
    [
        ("{dpd: 1, held: [remind]}", "", FRAIL),
        ("{dpd: 1, held: {do: remind, by: no-frail}}", "", FRAIL),
        ("{dpd: 1, held: [{do: remind, by: dispute}]}", DISPUTE, ""),
        ("{dpd: 31, held: [{do: to-court, by: dispute}]}", DISPUTE, ""),
        ("{dpd: 31, held: [{do: to-court, by: promises}]}", PROMISE, ""),
        ("{dpd: 1, effects: [{do: remind, by: mornings}]}", "", ""),
        ("{dpd: 1, vetoed: {do: remind, by: silence}}", "", "instalments: 100.00 on 2025-01-10, facts: {odds: 2}"),
    ],
)
def test_what_kept_something_back_may_be_named(policy: Policy, then: str, when: str, given: str) -> None:
    result = lived(policy, then, when, given)
    assert result.passed, f"{result}\n{result.difference.why if result.difference else ''}"


def test_another_one_that_kept_it_back_is_told_with_the_reason(policy: Policy) -> None:
    told = difference(policy, "{dpd: 1, held: {do: remind, by: dispute}}", given=FRAIL)
    assert (told.what, told.expected, told.found) == ("held", "remind (by dispute)", "remind (by no-frail)")
    assert "remind: limit no-frail: " in told.why


def test_what_is_held_has_no_day_and_says_what_holds_it(policy: Policy) -> None:
    told = difference(policy, "{dpd: 1, effects: [{do: remind, due_on: 2025-01-11}]}", DISPUTE)
    assert (told.expected, told.found) == ("`remind (due 2025-01-11)`", "`remind`")
    assert told.why.startswith("remind is held: hold dispute")


def test_one_that_was_kept_back_stands_for_one(policy: Policy) -> None:
    assert not lived(policy, "{dpd: 1, held: [remind, {do: remind, by: no-frail}]}", given=FRAIL).passed


TWO_CALLS = POLICY.replace(
    "on_enter: [{do: remind, with: {channel: sms}}]",
    "on_enter: [{do: call, with: {role: agent}}, {do: call, with: {role: boss}}]",
)


@pytest.mark.parametrize("word", ["effects", "to_do"])
@pytest.mark.parametrize("role", ["agent", "boss"])
def test_each_expectation_finds_an_effect_of_its_own_where_there_is_a_way_to_share_them(word: str, role: str) -> None:
    policy = load_policy(text=TWO_CALLS)
    either = "{do: call, due_on: 2025-01-11}"  # both are like it, and it has more to say
    assert lived(policy, f"{{dpd: 1, {word}: [{either}, {{do: call, role: {role}}}]}}").passed
    assert not lived(policy, f"{{dpd: 1, {word}: [{{do: call, role: {role}}}, {{do: call, role: {role}}}]}}").passed


def test_a_limit_that_put_nothing_off_is_told(policy: Policy) -> None:
    told = difference(policy, "{dpd: 1, effects: [{do: remind, by: no-frail}]}")
    assert (told.expected, told.found) == ("`remind (put off by no-frail)`", "remind (put off by mornings)")


@pytest.mark.parametrize(
    ("then", "message"),
    [
        ("{dpd: 1, held: {do: remind, by: disputes}}", "there is no limit, hold or clause `disputes`"),
        ("{dpd: 1, held: {do: remin}}", "there is no action `remin`"),
        ("{dpd: 1, vetoed: {do: late}}", "there is no action `late`"),
        ("{dpd: 1, effects: {do: remind, by: silence}}", "there is no limit `silence`"),
        ("{dpd: 1, held: []}", "`held` names nothing"),
    ],
)
def test_what_cannot_keep_anything_back_is_refused(policy: Policy, then: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        lived(policy, then)


# --- the explanation ---


def test_lines_of_the_explanation_may_be_expected(policy: Policy) -> None:
    assert lived(policy, "{dpd: 5, explains: 'days past due: 5 days'}").passed
    assert lived(policy, "{dpd: 5, explains: ['stands in early', 'to-court -> court.waiting']}").passed


def test_an_explanation_that_says_otherwise_is_told_whole(policy: Policy) -> None:
    told = difference(policy, "{dpd: 5, explains: ['stands in early', 'days past due: 6 days']}")
    assert (told.what, told.expected) == ("explanation", "a line with `days past due: 6 days`")
    assert "  days past due: 5 days" in told.why.split("\n")


# --- the story ---


STORY = (
    "2025-01-10 00:00  LoanOpened: opened 2025-01-10, 1 instalment on 2025-01-10\n"
    "    opened -> current: the loan was opened\n"
    "    no move by late (-> early): will hold from 2025-01-11 if nothing happens: "
    "days past due is at least 1 (now 0 days)"
)


def block(story: str) -> str:
    lines = "\n".join(f"          {line}" for line in story.split("\n"))
    return (
        "scenarios:\n  - name: a loan\n    given: {instalments: 100.00 on 2025-01-10}\n    then:\n"
        f"      - on: 2025-01-10\n        story: |\n{lines}\n"
    )


def test_the_story_up_to_a_day_may_be_expected(policy: Policy) -> None:
    (scenario,) = load_scenarios(text=block(STORY), policy=policy)
    assert run_scenario(policy, scenario).passed


def test_a_story_that_goes_otherwise_is_told_by_its_lines(policy: Policy) -> None:
    (scenario,) = load_scenarios(text=block(STORY.replace("1 instalment", "2 instalments")), policy=policy)
    result = run_scenario(policy, scenario)
    assert result.difference is not None
    assert result.difference.what == "story"
    first, second = STORY.split("\n")[:2]
    assert result.difference.why.split("\n") == [
        f"-{first.replace('1 inst', '2 inst').replace('instalment on', 'instalments on')}",
        f"+{first}",
        f" {second}",
    ]
    assert result.stories == {}


def test_a_story_that_is_to_be_written_is_as_expected(policy: Policy) -> None:
    (scenario,) = load_scenarios(text=block("anything"), policy=policy)
    result = run_scenario(policy, scenario, as_told=True)
    assert result.passed
    assert result.stories == {0: STORY}
