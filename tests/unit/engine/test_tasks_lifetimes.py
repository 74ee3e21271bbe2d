"""What becomes of effects after they were decided: the loan leaves, the outbox answers, a hold is over."""

from __future__ import annotations

import pytest

from overdue_flow.events import (
    CaseAdopted,
    DisputeRaised,
    DisputeResolved,
    EffectDelivered,
    EffectFailed,
    EventRetracted,
    HoldPlaced,
    Instalment,
    MovedByHand,
    PaymentReceived,
    TaskCompleted,
)
from support.road import Road, at, on, road_policy


def asking(task: str, holds: str = "{hardship: {stops: [contact]}}", **sections: str) -> Road:
    """A loan that asks for something on entering `late`, on 2025-01-11, and leaves for `more` on day 30."""
    stages = f"""
  calm: {{start: true, rules: [{{id: late, when: dpd >= 1, to: late}}]}}
  late: {{on_enter: [{{{task}}}], rules: [{{id: on, when: dpd >= 30, to: more}}]}}
  more: {{rules: [{{id: end, when: dpd > 300, to: calm}}]}}
  legal: {{rules: [{{id: out, when: dpd > 300, to: calm}}]}}
"""
    sections = {"everywhere": "[{id: court, when: dpd == 299, to: legal}]", **sections}
    return Road(road_policy(stages, holds=holds, **sections))


# --- leaving ---


@pytest.mark.parametrize(
    ("task", "left"),
    [
        ("do: call, after: 60 days", ("2025-02-09", "cancelled", "the case left late")),
        ("do: visit, until: leave", ("2025-02-09", "cancelled", "the case left late")),
        ("do: note, until: leave, after: 60 days", ("2025-02-09", "cancelled", "the case left late")),
        ("do: visit", None),
        ("do: note, after: 60 days", None),
    ],
)
def test_contacts_end_with_their_stage_and_other_things_only_if_they_say_so(
    task: str, left: tuple[str, str, str] | None
) -> None:
    road = asking(task)
    road.live("2025-02-09")
    assert road.changes() == ([left] if left else [])
    assert len(road.open_effects()) == (0 if left else 1)


@pytest.mark.parametrize(
    ("task", "left"),
    [
        ("do: visit, until: episode", [("2025-11-07", "cancelled", "the case came back to calm")]),
        ("do: note, until: episode, after: 400 days", [("2025-11-07", "cancelled", "the case came back to calm")]),
        ("do: visit", []),
    ],
)
def test_what_lasts_for_the_episode_ends_when_the_loan_is_back_at_the_start(
    task: str, left: list[tuple[str, str, str]]
) -> None:
    road = asking(task)
    road.live("2025-11-06")
    assert (road.stage, road.changes()) == ("legal", []), "it outlasts its stage"
    road.live("2025-11-07")
    assert (road.stage, road.changes()) == ("late", left), "back in calm, and late again in the same turn"


def test_what_lasts_for_the_episode_ends_with_the_loan() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {on_enter: [{do: visit, until: episode}], rules: [{id: paid, when: balance == 0, to: closed}]}
  closed: {end: true}
"""
    road = Road(road_policy(stages))
    road.tell(PaymentReceived.model_validate({"amount": "1000.00", "value_date": "2025-02-01"}), "2025-02-01")
    assert (road.stage, road.changes()) == ("closed", [("2025-02-01", "cancelled", "the case ended")])


def test_a_contact_of_everywhere_is_cancelled_by_no_move() -> None:
    everywhere = "[{id: c, when: dpd >= 3, do: call, after: 60 days}, {id: court, when: dpd == 299, to: legal}]"
    road = asking("do: note", everywhere=everywhere)
    road.live("2025-02-20")
    assert (road.stage, road.changes(), road.open_effects()) == ("more", [], ["note", "call"])


def test_a_contact_of_a_group_stays_while_the_loan_is_inside() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: ring.one}]}
  ring:
    on_enter: [{do: call, after: 90 days}]
    stages:
      one: {rules: [{id: on, when: dpd >= 9, to: ring.two}]}
      two: {rules: [{id: out, when: dpd >= 20, to: calm2}]}
  calm2: {rules: [{id: end, when: dpd > 300, to: calm}]}
"""
    road = Road(road_policy(stages))
    road.live("2025-01-25")
    assert (road.stage, road.changes()) == ("ring.two", [])
    road.live("2025-02-01")
    assert road.changes() == [("2025-01-30", "cancelled", "the case left ring")]


