"""A worker that is killed at its n-th step: before or after any call of its store, or in a hook. What it held in memory
is gone, and what it had claimed stays claimed until its lease is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from overdue_flow.store.protocol import Store


class Killed(BaseException):
    """The end of a worker."""


def end_worker() -> None:
    """End the worker as an error ends it that nobody catches."""
    raise Killed


class Fuse:
    """Kills at the n-th step; 0 never does. `kill` is how."""

    def __init__(self, left: int = 0, kill: Callable[[], object] = end_worker) -> None:
        self.left = left
        self._kill = kill

    def burn(self) -> None:
        """One step more."""
        self.left -= 1
        if self.left == 0:
            self._kill()


class MortalStore:
    """A store whose caller may be killed before or after each call, and before or after a transaction is committed."""

    def __init__(self, store: Store, fuse: Fuse) -> None:
        self._store = store
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not callable(found):
            return found

        def call(*args: Any, **kwargs: Any) -> Any:
            self._fuse.burn()
            answer = found(*args, **kwargs)
            self._fuse.burn()
            return answer

        return call

    @contextmanager
    def transaction(self) -> Iterator[MortalStore]:
        """A transaction that is undone where its worker is killed in it."""
        with self._store.transaction() as bound:
            yield MortalStore(bound, self._fuse)
            self._fuse.burn()
        self._fuse.burn()
