"""Marks: when they begin and end in a turn, what reads them, and on which days a case wakes for them."""

from __future__ import annotations

from typing import Any

import pytest

from overdue_flow.cases.evolve import replay
from overdue_flow.engine.live import live
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    ArrearsReported,
    CaseAdopted,
    Event,
    EventRetracted,
    FactsChanged,
    HoldPlaced,
    MovedByHand,
    PaymentReceived,
    PaymentReversed,
    PolicyAdopted,
)
from support.road import Road, on, one_stage, opening, road_policy

MARKS = """
  overdue: {when: dpd > 0}
  npa: {when: dpd > 90, until: arrears_cleared, because: {en: over 90 days, zh: 逾期超过90天}}
  default: {when: mark_npa, until: days_since_mark_npa_ended >= 30}
"""


def marked(marks: str = MARKS, *due: str, stages: str = "", **sections: str) -> Road:
    """A loan that lives under some marks; by default 1000.00 fell due on 2025-01-10."""
    return Road(road_policy(stages or one_stage(), marks=marks, **sections), opening(*due))


def changes(road: Road) -> list[tuple[str, str, bool]]:
    """Every beginning and end: the day that it is said of, the mark, whether it began."""
    return [(str(one.on), one.mark, one.began) for entry in road.entries for one in entry.results.marks]


def paid(amount: str = "1000.00", day: str = "2025-05-02", **fields: Any) -> PaymentReceived:
    return PaymentReceived(amount=amount, value_date=on(day), **fields)


# --- beginning and end ---


def test_without_an_end_of_its_own_a_mark_stands_while_its_condition_holds() -> None:
    road = marked("{overdue: {when: dpd > 0}}", "2025-01-10", "2025-03-10")
    road.live("2025-01-20")
    assert (road.fact("mark_overdue"), road.fact("mark_overdue_on")) == (True, on("2025-01-11"))
    road.tell(paid(day="2025-01-20"), "2025-01-20")
    assert (road.fact("mark_overdue"), road.fact("mark_overdue_on")) == (False, None)
    road.live("2025-06-01")
    assert changes(road) == [
        ("2025-01-11", "overdue", True),
        ("2025-01-20", "overdue", False),
        ("2025-03-11", "overdue", True),
    ]


def test_one_with_an_end_stays_until_that_holds_whatever_becomes_of_its_condition() -> None:
    road = marked("{npa: {when: dpd > 90, until: arrears_cleared}}", "2025-01-10", "2025-02-10")
    road.live("2025-04-20")
    road.tell(paid(day="2025-04-20"), "2025-04-20")
    assert (road.fact("dpd"), road.fact("mark_npa")) == (69, True)
    road.tell(paid(day="2025-04-21"), "2025-04-21")
    assert changes(road) == [("2025-04-11", "npa", True), ("2025-04-21", "npa", False)]
    assert road.entries[-1].results.marks[0].because == ""


def test_where_its_end_holds_already_it_does_not_begin() -> None:
    road = marked("{large: {when: overdue_amount > 100, until: dpd < 20}}")
    road.live("2025-03-01")
    assert changes(road) == [("2025-01-30", "large", True)]


def test_its_reason_is_in_the_journal_in_the_first_language() -> None:
    road = marked()
    (turn,) = (one for one in road.live("2025-04-11") if one.entry and "npa" in str(one.entry.results.marks))
    assert turn.because[:2] == ("mark npa begins: over 90 days", "mark default begins")


def test_a_watch_period_begins_anew_when_the_mark_above_comes_back() -> None:
    road = marked(MARKS, "2025-01-10", "2025-05-20")
    road.tell(paid(), "2025-05-02")
    road.tell(PaymentReversed(payment_id="e-1", reversed_on=on("2025-05-20")), "2025-05-20")
    assert (road.fact("mark_npa"), road.fact("days_since_mark_npa_ended")) == (True, None)
    road.tell(paid("2000.00", "2025-06-10"), "2025-06-10")
    road.live("2025-09-01")
    of_default = [one for one in changes(road) if one[1] == "default"]
    assert of_default == [("2025-04-11", "default", True), ("2025-07-10", "default", False)]


