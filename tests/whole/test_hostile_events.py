"""Events from outside, read: as what they say, or refused as pydantic refuses, in words that can be shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.events import read_event, read_event_json
from overdue_flow.errors import MoneyError
from overdue_flow.events import KINDS, FactsChanged, LoanOpened
from overdue_flow.money import exact_decimal
from support.hostile import ANY_TEXT, ODD_VALUES, is_clear, read_or_refused
from support.small_store import opening

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3), max_leaves=8
)


@given(ANYTHING)
def test_anything_is_read_as_an_event_or_refused(content: Any) -> None:
    read_or_refused(read_event, content)
    read_or_refused(read_event_json, json.dumps(content))


@given(st.sampled_from(sorted(KINDS)), st.data())
def test_any_values_in_the_fields_of_an_event_are_read_or_refused(kind: str, data: st.DataObject) -> None:
    names = st.sampled_from(sorted(KINDS[kind].model_fields))
    fields = data.draw(st.dictionaries(names, ANYTHING | st.sampled_from(ODD_VALUES), max_size=6))
    event = read_or_refused(read_event, {**fields, "kind": kind})
    assert event is None or read_event_json(event.model_dump_json(exclude_none=True)) == event


def test_what_is_no_json_is_refused() -> None:
    for text in ("{", "[" * 100_000, '{"kind": "Closed"', "\x00", '{"kind": ' + "9" * 5_000):
        assert read_or_refused(read_event_json, text) is None
        assert read_or_refused(read_event_json, text.encode()) is None


def nested(depth: int) -> dict[str, Any]:
    inner: dict[str, Any] = {}
    for _level in range(depth):
        inner = {"a": inner}
    return inner


def test_an_amount_that_cannot_even_be_said_is_refused() -> None:
    for amount in (nested(5_000), 10**5_000, b"1", object(), "9" * 10**6, "\ud800", ["1"] * 10**5):
        content = {"kind": "PaymentReceived", "amount": amount, "value_date": "2025-01-01"}
        assert read_or_refused(read_event, content) is None


@pytest.mark.parametrize(
    "amount", ["NaN", "sNaN", "Infinity", "1e400", "1e-900000000", "0e-900000000", "1e15", 10**15, "", "1,5", "x\x00"]
)
def test_what_is_no_amount_is_named(amount: str | int) -> None:
    with pytest.raises(MoneyError, match="is not an amount") as refused:
        exact_decimal(amount)
    assert is_clear(refused.value)


@pytest.mark.parametrize(
    ("kind", "field", "most"),
    [
        ("PlanAgreed", "instalments", 10_000),
        ("BorrowerLocated", "time_zones", 24),
        ("FinancesAssessed", "evidence", 1_000),
    ],
)
def test_more_than_any_loan_has_is_refused_in_few_words(kind: str, field: str, most: int) -> None:
    one: Any = {"instalments": {"due_on": "2025-03-01", "amount": "1"}, "time_zones": "UTC", "evidence": "e"}[field]
    assert read_or_refused(read_event, {"kind": kind, field: [one] * most}) is not None
    for many in ([one] * (most + 1), [5] * 100_000):
        with pytest.raises(ValueError, match=field) as refused:
            read_event({"kind": kind, field: many})
        assert len(str(refused.value)) < 2_000


def test_facts_are_told_a_thousand_at_a_time() -> None:
    with pytest.raises(ValueError, match="100000 facts are told at once; expected 1000 at most"):
        FactsChanged(facts={f"f{number}": 1.5 for number in range(100_000)})


@pytest.mark.parametrize("zone", ["", "x", "../x", "America", "UTC\x00", "\ud800", "x" * 1_000])
def test_terms_of_a_place_that_is_nowhere_are_refused(zone: str) -> None:
    fields = opening("a").model_dump() | {"terms": {"time_zone": zone}}
    assert read_or_refused(LoanOpened.model_validate, fields) is None


@pytest.mark.parametrize("currency", ["", "cny", "CN", "CNYX", "¥¥¥", "CNY\n", "\ud800"])
def test_a_currency_that_is_no_code_is_refused(currency: str) -> None:
    """It would stand in the terms of the loan, and they could not be read again."""
    assert read_or_refused(LoanOpened.model_validate, opening("a").model_dump() | {"currency": currency}) is None
