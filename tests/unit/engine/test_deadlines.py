"""Deadlines of tasks: the last day is usable in full, `else` follows on the next one, once; tasks change hands."""

from __future__ import annotations

import pytest

from overdue_flow.engine.explain import explain
from overdue_flow.engine.wake import next_wake
from overdue_flow.errors import EventRefused
from overdue_flow.events import ComplaintReceived, EffectDelivered, MovedByHand, TaskCompleted, TaskReassigned
from support.road import Road, at, on, one_stage, road_policy

ELSE = "else: {do: visit, with: {role: boss}}"


def asking(task: str, rules: str = "", **sections: str) -> Road:
    """A loan that asks for something on entering `late`, on Saturday 2025-01-11."""
    stages = f"""
  calm: {{start: true, rules: [{{id: late, when: dpd >= 1, to: late}}]}}
  late: {{on_enter: [{{{task}}}], rules: [{rules}{{id: on, when: dpd >= 300, to: gone}}]}}
  gone: {{end: true}}
"""
    return Road(road_policy(stages, **sections))


def visits(road: Road) -> list[tuple[str, str | None]]:
    """Every visit asked for: the day, and of whom."""
    return [(str(effect.decided_on), effect.role) for effect in road.effects("visit")]


# --- when ---


@pytest.mark.parametrize(
    ("said", "last", "follows"),
    [
        # Saturday the 11th; business days are Monday the 13th to Friday the 17th
        ("within: 5 business days", "2025-01-17", "2025-01-18"),
        ("within: 5 days", "2025-01-16", "2025-01-17"),
        ("within: 0 days", "2025-01-11", "2025-01-12"),
        ("within: 1 week", "2025-01-18", "2025-01-19"),
        # counted from the day to which `after` leads
        ("after: 2 days, within: 1 business day", "2025-01-14", "2025-01-15"),
        ("after: 2 hours, within: 1 day", "2025-01-12", "2025-01-13"),
    ],
)
def test_else_follows_at_the_opening_of_the_day_after_the_last(said: str, last: str, follows: str) -> None:
    road = asking(f"do: visit, with: {{role: team}}, {said}, {ELSE}")
    road.live("2025-02-28")
    assert road.effects("visit")[0].deadline_on == on(last)
    assert visits(road) == [("2025-01-11", "team"), (follows, "boss")]
    assert road.entries[-1].at.hour == 0


@pytest.mark.parametrize(
    ("said", "received", "last", "follows"),
    [
        ("within: 5 days", "2025-01-03", "2025-01-08", "2025-01-09"),
        ("within: 5 business days", "2025-01-03", "2025-01-10", "2025-01-11"),
        ("within: 5 days", "2024-12-20", "2024-12-25", "2025-01-07"),  # over when it was told: at the next opening
        ("after: 1 day, within: 5 days", "2025-01-03", "2025-01-12", "2025-01-13"),  # `after` counts from the telling
    ],
)
def test_what_is_asked_for_at_an_event_that_is_told_late_counts_from_the_day_on_which_it_took_effect(
    said: str, received: str, last: str, follows: str
) -> None:
    rule = f"{{id: answer, on: ComplaintReceived, do: visit, with: {{role: team}}, {said}, {ELSE}}}"
    road = Road(road_policy(one_stage(rule)))
    road.tell(ComplaintReceived(happened_at=at(received)), "2025-01-06")
    assert next_wake(road.machine, road.case) == on(follows)
    road.live("2025-02-28")
    assert road.effects("visit")[0].deadline_on == on(last)
    assert visits(road) == [("2025-01-06", "team"), (follows, "boss")]


def test_an_event_that_took_effect_on_the_day_on_which_it_was_told_counts_from_there() -> None:
    rule = "{id: answer, on: ComplaintReceived, do: visit, with: {role: team}, within: 5 days}"
    road = Road(road_policy(one_stage(rule)))
    road.tell(ComplaintReceived(), "2025-01-06")
    assert road.effects("visit")[0].deadline_on == on("2025-01-11")


