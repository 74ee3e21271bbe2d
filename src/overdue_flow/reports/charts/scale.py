"""Where a figure stands on an axis: scales, and ticks at round figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Scale(NamedTuple):
    """From figures to places on paper: `low` stands at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a figure stands."""
        return self.start + (self.end - self.start) * (value - self.low) / (self.high - self.low)


def reaching(ends: Iterable[float], start: float, end: float, ticks: int = 5) -> tuple[Scale, tuple[float, ...]]:
    """A scale that holds zero and all the figures, and its ticks, at about so many round figures."""
    known = [0.0, *ends]
    low, high = min(known), max(known)
    step = round_step((high - low) / ticks) if high > low else 1.0
    first, last = math.floor(low / step + _SLACK), math.ceil(high / step - _SLACK)
    last = max(last, first + 1)
    return Scale(first * step, last * step, start, end), tuple(number * step for number in range(first, last + 1))


_SLACK = 1e-9
"""A figure that stands on a tick but for the error of its last digit needs no further one."""


def round_step(least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 and 10 times a power of ten that is at least `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(times * power for times in (1, 2, 2.5, 5, 10) if times * power >= least * (1 - _SLACK))


def tick_decimals(ticks: Sequence[float]) -> int:
    """How many decimals tell the ticks apart."""
    return next((count for count in range(6) if all(math.isclose(round(one, count), one) for one in ticks)), 6)


def set_apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places for labels that stand beside things at `wanted`, in order, at least `gap` from each other where they fit
    between `low` and `high`: as near to what they name as that allows."""
    places = [min(max(place, low), high) for place in wanted]
    for number in range(1, len(places)):
        places[number] = max(places[number], places[number - 1] + gap)
    limit = high
    for number in range(len(places) - 1, -1, -1):
        places[number] = min(places[number], limit)
        limit = places[number] - gap
    return places


def every(count: int, room: float, needed: float) -> int:
    """Every which of `count` labels is shown, where each needs so much of the room."""
    return max(1, math.ceil(count * needed / max(room, 1.0)))


__all__ = ["Scale", "every", "reaching", "round_step", "set_apart", "tick_decimals"]
