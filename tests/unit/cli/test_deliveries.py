"""Delivering from the command line: what is stopped and waits, hooks that cannot be registered, hours of the loan."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from overdue_flow import Flow, load_policy
from overdue_flow.events import EffectWithheld
from support.small_policy import write_policy
from support.small_store import opened, write_store
from support.terminal import in_process_of_its_own, module_of, run

AT_NOON = ("--at", "2025-01-12T12:00")
HOOKS = """
import sys

def fine(flow):
    flow.on("remind")(lambda effect, case: None)

def raises(flow):
    raise RuntimeError("the gateway\\nhas no address")

def leaves(flow):
    sys.exit("no address")

def slip(flow):
    flow.on("remnd")(print)
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return write_policy(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return write_store(tmp_path, lived_to=date(2025, 1, 11))


@pytest.fixture
def hooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    return module_of(HOOKS, tmp_path, monkeypatch, request.node.name)


def test_what_is_stopped_is_said_and_how_much_waits_for_it(policy: Path, store: Path, hooks: str) -> None:
    run("store", "stop", store, "contact", "--by", "ms-chen", "--reason", "a wrong amount")
    deliver = ("deliver", policy, store, *AT_NOON, "--hooks", f"{hooks}:fine")
    said = run(*deliver)
    first, *others = said.out.splitlines()
    assert re.fullmatch(r"contact is stopped since .* UTC by ms-chen: a wrong amount; 2 effects wait for it", first)
    assert any(re.match(r"call +delivered +1", line) for line in others)
    again = run(*deliver)
    assert (again.code, again.out.splitlines()[1:]) == (0, ["nothing else was due"])
    (told,) = json.loads(run(*deliver, "--json").out)["stopped"]
    assert (told["name"], told["by"], told["reason"], told["waiting"]) == ("contact", "ms-chen", "a wrong amount", 2)


def test_a_night_says_what_is_stopped(policy: Path, store: Path) -> None:
    run("store", "stop", store, "contact", "--by", "ms-chen", "--reason", "a wrong amount")
    said = run("nightly", policy, store, "--as-of", "2025-01-12").out.splitlines()
    assert re.fullmatch(r"contact is stopped since .* UTC by ms-chen: a wrong amount", said[-1])
    told = json.loads(run("nightly", policy, store, "--as-of", "2025-01-12", "--json").out)
    assert [one["name"] for one in told["switches"]] == ["contact"]


@pytest.mark.parametrize(
    ("name", "said"),
    [("raises", "RuntimeError: the gateway has no address"), ("leaves", "SystemExit: no address")],
)
@pytest.mark.parametrize("command", ["nightly", "deliver"])
def test_hooks_that_cannot_be_registered_are_one_clear_line(
    command: str, name: str, said: str, policy: Path, store: Path, hooks: str
) -> None:
    when = AT_NOON if command == "deliver" else ("--as-of", "2025-02-20")
    found = run(command, policy, store, *when, "--hooks", f"{hooks}:{name}")
    assert found == (2, "", f"cannot register the hooks `{hooks}:{name}`: {said}\n")


def test_a_hook_for_an_action_that_the_policy_does_not_have_is_refused_as_such(
    policy: Path, store: Path, hooks: str
) -> None:
    found = run("deliver", policy, store, *AT_NOON, "--hooks", f"{hooks}:slip")
    assert found.code == 1
    assert "did you mean `remind`?" in found.err


def test_what_is_due_is_told_by_the_clock_of_the_loan(policy: Path, store: Path) -> None:
    deferred = datetime(2025, 1, 12, 17, 30, tzinfo=UTC)
    with opened(store) as found:
        (remind,) = [one.effect.id for one in found.outbox() if (one.case_id, one.effect.action) == ("A-1", "remind")]
        withheld = EffectWithheld(id="w", effect_id=remind, how="deferred", until=deferred, limit="at-night")
        Flow(load_policy(policy), found).receive("A-1", withheld, at=datetime(2025, 1, 12, 1, tzinfo=UTC))
    said = "remind (channel sms), due 2025-01-13 01:30"
    assert said in run("explain", policy, store, "A-1").out.partition("on their way:")[2]
    assert said in run("forewarn", policy, store, "--on", "2025-01-13").out.partition("Going out")[2]
    assert said not in run("forewarn", policy, store, "--on", "2025-01-12").out
    told = json.loads(run("forewarn", policy, store, "--on", "2025-01-13", "--json").out)["going_out"]
    assert {one["due_at"] for one in told if one["id"] == remind} == {"2025-01-13T01:30:00+08:00"}


def test_a_journal_whose_table_is_gone_is_one_clear_line(store: Path) -> None:
    with opened(store) as found, found.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE overdue_journal")
    said = in_process_of_its_own("journal", "verify", store)
    assert said.code in (1, 2)
    assert said.out == ""
    assert "no such table: overdue_journal" in said.err
    assert said.err.count("\n") == 1, said.err
