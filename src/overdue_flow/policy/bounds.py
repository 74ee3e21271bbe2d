"""Checked values of a policy beside its stages: what the host implements, and what may not be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from overdue_flow.cases.effects import Effect, EffectKind, Purpose
from overdue_flow.guards.tree import Guard
from overdue_flow.policy.declared import Counted, Excluded, ParamType, Per, Strength
from overdue_flow.policy.spans import Span
from overdue_flow.policy.texts import Hours
from overdue_flow.problems import Place

Label: TypeAlias = Mapping[str, str]
"""Text by language, such as `{"en": "arrears cleared", "zh": "欠款已清"}`; the first is the default. Text that names no
language stands under ""."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an action: its type, the words of a choice, and whether it may be left out."""

    type: ParamType
    of: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the host implements."""

    name: str
    kind: EffectKind
    purpose: Purpose | None
    params: Mapping[str, Parameter] = field(default_factory=dict)
    label: Label = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """What may not be done. It bears on effects that match `kinds`, `purposes`, `channels` and `parties` (an empty one
    matches all) on days in `in_force` on which `guard` holds; it forbids them outside `hours`, or beyond `at_most` of
    what it `counts` within `within` per `per`; with neither, all of them.
    """

    id: str
    strength: Strength
    kinds: tuple[EffectKind, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    channels: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    guard: Guard | None = None
    hours: Hours | None = None
    counts: Counted | None = None
    at_most: int | None = None
    within: Span | None = None
    per: Per = "debt"
    excluding: tuple[Excluded, ...] = ()
    in_force: tuple[date | None, date | None] = (None, None)
    because: Label = field(default_factory=dict)
    place: Place | None = None

    def looks_at(self, effect: Effect) -> bool:
        """Whether the limit bears on an effect, by kind, purpose, channel and party."""
        asked = (
            (self.kinds, effect.kind),
            (self.purposes, effect.purpose),
            (self.channels, effect.params.get("channel")),
            (self.parties, effect.params.get("party", "borrower")),
        )
        return all(not allowed or found in allowed for allowed, found in asked)
