"""Checked values of a policy beside its stages: what the host implements, and what may not be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from overdue_flow.cases.effects import Effect, EffectKind, Purpose
from overdue_flow.guards.tree import Guard
from overdue_flow.policy.declared import Counted, Excluded, Level, ParamType, Per, Strength
from overdue_flow.policy.spans import Span
from overdue_flow.policy.texts import Hours
from overdue_flow.problems import Place

Label: TypeAlias = Mapping[str, str]
"""Text by language, such as `{"en": "arrears cleared", "zh": "欠款已清"}`; the first is the default. Text that names no
language stands under ""."""


def default_text(label: Label) -> str:
    """What a label says in its first language; "" where it says nothing."""
    return next(iter(label.values()), "")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an action: its type, the words of a choice, and whether it may be left out."""

    type: ParamType
    of: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the host implements; `together`: to one person it goes out as one for several loans."""

    name: str
    kind: EffectKind
    purpose: Purpose | None
    params: Mapping[str, Parameter] = field(default_factory=dict)
    label: Label = field(default_factory=dict)
    place: Place | None = None
    together: bool = False


@dataclass(frozen=True, slots=True)
class Remedy:
    """Help or a judgment that the borrower finds outside the lender, and how to reach it."""

    name: str
    label: Label
    reach: Label
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A source: what is cited, how well it is known, since when it is in force, and the parts of the policy that rest
    on it, by id or name."""

    name: str
    citation: Label
    level: Level
    status: str = ""
    in_force: tuple[date | None, date | None] = (None, None)
    url: str = ""
    unverified: Label = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    place: Place | None = None

    @property
    def is_verified(self) -> bool:
        """Whether all of it was read in the primary text."""
        return self.level == "P" and not self.unverified


@dataclass(frozen=True, slots=True)
class Passing:
    """Contacts that a hold lets pass: those that match every line; an empty one matches all."""

    purposes: tuple[Purpose, ...] = ()
    channels: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    contact_points: tuple[str, ...] = ()

    def lets(self, purpose: str | None, params: Mapping[str, Any]) -> bool:
        """Whether a contact passes. One that does not say its channel may go by any, and passes by none that is
        named."""
        return (
            (not self.purposes or (purpose or "collect") in self.purposes)
            and (not self.channels or params.get("channel") in self.channels)
            and (not self.parties or params.get("party", "borrower") in self.parties)
            and (not self.contact_points or params.get("contact_point") in self.contact_points)
        )


@dataclass(frozen=True, slots=True)
class Limit:
    """What may not be done. It bears on effects that match `kinds`, `purposes`, `channels`, `parties` and
    `contact_points` (an empty one matches all) on days in `in_force` on which `guard` holds; it forbids them outside
    `hours`, on `blocked_days`, or beyond `at_most` of what it `counts` within `within` per `per`; with none of these,
    all of them.
    """

    id: str
    strength: Strength
    kinds: tuple[EffectKind, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    channels: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    contact_points: tuple[str, ...] = ()
    guard: Guard | None = None
    hours: Hours | None = None
    blocked_days: tuple[str | date, ...] = ()
    counts: Counted | None = None
    at_most: int | None = None
    within: Span | None = None
    per: tuple[Per, ...] = ("debt",)
    excluding: tuple[Excluded, ...] = ()
    consent_lasts: Span | None = None
    in_force: tuple[date | None, date | None] = (None, None)
    because: Label = field(default_factory=dict)
    place: Place | None = None

    def looks_at(self, effect: Effect) -> bool:
        """Whether the limit bears on an effect, by kind, purpose, channel, party and contact point. A contact that does
        not say its channel may go by any."""
        params = effect.params
        channel = params.get("channel")
        return (
            (not self.kinds or effect.kind in self.kinds)
            and (not self.purposes or effect.purpose in self.purposes)
            and (not self.channels or channel in self.channels or (channel is None and effect.kind == "contact"))
            and (not self.parties or params.get("party", "borrower") in self.parties)
            and (not self.contact_points or params.get("contact_point") in self.contact_points)
        )

    @property
    def forbids_all(self) -> bool:
        """Whether it forbids whatever it bears on: it says neither hours, nor days, nor a count."""
        return self.hours is None and not self.blocked_days and self.counts is None
