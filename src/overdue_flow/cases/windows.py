"""Counters over a window of days: `talks_today: {of: ContactAttempted, where: ..., within: 1 calendar day}`.

A window over one case sees what happened to that case alone. A counter that a policy counts per person, contact point
or collector sees more where a limit asks before a contact: the contacts that the person's other loans know of
(`case.elsewhere`), and where this one goes (`case.towards`). For a rule it is read over the one loan, which may be too
few, or (per contact point or collector) too many: `assumed` says so in words, for those who list what was assumed.

Rolling days take the day of the event as day 1: within 7 days, an event of the 1st counts from the 1st to the 7th.
Calendar weeks begin on Monday. Days are local days of the case; within n days, rolling and calendar days are the same.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from dateutil.relativedelta import relativedelta

from overdue_flow.cases.events.base import Event
from overdue_flow.cases.events.contact import ContactAttempted, HostEvent
from overdue_flow.cases.turn import Recorded
from overdue_flow.guards.vocabulary import Fact, Kind, Motion

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case, Towards

Unit: TypeAlias = Literal["days", "calendar_days", "calendar_weeks", "calendar_months"]
Per: TypeAlias = Literal["debt", "person", "contact_point", "collector"]
Where: TypeAlias = Callable[[Event], bool]


@dataclass(frozen=True, slots=True)
class Window:
    """The last `count` days, calendar weeks or calendar months, today's among them."""

    count: int
    unit: Unit = "days"

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"a window of {self.count} {self.unit} holds nothing; expected 1 or more")

    def leaves_on(self, on: date) -> date:
        """The first day on which an event of the day `on` counts no more; the end of days where there is none."""
        try:
            if self.unit == "calendar_weeks":
                return on + timedelta(days=7 * self.count - on.weekday())
            if self.unit == "calendar_months":
                return on.replace(day=1) + relativedelta(months=self.count)
            return on + timedelta(days=self.count)
        except (OverflowError, ValueError):
            return date.max

    def begins_on(self, day: date) -> date:
        """The first day whose events count on `day`; the beginning of days where there is none."""
        try:
            if self.unit == "calendar_weeks":
                return day - timedelta(days=7 * (self.count - 1) + day.weekday())
            if self.unit == "calendar_months":
                return day.replace(day=1) - relativedelta(months=self.count - 1)
            return day - timedelta(days=self.count - 1)
        except (OverflowError, ValueError):
            return date.min

    def __str__(self) -> str:
        words = self.unit.replace("_", " ")
        return f"{self.count} {words.removesuffix('s') if self.count == 1 else words}"


def day_of(recorded: Recorded) -> date:
    """The day on which an event counts: its value date where it is one of the ledger, else the day it took effect."""
    field = _value_date_of(type(recorded.event))
    day = getattr(recorded.event, field) if field else None
    return day if isinstance(day, date) else recorded.on


@cache
def _value_date_of(kind: type[Event]) -> str | None:
    """The field of an event that holds its value date."""
    fields = ("value_date", "reversed_on", "refunded_on", "effective_on")
    return next((name for name in fields if name in kind.model_fields), None)


def counted(
    name: str,
    of: str,
    within: Window,
    *,
    where: Where | None = None,
    per: Per = "debt",
    label: str = "",
    label_zh: str = "",
) -> Fact:
    """The number of events of the kind `of` (or of the host's own event of that name) for which `where` holds, inside
    the window `within`. It moves on the very days on which an event comes into the window or leaves it."""
    counted_last: tuple[tuple[Recorded, ...], tuple[Recorded, ...], Towards | None, list[date]] = ((), (), None, [])

    def days_of(case: Case) -> list[date]:
        """The days in order. A turn asks for those of one case many times: they are found once."""
        nonlocal counted_last
        events, elsewhere, towards, days = counted_last
        if events is not case.events or elsewhere is not case.elsewhere or towards != case.towards:
            days = sorted(_days(case, of, where, per))
            counted_last = (case.events, case.elsewhere, case.towards, days)
        return days

    def read(case: Case, day: date) -> int:
        days = days_of(case)
        return bisect_right(days, day) - bisect_left(days, within.begins_on(day))

    def until(case: Case, day: date) -> date | None:
        days = days_of(case)
        first, to_come = bisect_left(days, within.begins_on(day)), bisect_right(days, day)
        turns = [within.leaves_on(days[first])] if first < to_come else []
        return min(turns + days[to_come : to_come + 1], default=None)

    return Fact(
        name,
        Kind.NUMBER,
        label or f"{of} within {within}",
        read,
        unit="times",
        motion=Motion.WINDOW,
        until=until,
        source="policy",
        doc=assumed(name, per) or "",
        label_zh=label_zh,
    )


def _days(case: Case, of: str, where: Where | None, per: Per) -> Iterator[date]:
    """The days of the events that count, as far back as the case goes. One attempt counts once, however often told."""
    events = case.events if per == "debt" else (*case.events, *case.elsewhere)
    told: set[str] = set()
    for recorded in events:
        event = recorded.event
        if event.kind != of and not (isinstance(event, HostEvent) and event.name == of):
            continue
        if where is not None and not where(event):
            continue
        if isinstance(event, ContactAttempted):
            if not _goes(event, case.towards, per) or event.attempt_id in told:
                continue
            if event.attempt_id is not None:
                told.add(event.attempt_id)
        yield day_of(recorded)


def _goes(attempt: ContactAttempted, towards: Towards | None, per: Per) -> bool:
    """Whether an attempt went where the contact goes that is being checked; what is not known may be the same."""
    if towards is None or per not in ("contact_point", "collector"):
        return True
    one, other = (
        (attempt.contact_point, towards.contact_point) if per == "contact_point" else (attempt.by, towards.collector)
    )
    return one is None or other is None or one == other


def assumed(name: str, per: Per) -> str | None:
    """What reading the counter `name` over one loan alone leaves out, in words; None where it leaves out nothing."""
    if per == "person":
        return f"`{name}` counts per person, and was counted on each loan alone: other loans were not seen"
    if per == "contact_point":
        return f"`{name}` counts per contact point, and was counted over all contact points of each loan together"
    if per == "collector":
        return f"`{name}` counts per collector, and was counted over all collectors of each loan together"
    return None
