"""What every store must do with looks at personal data, as tests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from overdue_flow.store.looks import Look
from overdue_flow.store.protocol import Store
from overdue_flow.testing.turns import NINE, opening

LOOK = Look(NINE, "a", "officer", "wang", "the borrower called", "view", ("identity", "money"))


class LooksConformance:
    """Who looked at which case."""

    def test_a_look_is_remembered_as_it_was_told(self, store: Store) -> None:
        assert list(store.looks()) == []
        assert store.note_look(LOOK) == 1
        (noted,) = store.looks()
        assert noted == (1, NINE, "a", "officer", "wang", "the borrower called", "view", ("identity", "money"))

    def test_a_look_that_says_neither_who_nor_why_is_remembered_too(self, store: Store) -> None:
        store.note_look(Look(NINE, "a", "", ""))
        assert [(look.who, look.why, look.groups) for look in store.looks()] == [("", "", ())]

    def test_looks_are_asked_for_by_case_and_by_time(self, store: Store) -> None:
        for day, case_id in enumerate("aba"):
            store.note_look(LOOK._replace(at=NINE + timedelta(days=day), case_id=case_id))
        assert [look.number for look in store.looks()] == [1, 2, 3]
        assert [look.number for look in store.looks(case_id="a")] == [1, 3]
        assert [look.number for look in store.looks(since=NINE + timedelta(days=1))] == [2, 3]
        assert [look.number for look in store.looks(until=NINE + timedelta(days=1))] == [1]

    def test_a_look_is_undone_with_its_transaction(self, store: Store) -> None:
        try:
            with store.transaction() as bound:
                bound.note_look(LOOK)
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        assert list(store.looks()) == []
        assert store.note_look(LOOK) == 1

    def test_several_who_look_at_once_get_a_number_each(self, store: Store) -> None:
        store.commit([opening("a")])
        with ThreadPoolExecutor(8) as crew:
            numbers = sorted(crew.map(lambda _n: store.note_look(LOOK), range(24)))
        assert numbers == list(range(1, 25))
        assert [look.number for look in store.looks()] == numbers

    def test_what_a_database_cannot_keep_is_kept_all_the_same(self, store: Store) -> None:
        odd = "a\x00b\u202e'\"\\ 😀"
        store.note_look(LOOK._replace(who=odd, why=odd))
        assert [(look.who, look.why) for look in store.looks()] == [(odd, odd)]
