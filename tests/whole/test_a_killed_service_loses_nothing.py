"""A service that is killed (SIGKILL) at random instants and at each of its steps: nothing lost, nothing done twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from support.postgres import fresh_database

TESTS = Path(__file__).parents[1]
KILLS, SOAK_KILLS = 30, 1100


@pytest.fixture(params=["sqlite", "postgresql"])
def two_stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[str]]:
    """Two empty databases: one for the service that is killed, one for its twin that is not."""
    if request.param == "sqlite":
        yield [f"sqlite:///{tmp_path / name}.db" for name in ("killed", "calm")]
        return
    with ExitStack() as stack:
        yield [stack.enter_context(fresh_database()) for _ in range(2)]


def killed(stores: list[str], **how: int) -> dict[str, Any]:
    """What `python -m support.crashes` says."""
    options = [f"--{name}={value}" for name, value in how.items()]
    command = [sys.executable, "-m", "support.crashes", *stores, *options]
    ran = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(TESTS)}
    )
    assert ran.stdout, ran.stderr[-3000:]
    return json.loads(ran.stdout) | {"said": ran.stderr}


def test_a_killed_service_loses_nothing_and_does_nothing_twice(two_stores: list[str]) -> None:
    said = killed(two_stores, kills=KILLS, seed=11, loans=12, days=40)
    assert said["faults"] == [], said
    assert sum(said["kills"].values()) == KILLS
    assert said["acted"] > 40
    assert said["calls"] >= said["acted"]


@pytest.mark.soak
def test_a_thousand_kills(two_stores: list[str]) -> None:
    said = killed(two_stores, kills=SOAK_KILLS, seed=int(os.environ.get("SEED", "2026")), loans=24, days=600)
    sys.stderr.write(json.dumps({name: value for name, value in said.items() if name != "said"}) + "\n")
    assert said["faults"] == [], said
    assert sum(said["kills"].values()) == SOAK_KILLS
    assert min(said["kills"].values()) > 300
