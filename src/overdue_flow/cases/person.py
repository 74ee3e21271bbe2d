"""A person's contacts over all of their loans: what limits count.

A limit per debt looks at one loan's lines; one per person, contact point or collector at all of them. The lines are the
very events that the loans heard, and reservations: contacts on their way, whose outcome is not known yet. A reservation
counts as an attempt.

Laws: `honest limits` (`tests/laws/test_no_block_is_broken.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, get_args

from overdue_flow.cases.effects import Effect
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.events.contact import Channel, ChannelOptedOut, ConsentChanged, ContactAttempted, Party

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

Spoken: TypeAlias = ContactAttempted | ConsentChanged | ChannelOptedOut
"""What a person's contacts are made of."""

SPOKEN: tuple[type[Event], ...] = (ContactAttempted, ConsentChanged, ChannelOptedOut)
"""The same, to ask an event."""


class Line(NamedTuple):
    """One line: the loan, the event's id (a reservation's: the effect's), the instant at which it took effect, the
    event. A reservation's event is the attempt as it would be, with the outcome `connected`: the most that may come."""

    case_id: str
    key: str
    at: datetime
    event: Spoken
    reserved: bool = False


class PersonContacts(NamedTuple):
    """The lines of one person, in the order in which they took effect."""

    lines: tuple[Line, ...] = ()


def in_time_order(lines: Iterable[Line]) -> PersonContacts:
    """The contacts that `lines` make, in order: by instant, then loan and key."""
    return PersonContacts(tuple(sorted(lines, key=lambda line: (line.at, line.case_id, line.key))))


def contacts_of(case: Case, since: datetime | None = None) -> PersonContacts:
    """What one loan alone knows of its person's contacts: attempts from `since` on (None: all), and every wish."""
    return in_time_order(
        Line(case.id, one.event.id or f"{case.id}:{one.seq}", one.happened_at, one.event)
        for one in case.events
        if isinstance(one.event, Spoken)
        and (since is None or one.happened_at >= since or not isinstance(one.event, ContactAttempted))
    )


def attempt_by(effect: Effect) -> ContactAttempted:
    """The attempt that a contact will be, as its parameters `channel`, `party`, `contact_point` and `collector` say;
    one that does not say its channel is taken as a call, of which the most may come. Somebody answers it."""
    said = effect.params
    channel, party = said.get("channel"), said.get("party")
    point, collector = said.get("contact_point"), said.get("collector")
    return ContactAttempted(
        channel=channel if channel in get_args(Channel) else "phone",
        outcome="connected",
        party=party if party in get_args(Party) else "borrower",
        contact_point=point if isinstance(point, str) and point else None,
        by=collector if isinstance(collector, str) and collector else None,
        effect_id=effect.id,
        purpose=effect.purpose,
    )
