"""Reviews of holds: when one is due, what follows when it is late and when it is made; who may place a hold."""

from __future__ import annotations

import pytest

from overdue_flow.cases.effects import Effect
from overdue_flow.events import (
    DisputeRaised,
    DisputeResolved,
    EventRetracted,
    HoldLifted,
    HoldPlaced,
    MovedByHand,
    TaskCompleted,
    TaskReassigned,
)
from support.road import Road, at, on, one_stage, road_policy


def held(hold: str, stages: str | None = None) -> Road:
    """A loan under a policy that knows the kind `care`, told to be placed on 2025-02-03, a Monday, by the boss."""
    road = Road(road_policy(stages or one_stage(), holds=f"{{care: {{{hold}}}}}"))
    road.tell(HoldPlaced(hold="care", role="boss", id="placed"), "2025-02-03")
    return road


def reviews(road: Road) -> list[Effect]:
    return road.effects("hold_review")


def due(road: Road) -> list[tuple[str, str]]:
    """Each review: the day on which it is due, its last day."""
    return [(str(one.due_at.date()), str(one.deadline_on)) for one in reviews(road)]


def done(road: Road, day: str, which: int = -1, **said: object) -> None:
    """Somebody has made a review."""
    road.tell(TaskCompleted.model_validate({"effect_id": reviews(road)[which].id, **said}), day)


def told(road: Road) -> list[tuple[str, str]]:
    """What people were told to look at: the day, and why."""
    return [(str(one.decided_on), one.params["reason"]) for one in road.effects("attention")]


EVERY = "review_after: 10 days, review_within: 5 days, review_every: 30 days, lifted_by: [boss]"


# --- one review after the other ---


def test_a_review_has_a_last_day() -> None:
    road = held(EVERY)

    assert due(road) == [("2025-02-14", "2025-02-19")]
    assert reviews(road)[0].role == "boss"


def test_the_deadline_of_a_review_goes_by_business_days_where_it_says_so() -> None:
    assert due(held("review_after: 10 days, review_within: 5 business days, lifted_by: [boss]")) == [
        ("2025-02-14", "2025-02-21")
    ]


def test_a_review_without_a_deadline_is_never_late() -> None:
    road = held("review_after: 10 days, lifted_by: [boss]")
    road.live("2025-06-01")

    assert due(road) == [("2025-02-14", "None")]
    assert told(road) == []


def test_a_review_that_was_made_is_followed_by_the_next_while_the_hold_stands() -> None:
    road = held(EVERY)
    done(road, "2025-02-17")
    assert due(road)[1:] == [("2025-03-20", "2025-03-25")]

    done(road, "2025-03-24")
    assert due(road)[2:] == [("2025-04-24", "2025-04-29")]


def test_a_review_that_was_made_before_it_was_due_is_followed_by_the_next_one_only() -> None:
    road = held(EVERY)
    done(road, "2025-02-05")

    assert due(road)[1:] == [("2025-03-08", "2025-03-13")]


def test_the_next_review_counts_from_the_day_on_which_one_was_made_not_told() -> None:
    road = held(EVERY)
    done(road, "2025-02-20", happened_at=at("2025-02-17"))

    assert due(road)[1:] == [("2025-03-20", "2025-03-25")]


def test_without_a_rhythm_a_hold_is_reviewed_once() -> None:
    road = held("review_after: 10 days, lifted_by: [boss]")
    done(road, "2025-02-17")

    assert len(reviews(road)) == 1


def test_no_review_follows_when_the_hold_has_ended() -> None:
    road = held(EVERY)
    road.tell(HoldLifted(hold="care", role="boss"), "2025-02-16")
    assert road.changes() == [("2025-02-16", "cancelled", "hold care was lifted")]
    assert road.open_effects() == []


