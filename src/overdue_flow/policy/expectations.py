"""What a scenario expects of a day, read and checked: everything that it names can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from overdue_flow.guards.vocabulary import Fact, Kind, Value
from overdue_flow.policy.bounds import Action
from overdue_flow.policy.desk import Desk
from overdue_flow.policy.model import EffectExpected, Expected
from overdue_flow.policy.params import Parameters, given
from overdue_flow.policy.places import Path
from overdue_flow.policy.stages import Chart
from overdue_flow.policy.tasks import BUILT_IN_EFFECTS
from overdue_flow.policy.texts import FromFact, shape_of
from overdue_flow.policy.trials import Expectation, WantedEffect
from overdue_flow.policy.words import read_value


@dataclass(frozen=True, slots=True)
class ExpectationReader:
    """Reads expectations against what a policy knows: rules and actions by name, stages, facts."""

    desk: Desk
    chart: Chart
    rules: Iterable[str]
    actions: Mapping[str, Action]

    def read(self, expected: Expected, path: Path) -> Expectation:
        """One expectation of a day, at `path`."""
        desk = self.desk
        if expected.stage is not None:
            desk.knows(expected.stage, self.chart.spots, "stage", (*path, "stage"))
        if expected.rule is not None:
            desk.knows(expected.rule, self.rules, "rule", (*path, "rule"))
        for word in ("effects", *_NAMES):
            if word in expected.model_fields_set and not getattr(expected, word):
                hint = "say what is not done under `no_effects`, or `nothing: true`"
                desk.refuse("nothing-expected", f"`{word}` names nothing", (*path, word), key=True, hint=hint)
        for word in _NAMES:
            for where, name in desk.source.each((*path, word), getattr(expected, word)):
                if name not in BUILT_IN_EFFECTS and not (word == "held" and name in self.rules):
                    desk.knows(name, desk.names("actions"), "action", where)
        effects = [self._effect(one, where) for where, one in desk.source.each((*path, "effects"), expected.effects)]
        if expected.bucket is not None:
            bands = [name for name in desk.file.buckets if name != "by"]
            desk.knows(expected.bucket, bands, "bucket", (*path, "bucket"))
        for where, name in desk.source.each((*path, "marks"), expected.marks or ()):
            desk.knows(name, desk.names("marks"), "mark", where)
        facts = {}
        for name, text in expected.facts.items():
            where = (*path, "facts", name)
            if not desk.is_damaged(("facts", name)) and desk.knows(name, desk.vocabulary, "fact", where, key=True):
                facts[name] = self._expected_value(desk.vocabulary[name], text, where)
        empty = expected.model_fields_set <= {"on"}
        if empty and not any(one[:-1] == path for one in desk.source.damaged):
            desk.refuse("nothing-expected", f"nothing is expected of {expected.on}", path)
        return Expectation(
            expected.on, expected.stage, expected.rule, tuple(effects), expected.no_effects, facts, expected.bucket,
            desk.source.place(path), expected.vetoed, expected.skipped, expected.held, expected.nothing,
            expected.marks,
        )  # fmt: skip

    def _effect(self, wanted: EffectExpected, path: Path) -> WantedEffect:
        """One effect; the parameters that it is to have are typed as its action declares them."""
        desk, action = self.desk, self.actions.get(wanted.do)
        if wanted.do not in BUILT_IN_EFFECTS:
            desk.knows(wanted.do, desk.names("actions"), "action", path)
        for name, value in wanted.with_.items():
            if isinstance(value, FromFact):
                message = "a fact stands here; expected the value that the parameter has on that day"
                desk.refuse("wrong-value", message, (*path, "with", name))
        said = given(wanted.with_, (*path, "with"))
        params = Parameters(desk, self.chart).read(action, said, path, complete=False) if action else {}
        return WantedEffect(wanted.do, wanted.due_on, wanted.deadline_on, wanted.purpose, wanted.role, params)

    def _expected_value(self, fact: Fact, text: Any, path: Path) -> Value | None:
        if text in ("null", "~", "missing"):
            return None
        if fact.kind is Kind.STAGE:
            return str(text)
        value = read_value(text, fact.kind, fact.choices)
        if value is None:
            expected = ", ".join(f"`{word}`" for word in fact.choices[:8]) or f"a value of type `{fact.kind}`"
            self.desk.refuse("wrong-fact", f"{shape_of(text)} stands here; expected {expected}", path)
        return value


_NAMES = ("no_effects", "vetoed", "skipped", "held")
"""The lines of an expectation that name actions alone."""
