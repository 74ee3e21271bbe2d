"""The charts of stages of a simulation: where loans stand, who went where, and the rolls between states of arrears.

The stage in which more than half of all loans stand all the time, which is that of loans that are paid, is in the
tables alone: beside it nothing else could be seen. A stage has the same colour in every chart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from overdue_flow.reports.charts.layers import MOST
from overdue_flow.reports.charts.values import Flow, Heat, Layers, Link, Matrix, Measured, Panel, Series, Stop
from overdue_flow.reports.simulated_charts import LOANS, months_called, runs
from overdue_flow.reports.simulated_values import RunOf, SimulationOf
from overdue_flow.reports.speech import Said, code, named, say


def standing(sim: SimulationOf) -> Layers:
    """Where loans stand at each month's end."""
    labels, most = labels_of(sim), most_stand_in(sim)
    colours = _colours(sim)
    panels = []
    for label, run in runs(sim):
        lines = {
            stage: Series(labels[stage], _loans_in(run, stage), colours[stage])
            for stage in labels
            if any(_peak(one, stage) for _label, one in runs(sim))
        }
        aside = tuple(line for stage, line in lines.items() if stage == most)
        panels.append(Panel(label, tuple(line for stage, line in lines.items() if stage != most), aside))
    places: tuple[Said, ...] = (say("start"), *months_called(sim))
    title = say("loans by stage")
    if most is not None:
        title = say("loans by stage, besides those in {stage}", stage=labels[most])
    return Layers(title, say("month"), places, LOANS, tuple(panels), apart=say("policy"), layer=say("stage"))


def labels_of(sim: SimulationOf) -> Mapping[str, Said]:
    """Every stage of the policies by its name, in their order, with its label."""
    labels: dict[str, Said] = {}
    for _label, run in runs(sim):
        for stage, says in zip(run.occupancy.stages, run.occupancy.labels, strict=True):
            labels.setdefault(stage, named(says, stage))
    return labels


def most_stand_in(sim: SimulationOf) -> str | None:
    """The stage in which more than half of all loans stand at the end of every month, under each policy; None where no
    loan stands in another, for then there is nothing else to be seen."""
    stages = [stage for stage in labels_of(sim) if any(_peak(run, stage) for _label, run in runs(sim))]
    for stage in stages if len(stages) > 1 else ():
        if all(2 * min(one.value for one in _loans_in(run, stage)) > sim.borrowers for _label, run in runs(sim)):
            return stage
    return None


def _loans_in(run: RunOf, stage: str) -> tuple[Measured, ...]:
    """How many loans stand in a stage at the start and at each month's end; none in one that the policy has not."""
    found = run.occupancy
    if stage not in found.stages:
        return tuple(Measured(0) for _month in found.loans)
    place = found.stages.index(stage)
    return tuple(Measured(month[place]) for month in found.loans)


def _peak(run: RunOf, stage: str) -> float:
    return max(one.value for one in _loans_in(run, stage))


def _colours(sim: SimulationOf) -> Mapping[str, int]:
    """A colour for each stage: the fullest have their own, in their order, all others the last one."""
    stages = list(labels_of(sim))
    loans = {stage: sum(one.value for _label, run in runs(sim) for one in _loans_in(run, stage)) for stage in stages}
    fullest = sorted(stages, key=lambda stage: -loans[stage])[: MOST - 1]
    own = {stage: colour for colour, stage in enumerate(stage for stage in stages if stage in fullest)}
    return {stage: own.get(stage, MOST - 1) for stage in stages}


# --- who went where ---


