"""What a simulation found, in short, and what that rests on: the stated effects of treatment, and what would be without
them. And two policies side by side, figure by figure."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.reports.charts.figures import figure, in_short, interval
from overdue_flow.reports.charts.values import Unit
from overdue_flow.reports.report import Column, Field, Note, Part, Row
from overdue_flow.reports.simulated_charts import (
    against,
    called,
    difference_said,
    figure_heads,
    figure_row,
    measured,
    unit_of,
)
from overdue_flow.reports.simulated_values import DifferenceOf, Measures, SensitivityOf, SimulationOf
from overdue_flow.reports.speech import Said, listed, named, say

LEADING = ("paid", "costs", "net", "late", "complaints", "suits")
"""The figures that a page shows large."""


def what_was_found(sim: SimulationOf, measures: Measures) -> Part:
    """The figures that matter most, large, and for two policies what can be said of the difference."""
    if sim.challenger is None:
        fields = tuple(_leading(sim, measures, name) for name in LEADING)
        rows = tuple(figure_row(sim, measures, name) for name in LEADING)
        return Part(say("what was found"), figure_heads(sim), rows, fields=fields)
    found = {one.name: one for one in sim.differences}
    fields = tuple(_change(sim, measures, found[name]) for name in LEADING if name in found)
    heads = (say("figure"), say("champion"), say("challenger"), say("difference"), say("told apart"))
    columns = tuple(Column(head, "open") for head in heads)
    rows = tuple(Row(tuple(_leading_row(sim, measures, found[name]))) for name in LEADING if name in found)
    return Part(say("what was found"), columns, rows, fields=fields)


def _leading(sim: SimulationOf, measures: Measures, name: str) -> Field:
    unit = unit_of(sim, measures, name)
    value = in_short(measured(sim, measures, name, sim.champion.figure(name).estimate)._replace(low=None), unit)
    return Field(listed((called(measures, name), unit.said)), value, "open", lead=True)


def _change(sim: SimulationOf, measures: Measures, one: DifferenceOf) -> Field:
    """A difference as a share, with what it is in its own unit; that alone where the champion has nothing."""
    said = difference_said(sim, measures, one)
    if not one.champion:
        return Field(called(measures, one.name), said, "open", lead=True)
    share = one.difference.value / abs(one.champion)
    sign = "+" if share > 0 else ""
    label = listed((called(measures, one.name), said), ": ")
    return Field(label, f"{sign}{figure(share, Unit('', share=True))}", "open", lead=True)


def verdict(sim: SimulationOf, measures: Measures, one: DifferenceOf) -> Said:
    """What may be said of the primary figure, which was named beforehand."""
    unit = unit_of(sim, measures, one.name)
    difference = in_short(measured(sim, measures, one.name, one.difference), unit, signed=True)
    return say(
        "the figure that decides, named beforehand: {figure}. Difference of the challenger: {difference}; {verdict}",
        figure=listed((called(measures, one.name), unit.said)), difference=difference,
        verdict=say("the two are told apart") if one.told_apart else say("the two are not told apart"),
    )  # fmt: skip


def chance(p: float) -> str:
    """A chance as tests give it; very small ones as below a bound."""
    return "< 0.0001" if 10_000 * p < 1 else f"{p:.4f}"


def _leading_row(sim: SimulationOf, measures: Measures, one: DifferenceOf) -> Iterator[Said]:
    unit = unit_of(sim, measures, one.name)
    yield listed((called(measures, one.name), unit.said))
    for run in (sim.champion, sim.challenger):
        if run is not None:
            yield in_short(measured(sim, measures, one.name, run.figure(one.name).estimate), unit)
    yield in_short(measured(sim, measures, one.name, one.difference), unit, signed=True)
    yield apart_said(measures, one)


def apart_said(measures: Measures, one: DifferenceOf) -> Said:
    """Whether the two are told apart by a figure, and for whom that speaks."""
    if not one.told_apart:
        return say("no")
    better = measures[one.name].better * (1 if one.difference.value > 0 else -1)
    if not better:
        return say("yes")
    return say("yes, better") if better > 0 else say("yes, worse")


def stated_effects(sim: SimulationOf) -> Part:
    """The effects of treatment that were stated, with why they are believed."""
    heads = (say("effect"), say("what is assumed"), say("because"), say("source"))
    rows = tuple(
        Row(
            (
                one.name,
                named({"en": one.said, "zh": one.said_zh}),
                named(one.because, ""),
                one.source or say("not stated"),
            )
        )
        for one in sim.effects
    )
    notes = (Note(say("these are inputs: the simulation assumes them, and cannot show that they are true")),)
    columns = tuple(Column(head, "open") for head in heads)
    empty = say("no effect of treatment is assumed: whatever is done, borrowers pay as they would by themselves")
    return Part(say("stated effects of treatment"), columns, rows, notes if rows else (), empty=empty)


def if_stronger(sim: SimulationOf, measures: Measures) -> Part:
    """What the figure that decides would be were each effect weaker or stronger."""
    title = say("if the stated effects were weaker or stronger")
    if not sim.sensitivity:
        return Part(title, empty=say("nothing is stated that could be weaker or stronger"))
    heads = (say("effect"), say("figure"), *(_strength(one) for one in sim.sensitivity[0].strengths))
    columns = tuple(Column(head, "open") for head in heads)
    rows = tuple(row for one in sim.sensitivity for row in _sensitivity_rows(sim, measures, one))
    note = say(
        "worked out with {borrowers} borrowers, the same for every column", borrowers=f"{sim.sensitivity_borrowers:,}"
    )
    return Part(title, columns, rows, (Note(note),))


def _strength(times: float) -> Said:
    """How strong an effect is taken to be, beside what is stated of it."""
    match times:
        case 0:
            return say("without it")
        case half if 2 * half == 1:
            return say("half as strong")
        case 1:
            return say("as stated")
        case 2:
            return say("twice as strong")
        case _:
            return say("{times} times as strong", times=f"{times:g}")


def _sensitivity_rows(sim: SimulationOf, measures: Measures, one: SensitivityOf) -> Iterator[Row]:
    unit = unit_of(sim, measures, one.figure)
    what = called(measures, one.figure)
    whole = tuple(in_short(measured(sim, measures, one.figure, at), unit) for at in one.champion)
    first = what if sim.challenger is None else say("{figure}, champion", figure=what)
    yield Row((one.effect, first, *whole))
    if one.difference:
        apart = tuple(in_short(measured(sim, measures, one.figure, at), unit, signed=True) for at in one.difference)
        yield Row((one.effect, say("{figure}, difference of the challenger", figure=what), *apart))


def side_by_side(sim: SimulationOf, measures: Measures) -> Part:
    """Every figure by which the two are compared, with its test."""
    rows = tuple(Row(tuple(_compared_row(sim, measures, one))) for one in sim.differences)
    heads = (
        say("figure"), say("champion"), say("challenger"), say("difference"), say("interval"),
        say("borrowers who differ"), say("chance"), say("corrected"), say("told apart"),
    )  # fmt: skip
    columns = tuple(Column(head, "open", figure=0 < place < 8) for place, head in enumerate(heads))
    rate = figure(sim.false_alarm_rate, Unit("", share=True))
    alike = not any(one.differing for one in sim.differences)
    notes = (
        *(
            [Note(say("for no borrower did anything differ: to this population both policies are one"))]
            if alike
            else []
        ),
        Note(
            say("both policies met the same borrowers with the same luck: differences are paired, borrower by borrower")
        ),
        Note(
            say(
                "chance: how often so great a difference would come if there were none, two-sided; corrected for the "
                "number of figures by Holm (1979), the figure that decides alone; told apart below {rate}",
                rate=rate,
            )
        ),
    )
    return Part(say("the two policies side by side"), columns, rows, notes, plots=(against(sim, measures),))


def _compared_row(sim: SimulationOf, measures: Measures, one: DifferenceOf) -> Iterator[Said]:
    unit = unit_of(sim, measures, one.name)
    size = 10**sim.decimals if measures[one.name].unit == "money" else 1
    yield listed((called(measures, one.name), unit.said))
    yield figure(one.champion / size, unit)
    yield figure(one.challenger / size, unit)
    difference = measured(sim, measures, one.name, one.difference)
    yield figure(difference.value, unit)
    yield interval(difference, unit)
    yield f"{one.differing:,}"
    yield chance(one.p)
    yield chance(one.p_adjusted)
    yield apart_said(measures, one)


__all__ = ["if_stronger", "side_by_side", "stated_effects", "verdict", "what_was_found"]