def test_an_end_that_reads_the_mark_itself_is_looked_at_again_on_the_next_day() -> None:
    """It ends after ten days, and begins anew where its condition holds still."""
    road = marked("{watch: {when: dpd > 5, until: days_since_mark_watch >= 10}}")
    road.live("2025-02-05")
    assert changes(road) == [
        ("2025-01-16", "watch", True),
        ("2025-01-26", "watch", False),
        ("2025-01-27", "watch", True),
    ]


def test_a_mark_reads_those_above_it_as_they_are_settled_in_the_turn() -> None:
    road = marked("{a: {when: dpd > 3}, b: {when: mark_a and days_since_mark_a == 0, until: not mark_a}}")
    road.live("2025-01-14")
    assert changes(road) == [("2025-01-14", "a", True), ("2025-01-14", "b", True)]


def test_what_is_said_of_all_loans_of_the_borrower_is_read_of_its_own_marks_below_on_the_next_day() -> None:
    road = marked("{a: {when: borrower_marked_b}, b: {when: dpd > 5}}")
    road.live("2025-03-01")
    assert changes(road) == [("2025-01-16", "b", True), ("2025-01-17", "a", True)]


def test_under_the_indian_convention_a_mark_is_dated_as_the_regulator_dates_it() -> None:
    """RBI: due on 31 March 2021, SMA-1 on 30 April, SMA-2 on 30 May, NPA on 29 June."""
    policy = road_policy(
        one_stage(),
        marks="{sma1: {when: 30 < dpd <= 60}, sma2: {when: 60 < dpd <= 90}, npa: {when: dpd > 90, until: dpd == 0}}",
        terms="{currency: INR, time_zone: Asia/Kolkata, counting: {due_date_is_day: 1}}",
    )
    road = Road(policy, opening("2021-03-31").model_copy(update={"opened_on": on("2021-01-01")}))
    road.live("2021-08-01")
    assert [one for one in changes(road) if one[2]] == [
        ("2021-04-30", "sma1", True),
        ("2021-05-30", "sma2", True),
        ("2021-06-29", "npa", True),
    ]
    assert road.fact("days_since_mark_npa", "2021-06-30") == 0


# --- what reads them ---


def test_rules_and_things_to_do_read_marks_as_they_are_in_the_turn() -> None:
    stages = """
  calm: {start: true, rules: [{id: bad, when: mark_npa, to: late}]}
  late:
    rules: [{id: told, when: mark_default, do: news}, {id: back, when: not mark_default, to: calm}]
"""
    road = marked(stages=stages)
    road.tell(paid(), "2025-05-02")
    road.live("2025-07-01")
    assert road.moves == [("2025-04-11", "late", "bad"), ("2025-06-01", "calm", "back")]
    assert road.asked("news") == [("2025-04-11", "news")]


def test_a_limit_reads_marks() -> None:
    limits = """[{id: quiet, strength: block, applies_to: {kind: contact}, when: 'classified_as == "default"'}]"""
    road = marked(stages=one_stage("{id: ring, when: dpd == 80 or dpd == 95, do: call}"), limits=limits)
    road.live("2025-05-01")
    assert road.asked("call") == [("2025-03-31", "call"), ("2025-04-15", "call held")]


def test_a_clause_that_a_mark_breaks_is_told() -> None:
    road = marked(never="[{id: no-npa, that: mark_npa}]")
    road.live("2025-06-01")
    assert [entry.day for entry in road.entries if entry.results.breaches] == [on("2025-04-11")]


def test_the_gravest_mark_that_stands_is_what_the_loan_is_classified_as() -> None:
    road = marked()
    assert road.fact("classified_as") is None
    road.live("2025-01-11")
    assert road.fact("classified_as") == "overdue"
    road.live("2025-04-11")
    assert road.fact("classified_as") == "default"


# --- days on which nothing else happens ---


