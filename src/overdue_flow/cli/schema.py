"""`overdue-flow schema`: the JSON Schema of a policy file, for editors."""

from __future__ import annotations

from overdue_flow.cli.screen import say_json
from overdue_flow.policy.schema import policy_schema


def schema() -> None:
    """Print the JSON Schema of a policy file: an editor completes and checks a policy with it."""
    say_json(policy_schema())
