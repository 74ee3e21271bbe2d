"""What every event has: an id, an instant noticed, and a kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from overdue_flow.cases.terms import Terms
from overdue_flow.errors import shown
from overdue_flow.money import Amount, exact_decimal

Word: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]
"""An id, a name or a code: short text."""

Prose: TypeAlias = Annotated[str, Field(max_length=20_000)]
"""Free text written by people."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise ValueError(f"there is no time zone `{shown(name)}`; expected a name such as `Asia/Shanghai`") from None
    return name


ZoneName: TypeAlias = Annotated[Word, AfterValidator(_known_zone)]
"""The name of a time zone."""


def _in_a_known_zone(terms: Terms) -> Terms:
    _known_zone(terms.time_zone)
    return terms


CaseTerms: TypeAlias = Annotated[Terms, AfterValidator(_in_a_known_zone)]
"""Terms that a case can run under: somewhere it is the day that they speak of."""


def _at_its_offset(instant: datetime) -> datetime:
    """The same instant with its distance from UTC in place of the zone's name, as text says it."""
    offset = instant.utcoffset() or timedelta(0)
    if offset.seconds % 60:
        # the local mean time of a city long ago, which no text says exactly
        return (instant.replace(tzinfo=UTC) - offset) if instant.year >= FIRST_YEAR else instant.replace(tzinfo=UTC)
    return instant.replace(tzinfo=timezone(offset), fold=0) if isinstance(instant.tzinfo, ZoneInfo) else instant


Instant: TypeAlias = Annotated[AwareDatetime, AfterValidator(_at_its_offset)]
"""A point in time. It equals itself whatever it was read from: one with a zone's name would not, in the hour that comes
twice when the clocks go back."""

Number: TypeAlias = Annotated[
    Decimal, BeforeValidator(exact_decimal), PlainSerializer(lambda value: f"{value:f}", return_type=str)
]
"""An exact number below 10**15."""

Count: TypeAlias = Annotated[int, Field(gt=-(10**15), lt=10**15)]
"""A whole number."""

FactValue: TypeAlias = bool | Count | Prose
"""A host fact as it travels: flags and counts as they are; numbers, amounts and dates as text. The policy types it."""

FACTS_MAX, NAMES_MAX, ZONES_MAX, INSTALMENTS_MAX = 1_000, 1_000, 24, 10_000
"""How much one event can say; more is no loan's, and would be worked through in every turn."""


def _few_facts(facts: object) -> object:
    """Too many are not read at all: each would have an error of its own."""
    if isinstance(facts, Mapping) and len(facts) > FACTS_MAX:
        raise ValueError(f"{len(facts)} facts are told at once; expected {FACTS_MAX} at most")
    return facts


Facts: TypeAlias = Annotated[dict[Word, FactValue], BeforeValidator(_few_facts)]
"""The host's own facts, by name."""

FactsOrNone: TypeAlias = Annotated[dict[Word, FactValue | None], BeforeValidator(_few_facts)]
"""The same; None takes back what was said."""

Words: TypeAlias = Annotated[tuple[Word, ...], Field(max_length=NAMES_MAX, fail_fast=True)]
"""Several ids, names or codes."""

ZoneNames: TypeAlias = Annotated[tuple[ZoneName, ...], Field(max_length=ZONES_MAX, fail_fast=True)]
"""Several time zones."""


FIRST_YEAR, LAST_YEAR = 1900, 2200
"""The years in which days of a loan may lie; another one is a slip of the pen, and leaves no days to count from."""


class Event(BaseModel):
    """Something that happened to a loan.

    `id` is the caller's idempotency key, unique per case. `at` is when the host noticed (the runtime's clock if
    absent); `happened_at` is when it took effect, where that can differ.

    A kind says of its fields which are `PINNED` by a policy, and which are `PERSONAL`: they name a person, or speak of
    one, and can be erased from a journal. Nothing that a replay cannot do without is among those.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    PINNED: ClassVar[frozenset[str]] = frozenset()
    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    kind: str
    id: Word | None = None
    at: Instant | None = None

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
        said = vars(self)
        for value in said.values():
            if isinstance(value, date):
                yield value.date() if isinstance(value, datetime) else value
        for instalment in said.get("instalments", ()):
            yield instalment.due_on


class Happening(Event):
    """An event that may have taken effect before it was noticed."""

    happened_at: Instant | None = None

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


Schedule: TypeAlias = Annotated[tuple[Instalment, ...], Field(max_length=INSTALMENTS_MAX, fail_fast=True)]
"""Instalments, in any order."""
