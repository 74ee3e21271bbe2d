"""A small policy whose stages are the number of missed instalments, and borrowers who move between them by known
chances: an absorbing Markov chain, of which everything is known in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

POLICY = """\
language: 1
policy: road-of-months
version: "1"
terms: {currency: CNY, time_zone: Asia/Shanghai}
roles: [clerk]
attention: clerk
actions:
  call: {kind: contact, purpose: collect, params: {channel: {type: choice, of: [phone, sms]}}}
stages:
  current:
    start: true
    rules:
      - {id: one, when: missed_instalments == 1, to: one_missed}
  one_missed:
    rules:
      - {id: paid-one, when: missed_instalments == 0, to: current}
      - {id: two, when: missed_instalments == 2, to: two_missed}
  two_missed:
    rules:
      - {id: paid-two, when: missed_instalments == 0, to: current}
      - {id: half-paid, when: missed_instalments == 1, to: one_missed}
      - {id: three, when: missed_instalments >= 3, to: lost}
  lost: {end: true}
  settled: {end: true}
everywhere:
  - {id: settled, when: balance == 0, to: settled}
"""

STAGES = ("current", "one_missed", "two_missed", "lost", "settled")

CHANCES = (
    {"pay": "0.72", "settle": "0.08"},
    {"stay": "0.30", "cure": "0.20", "settle": "0.05"},
    {"stay": "0.15", "cure": "0.15", "settle": "0.05", "half": "0.05"},
)
"""What a borrower does in a month with none, one and two instalments missed; what is left of 1 is nothing."""

POPULATION = """\
language: 1
population: chain
starts_on: 2026-01-01
months: {months}
borrowers: {borrowers}
seed: {seed}
rolls_by: missed
loans: {{instalments: 60, first_due: 0, amount: 100.00}}
pays:
  - {{in: [lost, settled], chances: {{"0": 1}}}}
  - {{missed: 0, chances: {{"1": 0.72, balance: 0.08}}}}
  - {{missed: 1, chances: {{"1": 0.30, all: 0.20, balance: 0.05}}}}
  - {{missed: 2, chances: {{"1": 0.15, "2": 0.05, all: 0.15, balance: 0.05}}}}
  - {{missed: 3+, chances: {{"0": 1}}}}
"""

MATRIX: tuple[tuple[Fraction, ...], ...] = tuple(
    tuple(map(Fraction, row))
    for row in (
        ("0.72", "0.20", "0", "0", "0.08"),
        ("0.20", "0.30", "0.45", "0", "0.05"),
        ("0.15", "0.05", "0.15", "0.60", "0.05"),
        ("0", "0", "0", "1", "0"),
        ("0", "0", "0", "0", "1"),
    )
)
"""The chances of going from a row's stage to a column's in a month."""

TRANSIENT = 3


def after(months: int) -> tuple[Fraction, ...]:
    """Where a loan is after so many months, exactly: the start times the matrix to that power."""
    here = [Fraction(int(place == 0)) for place in range(len(STAGES))]
    for _month in range(months):
        here = [sum((here[a] * MATRIX[a][b] for a in range(len(STAGES))), Fraction(0)) for b in range(len(STAGES))]
    return tuple(here)


def visits() -> tuple[Fraction, ...]:
    """How many months a loan spends in each transient stage: the first row of the inverse of (I - Q)."""
    return _solved([[Fraction(int(a == b)) - MATRIX[b][a] for b in range(TRANSIENT)] for a in range(TRANSIENT)])


def absorbed() -> tuple[Fraction, Fraction]:
    """The chances of ending lost, and settled."""
    spent = visits()
    lost, settled = (sum((spent[a] * MATRIX[a][b] for a in range(TRANSIENT)), Fraction(0)) for b in (3, 4))
    return lost, settled


def absorption_variance() -> Fraction:
    """The variance of the number of months until a loan is lost or settled: (2N - I)t - t² for the start (Kemeny and
    Snell, Finite Markov Chains, 1960, theorem 3.3.5)."""
    mean = sum(visits(), Fraction(0))
    times = _times()
    twice = 2 * sum((visits()[a] * times[a] for a in range(TRANSIENT)), Fraction(0)) - mean
    return twice - mean * mean


def _times() -> tuple[Fraction, ...]:
    """The mean months until absorption from each transient stage: t with (I - Q) t = 1."""
    system = [[Fraction(int(a == b)) - MATRIX[a][b] for b in range(TRANSIENT)] for a in range(TRANSIENT)]
    return _solved(system, [Fraction(1)] * TRANSIENT)


def _solved(system: list[list[Fraction]], right: Sequence[Fraction] | None = None) -> tuple[Fraction, ...]:
    """The solution of a linear system, exactly; by default of the one whose right side is the start."""
    size = len(system)
    rows = [[*row, right[place] if right else Fraction(int(place == 0))] for place, row in enumerate(system)]
    for place in range(size):
        pivot = next(row for row in range(place, size) if rows[row][place])
        rows[place], rows[pivot] = rows[pivot], rows[place]
        rows[place] = [value / rows[place][place] for value in rows[place]]
        for other in range(size):
            if other != place:
                rows[other] = [a - rows[other][place] * b for a, b in zip(rows[other], rows[place], strict=True)]
    return tuple(row[-1] for row in rows)
