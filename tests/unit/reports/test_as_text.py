"""A report as text: fields and tables in columns, whatever the writing; long rows below each other."""

from __future__ import annotations

from overdue_flow.reports.as_text import as_text
from overdue_flow.reports.report import Column, Field, Note, Part, Report, Row
from overdue_flow.reports.speech import say
from support.charted import CURVES

HEAD = (Column(say("day"), "money"), Column(say("what"), "money"), Column(say("amount"), "money", figure=True))


def text(*parts: Part, lang: str = "en") -> list[str]:
    return as_text(Report("any", "a title", (Note("about it"),), parts), "zh" if lang == "zh" else "en").splitlines()


def test_a_report_has_its_title_what_it_is_about_and_numbered_parts() -> None:
    assert text(Part(say("holds")), Part(say("moves"))) == [
        "a title", "about it", "", "1. holds", "", "none", "", "2. moves", "", "none"]  # fmt: skip


def test_columns_stand_below_each_other_and_figures_to_the_right() -> None:
    part = Part(say("money"), HEAD, (Row(("1", "payment", "5.00")), Row(("22", "fee", "120.00"))))
    assert text(part)[5:] == ["day  what     amount", "1    payment    5.00", "22   fee      120.00"]


def test_chinese_signs_take_two_places() -> None:
    part = Part(say("money"), HEAD, (Row(("1", "期款", "5.00")), Row(("22", "fee", "120.00"))))
    assert text(part, lang="zh")[5:] == ["日期  事项    金额", "1     期款    5.00", "22    fee   120.00"]


def test_fields_come_first_then_the_table_then_the_notes() -> None:
    fields = (Field(say("borrower"), "P-1", "identity"), Field(say("amount"), "5.00", "money"))
    part = Part(say("money"), HEAD, (Row(("1", "fee", "2.00")),), (Note("that is all"),), fields)
    assert text(part)[5:] == ["borrower  P-1", "amount    5.00", "", "day  what  amount", "1    fee     2.00", "",
                              "that is all"]  # fmt: skip


def test_words_of_several_lines_stay_on_one() -> None:
    assert "a b" in text(Part(say("money"), HEAD, (Row(("1", "a\nb", "")),)))[6]


def test_where_a_row_is_too_long_to_read_what_is_long_in_it_stands_below() -> None:
    part = Part(say("money"), HEAD, (Row(("1", "x" * 300, "5.00")), Row(("2", "", "6.00"))))
    assert text(part)[5:] == ["day  amount", "1    5.00", f"    what: {'x' * 300}", "2    6.00"]


def test_what_was_left_out_is_named_at_the_end() -> None:
    said = as_text(Report("any", "a title", left_out=(say("holds"),)))
    assert said.splitlines()[-1] == "not shown to you: holds"


def test_a_chart_is_its_title_and_the_table_that_says_the_same() -> None:
    assert text(Part(say("money"), plots=(CURVES,)))[5:] == [
        "cash", "", "month    one  one, interval  other", "2025-01  100      50 to 150      0",
        "2025-02  300     250 to 350    100", "2025-03  200     150 to 250    400",
    ]  # fmt: skip