def test_a_task_of_another_kind_is_followed_by_no_review() -> None:
    road = held(EVERY + ", again_after: 12 months", one_stage("{id: look, on: HoldPlaced, do: visit}"))
    (visit,) = road.effects("visit")
    road.tell(TaskCompleted(effect_id=visit.id), "2025-02-05")

    assert len(reviews(road)) == 1


def test_two_disputes_are_reviewed_each_and_then_together() -> None:
    policy = road_policy(one_stage(), holds=f"{{dispute: {{{EVERY}}}}}")
    road = Road(policy)
    road.tell(DisputeRaised(dispute_id="d-1"), "2025-02-03")
    road.tell(DisputeRaised(dispute_id="d-2"), "2025-02-05")
    assert due(road) == [("2025-02-14", "2025-02-19"), ("2025-02-16", "2025-02-21")]

    done(road, "2025-02-14", 0)
    assert len(reviews(road)) == 2
    done(road, "2025-02-16", 1)
    assert due(road)[2:] == [("2025-03-19", "2025-03-24")]

    road.tell(DisputeResolved(dispute_id="d-1"), "2025-02-17")
    assert road.open_effects() == ["hold_review"]
    road.tell(DisputeResolved(dispute_id="d-2"), "2025-02-18")
    assert road.open_effects() == []


def test_holds_of_two_kinds_are_reviewed_each_by_itself() -> None:
    road = held(EVERY + "}, fire: {" + EVERY)
    road.tell(HoldPlaced(hold="fire"), "2025-02-05")
    done(road, "2025-02-17", 0)

    assert [one.params["hold"] for one in reviews(road)] == ["care", "fire", "care"]


# --- late ---


def test_a_late_review_is_told_once_and_what_was_told_is_cancelled_when_it_is_made() -> None:
    road = held(EVERY)
    road.live("2025-02-19")
    assert told(road) == []
    assert road.wakes_on == "2025-02-20"

    road.live("2025-03-01")
    assert told(road) == [("2025-02-20", "the review of hold care is late: its last day was 2025-02-19")]
    assert road.open_effects() == ["hold_review", "attention"]

    done(road, "2025-03-01", 0)
    assert road.open_effects() == ["hold_review"]
    assert road.changes()[-1][1] == "cancelled"
    road.live("2025-03-10")
    assert len(told(road)) == 1


def test_a_case_that_is_looked_at_on_the_last_day_still_wakes_on_the_next() -> None:
    road = held(EVERY)
    road.tell(HoldPlaced(hold="fire"), "2025-02-19")

    assert road.wakes_on == "2025-02-20"


def test_a_hold_that_ends_as_its_review_turns_late_is_not_told() -> None:
    road = held("review_after: 10 days, review_within: 5 days, lifted_by: [boss], ends_after: 17 days")
    road.live("2025-03-01")

    assert road.changes() == [("2025-02-20", "cancelled", "hold care has ended")]
    assert told(road) == []


def test_what_was_told_of_a_late_review_is_cancelled_with_the_hold() -> None:
    road = held(EVERY)
    road.live("2025-02-25")
    road.tell(HoldLifted(hold="care", role="boss"), "2025-02-25")

    assert [change[1:] for change in road.changes()] == [("cancelled", "hold care was lifted")] * 2
    assert road.open_effects() == []


def test_a_review_that_gets_another_last_day_is_told_late_by_that() -> None:
    road = held(EVERY)
    moved = TaskReassigned(effect_id=reviews(road)[0].id, role="team", deadline_on=on("2025-02-28"))
    road.tell(moved, "2025-02-18")
    road.live("2025-04-01")

    assert told(road) == [("2025-03-01", "the review of hold care is late: its last day was 2025-02-28")]


