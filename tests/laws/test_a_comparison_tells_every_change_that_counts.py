"""Law: a store takes two texts of a policy for one version exactly where a comparison finds nothing that decides, is
worded or is told otherwise; and what was added one way was removed the other."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.policy.compare import compare_policies
from overdue_flow.policy.load import examine_policy
from overdue_flow.policy.meaning import meaning_of
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.source import read, write
from support.reported import POLICY

TREE = read(POLICY, "policy.yaml").tree
SPARED = ("language", "policy", "version")


def spots(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a tree."""
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inside:
        yield (*path, key)
        yield from spots(value, (*path, key))


PLACES = [path for path in spots(TREE) if path[0] not in SPARED]


def edited(seed: int) -> Policy | None:
    """The policy with one thing changed: a line left out, doubled, put first, or another value; None if refused."""
    draw = random.Random(seed)
    tree = copy.deepcopy(TREE)
    *way, last = draw.choice(PLACES)
    around: Any = tree
    for step in way:
        around = around[step]
    how = draw.choice(["leave out", "put last", "other value", "other value"])
    value = around[last]
    if how == "leave out":
        del around[last]
    elif how == "put last":
        del around[last]
        if isinstance(around, list):
            around.append(value)
        else:
            around[last] = value
    elif isinstance(value, str):
        other = [value + " ", value.replace("1", "2"), value.replace(" > ", " >= "), value + "x", f"({value})"]
        around[last] = draw.choice([one for one in other if one != value])
    return examine_policy(text=write(tree), name="policy.yaml").policy


BASE = examine_policy(text=write(TREE), name="policy.yaml").policy


@given(st.integers(0, 10_000))
def test_a_comparison_tells_every_change_that_counts(seed: int) -> None:
    other = edited(seed)
    if other is None or BASE is None:
        return
    found, back = compare_policies(BASE, other), compare_policies(other, BASE)
    same = meaning_of(BASE) == meaning_of(other)
    assert same == (not found.deciding and not found.reworded and not found.told), str(found)
    assert (not found.changes) or other != BASE
    told = sorted((one.kind, one.how, one.line) for one in found.changes if one.how in ("changed", "reordered"))
    assert told == sorted((one.kind, one.how, one.line) for one in back.changes if one.how in ("changed", "reordered"))
    gone = sorted((one.kind, one.name) for one in found.changes if one.how == "removed")
    assert gone == sorted((one.kind, one.name) for one in back.changes if one.how == "added")
