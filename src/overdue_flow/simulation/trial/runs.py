"""From sums to the figures, months, stages and rolls of one policy."""

from __future__ import annotations

from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.population.behaviour import month_end
from overdue_flow.simulation.population.model import PopulationFile
from overdue_flow.simulation.trial.estimates import Moments, share_of
from overdue_flow.simulation.trial.figures import MEASURES
from overdue_flow.simulation.trial.record import STATES
from overdue_flow.simulation.trial.results import Figure, Flow, Occupancy, Passage, Rolls, Run, Series
from overdue_flow.simulation.trial.tally import Tally

_NONE = Moments()


def run_of(policy: Policy, file: PopulationFile, tally: Tally) -> Run:
    """What the population came to under one policy."""
    return Run(
        policy=policy.id,
        version=policy.version,
        digest=policy.digest,
        title=dict(policy.title),
        months=tuple(month_end(file, month) for month in range(1, file.months + 1)),
        loan_days=tally.loan_days,
        figures=_figures(tally),
        series=_series(file, tally),
        occupancy=_occupancy(policy, file, tally),
        flows=_flows(policy, tally),
        rolls=_rolls(file, tally),
        passages=_passages(tally),
        refused=dict(sorted(tally.impossible.items())),
    )


def _figures(tally: Tally) -> tuple[Figure, ...]:
    return tuple(
        Figure(measure.name, measure.unit, measure.estimate(tally.figures.get(measure.name, _NONE), tally.borrowers))
        for measure in MEASURES
    )


def _series(file: PopulationFile, tally: Tally) -> tuple[Series, ...]:
    return tuple(
        Series(
            measure.name,
            measure.unit,
            tuple(
                measure.estimate(tally.monthly.get((month, measure.name), _NONE), tally.borrowers)
                for month in range(file.months)
            ),
        )
        for measure in MEASURES
        if measure.monthly
    )


def _occupancy(policy: Policy, file: PopulationFile, tally: Tally) -> Occupancy:
    stages = policy.leaves
    loans = tuple(tuple(tally.occupancy[month, stage] for stage in stages) for month in range(file.months + 1))
    return Occupancy(
        stages,
        tuple(dict(policy.stages[stage].label) for stage in stages),
        loans,
        tuple(tuple(share_of(count, tally.borrowers) for count in row) for row in loans),
    )


def _flows(policy: Policy, tally: Tally) -> tuple[Flow, ...]:
    order = {stage: place for place, stage in enumerate(policy.leaves)}
    return tuple(
        Flow(earlier, later, moves, tally.movers[earlier, later])
        for (earlier, later), moves in sorted(tally.moves.items(), key=lambda one: (order[one[0][0]], order[one[0][1]]))
    )


def _rolls(file: PopulationFile, tally: Tally) -> Rolls:
    states = STATES[file.rolls_by]
    places = range(len(states))
    by_month = tuple(
        tuple(tuple(tally.rolls[month, earlier, later] for later in places) for earlier in places)
        for month in range(file.months)
    )
    pooled = tuple(tuple(sum(month[a][b] for month in by_month) for b in places) for a in places)
    rates = tuple(tuple(tally.roll_sums.rate(a, b) for b in places) for a in places)
    return Rolls(file.rolls_by, states, pooled, by_month, rates)


def _passages(tally: Tally) -> tuple[Passage, ...]:
    return tuple(Passage(*key, loans) for key, loans in sorted(tally.passages.items()))
