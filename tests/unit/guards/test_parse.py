"""Reading a guard's text: structure, exact numbers, places, and what is refused how fast."""

from __future__ import annotations

import sys
from decimal import Decimal
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.guards.parse import DEEPEST_NESTING, LONGEST_TEXT, parse
from overdue_flow.guards.syntax import (
    And,
    Arithmetic,
    Broken,
    Compare,
    Expression,
    Fault,
    In,
    IsNone,
    Listing,
    Minus,
    Name,
    Not,
    Nothing,
    Number,
    Or,
    Text,
    Truth,
)
from overdue_flow.guards.tokens import MOST_DIGITS

NOWHERE = {"start": 0, "end": 0}  # places do not count in a comparison of trees


def tree(text: str) -> Expression:
    parsed = parse(text)
    assert parsed.faults == ()
    assert parsed.tree is not None
    return parsed.tree


def faults(text: str) -> list[tuple[str, str]]:
    """The code of each fault, and the piece of the text at its place."""
    return [(fault.code, text[fault.start : fault.end]) for fault in parse(text).faults]


def name(word: str) -> Name:
    return Name(word, **NOWHERE)


def number(value: int | str) -> Number:
    return Number(Decimal(value) if isinstance(value, str) else value, **NOWHERE)


# what is read -------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["==", "!=", "<", "<=", ">", ">="])
def test_each_comparison_is_read(sign: str) -> None:
    assert tree(f"dpd {sign} 90") == Compare((name("dpd"), number(90)), (sign,), **NOWHERE)  # type: ignore[arg-type]  # drawn from the list above


def test_a_chain_keeps_its_operands_and_operators_in_order() -> None:
    read = tree("1 <= dpd < 30 != fails")
    assert read == Compare((number(1), name("dpd"), number(30), name("fails")), ("<=", "<", "!="), **NOWHERE)


def test_and_binds_tighter_than_or_and_not_tighter_than_and() -> None:
    left = And((Not(name("a"), **NOWHERE), name("b")), **NOWHERE)
    assert tree("not a and b or c") == Or((left, name("c")), **NOWHERE)


def test_brackets_group() -> None:
    assert tree("a and (b or c)") == And((name("a"), Or((name("b"), name("c")), **NOWHERE)), **NOWHERE)


def test_three_parts_joined_alike_are_one_list_of_three() -> None:
    assert tree("a or b or c") == Or((name("a"), name("b"), name("c")), **NOWHERE)


def test_arithmetic_has_the_usual_order() -> None:
    product = Arithmetic(number(2), "*", name("b"), **NOWHERE)
    total = Arithmetic(Arithmetic(name("a"), "+", product, **NOWHERE), "-", Minus(name("c"), **NOWHERE), **NOWHERE)
    assert tree("a + 2 * b - -c") == total


def test_in_and_not_in_take_lists_in_either_bracket_or_a_name() -> None:
    listing = Listing((number(1), Text("x", **NOWHERE)), **NOWHERE)
    assert tree('a in [1, "x"]') == In(name("a"), listing, negated=False, **NOWHERE)
    assert tree('a not in (1, "x",)') == In(name("a"), listing, negated=True, **NOWHERE)
    assert tree("stage in legal") == In(name("stage"), name("legal"), negated=False, **NOWHERE)
    assert tree('stage in "legal"') == In(name("stage"), Text("legal", **NOWHERE), negated=False, **NOWHERE)
    assert tree("a in []") == In(name("a"), Listing((), **NOWHERE), negated=False, **NOWHERE)


def test_is_none_and_is_not_none() -> None:
    assert tree("a is None") == IsNone(name("a"), negated=False, **NOWHERE)
    assert tree("a is not None") == IsNone(name("a"), negated=True, **NOWHERE)


def test_the_constants_have_nodes_of_their_own() -> None:
    assert tree("True") == Truth(value=True, **NOWHERE)
    assert tree("False") == Truth(value=False, **NOWHERE)
    assert tree("None") == Nothing(**NOWHERE)


