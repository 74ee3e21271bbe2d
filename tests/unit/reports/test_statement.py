"""The statement of account: sum by sum, with what is to come and where help is found."""

from __future__ import annotations

from datetime import date

import pytest

from overdue_flow.reports.report import Part, Report
from overdue_flow.reports.speech import spoken
from overdue_flow.reports.statement import NEXT_MAX, statement
from support.reported import book, lived, on_a_plan, on_time, opening, pays, with_complaints


def part(report: Report, title: str) -> Part:
    return next(one for one in report.parts if spoken(one.title) == title)


def rows(found: Part) -> list[tuple[str, ...]]:
    return [tuple(spoken(cell) for cell in row.cells) for row in found.rows]


@pytest.mark.parametrize("place", range(4))
def test_the_items_come_to_the_overdue_amount_of_the_day(place: int) -> None:
    told = book()[place]
    overdue = part(statement(told), "what is overdue, sum by sum")
    left = [float(row[6]) for row in rows(overdue)]
    assert round(sum(left), 2) == float(str(told.fact("overdue_amount")))


def test_the_figures_that_people_ask_for_first_lead() -> None:
    lead = [spoken(one.label) for one in part(statement(with_complaints()), "the account").fields if one.lead]
    assert lead == ["overdue amount", "days past due", "balance"]


def test_what_came_is_told_by_value_date() -> None:
    assert rows(part(statement(with_complaints()), "payments and waivers"))[0][:4] == (
        "2025-01-10",
        "payment",
        "pay-2025-01-10",
        "425.50",
    )


def test_of_the_contract_the_next_instalments_are_told_as_they_fall_due() -> None:
    told = lived("R-9", [opening("P-9", 12, "100.00"), pays("2025-01-10", "125.50")], until=date(2025, 2, 9))
    coming = rows(part(statement(told), "what falls due next"))
    assert len(coming) == NEXT_MAX
    assert coming[0] == ("2025-02-10", "instalment 2025-02-10", "125.50")


def test_while_a_plan_stands_in_the_place_of_the_contract_its_instalments_are_told() -> None:
    coming = rows(part(statement(on_a_plan()), "what falls due next"))
    assert coming == [
        ("2025-09-15", "instalment of the plan", "900.00"),
        ("2025-10-15", "instalment of the plan", "900.00"),
    ]


def test_where_help_is_found_is_said_in_the_language_of_the_reader() -> None:
    helps = part(statement(on_time()), "what you can do")
    assert rows(helps) == [("consumer hotline", "dial 12378"), ("legal aid", "12348")]
    assert [spoken(cell, "zh") for cell in helps.rows[0].cells] == ["投诉热线", "拨打12378"]
    assert any("say so" in spoken(note.said) for note in helps.notes)


def test_it_says_by_whose_schedule_it_counts() -> None:
    assert spoken(statement(on_a_plan()).about[1].said) == "by the repayment plan"
    assert spoken(statement(on_time()).about[1].said) == "by the contract"