def test_a_stage_that_is_left_and_entered_again_in_one_turn_cancels_what_its_first_visit_asked() -> None:
    road = asking("do: call, after: 60 days")
    road.live("2025-01-12")
    road.tell(MovedByHand(to="calm", role="boss", reason="?"), "2025-01-12")
    assert road.stage == "late"
    assert road.changes() == [("2025-01-12", "cancelled", "the case left late")]
    assert road.open_effects() == ["call"]


EXCEPTED = "[{{id: c, when: dpd >= 3, {}, except: more}}, {{id: court, when: dpd == 299, to: legal}}]"


def test_a_contact_of_everywhere_ends_in_a_stage_that_its_rule_leaves_out() -> None:
    road = asking("do: note", everywhere=EXCEPTED.format("do: call, after: 60 days"))
    road.live("2025-02-20")
    assert road.changes() == [("2025-02-09", "cancelled", "c does not apply in more")]


def test_a_task_of_everywhere_stays_there() -> None:
    road = asking("do: note", everywhere=EXCEPTED.format("do: visit"))
    road.live("2025-02-20")
    assert (road.changes(), road.open_effects()) == ([], ["note", "visit"])


def test_so_does_a_ladder_of_everywhere_end_there() -> None:
    ladder = "ladder: [{do: call, wait: 20 days, times: 3}]"
    road = asking("do: note", everywhere=EXCEPTED.format(ladder))
    road.live("2025-02-08")
    assert road.open_effects() == ["note", "call"]
    road.live("2025-02-10")
    assert road.open_effects() == ["note"]
    (entry,) = (one for one in road.entries if one.results.climbs_ended)
    assert (str(entry.day), entry.results.climbs_ended) == ("2025-02-09", (("c", "c does not apply in more"),))


# --- answers of the outbox and of people ---


def test_a_delivered_contact_is_done_and_a_delivered_task_waits_for_its_person() -> None:
    road = asking("do: call}, {do: visit")
    road.live("2025-01-11")
    call, visit = road.effects()
    road.tell(EffectDelivered(effect_id=call.id), "2025-01-11")
    road.tell(EffectDelivered(effect_id=visit.id), "2025-01-11")
    assert [(one.action, one.status) for one in road.case.course.open_effects] == [("visit", "delivered")]
    road.tell(TaskCompleted(effect_id=visit.id), "2025-01-12")
    assert road.open_effects() == []


@pytest.mark.parametrize(("final", "left"), [(False, ["call", "attention"]), (True, [])])
def test_a_failed_delivery_stays_on_its_way_until_it_is_final(final: bool, left: list[str]) -> None:
    road = asking("do: call")
    road.live("2025-01-11")
    road.tell(EffectFailed(effect_id=road.effects()[0].id, reason="no line", final=final), "2025-01-11")
    assert road.open_effects() == left


# --- muted ---


def test_effects_of_an_adopted_loan_are_muted_until_the_date_given() -> None:
    policy = road_policy(
        "\n  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}"
        "\n  late: {on_enter: [{do: visit}], every: [{each: 5 days, do: note}],"
        " rules: [{id: end, when: dpd > 300, to: calm}]}\n"
    )
    adopted = CaseAdopted(
        id="adopted",
        opened_on=on("2025-01-01"),
        instalments=(Instalment(due_on=on("2024-12-01"), amount="100.00"),),
        stage="late",
        effects_muted_until=on("2025-01-11"),
    )
    road = Road(policy, adopted)
    road.live("2025-01-16")
    assert road.asked() == [
        ("2025-01-01", "visit skipped"),
        ("2025-01-06", "note skipped"),
        ("2025-01-11", "note"),
        ("2025-01-16", "note"),
    ]
    assert road.effects()[0].reason == "effects are muted until 2025-01-11"
    assert road.case.course.muted_until == on("2025-01-11")


# --- reviews of holds ---

REVIEWED = (
    "{dispute: {stops: [contact], review_after: 5 business days, lifted_by: [team, boss]},"
    " hardship: {stops: [contact], review_after: 10 days, lifted_by: [boss]}}"
)


