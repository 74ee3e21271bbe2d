"""The JSON Schema of a policy file, as it is published with the package."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from overdue_flow.policy.schema import policy_schema, schema_text
from support.golden import Golden
from support.schemas import as_an_editor_reads, faults


def test_the_schema_is_what_was_published(golden: Golden) -> None:
    golden(schema_text(), "policy.schema.json")


def test_an_editor_takes_the_example_and_not_a_misspelt_one(examples: Path) -> None:
    schema = policy_schema()
    policy = as_an_editor_reads(yaml.safe_load((examples / "changjiang-retail" / "policy.yaml").read_text("utf-8")))
    assert faults(policy, schema, schema) == []
    policy["stages"]["reminder"]["rule"] = policy["stages"]["reminder"].pop("rules")
    policy["terms"] = {"allocation": {"order": "forbid"}}
    assert len(faults(policy, schema, schema)) == 2


def test_conditions_say_the_built_in_words() -> None:
    assert "failed_negotiations_in_a_row (a number of times)" in policy_schema()["$defs"]["Condition"]["description"]


@pytest.mark.parametrize("allows", [{"party": "representative"}, [{"purpose": ["service"]}, {"channel": "letter"}]])
def test_an_editor_takes_what_a_hold_allows_as_one_or_several_and_several_remedies(allows: object) -> None:
    schema = policy_schema()
    rule = {"id": "tell", "on": "ComplaintAnswered", "do": "answer", "with": {"remedies": ["court", "legal_aid"]}}
    policy = {
        "language": 1,
        "policy": "p",
        "version": "1",
        "holds": {"deceased": {"stops": ["contact"], "allows": allows}},
        "remedies": {"court": {"label": "the court", "reach": {"en": "next door"}}},
        "stages": {"open": {"start": True, "rules": [rule]}},
    }

    assert faults(policy, schema, schema) == []
