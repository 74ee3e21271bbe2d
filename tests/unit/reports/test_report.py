"""A report keeps from a role what it may not see, and says what it left out."""

from __future__ import annotations

from dataclasses import replace

from overdue_flow.cases.seen import Seen
from overdue_flow.reports.report import Column, Field, Note, Part, Report, Row, columns, restricted
from overdue_flow.reports.speech import Guarded, listed, say, spoken
from support.charted import BARS, CURVES

REPORT = Report(
    "any",
    say("parties"),
    (Note("of the loan"), Note("by whom", "work")),
    (
        Part(
            say("the account"),
            fields=(
                Field(say("borrower"), "P-1", "identity"),
                Field(say("overdue"), "9.00", "money", "overdue_amount"),
            ),
        ),
        Part(
            say("contacts"),
            columns("contact", "at", "because", because="mixed"),
            (Row(("noon", listed(("reached ", Guarded("reasons", "she is ill")), ""))),),
        ),
        Part(say("holds"), (Column(say("hold"), "care"),), (Row(("hardship",)),), (Note("of care", "care"),)),
        Part(
            say("the journal"),
            (Column(say("no."), "open"), Column(say("what happened"), "open")),
            (Row(("1", "paid"), "money", journal=True), Row(("2", "complained"), "care", journal=True)),
        ),
    ),
)


def seen(*groups: str, facts: tuple[str, ...] = (), rows: tuple[str, ...] = ()) -> Seen:
    return Seen("clerk", frozenset(groups), frozenset(facts), frozenset(rows))


def cells(report: Report, part: int) -> list[list[str]]:
    return [[spoken(cell) for cell in row.cells] for row in report.parts[part].rows]


def test_who_looks_as_the_host_sees_everything() -> None:
    assert restricted(REPORT, None) is REPORT


def test_a_field_of_a_hidden_group_is_a_dash_beside_those_that_are_seen() -> None:
    found = restricted(REPORT, seen("money"))
    assert [spoken(one.value) for one in found.parts[0].fields] == ["—", "9.00"]


def test_a_fact_may_be_seen_by_its_name_alone() -> None:
    found = restricted(REPORT, seen("contact", facts=("overdue_amount",)))
    assert [spoken(one.value) for one in found.parts[0].fields] == ["—", "9.00"]


def test_a_part_of_which_nothing_may_be_seen_is_left_out_and_named() -> None:
    found = restricted(REPORT, seen("money", "contact", rows=("care",)))
    assert [spoken(part.title) for part in found.parts] == ["the account", "contacts", "the journal"]
    assert [spoken(title) for title in found.left_out] == ["holds"]


def test_text_that_may_repeat_anything_is_for_who_sees_everything() -> None:
    found = restricted(REPORT, seen("contact", "reasons", "money"))
    assert cells(found, 1) == [["noon", "—"]]


def test_a_row_of_the_journal_is_seen_by_the_rows_that_a_role_may_see_and_the_others_are_counted() -> None:
    found = restricted(REPORT, seen("money", "care", rows=("money",)))
    journal = next(part for part in found.parts if spoken(part.title) == "the journal")
    assert [[spoken(cell) for cell in row.cells] for row in journal.rows] == [["1", "paid"]]
    assert [spoken(note.said) for note in journal.notes] == ["1 more, not shown"]


def test_a_note_of_a_hidden_group_is_not_there() -> None:
    assert [spoken(note.said) for note in restricted(REPORT, seen("money")).about] == ["of the loan"]


def test_json_names_what_the_english_report_names() -> None:
    data = REPORT.as_data("zh")
    assert (data["report"], data["language"], data["title"]) == ("any", "zh", "当事人")
    assert data["parts"][0]["part"] == "the account"
    assert data["parts"][0]["title"] == "账户概况"
    assert data["parts"][0]["fields"] == {"borrower": "P-1", "overdue": "9.00"}
    assert data["parts"][1]["rows"] == [{"at": "noon", "because": "reached she is ill"}]


def test_a_chart_of_a_hidden_group_is_not_there_and_a_part_with_nothing_else_is_left_out() -> None:
    both = Part(say("moves"), plots=(replace(CURVES, group="money"), replace(BARS, group="care")))
    one = Part(say("holds"), plots=(replace(BARS, group="care"),))
    found = restricted(Report("any", "any", (), (both, one)), seen("money"))
    assert [plot.title for part in found.parts for plot in part.plots] == ["cash"]
    assert [spoken(title) for title in found.left_out] == ["holds"]


def test_json_has_the_figures_of_a_chart_and_no_word_of_charts_where_there_are_none() -> None:
    data = Report("any", "any", (), (Part(say("holds"), plots=(CURVES,)), Part(say("moves")))).as_data("zh")
    (plot,) = data["parts"][0]["plots"]
    assert plot["plot"] == "cash"
    assert plot["rows"][0] == {"month": "2025-01", "one": "100", "one, interval": "50 至 150", "other": "0"}
    assert "plots" not in data["parts"][1]
