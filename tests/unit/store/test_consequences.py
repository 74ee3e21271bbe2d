"""What turns change outside their journal: the outbox, the task list, a person's contacts."""

from __future__ import annotations

import pytest

from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import EffectChange
from overdue_flow.cases.person import Line
from overdue_flow.errors import ConcurrentTurn, EventRefused
from overdue_flow.events import (
    ContactAttempted,
    EffectDelivered,
    EffectFailed,
    EffectWithheld,
    Event,
    EventRetracted,
    TaskReassigned,
)
from overdue_flow.store.consequences import NOTHING, Consequences, Spell, consequences, plain_text, spells
from overdue_flow.store.protocol import Turn
from overdue_flow.testing.turns import contact, day_passed, happened, nine, opening, task


def of(*turns: Turn) -> Consequences:
    return consequences(Spell(turns[0].before, turns))


def after(effect: Effect, *events: Event | EffectChange) -> Consequences:
    """What the turns after the opening of a case with one effect change."""
    turns = [opening("a", effect)]
    for event in events:
        case = turns[-1].case
        if isinstance(event, EffectChange):
            turns.append(happened(case, f"e-{len(turns)}", changes=[event]))
        else:
            turns.append(happened(case, event))
    return of(*turns[1:])


def now(turn: Turn) -> Effect:
    return turn.case.course.open_effects[0]


# --- effects ---


def test_what_was_asked_for_stands_in_the_outbox_a_task_on_the_list_too() -> None:
    call, work = contact("a:1:1"), task("a:1:2")
    assert of(opening("a", call, work)) == Consequences(opened=(call, work), tasks=(work,))


def test_a_turn_that_changes_no_effect_changes_nothing() -> None:
    first = opening("a", contact("a:1:1"))
    assert of(happened(first.case, "e-1")) is NOTHING
    assert of(day_passed(first.case, first.case.day)) is NOTHING


def test_an_effect_that_waits_for_another_instant_or_an_end_has_moved() -> None:
    first = opening("a", contact("a:1:1"))
    later = happened(first.case, "e-1", changes=[EffectChange("a:1:1", "pending", "", nine(2))])
    held = happened(first.case, "e-1", changes=[EffectChange("a:1:1", "held", "")])
    assert of(later) == Consequences(moved=(now(later),))
    assert of(held) == Consequences(moved=(now(held),))
    assert now(held).status is Status.HELD


def test_an_effect_that_changes_in_another_way_stays_where_it_is() -> None:
    first = opening("a", task("a:1:1", "team"))
    turn = happened(first.case, TaskReassigned(id="t", effect_id="a:1:1", role="boss"))
    assert of(turn) == Consequences(amended=(now(turn),), tasks=(now(turn),))


def test_a_contact_that_was_delivered_is_gone_and_a_task_stands_on_the_list_alone() -> None:
    delivered = EffectDelivered(id="d", effect_id="a:1:1")
    assert after(contact("a:1:1"), delivered) == Consequences(gone=("a:1:1",))
    first = opening("a", task("a:1:1"))
    turn = happened(first.case, delivered)
    assert of(turn) == Consequences(gone=("a:1:1",), tasks=(now(turn),))


def test_a_task_that_is_cancelled_leaves_both() -> None:
    cancelled = EffectChange("a:1:1", "cancelled", "paid")
    assert after(task("a:1:1"), cancelled) == Consequences(gone=("a:1:1",), tasks_gone=("a:1:1",))


def test_of_several_turns_only_what_is_left_counts() -> None:
    first = opening("a", contact("a:1:1"), task("a:1:2"))
    gone = [EffectChange(f"a:1:{number}", "cancelled", "") for number in (1, 2)]
    assert of(first, happened(first.case, "e-1", changes=gone)) == NOTHING


# --- contacts ---


def test_what_was_spoken_is_a_line() -> None:
    call = ContactAttempted(id="c-1", channel="phone", outcome="busy", happened_at=nine(3))
    assert after(contact("a:1:1"), call) == Consequences(lines=(Line("a", "c-1", nine(3), call),))


def test_a_line_without_an_id_is_known_by_its_entry() -> None:
    (line,) = after(contact("a:1:1"), ContactAttempted(channel="phone", outcome="busy")).lines
    assert line.key == "a:2"


