"""`docs/clauses.md` as data: each bank's text, its clauses, what does them and what proves it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from overdue_flow.engine.machine import Machine
from overdue_flow.policy.library import scenarios_of
from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.shelf import shelved
from overdue_flow.policy.trials import Scenario
from overdue_flow.policy.without import without
from overdue_flow.reports.told import Told
from overdue_flow.testing.scenarios import run_scenario

PAGE = Path(__file__).parents[2] / "docs" / "clauses.md"

_SECTION = re.compile(r"^## .*: `(?P<pack>cn/[a-z-]+)`$", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")
_ITALICS = re.compile(r"(?:^|, )\*(.+?)\*(?=, \*|, `|$)")

_TAKES_OUT = re.compile(r"^@takes_out\((?P<names>.*)\)\ndef (?P<test>test_\w+)\(", re.MULTILINE)
_QUOTED = re.compile(r'"([^"]+)"')

BANKS = ("cn/everbright", "cn/changjiang", "cn/spd-hefei", "cn/general")

Test = TypeVar("Test", bound=Callable[..., None])


class Row(NamedTuple):
    """One clause: `parts` do it, `scenarios` and `tests` prove it, `host` is what is left to the host."""

    pack: str
    clause: str
    parts: tuple[str, ...]
    scenarios: tuple[str, ...]
    tests: tuple[str, ...]
    host: str

    def __str__(self) -> str:
        return f"{self.pack}: {self.clause[:60]}"


@cache
def texts() -> dict[str, str]:
    """The bank's own text, by the pack that carries it out."""
    return {pack: " ".join(line[2:] for line in body.splitlines() if line[:2] == "> ") for pack, body in _sections()}


@cache
def rows() -> tuple[Row, ...]:
    """Every row of every table of the page."""
    return tuple(row for pack, body in _sections() for row in _rows(pack, body))


def _sections() -> Iterator[tuple[str, str]]:
    page = PAGE.read_text("utf-8")
    heads = [*_SECTION.finditer(page)]
    ends = [*(head.start() for head in heads[1:]), len(page)]
    return ((head["pack"], page[head.end() : end]) for head, end in zip(heads, ends, strict=True))


def _rows(pack: str, body: str) -> Iterator[Row]:
    for line in body.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| ") and cells[0] != "clause":
            clause, parts, proofs, host = cells
            scenarios, tests = _ITALICS.findall(proofs), _CODE.findall(proofs)
            yield Row(pack, clause, tuple(_CODE.findall(parts)), tuple(scenarios), tuple(tests), host)


# --- a pack, its scenarios, and what is left of it ---


@cache
def policy_of(pack: str) -> Policy:
    """The policy of a pack."""
    return load_policy(f"pack:{pack}")


@cache
def scenarios_for(pack: str) -> dict[str, Scenario]:
    """The scenarios of a pack and of all that it builds on, by name."""
    files = [file for name in _and_below(pack) for file in scenarios_of(name) if name not in _APART]
    return {one.name: one for file in files for one in load_scenarios(file, policy=policy_of(pack))}


_APART = ("cn/contact-2025", "cn/five-tier")
"""Parts whose scenarios are about an example of their own."""


def _and_below(pack: str) -> Iterator[str]:
    yield pack
    for said in shelved(pack).extends:
        yield from _and_below(said.removeprefix("pack:"))


@cache
def _machine(pack: str, part: str) -> Machine:
    return Machine(without(policy_of(pack), part) if part else policy_of(pack))


def holds(pack: str, scenario: str, part: str = "") -> bool:
    """Whether all is as a scenario expects, under the policy of a pack without one part."""
    return run_scenario(policy_of(pack), scenarios_for(pack)[scenario], machine=_machine(pack, part)).difference is None


def told_of(pack: str, scenario: str) -> Told:
    """The loan of a scenario, as reports are told of it at its end."""
    result = run_scenario(policy_of(pack), scenarios_for(pack)[scenario], machine=_machine(pack, ""))
    assert result.passed
    assert result.case is not None
    return Told(policy_of(pack), result.entries, result.case, result.case.day, result.case.day)


# --- what a test takes out that is no part of a policy ---


def takes_out(*names: str) -> Callable[[Test], Test]:
    """Says of a test what it takes out to see that it is missed: a report, a key of the file, a part of the store."""
    assert names
    return lambda test: test


@cache
def taken_out_by() -> dict[str, tuple[str, ...]]:
    """What each test takes out that says so."""
    files = sorted((PAGE.parents[1] / "tests" / "whole").glob("test_*.py"))
    found = (one for file in files for one in _TAKES_OUT.finditer(file.read_text("utf-8")))
    return {one["test"]: tuple(_QUOTED.findall(one["names"])) for one in found}
