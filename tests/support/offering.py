"""A lender whose roles may offer so much, a loan that is ten days past due, and offers for it."""

from __future__ import annotations

from typing import Any

from overdue_flow.events import Instalment, LoanOpened, OfferMade
from support.road import Road, on, one_stage, road_policy

AUTHORITY = """
  team:
    plans: [annuity, partial_waiver, arrears_spread]
    waives: {costs: all, interest: {share: 0.2}}
    ends_later_by: 6 months
    instalments: 12
  boss:
    waives: {costs: all, interest: all, principal: {share: 0.1, amount: 50.00}}
    ends_later_by: 2 years
"""
WATCHES = "{id: watch, when: offer_beyond_authority, do: note}"


def a_loan(**fields: Any) -> LoanOpened:
    """1000.00 in two instalments: on 2025-01-10 with 100.00 interest and 10.00 costs, and on 2025-07-10."""
    first = Instalment(due_on=on("2025-01-10"), principal="500.00", interest="100.00", costs="10.00")
    second = Instalment(due_on=on("2025-07-10"), principal="500.00", interest="80.00")
    return LoanOpened(id="opened", opened_on=on("2025-01-01"), instalments=(first, second), **fields)


def bound(authority: str = AUTHORITY, opened: LoanOpened | None = None) -> Road:
    """A loan of a lender whose roles may offer so much; on 2025-01-20 it is ten days past due."""
    road = Road(road_policy(one_stage(WATCHES), authority=authority), opened or a_loan())
    road.live("2025-01-20")
    return road


def a_plan(last: str = "2025-06-10", count: int = 2) -> tuple[Instalment, ...]:
    """So many instalments on days that follow each other, up to a last one."""
    days = [on(last).toordinal() - n for n in range(count)]
    return tuple(Instalment(due_on=on(last).fromordinal(day), amount="100.00") for day in days)


def offer(role: str | None = "team", plan: str | None = "annuity", **fields: Any) -> OfferMade:
    """An offer as `o-1`."""
    return OfferMade(**{"offer_id": "o-1", "role": role, "plan": plan, "instalments": a_plan(), **fields})


def approvals(road: Road) -> list[tuple[str, str | None]]:
    """The tasks to approve that are open: of which offer, and whose."""
    return [(one.about, one.role) for one in road.case.course.open_effects if one.action == "offer_approval"]
