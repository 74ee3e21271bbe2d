"""Holds: what stops, from when, until when.

A hold stands on the days d with placed_on <= d < until. Two placements of one kind never overlap: to change a hold,
lift it and place it anew. A dispute brings a hold of its own, beside any that was placed; several can stand at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from overdue_flow.cases.events.care import HoldLifted, HoldPlaced
from overdue_flow.cases.turn import Recorded
from overdue_flow.errors import EventRefused
from overdue_flow.guards.vocabulary import Fact, Kind, Motion
from overdue_flow.problems import did_you_mean

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

HOLDS = {
    "dispute": ("the debt is disputed", "争议"),
    "hardship": ("the borrower is in hardship", "困难"),
    "vulnerable": ("the borrower is vulnerable", "弱势客户"),
    "bankruptcy": ("the borrower is bankrupt", "破产"),
    "deceased": ("the borrower has died", "死亡"),
    "cease_contact": ("the borrower asked that contact cease", "停止联系"),
    "breathing_space": ("a breathing space is granted", "喘息期"),
    "legal_stay": ("a court has stayed collection", "诉讼中止"),
}
"""The kinds of hold that every policy knows, each with its label; a policy may declare more."""

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Hold:
    """One placement of a hold. `seq` is the entry that placed it, `ends_on` the end that was given with it, `lifts` the
    entries that ended it, each with its day; `dispute` is the entry of the dispute that it comes from."""

    kind: str
    placed_on: date
    seq: int
    ends_on: date | None = None
    lifts: tuple[tuple[int, date], ...] = ()
    dispute: int | None = None

    @property
    def until(self) -> date | None:
        """The first day without it; None while no end is known."""
        if not self.lifts:
            return self.ends_on
        lifted_on = min(day for _seq, day in self.lifts)
        return lifted_on if self.ends_on is None else min(self.ends_on, lifted_on)

    def stands_on(self, day: date) -> bool:
        """Whether it is in place on `day`."""
        until = self.until
        return self.placed_on <= day and (until is None or day < until)

    def lifted(self, seq: int, on: date) -> Hold:
        """The hold, ended on `on` by the entry `seq`."""
        return replace(self, lifts=(*self.lifts, (seq, on)))

    def __str__(self) -> str:
        return f"from {self.placed_on} to {self.until}" if self.until else f"since {self.placed_on}"


Holds: TypeAlias = tuple[Hold, ...]
Pauses: TypeAlias = tuple[tuple[date, date | None], ...]

# --- how it evolves ---


def placed(holds: Holds, event: HoldPlaced, recorded: Recorded) -> Holds:
    """`holds` and one more. EventRefused where it ends before it begins, or overlaps one of its kind."""
    new = Hold(event.hold, event.placed_on or recorded.on, recorded.seq, event.ends_on or event.ends_by_policy_on)
    if new.ends_on is not None and new.ends_on <= new.placed_on:
        raise EventRefused(
            f"hold `{new.kind}` cannot end on {new.ends_on}: it is placed on {new.placed_on}, and its end is the first "
            f"day without it"
        )
    for hold in holds:
        if hold.kind == new.kind and hold.dispute is None and _overlap(hold, new):
            raise EventRefused(
                f"hold `{new.kind}` {new} overlaps the one in place {hold}; lift that first, or place the new one later"
            )
    return (*holds, new)


def _overlap(one: Hold, other: Hold) -> bool:
    if one.until == one.placed_on:
        return False
    begins_first, begins_later = sorted((one, other), key=lambda hold: hold.placed_on)
    return begins_first.until is None or begins_later.placed_on < begins_first.until


def lifted(holds: Holds, event: HoldLifted, recorded: Recorded) -> Holds:
    """`holds` with those of the event's kind ended that stand on its day. EventRefused where none does.

    A lift on the very day on which the hold ends by itself says the same, and is taken.
    """
    day = event.lifted_on or recorded.on
    of_kind = [hold for hold in holds if hold.kind == event.hold]
    standing = [hold for hold in of_kind if hold.stands_on(day)]
    if not standing and not any(hold.until == day for hold in of_kind):
        raise EventRefused(_not_in_place(event.hold, day, of_kind, holds))
    return tuple(hold.lifted(recorded.seq, day) if hold in standing else hold for hold in holds)


def _not_in_place(kind: str, day: date, of_kind: list[Hold], holds: Holds) -> str:
    said = f"hold `{kind}` is not in place on {day} and cannot be lifted"
    if of_kind:
        return f"{said}; it stood " + ", ".join(str(hold) for hold in of_kind)
    hint = did_you_mean(kind, (hold.kind for hold in holds))
    return f"{said} ({hint})" if hint else said


def lift_taken_back(holds: Holds, kinds: Collection[str], seq: int) -> Holds:
    """`holds`, those of `kinds` without what the entry `seq` lifted."""
    return tuple(
        replace(hold, lifts=tuple(lift for lift in hold.lifts if lift[0] != seq)) if hold.kind in kinds else hold
        for hold in holds
    )


# --- the facts it offers ---


def merged(holds: Iterable[Hold]) -> Pauses:
    """The stretches [from, until) on which any of `holds` stands, in order and apart; None for no end."""
    stretches: list[tuple[date, date | None]] = []
    for hold in sorted(holds, key=lambda hold: hold.placed_on):
        begin, end = hold.placed_on, hold.until
        if end is not None and end <= begin:
            continue
        last_end = stretches[-1][1] if stretches else date.min
        if last_end is None:
            break
        if begin > last_end:
            stretches.append((begin, end))
        elif end is None or end > last_end:
            stretches[-1] = (stretches[-1][0], end)
    return tuple(stretches)


def last_end_before(holds: Holds, new: Hold) -> date | None:
    """The first day without the last hold of its kind that was over when `new` began; None where there was none."""
    ends = (hold.until for hold in holds if hold.kind == new.kind and hold.until != hold.placed_on)
    return max((end for end in ends if end is not None and end <= new.placed_on), default=None)


def next_change(holds: Iterable[Hold], day: date) -> date | None:
    """The next day after `day` on which a hold begins or ends by its date."""
    days = (one for hold in holds for one in (hold.placed_on, hold.until) if one is not None and one > day)
    return min(days, default=None)


def hold_fact(kind: str, label: str | None = None, label_zh: str = "") -> Fact:
    """The flag `hold_<kind>`, for a kind that is built in or that a policy declares."""

    def read(case: Case, day: date) -> bool:
        holds = case.care.holds
        return bool(holds) and any(hold.kind == kind and hold.stands_on(day) for hold in holds)

    def until(case: Case, day: date) -> date | None:
        holds = case.care.holds
        return next_change((hold for hold in holds if hold.kind == kind), day) if holds else None

    built_in, built_in_zh = HOLDS.get(kind, (f"a hold `{kind}` is in place", ""))
    return Fact(
        f"hold_{kind}",
        Kind.FLAG,
        label or built_in,
        read,
        motion=Motion.CLOCK,
        until=until,
        source="built in" if kind in HOLDS else "policy",
        doc="From the day on which the hold is placed until the day before it is lifted or ends.",
        label_zh=label_zh or built_in_zh,
    )


def _on_hold(case: Case, day: date) -> bool:
    holds: Holds = case.care.holds
    return bool(holds) and any(hold.stands_on(day) for hold in holds)


def _ends_on(case: Case, day: date) -> date | None:
    holds: Holds = case.care.holds
    ends = (hold.until for hold in holds if hold.stands_on(day))
    return min((end for end in ends if end is not None), default=None) if holds else None


FACTS: tuple[Fact, ...] = (
    Fact(
        "on_hold",
        Kind.FLAG,
        "a hold is in place",
        _on_hold,
        motion=Motion.CLOCK,
        until=lambda case, day: next_change(case.care.holds, day),
        doc="A hold of any kind.",
    ),
    Fact(
        "hold_ends_on",
        Kind.DATE,
        "date of the next end of a hold",
        _ends_on,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=lambda case, day: next_change(case.care.holds, day),
        doc="Of the holds in place, the first day without the one that ends first; missing where none has an end.",
        label_zh="暂停措施到期日",
    ),
    *(hold_fact(kind) for kind in HOLDS),
)
"""The facts of holds that every policy knows."""
