"""What every store must do, as tests: run them against a store of your own.

    class TestMyStore(StoreConformance):
        @pytest.fixture
        def store(self) -> Store:
            return MyStore()

Each test asks for a fixture `store`: one that is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from overdue_flow.cases.case import Case
from overdue_flow.cases.values import changed
from overdue_flow.errors import ConcurrentTurn, EventRefused
from overdue_flow.store.protocol import Store, Switch, Turn
from overdue_flow.testing.stores_contacts import ContactsConformance
from overdue_flow.testing.stores_looks import LooksConformance
from overdue_flow.testing.stores_outbox import OutboxConformance
from overdue_flow.testing.stores_policies import PoliciesConformance
from overdue_flow.testing.turns import NINE, contact, day_passed, happened, opening, task

FEBRUARY = [date(2026, 2, day) for day in range(1, 29)]


class Undo(Exception):
    """What a test raises to have a transaction undone."""


def overtaken(do: Callable[[], object]) -> str:
    """What ConcurrentTurn says, which `do` must raise."""
    try:
        do()
    except ConcurrentTurn as error:
        return str(error)
    raise AssertionError("another turn was first, and nobody said so")


def opened(store: Store, *turns: Turn) -> list[Case]:
    """The cases of turns, recorded."""
    store.commit(turns)
    return [turn.case for turn in turns]


class TurnsConformance:
    """Cases and journals."""

    def test_what_is_not_there_is_none_or_empty(self, store: Store) -> None:
        assert (store.load("a"), store.journal("a"), store.recorded("a", "e")) == (None, (), None)
        assert (store.load_many(["a"]), store.recorded_many([("a", "e")]), list(store.case_ids())) == ({}, {}, [])
        assert (store.due(FEBRUARY[0]), list(store.outbox()), list(store.tasks()), store.switches()) == ([], [], [], {})

    def test_a_turn_is_an_entry_and_the_case_after_it(self, store: Store) -> None:
        first = opening("a", contact("a:1:1"), task("a:1:2"), person_id="p")
        second = happened(first.case, "e-1")
        store.commit([first])
        store.commit([second])
        assert store.load("a") == second.case
        assert store.journal("a") == (first.entry, second.entry)
        assert store.recorded("a", "e-1") == second.entry
        assert store.recorded("a", "e-2") is None

    def test_several_turns_of_a_case_may_come_at_once(self, store: Store) -> None:
        first = opening("a", contact("a:1:1"))
        second = happened(first.case, "e-1", contact("a:2:1"))
        third = day_passed(second.case, FEBRUARY[0], FEBRUARY[4])
        store.commit([first, second, third])
        assert store.load("a") == third.case
        assert store.journal("a") == (first.entry, second.entry)
        assert [parcel.effect.id for parcel in store.outbox()] == ["a:1:1", "a:2:1"]
        assert store.due(FEBRUARY[4]) == ["a"]

    def test_many_cases_are_read_at_once(self, store: Store) -> None:
        cases = opened(store, *(opening(f"c-{number:03}", person_id=f"p-{number}") for number in range(120)))
        ids = [case.id for case in cases]
        assert store.load_many([*ids, "x"]) == dict(zip(ids, cases, strict=True))
        assert list(store.case_ids()) == ids
        found = store.recorded_many([("c-000", "opened"), ("c-007", "opened"), ("c-007", "x"), ("x", "opened")])
        assert {key: entry.event.id for key, entry in found.items()} == {
            ("c-000", "opened"): "opened",
            ("c-007", "opened"): "opened",
        }

    def test_a_day_without_a_row_changes_the_case_and_not_its_journal(self, store: Store) -> None:
        (case,) = opened(store, opening("a"))
        store.commit([day_passed(case, FEBRUARY[3])])
        assert store.load("a") == changed(case, day=FEBRUARY[3])
        assert len(store.journal("a")) == 1

    def test_a_turn_that_another_one_overtook_is_refused(self, store: Store) -> None:
        (case,) = opened(store, opening("a"))
        store.commit([happened(case, "e-1")])
        assert overtaken(lambda: store.commit([happened(case, "e-2")])) == (
            "case `a` has 2 entries, not 1; decide again"
        )
        assert store.recorded("a", "e-2") is None
        overtaken(lambda: store.commit([day_passed(case, FEBRUARY[0])]))
        overtaken(lambda: store.commit([opening("a", contact("a:1:9"))]))
        assert list(store.outbox()) == []

    def test_a_turn_of_a_case_that_is_not_there_is_refused(self, store: Store) -> None:
        overtaken(lambda: store.commit([happened(opening("a").case, "e-1")]))
        assert store.load("a") is None

    def test_where_one_turn_is_refused_none_is_recorded(self, store: Store) -> None:
        (case,) = opened(store, opening("b"))
        store.commit([happened(case, "e-1")])
        turns = [opening("a", contact("a:1:1")), happened(case, "e-2"), opening("c", task("c:1:1"))]
        overtaken(lambda: store.commit(turns))
        assert list(store.case_ids()) == ["b"]
        assert (list(store.outbox()), list(store.tasks()), store.load("a")) == ([], [], None)

    def test_a_case_never_goes_back_behind_a_day_that_it_has_lived(self, store: Store) -> None:
        (case,) = opened(store, opening("a"))
        store.commit([day_passed(case, FEBRUARY[9])])
        said = overtaken(lambda: store.commit([day_passed(case, FEBRUARY[3])]))
        assert said == "case `a` has lived 2026-02-10, and a turn never goes back; decide again"

    def test_an_event_is_recorded_once(self, store: Store) -> None:
        first = opening("a")
        second = happened(first.case, "e-1")
        opened(store, first, second)
        overtaken(lambda: store.commit([happened(second.case, "e-1")]))
        assert len(store.journal("a")) == 2

    def test_ids_are_any_text_and_sorted_by_their_characters(self, store: Store) -> None:
        ids = ["a b", "B", "a", "贷款-1", 'it\'s 100% \\ "so"', "é", "Z", "😀"]
        opened(store, *(opening(case_id, contact(f"{case_id}:1:1"), person_id=case_id) for case_id in ids))
        assert list(store.case_ids()) == sorted(ids)
        assert [parcel.effect.id for parcel in store.outbox()] == sorted(f"{case_id}:1:1" for case_id in ids)
        assert {case_id for case_id in ids if store.recorded(case_id, "opened")} == set(ids)

    def test_an_id_that_no_database_can_hold_is_refused(self, store: Store) -> None:
        for case_id in ("", "a\x00b", "\ud800"):
            try:
                store.commit([opening(case_id, person_id="p")])
            except EventRefused:
                continue
            raise AssertionError(f"{case_id!a} was taken")
        assert list(store.case_ids()) == []

    def test_threads_overtake_each_other_and_lose_nothing(self, store: Store) -> None:
        opened(store, *(opening(case_id) for case_id in "ab"))

        def tell(number: int) -> None:
            for _again in range(200):
                case = store.load("ab"[number % 2])
                assert case is not None
                try:
                    return store.commit([happened(case, f"e-{number}")])
                except ConcurrentTurn:
                    continue
            raise AssertionError(f"event {number} was never recorded")

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(tell, range(24)))
        for case_id, remainder in (("a", 0), ("b", 1)):
            told = {entry.event.id for entry in store.journal(case_id)[1:]}
            assert told == {f"e-{number}" for number in range(24) if number % 2 == remainder}


class WakingConformance:
    """Which cases are due."""

    def test_cases_are_due_from_their_day_on_the_earliest_first_then_by_id(self, store: Store) -> None:
        days = {"d": 3, "c": 2, "b": 5, "a": 3, "e": None}
        opened(store, *(opening(one, wake_on=FEBRUARY[day] if day else None) for one, day in days.items()))
        assert store.due(FEBRUARY[1]) == []
        assert store.due(FEBRUARY[3]) == ["c", "a", "d"]
        assert store.due(FEBRUARY[3], limit=2) == ["c", "a"]
        assert store.due(FEBRUARY[20]) == ["c", "a", "d", "b"]

    def test_cases_are_due_behind_another_one(self, store: Store) -> None:
        days = {"d": 3, "c": 2, "b": 5, "a": 3, "e": None}
        opened(store, *(opening(one, wake_on=FEBRUARY[day] if day else None) for one, day in days.items()))
        assert store.due(FEBRUARY[20], behind="c") == ["a", "d", "b"]
        assert store.due(FEBRUARY[20], behind="a", limit=1) == ["d"]
        assert store.due(FEBRUARY[3], behind="d") == []
        assert store.due(FEBRUARY[3], behind="e") == store.due(FEBRUARY[3], behind="nobody") == ["c", "a", "d"]
        assert store.due(FEBRUARY[3]) == ["c", "a", "d"]

    def test_a_new_wake_day_takes_the_place_of_the_old_one(self, store: Store) -> None:
        (case,) = opened(store, opening("a", wake_on=FEBRUARY[2]))
        store.commit([day_passed(case, FEBRUARY[2], FEBRUARY[9])])
        assert (store.due(FEBRUARY[8]), store.due(FEBRUARY[9])) == ([], ["a"])
        store.commit([happened(case, "e-1", at=NINE + timedelta(days=40))])
        assert store.due(FEBRUARY[27]) == []


class TransactionsConformance:
    """All of a block, or nothing."""

    def test_the_calls_of_a_block_are_seen_in_it_and_stay(self, store: Store) -> None:
        with store.transaction() as bound:
            bound.commit([opening("a", contact("a:1:1"), wake_on=FEBRUARY[0])])
            case = bound.load("a")
            assert case is not None
            bound.commit([happened(case, "e-1")])
            assert (bound.due(FEBRUARY[0]), len(bound.journal("a"))) == ([], 2)
        assert len(store.journal("a")) == 2

    def test_an_error_undoes_all_of_the_block(self, store: Store) -> None:
        (case,) = opened(store, opening("a", contact("a:1:1"), task("a:1:2"), person_id="p", wake_on=FEBRUARY[0]))
        later = happened(case, "e-1", contact("a:2:1"), wake_on=FEBRUARY[9])
        try:
            with store.transaction() as bound:
                bound.commit([later, opening("b", task("b:1:1"))])
                bound.stop(Switch("contact", NINE, "boss", "a test"))
                assert bound.claim(NINE, worker="w", lease=timedelta(minutes=5))
                raise Undo
        except Undo:
            pass
        assert (store.load("a"), len(store.journal("a")), list(store.case_ids())) == (case, 1, ["a"])
        assert ([one.effect.id for one in store.outbox()], store.due(FEBRUARY[0])) == (["a:1:1", "a:1:2"], ["a"])
        assert ([one.case_id for one in store.tasks()], store.switches()) == (["a"], {})
        assert len(store.claim(NINE, worker="other", lease=timedelta(minutes=5))) == 2
        store.commit([later])
        assert store.load("a") == later.case

    def test_a_turn_that_was_overtaken_undoes_nothing_else(self, store: Store) -> None:
        (case,) = opened(store, opening("a"))
        with store.transaction() as bound:
            bound.commit([happened(case, "e-1")])
            overtaken(lambda: bound.commit([opening("b"), happened(case, "e-2")]))
            again = bound.load("a")
            assert again is not None
            bound.commit([happened(again, "e-3")])
        assert [entry.event.id for entry in store.journal("a")] == ["opened", "e-1", "e-3"]
        assert list(store.case_ids()) == ["a"]

    def test_a_block_inside_a_block_is_undone_by_itself(self, store: Store) -> None:
        with store.transaction() as outer:
            outer.commit([opening("a")])
            try:
                with outer.transaction() as inner:
                    inner.commit([opening("b")])
                    raise Undo
            except Undo:
                pass
            outer.commit([opening("c")])
        assert list(store.case_ids()) == ["a", "c"]


class OverlookedConformance:
    """Which cases were last looked at with other versions than are known now."""

    def test_cases_that_were_looked_at_with_other_versions_are_found_by_id(self, store: Store) -> None:
        looked = {"e": "", "d": "v1", "c": "v2", "b": "v3", "a": "", "rests": None}
        opened(store, *(opening(one)._replace(looked_with=versions) for one, versions in looked.items()))
        assert store.overlooked("v2") == ["a", "b", "d", "e"]
        assert store.overlooked("") == ["b", "c", "d"]
        assert store.overlooked("v0") == ["a", "b", "c", "d", "e"]
        assert store.overlooked("v2", limit=2) == ["a", "b"]
        assert store.overlooked("v2", limit=2, behind="b") == ["d", "e"]
        assert store.overlooked("v2", behind="c") == ["d", "e"]
        assert store.overlooked("v2", behind="e") == []

    def test_the_last_turn_says_with_which_versions_a_case_was_looked_at(self, store: Store) -> None:
        (case,) = opened(store, opening("a"))
        assert (store.overlooked(""), store.overlooked("v2")) == ([], ["a"])
        store.commit([day_passed(case, FEBRUARY[2])._replace(looked_with="v2")])
        assert (store.overlooked(""), store.overlooked("v2")) == (["a"], [])
        later = happened(changed(case, day=FEBRUARY[2]), "e-1")
        store.commit([later._replace(looked_with="v3"), happened(later.case, "e-2")._replace(looked_with="v2")])
        assert (store.overlooked("v3"), store.overlooked("v2")) == (["a"], [])

    def test_what_rests_is_never_overlooked(self, store: Store) -> None:
        (case,) = opened(store, opening("a"))
        store.commit([happened(case, "e-1")._replace(looked_with=None)])
        assert (store.overlooked(""), store.overlooked("v2")) == ([], [])

    def test_what_is_undone_is_overlooked_still(self, store: Store) -> None:
        (case,) = opened(store, opening("a"))
        try:
            with store.transaction() as bound:
                bound.commit([happened(case, "e-1")._replace(looked_with="v2"), opening("b")])
                assert bound.overlooked("v2") == ["b"]
                raise Undo
        except Undo:
            pass
        assert (store.overlooked("v2"), store.overlooked("")) == (["a"], [])


class SwitchesConformance:
    """What is stopped."""

    def test_what_is_stopped_is_stopped_until_it_may_go_on(self, store: Store) -> None:
        calls, everything = Switch("call", NINE, "boss", "the gateway\nrepeats"), Switch("contact", NINE, "boss", "")
        store.stop(everything)
        store.stop(calls)
        assert store.switches() == {"call": calls, "contact": everything}
        store.stop(calls._replace(reason="still"))
        assert store.switches()["call"].reason == "still"
        assert (store.resume("call"), store.resume("call")) == (True, False)
        assert list(store.switches()) == ["contact"]


class StoreConformance(
    TurnsConformance,
    WakingConformance,
    TransactionsConformance,
    OverlookedConformance,
    SwitchesConformance,
    PoliciesConformance,
    OutboxConformance,
    ContactsConformance,
    LooksConformance,
):
    """All that a store must do."""


__all__ = ["StoreConformance"]
