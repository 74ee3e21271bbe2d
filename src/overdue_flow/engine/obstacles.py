"""What may forbid an effect: wishes, working hours, and the limits that look at it; one question about an instant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from overdue_flow.cases.case import Case, Towards
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.events import ContactAttempted
from overdue_flow.cases.person import Line, PersonContacts, contacts_of
from overdue_flow.cases.turn import Recorded
from overdue_flow.cases.values import changed
from overdue_flow.engine.hours import blocked_in_words, from_day, in_hours, off_blocked_days
from overdue_flow.engine.machine import Bound, Machine
from overdue_flow.engine.windows_of_contact import LAST_DAY, Ledger, first_below, looks_back
from overdue_flow.engine.working_hours import first_working_instant, zones_of
from overdue_flow.policy.bounds import Limit

OWN_ACTIONS = frozenset({"attention", "approval", "offer_approval", "hold_review", "task_cancelled"})
"""What the machine itself asks for, inside the house: no limit looks at it."""

ROUNDS_MAX = 1000
"""Of several things that forbid in turn, so many steps are made before they count as never all permitting."""

_LAW_REQUIRES = ("legal_notice", "service")
_MAY_COME_OF_IT = ("conversation", "connected", "voicemail", "no_answer", "delivered", "refused")


class Obstacle(NamedTuple):
    """Something that forbids at some instants. `free` gives the first one from an instant on at which it does not, None
    where there is none: nothing will then permit it if it is `endless`, else it ends when something happens. `why` says
    what forbids at an instant."""

    id: str
    free: Callable[[datetime], datetime | None]
    why: Callable[[datetime], str]
    endless: bool = False


class Question:
    """One question, and what its answer is worked out from, each found once at most. `for_good` leaves out what time
    always lifts."""

    def __init__(
        self,
        machine: Machine,
        case: Case,
        effect: Effect,
        at: datetime,
        contacts: PersonContacts | None,
        *,
        for_good: bool = False,
    ) -> None:
        self.machine, self.case, self.effect = machine, case, effect
        self.instant, self.contacts = at.astimezone(UTC), contacts
        self.counted: dict[str, list[datetime]] = {}
        self._for_good = for_good
        mine = effect.action in OWN_ACTIONS
        limits = () if mine else machine.limits_for_good if for_good else machine.limits
        self.bounds = [one for one in limits if one.limit.looks_at(effect)]

    def obstacles(self) -> Iterator[Obstacle]:
        """What may forbid: wishes, working hours, limits that block."""
        effect = self.effect
        if effect.kind == "contact" and not (effect.must and effect.purpose in _LAW_REQUIRES) and self._has_wishes():
            channel = effect.params.get("channel")
            name = f"opted_out_{channel}" if channel else "opted_out"
            why = f"the borrower opted out of {channel or 'a channel that this may go by'}"
            yield Obstacle(name, self._wanted, lambda _at: why, endless=True)
        if effect.in_working_hours and not self._for_good:
            hours = f"only in working hours, {self.machine.policy.working_hours}"
            yield Obstacle("working_hours", self._at_work, lambda _at: hours)
        for bound in self.bounds:
            if bound.limit.strength == "block":
                yield self._obstacle(bound)

    def flags(self, instant: datetime) -> Iterator[str]:
        """The limits that do not block, and speak against the effect at an instant."""
        for bound in self.bounds:
            if bound.limit.strength != "block" and self._obstacle(bound).free(instant) != instant:
                yield bound.limit.id

    def _obstacle(self, bound: Bound) -> Obstacle:
        limit = bound.limit
        endless = limit.at_most == 0 and bound.holding is None and limit.in_force[1] is None
        return Obstacle(
            limit.id, lambda at: self._free(bound, at), lambda at: f"limit {limit.id}: {self._why(bound, at)}", endless
        )

    @cached_property
    def zones(self) -> tuple[ZoneInfo, ...]:
        """Where the borrower is."""
        return zones_of(self.case)

    @cached_property
    def ledger(self) -> Ledger:
        """What the person was told and asked for."""
        contacts = self.contacts
        if contacts is None:
            reach = lookback(self.machine)
            contacts = contacts_of(self.case, self.instant - reach if reach is not None else None)
        return Ledger(contacts.lines, self.effect, self.case.id, self.case.zone)

    @cached_property
    def seen(self) -> Case:
        """The case as a condition reads it: with what the person's other loans know, and with what is on its way."""
        case, lines = self.case, self.contacts.lines if self.contacts is not None else ()
        here: list[Recorded] = []
        elsewhere: list[Recorded] = []
        for line in self.ledger.lines if lines else ():
            if line.reserved or line.case_id != case.id:
                (here if line.case_id == case.id else elsewhere).extend(_as_recorded(line, case))
        params = self.effect.params
        towards = Towards(params.get("contact_point"), params.get("collector"))
        events = (*case.events, *here) if here else case.events
        return changed(case, events=events, elsewhere=tuple(elsewhere), towards=towards)

    def _day(self, instant: datetime) -> date:
        """The day of the loan; a clock that was set back over midnight takes none back."""
        return max(instant.astimezone(self.case.zone).date(), self.case.day)

    # --- wishes ---

    def _has_wishes(self) -> bool:
        return bool(self.case.contacts.wishes if self.contacts is None else self.contacts.lines)

    def _wanted(self, instant: datetime) -> datetime | None:
        day = self._day(instant)
        until = self.ledger.opted_out_until(self.effect.params.get("channel"), day)
        if until is None or until >= LAST_DAY:
            return None
        return instant if until == day else from_day(until, self.case.zone, instant)

    # --- limits ---

    def _at_work(self, instant: datetime) -> datetime | None:
        found = first_working_instant(self.machine, self.case, instant)
        return found.astimezone(UTC) if found is not None else None

    def _free(self, bound: Bound, instant: datetime) -> datetime | None:
        """The first instant from `instant` on at which one limit does not forbid; None where time brings none."""
        limit, day = bound.limit, self._day(instant)
        if not self._applies(bound, day):
            return instant
        if "consent" in limit.excluding and self.ledger.consented(limit, self.effect.params.get("channel"), instant):
            return instant
        within = self._within(limit, instant)
        if within == instant:
            return instant
        lifted = self._lifted(bound, day, instant)
        return min((one for one in (within, lifted) if one is not None), default=None)

    def _applies(self, bound: Bound, day: date) -> bool:
        return bound.applies(self._seen_by(bound), day)

    def _seen_by(self, bound: Bound) -> Case:
        """The case as the condition of one limit reads it: only those that count look beyond the loan."""
        return self.seen if bound.counts_contacts else self.case

    def _within(
        self, limit: Limit, instant: datetime, moved: list[tuple[datetime, str]] | None = None
    ) -> datetime | None:
        """The first instant from `instant` on that lies in the hours, on no blocked day, below the count. `moved` takes
        what forbade on the way, and at which instants."""
        if limit.forbids_all:
            return None
        parts = list(self._parts(limit))
        for _round in range(ROUNDS_MAX):
            start = instant
            for one in parts:
                free = one.free(instant)
                if free != instant and moved is not None:
                    moved.append((instant, one.why(instant)))
                if free is None:
                    return None
                instant = free
            if instant == start:
                return instant
        return None

    def _parts(self, limit: Limit) -> Iterator[Obstacle]:
        """What of a limit may forbid: its hours, its days, its count."""
        hours, blocked, calendar = limit.hours, limit.blocked_days, self.machine.law_calendar
        if hours is not None:
            yield Obstacle("hours", lambda at: in_hours(hours, self.zones, at), lambda _at: f"outside {hours}")
        if blocked:
            yield Obstacle(
                "days",
                lambda at: off_blocked_days(blocked, calendar, self.zones, at),
                lambda at: f"not on {blocked_in_words(blocked, calendar, self.zones, at)}",
            )
        if limit.counts is not None:
            yield Obstacle("count", lambda at: self._below(limit, at), lambda _at: _count_in_words(limit))

    def _below(self, limit: Limit, instant: datetime) -> datetime | None:
        assert limit.within is not None, "the loader takes no half counts"
        assert limit.at_most is not None, "the loader takes no half counts"
        counted = self.counted.get(limit.id)
        if counted is None:
            counted = self.counted[limit.id] = self.ledger.counted(limit, self.instant - looks_back(limit.within))
        found: datetime | None = instant
        for zone in self.zones:
            if found is not None:
                found = first_below(counted, limit.at_most, limit.within, zone, found)
        return found

    def _lifted(self, bound: Bound, day: date, instant: datetime) -> datetime | None:
        """When a limit ceases to apply: its condition flips, or its days in force are over; None for not by time."""
        last = day_after(bound.limit.in_force[1])
        for _round in range(ROUNDS_MAX):
            turn = bound.next_change(self._seen_by(bound), day) if bound.next_change else None
            day = min((one for one in (turn, last) if one is not None and one > day), default=LAST_DAY)
            if day >= LAST_DAY:
                return None
            if not self._applies(bound, day):
                return from_day(day, self.case.zone, instant)
        return None

    def _why(self, bound: Bound, instant: datetime) -> str:
        """What of a limit forbids from an instant on, as far as it does, in words."""
        limit = bound.limit
        if limit.forbids_all:
            return limit.guard.text if limit.guard is not None else "nothing is permitted"
        free = self._free(bound, instant)
        moved: list[tuple[datetime, str]] = []
        self._within(limit, instant, moved)
        return ", ".join(dict.fromkeys(why for at, why in moved if free is None or at < free))