def test_the_last_day_is_usable_in_full() -> None:
    road = asking(f"do: visit, with: {{role: team}}, within: 5 days, {ELSE}")
    road.live("2025-01-16")
    road.tell(TaskCompleted(effect_id=road.effects("visit")[0].id), "2025-01-16", 23)
    road.live("2025-02-28")
    assert visits(road) == [("2025-01-11", "team")]
    assert road.open_effects() == []


def test_what_is_late_stays_open_and_is_told_as_late() -> None:
    road = asking(f"do: visit, with: {{role: team}}, within: 5 days, {ELSE}")
    road.live("2025-01-16")
    assert "to be done by 2025-01-16" in str(explain(road.machine, road.case))
    assert "LATE" not in str(explain(road.machine, road.case))
    road.live("2025-01-17")
    assert road.open_effects() == ["visit", "visit"]
    assert "visit (role team), due 2025-01-11, LATE, to be done by 2025-01-16" in str(explain(road.machine, road.case))


def test_a_deadline_without_else_asks_for_nothing_and_wakes_nobody() -> None:
    road = asking("do: visit, within: 5 days")
    road.live("2025-01-11")
    assert road.wakes_on == "2025-11-06"
    road.live("2025-02-28")
    assert len(road.entries) == 2
    assert "LATE" in str(explain(road.machine, road.case, on("2025-02-28")))


def test_else_of_else_follows_the_deadline_that_it_has_itself() -> None:
    inner = "else: {do: visit, with: {role: counsel}}"
    road = asking(
        "do: visit, with: {role: team}, within: 2 days,"
        f" else: {{do: visit, with: {{role: boss}}, within: 3 days, {inner}}}"
    )
    road.live("2025-02-28")
    assert visits(road) == [("2025-01-11", "team"), ("2025-01-14", "boss"), ("2025-01-18", "counsel")]


def test_a_task_that_was_handed_over_is_watched_like_one_that_waits() -> None:
    road = asking(f"do: visit, with: {{role: team}}, within: 2 days, {ELSE}")
    road.live("2025-01-11")
    road.tell(EffectDelivered(effect_id=road.effects("visit")[0].id), "2025-01-11")
    road.live("2025-01-14")
    assert visits(road) == [("2025-01-11", "team"), ("2025-01-14", "boss")]


def test_what_a_rule_asks_for_has_a_deadline_too() -> None:
    rule = f"{{id: again, when: dpd == 5, do: visit, with: {{role: team}}, within: 2 days, {ELSE}}}, "
    road = asking("do: note", rule)
    road.live("2025-02-28")
    assert visits(road) == [("2025-01-15", "team"), ("2025-01-18", "boss")]
    assert road.effects("visit")[1].cause == "again.else"


def test_a_contact_that_follows_is_cancelled_by_no_move_where_its_stage_was_left_before() -> None:
    road = asking("do: visit, within: 5 days, else: {do: call, after: 60 days}")
    road.tell(MovedByHand(to="gone", role="boss", reason="?"), "2025-01-12")
    road.live("2025-01-17")
    assert [(str(effect.decided_on), effect.scope) for effect in road.effects("call")] == [("2025-01-17", "")]


def test_a_case_that_rests_is_watched_when_a_person_frees_it() -> None:
    never = "[{id: hard, that: stage == gone}]"
    road = asking(
        f"do: visit, with: {{role: team}}, within: 2 days, {ELSE}", "{id: bad, when: dpd == 2, to: gone}, ", never=never
    )
    road.live("2025-02-10")
    assert road.case.course.stopped is not None
    assert visits(road) == [("2025-01-11", "team")]
    road.tell(MovedByHand(to="late", role="boss", reason="go on"), "2025-02-10")
    assert visits(road) == [("2025-01-11", "team"), ("2025-02-10", "boss")]
    road.tell(MovedByHand(to="late", role="boss", reason="go on"), "2025-02-11")
    road.live("2025-03-10")
    assert len(visits(road)) == 2


