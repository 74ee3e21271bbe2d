"""Events of contact and assessment: who was reached, how, and what was learnt."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from overdue_flow.cases.events.base import Event, FactValue, Happening, Prose, Word
from overdue_flow.money import Amount

Channel = Literal["phone", "sms", "email", "letter", "visit", "app", "chat"]
Outcome = Literal[
    "no_answer", "busy", "not_in_service", "voicemail", "connected", "conversation", "delivered", "bounced", "refused"
]


class ContactAttempted(Happening):
    """One attempt, whoever made it. A `conversation` is the debt talked about with the right party."""

    kind: Literal["ContactAttempted"] = "ContactAttempted"
    channel: Channel
    outcome: Outcome
    direction: Literal["outbound", "inbound"] = "outbound"
    party: Literal["borrower", "co_borrower", "guarantor", "third_party", "representative"] = "borrower"
    contact_point: Word | None = None
    identity_verified: bool | None = None
    by: Word | None = None
    effect_id: Word | None = None
    summary: Prose = ""


class ConsentChanged(Happening):
    """Consent to contact given or withdrawn, for one channel or for all."""

    kind: Literal["ConsentChanged"] = "ConsentChanged"
    given: bool
    channel: Channel | None = None
    expires_on: date | None = None


class ChannelOptedOut(Happening):
    """The borrower asked not to be contacted by a channel; without `until`, for good."""

    kind: Literal["ChannelOptedOut"] = "ChannelOptedOut"
    channel: Channel
    until: date | None = None


class ContactPointLost(Happening):
    """A number or address no longer reaches the borrower."""

    kind: Literal["ContactPointLost"] = "ContactPointLost"
    contact_point: Word
    channel: Channel | None = None


class ContactPointFound(Happening):
    """失联修复: a number or address that reaches the borrower (again)."""

    kind: Literal["ContactPointFound"] = "ContactPointFound"
    contact_point: Word
    channel: Channel | None = None


class FinancesAssessed(Happening):
    """What the borrower earns, spends and owns, per month; and what was concluded from it."""

    kind: Literal["FinancesAssessed"] = "FinancesAssessed"
    income: Amount | None = None
    expenses: Amount | None = None
    assets: Amount | None = None
    ability: Literal["able", "partly_able", "unable"] | None = None
    willingness: Literal["willing", "hesitant", "unwilling"] | None = None
    overdue_cause: Word | None = None
    evidence: tuple[Word, ...] = ()


class FactsChanged(Happening):
    """The host's own facts, as of now. `max_age_days` says how long an asked fact may be relied on."""

    kind: Literal["FactsChanged"] = "FactsChanged"
    facts: dict[Word, FactValue | None]
    max_age_days: int | None = Field(default=None, ge=0)


class HostEvent(Happening):
    """An event of the host's own, declared under `events` in the policy with typed fields."""

    kind: Literal["HostEvent"] = "HostEvent"
    name: Word
    fields: dict[Word, FactValue | None] = Field(default_factory=dict)


__all__ = [
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
    "Outcome",
]
