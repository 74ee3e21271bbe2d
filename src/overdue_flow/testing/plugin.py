"""pytest collects `*.scenario.yaml`, and gives fixtures: `flow`, `clock`, `hooks`.

A file names its policy at its top (`policy: ../retail.yaml`), or `overdue_flow_policy` in pytest's configuration does.
`--update-scenarios` writes expected stories anew. Nothing of the library is loaded before such a file is met, or a
fixture asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from overdue_flow.policy.policy import Policy
    from overdue_flow.runtime.flow import Flow
    from overdue_flow.testing.collecting import ScenarioFile
    from overdue_flow.testing.fixtures import Clock, Hooks

POLICY = "overdue_flow_policy"
_SUFFIXES = (".scenario.yaml", ".scenario.yml")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option and the setting of the plugin."""
    group = parser.getgroup("overdue-flow")
    group.addoption("--update-scenarios", action="store_true", help="write the stories that scenarios expect anew")
    parser.addini(POLICY, "the policy of the fixtures, and of each *.scenario.yaml that names none", default="")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    """Files of scenarios."""
    if not file_path.name.endswith(_SUFFIXES):
        return None
    from overdue_flow.testing.collecting import ScenarioFile

    return ScenarioFile.from_parent(parent, path=file_path)


# --- stories, written anew ---


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the stories that are told otherwise; a worker of pytest-xdist hands them to who started it."""
    if not session.config.getoption("--update-scenarios"):
        return
    from overdue_flow.testing import collecting

    found = collecting.stories_of(session.config)
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[POLICY] = found
    else:
        collecting.write(session.config, found)
        if any(collecting.unwritten(session.config)):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of pytest-xdist is done."""
    found = getattr(node, "workeroutput", {}).get(POLICY)
    if found:
        from overdue_flow.testing import collecting

        collecting.write(node.config, found)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say which files were written, and which could not be."""
    if config.getoption("--update-scenarios"):
        from overdue_flow.testing import collecting

        for line in collecting.written(config):
            terminalreporter.line(line)
        for line in collecting.unwritten(config):
            terminalreporter.line(line, red=True)


# --- fixtures ---


@pytest.fixture
def overdue_policy(request: pytest.FixtureRequest) -> Policy:
    """The policy of the other fixtures: the one that `overdue_flow_policy` names. A fixture of your own of this name
    takes its place."""
    from overdue_flow.testing.collecting import policy_in_settings

    return policy_in_settings(request.config)


@pytest.fixture
def clock(overdue_policy: Policy) -> Clock:
    """A clock that stands still until `clock.to("2025-03-01")`; every day on the way is lived, what is due goes out."""
    from overdue_flow.testing.fixtures import Clock

    return Clock(overdue_policy.terms.zone)


@pytest.fixture
def hooks(overdue_policy: Policy, clock: Clock) -> Hooks:
    """Hooks of all actions: `hooks.calls` is what was handed to them; `hooks.answer(action, ...)` says what they do."""
    from overdue_flow.testing.fixtures import Hooks

    return Hooks(overdue_policy, clock)


@pytest.fixture
def flow(overdue_policy: Policy, clock: Clock, hooks: Hooks) -> Flow:
    """A `Flow` of the policy on a store in memory."""
    from overdue_flow.testing.fixtures import flow_on

    return flow_on(overdue_policy, clock, hooks)