@pytest.mark.parametrize("text", ["0", "7", "90", "9" * MOST_DIGITS])
def test_a_whole_number_is_an_int(text: str) -> None:
    assert tree(text) == Number(int(text), **NOWHERE)


@pytest.mark.parametrize("text", ["0.10", "0.1", "90.0", "123456789012.345", "0.00000000000001"])
def test_a_decimal_is_exactly_what_is_written(text: str) -> None:
    read = tree(text)
    assert isinstance(read, Number)
    assert isinstance(read.value, Decimal)
    assert str(read.value) == str(Decimal(text))


@pytest.mark.parametrize("text", ['"a b"', "'a b'", '"協商"', '"it\'s"', '""'])
def test_a_text_is_what_stands_between_its_quotes(text: str) -> None:
    assert tree(text) == Text(text[1:-1], **NOWHERE)


def test_a_guard_may_run_over_lines_and_begin_with_spaces() -> None:
    assert tree("\n  dpd > 90\n\tand\r\n  fails >= 2\n") == tree("dpd > 90 and fails >= 2")


def test_places_are_offsets_in_the_text_whatever_stands_before() -> None:
    text = '"é協" == city\n  and (fails >= 2)'
    both = tree(text)
    assert isinstance(both, And)
    assert [text[part.start : part.end] for part in both.parts] == ['"é協" == city', "fails >= 2"]
    second = both.parts[1]
    assert isinstance(second, Compare)
    assert [(part.start, part.end) for part in second.operands] == [(20, 25), (29, 30)]
    assert (both.start, both.end) == (0, 31)


# what is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "piece"),
    [
        ("dpd > 1 and f(x)", "not-allowed", "f(x)"),
        ("a.b > 1", "not-allowed", "a.b"),
        ("a[1] > 1", "not-allowed", "a[1]"),
        ("a[1:2] > 1", "not-allowed", "a[1:2]"),
        ("[x for x in y] == 1", "not-allowed", "[x for x in y]"),
        ("(x for x in y)", "not-allowed", "(x for x in y)"),
        ("lambda: 1", "not-allowed", "lambda: 1"),
        ("a if b else c", "not-allowed", "a if b else c"),
        ("await a", "not-allowed", "await a"),
        ("2 ** 3 > a", "not-allowed", "2 ** 3"),
        ("a in [1, [2]]", "not-allowed", "[2]"),
        ("a in [1, (2, 3)]", "not-allowed", "(2, 3)"),
        ("a in {1}", "not-allowed", "{1}"),
        ("a == ...", "not-allowed", "..."),
        ("for x in y", "not-allowed", "for"),
        ("dpd > 1 dpd", "operator-missing", "1 dpd"),
        ("(a) (b) c", "operator-missing", ") c"),
        ('a == "x" b', "operator-missing", '"x" b'),
        ("a, b", "not-allowed", "a, b"),
        ("a ==, b", "value-missing", ","),
        ("(a or) b", "value-missing", ")"),
        ("a in [, 1]", "value-missing", ","),
        ("a and or b", "value-missing", "or"),
        ("a in in b", "value-missing", "in"),
        ("a < not in b", "value-missing", "not"),
        ("a -", "value-missing", "-"),
        ("a ((b)", "bracket", "("),
        ("a ]", "bracket", "]"),
        ("{a", "bracket", "{"),
        ("a == {1)", "bracket", ")"),
        ("1 < a is None", "chain", "1 < a is None"),
        ("a is b", "is-without-none", "a is b"),
        ("a is not True", "is-without-none", "a is not True"),
        ("\0", "odd-character", "\0"),
        ("dpd\x00> 3", "odd-character", "\0"),
        ("dpd\u00a0> 3", "odd-character", "\u00a0"),
        ("dpd > ３", "odd-character", "３"),
        ("ｄｐｄ > 3", "odd-letter", "ｄｐｄ"),
        ("dpd² > 3", "odd-letter", "dpd²"),
        ("a == 'x\u200by'", "odd-character", "'x\u200by'"),
        ("a == 'x\ny'", "text-not-closed", "'x"),
    ],
)
def test_what_is_no_guard_is_refused_at_its_place(text: str, code: str, piece: str) -> None:
    assert (code, piece) in faults(text)


