"""What every event has: an id, an instant noticed, and a kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeAlias

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


FIRST_YEAR, LAST_YEAR = 1900, 2200
"""The years in which days of a loan may lie; another one is a slip of the pen, and leaves no days to count from."""


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

    def repeats(self, earlier: Event) -> bool:
        """Whether this event says what `earlier` said: 1.0 is 1.00, and one instant is itself in every time zone.

        When each was noticed, and what a policy pinned on the earlier one, is not compared.
        """
        left_out: dict[str, Any] = {name: None for name in ("at", *self.PINNED) if getattr(self, name) is None}
        return self.model_copy(update={"at": None}) == earlier.model_copy(update={"at": None} | left_out)

    def days(self) -> Iterator[date]:
        """Every day that the event names, those of its instants as they stand there."""
        for value in vars(self).values():
            if isinstance(value, date):
                yield value.date() if isinstance(value, datetime) else value
        for instalment in getattr(self, "instalments", ()):
            yield instalment.due_on


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