def test_a_late_review_of_a_stopped_case_is_told_when_the_case_is_freed() -> None:
    stages = """
  calm: {start: true, rules: [{id: bad, when: dpd >= 30, to: worse}]}
  worse: {rules: [{id: end, when: dpd > 300, to: calm}]}
"""
    policy = road_policy(
        stages, holds=f"{{care: {{{EVERY}}}}}", never="[{id: not-worse, that: stage == worse, on_entry: true}]"
    )
    road = Road(policy)
    road.tell(HoldPlaced(hold="care", role="boss"), "2025-02-03")
    road.live("2025-03-01")
    stopped = [reason for _day, reason in told(road)]
    assert stopped == ["a move to worse would break never clause not-worse"]

    road.tell(MovedByHand(to="worse", role="boss", reason="judged so"), "2025-03-03")
    assert ("2025-03-03", "the review of hold care is late: its last day was 2025-02-19") in told(road)


# --- who places it, and when again ---


def test_a_hold_placed_by_another_role_stands_is_told_and_reviewed_at_once() -> None:
    road = held(EVERY + ", placed_by: [counsel, team], stops: [contact]")

    assert road.fact("hold_care") is True
    assert told(road) == [("2025-02-03", "hold care stands, though boss may not place it")]
    assert due(road) == [("2025-02-03", "2025-02-08")]

    # the first review of the hold still comes in its time
    done(road, "2025-02-04")
    assert due(road)[1:] == [("2025-02-14", "2025-02-19")]
    done(road, "2025-02-14")
    assert due(road)[2:] == [("2025-03-17", "2025-03-22")]


def test_a_hold_of_which_nobody_says_who_placed_it_is_told_too() -> None:
    road = Road(road_policy(one_stage(), holds="{care: {placed_by: [team]}}"))
    road.tell(HoldPlaced(hold="care"), "2025-02-03")

    assert told(road) == [("2025-02-03", "hold care stands, though it was not said who placed it")]
    assert [(one.role, one.deadline_on) for one in reviews(road)] == [("boss", None)]


def test_a_hold_placed_by_a_role_that_may_is_not_told() -> None:
    road = held("placed_by: [boss]")

    assert (told(road), reviews(road)) == ([], [])


def test_who_raises_a_dispute_needs_no_role() -> None:
    road = Road(road_policy(one_stage(), holds="{dispute: {placed_by: [team]}}"))
    road.tell(DisputeRaised(), "2025-02-03")

    assert (told(road), reviews(road)) == ([], [])


TOO_SOON = (
    "hold care was placed again on 2026-02-09, and stands; the last one ended on 2025-02-10, and another was not to"
    " come before 2026-02-10"
)


@pytest.mark.parametrize(("again", "said"), [("2026-02-09", [TOO_SOON]), ("2026-02-10", [])])
def test_a_hold_that_comes_again_too_soon_stands_and_is_told(again: str, said: list[str]) -> None:
    road = held("again_after: 12 months")
    road.tell(HoldLifted(hold="care"), "2025-02-10")
    road.tell(HoldPlaced(hold="care"), again)

    assert [reason for _day, reason in told(road)] == said
    assert road.fact("hold_care") is True


def test_a_hold_that_is_placed_again_on_the_day_on_which_it_was_lifted_is_told() -> None:
    road = held("again_after: 12 months")
    road.tell(HoldLifted(hold="care"), "2025-02-10")
    road.tell(HoldPlaced(hold="care"), "2025-02-10")

    assert len(told(road)) == 1


def test_a_hold_that_never_stood_and_one_of_another_kind_are_no_earlier_ones() -> None:
    road = held("again_after: 12 months}, fire: {")
    road.tell(HoldLifted(hold="care", lifted_on=on("2025-02-03")), "2025-02-03")
    road.tell(HoldPlaced(hold="fire", ends_on=on("2025-02-06")), "2025-02-04")
    road.tell(HoldPlaced(hold="care"), "2025-02-10")

    assert told(road) == []


def test_what_was_told_of_a_hold_is_cancelled_when_it_is_retracted() -> None:
    road = held(EVERY + ", placed_by: [team]")
    road.tell(EventRetracted(event_id="placed"), "2025-02-05")

    assert road.open_effects() == []
