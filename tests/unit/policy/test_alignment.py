"""The place of a character of a value in the file, however the value is written."""

from __future__ import annotations

import pytest

from overdue_flow.policy.source import read


@pytest.mark.parametrize(
    ("text", "word", "place"),
    [
        ("a: one WORD two\n", "WORD", (1, 8)),
        ("a: one\n   two WORD\n", "WORD", (2, 8)),
        ("a: 'it''s WORD'\n", "WORD", (1, 11)),
        ("a: 'one\n  two WORD'\n", "WORD", (2, 7)),
        ('a: "x\\u4e2dy \\"q\\" WORD"\n', "WORD", (1, 20)),
        ('a: "one\\\n   two WORD"\n', "WORD", (2, 8)),
        ("a: >-\n  one\n  two WORD\n", "WORD", (3, 7)),
        ("a: >\n\n  one\n\n  two WORD\n", "WORD", (5, 7)),
        ("a: |\n  one\n  two WORD\n", "WORD", (3, 7)),
        ("a: >-  # why\n  one\n  WORD\n", "WORD", (3, 3)),
        ("a: {b: [x, y WORD z]}\n", "WORD", (1, 14)),
        ("長: 長い WORD\n", "WORD", (1, 7)),
    ],
)
def test_a_word_is_found_where_it_stands(text: str, word: str, place: tuple[int, int]) -> None:
    source = read(text, "p.yaml")
    path = next(path for path in source.values if isinstance(source.at(path), str) and word in str(source.at(path)))
    found = source.place_in(path, str(source.at(path)).index(word))
    assert (found.line, found.column) == place


def test_the_end_of_a_text_is_just_after_its_last_character() -> None:
    source = read("a: one\nb: 'two'\n", "p.yaml")
    assert str(source.place_in(("a",), 3)) == "p.yaml:1:7"
    assert str(source.place_in(("b",), 99)) == "p.yaml:2:8"


def test_text_brought_in_by_an_alias_stands_where_the_alias_does() -> None:
    source = read("a: &x one two\nb: *x\n", "p.yaml")
    assert str(source.place_in(("b",), 4)) == "p.yaml:2:4"
