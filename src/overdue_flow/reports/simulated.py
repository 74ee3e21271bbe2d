"""A simulation as a report: what was found, which effects of treatment it rests on and what it would be without them,
cash, stages, what was done, rolls, and how it was worked out."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.reports.charts.figures import figure
from overdue_flow.reports.charts.values import Plot, Unit
from overdue_flow.reports.report import Column, Field, Note, Part, Report, Row
from overdue_flow.reports.simulated_charts import (
    NUMBER,
    ahead,
    bars_of,
    by_month,
    figure_heads,
    figure_row,
    policy_called,
    runs,
)
from overdue_flow.reports.simulated_found import if_stronger, side_by_side, stated_effects, verdict, what_was_found
from overdue_flow.reports.simulated_stages import moves, rolls, rolls_apart, standing, went
from overdue_flow.reports.simulated_values import Measures, SimulationOf
from overdue_flow.reports.speech import Said, named, say

DONE = ("promises", "plans", "tasks", "complaints", "disputes", "suits")
"""What was done and what came of it, beside contacts."""


def simulated(sim: SimulationOf, measures: Measures) -> Report:
    """The report. `measures` are all figures by name, in the order in which they are listed."""
    parts = (
        what_was_found(sim, measures),
        stated_effects(sim),
        if_stronger(sim, measures),
        *([side_by_side(sim, measures)] if sim.challenger is not None else []),
        _money(sim, measures),
        _stages(sim),
        _done(sim, measures),
        _rolls(sim),
        _all_figures(sim, measures),
        _worked_out(sim),
    )
    return Report("simulation", _title(sim), tuple(_about(sim, measures)), parts)


def _title(sim: SimulationOf) -> Said:
    first = policy_called(sim.champion)
    if sim.challenger is None:
        return say("simulation: {policy}", policy=first)
    second = policy_called(sim.challenger)
    if first != second:
        return say("{champion} against {challenger}", champion=first, challenger=second)
    versions = sim.champion.version, sim.challenger.version
    if versions[0] == versions[1]:
        return say("{policy}: champion against challenger", policy=first)
    return say(
        "{policy}: version {champion} against version {challenger}",
        policy=first, champion=versions[0], challenger=versions[1],
    )  # fmt: skip


def _about(sim: SimulationOf, measures: Measures) -> Iterator[Note]:
    population = named(sim.title, sim.population)
    yield Note(
        say(
            "{borrowers} simulated borrowers: {population}; {first} to {last}",
            borrowers=f"{sim.borrowers:,}", population=population, first=sim.starts_on, last=sim.ends_on,
        )
    )  # fmt: skip
    yield Note(say("amounts in {currency}; every interval is one of 95 %", currency=sim.currency))
    yield from (Note(verdict(sim, measures, one)) for one in sim.differences if one.primary)


def _money(sim: SimulationOf, measures: Measures) -> Part:
    plots: tuple[Plot, ...] = (
        by_month(sim, measures, "paid", say("cash collected by month")),
        *([ahead(sim, measures)] if sim.ahead else []),
        by_month(sim, measures, "costs", say("costs by month")),
        bars_of(sim, measures, ("costs", "lost"), say("costs, and what is lost"), Unit(sim.currency)),
    )
    return Part(say("cash and costs"), plots=plots)


def _stages(sim: SimulationOf) -> Part:
    flows = tuple(went(sim, label, run) for label, run in runs(sim) if run.passages)
    heads = (say("from"), say("to"), *(label for label, _run in runs(sim)))
    columns = tuple(Column(head, "open", figure=place > 1, bar=place > 1) for place, head in enumerate(heads))
    note = Note(say("every move is counted; a loan may make the same one several times"))
    rows = tuple(Row(cells) for cells in moves(sim))
    return Part(say("stages"), columns, rows, (note,) if rows else (), plots=(standing(sim), *flows))


def _done(sim: SimulationOf, measures: Measures) -> Part:
    channels = [name for name in measures if name.startswith("contacts_") and _happened(sim, name)]
    others = [name for name in DONE if _happened(sim, name)]
    plots = (
        bars_of(sim, measures, channels, say("contacts by channel"), NUMBER) if channels else None,
        bars_of(sim, measures, others, say("tasks, promises, plans, complaints and suits"), NUMBER) if others else None,
    )
    return Part(say("what was done"), plots=tuple(plot for plot in plots if plot is not None))


def _happened(sim: SimulationOf, name: str) -> bool:
    return any(run.figure(name).estimate.value for _label, run in runs(sim))


def _rolls(sim: SimulationOf) -> Part:
    note = Note(
        say("of the loans that ended one month in a state, the share that ended the next in each, over all months")
    )
    if not sim.roll_differences:
        return Part(say("roll rates"), notes=(note,), plots=(rolls(sim),))
    apart = Note(
        say(
            "differences are paired; bold where their interval of 95 %, uncorrected for the number of cells, is without"
            " zero; empty where fewer than six borrowers differ"
        )
    )
    return Part(say("roll rates"), notes=(note, apart), plots=(rolls(sim), rolls_apart(sim)))


def _all_figures(sim: SimulationOf, measures: Measures) -> Part:
    rows = tuple(figure_row(sim, measures, name) for name in measures if _happened(sim, name))
    return Part(say("every figure"), figure_heads(sim), rows, empty=say("nothing happened"))


def _worked_out(sim: SimulationOf) -> Part:
    """What somebody needs who wants to find the same."""
    fields = [
        Field(say("population"), sim.population, "open"),
        Field(say("seed"), str(sim.seed), "open"),
        Field(say("population, fingerprint"), sim.digest[:12], "open"),
    ]
    for label, run in runs(sim):
        fields.append(
            Field(
                label,
                say("version {version}, fingerprint {digest}", version=run.version, digest=run.digest[:12]),
                "open",
            )
        )
    fields += [
        Field(say("borrowers of kind {kind}", kind=named(label, kind)), figure(share, Unit("", share=True)), "open")
        for kind, (label, share) in sim.kinds.items()
    ]
    fields += [
        Field(
            say("cost of each {what}", what=what.replace("_", " ")),
            figure(cost / 10**sim.decimals, Unit("", 2)),
            "open",
        )
        for what, cost in sim.costs.items()
    ]
    fields += [Field(say("calibrated: {what}", what=what), value, "open") for what, value in sim.calibrated.items()]
    both = zip(sim.assumptions, sim.assumptions_zh, strict=True)
    notes = [Note(named({"en": english, "zh": chinese})) for english, chinese in both]
    for label, run in runs(sim):
        notes += [
            Note(say("{policy}: {count} times something could not happen: {reason}",
                     policy=label, count=f"{count:,}", reason=reason))
            for reason, count in run.refused.items()
        ]  # fmt: skip
    return Part(say("how it was worked out"), fields=tuple(fields), notes=tuple(notes))


__all__ = ["simulated"]