def test_what_was_entered_by_mistake_is_taken_back() -> None:
    call = ContactAttempted(id="c-1", channel="phone", outcome="busy")
    first = opening("a")
    second = happened(first.case, call)
    third = happened(second.case, EventRetracted(id="r", event_id="c-1"))
    assert of(third) == Consequences(unsaid=("c-1",))
    assert of(second, third) == NOTHING


@pytest.mark.parametrize(
    ("event", "ends"),
    [
        (ContactAttempted(id="x", channel="phone", outcome="busy", effect_id="a:1:1"), True),
        (ContactAttempted(id="x", channel="phone", outcome="busy"), False),
        (EffectFailed(id="x", effect_id="a:1:1", final=True), True),
        (EffectFailed(id="x", effect_id="a:1:1"), False),
        # an earlier try may have gone out
        (EffectWithheld(id="x", effect_id="a:1:1", how="deferred", until=nine(1)), False),
        (EffectWithheld(id="x", effect_id="a:1:1", how="superseded"), False),
        (EffectDelivered(id="x", effect_id="a:1:1"), False),
    ],
)
def test_a_reservation_falls_with_the_outcome(event: Event, ends: bool) -> None:
    assert after(contact("a:1:1"), event).settled == (("a:1:1",) if ends else ())


def test_a_contact_that_went_out_is_reserved_again_when_its_outcome_is_retracted() -> None:
    first = opening("a", contact("a:1:1"))
    outcome = ContactAttempted(id="c-1", channel="phone", outcome="busy", effect_id="a:1:1")
    delivered = happened(first.case, EffectDelivered(id="d", effect_id="a:1:1"))
    told = happened(delivered.case, outcome)
    withdrawn = happened(told.case, EventRetracted(id="r", event_id="c-1"))
    (line,) = of(withdrawn).again
    assert (line.key, line.reserved, getattr(line.event, "outcome", None)) == ("a:1:1", True, "connected")
    corrected = happened(withdrawn.case, outcome.model_copy(update={"id": "c-2", "outcome": "no_answer"}))
    assert of(withdrawn, corrected).again == ()


def test_a_contact_that_never_went_out_is_not() -> None:
    first = opening("a", contact("a:1:1"))
    told = happened(first.case, ContactAttempted(id="c-1", channel="phone", outcome="busy", effect_id="a:1:1"))
    withdrawn = happened(told.case, EventRetracted(id="r", event_id="c-1"))
    assert of(withdrawn).again == ()


# --- spells ---


def test_turns_are_sorted_by_case_those_of_a_case_stay_in_order() -> None:
    b, a = opening("b"), opening("a")
    more = happened(b.case, "e-1")
    found = spells([b, a, more])
    assert list(found) == ["a", "b"]
    assert found["b"] == Spell(None, (b, more))
    assert (found["b"].expected_seq, found["b"].entries) == (0, [b.entry, more.entry])


def test_turns_that_do_not_follow_each_other_are_refused() -> None:
    first = opening("a")
    one, other = happened(first.case, "e-1"), happened(first.case, "e-2")
    with pytest.raises(ConcurrentTurn, match="the turns of case `a` do not follow each other"):
        spells([one, other])


def test_a_case_begins_with_an_entry() -> None:
    with pytest.raises(EventRefused, match="case `a` has no journal yet"):
        spells([opening("a")._replace(entry=None)])


@pytest.mark.parametrize("key", ["", "a\x00", "\udfff", "x" * 201])
def test_ids_that_no_database_can_hold_are_refused(key: str) -> None:
    with pytest.raises(
        EventRefused, match="cannot be the id of a person; expected text of 1 to 200 characters without NUL"
    ):
        spells([opening("a")._replace(case=opening("a").case._replace(person_id=key))])


def test_a_person_is_not_called_as_an_encrypted_one_stands() -> None:
    """Whoever opened the store with keys later would take the id for an encrypted one, and could not read it."""
    first = opening("a")
    with pytest.raises(EventRefused, match="`named:2026a:x` cannot be the id of a person: encrypted ones begin with"):
        spells([first._replace(case=first.case._replace(person_id="named:2026a:x"))])


def test_errors_are_told_in_characters_that_a_database_can_hold() -> None:
    assert plain_text("a\x00b\ud800c 贷款") == "ab?c 贷款"
