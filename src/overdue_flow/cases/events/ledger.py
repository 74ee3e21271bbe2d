"""Events of the ledger: what is owed and what is paid. Their day is a value date, not the day they were noticed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from overdue_flow.cases.events.base import (
    INSTALMENTS_MAX,
    CaseTerms,
    Event,
    Facts,
    Prose,
    Schedule,
    Word,
    Words,
    ZoneNames,
)
from overdue_flow.money import Amount

Component = Literal["costs", "interest", "principal"]


class LoanOpened(Event):
    """A loan and its schedule. The runtime pins the policy's terms on it, so that the journal replays by itself.

    `borrower_zones` are the time zones in which the borrower is, where they are known; by default the loan's own.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"person_id", "guarantors", "co_borrowers"})
    PINNED: ClassVar[frozenset[str]] = frozenset({"terms"})

    kind: Literal["LoanOpened"] = "LoanOpened"
    opened_on: date
    instalments: Schedule = ()
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    person_id: Word | None = None
    guarantors: Words = ()
    co_borrowers: Words = ()
    borrower_zones: ZoneNames = ()
    facts: Facts = Field(default_factory=dict)
    terms: CaseTerms | None = None


class CaseAdopted(LoanOpened):
    """A loan that is already on its way: the stage is given, and effects are muted until a date.

    What it hears before `rests_until` begins is its past: no rule moves it on it, and nothing is asked for. `marks` are
    those under which it stands, each with the day since which it does; `marks_ended` those that it stood under before,
    each with the day on which it last ended.
    """

    kind: Literal["CaseAdopted"] = "CaseAdopted"  # type: ignore[assignment]  # a kind of opening
    stage: Word
    stage_entered_on: date | None = None
    effects_muted_until: date | None = None
    rests_until: date | None = None
    marks: Mapping[Word, date] | None = None
    marks_ended: Mapping[Word, date] | None = None

    def days(self) -> Iterator[date]:
        """Every day that the event names."""
        yield from super().days()
        yield from (self.marks or {}).values()
        yield from (self.marks_ended or {}).values()


class ScheduleReplaced(Event):
    """A modified contract. From `effective_on`, `instalments` are what is owed.

    What was still unpaid on the old schedule is taken to stand in the new one (the host capitalised it). With
    `keeps_arrears`, instalments of the old schedule due before `effective_on` stay owed from their own due dates.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["ScheduleReplaced"] = "ScheduleReplaced"
    effective_on: date
    instalments: Schedule
    keeps_arrears: bool = False
    reason: Prose = ""


class ChargeAdded(Event):
    """A fee, penalty or default interest: one more amount, due on `due_on`."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["ChargeAdded"] = "ChargeAdded"
    amount: Amount
    due_on: date
    component: Component = "costs"
    reason: Prose = ""


class PaymentReceived(Event):
    """Money came in. `payment_id` (by default the event's id) is what a reversal names.

    `towards` names an instalment that the payer or the contract designates; what is left over follows the terms.
    """

    kind: Literal["PaymentReceived"] = "PaymentReceived"
    amount: Amount
    value_date: date
    payment_id: Word | None = None
    towards: Word | None = None


class PaymentReversed(Event):
    """A payment bounced or was charged back, whole or in part."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["PaymentReversed"] = "PaymentReversed"
    payment_id: Word
    reversed_on: date
    amount: Amount | None = None
    reason: Prose = ""


class WaiverGranted(Event):
    """Part of what is owed is let go."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["WaiverGranted"] = "WaiverGranted"
    amount: Amount
    effective_on: date
    component: Component = "interest"
    towards: Word | None = None
    reason: Prose = ""


class RefundMade(Event):
    """Credit that was paid back to the borrower."""

    kind: Literal["RefundMade"] = "RefundMade"
    amount: Amount
    refunded_on: date


class Accelerated(Event):
    """提前到期: everything not yet due falls due on `due_on`."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["Accelerated"] = "Accelerated"
    due_on: date
    reason: Prose = ""


class ArrearsReported(Event):
    """The arrears as a host with its own ledger counts them, as of the end of `as_of`.

    It replaces what earlier reports said. `oldest_due_on` is the due date of the oldest unpaid instalment, None
    when nothing is unpaid.
    """

    kind: Literal["ArrearsReported"] = "ArrearsReported"
    as_of: date
    oldest_due_on: date | None = None
    overdue_amount: Amount
    overdue_principal: Amount | None = None
    overdue_interest: Amount | None = None
    overdue_costs: Amount | None = None
    balance: Amount
    missed_instalments: int | None = Field(default=None, ge=0, le=INSTALMENTS_MAX)
    next_due_on: date | None = None
    next_due_amount: Amount | None = None
    last_payment_on: date | None = None
