"""Charts of every kind: drawn for a screen and for a telephone, named, and with figures where they belong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from overdue_flow.reports.charts.drawn import drawings, legend
from overdue_flow.reports.charts.flow import OTHERS
from overdue_flow.reports.charts.flow import gathered as gathered_stops
from overdue_flow.reports.charts.heat import SHADES, shade_of
from overdue_flow.reports.charts.layers import MOST, gathered
from overdue_flow.reports.charts.svg import cut
from overdue_flow.reports.charts.values import Link, Matrix, Measured, Panel, Series, Stop
from overdue_flow.reports.speech import LANGUAGES, Language, spoken
from support.charted import BARS, CURVES, DIFFERENCES, EVERY, FLOW, HEAT, LAYERS, drawn, figures, path_points
from support.reported import HOSTILE


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_a_chart_is_drawn_twice_and_named_for_who_does_not_see_it(name: str, lang: Language) -> None:
    found = drawn(EVERY[name], lang)
    assert [one.root.attrib["class"] for one in found] == ["drawn roomy", "drawn narrow"]
    for one in found:
        assert one.root.attrib["role"] == "img"
        assert one.root.attrib["aria-label"] == spoken(EVERY[name].title, lang)
        assert len(list(one.root)) > 3


@pytest.mark.parametrize("name", EVERY)
def test_text_in_a_drawing_is_escaped_and_stays_on_its_line(name: str) -> None:
    for text in drawings(replace(EVERY[name], title=HOSTILE + "\nsecond"), "en"):
        assert "<script" not in text
        assert "<img" not in text
        assert "\u202e" not in text
        assert "\n" not in text


def test_a_figure_stands_at_its_height_between_the_ticks() -> None:
    wide, _narrow = drawn(CURVES)
    line = list(path_points(wide.of_kind("line", "s0")[0].attrib["d"]))
    heights = [y for _x, y in line]
    assert heights[1] < heights[2] < heights[0]
    assert (heights[0] - heights[1]) == pytest.approx(2 * (heights[0] - heights[2]), abs=0.3)
    assert len(wide.of_kind("mark", "s0")) == 3


def test_a_band_reaches_from_end_to_end_of_the_interval_and_there_is_none_without() -> None:
    wide, _narrow = drawn(CURVES)
    belts = wide.of_kind("belt")
    assert [one.attrib["class"] for one in belts] == ["belt s0"]
    ys = [y for _x, y in path_points(belts[0].attrib["d"])]
    line = [y for _x, y in path_points(wide.of_kind("line", "s0")[0].attrib["d"])]
    assert min(ys) < min(line)
    assert max(ys) > max(line)


def test_layers_stand_on_top_of_each_other_and_are_named_beside_their_ends() -> None:
    wide, _narrow = drawn(LAYERS)
    areas = [one for one in wide.of_kind("area") if one.tag == "path"]
    assert [one.attrib["class"] for one in areas] == ["area c0", "area c1"] * 2
    lower, upper = (list(path_points(one.attrib["d"])) for one in areas[:2])
    assert lower[:3] == list(reversed(upper[3:]))
    assert wide.texts().count("early") == 2
    assert "paid" not in wide.texts()


def test_the_smallest_layers_are_one_and_nothing_is_lost() -> None:
    many = tuple(Series(f"s{number}", figures(float(number), 1.0)) for number in range(MOST + 4))
    (found,) = gathered((Panel("any", many),))
    assert len(found.series) == MOST
    assert spoken(found.series[-1].label) == "5 others"
    assert sum(one.figures[0].value for one in found.series) == sum(range(MOST + 4))
    assert [spoken(one.label) for one in found.series[:-1]] == [f"s{number}" for number in range(5, MOST + 4)]
    few = (Panel("any", many[:MOST]),)
    assert gathered(few) == few


def test_a_bar_is_as_long_as_its_figure_and_the_interval_lies_over_its_end() -> None:
    wide, narrow = drawn(BARS)
    for one in (wide, narrow):
        long = [float(beam.attrib["width"]) for beam in one.of_kind("beam")]
        assert [length / long[0] for length in long] == pytest.approx([1, 0.5, 2, 2.5], abs=0.01)
        ends = [float(beam.attrib["x"]) + float(beam.attrib["width"]) for beam in one.of_kind("beam")]
        whiskers = [w for w in one.of_kind("whisker") if w.attrib["y1"] == w.attrib["y2"]]
        assert all(float(w.attrib["x1"]) < end < float(w.attrib["x2"]) for w, end in zip(whiskers, ends, strict=True))
    assert {"1,000", "500", "2,000", "2,500"} <= set(wide.texts())


def test_what_chance_may_explain_has_a_hollow_mark_and_what_has_no_share_none() -> None:
    wide, _narrow = drawn(DIFFERENCES)
    assert len(wide.of_kind("mark", "apart")) == 1
    assert len(wide.of_kind("mark", "hollow")) == 1
    assert "suits" in wide.texts()


def test_a_flow_loses_nobody_between_its_columns() -> None:
    wide, _narrow = drawn(FLOW)
    posts = [one for one in wide.of_kind("area") if one.tag == "rect" and float(one.attrib["width"]) == 12]
    high: dict[str, float] = {}
    for post in posts:
        high[post.attrib["x"]] = high.get(post.attrib["x"], 0.0) + float(post.attrib["height"])
    assert len(high) == 3
    assert max(high.values()) - min(high.values()) < 0.5
    assert len(wide.of_kind("band")) == len(FLOW.links)


def test_a_stop_at_which_nobody_ends_is_named_in_the_legend() -> None:
    assert [spoken(said) for _mark, said in legend(FLOW)] == ["early"]


def test_the_smallest_stops_are_one_and_nobody_is_lost() -> None:
    stops = tuple(Stop(f"s{number}", f"s{number}") for number in range(12))
    links = tuple(Link(0, "s0", stop.name, 10.0 + place) for place, stop in enumerate(stops))
    found = gathered_stops(replace(FLOW, columns=("a", "b"), stops=stops, links=links))
    assert len(found.stops) == MOST
    assert found.stops[-1].name == OTHERS
    assert sum(link.number for link in found.links) == sum(link.number for link in links)


def test_a_flow_of_nobody_is_empty() -> None:
    assert drawn(replace(FLOW, links=()))[0].texts() == []


def test_a_cell_has_its_share_in_figures_and_a_shade_and_none_where_nothing_was_seen() -> None:
    wide, narrow = drawn(HEAT)
    for one in (wide, narrow):
        shades = [cell.attrib["class"] for cell in one.of_kind("shade")]
        assert shades == [f"shade h{shade_of(share)}" for share in (0.9, 0.1, 1.0, 0.0)]
        assert {"90.0", "10.0", "100.0"} <= set(one.texts())
    assert "of 100" in wide.texts()


def test_a_difference_has_its_sign_and_is_bold_where_it_is_sure() -> None:
    cells = ((Measured(0.05, 0.01, 0.09), Measured(-0.05, -0.2, 0.1)), (Measured(0.0, 0.0, 0.0), None))
    wide, _narrow = drawn(replace(HEAT, matrices=(Matrix("", (100, 50), cells),), signed=True))
    bold = {text.text for text in wide.of_kind("strong")}

    assert {"+5.0", "-5.0", "0.0"} <= set(wide.texts())
    assert bold == {"+5.0"}
    assert not any("of 100" in said for said in wide.texts())


def test_shades_grow_with_the_share_from_none_to_all() -> None:
    shades = [shade_of(share / 100) for share in range(101)]
    assert shades == sorted(shades)
    assert (shades[0], shades[1], shades[-1]) == (0, 1, SHADES - 1)


def test_the_legend_says_what_marks_mean() -> None:
    assert [spoken(said) for _mark, said in legend(CURVES)] == ["one", "other"]
    assert [spoken(said) for _mark, said in legend(BARS)] == ["one", "other", "95 % interval"]
    assert [spoken(said, "zh") for _mark, said in legend(DIFFERENCES)] == ["差异显著", "可能出于偶然"]
    sure = replace(BARS, series=(Series("one", (Measured(1.0), Measured(2.0))),))
    assert [spoken(said) for _mark, said in legend(sure)] == ["one"]


def test_a_name_that_does_not_fit_is_cut_and_says_so() -> None:
    assert cut("short", 100) == "short"
    assert cut("a name that is too long", 70) == "a name…"
    assert cut("逾期贷款处理", 50) == "逾期贷…"
