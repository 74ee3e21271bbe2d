"""The table beside a chart has every figure of it, in both languages, and none besides."""

from __future__ import annotations

import pytest

from overdue_flow.reports.charts.tables import as_table
from overdue_flow.reports.charts.values import Plot
from overdue_flow.reports.speech import spoken
from support.charted import BARS, CURVES, DIFFERENCES, EVERY, FLOW, HEAT, LAYERS


def rows(plot: Plot) -> list[list[str]]:
    return [[spoken(cell) for cell in row] for row in as_table(plot).rows]


def heads(plot: Plot) -> list[str]:
    return [spoken(head) for head in as_table(plot).heads]


@pytest.mark.parametrize("name", EVERY)
def test_every_row_has_a_cell_for_each_head(name: str) -> None:
    table = as_table(EVERY[name])
    assert table.rows
    assert {len(row) for row in table.rows} == {len(table.heads)} == {len(table.figures)}
    assert all(spoken(head) and spoken(head, "zh") for head in table.heads)


def test_curves_are_a_row_for_each_place_with_intervals_where_there_are_any() -> None:
    assert heads(CURVES) == ["month", "one", "one, interval", "other"]
    assert rows(CURVES)[1] == ["2025-02", "300", "250 to 350", "100"]


def test_bars_are_a_row_for_each_name() -> None:
    assert heads(BARS) == ["channel", "one", "one, interval", "other", "other, interval"]
    assert rows(BARS)[0] == ["phone", "1,000", "900 to 1,100", "500", "400 to 600"]


def test_layers_are_a_row_for_each_panel_and_layer_with_those_that_are_not_drawn() -> None:
    assert heads(LAYERS) == ["policy", "stage", "2025-01", "2025-02", "2025-03"]
    assert rows(LAYERS)[:3] == [
        ["champion", "early", "10", "20", "30"],
        ["champion", "late", "0", "10", "10"],
        ["champion", "paid", "90", "70", "60"],
    ]


def test_differences_say_whether_they_are_told_apart() -> None:
    assert rows(DIFFERENCES) == [
        ["cash", "+10", "10.0 %", "5.0 % to 15.0 %", "yes"],
        ["costs", "-5", "-5.0 %", "-15.0 % to 5.0 %", "no"],
        ["suits", "+3", "", "", "no"],
    ]


def test_a_flow_is_a_row_for_each_band() -> None:
    assert heads(FLOW) == ["on", "from", "until", "to", "loans"]
    assert rows(FLOW)[1] == ["2025-01", "early", "2025-02", "late", "40"]


def test_a_matrix_is_a_row_for_each_cell_in_which_something_was_seen() -> None:
    assert heads(HEAT) == ["from", "to", "share", "interval", "of"]
    assert rows(HEAT) == [
        ["0", "0", "90.0 %", "85.0 % to 95.0 %", "100"],
        ["0", "1", "10.0 %", "5.0 % to 15.0 %", "100"],
        ["1", "0", "100.0 %", "70.0 % to 100.0 %", "10"],
    ]
