"""A file of scenarios says whose they are, and is known by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from overdue_flow.errors import ScenarioError
from overdue_flow.policy.library import example_of
from overdue_flow.policy.scenario_files import (
    is_scenario_file,
    policy_of,
    scenario_files_in,
    to_try_on,
    without_policy,
)


def written(folder: Path, text: str, name: str = "a.scenario.yaml") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def test_the_policy_is_seen_from_where_the_file_stands(tmp_path: Path) -> None:
    file = written(tmp_path, "policy: ../retail.yaml\nscenarios: []\n", "scenarios/a.scenario.yaml")
    found = policy_of(file)
    assert found is not None
    assert found.resolve() == (tmp_path / "retail.yaml").resolve()


def test_a_pack_is_a_policy_and_a_part_is_tried_on_its_example(tmp_path: Path) -> None:
    assert policy_of(written(tmp_path, "policy: pack:cn/everbright\n")) == Path("pack:cn/everbright")
    assert policy_of(written(tmp_path, "policy: pack:cn/care\n")) == example_of("cn/care")
    assert to_try_on(Path("retail.yaml")) == Path("retail.yaml")


def test_a_file_that_names_none_has_none(tmp_path: Path) -> None:
    assert policy_of(written(tmp_path, "scenarios: []\n")) is None
    (problem,) = without_policy([tmp_path / "a.scenario.yaml"]).problems
    assert problem.message.endswith("a.scenario.yaml: this file says no `policy`")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("policy: [a]\n", "a.scenario.yaml:1:9: a list stands here; expected a policy's file, or a pack"),
        ("policy:\nscenarios: []\n", "nothing stands here; expected a policy's file, or a pack"),
        ("policy: retail.yaml\nscenarios: [\n", "a.scenario.yaml:"),
        ("", "the file is empty"),
    ],
)
def test_a_file_that_cannot_be_understood_says_why_and_not_that_it_names_none(
    text: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ScenarioError, match=said) as refusal:
        policy_of(written(tmp_path, text), name="a.scenario.yaml")
    assert refusal.value.sources == {"a.scenario.yaml": text}


def test_files_of_scenarios_are_known_by_their_names_in_folders_below_too(tmp_path: Path) -> None:
    for name in ("b.scenario.yml", "deep/a.scenario.yaml", "scenario.yaml", "policy.yaml", "a.scenario.yaml.txt"):
        written(tmp_path, "", name)
    assert [file.name for file in scenario_files_in(tmp_path)] == ["b.scenario.yml", "a.scenario.yaml"]
    assert is_scenario_file(Path("x.scenario.yaml"))
    assert not is_scenario_file(Path("scenario.yaml"))