def test_all_faults_of_a_text_are_told_in_the_order_of_the_text() -> None:
    text = "a.b > 0x1 && f(x) = 1_0 AND ~c"
    found = faults(text)
    assert found == [
        ("not-allowed", "a.b"),
        ("not-a-plain-number", "0x1"),
        ("spelling", "&&"),
        ("not-allowed", "f(x)"),
        ("spelling", "="),
        ("not-a-plain-number", "1_0"),
        ("spelling", "AND"),
        ("not-allowed", "~c"),
    ]


def test_a_slip_that_is_told_is_mended_so_that_the_rest_can_be_read() -> None:
    parsed = parse("dpd = 90 && NOT vip || fails ≥ 2")
    assert parsed.tree == tree("dpd == 90 and not vip or fails >= 2")


@pytest.mark.parametrize(
    ("slip", "right"),
    [slip.split() for slip in "= ==|=== ==|:= ==|!== !=|<> !=|=> >=|=< <=|＝ ==|≠ !=|≥ >=|≤ <=|＞ >|＜ <".split("|")],
)
def test_every_slip_of_a_comparison_is_mended_as_it_was_meant(slip: str, right: str) -> None:
    assert parse(f"dpd {slip} 90").tree == tree(f"dpd {right} 90")
    assert [fault.hint for fault in parse(f"dpd {slip} 90").faults] == [f"write `{right}`"]


@pytest.mark.parametrize(("slip", "right"), [("−", "-"), ("–", "-"), ("×", "*"), ("＋", "+"), ("－", "-"), ("＊", "*")])
def test_every_slip_of_arithmetic_is_mended_as_it_was_meant(slip: str, right: str) -> None:
    assert parse(f"2 {slip} dpd").tree == tree(f"2 {right} dpd")


@pytest.mark.parametrize("word", ["And", "OR", "NOT", "IN", "Is", "true", "FALSE", "none", "null", "nil", "NULL"])
def test_a_word_of_the_language_has_one_spelling(word: str) -> None:
    (fault,) = [fault for fault in parse(f"a == {word}").faults if fault.code == "spelling"] or parse(word).faults[:1]
    right = {"true": "True", "false": "False"}.get(word.lower(), word.lower())
    right = "None" if right in ("none", "null", "nil") else right
    assert fault == Fault("spelling", f"`{word}` is written `{right}`", 5, 5 + len(word))


def test_a_word_that_only_holds_a_word_of_the_language_is_a_name() -> None:
    assert tree("android == inner") == Compare((name("android"), name("inner")), ("==",), **NOWHERE)


def test_a_broken_part_stands_in_the_tree_for_the_check_to_pass_over() -> None:
    parsed = parse("f(x) and dpd > 3")
    assert parsed.tree == And((Broken(**NOWHERE), tree("dpd > 3")), **NOWHERE)


@pytest.mark.parametrize("text", ["", "  ", "\n\t"])
def test_an_empty_guard_is_refused(text: str) -> None:
    said = Fault("empty", "the condition is empty", 0, len(text), "leave it out, or name a fact")
    assert parse(text) == type(parse(""))(text, None, (said,))


def test_a_text_of_nothing_but_odd_characters_is_told_so_and_not_called_empty() -> None:
    assert faults("$") == [("odd-character", "$")]


def test_a_number_has_a_limit_of_digits() -> None:
    assert faults("9" * MOST_DIGITS + " > a") == []
    assert faults("9" * (MOST_DIGITS + 1) + " > a") == [("number-too-long", "9" * (MOST_DIGITS + 1))]
    assert faults("0." + "1" * MOST_DIGITS + " > a") == [("number-too-long", "0." + "1" * MOST_DIGITS)]
    assert faults("0." + "1" * (MOST_DIGITS - 1) + " > a") == []


