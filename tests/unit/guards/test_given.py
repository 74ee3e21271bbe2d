"""A condition where some facts are known: what is left of it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from overdue_flow.guards.evaluate import evaluate, holds
from overdue_flow.guards.given import FAILS, HOLDS, given
from overdue_flow.guards.tree import Condition, Guard, names_of
from overdue_flow.guards.vocabulary import Value
from support.guards import STILL, guards, typed, values_of

LOANS = st.fixed_dictionaries({name: values_of(name) for name in STILL})


@pytest.mark.parametrize(
    ("text", "known", "left"),
    [
        ("dpd > 5 and plan_active", {"dpd": 6}, "plan_active"),
        ("dpd > 5 and plan_active", {"dpd": 5}, FAILS),
        ("dpd > 5 or plan_active", {"dpd": 6}, HOLDS),
        ("dpd > 5 or plan_active", {"dpd": 5}, "plan_active"),
        ("not (dpd > 5)", {"dpd": 5}, HOLDS),
        ("not (dpd > 5 or plan_active)", {"plan_active": True}, FAILS),
        ("stage in legal and dpd > 5", {"stage": "legal.trial"}, "dpd > 5"),
        ("age is None", {"age": None}, HOLDS),
        ("dpd > 5", {"fails": 1}, "dpd > 5"),
        ("age > left", {"age": 3}, "age > left"),
    ],
)
def test_what_is_known_is_settled_and_the_rest_is_left(
    text: str, known: Mapping[str, Value | None], left: str | Condition
) -> None:
    assert given(typed(text).tree, known) == (typed(left).tree if isinstance(left, str) else left)


@drawn(guard=guards(), loan=LOANS, data=st.data())
def test_what_is_left_says_of_such_loans_what_the_whole_says(
    guard: Guard, loan: dict[str, Value | None], data: st.DataObject
) -> None:
    known = data.draw(st.frozensets(st.sampled_from(sorted(guard.names))))
    left = given(guard.tree, {name: loan[name] for name in known})
    assert names_of(left) <= guard.names
    assert holds(left, loan.__getitem__) is evaluate(guard, loan.__getitem__)
