"""The vocabulary as a whole: every word is there, says what it is, and is read lazily."""

from __future__ import annotations

from datetime import date

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.course import walk_to
from overdue_flow.cases.declared import declared
from overdue_flow.cases.facts import FactsOn, bucket_fact, built_in, clocks, stage_fact
from overdue_flow.cases.fields import event_fields
from overdue_flow.events import ContactAttempted, NegotiationClosed
from overdue_flow.guards.vocabulary import Fact, Kind, Motion
from support.telling import a_loan, after, fact

OF_THE_DESIGN = """
    dpd dpd_net days_material months_past_due arrears_cleared oldest_due_on next_due_on next_due_amount overdue_cause
    overdue_amount overdue_principal overdue_interest overdue_costs balance missed_instalments last_payment_on
    paid_ratio stage stage_entered_on days_in_stage times_in_stage
    last_contact_on last_conversation_on unanswered_attempts_in_a_row
    negotiations_failed failed_negotiations_in_a_row negotiation_open
    promise_open promises_kept promises_broken broken_promises_in_a_row days_to_promise
    plan_active plan_completed plan_missed_instalments plans_failed
    on_hold hold_dispute hold_hardship hold_vulnerable hold_bankruptcy hold_deceased hold_cease_contact
    hold_breathing_space hold_legal_stay dispute_open complaint_open complaint_on
    ability willingness disposable_income
    claim_amount claim_outstanding expected_recovery legal_cost filed_on limitation_ends_on
""".split()
BANDS = (("M1", 1, 30), ("M2", 31, 60), ("M3+", 61, None))


def day(text: str) -> date:
    return date.fromisoformat(text)


def counter(start: int, slope: int) -> Fact:
    """A count that was `start` on 2025-01-01 and runs with the days."""
    begin = day("2025-01-01")
    return Fact(
        "count",
        Kind.NUMBER,
        "count",
        lambda _case, on: start + slope * (on - begin).days,
        slope=lambda _case, _on: slope,
    )


def in_stage(case: Case, stage: str, on: str) -> Case:
    return case._replace(course=walk_to(case.course, stage, day(on)))


@pytest.mark.parametrize("name", OF_THE_DESIGN)
def test_every_word_of_the_design_is_known(name: str) -> None:
    assert name in built_in()


@pytest.mark.parametrize("one", built_in().values(), ids=lambda one: one.name)
def test_every_word_says_what_it_is(one: Fact) -> None:
    assert one.label
    assert one.doc.endswith(".")
    assert one.unit or one.kind is not Kind.NUMBER
    assert bool(one.choices) == (one.kind is Kind.CHOICE)
    assert not one.on_event


@pytest.mark.parametrize("one", built_in().values(), ids=lambda one: one.name)
def test_until_something_happens_flags_are_false_counters_zero_and_the_rest_is_missing(one: Fact) -> None:
    value = one.read(a_loan(), day("2025-01-01"))

    if one.kind is Kind.FLAG and one.name not in ("arrears_cleared", "borrower_arrears_cleared"):
        assert value is False
    assert value is not None or one.may_be_missing


@pytest.mark.parametrize("one", [one for one in built_in().values() if one.kind is Kind.DATE], ids=lambda one: one.name)
def test_every_date_has_its_two_clocks(one: Fact) -> None:
    word = one.name.removesuffix("_on")
    since, until = built_in()[f"days_since_{word}"], built_in()[f"days_until_{word}"]

    assert one.name.endswith("_on")
    assert since.unit == until.unit == "days"
    assert since.motion is until.motion is Motion.CLOCK
    assert not since.label.startswith("days since date")


def test_only_dates_of_a_case_have_clocks() -> None:
    (opened_on, *_others) = event_fields(type(a_loan().events[0].event))

    assert opened_on.kind is Kind.DATE
    assert clocks(opened_on) == ()
    assert clocks(built_in()["ability"]) == ()


# --- the stage ---


