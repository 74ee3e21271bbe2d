"""Attempts to reach the borrower: what each was, and what a row of them comes to.

Three things are kept apart: an **attempt** (whatever came of it), a **contact** (something got through), a
**conversation** (the debt was talked about with the right party).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple, get_args

from overdue_flow.cases.events.contact import Channel, ContactAttempted
from overdue_flow.cases.turn import Order, Recorded
from overdue_flow.guards.vocabulary import Fact, Kind

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

CHANNELS: tuple[str, ...] = get_args(Channel)
"""Every channel that an attempt can go by."""

REACHED = frozenset({"voicemail", "connected", "conversation", "delivered", "refused"})
"""Outcomes in which something got through to the borrower's side: a contact."""

ANSWERED = frozenset({"connected", "conversation"})
"""Outcomes in which somebody answered. A message that was delivered, bounced or refused got no answer."""

TALKED = frozenset({"phone", "visit", "chat", "app"})
"""Channels by which somebody may answer, and talk about the debt."""

WRITTEN = frozenset({"sms", "email", "letter", "app", "chat"})
"""Channels of messages."""

NOT_CONNECTED = frozenset({"busy", "not_in_service", "bounced"})
"""Outcomes in which nothing was reached that was dialled or written to."""

CHANNELS_OF: dict[str, frozenset[str]] = {
    "attempt": TALKED | WRITTEN,
    "unanswered": frozenset({"phone"}),
    "connect": TALKED,
    "conversation": TALKED | WRITTEN,
    "message": WRITTEN,
    "visit": frozenset({"visit"}),
    "refused": TALKED | WRITTEN,
}
"""By which channels what is counted may come about."""

BORROWERS = frozenset({"borrower", "co_borrower"})
"""Who owes the money."""

THE_BORROWER = frozenset({"borrower", "co_borrower", "representative"})
"""The parties whose attempts the facts are about; guarantors and third parties are kept for the limits alone."""

# --- what it holds ---


class Attempt(NamedTuple):
    """One attempt, with all that a limit may ask about it. `order` is its place in time, `on` its day."""

    order: Order
    channel: str
    outcome: str
    direction: str
    party: str
    contact_point: str | None = None
    by: str | None = None
    identity_verified: bool | None = None
    effect_id: str | None = None
    attempt_id: str | None = None

    @property
    def on(self) -> date:
        """The day of the attempt, in the case's time zone."""
        return self.order[0]

    @property
    def happened_at(self) -> datetime:
        """The instant of the attempt."""
        return self.order[1]

    @property
    def inbound(self) -> bool:
        """Whether it came from the borrower's side."""
        return self.direction == "inbound"

    @property
    def of_the_borrower(self) -> bool:
        """Whether it was with the borrower, a co-borrower or who speaks for them."""
        return self.party in THE_BORROWER

    @property
    def reached(self) -> bool:
        """Whether something got through; what the borrower sends always does."""
        return self.inbound or self.outcome in REACHED

    @property
    def answered(self) -> bool:
        """Whether somebody answered; whoever turns to us has answered."""
        return self.inbound or self.outcome in ANSWERED


class Tally(NamedTuple):
    """What a row of attempts comes to, all of them or those by one channel."""

    last_attempt_on: date | None = None
    last_contact_on: date | None = None
    last_conversation_on: date | None = None
    unanswered_in_a_row: int = 0

    def after(self, attempt: Attempt) -> Tally:
        """The tally with one more attempt, later than the others."""
        if not attempt.of_the_borrower:
            return self
        on = attempt.on
        return Tally(
            last_attempt_on=self.last_attempt_on if attempt.inbound else on,
            last_contact_on=on if attempt.reached else self.last_contact_on,
            last_conversation_on=on if attempt.outcome == "conversation" else self.last_conversation_on,
            unanswered_in_a_row=0 if attempt.answered else self.unanswered_in_a_row + 1,
        )

    def beside(self, attempt: Attempt, later: Iterable[Attempt]) -> Tally:
        """The tally with one more attempt; those `later` than it are known already."""
        if not attempt.of_the_borrower:
            return self
        followed_by = sum([one.party in THE_BORROWER for one in later])
        in_a_row = self.unanswered_in_a_row
        if followed_by <= in_a_row:  # none of those was answered
            in_a_row = followed_by if attempt.answered else in_a_row + 1
        return Tally(
            last_attempt_on=_latest(self.last_attempt_on, attempt, not attempt.inbound),
            last_contact_on=_latest(self.last_contact_on, attempt, attempt.reached),
            last_conversation_on=_latest(self.last_conversation_on, attempt, attempt.outcome == "conversation"),
            unanswered_in_a_row=in_a_row,
        )


