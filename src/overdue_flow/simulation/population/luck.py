"""Luck: one number between 0 and 1 for each question that is asked of a borrower, and nothing else remembered.

A number depends on the seed, the borrower, the question, the day and how often it was asked on that day; never on what
was drawn before. So the same question gets the same answer under every policy (common random numbers), in whichever
process, in whichever order. It is the first 53 bits of a keyed BLAKE2b digest (RFC 7693), as a counter-based generator
takes them from a cipher (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from hashlib import blake2b

from overdue_flow.simulation.population.texts import Between

_STEP = 2.0**-53
_AT_FIRST = date.min


class Luck:
    """The luck of one borrower."""

    __slots__ = ("_keyed",)

    def __init__(self, seed: int, borrower: int) -> None:
        self._keyed = blake2b(f"{borrower}".encode(), key=f"{seed}".encode()[:64], digest_size=8)

    def draw(self, question: str, day: date = _AT_FIRST, number: int = 0) -> float:
        """A number above 0 and below 1, evenly spread."""
        digest = self._keyed.copy()
        digest.update(f"|{question}|{day.toordinal()}|{number}".encode())
        return ((int.from_bytes(digest.digest(), "big") >> 11) + 0.5) * _STEP


def pick(drawn: float, chances: Mapping[str, Decimal] | Mapping[str, float]) -> str | None:
    """The word whose turn it is when the chances stand one after the other; None for what is left of 1."""
    reached = 0.0
    for word, chance in chances.items():
        reached += float(chance)
        if drawn < reached:
            return word
    return None


def pick_days(drawn: float, days: Mapping[Between, Decimal]) -> int:
    """So many days, by their weights; within a range each is as likely."""
    total = float(sum(days.values()))
    reached = 0.0
    for between, weight in days.items():
        share = float(weight) / total
        assert between.last is not None, "days that are drawn have an end"
        if drawn < reached + share or between is list(days)[-1]:
            within = (drawn - reached) / share if share else 0.0
            span = between.last - between.first + 1
            return between.first + min(span - 1, max(0, int(within * span)))
        reached += share
    raise AssertionError("days without any are refused")
