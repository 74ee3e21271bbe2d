"""The terms that are pinned on a case when it is opened: how its ledger counts, for as long as it lives."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from overdue_flow.money import Amount


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Material(_Part):
    """When arrears are material: overdue amount above `above`, and above that share of the balance (EU: both)."""

    above: Amount = Decimal(0)
    and_share_above: Decimal | None = Field(default=None, ge=0, le=1)


class Counting(_Part):
    """How days are counted; see the page on counting days."""

    due_date_is_day: Literal[0, 1] = 0
    grace_days: int = Field(default=0, ge=0, le=366)
    paid_when_short_by: Amount = Decimal(0)
    material: Material = Material()
    paused_by: tuple[str, ...] = ()
    reversal: Literal["original_due_date", "reversal_date"] = "original_due_date"


class Allocation(_Part):
    """What a payment covers first: which instalment, and which component inside it."""

    order: Literal["oldest_first", "newest_first"] = "oldest_first"
    within: tuple[Literal["costs", "interest", "principal"], ...] = ("costs", "interest", "principal")


class Reset(_Part):
    """The ledger's words for what sets a counter back to zero."""

    reset_by: tuple[Literal["agreed", "cured", "assessed", "kept"], ...]


class InARow(_Part):
    """What resets the counters that count in a row."""

    failed_negotiations: Reset = Reset(reset_by=("agreed", "cured", "assessed"))
    broken_promises: Reset = Reset(reset_by=("kept", "cured"))


class PlanTerms(_Part):
    """When a repayment plan has failed: so many of its instalments are past due and not covered."""

    fails_after_missed: int = Field(default=2, ge=1, le=100)


class Terms(_Part):
    """Terms of a case. `currency` and `time_zone` default to the policy's and are the case's own once pinned."""

    currency: str = Field(default="CNY", pattern=r"^[A-Z]{3}$")
    time_zone: str = "UTC"
    calendar: str | None = None
    counting: Counting = Counting()
    allocation: Allocation = Allocation()
    in_a_row: InARow = InARow()
    plan: PlanTerms = PlanTerms()
    stale_after: int | None = Field(default=None, ge=0, description="days that a report of arrears may be old")

    @property
    def zone(self) -> ZoneInfo:
        """The case's time zone."""
        return ZoneInfo(self.time_zone)