def test_a_loan_wakes_on_the_days_on_which_a_mark_changes_and_on_no_other() -> None:
    road = marked()
    woken = [str(decision.case.day) for decision in live(road.machine, road.case, on("2026-01-01"))]
    assert woken == ["2025-01-11", "2025-04-11"]


def test_at_an_end_marks_go_on() -> None:
    stages = "\n  calm: {start: true, rules: [{id: over, when: balance == 0, to: gone}]}\n  gone: {end: true}\n"
    road = marked(stages=stages)
    road.tell(paid(), "2025-05-02")
    assert (road.stage, road.fact("classified_as")) == ("gone", "default")
    road.live("2025-07-01")
    assert changes(road)[-1] == ("2025-06-01", "default", False)


def test_a_stopped_loan_is_classified_on_and_does_nothing_else() -> None:
    stages = """
  calm: {start: true, every: [{each: 7 days, do: news}], rules: [{id: late, when: dpd >= 2, to: late}]}
  late: {rules: [{id: gone, when: dpd > 300, to: gone}]}
  gone: {end: true}
"""
    road = marked(
        stages=stages, never="[{id: not-late, that: stage == late and dpd < 50}]".replace("late and", '"late" and')
    )
    road.live("2025-06-01")
    assert (road.stage, road.case.course.stopped is not None) == ("calm", True)
    assert changes(road) == [
        ("2025-01-11", "overdue", True),
        ("2025-04-11", "npa", True),
        ("2025-04-11", "default", True),
    ]
    assert road.asked("news") == [("2025-01-08", "news")]
    assert [entry.results._replace(marks=()) for entry in road.entries[-1:]] == [type(road.entries[0].results)()]
    road.tell(MovedByHand(to="late", role="boss", reason="judged so"), "2025-06-02")
    assert road.stage == "late"


# --- events that are not of the road ---


def test_a_report_that_is_too_old_leaves_the_marks_that_read_it_as_they_are() -> None:
    road = marked(
        "{npa: {when: dpd > 20}, told: {when: hold_dispute}, after: {when: mark_npa}}",
        terms="{currency: CNY, time_zone: Asia/Shanghai, stale_after: 10}",
    )
    report = {"overdue_amount": "100.00", "balance": "900.00"}
    road.tell(ArrearsReported(as_of=on("2025-01-11"), oldest_due_on=on("2025-01-01"), **report), "2025-01-12")
    road.live("2025-03-01")
    assert changes(road) == []
    road.tell(HoldPlaced(hold="dispute"), "2025-03-02")
    assert [one[1] for one in changes(road)] == ["told"]
    road.tell(ArrearsReported(as_of=on("2025-03-02"), oldest_due_on=on("2025-01-01"), **report), "2025-03-03")
    assert [one[1] for one in changes(road)] == ["told", "npa", "after"]


def test_a_retraction_ends_a_mark_only_as_its_end_says() -> None:
    marks = "{bad: {when: fraud, until: dpd == 0}, told: {when: fraud}}"
    road = marked(marks, facts="{fraud: {type: flag, default: false}}")
    road.tell(FactsChanged(id="wrong", facts={"fraud": True}), "2025-02-01")
    road.tell(EventRetracted(event_id="wrong", reason="another borrower's"), "2025-02-03")
    assert (road.fact("mark_bad"), road.fact("mark_told")) == (True, False)


def test_an_older_journal_that_knows_of_no_marks_replays() -> None:
    road = marked()
    road.live("2025-05-01")
    bare = [entry._replace(results=entry.results._replace(marks=())) for entry in road.entries]
    assert replay(bare).course.marks == {}


# --- adoption ---


def adopted(**fields: Any) -> CaseAdopted:
    said = opening().model_dump(exclude={"kind", "id"})
    return CaseAdopted(**{**said, "id": "in", "opened_on": on("2025-03-01"), "stage": "calm", **fields})


