"""What a counted table of paying comes to on average, reckoned as a chain of states: no borrower is lived.

A second telling of what `simulate` lives, for populations that do nothing but pay: one instalment falls due in each
month, and none is the last. Who has missed six or more counts as having missed six.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from overdue_flow.simulation.calibration.foretelling import Lives
from overdue_flow.simulation.calibration.rolls import Pair
from overdue_flow.simulation.population.model import PopulationFile
from overdue_flow.simulation.population.paying import ALL, BALANCE
from overdue_flow.simulation.trial.record import CLOSED, STATES

_NAMES = STATES["missed"][:-1]
_MOST = len(_NAMES) - 1

MANY = 10**12
"""So many borrowers that chance has no part in what they do."""


def reckoned(file: PopulationFile) -> Lives:
    """The rolls of a population's months, as they are on average."""
    table = {missed: dict(_outcomes(file, missed)) for missed in range(_MOST + 1)}
    stand = dict.fromkeys(range(_MOST + 1), 0.0)
    for loans in file.loans:
        stand[min(loans.missed, _MOST)] += float(loans.share) * MANY
    by_month: list[Mapping[Pair, float]] = []
    for _month in range(file.months):
        rolls: dict[Pair, float] = {}
        after = dict.fromkeys(range(_MOST + 1), 0.0)
        for missed, count in stand.items():
            for then, chance in table[missed].items():
                rolls[_NAMES[missed], CLOSED if then is None else _NAMES[then]] = count * chance
                if then is not None:
                    after[then] += count * chance
        by_month.append(rolls)
        stand = after
    return Lives(MANY, by_month)


def _outcomes(file: PopulationFile, missed: int) -> Iterator[tuple[int | None, float]]:
    """How many instalments are missed a month later, None for a closed loan, each once with its chance."""
    row = next(one for one in file.pays if any(missed in between for between in one.missed))
    found: dict[int | None, float] = {}
    left = 1.0
    for paid, chance in row.chances.items():
        then = None if paid == BALANCE else 0 if paid == ALL else max(0, min(_MOST, missed + 1 - int(paid)))
        if paid != "0":
            found[then] = found.get(then, 0.0) + float(chance)
            left -= float(chance)
    stays = min(_MOST, missed + 1)
    found[stays] = found.get(stays, 0.0) + left
    yield from found.items()
