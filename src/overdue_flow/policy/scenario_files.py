"""Files of scenarios alone, `*.scenario.yaml`: whose scenarios they are.

Such a file may say at its top which policy it is of: a file, seen from where it stands, or a pack.

    policy: ../retail.yaml        or        policy: pack:cn/everbright
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from overdue_flow.errors import ScenarioError
from overdue_flow.policy.library import example_of, pack_named
from overdue_flow.policy.source import BYTES_MAX, read
from overdue_flow.policy.texts import shape_of
from overdue_flow.problems import Problem

SUFFIXES = (".scenario.yaml", ".scenario.yml")
"""How the name of a file of scenarios ends that runs by itself."""


def is_scenario_file(path: Path) -> bool:
    """Whether a file is, by its name, one of scenarios."""
    return path.name.endswith(SUFFIXES)


def scenario_files_in(folder: Path) -> list[Path]:
    """The files of scenarios in a folder and in those below it, by name."""
    return sorted(path for path in folder.rglob("*") if is_scenario_file(path) and path.is_file())


def policy_of(path: Path, *, name: str | None = None) -> Path | None:
    """The policy that a file of scenarios is of; None where it does not say. OSError where the file cannot be read,
    ScenarioError where it is no YAML, a policy itself, or says what can be none; `name` is what it is called then."""
    with path.open("rb") as stream:
        source = read(stream.read(BYTES_MAX + 1), name or str(path))
    said = source.at(("policy",))
    if source.readable and ("language",) in source.values:
        hint = "it stands before the files of scenarios: `overdue-flow test POLICY FILES`"
        message = "this is a policy; expected a file of scenarios"
        source.refuse("policy-for-scenarios", message, source.keys[("language",)], hint=hint)
        raise ScenarioError(source.problems, {source.file: source.text})
    if source.readable and said is None:
        return None
    if source.readable and isinstance(said, str) and said:
        return to_try_on(Path(said) if pack_named(said) else path.parent / said)
    if source.readable:
        message = f"{shape_of(said)} stands here; expected a policy's file, or a pack"
        source.refuse("wrong-value", message, source.values[("policy",)])
    raise ScenarioError(source.problems, {source.file: source.text})


def to_try_on(policy: Path) -> Path:
    """What stands in for a policy in tests: of a pack that is no whole policy, the example that builds on it."""
    pack = pack_named(str(policy))
    return (example_of(pack) if pack is not None else None) or policy


def without_policy(paths: Iterable[Path]) -> ScenarioError:
    """What is said of files that have to name their policy, and do not."""
    message, hint = "this file says no `policy`", "such as `policy: ../retail.yaml`, at the top of the file"
    return ScenarioError([Problem("no-policy", f"{path}: {message}", hint=hint) for path in paths])
