"""Events of behaviour, checked where they are written: known, with fields that fit once what is open is filled in."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from overdue_flow.cases.events import KINDS
from overdue_flow.guards.vocabulary import Kind
from overdue_flow.policy.fitting import fit
from overdue_flow.policy.places import Path, Source
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.spans import Span
from overdue_flow.policy.typing_of_text import as_declared
from overdue_flow.problems import Problem
from overdue_flow.simulation.population.happen import NOT_SENT, OWN_DAYS

SPREAD_MAX = 1_200
"""Over how many instalments something is spread at most."""


@dataclass(slots=True)
class EventCheck:
    """Checks events of a file; what is wrong is noted among `problems`, and on `source` by the event's own model."""

    source: Source
    policies: Sequence[Policy]
    host_events: Sequence[str]
    problems: list[Problem]
    knows: Callable[..., bool]

    def check(self, written: Mapping[str, Any], path: Path, day: date) -> None:
        """One event as the file says it; `day` stands for the one on which it happens."""
        words = [word for word in written if word != "after"]
        after = written.get("after", "0")
        if not (isinstance(after, str) and after.isdecimal() and len(after) < 5):
            self._refuse("wrong-value", "`after` is a number of days, such as `3`", (*path, "after"))
        if len(words) != 1:
            said = " and ".join(f"`{word}`" for word in words) or "nothing"
            self._refuse("one-event-a-step", f"{said} stands here; expected one event", path)
            return
        kind = words[0]
        known = (*self.host_events, *(word for word in KINDS if word not in NOT_SENT))
        if not self.policies or not self.knows(kind, known, "event", (*path, kind), key=True):
            return
        fields = written[kind]
        if not isinstance(fields, Mapping):
            if fields != "":
                self._refuse("wrong-value", f"expected the fields of `{kind}`, or `{{}}` for none", (*path, kind))
            return
        where = (*path, kind)
        filled = {name: self._filled(value, (*where, name), day) for name, value in fields.items()}
        if kind in KINDS:
            self._fits(kind, filled, where, day)
        else:
            self._host_event(kind, filled, where)

    def _refuse(self, code: str, message: str, path: Path) -> None:
        self.problems.append(Problem(code, message, self.source.place(path)))

    def _fits(self, kind: str, filled: Mapping[str, Any], path: Path, day: date) -> None:
        """That the event's own model takes the fields."""
        model = KINDS[kind]
        own = {name: day for name in OWN_DAYS if name in model.model_fields}
        content = own | {
            name: as_declared(value, model.model_fields[name].annotation) if name in model.model_fields else value
            for name, value in copy.deepcopy(dict(filled)).items()
        }
        before = len(self.source.problems)
        fit(content, model, self.source, path)
        self.problems += self.source.problems[before:]
        del self.source.problems[before:]

    def _host_event(self, kind: str, filled: Mapping[str, Any], path: Path) -> None:
        """That the host's own event has such fields, and all that it must have."""
        policy = next(one for one in self.policies if kind in one.spec.events)
        declared = policy.spec.events[kind]
        for name in filled:
            self.knows(name, declared, "field", (*path, name), key=True)
        for name, one in declared.items():
            if name not in filled and not one.optional:
                self._refuse("missing", f"`{kind}` has no `{name}`", path)

    def _filled(self, value: Any, path: Path, day: date) -> Any:
        """A value with something in place of what is read from the case: an amount, a day, a schedule."""
        if isinstance(value, list):
            return [self._filled(one, (*path, place), day) for place, one in enumerate(value)]
        if not isinstance(value, Mapping):
            return value
        if set(value) == {"fact"}:
            return self._of_fact(str(value["fact"]), (*path, "fact"), day)
        if set(value) == {"in"}:
            if not (str(value["in"]).isdecimal() and len(str(value["in"])) < 5):
                self._refuse("wrong-value", "`in` is a number of days, such as `10`", (*path, "in"))
            return day
        if "spread" in value:
            return self._spread(value, path, day)
        return {name: self._filled(inside, (*path, name), day) for name, inside in value.items()}

    def _of_fact(self, name: str, path: Path, day: date) -> Any:
        for policy in self.policies:
            if not self.knows(name, policy.vocabulary, "fact", path):
                return "1"
        kind = self.policies[0].vocabulary[name].kind
        return {Kind.DATE: day, Kind.FLAG: True}.get(kind, "1")

    def _spread(self, value: Mapping[str, Any], path: Path, day: date) -> Any:
        strange = [name for name in value if name not in ("spread", "over", "every")]
        for name in strange:
            self.knows(name, ("spread", "over", "every"), "key", (*path, name), key=True)
        for policy in self.policies:
            if not self.knows(str(value["spread"]), policy.vocabulary, "fact", (*path, "spread")):
                break
            if policy.vocabulary[str(value["spread"])].kind is not Kind.MONEY:
                self._refuse("wrong-value", f"`{value['spread']}` is no amount", (*path, "spread"))
                break
        over = str(value.get("over", ""))
        if not (over.isdecimal() and 1 <= int(over) <= SPREAD_MAX):
            self._refuse("wrong-value", f"`over` is a number of instalments, 1 to {SPREAD_MAX:,}", (*path, "over"))
        if "every" in value and (not isinstance(value["every"], str) or Span.parse(value["every"]) is None):
            self._refuse("wrong-value", "`every` is a span such as `1 month`", (*path, "every"))
        return [{"due_on": day, "amount": "1"}]