def test_a_guard_has_a_limit_of_characters() -> None:
    longest = "a" * LONGEST_TEXT
    assert parse(longest).faults == ()
    said = "the condition is too long: 2,001 characters, and at most 2,000 are read"
    assert parse(longest + "a").faults == (Fault("too-long", said, LONGEST_TEXT, LONGEST_TEXT + 1),)


DEEP = "the condition is nested too deeply; at most 20 parts stand inside one another"


def test_brackets_have_a_limit_of_depth() -> None:
    assert parse("(" * DEEPEST_NESTING + "a" + ")" * DEEPEST_NESTING).faults == ()
    deeper = "(" * (DEEPEST_NESTING + 1) + "a" + ")" * (DEEPEST_NESTING + 1)
    assert parse(deeper).faults == (Fault("too-deep", DEEP, 20, 21, "split the rule in two"),)
    assert parse("[" * 500).faults[0].code == "too-deep"


def test_brackets_that_are_closed_do_not_add_up() -> None:
    assert parse(" or ".join(["(a)"] * 100)).faults == ()


def test_signs_in_a_row_have_a_limit() -> None:
    assert parse("not " * (DEEPEST_NESTING - 1) + "a").faults == ()
    assert parse("not " * (DEEPEST_NESTING + 1) + "a").faults == (
        Fault("too-deep", DEEP, 80, 83, "split the rule in two"),
    )
    assert faults("-" * 1999 + "a") == [("too-deep", "-")]


def test_a_long_sum_is_nested_too_deeply_and_said_so_once() -> None:
    assert faults(" + ".join("a" * 20)) == []
    assert faults(" + ".join("a" * 400))[0][0] == "too-deep"
    assert len(faults(" + ".join("a" * 400))) == 1


def test_parts_side_by_side_are_not_nested() -> None:
    assert faults(" and ".join(["not a"] * 200)) == []


def test_a_text_that_exhausts_the_stack_is_a_fault_and_no_crash() -> None:
    """However little of the stack the caller has left."""

    def at_depth(left: int) -> list[str]:
        return [fault.code for fault in parse("+".join("a" * 500)).faults] if left == 0 else at_depth(left - 1)

    depth = len(__import__("inspect").stack())
    for margin in (150, 100, 60):
        assert at_depth(sys.getrecursionlimit() - depth - margin) == ["too-deep"]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "(" * 100_000,
        "9" * 100_000,
        "\0" * 100_000,
        "(" * 2_000,
        "[" * 999 + "]" * 999,
        "9" * 2_000,
        "\0 " * 1_000,
        "-" * 1_999 + "a",
        "not " * 499 + "a",
        "a" + "+a" * 999,
        "a" + ".a" * 999,
        "a" + "(a)" * 600,
        "a " * 1_000,
        '"' * 2_000,
        "lambda:" * 285 + "a",
        "é" * 2_000,
    ],
    ids=lambda text: f"{text[:8]!r} x {len(text)}",
)
def test_a_hostile_text_is_refused_in_milliseconds(text: str) -> None:
    def refuse() -> float:
        began = perf_counter()
        assert parse(text).faults
        return perf_counter() - began

    assert min(refuse() for _ in range(3)) < 0.1


@given(st.text(max_size=80) | st.text(alphabet="ab01.\"'()[]{}<>=!&|+-*/%^~:;,# \nnotridse", max_size=80))
def test_any_text_at_all_gives_a_tree_or_faults_with_places_inside_the_text(text: str) -> None:
    parsed = parse(text)
    assert parsed.tree is not None or parsed.faults
    assert list(parsed.faults) == sorted(parsed.faults, key=lambda fault: (fault.start, fault.end))
    for fault in parsed.faults:
        assert 0 <= fault.start <= fault.end <= len(text)
        assert fault.message
        assert not fault.message.endswith(".")
        assert "\n" not in str(fault)
