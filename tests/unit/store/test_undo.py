"""Dictionaries and queues that can be put back as they were."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.store.undo import Kept, Queue, Undo

KEYS = st.sampled_from("abcd")
RANKS = st.one_of(st.none(), st.integers(0, 3))
CHANGES = st.lists(st.tuples(KEYS, RANKS), max_size=12)


def test_without_a_mark_nothing_is_kept_for_later() -> None:
    undo = Undo()
    kept: Kept[str, int] = Kept(undo)
    kept.put("a", 1)
    undo.back(undo.mark())
    assert kept == {"a": 1}


def test_what_is_not_there_cannot_be_dropped() -> None:
    kept: Kept[str, int] = Kept(Undo())
    kept.put("a", 1)
    assert (kept.drop("a"), kept.drop("a"), kept) == (True, False, {})


def test_a_mark_inside_a_mark_is_gone_back_to_by_itself() -> None:
    undo = Undo()
    kept: Kept[str, int] = Kept(undo)
    outer = undo.mark()
    kept.put("a", 1)
    inner = undo.mark()
    kept.put("b", 2)
    undo.back(inner)
    assert kept == {"a": 1}
    inner = undo.mark()
    kept.put("c", 3)
    undo.done()
    assert kept == {"a": 1, "c": 3}
    undo.back(outer)
    assert kept == {}


def test_the_first_of_a_queue_stay_in_it() -> None:
    queue: Queue[str, int] = Queue(Undo())
    for key, rank in (("c", 1), ("a", 2), ("b", 1), ("d", 9)):
        queue.put(key, rank)
    assert queue.first(2, 2) == ["b", "c"]
    assert queue.first(2, 9) == ["b", "c", "a"]
    assert queue.first(9, 9, lambda key: key > "b") == ["c", "d"]
    queue.put("c", None)
    queue.put("b", 5)
    assert queue.first(9, 9) == ["a", "b", "d"]


@given(before=CHANGES, during=CHANGES, later=CHANGES)
def test_what_was_undone_never_was(
    before: list[tuple[str, int | None]], during: list[tuple[str, int | None]], later: list[tuple[str, int | None]]
) -> None:
    undo = Undo()
    kept: Kept[str, int] = Kept(undo)
    queue: Queue[str, int] = Queue(undo)
    plain: dict[str, int] = {}

    def change(changes: list[tuple[str, int | None]], *, kept_for_good: bool = True) -> None:
        for key, rank in changes:
            queue.put(key, rank)
            if rank is None:
                kept.drop(key)
            else:
                kept.put(key, rank)
            if kept_for_good:
                plain.pop(key, None)
                plain.update({} if rank is None else {key: rank})

    change(before)
    mark = undo.mark()
    change(during, kept_for_good=False)
    queue.first(2, 3)
    undo.back(mark)
    assert kept == plain
    change(later)
    assert kept == plain
    assert queue.first(3, 9) == sorted(plain, key=lambda key: (plain[key], key))