def test_a_task_that_was_cancelled_is_watched_no_more() -> None:
    road = asking(f"do: visit, with: {{role: team}}, within: 9 days, until: leave, {ELSE}")
    road.live("2025-01-11")
    road.tell(MovedByHand(to="gone", role="boss", reason="?"), "2025-01-12")
    road.live("2025-02-28")
    assert visits(road) == [("2025-01-11", "team")]


# --- done late ---

CHAIN = (
    "do: visit, with: {role: team}, within: 2 days, else: {do: visit, with: {role: boss}, within: 3 days,"
    " else: {do: visit, with: {role: counsel}}}"
)


def test_what_followed_on_a_task_is_cancelled_once_it_is_done() -> None:
    road = asking(CHAIN)
    road.live("2025-01-18")
    first, second, third = road.effects("visit")
    assert (second.follows, third.follows) == ((first.id,), (first.id, second.id))
    road.tell(EffectDelivered(effect_id=third.id), "2025-01-18")
    road.tell(TaskCompleted(effect_id=first.id), "2025-01-19")
    why = f"visit {first.id} was done on 2025-01-19"
    assert road.changes() == [("2025-01-19", "cancelled", why)] * 2
    assert [(one.role, one.params["task"]) for one in road.effects("task_cancelled")] == [("counsel", third.id)]
    assert road.open_effects() == ["task_cancelled"]


def test_a_chain_does_not_go_on_when_the_task_it_began_with_is_done() -> None:
    road = asking(CHAIN)
    road.live("2025-01-14")
    road.tell(TaskCompleted(effect_id=road.effects("visit")[0].id), "2025-01-15")
    road.live("2025-02-28")
    assert visits(road) == [("2025-01-11", "team"), ("2025-01-14", "boss")]
    assert road.open_effects() == []


def test_what_is_done_further_on_in_a_chain_leaves_the_late_task_open() -> None:
    road = asking(CHAIN)
    road.live("2025-01-18")
    road.tell(TaskCompleted(effect_id=road.effects("visit")[1].id), "2025-01-19")
    assert [one.role for one in road.case.course.open_effects] == ["team"]


@pytest.mark.parametrize(("hour", "said"), [(23, "was done on 2025-01-13, in time"), (None, "was done on 2025-01-14")])
def test_what_was_done_in_time_and_told_later_need_not_be_followed(hour: int | None, said: str) -> None:
    road = asking(CHAIN)
    road.live("2025-01-14")
    task = road.effects("visit")[0].id
    happened_at = at("2025-01-13", hour) if hour is not None else None
    road.tell(TaskCompleted(effect_id=task, happened_at=happened_at), "2025-01-14", 1)
    assert road.changes() == [("2025-01-14", "cancelled", f"visit {task} {said}")]
    assert road.open_effects() == []


def test_a_ladder_that_followed_ends_when_the_task_is_done() -> None:
    road = asking("do: visit, within: 2 days, else: {ladder: [call, call]}")
    road.live("2025-01-14")
    task = road.effects("visit")[0].id
    assert road.open_effects() == ["visit", "call"]
    road.tell(EffectDelivered(effect_id=road.effects("call")[0].id), "2025-01-14")
    road.tell(TaskCompleted(effect_id=task), "2025-01-14")
    assert (road.open_effects(), road.case.course.climbs) == ([], ())


# --- hands ---


def test_a_task_falls_to_another_role_with_all_that_names_it() -> None:
    road = asking(f"do: visit, with: {{role: team}}, within: 5 days, {ELSE}")
    road.live("2025-01-11")
    road.tell(TaskReassigned(effect_id=road.effects("visit")[0].id, role="counsel"), "2025-01-12")
    (task,) = road.case.course.open_effects
    assert (task.role, task.params, task.deadline_on) == ("counsel", {"role": "counsel"}, on("2025-01-16"))
    road.live("2025-01-17")
    assert visits(road)[-1] == ("2025-01-17", "boss")


