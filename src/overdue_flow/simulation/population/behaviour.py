"""A population made ready for one policy: rows looked up, events prepared, costs in minor units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from overdue_flow.calendars import Calendar
from overdue_flow.engine.machine import Machine
from overdue_flow.money import to_minor
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.spans import Span
from overdue_flow.simulation.population.happen import Prepared, prepare
from overdue_flow.simulation.population.luck import pick
from overdue_flow.simulation.population.model import (
    Answers,
    Effect,
    Happens,
    Pays,
    PopulationFile,
    Promises,
    Reacts,
    Staff,
)
from overdue_flow.simulation.population.paying import Rates, rates_of
from overdue_flow.simulation.population.rows import Fitting, ready

Ways = tuple[tuple[float, tuple[Prepared, ...]], ...]
"""The ways in which things may go on: the chance of each, and its events in order."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the borrowers of a population and the lender's people do under one policy. `ways` has those of each row of
    `reacts` and `staff`, by the row's identity. `month_ends` are the day before the first, and the last of each month.
    """

    file: PopulationFile
    machine: Machine
    currency: str
    calendar: Calendar
    pays: tuple[Fitting[Pays], ...]
    answers: tuple[Fitting[Answers], ...]
    promises: tuple[Fitting[Promises], ...]
    reacts: tuple[Fitting[Reacts], ...]
    staff: tuple[Fitting[Staff], ...]
    effects: tuple[Fitting[Effect], ...]
    costs: Mapping[str, int]
    ways: Mapping[int, Ways]
    month_ends: tuple[date, ...]
    known_rates: dict[tuple[int, int], Rates] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        """The policy under which they live."""
        return self.machine.policy

    @property
    def ends_on(self) -> date:
        """The last day that is lived."""
        return self.month_ends[-1]

    def rates(self, row: Pays, last: int) -> Rates:
        """The hazard rates of a row in a month with such a last day."""
        key = id(row), last
        if key not in self.known_rates:
            self.known_rates[key] = rates_of(row, last)
        return self.known_rates[key]


def month_end(file: PopulationFile, months: int) -> date:
    """The last day of so many months from the start; for none, the day before."""
    return Span(months, "months").after(file.starts_on, Calendar(None)) - timedelta(days=1)


def behaviour_under(file: PopulationFile, policy: Policy) -> Behaviour:
    """The population made ready for a policy by which it was checked."""
    currency = file.currency or policy.terms.currency
    costs: dict[str, int] = {}
    for one in file.costs:
        costs[one.of] = costs.get(one.of, 0) + to_minor(one.each, currency)
    return Behaviour(
        file,
        Machine(policy),
        currency,
        Calendar(policy.terms.calendar),
        ready(file.pays, policy),
        ready(file.answers, policy),
        ready(file.promises, policy),
        ready(file.reacts, policy),
        ready(file.staff, policy),
        ready(file.effects, policy),
        costs,
        {id(one): _ways(one.leads_to) for one in file.reacts} | {id(one): _ways(one.leads_to) for one in file.staff},
        tuple(month_end(file, month) for month in range(file.months + 1)),
    )


def _ways(happens: Iterable[Happens]) -> Ways:
    return tuple((float(one.chance), tuple(prepare(event) for event in one.events)) for one in happens)


def taken(ways: Ways, drawn: float, scale: float = 1.0) -> tuple[Prepared, ...]:
    """The way that luck takes, each chance scaled so; none for what is left of 1."""
    place = pick(drawn, {str(place): chance * scale for place, (chance, _events) in enumerate(ways)})
    return ways[int(place)][1] if place is not None else ()