def _latest(known: date | None, attempt: Attempt, counts: bool) -> date | None:
    return max(known or attempt.on, attempt.on) if counts else known


NO_ATTEMPTS = Tally()


# --- how it evolves ---


def attempt_of(event: ContactAttempted, recorded: Recorded) -> Attempt:
    """The attempt that an event tells of."""
    return Attempt(
        order=recorded.order,
        channel=event.channel,
        outcome=event.outcome,
        direction=event.direction,
        party=event.party,
        contact_point=event.contact_point,
        by=event.by,
        identity_verified=event.identity_verified,
        effect_id=event.effect_id,
        attempt_id=event.attempt_id,
    )


# --- the facts it offers ---


def _of_all(name: str) -> Callable[[Case, date], date | None]:
    return lambda case, _day: getattr(case.contacts.tally, name)


def _of_channel(channel: str, name: str) -> Callable[[Case, date], date | int | None]:
    return lambda case, _day: getattr(case.contacts.by_channel.get(channel, NO_ATTEMPTS), name)


_ROW_DOC = (
    "Attempts to reach the borrower since one was answered, in the order in which they took effect. A call that "
    "connected and whatever the borrower sends count as answered; a message that was delivered does not. Attempts with "
    "guarantors and third parties do not count."
)
_CONTACT_DOC = (
    "Something got through: a call that connected, a voicemail, a message that was delivered or refused, or word from "
    "the borrower."
)


def _by_channel(channel: str) -> tuple[Fact, ...]:
    return (
        Fact(
            f"last_contact_by_{channel}_on",
            Kind.DATE,
            f"date of the last contact by {channel}",
            _of_channel(channel, "last_contact_on"),
            may_be_missing=True,
            doc=_CONTACT_DOC,
        ),
        Fact(
            f"unanswered_{channel}_attempts_in_a_row",
            Kind.NUMBER,
            f"unanswered attempts in a row by {channel}",
            _of_channel(channel, "unanswered_in_a_row"),
            unit="times",
            doc=_ROW_DOC,
        ),
    )


ATTEMPT_FACTS: tuple[Fact, ...] = (
    Fact(
        "last_attempt_on",
        Kind.DATE,
        "date of the last attempt to reach the borrower",
        _of_all("last_attempt_on"),
        may_be_missing=True,
        doc="Any outbound attempt, whatever came of it.",
    ),
    Fact(
        "last_contact_on",
        Kind.DATE,
        "date of the last contact",
        _of_all("last_contact_on"),
        may_be_missing=True,
        doc=_CONTACT_DOC,
    ),
    Fact(
        "last_conversation_on",
        Kind.DATE,
        "date of the last conversation",
        _of_all("last_conversation_on"),
        may_be_missing=True,
        doc="The debt was talked about with the right party.",
    ),
    Fact(
        "unanswered_attempts_in_a_row",
        Kind.NUMBER,
        "unanswered attempts in a row",
        lambda case, _day: case.contacts.tally.unanswered_in_a_row,
        unit="times",
        doc=_ROW_DOC,
    ),
    *(fact for channel in CHANNELS for fact in _by_channel(channel)),
)
"""What the attempts come to, over all channels and by each."""
