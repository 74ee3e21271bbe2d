"""The store in memory: journals and cases, who wakes when, and what may go out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Entry, PolicyRef
from overdue_flow.cases.events import ComplaintReceived, TimePassed
from overdue_flow.errors import ConcurrentTurn
from overdue_flow.store.memory import MemoryStore
from overdue_flow.store.protocol import Store
from support.telling import a_loan

AT = datetime(2025, 1, 20, 9, tzinfo=UTC)
DAY = AT.date()


def case_of(case_id: str, *effects: Effect) -> Case:
    case = a_loan()
    return case._replace(id=case_id, course=case.course._replace(open_effects=effects))


def entry_of(case_id: str, seq: int, event_id: str | None = None) -> Entry:
    event = ComplaintReceived(id=event_id) if event_id else TimePassed(day=DAY)
    return Entry(case_id, seq, DAY, AT, event, PolicyRef("road", "1", "1"))


def effect_of(name: str, due_at: datetime = AT, status: Status = Status.PENDING) -> Effect:
    return Effect(name, "call", "contact", DAY, due_at, "r", status=status)


def day(number: int) -> date:
    return date(2025, 2, number)


@pytest.fixture
def store() -> Store:
    return MemoryStore()


def asleep(store: Store, **wakes: date | None) -> None:
    """Cases without entries, each with its wake day."""
    for case_id, wake_on in wakes.items():
        store.commit(case_of(case_id), None, wake_on, expected_seq=0)


# --- turns ---


def test_a_turn_is_an_entry_and_the_case_after_it(store: Store) -> None:
    case, entry = case_of("a"), entry_of("a", 1, "e-1")
    store.commit(case, entry, None, expected_seq=0)
    assert store.load("a") == case
    assert store.journal("a") == (entry,)
    assert store.recorded("a", "e-1") == entry


def test_what_is_not_there_is_none_or_empty(store: Store) -> None:
    assert (store.load("a"), store.journal("a"), store.recorded("a", "e-1")) == (None, (), None)
    store.commit(case_of("a"), entry_of("a", 1, "e-1"), None, expected_seq=0)
    assert (store.recorded("a", "e-2"), store.recorded("b", "e-1")) == (None, None)


def test_entries_stand_in_the_order_of_their_turns_and_each_event_finds_its_own(store: Store) -> None:
    entries = (entry_of("a", 1, "x"), entry_of("a", 2), entry_of("a", 3, "y"))
    for seq, entry in enumerate(entries):
        store.commit(case_of("a"), entry, None, expected_seq=seq)
    assert store.journal("a") == entries
    assert (store.recorded("a", "x"), store.recorded("a", "y")) == (entries[0], entries[2])


@pytest.mark.parametrize("expected_seq", [0, 2])
def test_a_turn_that_another_one_overtook_is_refused_and_changes_nothing(store: Store, expected_seq: int) -> None:
    first = case_of("a")
    store.commit(first, entry_of("a", 1, "x"), day(1), expected_seq=0)
    with pytest.raises(ConcurrentTurn, match=f"case `a` has 1 entries, not {expected_seq}; decide again"):
        store.commit(first._replace(person_id="other"), entry_of("a", 2, "y"), None, expected_seq=expected_seq)
    assert (store.load("a"), len(store.journal("a")), store.recorded("a", "y")) == (first, 1, None)
    assert list(store.due(day(1))) == ["a"]


def test_a_day_without_a_row_changes_the_case_and_not_its_journal(store: Store) -> None:
    store.commit(case_of("a"), entry_of("a", 1, "x"), None, expected_seq=0)
    later = case_of("a")._replace(day=day(5))
    store.commit(later, None, day(9), expected_seq=1)
    assert (store.load("a"), len(store.journal("a"))) == (later, 1)


def test_cases_are_told_in_the_order_in_which_they_were_opened(store: Store) -> None:
    asleep(store, b=None, a=day(1), c=None)
    asleep(store, b=day(2))
    assert list(store.case_ids()) == ["b", "a", "c"]


# --- waking ---


def test_cases_whose_day_has_come_are_due_the_earliest_first_then_by_id(store: Store) -> None:
    asleep(store, d=day(3), c=day(2), b=day(5), a=day(3), e=None)
    assert list(store.due(day(3))) == ["c", "a", "d"]


def test_a_case_is_due_on_its_day_and_not_before(store: Store) -> None:
    asleep(store, a=day(3))
    assert list(store.due(day(2))) == []
    assert list(store.due(day(3))) == ["a"]


def test_a_case_that_was_looked_at_is_due_again_only_when_it_is_put_to_sleep_again(store: Store) -> None:
    asleep(store, a=day(3))
    assert list(store.due(day(4))) == ["a"]
    assert list(store.due(day(4))) == []
    asleep(store, a=day(4))
    assert list(store.due(day(4))) == ["a"]


@pytest.mark.parametrize("new", [date(2025, 2, 1), date(2025, 2, 8), None])
def test_a_new_wake_day_takes_the_place_of_the_old_one(store: Store, new: date | None) -> None:
    asleep(store, a=day(3))
    asleep(store, a=new)
    assert list(store.due(day(3))) == (["a"] if new == day(1) else [])
    assert list(store.due(day(28))) == (["a"] if new == day(8) else [])


def test_a_wake_day_may_be_moved_away_and_back(store: Store) -> None:
    asleep(store, a=day(3))
    asleep(store, a=day(8))
    asleep(store, a=day(3))
    assert list(store.due(day(28))) == ["a"]


def test_a_case_that_is_put_to_sleep_while_others_are_waked_comes_again_if_its_day_is_due(store: Store) -> None:
    asleep(store, a=day(1), b=day(2))
    seen = []
    for case_id in store.due(day(5)):
        seen.append(case_id)
        if len(seen) < 4:
            asleep(store, **{case_id: day(len(seen) + 2)})
    assert seen == ["a", "b", "a", "b", "a"]


def test_a_case_in_hand_when_a_night_is_cut_short_is_due_again(store: Store) -> None:
    asleep(store, a=day(1), b=day(1), c=day(2))
    for case_id in store.due(day(5)):
        if case_id == "b":
            break
    assert list(store.due(day(5))) == ["b", "c"]


# --- the outbox ---


def test_pending_effects_that_are_due_go_out_by_instant_then_id(store: Store) -> None:
    minute = timedelta(minutes=1)
    store.commit(
        case_of("a", effect_of("a:2"), effect_of("a:1"), effect_of("a:3", AT + minute)), None, None, expected_seq=0
    )
    store.commit(case_of("b", effect_of("b:1", AT - minute)), None, None, expected_seq=0)
    assert [(case_id, effect.id) for case_id, effect in store.outbox(AT)] == [("b", "b:1"), ("a", "a:1"), ("a", "a:2")]
    assert len(list(store.outbox(AT + minute))) == 4


@pytest.mark.parametrize("status", [Status.HELD, Status.DELIVERED])
def test_effects_that_wait_or_were_delivered_do_not_go_out(store: Store, status: Status) -> None:
    store.commit(case_of("a", effect_of("a:1", status=status)), None, None, expected_seq=0)
    assert list(store.outbox(AT)) == []


def test_what_a_later_turn_took_away_does_not_go_out(store: Store) -> None:
    store.commit(case_of("a", effect_of("a:1")), None, None, expected_seq=0)
    store.commit(case_of("a"), None, None, expected_seq=0)
    assert list(store.outbox(AT)) == []
