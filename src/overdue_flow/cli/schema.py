"""`overdue-flow schema`: the JSON Schema of a policy file, or of a population, for editors."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from overdue_flow.cli.screen import say_json
from overdue_flow.policy.schema import policy_schema
from overdue_flow.simulation.population.schema import population_schema


class Of(StrEnum):
    """The formats that have a schema."""

    POLICY = "policy"
    POPULATION = "population"


def schema(
    of: Annotated[Of, typer.Argument(help="Of which kind of file.", show_default=False)] = Of.POLICY,
) -> None:
    """Print the JSON Schema of a policy file, or of a population: an editor completes and checks one with it."""
    say_json(policy_schema() if of is Of.POLICY else population_schema())
