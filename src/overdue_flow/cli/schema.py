"""`overdue-flow schema`: the JSON Schema of a policy file, for editors."""

from __future__ import annotations

import json

import typer

from overdue_flow.policy.schema import policy_schema


def schema() -> None:
    """Print the JSON Schema of a policy file: an editor completes and checks a policy with it."""
    typer.echo(json.dumps(policy_schema(), ensure_ascii=False, indent=2))
