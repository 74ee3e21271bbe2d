"""The door of this room: a policy, or a champion and a challenger, tried on a population."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from os import PathLike, fspath

from overdue_flow.errors import OverdueFlowError
from overdue_flow.money import decimals_of
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.population.behaviour import month_end
from overdue_flow.simulation.population.borrowers import kinds_of
from overdue_flow.simulation.population.check import BORROWERS_MAX, SEED_MAX
from overdue_flow.simulation.population.read import Population
from overdue_flow.simulation.processes import cores
from overdue_flow.simulation.trial.differences import (
    ahead_of,
    differences_of,
    roll_differences_of,
    sensitivity_of,
)
from overdue_flow.simulation.trial.lives import Lives, Order, Question, by_many, by_one
from overdue_flow.simulation.trial.results import Run, Simulation
from overdue_flow.simulation.trial.runs import run_of
from overdue_flow.simulation.trial.said import assumptions, assumptions_zh, costs_of, effects_of
from overdue_flow.simulation.trial.tally import Sums

BORROWERS_PER_PROCESS = 100
"""A process takes about as long to begin as some dozens of borrowers take to live."""

SENSITIVITY_LIVES = 1_000
"""How many more lives the sensitivity tables may take, unless the caller says of how many borrowers they are."""

PathGiven = str | PathLike[str]
PolicyGiven = Policy | PathGiven


def _nothing(_done: int) -> None:
    """Progress that nobody watches."""


def simulate(
    policy: PolicyGiven,
    population: Population,
    *,
    against: PolicyGiven | None = None,
    borrowers: int | None = None,
    seed: int | None = None,
    processes: int | None = None,
    files: tuple[PathGiven, PathGiven | None] | None = None,
    sensitivity_borrowers: int | None = None,
    progress: Callable[[int], None] = _nothing,
) -> Simulation:
    """Live the borrowers of a population under a policy, and under the one `against` it, with the same luck.

    `population` was checked under both. `borrowers` and `seed` are by default the file's. Policies given by their files
    may be lived in several `processes` (by default as many as it is worth); those given as values are lived in this
    one, unless `files` says from which files other processes can read the two again. The result is the same to the
    byte. `sensitivity_borrowers`: of how many borrowers the sensitivity tables are, by default as many as
    `SENSITIVITY_LIVES` allows; 0 for none.
    """
    champion = policy if isinstance(policy, Policy) else load_policy(policy)
    challenger = against if isinstance(against, Policy) or against is None else load_policy(against)
    file = population.file
    count = borrowers or file.borrowers
    if count < 2:
        raise OverdueFlowError("one borrower says nothing of others; a simulation has two at least")
    if count > BORROWERS_MAX or not 0 <= (seed or 0) <= SEED_MAX:
        raise OverdueFlowError(f"there are {BORROWERS_MAX:,} borrowers at most, and seeds from 0 to {SEED_MAX:,}")
    asked = Question(
        file.seed if seed is None else seed,
        count,
        _sensitivity(sensitivity_borrowers, count, len(file.effects), 1 if challenger is None else 2),
    )
    workers = processes or max(1, min(cores(), count // BORROWERS_PER_PROCESS))
    paths = files
    if not isinstance(policy, Policy) and not isinstance(against, Policy):
        paths = (policy, against)
    if paths is None or workers == 1:
        shares: Iterator[tuple[int, Sums]] = by_one(Lives(population, champion, challenger, asked))
    else:
        shares = by_many(_order(paths, champion, challenger, population, asked), workers)
    sums = Sums()
    for done, share in shares:
        sums.take_in(share)
        progress(done)
    return _simulation(champion, challenger, population, asked, sums)


def _sensitivity(given: int | None, borrowers: int, effects: int, policies: int) -> int:
    if given == 1:
        raise OverdueFlowError("one borrower says nothing of others; a sensitivity table is of two at least, or of 0")
    if not effects:
        return 0
    if given is not None:
        return min(given, borrowers)
    return min(borrowers, max(2, SENSITIVITY_LIVES // (3 * effects * policies)))


def _order(
    paths: tuple[PathGiven, PathGiven | None], champion: Policy, challenger: Policy | None,
    population: Population, asked: Question,
) -> Order:  # fmt: skip
    first, second = (fspath(path) if path is not None else "" for path in paths)
    return Order(
        (first, champion.digest),
        (second, challenger.digest) if challenger is not None else None,
        population,
        asked,
    )


def _simulation(
    champion: Policy, challenger: Policy | None, population: Population, asked: Question, sums: Sums
) -> Simulation:
    file = population.file
    currency = file.currency or champion.terms.currency
    runs: list[Run | None] = [run_of(champion, file, sums.champion), None]
    if challenger is not None:
        runs[1] = run_of(challenger, file, sums.challenger)
    assert runs[0] is not None, "a champion is always lived"
    return Simulation(
        population=file.population,
        title=dict(file.title or {}),
        digest=population.digest,
        seed=asked.seed,
        borrowers=asked.borrowers,
        starts_on=file.starts_on,
        ends_on=month_end(file, file.months),
        currency=currency,
        decimals=decimals_of(currency),
        kinds=_kinds(population),
        effects=effects_of(file),
        costs=costs_of(file, currency),
        assumptions=assumptions(champion, challenger),
        assumptions_zh=assumptions_zh(champion, challenger),
        champion=runs[0],
        challenger=runs[1],
        differences=differences_of(file, sums) if challenger is not None else (),
        ahead=ahead_of(file, sums) if challenger is not None else (),
        roll_differences=roll_differences_of(file, sums) if challenger is not None else (),
        sensitivity=sensitivity_of(file, sums, asked.sensitivity_borrowers, both=challenger is not None),
        sensitivity_borrowers=asked.sensitivity_borrowers,
        calibrated=dict(file.calibrated),
    )


def _kinds(population: Population) -> Mapping[str, tuple[Mapping[str, str], float]]:
    """The kinds of borrowers: label and share."""
    file = population.file
    labels = {name: dict(kind.label or {}) for name, kind in file.kinds.items()}
    return {name: (labels.get(name, {}), float(share)) for name, share in kinds_of(file).items()}
