"""A small policy that sees a borrower through a repayment plan, and a loan that lives under it."""

from __future__ import annotations

from typing import Any

from overdue_flow.events import PaymentReceived, PlanAgreed
from support.ledgers import monthly
from support.road import Road, on, opening, road_policy

STAGES = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: talks}]}
  talks:
    rules:
      - {id: agreed, when: plan_active, to: plan}
      - {id: gone, when: dpd > 300, to: gone}
  plan:
    every: [{each: 14 days, do: letter, with: {says: how the plan goes}}]
    rules:
      - {id: before-each, when: days_until_plan_next_due == 3, do: letter, with: {says: the next instalment}}
      - {id: one-missed, when: plan_missed_instalments >= 1, do: visit, with: {role: team}}
      - {id: kept, when: plan_completed, to: calm}
      - {id: broken, when: not plan_active, to: talks}
  gone: {end: true}
"""


def repaying(**plan: Any) -> Road:
    """Three instalments of 120.00, due on the 20th of March, April and May, agreed on 10 March for a loan of 300.00."""
    policy = road_policy(
        STAGES,
        actions=(
            "{letter: {kind: contact, purpose: inform, params: {says: text}},"
            " visit: {kind: task, params: {role: role}}}"
        ),
    )
    road = Road(policy, opening("2025-01-10", "2025-02-10", "2025-03-10", amount="100.00"))
    agreed = PlanAgreed(id="plan-1", instalments=tuple(monthly("2025-03-20", 3, "120.00")), **plan)
    road.tell(agreed, "2025-03-10")
    return road


def pays(road: Road, amount: str, day: str) -> None:
    """A payment, noticed on its value date."""
    road.tell(PaymentReceived(amount=amount, value_date=on(day)), day)