def went(sim: SimulationOf, label: Said, run: RunOf) -> Flow:
    """Who stood where at a few months' ends, and where at the next of them."""
    labels, most, colours = labels_of(sim), most_stand_in(sim), _colours(sim)
    months = sorted({month for one in run.passages for month in (one.month, one.to_month)})
    links = [
        Link(months.index(one.month), one.from_stage, one.to_stage, one.loans) for one in run.passages if one.loans
    ]
    aside = tuple(link for link in links if link.source == link.target == most)
    places: tuple[Said, ...] = (say("start"), *months_called(sim))
    columns = tuple(places[month] for month in months)
    title = say("where loans went: {policy}", policy=label)
    if aside:
        title = say("where loans went, besides those that stayed in {stage}: {policy}",
                    stage=labels[most or ""], policy=label)  # fmt: skip
    stops = tuple(Stop(stage, says, colours[stage]) for stage, says in labels.items())
    shown = tuple(link for link in links if link not in aside)
    return Flow(title, say("month"), columns, LOANS, stops, shown, aside)


def moves(sim: SimulationOf) -> Iterator[tuple[Said, ...]]:
    """Each move between stages: from, to, and how many under each policy, the most frequent first."""
    labels = labels_of(sim)
    counts = [Counter({(one.from_stage, one.to_stage): one.moves for one in run.flows}) for _label, run in runs(sim)]
    together: Counter[tuple[str, str]] = sum(counts, Counter())
    for (source, target), _count in together.most_common():
        yield labels[source], labels[target], *(f"{one[source, target]:,}" for one in counts)


# --- rolls ---


def rolls(sim: SimulationOf) -> Heat:
    """Of the loans in a state at one month's end, the share in each at the next."""
    met, names = _met(sim), _states(sim)
    matrices = tuple(_matrix(label if sim.challenger is not None else "", run, met) for label, run in runs(sim))
    title = say("roll rates by {what}, in percent", what=_by(sim))
    return Heat(title, say("from"), say("to"), tuple(names[place] for place in met), names, matrices, say("policy"))


def rolls_apart(sim: SimulationOf) -> Heat:
    """By how much the challenger's roll rates are greater."""
    names, met = _states(sim), [place for place in _met(sim) if any(_apart_from(sim, place))]
    counts = tuple(sum(sum(run.rolls.counts[place]) for _label, run in runs(sim)) for place in met)
    cells = tuple(_apart_from(sim, place) for place in met)
    title = say("roll rates by {what}: challenger less champion, in percentage points", what=_by(sim))
    rows = tuple(names[place] for place in met)
    return Heat(title, say("from"), say("to"), rows, names, (Matrix("", counts, cells),), signed=True)


def _apart_from(sim: SimulationOf, earlier: int) -> tuple[Measured | None, ...]:
    """The differences of one state; none where too little is known, or nobody went there under either policy."""
    went = zip(*(run.rolls.counts[earlier] for _label, run in runs(sim)), strict=True)
    both = zip(sim.roll_differences[earlier], went, strict=True)
    return tuple(Measured(one.value, one.low, one.high) if one and any(many) else None for one, many in both)


def _met(sim: SimulationOf) -> list[int]:
    """The states in which anybody stood."""
    states = range(len(sim.champion.rolls.states))
    return [place for place in states if any(sum(run.rolls.counts[place]) for _label, run in runs(sim))]


def _by(sim: SimulationOf) -> Said:
    return say("instalments missed") if sim.champion.rolls.by == "missed" else say("days past due")


def _states(sim: SimulationOf) -> tuple[Said, ...]:
    return tuple(code(one) if one == "closed" else one for one in sim.champion.rolls.states)


def _matrix(label: Said, run: RunOf, met: Sequence[int]) -> Matrix:
    """The shares of the states in which anybody stood; none where nothing was seen."""
    rows = [zip(run.rolls.counts[place], run.rolls.intervals[place], strict=True) for place in met]
    shares = (
        tuple(Measured(one.value, one.low, one.high) if count else None for count, one in cells) for cells in rows
    )
    return Matrix(label, tuple(sum(run.rolls.counts[place]) for place in met), tuple(shares))


__all__ = ["labels_of", "most_stand_in", "moves", "rolls", "rolls_apart", "standing", "went"]
