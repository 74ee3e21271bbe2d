"""Marks in the case file: a part of their own, and what each entry of the journal led to."""

from __future__ import annotations

from overdue_flow.events import PaymentReceived
from overdue_flow.reports.case_file import CaseFile, case_file
from overdue_flow.reports.journal import led_to
from overdue_flow.reports.report import Part
from overdue_flow.reports.speech import spoken
from support.road import Road, on, one_stage, road_policy

MARKS = "{late: {when: dpd > 0}, npa: {when: dpd > 90, until: balance == 0, because: over 90 days}}"


def lived(marks: str = MARKS) -> Road:
    road = Road(road_policy(one_stage(), marks=marks))
    road.live("2025-04-15")
    road.tell(PaymentReceived(amount="1000.00", value_date=on("2025-04-20")), "2025-04-20")
    return road


def part_of(file: CaseFile) -> Part | None:
    return next((one for one in file.sections if spoken(one.title) == "marks"), None)


def test_each_beginning_and_end_is_a_row_with_the_day_it_is_said_of_and_its_reason() -> None:
    found = part_of(case_file(lived().entries))
    assert found is not None
    assert [spoken(column.head) for column in found.columns] == ["on", "mark", "change", "policy", "because"]
    assert [tuple(spoken(cell) for cell in row.cells) for row in found.rows] == [
        ("2025-01-11", "late", "begins", "road 1", ""),
        ("2025-04-11", "npa", "begins", "road 1", "over 90 days"),
        ("2025-04-20", "late", "ends", "road 1", ""),
        ("2025-04-20", "npa", "ends", "road 1", ""),
    ]
    assert spoken(found.rows[1].cells[2], "zh") == "开始"


def test_a_loan_that_never_stood_under_one_has_no_such_part() -> None:
    assert part_of(case_file(lived("{far: {when: dpd > 900}}").entries)) is None


def test_the_journal_in_words_says_which_begin_and_end() -> None:
    began, ended = (entry.results for entry in lived().entries if len(entry.results.marks) > 0 and entry.seq in (3, 4))
    assert spoken(led_to(began)) == "mark npa begins: over 90 days"
    assert spoken(led_to(ended)) == "mark late ends; mark npa ends"
    assert spoken(led_to(ended), "zh") == "标识“late”结束；标识“npa”结束"
