"""What a simulation found, as values: figures with their uncertainty, months, stages, rolls, and two policies compared.

Money is in minor units of `currency` (`decimals` says how many). An `Estimate` of a whole book is the sum over its
borrowers with a 95 % interval; `of` says of what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

Unit: TypeAlias = Literal["loans", "count", "money"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its 95 % interval over borrowers, who live independently of each other, given the population: how
    it is worked out stands in `estimates`. Nothing is known of how uncertain it is where `low` equals `high`."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a book. `name` is a key of `figures.MEASURES`, which has labels in two languages, the unit, and
    whether more is better; contacts by channel are called `contacts_phone` and so on."""

    name: str
    unit: Unit
    estimate: Estimate

    def per_borrower(self, borrowers: int) -> Estimate:
        """The same on average."""
        one = self.estimate
        return Estimate(one.value / borrowers, one.low / borrowers, one.high / borrowers)


@dataclass(frozen=True, slots=True)
class Series:
    """A figure month by month, in the order of `Run.months`."""

    name: str
    unit: Unit
    months: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True)
class Occupancy:
    """How many loans stand in each stage at the end of each month: `loans[month][stage]`, in the order of `stages`
    (those of the policy, in file order), with their labels by language. Month 0 is the start, when they were opened.
    Intervals (Wilson) are those of the same numbers."""

    stages: tuple[str, ...]
    labels: tuple[Mapping[str, str], ...]
    loans: tuple[tuple[int, ...], ...]
    intervals: tuple[tuple[Estimate, ...], ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """How many loans moved from one stage to another during the simulation (each move counted), and how many different
    loans did."""

    from_stage: str
    to_stage: str
    moves: int
    loans: int


@dataclass(frozen=True, slots=True)
class Passage:
    """How many loans stood in one stage at the end of a month (0 is the start) and in another, or in the same, at the
    end of a later one: for a few even spans over the simulation."""

    month: int
    to_month: int
    from_stage: str
    to_stage: str
    loans: int


@dataclass(frozen=True, slots=True)
class Rolls:
    """From month end to month end: `counts[from][to]` over all months, in the order of `states`; `by_month[m]` the same
    of the m-th step. `by` says what the states are: instalments missed, or days past due in bands of 30; the last
    state is `closed` (nothing is owed any more). `intervals[from][to]` is the share of the row with its interval."""

    by: Literal["missed", "dpd"]
    states: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    by_month: tuple[tuple[tuple[int, ...], ...], ...]
    intervals: tuple[tuple[Estimate, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One policy lived by the population. `months` are the last days of the months lived; `loan_days` how many days of
    loans that was; `refused` how many events that behaviour or staff would have brought could not happen, by kind."""

    policy: str
    version: str
    digest: str
    title: Mapping[str, str]
    months: tuple[date, ...]
    loan_days: int
    figures: tuple[Figure, ...]
    series: tuple[Series, ...]
    occupancy: Occupancy
    flows: tuple[Flow, ...]
    rolls: Rolls
    passages: tuple[Passage, ...] = ()
    refused: Mapping[str, int] = field(default_factory=dict)

    def figure(self, name: str) -> Figure:
        """The figure of that name; KeyError where there is none."""
        for one in self.figures:
            if one.name == name:
                return one
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Difference:
    """Challenger less champion, over the same borrowers with the same luck: the interval is that of the paired
    differences. `differing` is for how many borrowers the two are not the same.

    `p` is the two-sided chance of so great a difference if there were none; `p_adjusted` the same after Holm (1979)
    over all figures compared but the primary one, which is tested first and alone. `told_apart`: below the stated rate.
    """

    name: str
    unit: Unit
    champion: float
    challenger: float
    difference: Estimate
    differing: int
    p: float
    p_adjusted: float
    told_apart: bool
    primary: bool = False


@dataclass(frozen=True, slots=True)
class EffectStated:
    """One stated effect of treatment as people read it. `said`: what of, what on, how much, for how long, for whom."""

    name: str
    said: str
    times: str
    because: Mapping[str, str]
    source: str
    said_zh: str = ""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What the primary figure would be if one effect were stronger or weaker than stated, others as stated.

    `strengths` are 0 (no effect), 0.5, 1, 2: `times` to that power. `champion` has an estimate for each; with a
    challenger, `difference` has the paired difference for each."""

    effect: str
    figure: str
    unit: Unit
    strengths: tuple[float, ...]
    champion: tuple[Estimate, ...]
    difference: tuple[Estimate, ...] = ()


@dataclass(frozen=True, slots=True)
class Simulation:
    """A policy, or a champion and a challenger, tried on a population: all that a page of it shows.

    `assumptions` are sentences that are true of every simulation or of this population, `assumptions_zh` the same in
    Chinese, in the same order; `costs` are what things cost, word by word in minor units; `sensitivity_borrowers` of
    how many borrowers those tables are (fewer than `borrowers` where that would take too long). `kinds` gives the
    label, by language, and the share of each kind of borrower. `ahead` says by how much the challenger is ahead at each
    month's end since the start: paired differences, as `differences`. `roll_differences[from][to]` says by how much the
    challenger's roll rates are greater, as shares; None where too few borrowers differ to say so.
    """

    population: str
    title: Mapping[str, str]
    digest: str
    seed: int
    borrowers: int
    starts_on: date
    ends_on: date
    currency: str
    decimals: int
    kinds: Mapping[str, tuple[Mapping[str, str], float]]
    effects: tuple[EffectStated, ...]
    costs: Mapping[str, int]
    assumptions: tuple[str, ...]
    assumptions_zh: tuple[str, ...]
    champion: Run
    challenger: Run | None = None
    differences: tuple[Difference, ...] = ()
    ahead: tuple[Series, ...] = ()
    roll_differences: tuple[tuple[Estimate | None, ...], ...] = ()
    false_alarm_rate: float = 0.05
    sensitivity: tuple[Sensitivity, ...] = ()
    sensitivity_borrowers: int = 0
    calibrated: Mapping[str, str] = field(default_factory=dict)
