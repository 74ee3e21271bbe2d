"""Where the parts of a guard stand in its text: in the tree that was made of it, and in what is said of a bad one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest

from overdue_flow.guards.check import read_guard
from overdue_flow.guards.syntax import Fault
from overdue_flow.guards.tree import Spot
from overdue_flow.guards.vocabulary import Fact, Kind
from support.guards import VOCABULARY, typed


def spots(part: Any) -> Iterator[Spot]:
    """Every part of a tree, from the outside in, left to right."""
    if isinstance(part, Spot):
        yield part
        for field in fields(part):
            yield from spots(getattr(part, field.name))
    elif isinstance(part, tuple):
        for one in part:
            yield from spots(one)


def pieces(text: str) -> list[str]:
    """What stands at the place of each part."""
    return [text[spot.start : spot.end] for spot in spots(typed(text).tree)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("not plan_active", ["plan_active"]),
        ("odds is not None", []),
        ("dpd > 3 or plan_active", ["dpd > 3", "dpd", "3", "plan_active"]),
        ("1 <= dpd < 30", ["1 <= dpd", "dpd", "1", "dpd < 30", "dpd", "30"]),
        ("-dpd > -3", ["-dpd", "dpd", "-3"]),
        ("2 * dpd - left == 5", ["2 * dpd - left", "2 * dpd", "dpd", "left", "5"]),
        ("dpd + 3 > 5", ["dpd + 3", "dpd", "3", "5"]),
        ('owed > "1.00 CNY"', ["owed", '"1.00 CNY"']),
        ('channel == "sms"', ["channel", '"sms"']),
        ("stage == performing", ["stage", "performing"]),
        ("stage in [performing, legal]", ["stage"]),
        ("fails not in [1, 2]", ["fails"]),
        ('due_on > "2025-01-01"', ["due_on", '"2025-01-01"']),
        ('due_on + 1 > "2025-01-01"', ["due_on + 1", "due_on", "due_on", "1", '"2025-01-01"', '"2025-01-01"']),
        ('due_on + 1 in ["2025-01-01"]', ["due_on + 1", "due_on", "due_on", "1"]),
        ('"2025-01-01" - due_on > 3', ['"2025-01-01" - due_on', *['"2025-01-01"'] * 2, "due_on", "due_on", "3"]),
    ],
)
def test_every_part_of_a_tree_knows_where_it_was_written(text: str, parts: list[str]) -> None:
    assert pieces(text) == [text, *parts]
    longer = f"dpd > 1 and ({text})"
    assert pieces(longer)[-len(parts) - 1 :] == [text, *parts]


def refused(text: str) -> list[tuple[str, str]]:
    """The code of each fault, and the piece of the text at its place."""
    words = VOCABULARY.plus([Fact("home", Kind.TEXT, "home", lambda case, _day: case)])
    return [(fault.code, text[fault.start : fault.end]) for fault in read_guard(text, words, "CNY").faults]


@pytest.mark.parametrize(
    ("text", "code", "piece"),
    [
        ("dpd > 1 and dpd + channel > 1", "no-arithmetic", "channel"),
        ("dpd > 1 and channel + dpd > 1", "no-arithmetic", "channel"),
        ("dpd > 1 and 1 + channel > 1", "no-arithmetic", "channel"),
        ('dpd > 1 and "a" + city == home', "no-arithmetic", "city"),
        ("dpd > 1 and due_on + due_on > 1", "no-arithmetic", "due_on + due_on"),
        ("dpd > 1 and dpd - due_on > 1", "no-arithmetic", "dpd - due_on"),
        ("dpd > 1 and due_on + fails > due_on", "no-arithmetic", "due_on + fails"),
        ("dpd > 1 and due_on + 1.5 > due_on", "not-whole", "1.5"),
        ("dpd > 1 and due_on + 0.5 * dpd > due_on", "not-whole", "0.5 * dpd"),
        ("dpd > 1 and owed + dpd > 1", "no-arithmetic", "owed + dpd"),
        ("dpd > 1 and owed * owed > 1", "no-arithmetic", "owed * owed"),
        ("dpd > 1 and -city == home", "no-arithmetic", "-city"),
        ('dpd > 1 and owed + "1 EUR" > 1', "other-currency", '"1 EUR"'),
        ('dpd > 1 and owed > "1 EUR"', "other-currency", '"1 EUR"'),
        ('dpd > 1 and owed > "much"', "not-money", '"much"'),
        ('dpd > 1 and due_on > "soon"', "not-a-date", '"soon"'),
        ('dpd > 1 and dpd > "1"', "wrong-type", '"1"'),
        ("dpd > 1 and stage == legal", "group-compared", "legal"),
        ("dpd > 1 and stage == lega", "unknown-stage", "lega"),
        ('dpd > 1 and channel == "fax"', "unknown-choice", '"fax"'),
        ("dpd > 1 and 999999999 * 999999999 > dpd", "number-too-long", "999999999 * 999999999"),
        ("dpd > 1 and 3 > 2", "two-fixed-values", "3 > 2"),
        ("dpd > 1 and 3 in [3]", "two-fixed-values", "3"),
        ("dpd > 1 and dpd in [left]", "no-fixed-value", "left"),
        ("dpd > 1 and dpd in left", "no-list", "left"),
        ("dpd > 1 and dpd in []", "empty-list", "[]"),
        ("dpd > 1 and vip in [True]", "wrong-type", "vip in [True]"),
        ("dpd > 1 and stage in [3]", "wrong-type", "3"),
        ("dpd > 1 and dpd + 1 is None", "none-of-what", "dpd + 1"),
        ("dpd > 1 and dpd is None", "never-missing", "dpd is None"),
        ("dpd > 1 and dpd == None", "compared-with-none", "None"),
        ("dpd > 1 and (dpd > 3) == 1", "condition-as-value", "dpd > 3"),
        ("dpd > 1 and not odds > 3", "not-over-missing", "odds > 3"),
        ("dpd > 1 and dpd", "not-a-condition", "dpd"),
        ("dpd > 1 and 90", "not-a-condition", "90"),
    ],
)
def test_what_is_refused_is_refused_at_its_place(text: str, code: str, piece: str) -> None:
    assert (code, piece) in refused(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("dpd + channel > 1", "`channel` is a choice: nothing can be added to it"),
        ("channel + dpd > 1", "`channel` is a choice: nothing can be added to it"),
        ("plan_active == 1 + 2", "`plan_active` is a flag, and `1 + 2` is a number"),
        ("plan_active == -1", "`plan_active` is a flag, and `-1` is a number"),
        ('due_on == 2 * 3 or due_on == "x"', "`due_on` is a date, and `2 * 3` is a number"),
    ],
)
def test_what_was_worked_out_is_named_as_it_was_written(text: str, says: str) -> None:
    assert read_guard(text, VOCABULARY).faults[0].message == says


def test_a_fault_prints_its_place_what_is_wrong_and_what_to_do() -> None:
    assert str(Fault("empty", "the guard is empty", 3, 4, "name a fact")) == "3: the guard is empty (name a fact)"
    assert str(Fault("empty", "the guard is empty", 3, 4)) == "3: the guard is empty"


def test_only_a_word_of_the_choice_beside_it_is_to_be_put_in_quotes() -> None:
    (known,), (unknown,) = (read_guard(f"channel == {word}", VOCABULARY).faults for word in ("sms", "zzz"))
    assert (known.code, known.hint) == ("unknown-word", 'write "sms" in quotes')
    assert (unknown.code, unknown.hint) == ("unknown-word", None)
