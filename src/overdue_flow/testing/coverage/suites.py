"""Suites: a policy and the scenarios that are run on it. A policy that builds on packs has theirs too.

What a pack's own scenarios reach on its own example counts for every policy that takes those parts in as they are: a
part is known by its place in the pack.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from overdue_flow.policy.library import PREFIX, example_of, pack_named, packs, scenarios_of
from overdue_flow.policy.load import examine_policy, load_policy, load_scenarios
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.shelf import shelved
from overdue_flow.policy.trials import Scenario


@dataclass(frozen=True, slots=True)
class Suite:
    """Scenarios on a policy. `name` is the policy's file, or `pack:cn/court`."""

    name: str
    policy: Policy
    scenarios: tuple[Scenario, ...]


def suite_of_pack(name: str) -> Suite:
    """The suite of a pack (`cn/court`): a whole policy with its scenarios, or a part on its example."""
    policy = load_policy(example_of(name) or f"{PREFIX}{name}")
    texts = (load_scenarios(file, policy=policy, name=str(file)) for file in scenarios_of(name))
    return Suite(f"{PREFIX}{name}", policy, (*policy.scenarios, *(one for text in texts for one in text)))


def suite_of(policy: Policy, name: str, more: Iterable[Scenario] = ()) -> Suite:
    """The suite of a policy: its own scenarios, and those of files."""
    return Suite(name, policy, (*policy.scenarios, *more))


def packs_under(path: str) -> tuple[str, ...]:
    """The packs that the policy at `path` builds on, in alphabetical order."""
    pack = pack_named(path)
    start = str(example_of(pack) or path) if pack is not None and pack in packs() else path
    named = (pack_named(name) for name in examine_policy(start).sources)
    return tuple(sorted(one for one in named if one is not None and one != pack))


def packs_below(pack: str) -> tuple[str, ...]:
    """The packs that a pack itself builds on, in alphabetical order; those that only its example takes in are none."""
    direct = shelved(pack).extends
    return tuple(sorted({*direct, *(one for name in direct for one in packs_below(name))}))
