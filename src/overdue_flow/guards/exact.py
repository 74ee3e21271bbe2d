"""Sums and products without rounding, whatever decimal context the host has set for itself.

An int stays an int. A Decimal is worked out to as many digits as it needs: amounts have fewer than 40, and so few
steps of arithmetic fit into a guard that 1,000 are never used up.
"""

from __future__ import annotations

from decimal import Context, Decimal

_EXACT = Context(prec=1_000)


def plus(one: int | Decimal, other: int | Decimal) -> int | Decimal:
    """`one + other`."""
    if isinstance(one, int) and isinstance(other, int):
        return one + other
    return _EXACT.add(one, other)


def minus(one: int | Decimal, other: int | Decimal) -> int | Decimal:
    """`one - other`."""
    if isinstance(one, int) and isinstance(other, int):
        return one - other
    return _EXACT.subtract(one, other)


def times(one: int | Decimal, other: int | Decimal) -> int | Decimal:
    """`one * other`."""
    if isinstance(one, int) and isinstance(other, int):
        return one * other
    return _EXACT.multiply(one, other)
