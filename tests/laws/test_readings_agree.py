"""Law: every reading of a guard gives the answer that `evaluate` gives.

The compiled functions, the three-valued reading and the explanation are compared with `evaluate` on random guards over
random cases; `evaluate` itself is compared with Python's own meaning where the two speak of the same things.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.guards.at_best import at_best
from overdue_flow.guards.compile import compile_first, compile_mask
from overdue_flow.guards.evaluate import evaluate, possible
from overdue_flow.guards.explain import Explained, explain
from overdue_flow.guards.tree import Guard
from overdue_flow.guards.vocabulary import Fact, Value, Vocabulary
from support.guards import (
    STILL,
    TODAY,
    VOCABULARY,
    Track,
    cases,
    events,
    guards,
    look_on,
    values_of,
    whole_guards,
)

RULES = st.lists(guards(depth=0) | guards(depth=2) | st.none(), min_size=1, max_size=6)


def answers(rules: list[Guard | None], case: Any, event: Any) -> list[bool]:
    return [rule is None or evaluate(rule, look_on(case, TODAY, event)) for rule in rules]


@given(rules=RULES, case=cases(), event=events())
def test_the_compiled_choice_is_the_first_guard_that_holds(
    rules: list[Guard | None], case: dict[str, Track], event: dict[str, Value | None]
) -> None:
    holding = [index for index, holds in enumerate(answers(rules, case, event)) if holds]
    first = compile_first(rules, VOCABULARY)
    assert first(case, TODAY, event) == next(iter(holding), -1)
    for start in range(len(rules) + 1):
        assert first(case, TODAY, event, start) == next((index for index in holding if index >= start), -1)


@given(rules=RULES, case=cases(), event=events())
def test_the_compiled_mask_names_the_guards_that_hold(
    rules: list[Guard | None], case: dict[str, Track], event: dict[str, Value | None]
) -> None:
    expected = sum(1 << index for index, holds in enumerate(answers(rules, case, event)) if holds)
    assert compile_mask(rules, VOCABULARY)(case, TODAY, event) == expected


@given(parts=st.lists(guards(depth=0), min_size=10, max_size=10), case=cases(), event=events())
def test_each_part_by_itself_is_compiled_as_it_is_meant(
    parts: list[Guard], case: dict[str, Track], event: dict[str, Value | None]
) -> None:
    mask = compile_mask(parts, VOCABULARY)(case, TODAY, event)
    for index, part in enumerate(parts):
        assert bool(mask >> index & 1) is evaluate(part, look_on(case, TODAY, event)), part.text


@given(rules=RULES, case=cases(), event=events())
def test_a_compiled_function_reads_a_fact_at_most_once(
    rules: list[Guard | None], case: dict[str, Track], event: dict[str, Value | None]
) -> None:
    reads: Counter[str] = Counter()

    def counted(fact: Fact) -> Fact:
        def read(source: Any, day: date) -> Value | None:
            reads[fact.name] += 1
            return fact.read(source, day)

        return replace(fact, read=read)

    watched = Vocabulary(counted(fact) for fact in VOCABULARY.values())
    compile_mask(rules, watched)(case, TODAY, event)
    assert all(times == 1 for times in reads.values())
    first = compile_first(rules, watched)
    for start in range(len(rules)):
        reads.clear()
        first(case, TODAY, event, start)
        assert all(times == 1 for times in reads.values())


@given(guard=guards(), case=cases(), event=events())
def test_without_unknown_facts_possible_is_evaluate(
    guard: Guard, case: dict[str, Track], event: dict[str, Value | None]
) -> None:
    look = look_on(case, TODAY, event)
    assert possible(guard, look, frozenset()) is evaluate(guard, look)


@given(guard=guards(), case=cases(), event=events(), data=st.data())
def test_what_turns_out_true_was_called_possible_before_it_was_known(
    guard: Guard, case: dict[str, Track], event: dict[str, Value | None], data: st.DataObject
) -> None:
    unknown = data.draw(st.frozensets(st.sampled_from(sorted(guard.names))))
    known = look_on(case, TODAY, event)

    def look(name: str) -> Value | None:
        assert name not in unknown
        return known(name)

    if evaluate(guard, known):
        assert possible(guard, look, unknown)
    best = at_best(guard, unknown)
    assert possible(guard, look, unknown) is (evaluate(best, look) if isinstance(best, Guard) else best)


@given(guard=guards(), case=cases(), event=events())
def test_an_explanation_says_of_the_whole_what_evaluate_says_and_of_each_part_what_follows(
    guard: Guard, case: dict[str, Track], event: dict[str, Value | None]
) -> None:
    whole = explain(guard, VOCABULARY, case, TODAY, "CNY", event, limit_days=20)
    assert whole.holds is evaluate(guard, look_on(case, TODAY, event))
    assert {reading.name for reading in whole.readings} == guard.names
    check_parts(whole)


def check_parts(part: Explained) -> None:
    inner = [one.holds for one in part.parts]
    follows = {
        "": part.holds,
        "all of these": all(inner),
        "one of these": any(inner),
        "not all of these": not all(inner),
        "none of these": not any(inner),
    }
    assert part.holds is follows[part.join]
    for one in part.parts:
        check_parts(one)


@given(
    some=st.lists(whole_guards(depth=0) | whole_guards(), min_size=1, max_size=8),
    values=st.fixed_dictionaries({name: values_of(name, known=True) for name in STILL}),
)
def test_where_nothing_is_missing_a_guard_over_whole_numbers_flags_and_words_means_what_python_means(
    some: list[Guard], values: Mapping[str, Value | None]
) -> None:
    for guard in some:
        expected = eval(guard.text, {"__builtins__": {}}, dict(values))  # noqa: S307 - a second opinion on a drawn text
        assert evaluate(guard, values.__getitem__) is bool(expected), guard.text
