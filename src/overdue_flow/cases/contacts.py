"""Contacts: who was reached, how, and how and where the borrower may be reached.

A wish is the borrower's word on being contacted: a consent, a consent withdrawn, an opt-out. A consent holds while it
is the latest word on its channel; whatever is said after it ends it for good, so that the shorter consent given later
is the one that counts. While a consent holds it takes opt-outs before it back; when it has ended, those that have not
ended forbid again. A consent withdrawn is no opt-out.

Laws: `facts move only when they say`, `counters do not depend on the order of arrival` (both in `tests/laws/`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, NamedTuple

from overdue_flow.cases.attempts import ATTEMPT_FACTS, CHANNELS, NO_ATTEMPTS, Attempt, Tally, attempt_of
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.events.contact import (
    BorrowerLocated,
    ChannelOptedOut,
    ConsentChanged,
    ContactAttempted,
    ContactPointFound,
    ContactPointLost,
)
from overdue_flow.cases.events.ledger import CaseAdopted, LoanOpened
from overdue_flow.cases.turn import Order, Recorded, in_order
from overdue_flow.cases.values import changed
from overdue_flow.errors import EventRefused
from overdue_flow.guards.vocabulary import Fact, Kind, Motion

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Wish:
    """What the borrower said about being contacted by a channel (None: by any). `until` is the first day without it."""

    order: Order
    channel: str | None
    says: Literal["consent", "withdrawal", "opt_out"]
    until: date | None = None

    def speaks_of(self, channel: str) -> bool:
        """Whether it is about `channel`."""
        return self.channel in (None, channel)

    def holds(self, says: str, day: date) -> bool:
        """Whether it is such a word, and has not ended by `day`."""
        return self.says == says and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class PointWord:
    """A contact point was lost, or found (again)."""

    order: Order
    contact_point: str
    channel: str | None
    lost: bool


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the borrower was said to be, as names of time zones; without any, where the loan is."""

    order: Order
    time_zones: tuple[str, ...]


_BY_NONE: Mapping[str, Tally] = {}
_UNHEARD_OF: Mapping[str, bool] = {}


class Contacts(NamedTuple):
    """Every attempt, wish, contact point and place, in the order in which they took effect; what they come to.

    `reach` says of every contact point that is known whether it is lost, from the first word about one on.
    """

    attempts: tuple[Attempt, ...] = ()
    tally: Tally = NO_ATTEMPTS
    by_channel: Mapping[str, Tally] = _BY_NONE
    wishes: tuple[Wish, ...] = ()
    points: tuple[PointWord, ...] = ()
    reach: Mapping[str, bool] = _UNHEARD_OF
    lost: bool = False
    places: tuple[Whereabouts, ...] = ()

    @property
    def zones(self) -> tuple[str, ...]:
        """The time zones in which the borrower is, as last told; empty where they are not known."""
        return self.places[-1].time_zones if self.places else ()

    def opted_out(self, channel: str, day: date) -> bool:
        """Whether an opt-out of `channel` holds on `day`, and no consent takes it back."""
        if not self.wishes or self.has_consented(channel, day):
            return False
        return any(wish.speaks_of(channel) and wish.holds("opt_out", day) for wish in self.wishes)

    def has_consented(self, channel: str, day: date) -> bool:
        """Whether the latest word on `channel` is a consent, and has not ended by `day`."""
        latest = next((wish for wish in reversed(self.wishes) if wish.speaks_of(channel)), None)
        return latest is not None and latest.holds("consent", day)

    def unreachable_points(self) -> frozenset[str]:
        """The contact points that no longer reach the borrower."""
        return frozenset(point for point, lost in self.reach.items() if lost)


# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (
    LoanOpened,
    CaseAdopted,
    BorrowerLocated,
    ContactAttempted,
    ConsentChanged,
    ChannelOptedOut,
    ContactPointLost,
    ContactPointFound,
)

# --- how it evolves ---


def evolve(state: Contacts, recorded: Recorded, case: Case) -> Contacts:
    """The contacts after an event. EventRefused for an opt-out or consent that ends before it begins."""
    event = recorded.event
    if isinstance(event, LoanOpened):
        return _located(state, recorded, event.borrower_zones) if event.borrower_zones else state
    if isinstance(event, BorrowerLocated):
        return _located(state, recorded, event.time_zones)
    new: PointWord | Attempt | None = None
    if isinstance(event, ContactAttempted):
        new = attempt_of(event, recorded)
        state = _attempted(state, new)
    elif isinstance(event, ChannelOptedOut):
        return _wished(state, recorded, Wish(recorded.order, event.channel, "opt_out", event.until))
    elif isinstance(event, ConsentChanged):
        says: Literal["consent", "withdrawal"] = "consent" if event.given else "withdrawal"
        return _wished(state, recorded, Wish(recorded.order, event.channel, says, event.expires_on))
    elif isinstance(event, ContactPointLost | ContactPointFound):
        lost = isinstance(event, ContactPointLost)
        new = PointWord(recorded.order, event.contact_point, event.channel, lost)
        state = changed(state, points=in_order(state.points, new))
    if not state.points or new is None:
        return state
    state = changed(state, reach=_known(state, new))
    return changed(state, lost=_all_lost(state))


