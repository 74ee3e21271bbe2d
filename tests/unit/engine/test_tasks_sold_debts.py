"""A debt that was sold is pursued no more: contacts to collect are vetoed for good, everything else goes on."""

from __future__ import annotations

import pytest

from overdue_flow.events import DebtSold, EventRetracted, HoldPlaced
from support.road import Road, road_policy

SALE = DebtSold(id="sale", buyer="fund")


def asking(*tasks: str, **sections: str) -> Road:
    """A loan that asks for things on entering `late`, on 2025-01-11."""
    stages = f"""
  calm: {{start: true, rules: [{{id: late, when: dpd >= 1, to: late}}]}}
  late: {{on_enter: [{", ".join(f"{{{task}}}" for task in tasks)}], rules: [{{id: gone, when: dpd > 300, to: gone}}]}}
  gone: {{end: true}}
"""
    return Road(road_policy(stages, **sections))


def test_a_contact_to_collect_that_is_on_its_way_is_vetoed_by_the_sale() -> None:
    road = asking("do: call, after: 10 days")
    road.tell(SALE, "2025-01-15")
    assert road.changes() == [("2025-01-15", "vetoed", "the debt was sold")]


def test_none_is_asked_for_after_the_sale() -> None:
    road = asking("do: call")
    road.tell(SALE, "2025-01-05")
    road.live("2025-01-20")
    assert road.asked() == [("2025-01-11", "call vetoed")]
    assert road.effects()[0].reason == "the debt was sold"


def test_a_hold_makes_no_contact_about_a_sold_debt_wait() -> None:
    road = asking("do: call", holds="{hardship: {stops: [contact]}}")
    road.tell(HoldPlaced(hold="hardship"), "2025-01-04")
    road.tell(SALE, "2025-01-05")
    road.live("2025-01-20")
    assert road.asked() == [("2025-01-11", "call vetoed")]


@pytest.mark.parametrize("task", ["do: news", "do: help", "do: note", "do: visit"])
def test_what_is_no_pursuit_goes_on(task: str) -> None:
    road = asking(task)
    road.tell(SALE, "2025-01-05")
    road.live("2025-01-20")
    assert [one.status for one in road.effects()] == ["pending"]


def test_a_ladder_has_nothing_to_pursue_any_more() -> None:
    road = asking("ladder: [call x3]")
    road.live("2025-01-12")
    road.tell(SALE, "2025-01-12")
    (ended,) = (entry.results.climbs_ended for entry in road.entries if entry.results.climbs_ended)
    assert [why for _ladder, why in ended] == ["the debt was sold"]


def test_a_sale_entered_by_mistake_forbids_nothing_once_it_is_withdrawn() -> None:
    road = asking("do: call")
    road.tell(SALE, "2025-01-05")
    road.tell(EventRetracted(event_id="sale", reason="another loan"), "2025-01-06")
    road.live("2025-01-20")
    assert road.asked() == [("2025-01-11", "call")]
