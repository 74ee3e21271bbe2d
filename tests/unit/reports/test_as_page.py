"""A page is whole by itself, and shows text as text."""

from __future__ import annotations

import re
from html import unescape

import pytest

from overdue_flow.reports.as_page import as_page, grouped
from overdue_flow.reports.report import Column, Field, Note, Part, Report, Row
from overdue_flow.reports.speech import say
from support.charted import CURVES, EVERY, HEAT
from support.reported import HOSTILE


def page(*parts: Part, title: str = "any", lang: str = "en") -> str:
    return as_page(Report("any", title, (), parts), "zh" if lang == "zh" else "en")


def a_table(*rows: tuple[str, ...], bar: bool = False) -> Part:
    head = (Column(say("bucket"), "money"), Column(say("loans"), "money", figure=True, bar=bar))
    return Part(say("buckets"), head, tuple(Row(row) for row in rows))


def test_a_page_forbids_itself_scripts_and_connections() -> None:
    found = page(a_table(("M1", "2")))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', found)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "script" not in policy[1]
    assert not re.search(r"<script|<link|<img|<iframe|javascript:|https?://|url\(", found)


def test_hostile_text_is_escaped_wherever_it_may_stand() -> None:
    part = Part(
        HOSTILE,
        (Column(HOSTILE, "money"), Column(say("loans"), "money")),
        (Row((HOSTILE, HOSTILE)),),
        (Note(HOSTILE),),
        (Field(HOSTILE, HOSTILE, "money"),),
    )
    found = page(part, part, part, part, title=HOSTILE)
    body = found.partition("<body>")[2]
    assert "<script" not in found
    assert "<img" not in found
    assert 'data-head="&lt;script&gt;' in body
    assert "&#x27;&quot;&amp;" in body
    assert HOSTILE.replace("\u202e", "") in unescape(body)


def test_what_turns_the_direction_of_writing_is_taken_out() -> None:
    assert "\u202e" not in page(a_table(("a\u202eb", "1")))


def test_lines_of_people_stay_lines() -> None:
    assert "one<br>two" in page(a_table(("one\ntwo", "1")))


def test_a_bar_is_as_long_as_its_figure_beside_the_largest() -> None:
    found = page(a_table(("M1", "50"), ("M2", "200"), ("M3", "0"), ("M4", "none"), bar=True))
    assert re.findall(r"width:(\d+)%", found) == ["25", "100", "0", "0"]


def test_a_column_of_zeros_has_bars_of_no_length() -> None:
    assert re.findall(r"width:(\d+)%", page(a_table(("M1", "0"), bar=True))) == ["0"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("61696.50", "61,696.50"),
        ("-1234567.00", "-1,234,567.00"),
        ("999.99", "999.99"),
        ("2025", "2025"),
        ("2025-01-10", "2025-01-10"),
        ("١٢٣٤.٠", "١٢٣٤.٠"),
    ],
)
def test_an_amount_has_its_thousands_set_apart_and_nothing_else_has(text: str, shown: str) -> None:
    assert grouped(text) == shown


def test_short_words_are_kept_on_a_line_and_long_ones_are_not() -> None:
    found = page(a_table(("short", "1"), ("2025-01-10", "2")))
    assert '<th scope="col" class="short">' in found
    assert '<th scope="col" class="short">' not in page(a_table(("many words that need more than a line", "1")))


def test_a_matrix_stays_a_table_on_a_narrow_screen() -> None:
    head = tuple(Column(f"to {number}", "money", figure=True) for number in range(13))
    found = page(Part(say("roll rates"), head, (Row(("1",) * 13),)))
    assert '<div class="wide" tabindex="0" role="region" aria-labelledby="title-1">' in found
    assert '<div class="cards">' in page(a_table(("M1", "1")))


def test_a_page_of_many_parts_begins_with_a_list_of_them() -> None:
    assert "<nav" not in page(a_table(("M1", "1")))
    found = page(*[a_table(("M1", "1"))] * 4)
    assert re.findall(r'href="#(part-\d)"', found) == re.findall(r'id="(part-\d)"', found)


def test_a_part_without_anything_says_so_in_the_language_of_the_page() -> None:
    assert '<p class="empty">none</p>' in page(Part(say("holds")))
    found = page(Part(say("holds")), lang="zh")
    assert '<p class="empty">无</p>' in found
    assert '<html lang="zh-CN">' in found


def test_what_was_left_out_is_named_at_the_end() -> None:
    found = as_page(Report("any", "any", left_out=(say("holds"),)))
    assert "<footer>\n<p>not shown to you: holds</p>" in found


def test_a_chart_is_a_figure_with_its_title_its_legend_both_drawings_and_its_table() -> None:
    found = page(Part(say("roll rates"), plots=(CURVES, HEAT)))
    assert '<figure aria-labelledby="chart-1-1">' in found
    assert '<figcaption id="chart-1-2">rolls</figcaption>' in found
    assert found.count('<svg class="drawn roomy"') == found.count('<svg class="drawn narrow"') == 2
    assert found.count("<summary>the same as a table</summary>") == 2
    assert '<table aria-labelledby="chart-1-1">' in found
    assert found.count('<ul class="legend">') == 1, "a matrix says itself what it shows"
    assert "250 to 350" in found


def test_a_page_has_the_style_of_charts_where_it_has_charts() -> None:
    assert "figcaption" not in page(a_table(("M1", "1")))
    assert "figcaption {" in page(Part(say("roll rates"), plots=tuple(EVERY.values())))


def test_charts_alone_are_something() -> None:
    assert '<p class="empty">' not in page(Part(say("roll rates"), plots=(HEAT,)))
