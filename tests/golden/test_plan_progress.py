"""How a repayment plan goes, as a page of text: one in the middle of its road, and one that was kept to its end."""

from __future__ import annotations

from overdue_flow.events import ContactAttempted, EffectDelivered, PlanAgreed
from overdue_flow.reports.plan_progress import plan_progress
from support.golden import Golden
from support.ledgers import monthly
from support.repaying import pays, repaying
from support.road import Road, on


def delivered(road: Road, day: str) -> None:
    """Every letter that is on its way on a day goes out."""
    road.live(day)
    for effect in road.case.course.open_effects:
        if effect.kind == "contact":
            road.tell(EffectDelivered(effect_id=effect.id), day)


def test_a_plan_on_its_way_reads_as_expected(golden: Golden) -> None:
    road = repaying(plan="arrears_by_instalments", grace_days=4, waived_on_completion="15.00")
    delivered(road, "2025-03-17")
    pays(road, "150.00", "2025-03-22")
    for day in ("2025-03-24", "2025-04-07", "2025-04-17"):
        delivered(road, day)
    road.tell(ContactAttempted(channel="phone", outcome="conversation"), "2025-04-23")
    road.live("2025-05-03")

    golden(plan_progress(road.entries, on=on("2025-05-03")).text(), "plans/on_its_way.txt")


def test_a_plan_that_was_kept_reads_as_expected(golden: Golden) -> None:
    road = repaying(replaces_contract=False)
    late = PlanAgreed(plan_id="one-go", instalments=tuple(monthly("2025-04-01", 1, "300.00")), plan="settlement")
    road.tell(late, "2025-03-15")
    pays(road, "300.00", "2025-03-31")

    pages = [plan_progress(road.entries, name).text() for name in ("plan-1", "one-go")]
    golden("\n".join(pages), "plans/kept_and_superseded.txt")
