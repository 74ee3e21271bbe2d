"""Champion and challenger: their differences with intervals, which of them are told apart, and how much rests on each
stated effect.

The primary figure is tested first, alone, at the stated rate of false alarms; the others together at the same rate,
by Holm's procedure. Under no difference at all in what a policy does to a borrower, common random numbers make both
lives the same, and no figure differs by anything.
"""

from __future__ import annotations

from overdue_flow.simulation.population.model import PopulationFile
from overdue_flow.simulation.population.treatment import names_of
from overdue_flow.simulation.trial.estimates import Moments, holm
from overdue_flow.simulation.trial.figures import AHEAD, BY_NAME
from overdue_flow.simulation.trial.lives import STRENGTHS, compared
from overdue_flow.simulation.trial.record import STATES
from overdue_flow.simulation.trial.results import Difference, Estimate, Sensitivity, Series
from overdue_flow.simulation.trial.tally import Sums

FALSE_ALARM_RATE = 0.05
"""How often two policies that do not differ in a figure are said to."""

_NONE = Moments()


def differences_of(file: PopulationFile, sums: Sums) -> tuple[Difference, ...]:
    """The compared figures, the primary one first."""
    names = compared(file.primary)
    borrowers = sums.champion.borrowers
    paired = [sums.paired.figures.get(name, _NONE) for name in names]
    p_values = [moments.p_value(borrowers) for moments in paired]
    adjusted = (p_values[0], *holm(p_values[1:]))
    return tuple(
        Difference(
            name=name,
            unit=BY_NAME[name].unit,
            champion=float(sums.champion.figures.get(name, _NONE).total),
            challenger=float(sums.challenger.figures.get(name, _NONE).total),
            difference=moments.estimate(borrowers),
            differing=moments.others,
            p=p,
            p_adjusted=p_adjusted,
            told_apart=p_adjusted < FALSE_ALARM_RATE,
            primary=name == file.primary,
        )
        for name, moments, p, p_adjusted in zip(names, paired, p_values, adjusted, strict=True)
    )


def ahead_of(file: PopulationFile, sums: Sums) -> tuple[Series, ...]:
    """By how much the challenger is ahead at each month's end."""
    borrowers = sums.champion.borrowers
    return tuple(
        Series(
            name,
            BY_NAME[name].unit,
            tuple(sums.paired.ahead.get((name, month), _NONE).estimate(borrowers) for month in range(file.months)),
        )
        for name in AHEAD
    )


def roll_differences_of(file: PopulationFile, sums: Sums) -> tuple[tuple[Estimate | None, ...], ...]:
    """By how much the challenger's roll rates are greater, from state to state."""
    champion, challenger = sums.champion.roll_sums, sums.challenger.roll_sums
    places = range(len(STATES[file.rolls_by]))
    return tuple(tuple(sums.paired.rolls.difference(champion, challenger, a, b) for b in places) for a in places)


def sensitivity_of(file: PopulationFile, sums: Sums, borrowers: int, *, both: bool) -> tuple[Sensitivity, ...]:
    """For each stated effect, the primary figure at each strength."""
    if not borrowers:
        return ()
    found = []
    measure = BY_NAME[file.primary]
    for place, name in enumerate(names_of(file.effects)):
        moments = [sums.strengths[place, strength] for strength in STRENGTHS]
        found.append(
            Sensitivity(
                effect=name,
                figure=measure.name,
                unit=measure.unit,
                strengths=STRENGTHS,
                champion=tuple(measure.estimate(one, borrowers) for one, _difference in moments),
                difference=tuple(one.estimate(borrowers) for _champion, one in moments) if both else (),
            )
        )
    return tuple(found)
