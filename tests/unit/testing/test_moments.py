"""Steps and expectations come on days, by days past due, or after what stands above, found while living."""

from __future__ import annotations

from datetime import date

import pytest

from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.comparing import Difference
from overdue_flow.testing.moments import HORIZON_DAYS
from overdue_flow.testing.scenarios import ScenarioResult, run_scenario
from support.small_policy import POLICY

INDIA = POLICY.replace("due_date_is_day: 0", "due_date_is_day: 1")


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(text=POLICY)


def lived(policy: Policy, then: str, when: str = "", given: str = "100.00 on 2025-01-10") -> ScenarioResult:
    text = f"scenarios: [{{name: a loan, given: {{instalments: {given}}}, when: [{when}], then: [{then}]}}]"
    (scenario,) = load_scenarios(text=text, policy=policy)
    return run_scenario(policy, scenario)


def difference(policy: Policy, then: str, when: str = "", given: str = "100.00 on 2025-01-10") -> Difference:
    found = lived(policy, then, when, given).difference
    assert found is not None
    return found


def days(result: ScenarioResult) -> list[date]:
    """The days on which the steps came."""
    return [entry.day for entry in result.entries if (entry.event.id or "").startswith("step-")]


# --- days past due ---


@pytest.mark.parametrize(
    "then",
    [
        "{dpd: 0, stage: current}, {dpd: 1, stage: early, rule: late}",
        "{dpd: 30, stage: early}, {dpd: 31, stage: court, rule: to-court}",
        "{dpd: 31, rule: to-court}, {after: 10 days, facts: {dpd: 41}}, {dpd: 42, facts: {dpd: 42}}",
        "{dpd: 1, rule: late}, {dpd: 1, stage: early}",
        "{on: 2025-01-12, facts: {dpd: 2}}, {dpd: 3, facts: {dpd: 3}}",
    ],
)
def test_an_expectation_may_name_the_days_past_due(policy: Policy, then: str) -> None:
    result = lived(policy, then)
    assert result.passed, str(result)


def test_the_day_on_which_it_is_so_is_the_one_that_a_lender_says(policy: Policy) -> None:
    then = "{dpd: 31, stage: early}"
    assert difference(policy, then).on == date(2025, 2, 10)
    assert difference(load_policy(text=INDIA), then).on == date(2025, 2, 9)


def test_a_step_may_name_the_days_past_due_and_comes_on_that_day(policy: Policy) -> None:
    result = lived(
        policy, "{dpd: 5, facts: {dpd: 0}}, {dpd: 7, stage: early}",
        "{dpd: 5, PaymentReceived: {amount: 100.00}}, {dpd: 7, Visited: {result: met}}",
        "2 x 100.00 monthly from 2025-01-10",
    )  # fmt: skip
    assert result.passed, str(result)
    assert days(result) == [date(2025, 1, 15), date(2025, 2, 17)]


def test_the_days_of_an_event_that_comes_by_days_past_due_are_that_day(policy: Policy) -> None:
    result = lived(policy, "{on: 2025-03-01, stage: current}", "{dpd: 5, PaymentReceived: {amount: 100.00}}")
    (paid,) = (entry.event for entry in result.entries if entry.event.kind == "PaymentReceived")
    assert getattr(paid, "value_date", None) == date(2025, 1, 15)


def test_a_day_of_an_event_may_be_so_long_after_its_step(policy: Policy) -> None:
    late = "{on: 2025-02-03, PromiseMade: {amount: 9.00, due_on: 1 month}}"
    when = f"{{dpd: 5, PromiseMade: {{amount: 50.00, due_on: 7 days}}}}, {late}"
    result = lived(policy, "{dpd: 30, stage: early}", when)
    promises = [entry.event for entry in result.entries if entry.event.kind == "PromiseMade"]
    assert [getattr(one, "due_on", None) for one in promises] == [date(2025, 1, 22), date(2025, 3, 3)]


