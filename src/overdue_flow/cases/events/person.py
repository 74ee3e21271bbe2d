"""Events of the borrower as a whole: what a person's other loans say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from overdue_flow.cases.events.base import INSTALMENTS_MAX, NAMES_MAX, Count, Event, Word, Words
from overdue_flow.money import Amount


class Owed(BaseModel):
    """What is unpaid of all that falls due on one day."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    due_on: date
    amount: Amount


class StandsFrom(BaseModel):
    """How a loan stands from a day on (`from_on`; without one, from now on) until another word of it.

    `unpaid` is everything unpaid, what is still to come too, so that arrears grow and begin by themselves; what is paid
    short by no more than the loan's terms allow is not in it. `cleared_on` is the day on which arrears last ended; none
    where there never were any. `known` is false while the loan's host has not said for too long.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    from_on: date | None = None
    unpaid: Annotated[tuple[Owed, ...], Field(max_length=INSTALMENTS_MAX, fail_fast=True)] = ()
    balance: Amount | None = None
    cleared_on: date | None = None
    known: bool = True


class OtherLoanTold(Event):
    """What is known on this loan of another one of the same person (`loan`), as it stands after the entry `seq` of its
    journal. Of several words the one of the latest entry counts.

    `stands` says how it stands now, and how it will from later days on that are known already: money of a later value
    date, a plan that will have failed. `marks` are those under which it stands; `ended` where it is closed or sold.
    """

    kind: Literal["OtherLoanTold"] = "OtherLoanTold"
    loan: Word
    seq: Count
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    opened_on: date
    stands: Annotated[tuple[StandsFrom, ...], Field(min_length=1, max_length=NAMES_MAX, fail_fast=True)]
    marks: Words = ()
    ended: Literal["closed", "sold"] | None = None

    def days(self) -> Iterator[date]:
        """Every day that the event names, those inside among them."""
        yield from super().days()
        for stand in self.stands:
            yield from (day for day in (stand.from_on, stand.cleared_on) if day is not None)
            yield from (owed.due_on for owed in stand.unpaid)
