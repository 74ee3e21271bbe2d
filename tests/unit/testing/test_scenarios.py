"""A scenario is lived day by day, and the first thing that is otherwise than expected is told, with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from overdue_flow.cases.events import LoanOpened
from overdue_flow.errors import ScenarioError
from overdue_flow.policy.load import check_policy, load_policy, load_scenarios
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Expectation, Scenario, Step
from overdue_flow.testing.comparing import Difference
from overdue_flow.testing.scenarios import ScenarioResult, run_scenario, run_scenarios
from support.small_policy import POLICY


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(text=POLICY)


def lived(policy: Policy, then: str, when: str = "[]", given: str = "") -> ScenarioResult:
    """The result of one scenario; by default 100.00 falls due on 2025-01-10 and nothing happens."""
    given = given or "{instalments: [{due_on: 2025-01-10, amount: 100.00}]}"
    text = f"scenarios: [{{name: a loan, given: {given}, when: {when}, then: [{then}]}}]"
    (scenario,) = load_scenarios(text=text, policy=policy)
    return run_scenario(policy, scenario)


def difference(policy: Policy, then: str, when: str = "[]", given: str = "") -> Difference:
    found = lived(policy, then, when, given).difference
    assert found is not None
    return found


# --- effects, by more than their action ---

ONE_REMINDER = "{do: remind, due_on: 2025-01-11, purpose: collect, with: {channel: sms}}"


@pytest.mark.parametrize(
    "effects",
    [
        "remind",
        "[remind]",
        "{do: remind}",
        ONE_REMINDER,
        "[{do: remind, with: {channel: sms}}]",
        "[{do: call, role: agent, with: {role: agent}}, {do: remind}]",
    ],
)
def test_an_effect_is_expected_by_its_action_or_by_more_of_it(policy: Policy, effects: str) -> None:
    given = "{instalments: [{due_on: 2025-01-10, amount: 100.00}], facts: {frail: true}}"
    assert lived(policy, f"{{on: 2025-01-11, effects: {effects}}}", given=given).passed


@pytest.mark.parametrize(
    ("wanted", "expected", "found"),
    [
        ("due_on: 2025-01-12", "`remind (due 2025-01-12)`", "remind (due 2025-01-11)"),
        ("purpose: inform", "`remind (purpose inform)`", "remind (purpose collect)"),
        ("with: {channel: phone}", "`remind (channel phone)`", "remind (channel sms)"),
        ("deadline_on: 2025-01-12", "`remind (to be done by 2025-01-12)`", "`remind`"),
        ("role: boss", "`remind (role boss)`", "`remind`"),
    ],
)
def test_the_first_that_is_otherwise_is_told_beside_what_it_is(
    policy: Policy, wanted: str, expected: str, found: str
) -> None:
    told = difference(policy, f"{{on: 2025-01-11, effects: {{do: remind, {wanted}}}}}")
    assert (told.what, told.expected, told.found) == ("effects", expected, found)


def test_one_effect_stands_for_one_expectation(policy: Policy) -> None:
    told = difference(policy, f"{{on: 2025-01-11, effects: [{ONE_REMINDER}, {ONE_REMINDER}]}}")
    assert told.what == "effects"


@pytest.mark.parametrize(
    ("effects", "code"),
    [
        ("{do: remint}", "unknown-action"),
        ("{do: remind, with: {chanel: sms}}", "unknown-parameter"),
        ("{do: remind, with: {channel: {fact: frail}}}", "wrong-value"),
        ("{do: remind, due: 2025-01-11}", "unknown-key"),
    ],
)
def test_an_effect_that_cannot_be_is_refused(policy: Policy, effects: str, code: str) -> None:
    with pytest.raises(ScenarioError) as refusal:
        lived(policy, f"{{on: 2025-01-11, effects: {effects}}}")
    assert code in [problem.code for problem in refusal.value.problems]


# --- what can be expected ---


@pytest.mark.parametrize(
    "then",
    [
        "{on: 2025-01-10, stage: current, nothing: true}",
        "{on: 2025-01-11, stage: early, rule: late, effects: [remind], bucket: M1, facts: {dpd: 1}}",
        "{on: 2025-01-12, nothing: true, no_effects: [remind]}",
        "{on: 2025-02-10, stage: court, rule: to-court}",
        "{on: 2025-02-10, stage: court.waiting, bucket: M2, facts: {dpd: 31, stage: court}}",
        "{on: 2025-01-11, facts: {overdue_amount: 100.00, frail: false, odds: missing, oldest_due_on: 2025-01-10}}",
        "{on: 2025-02-20, effects: [approval], stage: court.waiting, no_effects: [file]}",
    ],
)
def test_a_scenario_passes_where_all_is_as_expected(policy: Policy, then: str) -> None:
    result = lived(policy, then)
    assert result.passed, f"{result}\n{result.difference.why if result.difference else ''}"
    assert str(result) == "a loan: as expected"


@pytest.mark.parametrize(
    ("then", "what", "expected", "found"),
    [
        ("{on: 2025-01-11, stage: court}", "stage", "`court`", "`early`"),
        ("{on: 2025-01-11, bucket: M2}", "bucket", "`M2`", "`M1`"),
        ("{on: 2025-01-10, bucket: M1}", "bucket", "`M1`", "none"),
        ("{on: 2025-01-11, facts: {dpd: 2}}", "`dpd`", "2 days", "1 day"),
        ("{on: 2025-01-11, facts: {overdue_amount: 99.99}}", "`overdue_amount`", "99.99 CNY", "100.00 CNY"),
        ("{on: 2025-01-11, facts: {frail: true}}", "`frail`", "yes", "no"),
        ("{on: 2025-01-11, facts: {odds: 0.5}}", "`odds`", "0.5", "nothing: it is missing"),
        ("{on: 2025-01-11, facts: {dpd: missing}}", "`dpd`", "nothing: it is missing", "1 day"),
        ("{on: 2025-01-11, rule: to-court}", "rule", "`to-court`", "`late`"),
        ("{on: 2025-01-12, rule: late}", "rule", "`late`", "no rule"),
        ("{on: 2025-01-11, effects: [call]}", "effects", "`call`", "`remind`"),
        ("{on: 2025-01-11, effects: [remind, remind]}", "effects", "`remind`, `remind`", "`remind`"),
        ("{on: 2025-01-11, no_effects: [remind]}", "effects", "no `remind`", "`remind`"),
        ("{on: 2025-01-11, vetoed: [remind]}", "vetoed", "`remind`", "none"),
        ("{on: 2025-01-11, skipped: [remind]}", "skipped", "`remind`", "none"),
        ("{on: 2025-01-11, held: [to-court]}", "held", "`to-court`", "none"),
        ("{on: 2025-01-11, nothing: true}", "what happens", "nothing", "a move to early, `remind`"),
        ("{on: 2025-01-09, stage: current}", "a loan", "that is open", "no loan: it is opened on 2025-01-10"),
    ],
)
def test_what_is_otherwise_is_told_with_both_sides(
    policy: Policy, then: str, what: str, expected: str, found: str
) -> None:
    one = difference(policy, then)
    assert (one.what, one.expected, one.found) == (what, expected, found)
    assert one.place is not None


def test_the_first_day_that_differs_is_told_and_the_entries_until_then(policy: Policy) -> None:
    result = lived(policy, "{on: 2025-02-20, stage: gone}, {on: 2025-01-11, stage: current}")
    assert result.difference is not None
    assert result.difference.on == date(2025, 1, 11)
    assert [entry.day for entry in result.entries] == [date(2025, 1, 10), date(2025, 1, 11)]
    assert str(result) == "a loan: on 2025-01-11, stage: expected `current`, found `early`"


# --- why ---


def test_a_missing_move_is_explained_by_what_its_rule_waits_for(policy: Policy) -> None:
    one = difference(policy, "{on: 2025-02-09, stage: court}")
    assert one.why == (
        "to-court: will hold from 2025-02-10 if nothing happens: days past due is more than 30 (now 30 days)"
    )


def test_a_stage_that_no_rule_leads_to_is_called_so(policy: Policy) -> None:
    assert difference(policy, "{on: 2025-01-10, stage: gone}").why == "no rule leads from current to gone"


@pytest.mark.parametrize(
    ("then", "why"),
    [
        ("{on: 2025-01-11, rule: won}", "`won` does not apply in early, where the loan was at the end of the day"),
        ("{on: 2025-01-11, rule: seen}", "`seen` answers to Visited, and none came on this day"),
        ("{on: 2025-02-12, rule: to-court}", "`to-court` does not apply in court.waiting"),
        ("{on: 2025-02-12, rule: sue}", "sue: will hold from 2025-02-20 if nothing happens: days past due"),
        ("{on: 2025-02-21, rule: sue}", "sue waits for counsel to approve it"),
    ],
)
def test_a_rule_that_did_not_fire_is_explained(policy: Policy, then: str, why: str) -> None:
    assert why in difference(policy, then).why


def test_a_rule_on_an_event_is_explained_with_the_event_that_came(policy: Policy) -> None:
    when = "[{on: 2025-01-15, Visited: {result: away}}]"
    one = difference(policy, "{on: 2025-01-15, rule: seen}", when)
    assert one.why == 'seen: does not hold: result is "met" (now "away")'


def test_a_rule_that_is_held_names_what_holds_it(policy: Policy) -> None:
    when = "[{on: 2025-02-01, DisputeRaised: {}}]"
    assert lived(policy, "{on: 2025-02-10, stage: early, held: [to-court]}", when).passed
    one = difference(policy, "{on: 2025-02-10, rule: to-court}", when)
    assert one.why.splitlines()[-1] == "to-court is held by hold dispute"


def test_an_effect_that_was_kept_back_says_why(policy: Policy) -> None:
    when = "[{on: 2025-01-10, DisputeRaised: {}}, {on: 2025-01-12, PaymentReceived: {amount: 100.00}}]"
    assert lived(policy, "{on: 2025-01-11, held: [remind], effects: [remind]}", when).passed
    one = difference(policy, "{on: 2025-01-12, effects: [remind]}", when)
    assert one.found == "none"


# --- what happens ---


def test_events_of_a_day_come_one_after_the_other_from_noon_on(policy: Policy) -> None:
    when = (
        "[{on: 2025-01-12, at: '09:30', ContactAttempted: {channel: phone, outcome: no_answer}},"
        " {on: 2025-01-12, ContactAttempted: {channel: phone, outcome: busy}},"
        " {on: 2025-01-12, ContactAttempted: {channel: sms, outcome: delivered}}]"
    )
    result = lived(policy, "{on: 2025-01-13, nothing: true}", when)
    at = [entry.at for entry in result.entries if entry.event.kind == "ContactAttempted"]
    zone = policy.terms.zone
    assert at == [
        datetime(2025, 1, 12, 9, 30, tzinfo=zone),
        datetime(2025, 1, 12, 12, tzinfo=zone),
        datetime(2025, 1, 12, 12, 0, 1, tzinfo=zone),
    ]
    assert [entry.event.id for entry in result.entries][-3:] == ["step-1", "step-2", "step-3"]


def test_a_later_step_may_name_an_earlier_one_by_its_id(policy: Policy) -> None:
    when = (
        "[{on: 2025-01-12, PaymentReceived: {amount: 100.00}}, {on: 2025-01-20, PaymentReversed: {payment_id: step-1}}]"
    )
    then = "{on: 2025-01-12, rule: cured, stage: current}, {on: 2025-01-20, stage: early, facts: {dpd: 10}}"
    assert lived(policy, then, when).passed


def test_people_answer_what_the_policy_asked_for(policy: Policy) -> None:
    when = "[{on: 2025-02-21, approved: sue}, {on: 2025-02-25, done: file}]"
    result = lived(policy, "{on: 2025-02-21, stage: court.filed, rule: sue, effects: [file]}", when)
    assert result.passed
    assert result.case is not None
    assert "file" not in [effect.action for effect in result.case.course.open_effects]


def test_a_refused_approval_leaves_the_loan_where_it_is(policy: Policy) -> None:
    assert lived(policy, "{on: 2025-03-21, stage: court.waiting}", "[{on: 2025-02-21, refused: sue}]").passed


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ("{on: 2025-01-12, approved: sue}", "refused: nobody was asked to approve `sue`"),
        ("{on: 2025-01-12, done: file}", "refused: no `file` is on its way"),
        ("{on: 2025-01-12, PaymentReversed: {payment_id: p-9}}", "refused: there is no payment `p-9`"),
    ],
)
def test_a_step_that_cannot_happen_is_the_difference(policy: Policy, when: str, found: str) -> None:
    one = difference(policy, "{on: 2025-01-11, stage: early}", f"[{when}]")
    assert one.found.startswith(found)
    assert one.on == date(2025, 1, 12)


def test_a_loan_begins_with_its_facts_or_on_its_way(policy: Policy) -> None:
    frail = "{instalments: [{due_on: 2025-01-10, amount: 100.00}], facts: {frail: true}}"
    assert lived(policy, "{on: 2025-01-11, rule: care, effects: [call, remind]}", given=frail).passed
    adopted = "{instalments: [{due_on: 2025-01-10, amount: 100.00}], stage: court, opened_on: 2025-03-01}"
    assert lived(policy, "{on: 2025-03-01, stage: court.waiting}", given=adopted).passed


def test_planned_contacts_are_not_taken_as_made(policy: Policy) -> None:
    result = lived(policy, "{on: 2025-01-20, facts: {last_contact_on: missing}}")
    assert result.passed, str(result)


# --- what a day says ---


def test_where_the_due_date_is_day_1_a_day_is_told_by_the_opening_of_the_next() -> None:
    indian = load_policy(text=POLICY.replace("due_date_is_day: 0", "due_date_is_day: 1"))
    then = (
        "{on: 2025-01-09, stage: current},"
        " {on: 2025-01-10, stage: early, rule: late, effects: [remind], facts: {dpd: 1}},"
        " {on: 2025-01-11, nothing: true, facts: {dpd: 2}}"
    )
    given = "{opened_on: 2025-01-01, instalments: [{due_on: 2025-01-10, amount: 100.00}]}"
    result = lived(indian, then, given=given)
    assert result.passed, str(result)


def test_an_event_on_the_next_day_is_not_told_of_the_day_before() -> None:
    indian = load_policy(text=POLICY.replace("due_date_is_day: 0", "due_date_is_day: 1"))
    when = "[{on: 2025-01-11, PaymentReceived: {amount: 100.00}}]"
    then = "{on: 2025-01-10, stage: early}, {on: 2025-01-11, stage: current, rule: cured}"
    result = lived(indian, then, when)
    assert result.passed, str(result)


# --- order ---


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("{on: 2025-01-12, Visited: {result: met}}, {on: 2025-01-11, Visited: {result: met}}", "out-of-order"),
        (
            "{on: 2025-01-12, Visited: {result: met}}, {on: 2025-01-12, at: '08:00', Visited: {result: met}}",
            "out-of-order",
        ),
        ("{on: 2025-01-02, Visited: {result: met}}", "before-opening"),
    ],
)
def test_steps_out_of_order_are_refused_with_their_place(policy: Policy, when: str, code: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        lived(policy, "{on: 2025-01-20, stage: early}", f"[{when}]")
    (problem,) = refused.value.problems
    assert problem.code == code
    assert problem.place is not None


def test_a_policy_with_steps_out_of_order_is_refused_whole() -> None:
    steps = "[{on: 2025-01-12, Visited: {result: met}}, {on: 2025-01-11, Visited: {result: met}}]"
    given, then = "{instalments: [{due_on: 2025-01-10, amount: 1.00}]}", "[{on: 2025-01-12, stage: early}]"
    scenarios = f"scenarios:\n  - {{name: a, given: {given}, when: {steps}, then: {then}}}\n"
    problems = check_policy(text=POLICY + scenarios)
    assert [problem.code for problem in problems if problem.refused] == ["out-of-order"]


def test_a_scenario_made_in_python_means_the_same(policy: Policy) -> None:
    opening = LoanOpened.model_validate(
        {"opened_on": "2025-01-10", "instalments": [{"due_on": "2025-01-10", "amount": "100.00"}]}
    )
    good = Scenario("mine", opening, (), (Expectation(date(2025, 1, 11), stage="early", rule="late"),))
    bad = replace(good, expects=(Expectation(date(2025, 1, 11), stage="current"),))
    assert [result.passed for result in run_scenarios(policy, [good, bad])] == [True, False]
    early = Step(date(2025, 1, 1), LoanOpened(opened_on=date(2025, 1, 1)), at=time(3))
    with pytest.raises(ScenarioError):
        run_scenario(policy, replace(good, steps=(early,)))


def test_two_runs_give_the_same_entries(policy: Policy) -> None:
    when = "[{on: 2025-01-12, Visited: {result: met}}]"
    one, other = (lived(policy, "{on: 2025-02-20, stage: court}", when) for _ in range(2))
    assert one.entries == other.entries
    assert one.entries[0].at.astimezone(UTC) == datetime(2025, 1, 9, 16, tzinfo=UTC)
