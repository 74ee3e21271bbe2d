"""The compiled functions: order, starts, real booleans, what is read and what is not.

That they agree with `evaluate` is a law (`tests/laws/test_readings_agree.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Context, Decimal, localcontext
from typing import Any

import pytest

from overdue_flow.guards.check import read_guard
from overdue_flow.guards.compile import compile_first, compile_mask
from overdue_flow.guards.evaluate import evaluate
from overdue_flow.guards.tree import Guard
from overdue_flow.guards.vocabulary import Fact, Kind, Value, Vocabulary
from support.guards import STILL, TODAY, typed


def reading(log: list[str]) -> Vocabulary:
    """The words over plain values, noting each read."""

    def noted(fact: Fact) -> Fact:
        def read(source: Any, day: date) -> Value | None:
            log.append(fact.name)
            return fact.read(source, day)

        return replace(fact, read=read)

    return Vocabulary(noted(fact) for fact in STILL.values())


def rules(*texts: str | None) -> list[Guard | None]:
    return [None if text is None else typed(text) for text in texts]


def reads(texts: list[str], case: Mapping[str, Value | None], start: int = 0) -> list[str]:
    log: list[str] = []
    compile_first(rules(*texts), reading(log))(case, TODAY, None, start)
    return log


def test_the_first_guard_that_holds_is_found_by_its_index() -> None:
    first = compile_first(rules("dpd > 90", "fails >= 2", "dpd > 30"), STILL)
    assert first({"dpd": 91, "fails": 2}, TODAY, None) == 0
    assert first({"dpd": 50, "fails": 2}, TODAY, None) == 1
    assert first({"dpd": 50, "fails": 1}, TODAY, None) == 2
    assert first({"dpd": 30, "fails": 1}, TODAY, None) == -1


def test_a_search_may_start_after_a_guard_that_holds() -> None:
    first = compile_first(rules("dpd > 90", None, "dpd > 30"), STILL)
    assert [first({"dpd": 91}, TODAY, None, start) for start in range(5)] == [0, 1, 2, -1, -1]
    assert first({"dpd": 91}, TODAY, None, start=2) == 2


def test_no_guards_at_all_match_nothing() -> None:
    assert compile_first([], STILL)({}, TODAY, None) == -1
    assert compile_first([], STILL)({}, TODAY, None, 1) == -1
    assert compile_mask([], STILL)({}, TODAY, None) == 0


def test_the_mask_has_a_bit_for_each_guard_that_holds() -> None:
    mask = compile_mask(rules("dpd > 90", None, "fails >= 2", "not plan_active"), STILL)
    assert mask({"dpd": 91, "fails": 2, "plan_active": True}, TODAY, None) == 0b0111
    assert mask({"dpd": 0, "fails": 0, "plan_active": False}, TODAY, None) == 0b1010


def test_a_mask_may_be_wide() -> None:
    mask = compile_mask(rules(*[f"dpd >= {number}" for number in range(100)]), STILL)
    assert mask({"dpd": 70}, TODAY, None) == (1 << 71) - 1


def test_a_fact_is_read_once_however_often_it_is_named() -> None:
    log = reads(["dpd > 90 and dpd < 100", "dpd > 30 or dpd == 3", "fails > 2 and dpd > 1"], {"dpd": 2, "fails": 3})
    assert log == ["dpd", "fails"]


def test_a_fact_is_not_read_where_an_earlier_part_decides() -> None:
    assert reads(["dpd > 90 and fails >= 2"], {"dpd": 1}) == ["dpd"]
    assert reads(["dpd > 90 or fails >= 2"], {"dpd": 91}) == ["dpd"]
    assert reads(["dpd > 90", "fails >= 2"], {"dpd": 91}) == ["dpd"]
    assert reads(["age > left"], {"age": None}) == ["age"]


def test_a_fact_that_was_passed_over_is_read_when_it_is_needed_after_all() -> None:
    texts = ["dpd > 90 and fails >= 2", "plan_active or fails >= 1", "fails == 0"]
    assert reads(texts, {"dpd": 1, "fails": 0, "plan_active": False}) == ["dpd", "plan_active", "fails"]
    assert reads(texts, {"dpd": 91, "fails": 0, "plan_active": False}) == ["dpd", "fails", "plan_active"]
    assert reads(texts, {"dpd": 91, "fails": 1, "plan_active": True}) == ["dpd", "fails", "plan_active"]


def test_a_missing_fact_is_not_read_a_second_time() -> None:
    assert reads(["dpd > 90 and odds > 3", "odds > 1", "odds is not None"], {"dpd": 91, "odds": None}) == [
        "dpd",
        "odds",
    ]


def test_a_search_that_starts_later_reads_only_what_it_needs() -> None:
    texts = ["dpd > 90", "fails >= 2 and dpd > 1", "dpd > 3"]
    assert reads(texts, {"dpd": 1, "fails": 1}, start=1) == ["fails", "dpd"]
    assert reads(texts, {"dpd": 1}, start=2) == ["dpd"]
    assert reads(texts, {}, start=3) == []


def test_fields_are_read_from_the_event_and_facts_from_the_case() -> None:
    first = compile_first(rules('outcome == "agreed" and dpd > 3', 'outcome == "failed"'), STILL)
    assert first({"dpd": 4}, TODAY, {"outcome": "agreed"}) == 0
    assert first({"dpd": 4}, TODAY, {"outcome": "failed"}) == 1
    assert first({"dpd": 4}, TODAY, {"outcome": None}) == -1


@pytest.mark.parametrize("left", [None, 0, 1, 2, 3])
def test_every_form_of_a_part_is_compiled_as_it_is_meant(left: int | None) -> None:
    """Each form, and the form that differs from it by one step, so that neither can stand for the other."""
    texts = [f"left {sign} 2" for sign in ("==", "!=", "<", "<=", ">", ">=")]
    texts += [
        "left in [1, 2]",
        "left not in [1, 2]",
        "left is None",
        "left is not None",
        "left is None or not left > 1",
    ]
    texts += ["left + dpd > 2", "left - dpd > 2", "dpd - left > 2", "-left > -2", "2 * left == 4", "0.5 * left >= 1"]
    texts += ["1 <= left < 3", "left > dpd and dpd > 0", "left > dpd or dpd > 0", "left == -left"]
    texts += ['due_on + left > "2025-01-03"', 'due_on - left > "2024-12-30"', 'due_on + left in ["2025-01-03"]']
    texts += ["vip", "vip == False", "not plan_active", 'city != "Wuhan"']
    case = {"left": left, "dpd": 1, "due_on": date(2025, 1, 1), "vip": None, "plan_active": False, "city": "Xi'an"}
    mask = compile_mask(rules(*texts), STILL)(case, TODAY, None)
    compiled = {text: bool(mask >> index & 1) for index, text in enumerate(texts)}
    assert compiled == {text: evaluate(typed(text), case.get) for text in texts}


def test_without_an_event_its_fields_are_missing() -> None:
    texts = ('outcome != "agreed"', "paid > 1 or dpd > 3", "outcome is None and paid is None")
    assert compile_mask(rules(*texts), STILL)({"dpd": 4}, TODAY, None) == 0b110
    assert compile_first(rules(*texts), STILL)({"dpd": 3}, TODAY, None) == 2


def test_a_fact_is_read_on_the_day_that_is_asked_about() -> None:
    today = Fact("today_on", Kind.DATE, "today", lambda _case, day: day)
    guard = read_guard('today_on == "2025-01-15"', Vocabulary([today])).guard
    first = compile_first([guard], Vocabulary([today]))
    assert [first(None, day, None) for day in (date(2025, 1, 15), date(2025, 1, 16))] == [0, -1]


@pytest.mark.parametrize("truthy", [1, "yes", Decimal(1)])
def test_a_flag_that_is_no_real_boolean_does_not_pass_for_true(truthy: Any) -> None:
    assert compile_first(rules("plan_active"), STILL)({"plan_active": truthy}, TODAY, None) == -1


def test_compiled_sums_are_exact_whatever_the_host_has_set_for_decimals() -> None:
    first = compile_first(rules("owed + 0.01 == 123456789012.35 and 2.5 * owed - 0.01 == 308641972530.84"), STILL)
    with localcontext(Context(prec=3)):
        assert first({"owed": Decimal("123456789012.34")}, TODAY, None) == 0


def test_the_words_of_a_guard_never_reach_the_source() -> None:
    """A name or text that is Python is still only a name or a text."""
    sneaky = Vocabulary([Fact("__import__", Kind.TEXT, "sneaky", lambda case, _day: case)])
    guard = read_guard("__import__ == \"') or print('x\"", sneaky).guard
    first = compile_first([guard], sneaky)
    assert first("') or print('x", TODAY, None) == 0
    assert "__import__" not in first.__code__.co_names + first.__code__.co_varnames
