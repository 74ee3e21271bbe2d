"""Events of contact and assessment: who was reached, how, and what was learnt."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from overdue_flow.cases.effects import Purpose
from overdue_flow.cases.events.base import Event, FactsOrNone, Happening, Prose, Word, Words, ZoneNames
from overdue_flow.money import Amount

Channel = Literal["phone", "sms", "email", "letter", "visit", "app", "chat"]
Party = Literal["borrower", "co_borrower", "guarantor", "third_party", "representative"]
Outcome = Literal[
    "no_answer", "busy", "not_in_service", "voicemail", "connected", "conversation", "delivered", "bounced", "refused"
]


class ContactAttempted(Happening):
    """One attempt, whoever made it. A `conversation` is the debt talked about with the right party.

    An attempt that speaks of several loans is told to each; `attempt_id` says that it was one.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"contact_point", "by", "summary"})

    kind: Literal["ContactAttempted"] = "ContactAttempted"
    channel: Channel
    outcome: Outcome
    direction: Literal["outbound", "inbound"] = "outbound"
    party: Party = "borrower"
    contact_point: Word | None = None
    identity_verified: bool | None = None
    by: Word | None = None
    effect_id: Word | None = None
    attempt_id: Word | None = None
    purpose: Purpose | None = None
    summary: Prose = ""


class ConsentChanged(Happening):
    """Consent to contact given or withdrawn, for one channel or for all. Whatever is said later of a channel ends a
    consent to it; withdrawn, it is gone, and forbids nothing by itself."""

    kind: Literal["ConsentChanged"] = "ConsentChanged"
    given: bool
    channel: Channel | None = None
    expires_on: date | None = None


class ChannelOptedOut(Happening):
    """The borrower asked not to be contacted by a channel; without `until`, for good."""

    kind: Literal["ChannelOptedOut"] = "ChannelOptedOut"
    channel: Channel
    until: date | None = None


class BorrowerLocated(Happening):
    """Where the borrower is now, as time zones such as `America/New_York`; hours of contact must suit all of them.

    Without any, the loan's own time zone counts again.
    """

    kind: Literal["BorrowerLocated"] = "BorrowerLocated"
    time_zones: ZoneNames = ()


class ContactPointLost(Happening):
    """A number or address no longer reaches the borrower."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"contact_point"})

    kind: Literal["ContactPointLost"] = "ContactPointLost"
    contact_point: Word
    channel: Channel | None = None


class ContactPointFound(Happening):
    """失联修复: a number or address that reaches the borrower (again)."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"contact_point"})

    kind: Literal["ContactPointFound"] = "ContactPointFound"
    contact_point: Word
    channel: Channel | None = None


class FinancesAssessed(Happening):
    """What the borrower earns, spends and owns, per month; and what was concluded from it."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"overdue_cause", "evidence"})

    kind: Literal["FinancesAssessed"] = "FinancesAssessed"
    income: Amount | None = None
    expenses: Amount | None = None
    assets: Amount | None = None
    ability: Literal["able", "partly_able", "unable"] | None = None
    willingness: Literal["willing", "hesitant", "unwilling"] | None = None
    overdue_cause: Word | None = None
    evidence: Words = ()


class FactsChanged(Happening):
    """The host's own facts, as of now. `max_age_days` says how long an asked fact may be relied on."""

    kind: Literal["FactsChanged"] = "FactsChanged"
    facts: FactsOrNone
    max_age_days: int | None = Field(default=None, ge=0, lt=10**15)


class HostEvent(Happening):
    """An event of the host's own, declared under `events` in the policy with typed fields."""

    kind: Literal["HostEvent"] = "HostEvent"
    name: Word
    fields: FactsOrNone = Field(default_factory=dict)


__all__ = [
    "BorrowerLocated",
    "Channel",
    "ChannelOptedOut",
    "ConsentChanged",
    "ContactAttempted",
    "ContactPointFound",
    "ContactPointLost",
    "Event",
    "FactsChanged",
    "FinancesAssessed",
    "HostEvent",
    "Party",
    "Outcome",
]
