"""What a case is classified as, why, and what each mark waits for: in explanations and in the story of a loan."""

from __future__ import annotations

from overdue_flow.engine.explain import explain
from overdue_flow.engine.marks_told import marks_told
from overdue_flow.events import PaymentReceived
from overdue_flow.reports.timeline import timeline
from support.road import Road, on, one_stage, road_policy

MARKS = """
  npa: {label: non-performing, when: dpd > 90, until: dpd == 0, because: more than 90 days past due}
  watched: {when: mark_npa, until: days_since_mark_npa_ended >= 30}
"""


def road() -> Road:
    road = Road(road_policy(one_stage(), marks=MARKS))
    road.tell(PaymentReceived(amount="1000.00", value_date=on("2025-05-02")), "2025-05-02")
    return road


def test_each_mark_says_since_when_and_why_it_stands_and_what_it_waits_for() -> None:
    told = {one.name: one for one in marks_told(road().machine, road().case, on("2025-05-02"))}
    assert (told["npa"].since, told["npa"].because, told["npa"].waits_for.holds) == (None, "", False)
    assert (told["watched"].since, told["watched"].waits_for.changes_on) == (on("2025-04-11"), on("2025-06-01"))

    early = Road(road_policy(one_stage(), marks=MARKS))
    early.live("2025-04-11")
    assert next(marks_told(early.machine, early.case, on("2025-04-20"))).lines() == [
        "npa stands since 2025-04-11: more than 90 days past due",
        "  ends: no       days past due is 0: now 100 days",
    ]


def test_an_explanation_tells_of_marks_and_of_those_to_come() -> None:
    there = road()
    said = explain(there.machine, there.case).lines()
    start = said.index("marks, and what each waits for:")
    assert said[start : start + 5] == [
        "marks, and what each waits for:",
        "  npa does not stand",
        "    begins: no       days past due is more than 90: now 0 days",
        "  watched stands since 2025-04-11",
        "    ends: not yet  days since the end of the mark non-performing is at least 30: now 0 days, from 2025-06-01",
    ]
    assert said[-1] == "  2025-06-01  mark watched ends"


def test_without_marks_an_explanation_says_nothing_of_them() -> None:
    bare = Road(road_policy(one_stage()))
    assert "mark" not in str(explain(bare.machine, bare.case))


def test_the_story_of_a_loan_tells_of_each_beginning_and_end() -> None:
    there = road()
    there.live("2025-07-01")
    told = timeline(there.machine, there.entries)
    assert (
        "2025-04-11        a day begins\n    mark npa begins: more than 90 days past due\n    mark watched begins\n"
        in told
    )
    assert told.count("mark npa ends") == told.count("mark watched ends") == 1


def test_what_a_day_closes_is_dated_as_it_is_said() -> None:
    terms = "{currency: INR, time_zone: Asia/Kolkata, counting: {due_date_is_day: 1}}"
    indian = Road(road_policy(one_stage(), marks=MARKS, terms=terms))
    indian.live("2025-05-01")
    assert "\n2025-04-10        " in timeline(indian.machine, indian.entries)
    assert str(next(marks_told(indian.machine, indian.case, indian.case.day)).since) == "2025-04-10"