def test_the_stage_has_a_day_a_length_and_a_number_of_visits() -> None:
    case = in_stage(a_loan(), "reminder", "2025-02-02")
    assert fact(case, "stage") == "reminder"
    assert fact(case, "stage_entered_on") == day("2025-02-02")
    assert fact(case, "days_in_stage", "2025-02-10") == fact(case, "days_since_stage_entered", "2025-02-10") == 8
    assert fact(case, "times_in_stage") == 1

    case = in_stage(in_stage(case, "negotiation", "2025-02-20"), "reminder", "2025-03-01")
    assert fact(case, "times_in_stage") == 2
    assert fact(case, "days_in_stage", "2025-03-01") == 0


def test_before_the_first_stage_there_is_none() -> None:
    case = a_loan()

    assert fact(case, "stage") is None
    assert fact(case, "days_in_stage") is None
    assert fact(case, "times_in_stage") == 0


def test_the_stage_fact_knows_the_words_of_its_policy() -> None:
    groups = {"legal": frozenset({"legal.trial"})}
    stage = stage_fact(("reminder", "legal.trial"), groups)

    assert stage.kind is Kind.STAGE
    assert stage.choices == ("reminder", "legal.trial")
    assert stage.groups == groups


# --- the bucket ---


@pytest.mark.parametrize(
    ("count", "bucket"), [(0, None), (1, "M1"), (30, "M1"), (31, "M2"), (60, "M2"), (61, "M3+"), (5000, "M3+")]
)
def test_a_bucket_is_the_band_in_which_the_count_lies(count: int, bucket: str | None) -> None:
    assert bucket_fact(counter(count, 0), BANDS).read(a_loan(), day("2025-01-01")) == bucket


@pytest.mark.parametrize(
    ("start", "slope", "until"),
    [
        (-3, 1, "2025-01-05"),
        (0, 1, "2025-01-02"),
        (1, 1, "2025-01-31"),
        (30, 1, "2025-01-02"),
        (61, 1, None),
        (61, -1, "2025-01-02"),
        (63, -1, "2025-01-04"),
        (1, -1, "2025-01-02"),
        (0, -1, None),
        (45, 0, None),
    ],
)
def test_a_bucket_says_when_a_running_count_leaves_it(start: int, slope: int, until: str | None) -> None:
    bucket = bucket_fact(counter(start, slope), BANDS)
    expected = day(until) if until else None

    assert bucket.until(a_loan(), day("2025-01-01")) == expected
    if expected:
        before, then = bucket.read(a_loan(), expected.replace(day=expected.day - 1)), bucket.read(a_loan(), expected)
        assert before != then


def test_a_bucket_moves_when_its_count_jumps_and_is_missing_while_that_is() -> None:
    score = declared("score", Kind.NUMBER, max_age_days=5)
    bucket = bucket_fact(score, BANDS)
    case = a_loan(facts={"score": 31})

    assert bucket.read(case, day("2025-01-06")) == "M2"
    assert bucket.until(case, day("2025-01-01")) == day("2025-01-07")
    assert bucket.read(case, day("2025-01-07")) is None


# --- reading ---


def test_facts_are_read_when_they_are_asked_for_and_once() -> None:
    reads: list[date] = []

    def read(_case: Case, on: date) -> int:
        reads.append(on)
        return 7

    slow = Fact("slow", Kind.NUMBER, "slow", read)
    facts = FactsOn(a_loan(), day("2025-02-01"), built_in().plus([slow]))
    assert reads == []

    assert (facts.look("slow"), facts["slow"], facts.look("on_hold")) == (7, 7, False)
    assert reads == [day("2025-02-01")]
    assert set(facts) == {*built_in(), "slow"}
    assert len(facts) == len(built_in()) + 1
    with pytest.raises(KeyError):
        facts.look("no_such_fact")


def test_fields_are_read_from_the_event_and_missing_without_one() -> None:
    vocabulary = built_in().plus(event_fields(NegotiationClosed))
    closed = NegotiationClosed(outcome="failed")
    case = after(a_loan(), ("2025-02-01", ContactAttempted(channel="phone", outcome="busy")))

    assert FactsOn(case, case.day, vocabulary, closed).look("outcome") == "failed"
    assert FactsOn(case, case.day, vocabulary).look("outcome") is None