def test_a_hold_raises_a_review_for_the_first_role_that_may_lift_it_after_its_last_day() -> None:
    road = asking("do: note", holds=REVIEWED)
    road.tell(DisputeRaised(), "2025-01-17")
    (task,) = road.effects("hold_review")
    assert (task.kind, task.role, task.params, task.cause) == ("task", "team", {"hold": "dispute"}, "holds.dispute")
    # Friday the 17th; five business days are over with Friday the 24th
    assert task.due_at == at("2025-01-25", 0)


def test_a_review_counts_from_the_day_on_which_the_hold_began() -> None:
    road = asking("do: note", holds=REVIEWED)
    road.tell(HoldPlaced(hold="hardship", placed_on=on("2025-01-02")), "2025-01-05")
    (task,) = road.effects("hold_review")
    assert (task.role, task.due_at) == ("boss", at("2025-01-13", 0))


def test_a_review_that_would_be_due_already_is_due_at_once() -> None:
    road = asking("do: note", holds=REVIEWED)
    road.tell(HoldPlaced(hold="hardship", placed_on=on("2024-11-01")), "2025-01-05")
    assert road.effects("hold_review")[0].due_at == at("2025-01-05")


def test_a_review_ends_with_its_hold_not_with_one_of_two() -> None:
    road = asking("do: note", holds=REVIEWED)
    road.tell(DisputeRaised(dispute_id="a"), "2025-01-02")
    road.tell(DisputeRaised(dispute_id="b"), "2025-01-03")
    road.tell(HoldPlaced(hold="hardship"), "2025-01-03")
    road.tell(DisputeResolved(dispute_id="a"), "2025-01-04")
    assert road.changes() == []
    road.tell(DisputeResolved(dispute_id="b"), "2025-01-05")
    assert road.changes() == [("2025-01-05", "cancelled", "hold dispute was lifted")] * 2
    assert road.open_effects() == ["hold_review"]


def test_a_review_ends_with_a_hold_that_ends_by_its_date() -> None:
    road = asking("do: note", holds=REVIEWED)
    road.tell(HoldPlaced(hold="hardship", ends_on=on("2025-01-08")), "2025-01-02")
    road.live("2025-01-07")
    assert road.open_effects() == ["hold_review"]
    road.live("2025-01-08")
    assert road.changes() == [("2025-01-08", "cancelled", "hold hardship has ended")]


def test_a_review_of_a_hold_that_is_to_begin_stays() -> None:
    road = asking("do: note", holds=REVIEWED)
    road.tell(HoldPlaced(hold="hardship", placed_on=on("2025-01-05"), ends_on=on("2025-01-08")), "2025-01-02")
    road.live("2025-01-07")
    assert road.open_effects() == ["hold_review"]


def test_a_review_ends_when_the_placing_was_a_mistake() -> None:
    road = asking("do: note", holds=REVIEWED)
    road.tell(HoldPlaced(id="wrong", hold="hardship"), "2025-01-02")
    road.tell(EventRetracted(event_id="wrong"), "2025-01-03")
    assert road.changes() == [("2025-01-03", "cancelled", "hold hardship is as if it had never been placed")]


def test_ends_after_of_the_policy_ends_a_hold() -> None:
    road = asking("do: call, after: 20 days", holds="{hardship: {stops: [contact], ends_after: 10 days}}")
    road.tell(HoldPlaced(hold="hardship"), "2025-01-12")
    road.live("2025-01-31")
    assert [change[:2] for change in road.changes()] == [("2025-01-12", "held"), ("2025-01-22", "pending")]
    pinned = road.entries[-2].event
    assert isinstance(pinned, HoldPlaced)
    assert pinned.ends_by_policy_on == on("2025-01-22")


def test_ends_after_counts_from_the_day_on_which_the_hold_was_noticed_though_that_is_before_the_last_turn() -> None:
    road = asking("do: note", holds="{hardship: {stops: [contact], ends_after: 10 days}}")
    road.tell(DisputeRaised(), "2025-01-15")
    road.tell(HoldPlaced(hold="hardship"), "2025-01-12")
    assert [road.fact("hold_hardship", day) for day in ("2025-01-11", "2025-01-12", "2025-01-21", "2025-01-22")] == [
        False, True, True, False,
    ]  # fmt: skip


def test_a_hold_that_was_over_when_it_was_told_of_needs_no_review() -> None:
    road = asking("do: note", holds=REVIEWED)
    road.tell(HoldPlaced(hold="hardship", placed_on=on("2024-12-01"), ends_on=on("2024-12-20")), "2025-01-05")
    road.live("2025-01-10")
    assert road.effects("hold_review") == []
