"""What every event has: an id, an instant noticed, and a kind."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from overdue_flow.money import Amount, exact_decimal

Word: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]
"""An id, a name or a code: short text."""

Prose: TypeAlias = Annotated[str, Field(max_length=20_000)]
"""Free text written by people."""

Number: TypeAlias = Annotated[
    Decimal, BeforeValidator(exact_decimal), PlainSerializer(lambda value: f"{value:f}", return_type=str)
]
"""An exact number below 10**15."""

FactValue: TypeAlias = bool | int | str
"""A host fact as it travels: flags and counts as they are; numbers, amounts and dates as text. The policy types it."""


class Event(BaseModel):
    """Something that happened to a loan.

    `id` is the caller's idempotency key, unique per case. `at` is when the host noticed (the runtime's clock if
    absent); `happened_at` is when it took effect, where that can differ.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    PINNED: ClassVar[frozenset[str]] = frozenset()

    kind: str
    id: Word | None = None
    at: AwareDatetime | None = None

    def took_effect_at(self) -> datetime | None:
        """The instant at which the event took effect, where the host says one apart from when it noticed."""
        return None

    def took_effect_on(self, zone: ZoneInfo) -> date | None:
        """The day on which the event took effect, in the case's time zone; None when `at` is not known either."""
        instant = self.took_effect_at() or self.at
        return None if instant is None else instant.astimezone(zone).date()

    def content(self) -> dict[str, Any]:
        """What the event says, without when it was noticed."""
        return self.model_dump(mode="json", exclude={"at"}, exclude_defaults=True) | {"kind": self.kind}

    def repeats(self, earlier: Event) -> bool:
        """Whether this event says what `earlier` said. What a policy pinned on the earlier one is not compared."""
        mine, theirs = self.content(), earlier.content()
        return mine == {name: said for name, said in theirs.items() if name in mine or name not in self.PINNED}


class Happening(Event):
    """An event that may have taken effect before it was noticed."""

    happened_at: AwareDatetime | None = None

    def took_effect_at(self) -> datetime | None:
        """`happened_at`."""
        return self.happened_at


class Instalment(BaseModel):
    """What falls due on one day. Give `amount` (the ledger takes all of it as principal) or the components."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    due_on: date
    id: Word | None = None
    amount: Amount | None = None
    principal: Amount = Decimal(0)
    interest: Amount = Decimal(0)
    costs: Amount = Decimal(0)
