"""How sure a counted chance is, and where a rate that is yet to be seen will lie.

Plain Python, no tables: the incomplete beta function is a continued fraction (Press and others, Numerical Recipes, 3rd
edition, 6.4), its inverse a bisection, and a beta-binomial is added up term by term.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

LEVEL = 0.95
"""Of all intervals: the chance that what they speak of lies within."""

_TINY = 1e-300
_STEPS = 300


class Interval(NamedTuple):
    """From `low` to `high`, both included."""

    low: float
    high: float

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int | float) and self.low <= number <= self.high


class Groups(NamedTuple):
    """How often something was seen in each group (`seen`) of how many chances for it (`of`), group by group."""

    seen: Sequence[int]
    of: Sequence[int]


def beta_below(x: float, a: float, b: float) -> float:
    """The chance that a beta variable of the parameters `a` and `b` is below `x`."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    scale = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return scale * _continued(x, a, b) / a
    return 1 - scale * _continued(1 - x, b, a) / b


def _continued(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    c, d = 1.0, 1 / _not_nothing(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, _STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _not_nothing(1 + term * d)
            c = _not_nothing(1 + term / c)
            found *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return found


def _not_nothing(number: float) -> float:
    return number if abs(number) > _TINY else _TINY


def beta_quantile(chance: float, a: float, b: float) -> float:
    """The number below which a beta variable lies with that chance."""
    low, high = 0.0, 1.0
    while high - low > 1e-12 * high + 1e-15:
        middle = (low + high) / 2
        if beta_below(middle, a, b) < chance:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def chance_interval(seen: float, of: float, level: float = LEVEL) -> Interval:
    """Where a chance lies that was seen `seen` times of `of`: Jeffreys' interval.

    From 0 where it was never seen, to 1 where it always was. Either number may be a fraction: what counted months are
    worth. Source: Brown, Cai and DasGupta, Interval Estimation for a Binomial Proportion, Statistical Science 16
    (2001).
    """
    tail = (1 - level) / 2
    a, b = seen + 0.5, of - seen + 0.5
    return Interval(
        0.0 if seen <= 0 else beta_quantile(tail, a, b), 1.0 if seen >= of else beta_quantile(1 - tail, a, b)
    )


def worth(seen: int, of: int, *clusters: Groups) -> float:
    """How many independent observations `of` of them are worth, where they come in groups that hang together.

    Months of one loan resemble each other, and so do the loans of one month. The variance of the rate is that of a
    ratio, by Taylor's series, over the groups of each kind (Cochran, Sampling Techniques, 3rd edition, 6.3); of several
    kinds it is their sum less the binomial one that each of them counts (Cameron, Gelbach and Miller, Robust Inference
    with Multiway Clustering, Journal of Business & Economic Statistics 29, 2011). Never more than `of`, and `of` where
    the rate is 0 or 1: then nothing can be said of it.
    """
    rate = seen / of if of else 0.0
    single = rate * (1 - rate) / of if of else 0.0
    if not single:
        return float(of)
    found = sum(_variance(rate, of, one) for one in clusters) - (len(clusters) - 1) * single
    return of * single / max(single, found)


def _variance(rate: float, of: int, groups: Groups) -> float:
    """The variance of a rate that was counted over groups; the binomial one where one group tells nothing of others."""
    count = sum(1 for many in groups.of if many)
    if count < 2:
        return rate * (1 - rate) / of
    squares = sum((seen - rate * many) ** 2 for seen, many in zip(groups.seen, groups.of, strict=True))
    return squares / of**2 * count / (count - 1)


def logit(rate: float) -> float:
    """The logarithm of the odds."""
    return math.log(rate / (1 - rate))


def unrest(gaps: Iterable[tuple[float, float]]) -> float:
    """The variance beyond chance of differences that ought to be 0: each `gap` with the variance that chance gives it.

    The number that makes the sum of gap² / (variance + unrest) equal to how many there are; 0 where chance is enough.
    Source: Paule and Mandel, Consensus Values and Weighting Factors, Journal of Research of the National Bureau of
    Standards 87 (1982), here with a known mean of 0.
    """
    known = [(gap * gap, variance) for gap, variance in gaps]

    def excess(more: float) -> float:
        return sum(square / (variance + more) for square, variance in known) - len(known)

    if not known or excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, max(square for square, _variance in known)
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2


def foretold(rate: float, variance: float, of: int, level: float = LEVEL) -> Interval:
    """Where a rate over `of` observations to come will lie, if it is `rate` with that variance beyond the draw itself.

    The observations are beta-binomial: a beta variable of that mean and variance, and a draw of so many. Its ends are
    rates that can occur (counts divided by `of`), so that at least `level` lies within.
    """
    if not 0 < rate < 1 or not of:
        return Interval(rate, rate)
    spread = rate * (1 - rate)
    if variance <= spread * 1e-9:
        variance = spread * 1e-9
    strength = max(spread / variance - 1, 1e-3)
    low, high = beta_binomial_range(of, rate * strength, (1 - rate) * strength, level)
    return Interval(low / of, high / of)


def never_or_always(rate: float, known: int, of: int, level: float = LEVEL) -> Interval:
    """The same of a rate of 0 or 1, which is no more than what `known` observations say: the next may be the first.

    A beta variable as Jeffreys' rule has it after so many, none of which was otherwise.
    """
    a, b = (0.5, known + 0.5) if rate <= 0 else (known + 0.5, 0.5)
    low, high = beta_binomial_range(of, a, b, level)
    return Interval(low / of, high / of)


def beta_binomial_range(of: int, a: float, b: float, level: float) -> tuple[int, int]:
    """The counts between which a beta-binomial lies with that chance at least, as little as may be in either tail."""
    logs, here = [0.0], 0.0
    for count in range(of):
        here += math.log((of - count) * (a + count) / ((count + 1) * (b + of - count - 1)))
        logs.append(here)
    top = max(logs)
    weights = [math.exp(one - top) for one in logs]
    tail = (1 - level) / 2 * math.fsum(weights)
    return _first_beyond(weights, tail), of - _first_beyond(weights[::-1], tail)


def _first_beyond(weights: Sequence[float], tail: float) -> int:
    """The first number at which the sum up to it is more than `tail`."""
    total = 0.0
    for number, weight in enumerate(weights):
        total += weight
        if total > tail:
            return number
    return len(weights) - 1
