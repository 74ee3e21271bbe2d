"""The table of words."""

from __future__ import annotations

from datetime import date

import pytest

from overdue_flow.guards.vocabulary import Fact, Kind, Vocabulary, flat, never_by_itself


def fact(name: str, label: str = "label") -> Fact:
    return Fact(name, Kind.NUMBER, label, lambda _case, _day: 1)


def test_a_vocabulary_is_a_mapping_in_the_order_of_its_facts() -> None:
    words = Vocabulary([fact("b"), fact("a")])
    assert list(words) == ["b", "a"]
    assert len(words) == 2
    assert words["a"].name == "a"
    assert "c" not in words


def test_plus_gives_a_larger_one_in_which_the_new_word_wins() -> None:
    words = Vocabulary([fact("a"), fact("b")])
    more = words.plus([fact("b", "new"), fact("c")])
    assert list(more) == ["a", "b", "c"]
    assert more["b"].label == "new"
    assert (list(words), words["b"].label) == (["a", "b"], "label")


def test_a_vocabulary_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        Vocabulary()["a"] = fact("a")  # type: ignore[index]  # that is the point


def test_a_fact_stands_still_unless_it_says_otherwise() -> None:
    still = fact("a")
    assert (still.until(None, date(2025, 1, 1)), still.slope(None, date(2025, 1, 1))) == (None, 0)
    assert (still.until, still.slope) == (never_by_itself, flat)