def test_an_adopted_loan_stands_under_the_marks_that_the_host_tells() -> None:
    road = Road(road_policy(one_stage(), marks=MARKS), adopted(marks={"npa": on("2024-11-05")}))
    assert changes(road) == [
        ("2024-11-05", "npa", True),
        ("2025-03-01", "overdue", True),
        ("2025-03-01", "default", True),
    ]
    assert (road.fact("mark_npa"), road.fact("mark_npa_on")) == (True, on("2024-11-05"))
    assert road.fact("days_since_mark_npa", "2025-03-01") == 116


def test_until_it_has_heard_its_past_it_comes_under_no_mark() -> None:
    """Told one by one, its payments make it late first, and paid then: it was never 90 days late."""
    policy = road_policy(one_stage(), marks="{old: {when: dpd > 30, until: balance == 0}, now: {when: dpd > 30}}")
    road = Road(policy, adopted(rests_until="2025-03-02"))
    road.tell(paid("500.00", "2025-02-01"), "2025-03-01")
    assert changes(road) == []
    road.live("2025-03-02")
    assert changes(road) == [("2025-03-02", "old", True), ("2025-03-02", "now", True)]


@pytest.mark.parametrize(
    ("marks", "why"),
    [
        ({"npl": "2024-11-05"}, "policy road 1 has no mark `npl` (did you mean `npa`?)"),
        ({"npa": "0999-01-01"}, "`CaseAdopted` names the day 0999-01-01; expected a year from 1900 to 2200"),
        ({"bankrupt": "2024-11-05"}, "policy road 1 has no mark `bankrupt` (it has overdue, npa, default)"),
        (
            {"npa": "2025-03-02"},
            "the case cannot be under the mark `npa` since 2025-03-02: it is adopted on 2025-03-01",
        ),
    ],
)
def test_marks_that_cannot_be_are_refused(marks: dict[str, str], why: str) -> None:
    with pytest.raises(EventRefused) as refused:
        Road(road_policy(one_stage(), marks=MARKS), adopted(marks=marks))
    assert str(refused.value) == why


PROBATION = "{npa: {when: dpd > 90}, default: {when: mark_npa, until: days_since_mark_npa_ended >= 30}}"


def test_a_probation_of_an_adopted_loan_goes_on_from_the_day_that_is_told() -> None:
    told = adopted(marks={"default": on("2024-11-05")}, marks_ended={"npa": on("2025-02-20")})
    road = Road(road_policy(one_stage(), marks=PROBATION), told)
    assert (road.fact("mark_npa"), road.fact("days_since_mark_npa_ended", "2025-03-01")) == (False, 9)
    road.live("2025-03-25")
    assert changes(road)[-1] == ("2025-03-22", "default", False)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"marks": {"npa": "2025-02-01"}}, "the case cannot stand under the mark `npa` and be past it"),
        ({}, "the case cannot be past the mark `npa` since 2025-03-04: it is adopted on 2025-03-01"),
    ],
)
def test_a_mark_that_ended_cannot_stand_or_lie_ahead(told: dict[str, Any], why: str) -> None:
    with pytest.raises(EventRefused) as refused:
        Road(road_policy(one_stage(), marks=PROBATION), adopted(marks_ended={"npa": "2025-03-04"}, **told))
    assert str(refused.value) == why


def test_under_a_version_that_is_adopted_its_own_marks_are_settled_and_others_end() -> None:
    old = Road(road_policy(one_stage(), marks=MARKS))
    old.live("2025-04-20")
    new = Road(road_policy(one_stage(), version='"2"', marks="{npa: {when: dpd > 60}, late: {when: dpd > 30}}"))
    new.case = new.ticking = old.case._replace(day=on("2025-04-20"))
    new.entries[:] = old.entries
    event: Event = PolicyAdopted(policy="road", version="2", stage_map={})
    new.tell(event, "2025-04-20")
    assert [(one.mark, one.began, one.because) for one in new.entries[-1].results.marks] == [
        ("overdue", False, "policy adopted"),
        ("default", False, "policy adopted"),
        ("late", True, ""),
    ]
    assert new.fact("mark_npa_on") == on("2025-04-11")
