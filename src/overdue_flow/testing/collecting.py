"""Files of scenarios as pytest collects them: each scenario is a test, called by its name."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from overdue_flow.errors import ProblemsError, ScenarioError
from overdue_flow.policy.library import pack_named
from overdue_flow.policy.load import examine_policy, load_scenarios
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.scenario_files import policy_of, to_try_on, without_policy
from overdue_flow.policy.trials import Scenario
from overdue_flow.problems import render
from overdue_flow.testing.plugin import POLICY
from overdue_flow.testing.scenarios import ScenarioResult, run_scenario
from overdue_flow.testing.telling import told
from overdue_flow.testing.tried import Tried
from overdue_flow.testing.updating import Told, rewrite

_POLICIES = pytest.StashKey[dict[str, Tried]]()
_STORIES = pytest.StashKey[list[tuple[str, str, int, str]]]()
_WRITTEN = pytest.StashKey[Counter[str]]()
_UNWRITTEN = pytest.StashKey[dict[str, str]]()


class NotAsExpected(Exception):
    """A scenario is not as expected."""

    def __init__(self, result: ScenarioResult, tried: Tried) -> None:
        self.result = result
        self.tried = tried
        super().__init__(str(result))


class _Crash(NamedTuple):
    """A failure in one line, as pytest sums it up."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class _Story:
    """What is told of a scenario that is not as expected; on a terminal in colours."""

    def __init__(self, failure: NotAsExpected, place: str) -> None:
        self.lines = told(failure.result, failure.tried.machine)
        self.reprcrash = _Crash(place, str(failure.result.difference or self.lines[0]))

    def toterminal(self, tw: Any) -> None:
        """Each line; what was expected and what was found stand out, moves that were not made step back."""
        for line in self.lines:
            tw.line(line, **next((style for begin, style in _STYLES if line.startswith(begin)), {}))

    def __str__(self) -> str:
        return "\n".join(self.lines)


_STYLES: tuple[tuple[str, dict[str, bool]], ...] = (
    ("  expected", {"green": True}),
    ("  found", {"red": True}),
    ("  but", {"yellow": True}),
    ("      no move by", {"light": True}),
    ("on ", {"bold": True}),
)


class ScenarioFile(pytest.File):
    """A file of scenarios."""

    def collect(self) -> Iterable[ScenarioTest]:
        """Its scenarios. CollectError, with every problem and its line, where it or its policy is refused."""
        try:
            tried = self._tried()
            scenarios = load_scenarios(self.path, policy=tried.policy, name=self._called)
        except ProblemsError as refusal:
            sources = refusal.sources or {self._called: self.path.read_text("utf-8", errors="replace")}
            raise self.CollectError(render(refusal.problems, sources)) from None
        for scenario in scenarios:
            yield ScenarioTest.from_parent(self, name=scenario.name, scenario=scenario, tried=tried)

    @property
    def _called(self) -> str:
        """The file as pytest speaks of it."""
        return os.path.relpath(self.path, self.config.invocation_params.dir)

    def _tried(self) -> Tried:
        named = policy_of(self.path, name=self._called) or _in_settings(self.config)
        if named is None:
            refusal = without_policy([Path(self._called)])
            hint = f"{refusal.problems[0].hint}; or `{POLICY}` in pytest's configuration"
            raise ScenarioError([replace(refusal.problems[0], hint=hint)])
        try:
            return _tried_at(self.config, named)
        except OSError as error:
            raise self.CollectError(f"{self._called}: cannot read the policy `{named}`: {error.strerror}") from None


