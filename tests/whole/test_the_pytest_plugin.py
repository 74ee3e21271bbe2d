"""pytest collects scenarios and gives the fixtures of a host's tests: in processes, as a host runs them."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from support.small_policy import write_policy
from support.terminal import ROOT, Said, environment

SCENARIOS = """policy: policy.yaml
scenarios:
  - {name: a loan is late, given: {instalments: 100.00 on 2025-01-10}, then: [{dpd: 1, stage: early}]}
  - {name: straight to court, given: {instalments: 100.00 on 2025-01-10}, then: [{dpd: 30, stage: court}]}
  - {name: 逾期三十一天, given: {instalments: 100.00 on 2025-01-10}, then: [{dpd: 31, stage: court}]}
"""

LIVES = """from datetime import date

import pytest

from overdue_flow.events import LoanOpened

LOAN = LoanOpened(id="o", opened_on=date(2025, 1, 1), instalments=[{"due_on": date(2025, 1, 10), "amount": "100.00"}])


def test_a_loan_lives(flow, clock, hooks):
    clock.to("2025-01-01")
    flow.receive("loan-1", LOAN)
    clock.to("2025-01-12")
    assert hooks.actions == ["remind"]


def test_each_test_has_a_flow_of_its_own(flow, hooks, overdue_policy):
    assert hooks.calls == []
    assert set(hooks.by_action) == set(overdue_policy.actions)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_policy(tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", "utf-8")
    return tmp_path


def pytest_in(folder: Path, *arguments: str) -> Said:
    """Run pytest in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:randomly", *arguments],
        cwd=folder, env=environment(), capture_output=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    return Said(done.returncode, done.stdout, done.stderr)


def written(folder: Path, text: str, name: str = "a.scenario.yaml") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder / name


def test_the_plugin_is_found_by_pytest() -> None:
    (entry,) = (one for one in entry_points(group="pytest11") if one.name == "overdue_flow")
    assert entry.value == "overdue_flow.testing.plugin"


def test_scenarios_are_tests_and_a_failure_tells_the_story(folder: Path) -> None:
    written(folder, SCENARIOS)
    said = pytest_in(folder, "-v")
    assert said.code == 1
    assert "a.scenario.yaml::a loan is late PASSED" in said.out
    assert "a.scenario.yaml::逾期三十一天 PASSED" in said.out
    for line in (
        "on 2025-02-09 (a.scenario.yaml:4:",
        "  but       the loan would come to `court` on 2025-02-10, if nothing else happens",
        "what happened until then:",
        "  2025-01-11        a day begins",
        "FAILED a.scenario.yaml::straight to court - on 2025-02-09, stage: expected",
    ):
        assert line in said.out, said.out
    assert "Traceback" not in said.out
    assert "collecting.py" not in said.out


def test_one_line_of_a_failure_says_where_it_stands(folder: Path) -> None:
    file = written(folder, SCENARIOS)
    said = pytest_in(folder, "--tb=line")
    assert f"{file}:4: on 2025-02-09, stage: expected `court`, found `early`" in said.out


def test_one_is_chosen_by_its_name_its_id_or_for_having_failed(folder: Path) -> None:
    written(folder, SCENARIOS)
    assert "1 passed, 2 deselected" in pytest_in(folder, "-k", "late").out
    assert "1 passed" in pytest_in(folder, "a.scenario.yaml::a loan is late").out
    assert "1 failed, 2 passed" in pytest_in(folder).out
    assert "== 1 failed in " in pytest_in(folder, "--lf").out


def test_what_the_page_shows_of_pytest_can_be_typed(folder: Path) -> None:
    page = (ROOT / "docs" / "testing.md").read_text("utf-8")
    for name, text in re.findall(r'^```yaml title="(.*?)"\n(.*?)^```', page, re.DOTALL | re.MULTILINE):
        (folder / name).write_text(text, "utf-8")
    commands = re.findall(r"^pytest .*", page, re.MULTILINE)
    assert len(commands) >= 3
    for command in commands:
        said = pytest_in(folder, *shlex.split(command.replace("-n 4", "-n 1"), comments=True)[1:])
        assert (said.code, "1 failed" in said.out) == (1, True), said.out + said.err


def test_they_run_on_several_workers(folder: Path) -> None:
    written(folder, SCENARIOS)
    written(folder, LIVES, "test_lives.py")
    said = pytest_in(folder, "-n", "2", "-o", "overdue_flow_policy=policy.yaml")
    assert "1 failed, 4 passed" in said.out
    assert "what happened until then:" in said.out


def test_a_file_that_cannot_be_read_tells_its_problems_and_no_traceback(folder: Path) -> None:
    written(folder, SCENARIOS.replace("stage: early", "stage: earl"))
    written(folder, SCENARIOS.replace("policy.yaml", "lost.yaml"), "b.scenario.yaml")
    written(folder, SCENARIOS.removeprefix("policy: policy.yaml\n"), "c.scenario.yaml")
    written(folder, "policy: policy.yaml\nscenarios: [\n", "d.scenario.yaml")
    said = pytest_in(folder)
    assert said.code == 2
    assert re.search(r"a.scenario.yaml:3:\d+: there is no stage `earl`", said.out)
    assert "did you mean `early`?" in said.out
    assert "b.scenario.yaml: cannot read the policy `" in said.out
    assert "c.scenario.yaml: this file says no `policy`" in said.out
    assert "or `overdue_flow_policy` in pytest's configuration" in said.out
    assert re.search(r"^d.scenario.yaml:\d+:\d+: ", said.out, re.MULTILINE)
    assert "Traceback" not in said.out


def test_a_policy_that_is_refused_is_told_where_it_is_met(folder: Path) -> None:
    write_policy(folder, old="to: early", new="to: earlier")
    written(folder, SCENARIOS)
    said = pytest_in(folder)
    assert "there is no stage `earlier`" in said.out
    assert "Traceback" not in said.out


def test_the_setting_gives_a_policy_to_files_and_fixtures_alike(folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\noverdue_flow_policy = policy.yaml\n", "utf-8")
    written(folder, SCENARIOS.removeprefix("policy: policy.yaml\n"))
    written(folder, LIVES, "test_lives.py")
    assert "1 failed, 4 passed" in pytest_in(folder).out
    deep = folder / "deep"
    deep.mkdir()
    written(deep, LIVES, "test_lives_too.py")
    assert "2 passed" in pytest_in(deep, "-c", "../pytest.ini", "test_lives_too.py").out


def test_a_policy_of_ones_own_takes_the_place_of_the_setting(folder: Path) -> None:
    own = "import pytest\nfrom overdue_flow import load_policy\n\n\n@pytest.fixture\ndef overdue_policy():\n"
    written(folder, own + "    return load_policy('policy.yaml')\n", "conftest.py")
    written(folder, LIVES, "test_lives.py")
    assert "2 passed" in pytest_in(folder).out


def test_without_a_policy_a_fixture_says_how_to_name_one(folder: Path) -> None:
    written(folder, LIVES, "test_lives.py")
    said = pytest_in(folder)
    assert "no policy: name it in pytest's configuration (`overdue_flow_policy`), or write a fixture" in said.out
    refused = pytest_in(folder, "-o", "overdue_flow_policy=test_lives.py")
    assert re.search(r"^\S*test_lives.py:\d+:\d+: ", refused.out, re.MULTILINE)
    lost = pytest_in(folder, "-o", "overdue_flow_policy=lost.yaml")
    assert "cannot read the policy `" in lost.out
    for one in (said, refused, lost):
        assert "collecting.py" not in one.out
        assert "During handling" not in one.out


STORY = """  - name: with a story
    given: {instalments: 100.00 on 2025-01-10}
    then:
      - dpd: 1
        story: old
    proves: remind
"""


@pytest.mark.parametrize("workers", ["0", "2"])
def test_stories_are_written_anew_where_asked(folder: Path, workers: str) -> None:
    file = written(folder, SCENARIOS.replace("dpd: 30", "dpd: 31") + STORY + STORY.replace("with a", "with another"))
    assert "2 failed, 3 passed" in pytest_in(folder, "-n", workers).out
    said = pytest_in(folder, "-n", workers, "--update-scenarios")
    assert "5 passed" in said.out
    assert "wrote 2 stories in a.scenario.yaml" in said.out
    assert file.read_text("utf-8").count("2025-01-11        a day begins") == 2
    assert file.read_text("utf-8").startswith(SCENARIOS.replace("dpd: 30", "dpd: 31"))
    assert "5 passed" in pytest_in(folder, "-n", workers).out


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_story_that_cannot_be_written_is_told_and_nothing_is_lost(folder: Path, workers: str) -> None:
    file = written(folder, SCENARIOS.replace("dpd: 30", "dpd: 31") + STORY + "#" * 5_000 + "\n")
    before = file.read_bytes()
    full = "resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, resource.RLIM_INFINITY))"  # as a disk that is full
    (folder / "conftest.py").write_text(f"import resource\n\n{full}\n", "utf-8")
    said = pytest_in(folder, "-n", workers, "--update-scenarios")
    assert (said.code, file.read_bytes()) == (1, before)
    assert "cannot write a.scenario.yaml: file too large" in said.out
    assert "wrote" not in said.out
    assert not list(folder.glob(".unfinished-*"))
