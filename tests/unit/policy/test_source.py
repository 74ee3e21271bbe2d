"""YAML is read as plain text with places; what a policy has no use for is refused where it stands."""

from __future__ import annotations

import time

import pytest

from overdue_flow.policy.places import Plain
from overdue_flow.policy.source import ALIASES_MAX, BYTES_MAX, DEPTH_MAX, VALUES_MAX, read, write

# each line stands for the one before it twice: a thousand times two thousand values, in a dozen lines
LAUGHS = "a0: &a0 [" + "x, " * 2000 + "]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 10))


def problems_of(text: str | bytes) -> list[tuple[str, str]]:
    return [(problem.code, str(problem.place)) for problem in read(text, "p.yaml").problems]


def test_every_scalar_stays_the_text_that_stands_in_the_file() -> None:
    text = "a: on\nb: NO\nc: 0.10\nd: 2025-01-01\ne: ~\nf: 08:00\ng: '7'\nh: 1_000\ni: 0x1F\nj:\n"
    tree = read(text, "p.yaml").tree
    assert tree == {
        "a": "on", "b": "NO", "c": "0.10", "d": "2025-01-01", "e": "~",
        "f": "08:00", "g": "7", "h": "1_000", "i": "0x1F", "j": "",
    }  # fmt: skip


def test_flow_style_is_read_and_quotes_are_remembered() -> None:
    source = read("a: {b: [x, '08:00-22:00', \"y\"]}\n", "p.yaml")
    assert source.tree == {"a": {"b": ["x", "08:00-22:00", "y"]}}
    assert [source.quoted(("a", "b", n)) for n in range(3)] == [False, True, True]


def test_keys_and_values_know_where_they_stand() -> None:
    source = read("first: 1\nsecond:\n  - {third: x}\n", "p.yaml")
    assert str(source.key_place(("second",))) == "p.yaml:2:1"
    assert str(source.place(("second", 0, "third"))) == "p.yaml:3:13"
    assert str(source.key_place(("second", 0, "third"))) == "p.yaml:3:6"
    assert str(source.place(("second", 0, "missing"))) == "p.yaml:3:5"


def test_a_byte_order_mark_and_windows_line_ends_change_no_place() -> None:
    source = read("\ufeffa: 1\r\nb: 2\r\n".encode(), "p.yaml")
    assert source.tree == {"a": "1", "b": "2"}
    assert str(source.place(("b",))) == "p.yaml:2:4"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", [("duplicate-key", "p.yaml:3:1")]),
        ("a: {x: 1, x: 2}\nb: {y: 1, y: 2}\n", [("duplicate-key", "p.yaml:1:11"), ("duplicate-key", "p.yaml:2:11")]),
        ("a: !!int 1\nb: !x y\n", [("tag", "p.yaml:1:4"), ("tag", "p.yaml:2:4")]),
        ("a: &x 1\nb:\n  <<: *x\n", [("merge-key", "p.yaml:3:3")]),
        ("? [a, b]\n: 1\n", [("bad-key", "p.yaml:1:3")]),
        ("a: *nobody\n", [("unknown-alias", "p.yaml:1:4")]),
        ("a: 1\n---\nb: 2\n", [("several-documents", "p.yaml:2:1")]),
        ("- a\n", [("no-mapping", "p.yaml")]),
        ("", [("no-mapping", "p.yaml")]),
        ("just words\n", [("no-mapping", "p.yaml")]),
        ("a: 1\x00\n", [("control-character", "p.yaml:1:5")]),
        ("a: 1\n\u2028b: 1\n", [("control-character", "p.yaml:2:1")]),
        (b"a: 1\nb: \xff\n", [("not-utf-8", "p.yaml:2:4")]),
        ("a: \ud800\n", [("control-character", "p.yaml:1:4")]),
    ],
)
def test_what_a_policy_has_no_use_for_is_refused_where_it_stands(
    text: str | bytes, expected: list[tuple[str, str]]
) -> None:
    assert problems_of(text) == expected


def test_a_quoted_double_arrow_is_a_key_like_any_other() -> None:
    assert read("'<<': 1\n", "p.yaml").tree == {"<<": "1"}


def test_a_few_aliases_are_followed_and_stand_for_copies() -> None:
    source = read("a: &x [1, 2]\nb: *x\nc: *x\n", "p.yaml")
    assert source.tree == {"a": ["1", "2"], "b": ["1", "2"], "c": ["1", "2"]}
    assert isinstance(source.tree, dict)
    assert source.tree["b"] is not source.tree["c"]
    assert str(source.place(("c", 0))) == "p.yaml:3:4"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: 1\n" + " " * BYTES_MAX, "too-large"),
        ("a: " + "[" * (DEPTH_MAX + 1) + "]" * (DEPTH_MAX + 1), "too-deep"),
        ("a: " + "[" * 300_000, "too-deep"),
        ("a: " + "{a: " * 200_000, "too-deep"),
        ("a: &a [x]\nb: [" + "*a, " * (ALIASES_MAX + 1) + "]", "too-many-aliases"),
        ("".join(f"k{n}: v\n" for n in range(VALUES_MAX)), "too-many-values"),
        (LAUGHS, "too-many-values"),
    ],
    ids=["large", "deep", "endless-list", "endless-mapping", "aliases", "values", "laughs"],
)  # fmt: skip
def test_a_hostile_file_is_refused_soon(text: str, code: str) -> None:
    begun = time.perf_counter()
    source = read(text, "p.yaml")
    assert [problem.code for problem in source.problems] == [code]
    assert not source.readable
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a:\n\tb: 1\n", "p.yaml:2:1", "a tab stands in the indentation"),
        ("a: b: c\n", "p.yaml:1:5", "a second colon stands on this line, outside quotes"),
        (
            "a: [1, 2\nb: 3\n",
            "p.yaml:2:2",
            "a bracket or brace opened before here is not closed, or a comma is missing",
        ),
        ("a: 'x\nb: 1\n", "p.yaml:3:1", "a quote opened before here is not closed"),
        ("a: @x\n", "p.yaml:1:4", "a value cannot begin with `@`"),
        ('a: "x" in y\n', "p.yaml:1:8", "text goes on after the closing quote"),
        ("a:\n  - b\n c: d\n", "p.yaml:3:2", "this line is indented otherwise than the lines of its level"),
        ("a: 1\nb\nc: 2\n", "p.yaml:3:1", "a line before this one has no colon"),
    ],
)
def test_what_stops_the_parser_is_said_in_words_that_help(text: str, place: str, message: str) -> None:
    (problem,) = read(text, "p.yaml").problems
    assert (str(problem.place), problem.message) == (place, message)
    assert problem.hint


def test_what_is_written_reads_back_as_it_was() -> None:
    tree: Plain = {
        "a": "on",
        "b": ["0.10", "x: y", "", " spaced ", "#hash", "two\nlines", "長い", "'quoted'"],
        "c": {"d": "- x"},
    }
    assert read(write(tree), "p.yaml").tree == tree
