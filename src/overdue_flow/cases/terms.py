"""The terms that are pinned on a case when it is opened: how its ledger counts, for as long as it lives."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from overdue_flow.cases.periods import PeriodText
from overdue_flow.money import Amount


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Material(_Part):
    """When arrears are material: overdue amount above `above`, and above that share of the balance (EU: both)."""

    above: Amount = Field(default=Decimal(0), description="the overdue amount must be more than this")
    and_share_above: Decimal | None = Field(
        default=None, ge=0, le=1, description="and a larger share of the balance than this, such as `0.01`"
    )


class Counting(_Part):
    """How days are counted; see the page on counting days."""

    due_date_is_day: Literal[0, 1] = Field(
        default=0, description="which calendar day is said to be how many days past due: 1 under the Indian convention"
    )
    grace_days: int = Field(default=0, ge=0, le=366, description="days that `dpd_net` leaves out at the beginning")
    paid_when_short_by: Amount = Field(
        default=Decimal(0), description="an instalment of which no more than this is missing counts as paid"
    )
    material: Material = Field(default=Material(), description="when arrears count in `days_material`")
    paused_by: tuple[str, ...] = Field(default=(), description="kinds of hold whose days `dpd_net` leaves out")
    reversal: Literal["original_due_date", "reversal_date"] = Field(
        default="original_due_date", description="since when the money of a reversed payment is overdue again"
    )


class Allocation(_Part):
    """What a payment covers first: which instalment, and which component inside it."""

    order: Literal["oldest_first", "newest_first"] = Field(
        default="oldest_first", description="which instalment is covered first"
    )
    within: tuple[Literal["costs", "interest", "principal"], ...] = Field(
        default=("costs", "interest", "principal"), description="which part of it is covered first"
    )


class Reset(_Part):
    """The ledger's words for what sets a counter back to zero."""

    reset_by: tuple[Literal["agreed", "cured", "assessed", "kept"], ...] = Field(
        description="an agreement; the arrears back at zero; a `CaseAssessed`; a promise kept"
    )


class InARow(_Part):
    """What resets the counters that count in a row."""

    failed_negotiations: Reset = Field(
        default=Reset(reset_by=("agreed", "cured", "assessed")), description="of `failed_negotiations_in_a_row`"
    )
    broken_promises: Reset = Field(
        default=Reset(reset_by=("kept", "cured")), description="of `broken_promises_in_a_row`"
    )


class PlanTerms(_Part):
    """When an instalment of a repayment plan is missed, and how many may be until the plan has failed."""

    fails_after_missed: int = Field(
        default=2, ge=1, le=100, description="a plan fails when so many of its instalments are missed and not covered"
    )
    grace_days: int = Field(
        default=0, ge=0, le=366, description="days after its due date in which an instalment is not missed yet"
    )
    short_by: Amount | None = Field(
        default=None, description="an instalment of a plan of which no more than this is missing counts as kept"
    )


class LegalTerms(_Part):
    """The clocks of the court."""

    appeal_within: PeriodText | None = Field(
        default=None, description="how long either side may appeal, from the day of the judgment"
    )
    no_appeal_on: tuple[Literal["ordinary", "small_claims", "payment_order"], ...] = Field(
        default=(), description="tracks on which no appeal is open: a judgment is final at once"
    )
    enforce_within: PeriodText | None = Field(
        default=None,
        description="how long enforcement may be applied for, once the time to pay under the judgment is over",
    )


class LimitationTerms(_Part):
    """诉讼时效: how long a claim can be brought, and what begins that period anew or holds it up."""

    period: PeriodText = Field(description="how long a claim can be brought")
    starts: Literal["last_due", "oldest_due"] = Field(
        default="last_due", description="from the due date of the last instalment, or of the oldest that is unpaid"
    )
    interrupted_by: tuple[Literal["demand", "acknowledgement", "payment", "promise", "plan", "claim"], ...] = Field(
        default=(), description="what begins the whole period anew"
    )
    revived_by: tuple[Literal["demand", "acknowledgement", "payment", "promise", "plan", "claim"], ...] = Field(
        default=(), description="which of them do so even when the period has run out"
    )
    suspended_by: tuple[str, ...] = Field(default=(), description="kinds of hold under which the period stands still")
    suspended_in_last: PeriodText | None = Field(
        default=None, description="holds count in this last part of it only, which is then left in full when they end"
    )
    long_stop: PeriodText | None = Field(default=None, description="the period from its start that nothing extends")


class Terms(_Part):
    """Terms of a case. `currency` and `time_zone` default to the policy's and are the case's own once pinned."""

    currency: str = Field(
        default="CNY", pattern=r"^[A-Z]{3}$", description="an ISO 4217 code; a loan that names its own keeps it"
    )
    time_zone: str = Field(default="UTC", description="where a day of the loan begins, such as `Asia/Shanghai`")
    calendar: str | None = Field(
        default=None, description="whose business days count: `CN`, `US-NY`; without it, Monday to Friday"
    )
    counting: Counting = Field(default=Counting(), description="how days are counted")
    allocation: Allocation = Field(default=Allocation(), description="what a payment covers first")
    in_a_row: InARow = Field(default=InARow(), description="what sets counters in a row back to zero")
    plan: PlanTerms = Field(default=PlanTerms(), description="when a repayment plan is missed, and has failed")
    stale_after: int | None = Field(
        default=None, ge=0, le=36_500, description="days that a report of arrears may be old"
    )

    legal: LegalTerms = Field(default=LegalTerms(), description="the clocks of the court")
    limitation: LimitationTerms | None = Field(default=None, description="how long a claim can be brought")

    @property
    def zone(self) -> ZoneInfo:
        """The case's time zone."""
        return ZoneInfo(self.time_zone)
