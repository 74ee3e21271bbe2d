"""The texts that a user of the command line reads, whole: on the example, and on a policy with mistakes.

`tests/golden/cli/NAME.txt` is what the command `NAME` says, with its exit code at the end.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support.golden import Golden
from support.small_policy import POLICY
from support.terminal import EXAMPLE, ROOT, Said, run

POLICY_FILE, BOOK = EXAMPLE / "policy.yaml", EXAMPLE / "book"

COMMANDS: dict[str, tuple[str | Path, ...]] = {
    "check": ("check", POLICY_FILE),
    "test": ("test", POLICY_FILE),
    "draw": ("draw", POLICY_FILE),
    "draw-graphviz": ("draw", POLICY_FILE, "--format", "graphviz"),
    "backtest": ("backtest", POLICY_FILE, BOOK),
    "backtest-one-quarter": ("backtest", POLICY_FILE, BOOK, "--from", "2025-04-01", "--to", "2025-06-30"),
    "backtest-recorded": ("backtest", POLICY_FILE, BOOK, "--contacts", "recorded"),
    "backtest-json": ("backtest", POLICY_FILE, BOOK, "--json"),
    "offers": ("offers", POLICY_FILE, BOOK, "L-03", "--on", "2025-04-01", "--income", "3000", "--months", "6"),
    "no-such-loan": ("explain", POLICY_FILE, BOOK, "L-3"),
}

MISTAKES = """
scenarios:
  - name: too early for the court
    given: {instalments: [{due_on: 2025-01-10, amount: 100.00}]}
    when:
      - {on: 2025-01-15, Visited: {result: met}}
    then:
      - {on: 2025-01-15, rule: seen, effects: [call]}
      - {on: 2025-02-09, stage: court}
  - name: held by a dispute
    given: {instalments: [{due_on: 2025-01-10, amount: 100.00}]}
    when:
      - {on: 2025-02-01, DisputeRaised: {}}
    then:
      - {on: 2025-02-10, rule: to-court}
  - name: cured in time
    given: {instalments: [{due_on: 2025-01-10, amount: 100.00}]}
    when:
      - {on: 2025-01-12, PaymentReceived: {amount: 100.00}}
    then:
      - {on: 2025-01-12, rule: cured, stage: current, facts: {balance: 0.00}}
"""


def as_text(said: Said) -> str:
    """What was said on both streams, and the exit code."""
    parts = [said.out, f"--- standard error\n{said.err}" if said.err else "", f"--- exit code {said.code}\n"]
    return "".join(parts)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_this_of_the_example(name: str, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    golden(as_text(run(*COMMANDS[name])), f"cli/{name}.txt")


def test_a_refused_policy_is_told_whole(golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = POLICY.replace("to: early", "to: earlier").replace("dpd > 30", "dpd > lots").replace("boss]\n", "bos]\n")
    Path("policy.yaml").write_text(text, "utf-8")
    golden(as_text(run("check", "policy.yaml")), "cli/check-refused.txt")


def test_findings_are_told_with_what_the_policy_holds(
    golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("policy.yaml").write_text(POLICY, "utf-8")
    golden(as_text(run("check", "policy.yaml", "--strict")), "cli/check-findings.txt")


def test_failing_scenarios_are_told_with_reasons_and_what_happened(
    golden: Golden, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("policy.yaml").write_text(POLICY + MISTAKES, "utf-8")
    golden(as_text(run("test", "policy.yaml")), "cli/test-failing.txt")


def test_every_expected_text_has_its_command() -> None:
    told = {*COMMANDS, "check-refused", "check-findings", "test-failing"}
    assert {file.stem for file in Path(__file__).parent.glob("*.txt")} == told
