"""One promise to pay; which money goes to which promise; and what has become of many of them, by day.

A promise that is moved stays one promise. Money that came up to the day of the move went by what was promised then, so
a move never takes from another promise what had gone to it; from the day after, it goes by the new last day and amount.

A turn asks many times what has become of all promises by a day, and most of them are over. So `Standings` keeps them
sorted by the days on which something becomes of them, and a payment looks only at those that still wait for money.

Law: `promises that grow are those of all that came` (tests/laws).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from heapq import heappop, heappush
from typing import Any, Literal, NamedTuple, TypeAlias

from overdue_flow.cases.waterfall import ONE_DAY, Posting

Standing = Literal["open", "kept", "part-kept", "broken", "cancelled"]


class Shift(NamedTuple):
    """A promise was moved on a day: to another last day, and to an amount (minor units) that may be the same."""

    on: date
    due_on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise, in minor units: its last day and amount as they stand. `paid` is what came for it in time; `kept_on`
    the value date that made it whole. `moves` are all its moves, in order, and `first` what was promised before them; a
    move of a promise that is found to have been kept by then counts for nothing."""

    id: str
    made_on: date
    due_on: date
    amount: int
    paid: int = 0
    first_paid_on: date | None = None
    kept_on: date | None = None
    cancelled_on: date | None = None
    moves: tuple[Shift, ...] = ()
    first: Shift | None = None

    def moved(self, to: Shift) -> Promise:
        """The promise with one more move, before its money is found again (`with_payments`)."""
        return replace(self, moves=(*self.moves, to), first=self.begins)

    @property
    def begins(self) -> Shift:
        """What was promised first."""
        return self.first or Shift(self.made_on, self.due_on, self.amount)

    @property
    def stands(self) -> Shift:
        """Its last day and amount as they stand."""
        return Shift(self.made_on, self.due_on, self.amount)

    def standing(self, day: date) -> Standing:
        """What has become of the promise by `day`."""
        if self.kept_on is not None and self.kept_on <= day:
            return "kept"
        if self.cancelled_on is not None and self.cancelled_on <= day:
            return "cancelled"
        if day <= self.due_on:
            return "open"
        return "part-kept" if self.paid > 0 else "broken"

    @property
    def ends(self) -> tuple[date, Standing]:
        """The day on which it ceases to be open, and what it is from then on."""
        if self.kept_on is not None:
            return self.kept_on, "kept"
        if self.cancelled_on is not None:
            return self.cancelled_on, "cancelled"
        return self.due_on + ONE_DAY, "part-kept" if self.paid > 0 else "broken"

    @property
    def turns(self) -> tuple[date, ...]:
        """The days on which its standing changes by itself."""
        return tuple(day for day in (self.kept_on, self.due_on + ONE_DAY) if day is not None)

    @property
    def waits(self) -> bool:
        """Whether money may still go to it."""
        return self.cancelled_on is None and self.paid < self.amount

    def found(self, stands: Shift, paid: int, first_paid_on: date | None, kept_on: date | None) -> Promise:
        """The promise as it stands after all that came for it."""
        new = (stands.due_on, stands.amount, paid, first_paid_on, kept_on)
        if new == (self.due_on, self.amount, self.paid, self.first_paid_on, self.kept_on):
            return self
        due_on, amount, paid, first_paid_on, kept_on = new
        return replace(self, due_on=due_on, amount=amount, paid=paid, first_paid_on=first_paid_on, kept_on=kept_on)

    def with_money(self, amount: int, on: date, tolerance: int) -> Promise:
        """The promise with a part of a payment."""
        paid, kept_on = self.paid + amount, self.kept_on
        if kept_on is None and paid >= self.amount - tolerance:
            kept_on = on
        return replace(self, paid=paid, kept_on=kept_on, first_paid_on=self.first_paid_on or on)


Waiting: TypeAlias = tuple[date, date, int]
"""One that waits: its last day, the day of its making, its place among the promises. Money goes to the least first."""


