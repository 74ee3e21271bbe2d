"""The JSON Schema of a population file, as it is published with the package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from overdue_flow.simulation.population.schema import population_schema, schema_text
from support.golden import Golden
from support.schemas import as_an_editor_reads, faults

POPULATIONS = Path(__file__).parents[1] / "golden" / "populations"


def population(**more: Any) -> dict[str, Any]:
    """A small population as an editor has it, with more."""
    text = """
language: 1
population: small
starts_on: "2026-02-01"
loans: {instalments: 12, amount: 100.00, first_due: 0-27}
pays:
  - {missed: 0, chances: {1: 0.9}, on: {0: 0.5, 1-5: 0.5}}
  - {missed: [1, 2+], after: call, chances: {all: 0.5}}
effects: [{of: call, on: pays, times: 1.2, for: 14 days}]
"""
    found: dict[str, Any] = as_an_editor_reads(yaml.safe_load(text))
    return found | more


def test_the_schema_is_what_was_published(golden: Golden) -> None:
    golden(schema_text(), "population.schema.json")


def test_an_editor_takes_a_population_and_not_a_misspelt_one() -> None:
    schema = population_schema()

    assert faults(population(), schema, schema) == []
    assert faults(population(loans=[{"instalments": 3, "amount": {"50": 0.5, "60": 0.5}}]), schema, schema) == []
    wrong = population(borowers=10, costs=[{"of": "call"}], rolls_by="bucket")
    assert len(faults(wrong, schema, schema)) == 3
