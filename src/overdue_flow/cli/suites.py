"""Which scenarios a command runs, and on which policy: those of a policy, of a pack, of files and folders of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from overdue_flow.cli.inputs import policy_at, scenario_files, scenarios_at
from overdue_flow.cli.manners import Mistake, why_not
from overdue_flow.policy.library import pack_named, scenarios_of
from overdue_flow.policy.scenario_files import (
    is_scenario_file,
    policy_of,
    scenario_files_in,
    to_try_on,
    without_policy,
)
from overdue_flow.policy.trials import Scenario
from overdue_flow.testing.tried import Tried


@dataclass(frozen=True, slots=True)
class Suite:
    """The scenarios of one file, and the policy on which they run."""

    path: Path
    tried: Tried
    scenarios: tuple[Scenario, ...]


@dataclass(slots=True)
class _Policies:
    """Each policy is read once, however many files are of it."""

    read: dict[Path, Tried] = field(default_factory=dict)

    def at(self, path: Path) -> Tried:
        known = path if pack_named(str(path)) is not None else path.resolve()
        if known not in self.read:
            self.read[known] = Tried(policy_at(path))
        return self.read[known]


def suites_at(policy: Path, files: Sequence[Path]) -> list[Suite]:
    """The scenarios of a policy or pack, and those in files of their own; where a file of scenarios or a folder stands
    in place of the policy, each file on the policy that it names."""
    if is_scenario_file(policy) or policy.is_dir():
        return list(_by_themselves([policy, *files]))
    pack, policies = pack_named(str(policy)), _Policies()
    path = to_try_on(policy)
    tried = policies.at(path)
    shipped = scenarios_of(pack) if pack is not None else ()
    return [
        Suite(path, tried, tried.policy.scenarios),
        *(Suite(file, tried, scenarios_at(file, tried.policy)) for file in (*shipped, *scenario_files(files))),
    ]


def _by_themselves(paths: Sequence[Path]) -> Iterator[Suite]:
    """The scenarios of files that name their policy."""
    files = [file for path in paths for file in (_in_folder(path) if path.is_dir() else [path])]
    named = [(file, _policy_of(file)) for file in files]
    if lost := [file for file, policy in named if policy is None]:
        raise without_policy(lost)
    policies = _Policies()
    for file, policy in named:
        assert policy is not None, "those that name none are refused"
        tried = policies.at(policy)
        yield Suite(file, tried, scenarios_at(file, tried.policy))


def _in_folder(folder: Path) -> list[Path]:
    found = scenario_files_in(folder)
    if not found:
        raise Mistake(f"cannot read the scenarios `{folder}`: it is a folder without a `.scenario.yaml` file")
    return found


def _policy_of(file: Path) -> Path | None:
    try:
        return policy_of(file)
    except OSError as error:
        raise Mistake(f"cannot read the scenarios `{file}`: {why_not(error)}") from None
