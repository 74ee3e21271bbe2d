"""What a policy file says about who may see what, and about how long what is personal is kept; and both, checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from pydantic import Field

from overdue_flow.calendars import Calendar
from overdue_flow.cases.seen import Seen
from overdue_flow.guards.tree import Guard
from overdue_flow.policy.bounds import Label
from overdue_flow.policy.declared import RESTS_ON, Section
from overdue_flow.policy.spans import Span
from overdue_flow.policy.texts import Condition, LabelText, Names, SpanText
from overdue_flow.problems import Place

Loans: TypeAlias = Literal["all", "placed", "own"]
"""Of which loans: of every one, of those placed with who asks (or handed to them as a law firm), of one's own."""

KeptFrom: TypeAlias = Literal["closed", "last_event"]
"""From when on it is counted how long something is kept."""

EVERY_GROUP = "all"
"""The word for every group."""

OUTSIDE = ("agency", "law_firm", "auditor", "borrower")
"""Roles of readers who do no task of the lender's: they need not stand under `roles`."""


class AccessDeclared(Section):
    """What a role may see of a loan, and of which loans."""

    sees: Names = Field(description="groups, and facts by name; `all` for every group")
    journal: Names | None = Field(
        default=None, description="whose rows of the journal: groups, or `all`; by default the groups that it sees"
    )
    loans: Loans = Field(
        default="all",
        description="of which loans: `placed` with who asks, or handed to them as a law firm; one's `own`",
    )
    because: LabelText | None = Field(default=None, description="the law or the reason")
    source: Names = RESTS_ON


class RetentionDeclared(Section):
    """How long what is personal of a loan is kept, once it is done with."""

    keep: SpanText = Field(description="how long; after that it is erased")
    from_: KeptFrom = Field(
        default="closed", alias="from", description="since the loan was done with, or since anything happened to it"
    )
    when: Condition | None = None
    because: LabelText | None = Field(default=None, description="the law or the reason")
    source: Names = RESTS_ON


@dataclass(frozen=True, slots=True)
class Access:
    """What a role may see, and of which loans."""

    role: str
    seen: Seen
    loans: Loans = "all"
    because: Label = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Retention:
    """A rule by which personal values are kept so long, on loans for which `guard` holds (None: on all)."""

    name: str
    keep: Span
    kept_from: KeptFrom = "closed"
    guard: Guard | None = None
    because: Label = field(default_factory=dict)
    source: tuple[str, ...] = ()
    place: Place | None = None

    def ends_on(self, since: date, calendar: Calendar) -> date:
        """The last day on which it is kept, counted from `since`."""
        return self.keep.after(since, calendar)
