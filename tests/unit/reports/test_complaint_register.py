"""The register of complaints: each once, with what became of it and what it meant for staff."""

from __future__ import annotations

from datetime import date

from overdue_flow.reports.complaint_register import complaint_register, complaints_of
from overdue_flow.reports.report import Report
from overdue_flow.reports.speech import Language, spoken
from overdue_flow.reports.told import Period
from support.reported import PERIOD, book, on_time, reported_policy, with_complaints


def rows(report: Report, part: int, lang: Language = "en") -> list[list[str]]:
    return [[spoken(cell, lang) for cell in row.cells] for row in report.parts[part].rows]


def test_each_complaint_and_objection_is_told_once_with_its_outcome() -> None:
    found = complaint_register(reported_policy(), book(), PERIOD)
    assert rows(found, 1) == [
        ["2025-04-03", "R-3", "c-1", "complaint", "tone", "ag-7", "answered", "3", "upheld", "coaching"],
        ["2025-08-20", "R-3", "c-2", "objection", "", "", "received", "7", "", ""],
    ]
    assert rows(found, 1, "zh")[0][-2:] == ["成立", "辅导"]


def test_what_is_open_and_late_is_counted() -> None:
    counted = complaint_register(reported_policy(), book(), PERIOD).parts[0].fields
    assert [(spoken(one.label), one.value) for one in counted] == [
        ("complaints and objections", "2"),
        ("open", "1"),
        ("open, with a task that is late", "1"),
    ]


def test_one_that_is_open_is_told_though_it_came_before_the_period() -> None:
    late = Period(date(2025, 8, 25), PERIOD.last)
    assert [row[2] for row in rows(complaint_register(reported_policy(), book(), late), 1)] == ["c-2"]


def test_of_one_loan_every_step_is_told() -> None:
    found = complaints_of(with_complaints())
    assert [spoken(part.title) for part in found.parts] == [
        "complaints and objections", "complaint c-1", "objection c-2"]  # fmt: skip
    steps = rows(found, 1)
    assert [row[2] for row in steps] == ["received", "acknowledged", "investigated", "answered", "consequence"]
    assert steps[3][4:] == ["upheld", "the caller shouted", "consumer hotline"]
    assert steps[2][-1] == "calls/1"
    notes = [spoken(note.said) for note in found.parts[1].notes]
    assert notes == ["asked for on 2025-04-03: look into it, for care, by 2025-04-11, done on 2025-04-09"]


def test_one_complaint_may_be_asked_for() -> None:
    assert [row[2] for row in rows(complaints_of(with_complaints(), name="c-2"), 0)] == ["c-2"]


def test_where_nobody_complained_the_register_is_empty() -> None:
    assert rows(complaints_of(on_time()), 0) == []
