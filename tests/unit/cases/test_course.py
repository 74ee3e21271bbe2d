"""The course: where a case stands on its road, as it is folded from the results of deciding."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from overdue_flow.cases.course import Course, Refusal, owners_of, settle, walk_to
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import (
    NOTHING,
    Beyond,
    EffectChange,
    Entry,
    Held,
    How,
    MarkChange,
    Move,
    PolicyRef,
    Request,
    Results,
    Stop,
)
from overdue_flow.cases.events import (
    CaseAdopted,
    ComplaintReceived,
    EffectDelivered,
    EffectFailed,
    Event,
    TaskCompleted,
)

AT = datetime(2025, 1, 20, 9, tzinfo=UTC)
DAY = AT.date()
EARLIER = date(2025, 1, 1)


def settled(course: Course, event: Event | None = None, version: str = "1", **results: Any) -> Course:
    """The course after an entry of 2025-01-20 with these results."""
    ref = PolicyRef("road", version, version)
    entry = Entry(
        "loan-1", 2, DAY, AT, event or ComplaintReceived(id="c"), ref, Results(**results) if results else NOTHING
    )
    return settle(course, entry)


def move(to: str, how: How = "rule") -> Move:
    return Move("calm", to, "r", "", DAY, how)


def effect(name: str, kind: str = "task", status: Status = Status.PENDING) -> Effect:
    return Effect(name, "visit", kind, EARLIER, AT, "r", status=status)  # type: ignore[arg-type]  # any kind


CALM = walk_to(Course(policy="road", version="1"), "calm", EARLIER)


# --- where ---


@pytest.mark.parametrize(
    ("stage", "owners"),
    [("calm", ("calm",)), ("legal.trial", ("legal", "legal.trial")), ("a.b.c", ("a", "a.b", "a.b.c"))],
)
def test_a_stage_lies_in_its_groups_outermost_first(stage: str, owners: tuple[str, ...]) -> None:
    assert owners_of(stage) == owners


def test_a_move_enters_the_stage_and_the_groups_around_it() -> None:
    course = walk_to(CALM, "legal.claim", DAY)
    assert (course.stage, course.entered_on) == ("legal.claim", DAY)
    assert course.entered == {"legal": DAY, "legal.claim": DAY}
    assert course.visits == {"calm": 1, "legal": 1, "legal.claim": 1}


def test_a_move_inside_a_group_leaves_the_groups_entry_alone() -> None:
    course = walk_to(walk_to(CALM, "legal.claim", EARLIER), "legal.trial", DAY)
    assert course.entered == {"legal": EARLIER, "legal.trial": DAY}
    assert course.visits == {"calm": 1, "legal": 1, "legal.claim": 1, "legal.trial": 1}


def test_coming_back_counts_another_visit_from_the_new_day() -> None:
    course = walk_to(walk_to(walk_to(CALM, "legal.claim", EARLIER), "calm", EARLIER), "legal.claim", DAY)
    assert course.entered == {"legal": DAY, "legal.claim": DAY}
    assert course.visits == {"calm": 2, "legal": 2, "legal.claim": 2}


def test_a_move_to_the_stage_itself_is_a_visit_of_the_stage_and_not_of_its_group() -> None:
    course = walk_to(walk_to(CALM, "legal.claim", EARLIER), "legal.claim", DAY)
    assert course.entered == {"legal": EARLIER, "legal.claim": DAY}
    assert (course.visits["legal"], course.visits["legal.claim"]) == (1, 2)


def test_the_entry_day_may_be_given() -> None:
    assert walk_to(Course(), "legal.claim", DAY, EARLIER).entered == {"legal": EARLIER, "legal.claim": EARLIER}


# --- moves and what comes with them ---


def test_moves_are_walked_in_order_and_remembered() -> None:
    course = settled(CALM, moves=(move("late"), move("legal.claim")))
    assert (course.stage, [one.to_stage for one in course.moves]) == ("legal.claim", ["late", "legal.claim"])
    assert course.visits == {"calm": 1, "late": 1, "legal": 1, "legal.claim": 1}


def test_an_entry_without_results_changes_nothing() -> None:
    assert settled(CALM) is CALM


def test_the_course_remembers_which_version_decided_last() -> None:
    assert (settled(CALM, version="2").version, settled(CALM, version="2").policy) == ("2", "road")


def test_only_the_stage_of_an_adoption_is_entered_on_the_day_given() -> None:
    adopted = CaseAdopted(
        id="a", opened_on=DAY, stage="late", stage_entered_on=EARLIER, effects_muted_until=date(2025, 2, 1)
    )
    course = settled(Course(), adopted, moves=(move("late", "opened"), move("court")))
    assert (course.entered, course.muted_until) == ({"court": DAY}, date(2025, 2, 1))
    assert settled(Course(), adopted, moves=(move("late", "opened"),)).entered == {"late": EARLIER}


# --- effects ---


def test_effects_that_are_on_their_way_are_kept_and_others_are_not() -> None:
    decided = [effect(status.value, status=status) for status in Status]
    course = settled(CALM, effects=tuple(decided))
    assert [one.id for one in course.open_effects] == ["pending", "held"]


def test_a_change_holds_an_effect_plans_it_again_or_ends_it() -> None:
    course = settled(CALM, effects=(effect("a"), effect("b"), effect("c"), effect("d")))
    later = datetime(2025, 2, 1, tzinfo=UTC)
    course = settled(
        course,
        changes=(
            EffectChange("a", Status.HELD, "hold"),
            EffectChange("b", Status.PENDING, "again", later),
            EffectChange("c", Status.CANCELLED, "left"),
            EffectChange("unknown", Status.CANCELLED, "left"),
        ),
    )
    assert [(one.id, one.status, one.due_at) for one in course.open_effects] == [
        ("a", "held", AT),
        ("b", "pending", later),
        ("d", "pending", AT),
    ]


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (EffectDelivered(id="x", effect_id="call"), [("visit", "pending")]),
        (EffectDelivered(id="x", effect_id="visit"), [("call", "pending"), ("visit", "delivered")]),
        (TaskCompleted(id="x", effect_id="visit"), [("call", "pending")]),
        (EffectFailed(id="x", effect_id="call"), [("call", "pending"), ("visit", "pending")]),
        (EffectFailed(id="x", effect_id="call", final=True), [("visit", "pending")]),
        (EffectDelivered(id="x", effect_id="other"), [("call", "pending"), ("visit", "pending")]),
    ],
)
def test_the_answers_of_the_outbox_and_of_people_end_effects(answer: Event, left: list[tuple[str, str]]) -> None:
    course = settled(CALM, effects=(effect("call", "contact"), effect("visit")))
    assert [(one.id, one.status) for one in settled(course, answer).open_effects] == left


# --- held, requests, refusals ---

SUE = Held("sue", "legal", "hold dispute")


def test_held_rules_are_kept_until_nothing_holds_them_and_those_of_an_event_are_not_kept() -> None:
    course = settled(CALM, held=(SUE, Held("judge", "legal", "hold dispute", at_event=True)))
    assert course.held == (SUE,)
    other = Held("sue", "legal", "open promise")
    assert settled(course, held=(other,), held_ended=("sue",)).held == (other,)
    assert settled(course, held_ended=("sue",)).held == ()


REQUEST = Request("loan-1:1:1", "sue", "legal", "counsel", EARLIER)


def test_requests_stand_until_they_are_answered_or_withdrawn() -> None:
    course = settled(CALM, requests=(REQUEST,))
    assert course.requests == (REQUEST,)
    assert settled(course, requests_ended=(("loan-1:1:1", "withdrawn"),)).requests == ()
    assert settled(course, requests_ended=(("loan-1:1:1", "approved"),)).refusals == ()


def test_a_refusal_is_kept_with_its_day_and_the_visit_in_which_it_was_asked() -> None:
    course = settled(walk_to(CALM, "calm", EARLIER), requests=(REQUEST,))
    course = settled(course, requests_ended=(("loan-1:1:1", "refused"),), moves=(move("late"),))
    assert course.refusals == (Refusal("sue", DAY, 2),)
    assert course.visits["late"] == 1


@pytest.mark.parametrize(("answer", "left"), [("done", 1), ("delivered", 0)])
def test_a_task_that_asks_for_approval_is_open_as_long_as_its_request(answer: str, left: int) -> None:
    course = settled(CALM, requests=(REQUEST,), effects=(effect("loan-1:1:1"),))
    if answer == "done":
        assert len(settled(course, TaskCompleted(id="x", effect_id="loan-1:1:1", role="team")).open_effects) == left
    else:
        ended = (EffectChange("loan-1:1:1", Status.DELIVERED, "counsel approved"),)
        assert len(settled(course, changes=ended, requests_ended=(("loan-1:1:1", "approved"),)).open_effects) == left


def test_what_fired_once_is_remembered() -> None:
    course = settled(settled(CALM, fired=(("r", "case"),)), fired=(("s", "case"),))
    assert course.fired == {("r", "case"), ("s", "case")}


def test_a_stop_stands_until_the_case_is_freed() -> None:
    stop = Stop("a reason", "r")
    course = settled(CALM, stopped=stop)
    assert course.stopped == stop
    assert settled(course, moves=(move("late"),)).stopped == stop
    assert settled(course, freed=True).stopped is None
    assert settled(course, freed=True, stopped=Stop("again")).stopped == Stop("again")


# --- beyond authority ---

MARK = Beyond("o-1", 2, ("team may offer nothing",), "e-1")


def test_an_offer_beyond_authority_is_marked_until_its_task_ends_with_a_yes() -> None:
    marked = settled(CALM, beyond_authority=(MARK,), effects=(effect("e-1"),))
    assert marked.beyond == (MARK,)
    assert settled(marked, beyond_ended=(("e-2", "approved"),)).beyond == (MARK,)
    assert settled(marked, beyond_ended=(("e-1", "approved"),)).beyond == ()


def test_an_answer_alone_ends_no_task_to_approve() -> None:
    """Not everybody's answer counts: what does, the results say."""
    marked = settled(CALM, beyond_authority=(MARK,), effects=(effect("e-1"), effect("e-2")))
    told = settled(marked, TaskCompleted(effect_id="e-1", outcome="approved"))
    assert [one.id for one in told.open_effects] == ["e-1", "e-2"]
    assert [one.id for one in settled(marked, TaskCompleted(effect_id="e-2")).open_effects] == ["e-1"]


# --- marks ---


def test_a_course_keeps_what_last_became_of_each_mark() -> None:
    npa, watch = (MarkChange(name, began=True, day=DAY, on=DAY, because="late") for name in ("npa", "watch"))
    over = MarkChange("npa", began=False, day=DAY, on=DAY)
    course = settled(CALM, marks=(npa, watch))
    assert dict(course.marks) == {"npa": npa, "watch": watch}
    assert list(settled(course, marks=(over,)).marks.items()) == [("watch", watch), ("npa", over)]
    assert dict(CALM.marks) == {}
