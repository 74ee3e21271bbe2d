"""What a scenario expects of a day, read and checked: everything that it names can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from overdue_flow.guards.vocabulary import Fact, Kind, Value
from overdue_flow.policy.bounds import Action
from overdue_flow.policy.desk import Desk
from overdue_flow.policy.model import EffectExpected, Expected, KeptBackExpected, WhenExpected
from overdue_flow.policy.params import Parameters, given
from overdue_flow.policy.places import Path
from overdue_flow.policy.stages import Chart
from overdue_flow.policy.tasks import BUILT_IN_EFFECTS
from overdue_flow.policy.texts import FromFact, shape_of
from overdue_flow.policy.trials import Expectation, KeptBack, Later, Moment, PastDue, WantedEffect, outside_of_time
from overdue_flow.policy.without import STOPS
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
        for word in ("effects", "explains", *_KEPT_BACK, *_NAMES):
            if word in expected.model_fields_set and not getattr(expected, word):
                hint = "say what is not done under `no_effects`, or `nothing: true`"
                desk.refuse("nothing-expected", f"`{word}` names nothing", (*path, word), key=True, hint=hint)
        for word in _NAMES:
            for where, name in desk.source.each((*path, word), getattr(expected, word)):
                self._action(name, where)
        vetoed, held = (self._all_kept_back(getattr(expected, word), (*path, word)) for word in _KEPT_BACK)
        effects = self._effects(expected.effects, (*path, "effects"))
        to_do = None if expected.to_do is None else self._effects(expected.to_do, (*path, "to_do"))
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
        on = self._moment(expected, path)
        if expected.model_fields_set <= _MOMENTS and on is not None and not self._damaged_in(path):
            said = on if isinstance(on, date) else f"the day {on}"
            desk.refuse("nothing-expected", f"nothing is expected of {said}", path)
        until = expected.nothing_until
        for word, moment in (("on", on), ("nothing_until", _moment_of(until))):
            if (problem := outside_of_time(moment)) is not None:
                desk.refuse("wrong-value", problem, (*path, word))
        if isinstance(on, date) and isinstance(until, date) and until - on <= _ONE_DAY:
            desk.refuse("nothing-expected", f"no day lies between {on} and {until}", (*path, "nothing_until"))
        return Expectation(
            on, expected.stage, expected.rule, effects, expected.no_effects, facts, expected.bucket,
            desk.source.place(path), vetoed, expected.skipped, held, expected.nothing, expected.marks,
            _moment_of(expected.nothing_until), expected.explains, expected.story, to_do,
        )  # fmt: skip

    def _damaged_in(self, path: Path) -> bool:
        return any(one[:-1] == path for one in self.desk.source.damaged)

    def _moment(self, expected: Expected, path: Path) -> Moment | None:
        """When the expectation comes; None where only `nothing_until` says."""
        said = [word for word in ("on", "dpd", "after") if getattr(expected, word) is not None]
        until = expected.nothing_until
        if isinstance(until, WhenExpected) and (until.dpd is None) is (until.after is None):
            hint = "such as `{dpd: 91}` or `{after: 10 days}`"
            self.desk.refuse("one-moment", "`nothing_until` says no moment", (*path, "nothing_until"), hint=hint)
        if len(said) > 1:
            words = " and ".join(f"`{word}`" for word in said)
            self.desk.refuse("one-moment", f"this says {words}; expected one of them", path)
        elif not said and until is not None and expected.model_fields_set == {"nothing_until"}:
            return None
        elif not said and not self._damaged_in(path):
            self.desk.refuse("missing", "this element of `then` has no `on`", path)
        return _moment_of(expected) or date(2000, 1, 1)

    def _action(self, name: str, path: Path) -> None:
        if name not in BUILT_IN_EFFECTS:
            self.desk.knows(name, self.desk.names("actions"), "action", path)

    def _all_kept_back(self, some: tuple[KeptBackExpected, ...], path: Path) -> tuple[KeptBack, ...]:
        return tuple(self._kept_back(one, where) for where, one in self.desk.source.each(path, some))

    def _kept_back(self, one: KeptBackExpected, path: Path) -> KeptBack:
        """Something that is expected to be kept from happening, and by what."""
        if not (path[-2] == "held" and one.do in self.rules):
            self._action(one.do, path)
        if one.by is not None:
            self.desk.knows(one.by, self._what_keeps_back(), "limit, hold or clause", (*path, "by"))
        return KeptBack(one.do, one.by)

    def _what_keeps_back(self) -> tuple[str, ...]:
        """What can keep something from happening, by name."""
        desk, file = self.desk, self.desk.file
        holds = (name.removeprefix("hold_") for name in desk.vocabulary if name.startswith("hold_"))
        ids = (*(one.id for one in file.limits), *(one.id for one in file.never))
        return (*ids, *dict.fromkeys((*desk.names("holds"), *holds)), *STOPS)

    def _effects(self, wanted: tuple[EffectExpected, ...], path: Path) -> tuple[WantedEffect, ...]:
        return tuple(self._effect(one, where) for where, one in self.desk.source.each(path, wanted))

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
        limits = [limit.id for limit in desk.file.limits]
        if wanted.by is not None:
            desk.knows(wanted.by, limits, "limit", (*path, "by"))
        for where, name in desk.source.each((*path, "flagged"), wanted.flagged or ()):
            desk.knows(name, limits, "limit", where)
        return WantedEffect(
            wanted.do, wanted.due_on, wanted.deadline_on, wanted.purpose, wanted.role, params, wanted.by,
            wanted.due_at, wanted.flagged,
        )  # fmt: skip

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


def _moment_of(said: Expected | WhenExpected | date | None) -> Moment | None:
    if said is None or isinstance(said, date):
        return said
    if isinstance(said, Expected) and said.on is not None:
        return said.on
    if said.dpd is not None:
        return PastDue(said.dpd)
    return Later(said.after) if said.after is not None else None


_NAMES = ("no_effects", "skipped")
"""The lines of an expectation that name actions alone."""

_ONE_DAY = timedelta(days=1)

_KEPT_BACK = ("vetoed", "held")
"""Those that name what was kept from happening, and by what."""

_MOMENTS = {"on", "dpd", "after"}