def test_a_task_may_get_another_last_day_which_is_watched_in_place_of_the_first() -> None:
    road = asking(f"do: visit, with: {{role: team}}, within: 5 days, {ELSE}")
    road.live("2025-01-11")
    task = road.effects("visit")[0].id
    road.tell(TaskReassigned(effect_id=task, role="team", deadline_on=on("2025-01-20")), "2025-01-12")
    road.live("2025-01-20")
    assert len(visits(road)) == 1
    road.live("2025-01-21")
    assert visits(road)[-1] == ("2025-01-21", "boss")
    road.tell(TaskReassigned(effect_id=task, role="team", deadline_on=on("2025-01-22")), "2025-01-22")
    road.live("2025-01-22")
    assert len(visits(road)) == 2
    road.live("2025-02-28")
    assert visits(road)[2:] == [("2025-01-23", "boss")], "once for each last day"
    road.tell(TaskReassigned(effect_id=task, role="counsel"), "2025-02-28")
    road.live("2025-03-28")
    assert len(visits(road)) == 3, "another role without another last day brings nothing"


def test_a_request_for_approval_falls_to_the_role_that_may_then_answer_it() -> None:
    road = asking("do: note", "{id: end, when: dpd == 5, to: gone, approve: counsel}, ")
    road.live("2025-01-15")
    asked = road.effects("approval")[0].id
    road.tell(TaskReassigned(effect_id=asked, role="boss"), "2025-01-15")
    road.tell(TaskCompleted(effect_id=asked, outcome="approved", role="boss"), "2025-01-15")
    assert road.stage == "gone"


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"effect_id": "loan-1:2:9", "role": "boss"}, "no open task `loan-1:2:9` .did you mean `loan-1:2:1`"),
        ({"effect_id": "x", "role": "boss"}, "no open task `x` .open are loan-1:2:1 .visit."),
        ({"effect_id": "loan-1:2:2", "role": "boss"}, "`loan-1:2:2` is a contact; only a task falls to a role"),
        ({"effect_id": "loan-1:2:1", "role": "bos"}, "no role `bos` .did you mean `boss`"),
        ({"effect_id": "loan-1:2:1", "role": "x"}, "no role `x` .it has boss, team, counsel."),
        (
            {"effect_id": "loan-1:2:1", "role": "boss", "deadline_on": on("2025-01-11")},
            "cannot be set to 2025-01-11: that day is over, it is 2025-01-12",
        ),
    ],
)
def test_a_hand_over_that_cannot_be_is_refused(told: dict[str, object], refusal: str) -> None:
    road = asking("do: visit, within: 5 days}, {do: call")
    road.live("2025-01-11")
    with pytest.raises(EventRefused, match=refusal):
        road.tell(TaskReassigned(**told), "2025-01-12")


def test_a_task_that_is_done_falls_to_nobody() -> None:
    road = asking("do: visit")
    road.live("2025-01-11")
    task = road.effects("visit")[0].id
    road.tell(TaskCompleted(effect_id=task), "2025-01-12")
    with pytest.raises(EventRefused, match=f"case `loan-1` has no open task `{task}`$"):
        road.tell(TaskReassigned(effect_id=task, role="boss"), "2025-01-12")


# --- owners ---


@pytest.mark.parametrize("handed_over", [True, False])
def test_who_was_given_a_task_is_told_when_it_need_not_be_done_any_more(handed_over: bool) -> None:
    road = asking("do: visit, with: {role: team}, until: leave")
    road.live("2025-01-11")
    task = road.effects("visit")[0].id
    if handed_over:
        road.tell(EffectDelivered(effect_id=task), "2025-01-11")
    road.tell(MovedByHand(to="gone", role="boss", reason="?"), "2025-01-12")
    told = [(one.kind, one.role, one.params) for one in road.effects("task_cancelled")]
    params = {"task": task, "action": "visit", "reason": "the case left late"}
    assert told == ([("notice", "team", params)] if handed_over else [])