class ScenarioTest(pytest.Item):
    """A scenario."""

    def __init__(self, *, scenario: Scenario, tried: Tried, **more: Any) -> None:
        super().__init__(**more)
        self.scenario = scenario
        self.tried = tried

    def runtest(self) -> None:
        """Live it through; NotAsExpected says what was otherwise."""
        tried = self.tried
        scenario = self._with_stories() if self.config.getoption("--update-scenarios") else self.scenario
        result = run_scenario(tried.policy, scenario, machine=tried.machine, proofs=tried.proofs)
        if not result.passed:
            raise NotAsExpected(result, tried)

    def _with_stories(self) -> Scenario:
        """The scenario with its stories as they are told now; those that were told otherwise are to be written."""
        unproved = replace(self.scenario, proves=())
        stories = run_scenario(self.tried.policy, unproved, machine=self.tried.machine, as_told=True).stories
        expects = list(self.scenario.expects)
        for position, story in stories.items():
            if story != (expects[position].story or "").rstrip():
                self.config.stash.setdefault(_STORIES, []).append((str(self.path), self.name, position, story))
                expects[position] = replace(expects[position], story=story)
        return replace(self.scenario, expects=tuple(expects))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The difference, why, and the story of the loan; of anything else, what pytest says."""
        if isinstance(excinfo.value, NotAsExpected):
            path, line, _name = self.reportinfo()
            return _Story(excinfo.value, f"{path}:{(line or 0) + 1}")
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it stands, and its name."""
        place = self.scenario.place
        return self.path, place.line - 1 if place is not None and place.line else None, self.name


# --- policies ---


def policy_in_settings(config: pytest.Config) -> Policy:
    """The policy that pytest's configuration names; who asked for it fails, in plain words, where there is none."""
    named = _in_settings(config)
    said = f"no policy: name it in pytest's configuration (`{POLICY}`), or write a fixture `overdue_policy`"
    if named is not None:
        try:
            return _tried_at(config, named).policy
        except ProblemsError as refusal:
            said = render(refusal.problems, refusal.sources)
        except OSError as error:
            said = f"cannot read the policy `{named}`: {error.strerror}"
    pytest.fail(said, pytrace=False)


def _in_settings(config: pytest.Config) -> Path | None:
    """The policy that pytest's configuration names, seen from where that stands."""
    said = str(config.getini(POLICY))
    if not said:
        return None
    around = config.inipath.parent if config.inipath is not None else config.rootpath
    return to_try_on(Path(said) if pack_named(said) is not None else around / said)


def _tried_at(config: pytest.Config, path: Path) -> Tried:
    """A policy, read once a run. ProblemsError where it is refused."""
    known = config.stash.setdefault(_POLICIES, {})
    name = str(path) if pack_named(str(path)) is not None else str(path.resolve())
    if name not in known:
        examined = examine_policy(path)
        if examined.policy is None:
            raise ScenarioError([one for one in examined.problems if one.refused], examined.sources)
        known[name] = Tried(examined.policy)
    return known[name]


# --- stories, written anew ---


def stories_of(config: pytest.Config) -> list[tuple[str, str, int, str]]:
    """The stories that are told otherwise: the file, the scenario, which of its expectations, the story."""
    return config.stash.get(_STORIES, [])


def write(config: pytest.Config, found: Iterable[tuple[str, str, int, str]]) -> None:
    """Write stories anew, each in its file; what cannot be written is told by `unwritten`."""
    by_file: dict[str, dict[Told, str]] = {}
    for file, scenario, position, story in found:
        by_file.setdefault(file, {})[Told(scenario, position)] = story
    for file, stories in by_file.items():
        try:
            rewrite(Path(file), stories)
        except OSError as error:
            config.stash.setdefault(_UNWRITTEN, {})[file] = (error.strerror or str(error)).lower()
        else:
            config.stash.setdefault(_WRITTEN, Counter())[file] += len(stories)


def unwritten(config: pytest.Config) -> Iterator[str]:
    """Which files could not be written, and why, in lines."""
    for file, why in config.stash.get(_UNWRITTEN, {}).items():
        yield f"cannot write {os.path.relpath(file, config.invocation_params.dir)}: {why}"


def written(config: pytest.Config) -> Iterator[str]:
    """Which files were written, in lines."""
    for file, count in config.stash.get(_WRITTEN, Counter()).items():
        stories = "1 story" if count == 1 else f"{count:,} stories"
        yield f"wrote {stories} in {os.path.relpath(file, config.invocation_params.dir)}"
