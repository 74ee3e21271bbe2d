"""A simulation as a report: what it rests on comes first, every figure is the simulation's own, and nothing is said of
two policies that the test does not bear out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from overdue_flow.reports.as_page import as_page
from overdue_flow.reports.as_text import as_text
from overdue_flow.reports.charts.values import Curves, Flow, Heat, Layers
from overdue_flow.reports.report import Part, Report
from overdue_flow.reports.simulated import simulated
from overdue_flow.reports.speech import spoken
from overdue_flow.simulation.trial.figures import BY_NAME
from overdue_flow.simulation.trial.results import Difference, Estimate, Simulation
from support.reported import HOSTILE
from support.simulated import BORROWERS, simulation

BOTH = simulation()
ALONE = simulation(challenger=False)


def report(sim: Simulation = BOTH) -> Report:
    return simulated(sim, BY_NAME)


def part(title: str, sim: Simulation = BOTH) -> Part:
    return next(one for one in report(sim).parts if spoken(one.title) == title)


def rows(title: str, sim: Simulation = BOTH) -> list[list[str]]:
    return [[spoken(cell) for cell in row.cells] for row in part(title, sim).rows]


def changed(name: str, sim: Simulation = BOTH, **to: Any) -> Simulation:
    """The simulation with one difference changed."""
    different = tuple(replace(one, **to) if one.name == name else one for one in sim.differences)
    return replace(sim, differences=different)


def test_what_was_found_and_what_it_rests_on_stand_before_everything_else() -> None:
    titles = [spoken(one.title) for one in report().parts]
    assert titles[:4] == [
        "what was found", "stated effects of treatment", "if the stated effects were weaker or stronger",
        "the two policies side by side",
    ]  # fmt: skip


def test_a_policy_alone_has_no_challenger() -> None:
    titles = [spoken(one.title) for one in report(ALONE).parts]
    assert "the two policies side by side" not in titles
    assert "challenger" not in as_text(report(ALONE)).lower()
    assert spoken(report(ALONE).title) == "simulation: Retail as it is"


@pytest.mark.parametrize(
    ("version", "title", "label"),
    [
        ("2026.1", "Retail as it is: champion against challenger", "challenger"),
        ("2026.2", "Retail as it is: version 2026.1 against version 2026.2", "challenger, version 2026.2"),
    ],
)
def test_two_policies_of_one_title_are_told_apart_by_their_versions_where_they_differ(
    version: str, title: str, label: str
) -> None:
    sim = replace(BOTH, challenger=replace(BOTH.champion, version=version))
    assert spoken(report(sim).title) == title
    assert spoken(part("every figure", sim).columns[3].head) == label


def test_every_stated_effect_is_listed_with_why_it_is_believed_or_that_nobody_says_so() -> None:
    assert rows("stated effects of treatment") == [
        [
            "call, on pays", "after call that is answered: the daily rate of paying × 1.2 for 14 days",
            "two field studies of reminders", "Collections trial 2023, table 4",
        ],
        ["letter, on pays", "after letter: the daily rate of paying × 1.1 for 30 days", "", "not stated"],
    ]  # fmt: skip
    assert "these are inputs" in as_text(report())


def test_without_stated_effects_the_page_says_so_and_not_that_they_are_inputs() -> None:
    said = as_text(report(replace(BOTH, effects=(), sensitivity=())))
    assert "no effect of treatment is assumed" in said
    assert "these are inputs" not in said
    assert "nothing is stated that could be weaker or stronger" in said


def test_the_sensitivity_table_has_a_row_for_each_effect_and_policy_and_a_column_for_each_strength() -> None:
    found = part("if the stated effects were weaker or stronger")
    heads = [spoken(one.head) for one in found.columns]
    assert heads == ["effect", "figure", "without it", "half as strong", "as stated", "twice as strong"]
    assert [row[1] for row in rows("if the stated effects were weaker or stronger")][:2] == [
        "cash collected, champion", "cash collected, difference of the challenger",
    ]  # fmt: skip
    assert len(rows("if the stated effects were weaker or stronger", ALONE)) == len(ALONE.effects)
    assert "worked out with 4,000 borrowers" in as_text(report())


def test_another_strength_is_said_by_its_number() -> None:
    other = tuple(replace(one, strengths=(0.0, 1.5, 1.0, 2.0)) for one in BOTH.sensitivity)
    heads = part("if the stated effects were weaker or stronger", replace(BOTH, sensitivity=other)).columns
    assert spoken(heads[3].head) == "1.5 times as strong"


def test_money_is_shown_in_major_units_and_counts_as_they_are() -> None:
    listed = {row[0]: row[1:] for row in rows("every figure", ALONE)}
    paid = ALONE.champion.figure("paid").estimate
    assert listed["cash collected, CNY"][0] == f"{paid.value / 100:,.0f}"
    assert listed["cash collected, CNY"][1] == f"{paid.low / 100:,.0f} to {paid.high / 100:,.0f}"
    assert listed["cash collected, CNY"][2] == f"{paid.value / 100 / BORROWERS:,.2f}"
    assert listed["complaints"][0] == "87"
    assert "contacts by app" not in listed, "what never happened is not listed"


@pytest.mark.parametrize(
    ("name", "to", "said"),
    [
        ("paid", {"told_apart": False}, "no"),
        ("paid", {"told_apart": True}, "yes, better"),
        ("costs", {"told_apart": True}, "yes, worse"),
        ("late", {"told_apart": True}, "yes, better"),
        ("contacts", {"told_apart": True}, "yes"),
    ],
)
def test_a_difference_is_for_the_better_or_worse_only_where_it_is_told_apart(
    name: str, to: Mapping[str, Any], said: str
) -> None:
    label = BY_NAME[name].label
    found = next(row for row in rows("the two policies side by side", changed(name, **to)) if row[0].startswith(label))
    assert found[-1] == said


@pytest.mark.parametrize(("apart", "said"), [(True, "the two are told apart"), (False, "the two are not told apart")])
def test_what_the_figure_that_decides_says_stands_at_the_top(apart: bool, said: str) -> None:
    about = [spoken(note.said) for note in report(changed("paid", told_apart=apart)).about]
    assert about[-1].startswith("the figure that decides, named beforehand: cash collected, CNY.")
    assert about[-1].endswith(said)


def test_a_chance_is_given_to_four_decimals_or_as_below_the_smallest_of_them() -> None:
    found = rows("the two policies side by side", changed("paid", p=0.03456, p_adjusted=0.00001))
    assert found[0][6:8] == ["0.0346", "< 0.0001"]


def test_two_policies_that_treat_everybody_alike_are_said_to_be_one() -> None:
    nothing = Estimate(0.0, 0.0, 0.0)
    alike = tuple(replace(one, difference=nothing, differing=0) for one in BOTH.differences)
    said = "for no borrower did anything differ"
    assert said in as_text(report(replace(BOTH, differences=alike)))
    assert said not in as_text(report())


def test_a_figure_that_the_champion_has_none_of_has_no_share() -> None:
    bare = changed("suits", champion=0.0, difference=Estimate(4.0, 1.0, 7.0))
    lead = {spoken(one.label): spoken(one.value) for one in part("what was found", bare).fields}
    assert lead["suits filed"] == "+4"
    assert as_page(report(bare))


def test_the_stage_in_which_most_stand_is_in_the_tables_alone() -> None:
    layers = next(plot for plot in part("stages").plots if isinstance(plot, Layers))
    assert spoken(layers.title) == "loans by stage, besides those in performing"
    assert [spoken(one.label) for one in layers.panels[0].aside] == ["performing"]
    flows = [plot for plot in part("stages").plots if isinstance(plot, Flow)]
    assert len(flows) == 2
    assert {(link.source, link.target) for link in flows[0].aside} == {("performing", "performing")}
    passed = sum(one.loans for one in BOTH.champion.passages)
    assert sum(link.number for link in (*flows[0].links, *flows[0].aside)) == passed


def test_where_no_stage_holds_most_all_are_drawn() -> None:
    even = replace(BOTH, borrowers=10 * BORROWERS)
    layers = next(plot for plot in part("stages", even).plots if isinstance(plot, Layers))
    assert spoken(layers.title) == "loans by stage"
    assert layers.panels[0].aside == ()


def test_a_stage_that_only_one_policy_has_stands_in_the_charts_of_both() -> None:
    assert BOTH.challenger is not None
    standing = BOTH.challenger.occupancy
    more = replace(
        standing,
        stages=(*standing.stages, "talks"),
        labels=(*standing.labels, {}),
        loans=tuple((*month, 9) for month in standing.loans),
    )
    sim = replace(BOTH, challenger=replace(BOTH.challenger, occupancy=more))
    layers = next(plot for plot in part("stages", sim).plots if isinstance(plot, Layers))
    counts = [series.figures[0].value for panel in layers.panels for series in panel.series if series.label == "talks"]
    assert counts == [0.0, 9.0]


def test_moves_are_listed_by_how_often_they_were_made() -> None:
    assert rows("stages")[0] == ["performing", "reminder", "9,876", "9,876"]


def test_roll_rates_have_a_row_for_each_state_from_which_anybody_went() -> None:
    heat, apart = part("roll rates").plots
    assert isinstance(heat, Heat)
    assert isinstance(apart, Heat)
    assert heat.rows == ("0", "1", "2", "3", "4+")
    assert len(heat.columns) == 6
    assert heat.matrices[0].cells[0][2] is None, "nobody went there"
    assert [len(part("roll rates", ALONE).plots), heat.signed, apart.signed] == [1, False, True]


def test_by_how_much_roll_rates_differ_is_said_where_it_is_known() -> None:
    heat, apart = part("roll rates").plots
    assert isinstance(heat, Heat)
    assert isinstance(apart, Heat)
    champion, challenger = (one.cells[0][1] for one in heat.matrices)
    found = apart.matrices[0].cells[0][1]
    assert champion is not None
    assert challenger is not None
    assert found is not None
    assert found.value == challenger.value - champion.value
    assert apart.matrices[0].cells[0][2] is None, "nobody went there"

    nothing = part("roll rates", replace(BOTH, roll_differences=tuple((None,) * 6 for _state in range(6)))).plots[1]
    assert isinstance(nothing, Heat)
    assert nothing.rows == ()
    assert as_page(report(replace(BOTH, roll_differences=tuple((None,) * 6 for _state in range(6)))), "en")


def test_months_that_are_none_of_the_calendar_are_called_by_their_last_days() -> None:
    curves = part("cash and costs", replace(BOTH, starts_on=date(2025, 2, 5))).plots[0]
    assert isinstance(curves, Curves)
    assert curves.places[0] == BOTH.champion.months[0].isoformat()


def test_by_how_much_the_challenger_is_ahead_is_drawn_in_money() -> None:
    curve = next(plot for plot in part("cash and costs").plots if "ahead" in spoken(plot.title))
    assert isinstance(curve, Curves)
    assert [spoken(one.label) for one in curve.series] == ["cash collected", "cash less costs"]
    assert curve.series[1].figures[0].value == -20_000.0
    assert not any("ahead" in spoken(plot.title) for plot in part("cash and costs", ALONE).plots)


def test_what_somebody_needs_to_find_the_same_is_said() -> None:
    fields = {spoken(one.label): spoken(one.value) for one in part("how it was worked out").fields}
    assert fields["seed"] == "7"
    assert fields["champion: Retail as it is"] == "version 2026.1, fingerprint aaaaaaaaaaaa"
    assert fields["borrowers of kind steady"] == "80.0 %"
    assert fields["cost of each file suit"] == "800.00"
    notes = [spoken(note.said, "zh") for note in part("how it was worked out").notes]
    assert notes[0] == "借款人彼此独立"
    assert len(notes) == 3


def test_text_of_a_population_is_only_ever_text() -> None:
    effect = replace(BOTH.effects[0], said=HOSTILE, source=HOSTILE, because={"en": HOSTILE})
    hostile = replace(
        BOTH, title={"en": HOSTILE}, effects=(effect,), champion=replace(BOTH.champion, title={"en": HOSTILE})
    )
    found = as_page(report(hostile))
    assert "<script" not in found
    assert "<img" not in found
    assert "\u202e" not in found


def test_a_difference_names_itself_as_the_simulation_does() -> None:
    assert {one.name for one in BOTH.differences} <= BY_NAME.keys()
    assert isinstance(BOTH.differences[0], Difference)
