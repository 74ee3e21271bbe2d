"""What every test may ask for: expected texts (`golden`), the real data (`real_data`, `shared_facts`).

Tests that need the real data are left out where there is none, and the end of the run says which. With
`OVERDUE_FLOW_DATA_REQUIRED=1` a run without the data is refused.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from support.golden import Golden

HERE = Path(__file__).parent
PROOF = {"real_data": "README.md", "shared_facts": "peer_cases.json"}
"""The folders that tests may ask for, each with a file that is there when the folder is."""
LEFT_OUT = pytest.StashKey[list[str]]()

# The same examples in every run: `make test` fails for what was changed, never for what was drawn.
settings.register_profile("test", derandomize=True, database=None, max_examples=60, deadline=None)
settings.register_profile(
    "soak", max_examples=3000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("overdue_flow")
    group.addoption("--update-golden", action="store_true", help="rewrite the expected texts under tests/golden")
    group.addoption("--soak", action="store_true", help="run the long tests too, and many more examples of each law")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT_OUT] = []
    if (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    ):  # begun in the background: what the tests begin would ignore it too
        signal.signal(signal.SIGINT, signal.default_int_handler)
    settings.load_profile("soak" if config.getoption("--soak") else "test")
    missing = _missing(config)
    if os.environ.get("OVERDUE_FLOW_DATA_REQUIRED", "0") not in ("", "0") and missing:
        raise pytest.UsageError(
            f"the real data are required (OVERDUE_FLOW_DATA_REQUIRED), and there are none in {_said(missing)};"
            " OVERDUE_FLOW_DATA says where they are"
        )


def _folders(config: pytest.Config) -> dict[str, Path]:
    """Where the real data are, and the facts beside them."""
    data = (config.rootpath / os.environ.get("OVERDUE_FLOW_DATA", "../shared/data")).resolve()
    return {"real_data": data, "shared_facts": data.parent / "facts"}


def _missing(config: pytest.Config) -> dict[str, Path]:
    """The folders that are not there."""
    return {name: folder for name, folder in _folders(config).items() if not (folder / PROOF[name]).is_file()}


def _said(folders: dict[str, Path]) -> str:
    return " and ".join(str(folder) for folder in folders.values())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the laws, and leave out what this run does not ask for or cannot have."""
    for item in items:
        if HERE / "laws" in item.path.parents:
            item.add_marker(pytest.mark.law)
    if not config.getoption("--soak"):
        _leave_out(config, items, [item for item in items if item.get_closest_marker("soak")])
    missing = _missing(config)
    if missing:
        without = [item for item in items if missing.keys() & set(getattr(item, "fixturenames", ()))]
        config.stash[LEFT_OUT] = [item.nodeid for item in without]
        _leave_out(config, items, without)


def _leave_out(config: pytest.Config, items: list[pytest.Item], some: list[pytest.Item]) -> None:
    if some:
        config.hook.pytest_deselected(items=some)
        items[:] = [item for item in items if item not in some]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under xdist the workers collect: what they left out travels to the process that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash[LEFT_OUT]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    left_out = node.config.stash[LEFT_OUT]
    left_out += [name for name in getattr(node, "workeroutput", {}).get("left_out", ()) if name not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say which tests were left out for want of the real data."""
    left_out = config.stash[LEFT_OUT]
    if left_out:
        terminalreporter.section("left out: no real data")
        terminalreporter.line(f"none in {_said(_missing(config))}; OVERDUE_FLOW_DATA says where they are. Not run:")
        for name in sorted(left_out):
            terminalreporter.line(f"  {name}")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with the file under `tests/golden` that holds it: `golden(text, "books/empty.txt")`."""
    return Golden(HERE / "golden", bool(request.config.getoption("--update-golden")))


@pytest.fixture(scope="session")
def real_data(request: pytest.FixtureRequest) -> Path:
    """The folder of the real data, read only; tests that ask for it are left out where there is none."""
    return _folders(request.config)["real_data"]


@pytest.fixture(scope="session")
def shared_facts(request: pytest.FixtureRequest) -> Path:
    """The folder of facts beside the data (peers' cases, speed, regulation), likewise."""
    return _folders(request.config)["shared_facts"]


@pytest.fixture(scope="session")
def examples() -> Path:
    """The folder of the examples that ship with the project."""
    return HERE.parent / "examples"
