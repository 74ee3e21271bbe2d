"""The charts of figures of a simulation: month by month, beside each other, and one policy against the other."""

from __future__ import annotations

from collections.abc import Sequence

from overdue_flow.reports.charts.figures import figure, in_short, interval
from overdue_flow.reports.charts.values import Bars, Curves, Difference, Differences, Measured, Series, Unit
from overdue_flow.reports.report import Column, Row
from overdue_flow.reports.simulated_values import DifferenceOf, Estimated, Measures, RunOf, SimulationOf
from overdue_flow.reports.speech import Said, listed, named, say

LOANS, NUMBER = Unit(say("loans")), Unit(say("number"))


def unit_of(sim: SimulationOf, measures: Measures, name: str) -> Unit:
    """What a figure is counted in: money in major units of the currency. What is counted otherwise says its name."""
    return Unit(sim.currency if measures[name].unit == "money" else "")


def measured(sim: SimulationOf, measures: Measures, name: str, found: Estimated) -> Measured:
    """An estimate of that figure in the unit in which it is shown; money in major units."""
    size = 10**sim.decimals if measures[name].unit == "money" else 1
    return Measured(found.value / size, found.low / size, found.high / size)


def called(measures: Measures, name: str) -> Said:
    """What a figure is called."""
    return named({"en": measures[name].label, "zh": measures[name].label_zh})


def runs(sim: SimulationOf) -> tuple[tuple[Said, RunOf], ...]:
    """Each policy with what it is called: alone by its title, else as champion and challenger, with what tells the two
    apart."""
    if sim.challenger is None:
        return ((policy_called(sim.champion), sim.champion),)
    if policy_called(sim.champion) != policy_called(sim.challenger):
        return (
            (say("champion: {policy}", policy=policy_called(sim.champion)), sim.champion),
            (say("challenger: {policy}", policy=policy_called(sim.challenger)), sim.challenger),
        )
    if sim.champion.version != sim.challenger.version:
        return (
            (say("champion, version {version}", version=sim.champion.version), sim.champion),
            (say("challenger, version {version}", version=sim.challenger.version), sim.challenger),
        )
    return (say("champion"), sim.champion), (say("challenger"), sim.challenger)


def policy_called(run: RunOf) -> Said:
    """A policy by its title."""
    return named(run.title, run.policy)


def months_called(sim: SimulationOf) -> tuple[str, ...]:
    """The months lived, by their names; by their last days where they are no months of the calendar."""
    whole = sim.starts_on.day == 1
    return tuple(f"{day:%Y-%m}" if whole else day.isoformat() for day in sim.champion.months)


def by_month(sim: SimulationOf, measures: Measures, name: str, title: Said) -> Curves:
    """A figure month by month, with its intervals."""
    lines = (
        Series(label, tuple(measured(sim, measures, name, one) for one in _months(run, name)))
        for label, run in runs(sim)
    )
    return Curves(title, say("month"), months_called(sim), unit_of(sim, measures, name), tuple(lines))


def ahead(sim: SimulationOf, measures: Measures) -> Curves:
    """By how much the challenger is ahead at each month's end since the start, in money."""
    lines = (
        Series(called(measures, one.name), tuple(measured(sim, measures, one.name, month) for month in one.months))
        for one in sim.ahead
    )
    title = say("by how much the challenger is ahead since the start")
    return Curves(title, say("month"), months_called(sim), Unit(sim.currency), tuple(lines))


def _months(run: RunOf, name: str) -> Sequence[Estimated]:
    return next(series.months for series in run.series if series.name == name)


def bars_of(sim: SimulationOf, measures: Measures, names: Sequence[str], title: Said, unit: Unit) -> Bars:
    """Figures of one unit beside each other, a bar for each policy."""
    lines = (
        Series(label, tuple(measured(sim, measures, name, run.figure(name).estimate) for name in names))
        for label, run in runs(sim)
    )
    return Bars(title, say("figure"), tuple(called(measures, name) for name in names), unit, tuple(lines))


def against(sim: SimulationOf, measures: Measures) -> Differences:
    """By how much the challenger differs, figure by figure, as a share of the champion's."""
    rows = tuple(_row(sim, measures, one) for one in sim.differences)
    return Differences(say("challenger against champion"), say("difference as a share of the champion's figure"), rows)


def _row(sim: SimulationOf, measures: Measures, one: DifferenceOf) -> Difference:
    found = one.difference
    change = None
    if one.champion:
        change = Measured(*(part / abs(one.champion) for part in (found.value, found.low, found.high)))
    return Difference(called(measures, one.name), change, difference_said(sim, measures, one), one.told_apart)


def difference_said(sim: SimulationOf, measures: Measures, one: DifferenceOf) -> Said:
    """A difference with its sign and unit, without its interval."""
    unit = unit_of(sim, measures, one.name)
    alone = Measured(measured(sim, measures, one.name, one.difference).value)
    return listed((in_short(alone, unit, signed=True), unit.said), " ")


def figure_heads(sim: SimulationOf) -> tuple[Column, ...]:
    heads: list[Said] = [say("figure")]
    for label, _run in runs(sim):
        several = sim.challenger is not None
        heads += [
            label if several else say("in all"),
            say("{label}, interval", label=label) if several else say("interval"),
        ]
        heads += [] if several else [say("for each borrower")]
    return tuple(Column(head, "open", figure=place > 0) for place, head in enumerate(heads))


def figure_row(sim: SimulationOf, measures: Measures, name: str) -> Row:
    unit = unit_of(sim, measures, name)
    cells: list[Said] = [listed((called(measures, name), unit.said))]
    for _label, run in runs(sim):
        found = measured(sim, measures, name, run.figure(name).estimate)
        cells += [figure(found.value, unit), interval(found, unit)]
        cells += [] if sim.challenger is not None else [figure(found.value / sim.borrowers, unit._replace(decimals=2))]
    return Row(tuple(cells))


__all__ = [
    "LOANS",
    "NUMBER",
    "against",
    "bars_of",
    "by_month",
    "called",
    "difference_said",
    "measured",
    "months_called",
    "policy_called",
    "runs",
    "unit_of",
]
