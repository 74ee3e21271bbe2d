"""What a limit counts: the lines of a person's contacts that are of its kind, in its bucket, and not left out.

One line is one attempt. Outbound are all kinds but conversations, which count whoever began them. A line counts for a
limit when it is of what the limit looks at (channel, purpose, contact point), went to the same party (or to one of
those that the limit names), and lies in its bucket: `debt`, the same loan; `contact_point` and `collector`, the same
one; `person`, all of them. A purpose, contact point or collector that is not known may be any. An attempt that was
told to several loans is one attempt.

What is on its way counts as whatever may still come of it. What was made while a consent held does not count for a
limit that excludes it: the consent was given before, for that channel, on that loan; it has not expired, nothing was
said of the channel since (another consent, a withdrawal, an opt-out on any loan), and there was no conversation since.
A contact that does not say its channel may go by any: it is made with consent where every channel has one, and an
opt-out of any channel forbids it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from overdue_flow.cases.attempts import ANSWERED, CHANNELS, CHANNELS_OF, NOT_CONNECTED, TALKED
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.events import ChannelOptedOut, ConsentChanged, ContactAttempted
from overdue_flow.cases.person import Line
from overdue_flow.cases.windows import Window
from overdue_flow.engine.hours import from_day
from overdue_flow.policy.bounds import Limit
from overdue_flow.policy.spans import Span
from overdue_flow.policy.words import window_of


class Ledger:
    """A person's contacts as one contact to be made sees them. Its own reservation is left out."""

    def __init__(self, lines: Iterable[Line], effect: Effect, case_id: str, zone: ZoneInfo) -> None:
        self.case_id = case_id
        self.zone = zone
        self.towards: Any = effect.params
        self.lines = [line for line in lines if not (line.reserved and line.key == effect.id)]

    @cached_property
    def wishes(self) -> tuple[Line, ...]:
        """What the person said about being contacted, the latest first."""
        return tuple(line for line in reversed(self.lines) if not isinstance(line.event, ContactAttempted))

    def counted(self, limit: Limit, since: datetime) -> list[datetime]:
        """The instants, from `since` on and in order, at which something took effect that the limit counts."""
        found: dict[tuple[str, str], datetime] = {}
        for line in self.lines[bisect_left(self.lines, since, key=lambda one: one.at) :]:
            event = line.event
            if isinstance(event, ContactAttempted) and self._counts(limit, line, event):
                one = ("", event.attempt_id) if event.attempt_id else (line.case_id, line.key)
                found.setdefault(one, line.at)
        return sorted(found.values())

    def _counts(self, limit: Limit, line: Line, event: ContactAttempted) -> bool:
        left_out = limit.excluding
        return (
            is_counted(limit.counts or "attempt", event, reserved=line.reserved)
            and not ("inbound" in left_out and event.direction == "inbound")
            and not ("not_connected" in left_out and not line.reserved and event.outcome in NOT_CONNECTED)
            and (not limit.channels or event.channel in limit.channels)
            and (not limit.purposes or event.purpose in (None, *limit.purposes))
            and event.party in (limit.parties or (self.towards.get("party") or "borrower",))
            and (not limit.contact_points or event.contact_point in (None, *limit.contact_points))
            and self._in_bucket(limit, line, event)
            and not ("consent" in left_out and self.consented(limit, event.channel, line.at, line.case_id, line))
        )

    def _in_bucket(self, limit: Limit, line: Line, event: ContactAttempted) -> bool:
        if "debt" in limit.per and line.case_id != self.case_id:
            return False
        if "contact_point" in limit.per and not _same(event.contact_point, self.towards.get("contact_point")):
            return False
        return "collector" not in limit.per or _same(event.by, self.towards.get("collector"))

    def consented(
        self, limit: Limit, channel: str | None, at: datetime, case_id: str = "", made: Line | None = None
    ) -> bool:
        """Whether a contact by `channel` at `at` is made with a consent; `made` is the contact itself, where it was."""
        loan = case_id or self.case_id
        return all(self._consented(limit, one, at, loan, made) for one in _may_go_by(channel))

    def _consented(self, limit: Limit, channel: str, at: datetime, case_id: str, made: Line | None) -> bool:
        said = self._word_on(channel, at, case_id)
        if said is None or not _is_consent(said, self._day(at)):
            return False
        if limit.consent_lasts is not None:
            window = window_of(limit.consent_lasts) or Window(1)
            if self._day(at) >= window.leaves_on(self._day(said.at)):
                return False
        return not any(
            said.at < line.at <= at and _may_be_talk(line) and not _is_one_with(line, made)
            for line in self.lines[bisect_left(self.lines, said.at, key=lambda one: one.at) :]
        )

    def _word_on(self, channel: str, at: datetime, case_id: str) -> Line | None:
        """The latest word, not after `at`, on contact by `channel` about one loan. An opt-out is about all of them."""
        for line in self.wishes:
            about = line.case_id == case_id or isinstance(line.event, ChannelOptedOut)
            if about and line.at <= at and speaks_of(line, channel):
                return line
        return None

    def opted_out_until(self, channel: str | None, day: date) -> date | None:
        """Until when the person, on any of their loans, does not want to be contacted by `channel`, as known on `day`:
        the first day on which they do not mind, `day` itself where they do not; None where there is none."""
        ends = [self._opted_out_until(one, day) for one in _may_go_by(channel)]
        return max((one for one in ends if one is not None), default=day) if None not in ends else None

    def _opted_out_until(self, channel: str, day: date) -> date | None:
        words = [line for line in self.wishes if speaks_of(line, channel)]
        if words and _is_consent(words[0], day):
            return day
        ends = [line.event.until for line in words if isinstance(line.event, ChannelOptedOut)]
        return max((one for one in ends if one is not None and one > day), default=day) if None not in ends else None

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


