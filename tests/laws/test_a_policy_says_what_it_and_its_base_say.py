"""Law: a policy that builds on another is what both say. However a policy is divided over two files, it means the same,
its rules are tried in the same order, and each part stands where its file says it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.policy.dump import dump_policy
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.meaning import meaning_of
from overdue_flow.policy.source import read, write
from overdue_flow.testing.strategies.policies import policy_texts

HEAD = ("language", "policy", "version", "title", "in_force")
BY_ID = ("limits", "never", "everywhere", "rules")


def divided(tree: dict[str, Any], draw: Any, head: tuple[str, ...] = ()) -> tuple[dict[str, Any], dict[str, Any]]:
    """A mapping as two: its lines here, there, or on both sides in part. Of lists of rules the first ones are above."""
    upper: dict[str, Any] = {}
    lower: dict[str, Any] = {}
    for key, value in tree.items():
        where = "upper" if key in head else draw(st.sampled_from(("upper", "lower", "both")))
        if where == "both" and key == "marks":
            where = "lower"  # their order is that of their gravity
        above, below = value if where == "upper" else None, value if where == "lower" else None
        if where == "both" and isinstance(value, dict) and value:
            above, below = divided(value, draw)
        elif where == "both" and key in BY_ID and value:
            cut = draw(st.integers(0, len(value)))
            above, below = value[:cut], value[cut:]
        elif where == "both":
            above = value
        if above is not None and (above or above == value):
            upper[key] = above
        if below is not None and (below or below == value):
            lower[key] = below
    return upper, lower


@given(policy_texts(), st.data())
def test_however_a_policy_is_divided_it_means_the_same(text: str, data: st.DataObject) -> None:
    whole = load_policy(text=text)
    tree: Any = read(dump_policy(whole), "whole").tree
    upper, lower = divided(tree, data.draw, HEAD)
    upper["extends"] = "lower.yaml"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "lower.yaml").write_text(write({"language": "1", **lower}), "utf-8")
        (folder / "upper.yaml").write_text(write(upper), "utf-8")
        found = load_policy(folder / "upper.yaml")
    assert meaning_of(found) == meaning_of(whole)
    assert [rule.id for rule in found.everywhere] == [rule.id for rule in whole.everywhere]
    for path, stage in whole.stages.items():
        assert [rule.id for rule in found.stages[path].rules] == [rule.id for rule in stage.rules]
    said = {"lower.yaml": lower, str(folder / "upper.yaml"): upper}
    for rule in found.rules:
        assert rule.place is not None
        assert rule.id in str(said[rule.place.file]), f"{rule.id} is not in {rule.place.file}"
