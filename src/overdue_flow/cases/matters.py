"""Matters: what somebody raises, what has an id or none, and what ends: disputes and complaints.

An event names the matter that it is about; without a name it means the oldest one that is open, or the latest one,
as its kind says. It cannot have happened before the matter began.
"""

from __future__ import annotations

from datetime import date
from typing import Protocol, TypeVar

from overdue_flow.cases.turn import Order, Recorded
from overdue_flow.errors import EventRefused
from overdue_flow.problems import did_you_mean


class Matter(Protocol):
    """What was raised, and when it ended: `ended_on` is None while it is open."""

    @property
    def order(self) -> Order:
        """When it was raised."""

    @property
    def id(self) -> str | None:
        """Its name, where it has one."""

    @property
    def ended_on(self) -> date | None:
        """The day on which it ended."""


MatterT = TypeVar("MatterT", bound=Matter)


def refuse_known(known: tuple[MatterT, ...], name: str | None, what: str) -> None:
    """EventRefused where a new matter has the id of an earlier one. `what` is what people call it."""
    if name is not None and any(one.id == name for one in known):
        raise EventRefused(f"{what} `{name}` came before; a new {what} needs an id of its own")


def open_one(known: tuple[MatterT, ...], name: str | None, what: str, done: str, recorded: Recorded) -> MatterT:
    """The open one of that name; without a name, the oldest open one. EventRefused where there is none.

    `done` is what the event does to it, such as `end`.
    """
    found = _oldest_open(known, what) if name is None else _named(known, name, what)
    if found.ended_on is not None:
        raise EventRefused(f"{what} `{name}` ended already, on {found.ended_on}")
    return _not_before(found, what, done, recorded)


def raised_one(known: tuple[MatterT, ...], name: str | None, what: str, done: str, recorded: Recorded) -> MatterT:
    """The one of that name, open or not; without a name, the oldest open one. EventRefused where there is none."""
    found = _oldest_open(known, what) if name is None else _named(known, name, what)
    return _not_before(found, what, done, recorded)


def latest_one(known: tuple[MatterT, ...], name: str | None, what: str, done: str, recorded: Recorded) -> MatterT:
    """The one of that name, open or not; without a name, the latest one. EventRefused where there is none."""
    if name is None and not known:
        raise EventRefused(f"there is no {what}")
    found = known[-1] if name is None else _named(known, name, what)
    return _not_before(found, what, done, recorded)


def spoken_of(known: tuple[MatterT, ...]) -> MatterT | None:
    """The one that facts speak of: the latest that is open; where none is, the latest of all."""
    return latest_open(known) or (known[-1] if known else None)


def latest_open(known: tuple[MatterT, ...]) -> MatterT | None:
    """The latest one that is open; None where none is."""
    return next((one for one in reversed(known) if one.ended_on is None), None)


def swapped(known: tuple[MatterT, ...], old: MatterT, new: MatterT) -> tuple[MatterT, ...]:
    """`known` with `new` in the very place of `old`."""
    return tuple(new if one is old else one for one in known)


def _oldest_open(known: tuple[MatterT, ...], what: str) -> MatterT:
    found = next((one for one in known if one.ended_on is None), None)
    if found is None:
        raise EventRefused(f"there is no open {what}")
    return found


def _named(known: tuple[MatterT, ...], name: str, what: str) -> MatterT:
    found = next((one for one in known if one.id == name), None)
    if found is None:
        hint = did_you_mean(name, (one.id for one in known if one.id))
        raise EventRefused(f"there is no {what} `{name}`" + (f" ({hint})" if hint else ""))
    return found


def _not_before(found: MatterT, what: str, done: str, recorded: Recorded) -> MatterT:
    if recorded.order < found.order:
        raise EventRefused(f"a {what} of {found.order[0]} cannot {done} on {recorded.on}, before it began")
    return found