def _count_in_words(limit: Limit) -> str:
    assert limit.counts is not None, "the loader takes no half counts"
    counted = _COUNTED[limit.counts] + ("" if limit.at_most == 1 else "s")
    bucket = " and ".join(limit.per).replace("_", " ")
    return f"at most {limit.at_most} {counted} within {limit.within} per {bucket}"


_COUNTED = {
    "attempt": "attempt", "unanswered": "unanswered call", "connect": "connected attempt",
    "conversation": "conversation", "message": "message", "visit": "visit", "refused": "refusal",
}  # fmt: skip


def _as_recorded(line: Line, case: Case) -> list[Recorded]:
    """A line as an event of the case; one that is on its way as all that may come of it, told of one attempt."""
    at, event = line.at, line.event
    on = at.astimezone(case.zone).date()
    events = [event]
    if line.reserved and isinstance(event, ContactAttempted):
        one = {"attempt_id": event.attempt_id or f"{line.key} on its way"}
        events = [event.model_copy(update={**one, "outcome": outcome}) for outcome in _MAY_COME_OF_IT]
    return [Recorded(0, on, on, at, at, event) for event in events]


def day_after(last: date | None) -> date | None:
    """The day after a last one; None where there is none."""
    return None if last is None or last >= LAST_DAY else last + timedelta(days=1)


def lookback(machine: Machine) -> timedelta | None:
    """How far back a person's attempts matter to the limits of a machine; None: all of them do."""
    longest = timedelta(0)
    for bound in machine.limits:
        limit = bound.limit
        spans = [limit.within] if limit.within else []
        if "consent" in limit.excluding:
            if limit.consent_lasts is None:
                return None  # a conversation of any time ago may have ended a consent that still looks valid
            spans.append(limit.consent_lasts)
        reach = sum((looks_back(span) for span in spans), timedelta(0))
        counts = machine.law.spec.counts
        named = [counts[name].within for name in limit.guard.names if name in counts] if limit.guard else []
        longest = max([longest, reach, *(looks_back(span) for span in named)])
    return longest
