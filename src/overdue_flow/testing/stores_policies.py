"""What every store must do with the texts of policies, and say of what it holds, as tests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from overdue_flow.store.protocol import Contents, PolicyText, Store, Switch
from overdue_flow.testing.turns import NINE, contact, opening, task


class PoliciesConformance:
    """Which text each version of a policy has, and how much is in the store."""

    def test_the_first_text_of_a_version_stays(self, store: Store) -> None:
        first, second = PolicyText("shop", "2", "a" * 64, NINE), PolicyText("shop", "10", "b" * 64, NINE)
        assert store.policies() == ()
        assert [store.remember(first), store.remember(second)] == [first, second]
        assert store.remember(first._replace(digest="c" * 64, since=NINE + timedelta(days=1))) == first
        assert store.policies() == (second, first)

    def test_a_text_is_forgotten_with_the_transaction_that_told_it(self, store: Store) -> None:
        try:
            with store.transaction() as bound:
                bound.remember(PolicyText("shop", "1", "a" * 64, NINE))
                assert len(bound.policies()) == 1
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        assert store.policies() == ()

    def test_of_several_who_tell_a_text_at_once_all_hear_the_same(self, store: Store) -> None:
        texts = [PolicyText("shop", "1", digit * 64, NINE) for digit in "abcdefgh"]
        with ThreadPoolExecutor(len(texts)) as crew:
            heard = set(crew.map(store.remember, texts))
        assert heard == set(store.policies())
        assert len(heard) == 1

    def test_what_is_in_the_store_is_counted(self, store: Store) -> None:
        assert store.contents() == (0, 0, 0, 0, 0)
        first = opening("a", contact("a:1:1"), contact("a:1:2"), task("a:1:3"))
        store.commit([first, opening("b", task("b:1:1"))])
        store.claim(NINE, worker="w", lease=timedelta(minutes=5))
        store.put_back("a:1:2", worker="w", ready_at=NINE, tries=8, parked=True)
        store.stop(Switch("contact", NINE, "ms-chen", "the wrong account"))
        contents = store.contents()
        assert contents == Contents(cases=2, on_the_way=3, parked=1, tasks=2, switches=1)