class Standings(NamedTuple):
    """What becomes of promises, each in the order of its days.

    `kept`, `part_kept` and `broken` are the days on which one became so, `turns` all days on which one changes by
    itself. `waiting` may still take money; on days before `over_on` others were open too.
    """

    kept: tuple[date, ...] = ()
    part_kept: tuple[date, ...] = ()
    broken: tuple[date, ...] = ()
    turns: tuple[date, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    over_on: date = date.min

    def moved(self, before: Iterable[tuple[int, Promise]], after: Iterable[tuple[int, Promise]]) -> Standings:
        """The standings when some promises, each with its place, are `before` no more, but as they are `after`."""
        ends = {"kept": list(self.kept), "part-kept": list(self.part_kept), "broken": list(self.broken)}
        turns, waiting, over_on = list(self.turns), list(self.waiting), self.over_on
        for place, one in before:
            on, standing = one.ends
            _drop(ends.get(standing, []), on)
            for turn in one.turns:
                _drop(turns, turn)
            _drop(waiting, (one.due_on, one.made_on, place))
        for place, one in after:
            on, standing = one.ends
            insort(ends.get(standing, []), on)
            for turn in one.turns:
                insort(turns, turn)
            if one.waits:
                insort(waiting, (one.due_on, one.made_on, place))
            else:
                over_on = max(over_on, on)
        return Standings(
            tuple(ends["kept"]), tuple(ends["part-kept"]), tuple(ends["broken"]), tuple(turns), tuple(waiting), over_on
        )

    def until(self, day: date) -> date | None:
        """The next day after `day` on which one is kept or broken by itself."""
        return after(self.turns, day)

    def takers(self, on: date) -> Iterator[int]:
        """The places of those to which money of the value date `on` goes, in order."""
        for n in range(bisect_left(self.waiting, (on,)), len(self.waiting)):
            _due_on, made_on, place = self.waiting[n]
            if made_on <= on:
                yield place


def _drop(some: list[Any], one: Any) -> None:
    """Take one out of what is in order."""
    at = bisect_left(some, one)
    if at < len(some) and some[at] == one:
        del some[at]


def by_day(days: tuple[date, ...], day: date) -> int:
    """How many of `days`, which are in order, are not after `day`."""
    return bisect_right(days, day)


def after(days: tuple[date, ...], day: date) -> date | None:
    """The first of `days`, which are in order, after `day`."""
    at = bisect_right(days, day)
    return days[at] if at < len(days) else None


def with_payments(promises: tuple[Promise, ...], postings: tuple[Posting, ...], tolerance: int) -> tuple[Promise, ...]:
    """The promises with all that came for each: a payment goes to those that wait on its value date, the one due first
    in front. `postings` stand in order; payments that were reversed in full bring nothing."""
    pouring = _Pouring(promises, tolerance)
    begins = min((one.made_on for one in promises if one.cancelled_on is None), default=None)
    for n in range(len(postings) if begins is None else bisect_left(postings, (begins,)), len(postings)):
        if pouring.is_over:
            break
        pouring.pour(postings[n].on, postings[n].came - postings[n].gone)
    return pouring.found()


class _Pouring:
    """Money poured over promises in the order of its value dates. Nothing comes for one that was cancelled."""

    def __init__(self, promises: tuple[Promise, ...], tolerance: int) -> None:
        self.promises, self.tolerance = promises, tolerance
        self.stands = [one.begins if one.cancelled_on is None else one.stands for one in promises]
        self.paid = [0] * len(promises)
        self.first: dict[int, date] = {}
        self.kept: dict[int, date] = {}
        live = [(one, place) for place, one in enumerate(promises) if one.cancelled_on is None]
        self.made = sorted([(one.made_on, place) for one, place in live])[::-1]
        self.shifts = sorted([(to.on, n, place) for one, place in live for n, to in enumerate(one.moves)])[::-1]
        self.waiting: list[Waiting] = []

    @property
    def is_over(self) -> bool:
        """Whether no money can go to any of them any more."""
        return not (self.made or self.shifts or self.waiting)

    def pour(self, on: date, left: int) -> None:
        """Money of a value date goes to those that wait for it."""
        while self.made and self.made[-1][0] <= on:
            made_on, place = self.made.pop()
            heappush(self.waiting, (self.stands[place].due_on, made_on, place))
        while self.shifts and self.shifts[-1][0] < on:
            self._shift()
        while left > 0 and self.waiting:
            due_on, _made_on, place = self.waiting[0]
            stands = self.stands[place]
            if due_on >= on and due_on == stands.due_on:
                taken = min(left, max(0, stands.amount - self.paid[place]))
                left -= taken
                self._take(place, taken, on)
            if due_on < on or due_on != stands.due_on or self.paid[place] >= stands.amount:
                heappop(self.waiting)

    def _take(self, place: int, taken: int, on: date) -> None:
        self.paid[place] += taken
        if taken:
            self.first.setdefault(place, on)
        self._look(place, on)

    def _look(self, place: int, on: date) -> None:
        """Whether a promise for which something came is kept."""
        if place in self.first and self.paid[place] >= self.stands[place].amount - self.tolerance:
            self.kept.setdefault(place, on)

    def _shift(self) -> None:
        """A promise is moved, unless it was kept by then."""
        on, n, place = self.shifts.pop()
        if place in self.kept:
            return
        self.stands[place] = self.promises[place].moves[n]
        self._look(place, on)
        heappush(self.waiting, (self.stands[place].due_on, self.promises[place].made_on, place))

    def found(self) -> tuple[Promise, ...]:
        """The promises with what came for each."""
        while self.shifts:
            self._shift()
        return tuple(
            [
                one.found(self.stands[n], self.paid[n], self.first.get(n), self.kept.get(n))
                for n, one in enumerate(self.promises)
            ]
        )
