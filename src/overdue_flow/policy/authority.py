"""What a policy file says about authority: which role may offer how much."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from overdue_flow.cases.events.agreement import PlanKind
from overdue_flow.money import Amount
from overdue_flow.policy.declared import Section
from overdue_flow.policy.texts import Number, SpanText, Whole, wrong


class WaiverDeclared(Section):
    """How much may be let go. `all` is short for `{share: 1}`."""

    share: Number | None = Field(default=None, ge=0, le=1, description="so large a share of what is owed of it")
    amount: Amount | None = Field(default=None, description="and no more than this")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, str) and value != "all":
            raise wrong(value, "`all`, or how much, such as `{share: 0.2}`")
        return {"share": "1"} if value == "all" else value


class WaiversDeclared(Section):
    """How much of each component may be let go; of what is left out, nothing."""

    costs: WaiverDeclared | None = Field(default=None, description="of charges and penalties")
    interest: WaiverDeclared | None = Field(default=None, description="of interest")
    principal: WaiverDeclared | None = Field(default=None, description="of principal")


class AuthorityDeclared(Section):
    """What a role may offer and agree to without asking anybody."""

    plans: tuple[PlanKind, ...] = Field(default=(), description="kinds of plan; without any, every kind")
    waives: WaiversDeclared = Field(default=WaiversDeclared(), description="what it may let go")
    ends_later_by: SpanText | None = Field(
        default=None, description="how long after the contract's last due date the last instalment may fall due"
    )
    instalments: Whole | None = Field(default=None, ge=1, le=1_000, description="how many instalments there may be")
