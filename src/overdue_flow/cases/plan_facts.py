"""The facts that plans offer: what has become of the latest, and of its instalments.

Law: `facts move only when they say` (in `tests/laws/`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar, get_args

from overdue_flow.cases.events.agreement import PlanKind
from overdue_flow.cases.plan import Plan
from overdue_flow.guards.vocabulary import Fact, Kind, Motion
from overdue_flow.money import from_minor

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

_Read = TypeVar("_Read")


def _latest(read: Callable[[Plan, date], _Read], without: _Read) -> Callable[[Case, date], _Read]:
    """What is read of the latest plan; `without` where there is none."""

    def of_case(case: Case, day: date) -> _Read:
        latest = case.plans.latest
        return without if latest is None else read(latest, day)

    return of_case


def _active(case: Case, day: date) -> bool:
    plans = case.plans
    return bool(plans.plans) and plans.active(day) is not None


def _completed(plan: Plan, day: date) -> bool:
    return plan.agreed_on <= day and plan.standing(day) == "completed"


def _failed(case: Case, day: date) -> int:
    return sum(plan.standing(day) == "failed" for plan in case.plans.plans)


def _next_due_on(case: Case, day: date) -> date | None:
    active = case.plans.active(day) if case.plans.plans else None
    dues = () if active is None else active.next_dues(day)
    return dues[0].due_on if dues else None


def _next_due_amount(case: Case, day: date) -> Decimal | None:
    active = case.plans.active(day) if case.plans.plans else None
    dues = () if active is None else active.next_dues(day)
    return from_minor(sum(due.total for due in dues), case.ledger.rules.currency) if dues else None


def _outstanding(case: Case, day: date) -> Decimal | None:
    latest = case.plans.latest
    return None if latest is None else from_minor(latest.outstanding(day), case.ledger.rules.currency)


def _until(case: Case, day: date) -> date | None:
    plans = case.plans
    return plans.until(case, day) if plans.plans else None


def _turns_on(case: Case, day: date) -> date | None:
    """When the standing of a plan may change by itself."""
    turns = [plan.turns_on(day) for plan in case.plans.plans]
    return min((turn for turn in turns if turn is not None), default=None)


FACTS: tuple[Fact, ...] = (
    Fact(
        "plan_active",
        Kind.FLAG,
        "a repayment plan is active",
        _active,
        motion=Motion.CLOCK,
        until=_turns_on,
        doc="The latest plan was agreed, and neither completed, failed, nor cancelled.",
        label_zh="还款计划执行中",
    ),
    Fact(
        "plan_completed",
        Kind.FLAG,
        "the repayment plan is completed",
        _latest(_completed, without=False),
        motion=Motion.CLOCK,
        until=_turns_on,
        doc="All instalments of the latest plan are covered, and it had not failed before.",
        label_zh="还款计划已完成",
    ),
    Fact(
        "plan_missed_instalments",
        Kind.NUMBER,
        "missed instalments of the plan",
        _latest(Plan.missed, 0),
        unit="times",
        motion=Motion.CLOCK,
        until=_until,
        doc="Instalments of the latest plan whose due date, with the days of grace after it, is over, and that are not "
        "covered; 0 once it was cancelled.",
        label_zh="计划逾期期数",
    ),
    Fact(
        "plans_failed",
        Kind.NUMBER,
        "plans that failed",
        _failed,
        unit="times",
        motion=Motion.CLOCK,
        until=_turns_on,
        doc="Plans of which too many instalments were missed (`terms.plan.fails_after_missed`).",
        label_zh="失败计划数",
    ),
    Fact(
        "plan_agreed_on",
        Kind.DATE,
        "date of the plan's agreement",
        _latest(lambda plan, _day: plan.agreed_on, None),
        may_be_missing=True,
        doc="The day on which the latest plan was agreed.",
        label_zh="计划约定日",
    ),
    Fact(
        "plan_next_due_on",
        Kind.DATE,
        "next due date of the plan",
        _next_due_on,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_until,
        doc="The earliest due date of the active plan, from the day on, that is not covered.",
        label_zh="计划下一还款日",
    ),
    Fact(
        "plan_kind",
        Kind.CHOICE,
        "kind of the plan",
        _latest(lambda plan, _day: plan.kind, None),
        may_be_missing=True,
        choices=get_args(PlanKind),
        doc="What the latest plan is, as its agreement or the offer says; of a settlement always `settlement`.",
        label_zh="还款计划类型",
    ),
    Fact(
        "plan_ends_on",
        Kind.DATE,
        "date of the plan's end",
        _latest(lambda plan, _day: plan.ends_on, None),
        may_be_missing=True,
        doc="The last due date of the latest plan.",
        label_zh="计划到期日",
    ),
    Fact(
        "plan_next_due_amount",
        Kind.MONEY,
        "amount due next under the plan",
        _next_due_amount,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_until,
        doc="What is unpaid of all that falls due on `plan_next_due_on`.",
        label_zh="计划下期应还金额",
    ),
    Fact(
        "plan_instalments_left",
        Kind.NUMBER,
        "instalments of the plan that are left",
        _latest(Plan.left_over, 0),
        unit="times",
        motion=Motion.CLOCK,
        until=_until,
        doc="Instalments of the latest plan that are not covered, missed or to come; 0 once it was cancelled.",
        label_zh="计划剩余期数",
    ),
    Fact(
        "plan_kept_instalments",
        Kind.NUMBER,
        "kept instalments of the plan",
        _latest(Plan.kept, 0),
        unit="times",
        motion=Motion.CLOCK,
        until=_until,
        doc="Instalments of the latest plan that were covered before their due date, with the days of grace after it, "
        "was over. One that was covered later is neither kept nor missed any more.",
        label_zh="计划按期还款期数",
    ),
    Fact(
        "plan_part_kept_instalments",
        Kind.NUMBER,
        "part-kept instalments of the plan",
        _latest(Plan.part_kept, 0),
        unit="times",
        motion=Motion.CLOCK,
        until=_until,
        doc="Those of `plan_missed_instalments` for which something came, and not enough.",
        label_zh="计划部分还款期数",
    ),
    Fact(
        "plan_outstanding",
        Kind.MONEY,
        "amount left to pay under the plan",
        _outstanding,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_until,
        doc="What is unpaid of the instalments of the latest plan that are not covered; 0 once it was cancelled.",
        label_zh="计划未还金额",
    ),
    Fact(
        "plan_paid_ratio",
        Kind.NUMBER,
        "share of the plan that is paid",
        _latest(Plan.paid_ratio, None),
        unit="share",
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_until,
        doc="What was paid under the latest plan as a share of that and what is left of it, four decimals, rounded "
        "down; for a plan that was cancelled, as it stood then.",
        label_zh="计划已还比例",
    ),
)
"""The facts about plans, which are about the latest."""
