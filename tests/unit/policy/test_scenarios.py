"""Scenarios are read as real events and typed expectations, before anything is run."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from overdue_flow.cases.events import CaseAdopted, FactsChanged, HostEvent, PaymentReceived, WaiverGranted
from overdue_flow.errors import ScenarioError
from overdue_flow.policy.load import check_policy, load_policy, load_scenarios
from overdue_flow.policy.spans import Span
from overdue_flow.policy.trials import Answer, Later, PastDue, Scenario

POLICY = """language: 1
policy: small
version: 1
roles: [boss]
facts: {vulnerable: {type: flag, default: false}, odds: number}
events: {Visited: {met: flag, note: {type: text, optional: true}}}
actions: {work: {kind: task, params: {role: role}}}
buckets: {by: dpd, M1: 1..30, M2: 31..}
stages:
  a: {start: true, rules: [{id: r, when: dpd > 1, to: g, approve: boss}]}
  g:
    first: x
    rules: [{id: s, when: arrears_cleared or vulnerable or odds > 1, to: b}]
    stages: {x: {on_enter: [{do: work, with: {role: boss}}], rules: [{id: t, on: Visited, to: b}]}}
  b: {end: true}
"""
GIVEN = "{instalments: [{due_on: 2025-01-01, amount: 1000.00}]}"


def read(when: str = "", then: str = "{on: 2025-02-01, stage: a}", given: str = GIVEN) -> Scenario:
    (scenario,) = load_policy(text=POLICY + text(when, then, given)).scenarios
    return scenario


def text(when: str = "", then: str = "{on: 2025-02-01, stage: a}", given: str = GIVEN) -> str:
    return f"scenarios:\n  - name: one\n    given: {given}\n    when: [{when}]\n    then: [{then}]\n"


def codes(when: str = "", then: str = "{on: 2025-02-01, stage: a}", given: str = GIVEN) -> list[str]:
    return [problem.code for problem in check_policy(text=POLICY + text(when, then, given)) if problem.refused]


def test_the_loan_is_opened_on_its_first_due_date() -> None:
    given = "{instalments: [{due_on: 2025-03-01, amount: 1.00}, {due_on: 2025-01-15, amount: 1.00}]}"
    assert read(given=given).opening.opened_on == date(2025, 1, 15)
    assert read(given=given.replace("{inst", "{opened_on: 2024-12-01, inst")).opening.opened_on == date(2024, 12, 1)


def test_a_loan_on_its_way_is_adopted_in_the_leaf_of_its_stage() -> None:
    opening = read(given="{opened_on: 2025-01-01, stage: g, stage_entered_on: 2024-12-01}").opening
    assert isinstance(opening, CaseAdopted)
    assert (opening.stage, opening.stage_entered_on) == ("g.x", date(2024, 12, 1))


def test_the_day_of_a_step_is_the_day_of_its_event_unless_it_says_otherwise() -> None:
    steps = read("{on: 2025-01-05, PaymentReceived: {amount: 10.00}}, {on: 2025-01-06, at: '10:30', "
                 "PaymentReceived: {amount: 5 CNY, value_date: 2025-01-02}}, "
                 "{on: 2025-01-07, WaiverGranted: {amount: 1.00}}").steps  # fmt: skip
    first, second, third = (step.event for step in steps)
    assert isinstance(first, PaymentReceived)
    assert (first.value_date, first.amount) == (date(2025, 1, 5), Decimal("10.00"))
    assert isinstance(second, PaymentReceived)
    assert second.value_date == date(2025, 1, 2)
    assert steps[1].at == time(10, 30)
    assert isinstance(third, WaiverGranted)
    assert third.effective_on == date(2025, 1, 7)


def test_what_the_host_tells_is_typed_by_the_policy() -> None:
    scenario = read(
        "{on: 2025-01-05, FactsChanged: {facts: {vulnerable: true, odds: 0.25}}}, "
        "{on: 2025-01-06, Visited: {met: false}}"
    )
    changed, visited = (step.event for step in scenario.steps)
    assert isinstance(changed, FactsChanged)
    assert changed.facts == {"vulnerable": True, "odds": "0.25"}
    assert isinstance(visited, HostEvent)
    assert (visited.name, visited.fields) == ("Visited", {"met": False})


def test_a_step_may_be_a_persons_answer() -> None:
    scenario = read("{on: 2025-01-05, approved: r}, {on: 2025-01-06, done: work}")
    assert [step.answer for step in scenario.steps] == [Answer("approved", "r"), Answer("done", "work")]


def test_what_the_machine_asks_for_by_itself_is_done_too() -> None:
    scenario = read("{on: 2025-01-05, done: hold_review}, {on: 2025-01-06, done: attention}")
    assert [step.answer for step in scenario.steps] == [Answer("done", "hold_review"), Answer("done", "attention")]


def test_what_is_expected_of_a_fact_is_typed() -> None:
    facts = "{dpd: 31, overdue_amount: 1000.00, arrears_cleared: false, stage: g.x, odds: missing}"
    (expected,) = read(then=f"{{on: 2025-02-01, facts: {facts}, bucket: M2}}").expects
    assert expected.facts == {
        "dpd": 31, "overdue_amount": Decimal("1000.00"), "arrears_cleared": False, "stage": "g.x", "odds": None,
    }  # fmt: skip
    assert expected.bucket == "M2"


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("{on: 2025-01-05, PaymentReceived: {amount: 10.00, colour: red}}", "unknown-key"),
        ("{on: 2025-01-05, PaymentReceived: {}}", "missing"),
        ("{on: 2025-01-05, PaymentReceived: soon}", "wrong-value"),
        ("{on: 2025-01-05, Payment: {amount: 10.00}}", "unknown-event"),
        ("{on: 2025-01-05, TimePassed: {day: 2025-01-06}}", "unknown-event"),
        ("{on: 2025-01-05, LoanOpened: {}}", "unknown-event"),
        ("{on: 2025-01-05, DebtSold: {buyer: x}, Closed: {}}", "one-event-a-step"),
        ("{on: 2025-01-05, at: noon, Closed: {}}", "wrong-value"),
        ("{on: today, Closed: {}}", "wrong-value"),
        ("{on: 2025-01-05, HoldPlaced: {hold: strike}}", "unknown-hold"),
        ("{on: 2025-01-05, FactsChanged: {facts: {dpd: 3}}}", "fact-not-told"),
        ("{on: 2025-01-05, FactsChanged: {facts: {odd: 3}}}", "unknown-fact"),
        ("{on: 2025-01-05, FactsChanged: {facts: {vulnerable: maybe}}}", "wrong-fact"),
        ("{on: 2025-01-05, Visited: {note: x}}", "missing"),
        ("{on: 2025-01-05, Visited: {met: true, mood: x}}", "unknown-field"),
        ("{on: 2025-01-05, ConsentChanged: {given: yes}}", "wrong-value"),
        ("{on: 2025-01-05, approved: s}", "unknown-rule"),
        ("{on: 2025-01-05, done: play}", "unknown-action"),
        ("{on: 2025-01-05, done: approval}", "unknown-action"),
    ],
)
def test_a_step_that_cannot_happen_is_refused_once(step: str, code: str) -> None:
    assert codes(step) == [code]


@pytest.mark.parametrize(
    ("then", "code"),
    [
        ("{on: 2025-02-01}", "nothing-expected"),
        ("{on: 2025-02-01, stage: h}", "unknown-stage"),
        ("{on: 2025-02-01, rule: q}", "unknown-rule"),
        ("{on: 2025-02-01, effects: [play]}", "unknown-action"),
        ("{on: 2025-02-01, bucket: M9}", "unknown-bucket"),
        ("{on: 2025-02-01, facts: {dpd: late}}", "wrong-fact"),
        ("{on: 2025-02-01, fact: {dpd: 1}}", "unknown-key"),
        ("{on: 2025-02-01, stage: a, effects: []}", "nothing-expected"),
        ("", "nothing-expected"),
    ],
)
def test_an_expectation_of_something_that_cannot_be_is_refused_once(then: str, code: str) -> None:
    assert codes(then=then) == [code]


def test_scenarios_may_stand_in_a_file_of_their_own() -> None:
    (scenario,) = load_scenarios(text=text("{on: 2025-01-06, Visited: {met: true}}"), policy=load_policy(text=POLICY))
    assert scenario.name == "one"
    assert str(scenario.place) == "scenarios.yaml:2:11"


def test_a_file_of_scenarios_is_refused_with_every_problem() -> None:
    bad = text("{on: 2025-01-06, Visted: {met: true}}", "{on: 2025-02-01, stage: z}")
    with pytest.raises(ScenarioError) as raised:
        load_scenarios(text=bad, policy=load_policy(text=POLICY), name="mine.yaml")
    assert [problem.code for problem in raised.value.problems] == ["unknown-event", "unknown-stage"]


def test_a_policy_in_place_of_a_file_of_scenarios_is_told_as_such() -> None:
    with pytest.raises(ScenarioError) as raised:
        load_scenarios(text=POLICY, policy=load_policy(text=POLICY))
    assert raised.value.problems[0].message == "a file of scenarios has no `scenarios`"


def test_a_field_that_is_misspelt_is_not_told_as_missing_too() -> None:
    assert codes("{on: 2025-01-05, PaymentReceived: {amout: 10.00}}") == ["unknown-key"]


# --- moments ---


def test_a_step_comes_on_a_day_by_days_past_due_or_after_the_one_above() -> None:
    when = "{dpd: 31, approved: r}, {after: 2 business days, done: work}, {on: 2025-06-01, done: work}"
    assert [step.on for step in read(when).steps] == [
        PastDue(31), Later(Span(2, "business days")), date(2025, 6, 1),
    ]  # fmt: skip


def test_an_expectation_likewise_and_what_it_expects_until_when() -> None:
    then = "{dpd: 31, stage: a}, {after: 1 day, stage: a, nothing_until: {dpd: 40}}, {nothing_until: 2025-06-01}"
    assert [(one.on, one.nothing_until) for one in read(then=then).expects] == [
        (PastDue(31), None), (Later(Span(1, "days")), PastDue(40)), (None, date(2025, 6, 1)),
    ]  # fmt: skip


def test_days_of_an_event_that_come_after_its_step_are_kept_with_it() -> None:
    dpd, on = read(
        "{dpd: 3, PaymentReceived: {amount: 1.00}}, {on: 2025-02-01, PromiseMade: {amount: 1.00, due_on: 7 days}}"
    ).steps
    assert (dpd.days, on.days) == ({"value_date": Span(0, "days")}, {"due_on": Span(7, "days")})


@pytest.mark.parametrize(
    ("when", "then", "code"),
    [
        ("{dpd: soon, done: work}", "{dpd: 1, stage: a}", "wrong-value"),
        ("{dpd: -1, done: work}", "{dpd: 1, stage: a}", "wrong-value"),
        ("{after: 3, done: work}", "{dpd: 1, stage: a}", "wrong-value"),
        ("{after: 90000 days, done: work}", "{dpd: 1, stage: a}", "wrong-value"),
        ("{on: 2025-01-05, dpd: 3, done: work}", "{dpd: 1, stage: a}", "one-moment"),
        ("{done: work}", "{dpd: 1, stage: a}", "missing"),
        ("{on: 2201-01-01, done: work}", "{dpd: 1, stage: a}", "wrong-value"),
        ("", "{on: 9999-12-31, stage: a}", "wrong-value"),
        ("", "{dpd: 1, nothing_until: 9999-12-31}", "wrong-value"),
        ("", "{dpd: -1, stage: a}", "wrong-value"),
        ("", "{dpd: 1, after: 1 day, stage: a}", "one-moment"),
        ("", "{dpd: 1}", "nothing-expected"),
        ("", "{after: 1 day}", "nothing-expected"),
        ("", "{stage: a, nothing_until: 2025-06-01}", "missing"),
        ("", "{dpd: 1, nothing_until: soon}", "wrong-value"),
        ("", "{dpd: 1, nothing_until: {}}", "one-moment"),
        ("", "{dpd: 1, nothing_until: {dpd: 2, after: 1 day}}", "one-moment"),
        ("", "{on: 2025-02-01, nothing_until: 2025-02-01}", "nothing-expected"),
        ("", "{dpd: 1, explains: []}", "nothing-expected"),
    ],
)
def test_moments_that_make_no_sense_are_refused(when: str, then: str, code: str) -> None:
    assert codes(when, then) == [code]