def test_the_days_past_due_are_found_although_events_change_them(policy: Policy) -> None:
    """Paid on day 20, overdue again from the next instalment on: day 25 is the one of the second time."""
    result = lived(
        policy, "{dpd: 20, facts: {dpd: 0}}, {dpd: 25, facts: {oldest_due_on: 2025-02-10}}",
        "{dpd: 20, PaymentReceived: {amount: 100.00}}", "2 x 100.00 monthly from 2025-01-10",
    )  # fmt: skip
    assert result.passed, str(result)


def test_days_past_due_that_never_come_are_told_with_how_near_they_came(policy: Policy) -> None:
    told = difference(policy, "{dpd: 31, stage: court}", "{on: 2025-01-20, PaymentReceived: {amount: 100.00}}")
    assert (told.what, told.found) == ("days past due", "at most 10")
    assert told.expected == "31 on some day from 2025-01-10 on"
    assert told.place is not None
    assert told.place.line == 1
    assert "2030-01-14" in told.why
    assert HORIZON_DAYS == 1_830


PAID = "{dpd: 40, PaymentReceived: {amount: 100.00}}"


@pytest.mark.parametrize(
    ("then", "when", "found"),
    [
        ("{dpd: 2000, stage: court}", "", "at most 1830"),  # as far as it is looked for
        ("{dpd: 30, stage: early}, {dpd: 12, stage: early}", "", "at least 30"),
        ("{dpd: 30, stage: early}, {dpd: 12, stage: early}", PAID, "at most 0, or at least 30"),
        ("{after: 5 days, stage: early}, {dpd: 0, stage: early}", "", "at least 5"),
        ("{dpd: 1, stage: early}", "{on: 2025-01-10, PaymentReceived: {amount: 100.00}}", "never overdue"),
        ("{dpd: 60, stage: court}", PAID, "at most 40"),
    ],
)
def test_what_the_days_past_due_were_in_its_place_is_told(policy: Policy, then: str, when: str, found: str) -> None:
    told = difference(policy, then, when)
    assert (told.what, told.found) == ("days past due", found)


@pytest.mark.parametrize(
    "second", ["{dpd: 5, at: '10:00'", "{after: 0 days, at: '10:00'", "{on: 2025-01-15, at: '09:59'"]
)
def test_steps_of_a_day_that_is_found_come_in_their_order_too(policy: Policy, second: str) -> None:
    when = f"{{dpd: 5, at: '15:00', Visited: {{result: met}}}}, {second}, Visited: {{result: away}}}}"
    told = difference(policy, "{dpd: 5, stage: early}", when)
    assert (told.on, told.expected) == (date(2025, 1, 15), "to come after the step above it")
    assert told.found == "before it: that comes at 15:00"


def test_a_step_that_never_comes_is_a_difference(policy: Policy) -> None:
    told = difference(policy, "{dpd: 1, stage: early}", "{dpd: 2000, Visited: {result: met}}")
    assert (told.what, told.expected) == ("days past due", "2000 on some day from 2025-01-10 on")


def test_a_step_that_is_found_to_come_after_the_next_one_is_a_difference(policy: Policy) -> None:
    when = "{dpd: 31, Visited: {result: met}}, {on: 2025-02-01, Visited: {result: away}}"
    told = difference(policy, "{on: 2025-03-01, stage: court}", when)
    assert (told.on, told.expected) == (date(2025, 2, 1), "to come after the step above it")
    assert "2025-02-10" in told.found


# --- after ---


def test_what_comes_after_counts_from_what_stands_above(policy: Policy) -> None:
    result = lived(
        policy, "{after: 1 day, rule: late}, {after: 1 month, stage: court}",
        "{after: 3 days, Visited: {result: away}}, {after: 2 weeks, Visited: {result: away}}",
    )  # fmt: skip
    assert result.passed, str(result)
    assert days(result) == [date(2025, 1, 13), date(2025, 1, 27)]


@pytest.mark.parametrize(
    ("then", "when"),
    [
        ("{dpd: 1, stage: early}, {after: 100 years, stage: early}, {after: 100 years, stage: early}", ""),
        ("{dpd: 1, stage: early}", "{after: 100 years, done: remind}, {after: 100 years, done: remind}"),
        ("{dpd: 1, nothing_until: {after: 100 years}}", "{after: 99 years, Visited: {result: away}}"),
    ],
)
def test_days_that_no_loan_lives_never_come(policy: Policy, then: str, when: str) -> None:
    assert lived(policy, then, when).difference is not None


