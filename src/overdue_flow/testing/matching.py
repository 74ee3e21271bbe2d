"""Things that are wanted, each beside one of those that are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

W = TypeVar("W")
T = TypeVar("T")


def matched(wanted: Sequence[W], there: Sequence[T], is_like: Callable[[W, T], bool]) -> tuple[W | None, list[T]]:
    """The first that is wanted and has none that is like it for itself, and what nothing is like.

    All find one where there is a way to share: what comes first gives way if another one will do for it (augmenting
    paths, as Kuhn's for the assignment problem).

    >>> matched(["ab", "a"], ["a", "b"], lambda wanted, one: one in wanted)
    (None, [])
    >>> matched(["a", "a"], ["a", "b"], lambda wanted, one: one in wanted)
    ('a', ['b'])
    """
    taken: dict[int, int] = {}

    def finds(number: int, seen: set[int]) -> bool:
        for place, one in enumerate(there):
            if place not in seen and is_like(wanted[number], one):
                seen.add(place)
                if place not in taken or finds(taken[place], seen):
                    taken[place] = number
                    return True
        return False

    lost = next((one for number, one in enumerate(wanted) if not finds(number, set())), None)
    return lost, [one for place, one in enumerate(there) if place not in taken]
