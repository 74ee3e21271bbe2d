"""The dates that authorities and commentaries published, through the packs: what a loan is marked as on which day, and
how many days it is said to be past due."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from overdue_flow.policy.load import load_scenarios
from overdue_flow.testing.scenarios import Difference, run_scenario
from support.regulated import machine_of, policy_of

MARKS = {"SMA-0": "sma_0", "SMA-1": "sma_1", "SMA-2": "sma_2", "NPA": "npa"}

VECTORS = {
    "in/sma-npa": (
        ("2021-03-31", "2021-03-31", 1, "SMA-0"),
        ("2021-03-31", "2021-04-30", 31, "SMA-1"),
        ("2021-03-31", "2021-05-30", 61, "SMA-2"),
        ("2021-03-31", "2021-06-29", 91, "NPA"),
        ("2021-12-01", "2021-12-31", 31, "SMA-1"),
        ("2021-12-01", "2022-01-30", 61, "SMA-2"),
        ("2021-12-01", "2022-03-01", 91, "NPA"),
    ),
    "us/reg-x-mortgage": (("2014-01-01", "2014-02-06", 36, None), ("2014-01-01", "2014-04-01", 90, None)),
}
"""Due, as of, days past due, and band; those of `dpd_conventions` in the shared facts."""

CONVENTIONS = {"in/sma-npa": "inclusive_day_end", "us/reg-x-mortgage": "calendar_difference"}
"""Whose vectors they are."""


def difference(pack: str, due_on: str, as_of: str, facts: str, marks: str = "") -> Difference | None:
    """How a loan that is due once differs on a day from what is expected; None where it does not."""
    text = f"""scenarios:
  - name: a published date
    given: {{opened_on: {due_on}, instalments: [{{due_on: {due_on}, amount: 1000.00}}]}}
    then: [{{on: {as_of}, facts: {{{facts}}}{marks}}}]
"""
    (scenario,) = load_scenarios(text=text, policy=policy_of(pack))
    return run_scenario(policy_of(pack), scenario, machine=machine_of(pack)).difference


@pytest.mark.parametrize(("pack", "vector"), [(pack, vector) for pack, many in VECTORS.items() for vector in many])
def test_a_published_date_is_that_of_the_pack(pack: str, vector: tuple[str, str, int, str | None]) -> None:
    due_on, as_of, dpd, band = vector
    marks = f", marks: [{MARKS[band]}]" if band else ""
    assert difference(pack, due_on, as_of, f"dpd: {dpd}", marks) is None
    assert difference(pack, due_on, as_of, f"dpd: {dpd + 1}", marks) is not None


@pytest.mark.parametrize("pack", VECTORS)
def test_the_dates_are_those_of_the_facts(pack: str, shared_facts: Path) -> None:
    told: Any = json.loads((shared_facts / "regulation.json").read_text("utf-8"))["dpd_conventions"]
    (convention,) = (one for one in told if one["id"] == CONVENTIONS[pack])
    assert [(one["due"], one["as_of"], one["dpd"], one.get("band")) for one in convention["vectors"]] == [
        *VECTORS[pack]
    ]


@pytest.mark.parametrize(
    ("pack", "days", "classified_as"),
    [
        ("cn/five-tier", 90, "special_mention"),
        ("cn/five-tier", 91, "substandard"),
        ("cn/five-tier", 270, "substandard"),
        ("cn/five-tier", 271, "doubtful"),
        ("cn/five-tier", 360, "doubtful"),
        ("cn/five-tier", 361, "loss"),
        ("us/ffiec-classification", 90, "substandard"),
        ("us/ffiec-classification", 120, "loss"),
        ("eu/default-definition", 91, "default"),
    ],
)
def test_a_class_begins_on_its_day(pack: str, days: int, classified_as: str) -> None:
    as_of = date(2024, 1, 1) + timedelta(days=days)
    said = f"dpd: {days}, classified_as: {classified_as}"
    assert difference(pack, "2024-01-01", str(as_of), said) is None