def is_counted(counts: str, event: ContactAttempted, *, reserved: bool = False) -> bool:
    """Whether an attempt is of the kind that is counted, or may still become one where it is on its way."""
    if counts == "conversation":
        return event.outcome == "conversation" or (reserved and event.channel in TALKED)
    if event.direction == "inbound" or event.channel not in CHANNELS_OF[counts]:
        return False
    if counts == "connect":
        return reserved or event.outcome in ANSWERED
    if counts == "unanswered":
        return reserved or event.outcome not in ANSWERED
    if counts == "refused":
        return reserved or event.outcome == "refused"
    return True


def speaks_of(line: Line, channel: str) -> bool:
    """Whether a line is a wish about contact by `channel`."""
    event = line.event
    return not isinstance(event, ContactAttempted) and event.channel in (None, channel)


def _is_consent(line: Line, day: date) -> bool:
    """Whether a line is a consent that has not expired by `day`."""
    event = line.event
    return isinstance(event, ConsentChanged) and event.given and (event.expires_on is None or day < event.expires_on)


def _may_go_by(channel: str | None) -> tuple[str, ...]:
    """The channels by which a contact may go: any, where it does not say."""
    return (channel,) if channel else CHANNELS


def _is_one_with(line: Line, made: Line | None) -> bool:
    """Whether two lines tell of one attempt."""
    if made is None or line is made:
        return line is made
    one, other = line.event, made.event
    assert isinstance(one, ContactAttempted), "wishes are no talk"
    return one.attempt_id is not None and one.attempt_id == getattr(other, "attempt_id", None)


def _may_be_talk(line: Line) -> bool:
    return isinstance(line.event, ContactAttempted) and is_counted("conversation", line.event, reserved=line.reserved)


def _same(one: str | None, other: Any) -> bool:
    return one is None or other is None or one == other


# --- windows ---


def first_below(
    counted: list[datetime], at_most: int, within: Span, zone: ZoneInfo, instant: datetime
) -> datetime | None:
    """The first instant from `instant` on at which fewer than `at_most` of what was counted lie in the window; None
    for never.

    A window of hours rolls from instant to instant; one of days holds whole days on the clocks of `zone`, an event's
    own being the first. What is later than `instant` counts too: a clock set back has not unmade what was done.
    """
    if at_most < 1:
        return None
    if within.unit == "hours":
        length = timedelta(hours=within.count)
        inside = [one + length for one in counted if one + length > instant]
        return instant if len(inside) < at_most else inside[len(inside) - at_most]
    window = window_of(within)
    assert window is not None, "the loader takes no other span for a window"
    days = sorted(one.astimezone(zone).date() for one in counted)
    inside_days = days[bisect_left(days, window.begins_on(instant.astimezone(zone).date())) :]
    if len(inside_days) < at_most:
        return instant
    leaves_on = window.leaves_on(inside_days[len(inside_days) - at_most])
    return None if leaves_on >= LAST_DAY else from_day(leaves_on, zone, instant)


LAST_DAY = date.max - timedelta(days=400)
"""Whatever ends later than this does not end."""


def looks_back(within: Span) -> timedelta:
    """A time that is surely longer than the window, wherever its days begin."""
    if within.unit == "hours":
        return timedelta(hours=within.count, days=3)
    longest = {"days": 1, "weeks": 7, "months": 31, "years": 366}
    return timedelta(days=within.count * longest[within.unit.removeprefix("calendar ")] + 3)