def _attempted(state: Contacts, attempt: Attempt) -> Contacts:
    """Most attempts are the latest, and add to the tallies; for a back-dated one, those after it are counted."""
    attempts = in_order(state.attempts, attempt)
    channel = attempt.channel
    of_channel = state.by_channel.get(channel, NO_ATTEMPTS)
    if attempts[-1] is attempt:
        tally, of_channel = state.tally.after(attempt), of_channel.after(attempt)
    else:
        later = attempts[bisect_right(attempts, attempt.order, key=attrgetter("order")) :]
        tally = state.tally.beside(attempt, later)
        of_channel = of_channel.beside(attempt, [one for one in later if one.channel == channel])
    return changed(state, attempts=attempts, tally=tally, by_channel={**state.by_channel, channel: of_channel})


def _wished(state: Contacts, recorded: Recorded, wish: Wish) -> Contacts:
    if wish.until is not None and wish.until < recorded.on:
        raise EventRefused(f"a wish of {recorded.on} about being contacted cannot end before it, on {wish.until}")
    return changed(state, wishes=in_order(state.wishes, wish))


def _located(state: Contacts, recorded: Recorded, time_zones: tuple[str, ...]) -> Contacts:
    return changed(state, places=in_order(state.places, Whereabouts(recorded.order, time_zones)))


def _known(state: Contacts, new: PointWord | Attempt) -> dict[str, bool]:
    """`Contacts.reach` with one more word or attempt; what is back-dated has all of them told again."""
    earlier: tuple[PointWord | Attempt, ...] = (*state.points[-1:], *state.attempts[-1:])
    first_word = state.points == (new,)
    if not first_word and all(one is new or one.order < new.order for one in earlier):
        return _told(state.reach, (new,))
    words: tuple[PointWord | Attempt, ...] = (*state.points, *state.attempts)
    return _told({}, sorted(words, key=attrgetter("order")))


def _told(lost: Mapping[str, bool], words: Iterable[PointWord | Attempt]) -> dict[str, bool]:
    """Every contact point that is known, and whether it is lost. An attempt that reached somebody finds it again."""
    found = dict(lost)
    for one in words:
        if isinstance(one, PointWord):
            found[one.contact_point] = one.lost
        elif one.contact_point and one.of_the_borrower:
            found[one.contact_point] = found.get(one.contact_point, False) and not one.reached
    return found


def _all_lost(state: Contacts) -> bool:
    """Lost contact: no known point reaches the borrower, and nobody has answered since the last one was lost."""
    if not all(state.reach.values()):
        return False
    lost_last = next(word.order for word in reversed(state.points) if word.lost)
    later = takewhile(lambda one: one.order > lost_last, reversed(state.attempts))
    return not any(one.answered and one.of_the_borrower for one in later)


# --- the facts it offers ---


def _opted_out_until(channel: str) -> Callable[[Case, date], date | None]:
    def until(case: Case, day: date) -> date | None:
        wishes = case.contacts.wishes
        ends = (wish.until for wish in wishes if wish.until and wish.until > day and wish.speaks_of(channel))
        return min(ends, default=None) if wishes else None

    return until


def _opted_out(channel: str) -> Fact:
    return Fact(
        f"opted_out_{channel}",
        Kind.FLAG,
        f"the borrower opted out of {channel}",
        lambda case, day: case.contacts.opted_out(channel, day),
        motion=Motion.CLOCK,
        until=_opted_out_until(channel),
        doc=(
            "An opt-out of the channel has not ended, and no consent given after it holds. A consent withdrawn is no"
            " opt-out."
        ),
    )


FACTS: tuple[Fact, ...] = (
    *ATTEMPT_FACTS,
    Fact(
        "contact_lost",
        Kind.FLAG,
        "contact with the borrower is lost",
        lambda case, _day: case.contacts.lost,
        label_zh="失联",
        doc="Every contact point that is known was lost, and nobody has answered since.",
    ),
    *(_opted_out(channel) for channel in CHANNELS),
)
"""The facts of contact."""
