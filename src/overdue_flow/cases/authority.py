"""What was offered or agreed beyond the authority of who did it, and waits for somebody who may approve it.

What a role may offer is the policy's business, of which nothing is known here: deciding marks an offer or a plan, and
takes the mark away when it was approved. A mark counts for as long as its offer, or its plan, stands.

Laws: `facts move only when they say` (`tests/laws/`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from overdue_flow.cases.agreement import plan_name
from overdue_flow.cases.entries import Beyond
from overdue_flow.cases.events.agreement import OfferMade, PlanAgreed
from overdue_flow.cases.events.legal import SettlementReached
from overdue_flow.cases.plan import Plan
from overdue_flow.cases.talks import Offer
from overdue_flow.cases.turn import Recorded
from overdue_flow.cases.waterfall import ONE_DAY
from overdue_flow.guards.vocabulary import Fact, Kind, Motion

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case


def marked(case: Case, mark: Beyond) -> Offer | Plan | None:
    """The offer or plan that a mark is on; None where its event was retracted, or where it was answered."""
    recorded = next((one for one in case.events if one.seq == mark.seq), None)
    if recorded is None:
        return None
    if isinstance(recorded.event, OfferMade):
        return next((one for one in case.negotiation.unanswered() if one.order == recorded.order), None)
    return plan_of(case, recorded)


def is_of(case: Case, mark: Beyond, offer: Offer) -> bool:
    """Whether a mark is on an offer."""
    return any(one.seq == mark.seq and one.order == offer.order for one in case.events)


def plan_of(case: Case, recorded: Recorded) -> Plan | None:
    """The plan that an agreement or a settlement made."""
    event = recorded.event
    name = plan_name(event, recorded.seq) if isinstance(event, PlanAgreed | SettlementReached) else None
    return next((plan for plan in case.plans.plans if plan.id == name), None)


def stands(case: Case, mark: Beyond, day: date) -> bool:
    """Whether what a mark is on can be accepted on `day`, or is kept then or was kept to its end."""
    one = marked(case, mark)
    if isinstance(one, Plan):
        return one.agreed_on <= day and one.standing(day) in ("active", "completed")
    return one is not None and not one.lapsed(day)


def _is_beyond(case: Case, day: date) -> bool:
    return any(stands(case, mark, day) for mark in case.course.beyond)


def _until(case: Case, day: date) -> date | None:
    return min((turn for mark in case.course.beyond for turn in _turns(case, mark, day)), default=None)


def _turns(case: Case, mark: Beyond, day: date) -> Iterator[date]:
    """The days after `day` on which what a mark is on may begin or cease to stand by itself."""
    one = marked(case, mark)
    if isinstance(one, Plan):
        found = [one.turns_on(day), one.agreed_on, one.ended_on]
    else:
        found = [one.valid_until + ONE_DAY] if one is not None and one.valid_until is not None else []
    yield from (turn for turn in found if turn is not None and turn > day)


FACTS: tuple[Fact, ...] = (
    Fact(
        "offer_beyond_authority",
        Kind.FLAG,
        "an offer goes beyond the authority of who made it",
        _is_beyond,
        motion=Motion.CLOCK,
        until=_until,
        doc="An offer that stands, or a plan, goes beyond what the policy lets the role offer that made it "
        "(`authority`), and nobody who may has approved it.",
        label_zh="方案超出权限",
    ),
)
"""The fact about authority."""
