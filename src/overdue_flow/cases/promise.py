"""One promise to pay; which money goes to which promise; and what has become of many of them, by day.

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


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise, in minor units. `paid` is what came for it in time; `kept_on` the value date that made it whole."""

    id: str
    made_on: date
    due_on: date
    amount: int
    paid: int = 0
    first_paid_on: date | None = None
    kept_on: date | None = None
    cancelled_on: date | None = None

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

    def paid_up_to(self, needed: int, first_paid_on: date | None, kept_on: date | None) -> Promise:
        """The promise with all that came for it, but `needed`; nothing comes for one that was cancelled."""
        paid = 0 if self.cancelled_on is not None else self.amount - needed
        if (paid, first_paid_on, kept_on) == (self.paid, self.first_paid_on, self.kept_on):
            return self
        return replace(self, paid=paid, first_paid_on=first_paid_on, kept_on=kept_on)

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
    needed = [one.amount if one.cancelled_on is None else 0 for one in promises]
    first: dict[int, date] = {}
    kept: dict[int, date] = {}
    made = sorted([(one.made_on, place) for place, one in enumerate(promises) if one.cancelled_on is None])[::-1]
    waiting: list[Waiting] = []
    for n in range(bisect_left(postings, (made[-1][0],)) if made else 0, len(postings)):
        if not made and not waiting:
            break
        on, left = postings[n].on, postings[n].came - postings[n].gone
        while made and made[-1][0] <= on:
            made_on, place = made.pop()
            heappush(waiting, (promises[place].due_on, made_on, place))
        while left > 0 and waiting:
            due_on, _made_on, place = waiting[0]
            if due_on >= on:
                taken = min(left, needed[place])
                left -= taken
                needed[place] -= taken
                first.setdefault(place, on)
                if needed[place] <= tolerance:
                    kept.setdefault(place, on)
            if due_on < on or not needed[place]:
                heappop(waiting)
    return tuple(
        [one.paid_up_to(needed[place], first.get(place), kept.get(place)) for place, one in enumerate(promises)]
    )
