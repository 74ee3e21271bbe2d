"""What each role was asked for and did, and what came of contacts."""

from __future__ import annotations

from datetime import date

from overdue_flow.events import ComplaintAnswered, ComplaintReceived, ContactAttempted
from overdue_flow.reports.report import Report
from overdue_flow.reports.speech import spoken
from overdue_flow.reports.team_report import team_report
from overdue_flow.reports.told import Period, Told
from support.reported import PERIOD, book, lived, opening, reported_policy, said, with_complaints

MAY = Period(date(2025, 5, 1), date(2025, 5, 31))


def rows(report: Report, part: int) -> list[list[str]]:
    return [[spoken(cell) for cell in row.cells] for row in report.parts[part].rows]


def answered_on(*days: str) -> list[Told]:
    """Complaints of 2025-05-06, to be answered within five business days, each answered on a day."""
    loans = []
    for number, day in enumerate(days):
        events = [
            opening(f"P-{number}"),
            said(ComplaintReceived, "2025-05-06", complaint_id="c"),
            said(ComplaintAnswered, day, complaint_id="c"),
        ]
        loans.append(lived(f"R-{number}", events, until=MAY.last))
    return loans


def of_role(report: Report, role: str) -> list[str]:
    return next(row for row in rows(report, 0) if row[0] == role)


def test_what_was_done_by_its_last_day_was_done_in_time() -> None:
    found = team_report(reported_policy(), answered_on("2025-05-07", "2025-05-13", "2025-05-14"), MAY)
    assert of_role(found, "care") == ["care", "3", "3", "1", "66.7 %", "0", "0"]


def test_what_was_asked_for_before_the_period_and_done_in_it_counts_as_done() -> None:
    late = Period(date(2025, 5, 10), date(2025, 5, 31))
    found = team_report(reported_policy(), answered_on("2025-05-13"), late)
    assert of_role(found, "care")[1:3] == ["0", "1"]


def test_a_task_whose_last_day_is_over_is_named_with_its_loan() -> None:
    found = team_report(reported_policy(), [with_complaints()], PERIOD)
    assert of_role(found, "care")[-2:] == ["1", "1"]
    assert rows(found, 1) == [["care", "2025-08-27", "look into it", "R-3", "", "c-2"]]


def test_contacts_are_counted_by_channel_with_what_came_of_them() -> None:
    calls = [
        said(ContactAttempted, f"2025-05-0{day}", channel="phone", outcome=outcome, by="ag-1")
        for day, outcome in ((5, "no_answer"), (6, "no_answer"), (7, "conversation"), (8, "connected"))
    ]
    inbound = said(ContactAttempted, "2025-05-09", channel="phone", outcome="conversation", direction="inbound")
    told = lived("R-1", [opening("P-1", 1, "0.00"), *calls, inbound], until=MAY.last)
    found = team_report(reported_policy(), [told], MAY)
    head = [spoken(column.head) for column in found.parts[2].columns]
    (row,) = rows(found, 2)
    counted = dict(zip(head, row, strict=True))
    assert counted["channel"] == "phone"
    assert (counted["conversation"], counted["connected"]) == ("1", "1")
    assert rows(found, 3) == [["ag-1", "4", "2", "1"]]


def test_every_role_that_was_asked_for_something_is_there_once() -> None:
    found = [row[0] for row in rows(team_report(reported_policy(), book(), PERIOD), 0)]
    assert len(set(found)) == len(found)
    assert {"care", "counsel"} <= set(found)
