"""Dictionaries and queues that can be put back as they were: what a transaction in memory is made of."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Undo:
    """The way back: one step for every change since it was begun, in order. Without a mark nothing is kept."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], object]] = []
        self._marks = 0

    def mark(self) -> int:
        """Begin to keep the way back to this point."""
        self._marks += 1
        return len(self._steps)

    def keep(self, step: Callable[[], object]) -> None:
        """One more step of the way back."""
        if self._marks:
            self._steps.append(step)

    def done(self) -> None:
        """A mark is no longer needed: what was changed since stays, unless an earlier mark is gone back to."""
        self._marks -= 1
        if not self._marks:
            self._steps.clear()

    def back(self, mark: int) -> None:
        """Everything as it was at the mark."""
        steps, self._steps = self._steps[mark:], self._steps[:mark]
        self._marks, marks = 0, self._marks
        for step in reversed(steps):
            step()
        self._marks = marks
        self.done()


class Kept(dict[Key, Value], Generic[Key, Value]):
    """A dictionary whose `put` and `drop` can be undone."""

    def __init__(self, undo: Undo) -> None:
        super().__init__()
        self._undo = undo

    def put(self, key: Key, value: Value) -> None:
        """Set one value."""
        if key in self:
            old = self[key]
            self._undo.keep(lambda: self.__setitem__(key, old))
        else:
            self._undo.keep(lambda: self.__delitem__(key))
        self[key] = value

    def drop(self, key: Key) -> bool:
        """Take one value out; whether there was one."""
        if key not in self:
            return False
        old = self.pop(key)
        self._undo.keep(lambda: self.__setitem__(key, old))
        return True


class Queue(Generic[Key, Value]):
    """Keys by rank, the lowest first, then by key. Looking at the first few does not cost what stands behind them."""

    def __init__(self, undo: Undo) -> None:
        self._undo = undo
        self._ranks: dict[Key, Value] = {}
        self._heap: list[Any] = []

    def put(self, key: Key, rank: Value | None) -> None:
        """Give a key another rank; None takes it out."""
        old = self._ranks.get(key)
        if old == rank:
            return
        self._undo.keep(lambda: self.put(key, old))
        if rank is None:
            del self._ranks[key]
        else:
            self._ranks[key] = rank
            heapq.heappush(self._heap, (rank, key))

    def first(
        self, until: Value, limit: int, wanted: Callable[[Key], bool] = lambda key: True, behind: Key | None = None
    ) -> list[Key]:
        """The first `limit` keys with a rank up to `until`, of those `behind` a key that has one. They stay in the
        queue."""
        after = (self._ranks[behind], behind) if behind is not None and behind in self._ranks else None
        looked_at: list[Any] = []
        found: list[Key] = []
        while self._heap and self._heap[0][0] <= until and len(found) < limit:
            rank, key = item = heapq.heappop(self._heap)
            if self._ranks.get(key) == rank and (not looked_at or looked_at[-1] != item):
                looked_at.append(item)
                if wanted(key) and (after is None or item > after):
                    found.append(key)
        for item in looked_at:
            heapq.heappush(self._heap, item)
        return found
