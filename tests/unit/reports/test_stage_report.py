"""Stage by stage: who stands there, who came and left, what is due next."""

from __future__ import annotations

from datetime import date

from overdue_flow.reports.report import Report
from overdue_flow.reports.speech import spoken
from overdue_flow.reports.stage_report import stage_report
from overdue_flow.reports.told import Period
from support.reported import PERIOD, book, lived, opening, reported_policy, with_complaints


def rows(report: Report, part: int) -> list[list[str]]:
    return [[spoken(cell) for cell in row.cells] for row in report.parts[part].rows]


def test_whoever_came_and_did_not_leave_stands_there() -> None:
    found = rows(stage_report(reported_policy(), book(), PERIOD), 0)
    assert [row[0] for row in found][:2] == ["performing (current)", "early arrears (early)"]
    for _stage, loans, _median, _longest, came, went in found:
        assert int(came) - int(went) == int(loans)


def test_moves_outside_of_the_period_are_not_counted() -> None:
    told = lived("R-1", [opening("P-1")], until=date(2025, 3, 31))
    found = rows(stage_report(reported_policy(), [told], Period(date(2025, 2, 1), date(2025, 3, 31))), 0)
    early = next(row for row in found if row[0] == "early arrears (early)")
    assert early == ["early arrears (early)", "1", "79", "79", "0", "0"]


def test_of_several_the_median_stay_and_the_longest_are_told() -> None:
    loans = [lived(f"R-{days}", [opening("P-1")], until=date(2025, 1, days)) for days in (12, 13, 31)]
    found = rows(stage_report(reported_policy(), loans, Period(date(2025, 1, 1), date(2025, 1, 31))), 0)
    assert next(row for row in found if row[1] == "3")[1:4] == ["3", "2", "20"]


def test_what_is_due_within_a_week_is_told_and_what_is_late_is_marked() -> None:
    found = stage_report(reported_policy(), [with_complaints()], PERIOD)
    assert spoken(found.parts[1].title) == "what is due by 2025-09-07"
    due = rows(found, 1)
    assert [row[0] for row in due] == sorted(row[0] for row in due)
    assert [(row[3], row[4], row[5]) for row in due if row[0] == "2025-08-27"] == [("look into it", "care", "late")]
    assert all(row[0] <= "2025-09-07" for row in due)
