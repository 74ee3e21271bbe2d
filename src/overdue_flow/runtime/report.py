"""What a delivery came to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from overdue_flow.cases.effects import Effect


class NotDelivered(NamedTuple):
    """An effect that did not go out, and why. `how` is that of `EffectWithheld`, `left` (to a worker that has its
    version), `failed` (it is tried again) or `parked` (a person must look: `redeliver`)."""

    effect: Effect
    how: str
    reason: str


@dataclass(slots=True)
class DeliveryReport:
    """What became of the effects that were due. In a loop it gives those that were delivered."""

    delivered: list[Effect] = field(default_factory=list)
    withheld: list[NotDelivered] = field(default_factory=list)
    failed: list[NotDelivered] = field(default_factory=list)
    parked: list[NotDelivered] = field(default_factory=list)

    def __iter__(self) -> Iterator[Effect]:
        return iter(self.delivered)

    def __len__(self) -> int:
        return len(self.delivered)