def test_a_day_of_an_event_beyond_all_days_is_refused_when_it_comes(policy: Policy) -> None:
    when = "{on: 2150-01-10, PromiseMade: {amount: 5.00, due_on: 100 years}}"
    told = difference(policy, "{dpd: 1, stage: early}", when)
    assert (told.what, told.found) == ("PromiseMade", "refused: `due_on` lies beyond the last day that there is")


# --- nothing until ---


@pytest.mark.parametrize(
    "then",
    [
        "{dpd: 1, rule: late, nothing_until: 2025-02-10}",
        "{dpd: 1, rule: late, nothing_until: {dpd: 31}}",
        "{dpd: 1, rule: late, nothing_until: {after: 30 days}}",
        "{dpd: 1, rule: late}, {nothing_until: {dpd: 31}}, {dpd: 31, rule: to-court}",
    ],
)
def test_nothing_happens_before_the_day_on_which_something_does(policy: Policy, then: str) -> None:
    result = lived(policy, then)
    assert result.passed, str(result)


@pytest.mark.parametrize("until", ["2025-02-11", "{dpd: 32}", "{after: 31 days}"])
def test_what_happens_before_is_told_with_its_day(policy: Policy, until: str) -> None:
    told = difference(policy, f"{{dpd: 1, rule: late, nothing_until: {until}}}")
    assert told.on == date(2025, 2, 10)
    assert told.what == "what happens after 2025-01-11 and before 2025-02-11"
    assert (told.expected, told.found) == ("nothing", "a move to court.waiting")


def test_without_a_day_of_its_own_it_counts_from_the_last_step_before(policy: Policy) -> None:
    visit = "{on: 2025-01-20, Visited: {result: met}}"
    assert lived(policy, "{dpd: 1, stage: early}, {nothing_until: {dpd: 31}}", visit).passed
    told = difference(policy, "{dpd: 1, stage: early, nothing_until: {dpd: 31}}", visit)
    assert (told.on, told.found) == (date(2025, 1, 20), "`call`")


@pytest.mark.parametrize(
    ("then", "found"),
    [
        ("{dpd: 31, nothing_until: 2025-02-01}", "31 days past due not before 2025-02-01"),
        ("{dpd: 31, nothing_until: 2025-02-10}", "it is on 2025-02-10"),
    ],
)
def test_a_day_that_comes_after_nothing_should_any_more_is_a_difference(policy: Policy, then: str, found: str) -> None:
    told = difference(policy, then)
    assert (told.what, told.found) == ("the day", found)


@pytest.mark.parametrize(
    ("then", "when"),
    [
        ("{nothing_until: {dpd: 1}}", ""),
        ("{dpd: 1, rule: late, nothing_until: {dpd: 2}}", ""),
        ("{dpd: 1, rule: late}, {nothing_until: {dpd: 31}}", "{dpd: 30, Visited: {result: away}}"),
    ],
)
def test_where_no_day_lies_between_nothing_was_shown(policy: Policy, then: str, when: str) -> None:
    assert difference(policy, then, when).found == "no day that lies between"


def test_it_counts_by_the_days_that_a_lender_says() -> None:
    india = load_policy(text=INDIA)
    assert lived(india, "{dpd: 1, rule: late, nothing_until: 2025-02-09}").passed
    assert not lived(india, "{dpd: 1, rule: late, nothing_until: 2025-02-10}").passed


# --- events that were a mistake ---


def test_a_step_may_withdraw_an_earlier_one_by_its_number(policy: Policy) -> None:
    result = lived(
        policy, "{dpd: 5, stage: current}, {after: 2 days, stage: early, facts: {dpd: 7}}",
        "{dpd: 5, PaymentReceived: {amount: 100.00}}, {after: 2 days, EventRetracted: {event_id: step-1}}",
    )  # fmt: skip
    assert result.passed, str(result)
