"""Parameters of actions: typed by what the action declares, given as they stand or read from a fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeAlias

from overdue_flow.cases.events.contact import Channel
from overdue_flow.guards.vocabulary import Fact, Kind
from overdue_flow.policy.bounds import Action, Parameter
from overdue_flow.policy.desk import Desk
from overdue_flow.policy.places import Path
from overdue_flow.policy.policy import FactRef
from overdue_flow.policy.stages import Chart
from overdue_flow.policy.texts import FromFact, GivenValue
from overdue_flow.policy.words import read_value
from overdue_flow.problems import did_you_mean

CHANNELS: tuple[str, ...] = Channel.__args__  # type: ignore[attr-defined]  # the words of a Literal

AllGiven: TypeAlias = Mapping[str, tuple[GivenValue, Path]]
"""What is given for each parameter, and where it stands."""


def given(said: Mapping[str, GivenValue], path: Path) -> dict[str, tuple[GivenValue, Path]]:
    """What stands under a `with` at `path`."""
    return {name: (value, (*path, name)) for name, value in said.items()}


@dataclass(frozen=True, slots=True)
class Parameters:
    """Reads parameters: facts, roles and stages are known."""

    desk: Desk
    stages: Chart

    def read(self, action: Action, said: AllGiven, around: Path, *, complete: bool = True) -> dict[str, Any | FactRef]:
        """The parameters of an action that is asked for at `around`; all that it needs, where it is `complete`."""
        found: dict[str, Any | FactRef] = {}
        meant: set[str] = set()
        for name, (value, where) in said.items():
            if name in action.params:
                found[name] = self._value(action, name, value, where)
            elif not self.desk.is_damaged(("actions", action.name, "params", name)):
                meant.update(get_close_matches(name, action.params, n=1))
                hint = did_you_mean(name, action.params) or _declared(action)
                self.desk.refuse("unknown-parameter", f"`{action.name}` has no `{name}`", where, key=True, hint=hint)
        lost = {path[-1] for path in self.desk.source.damaged if path[:-1] == (*around, "with")}
        missing = [
            name for name, param in action.params.items() if not (param.optional or name in {*said, *meant, *lost})
        ]
        if missing and complete and not self.desk.is_damaged((*around, "with")):
            names = " and ".join(f"`{name}`" for name in missing)
            also = [(action.place, "declared here")] if action.place else []
            self.desk.refuse("missing-parameter", f"`{action.name}` needs {names}, under `with`", around, also=also)
        return found

    def _value(self, action: Action, name: str, value: GivenValue, path: Path) -> Any | FactRef:
        param = action.params[name]
        if isinstance(value, FromFact):
            return self._from_fact(action, name, param, value, path)
        if param.type == "remedies":
            return self._remedies(value, path)
        if isinstance(value, tuple):
            message = f"several names stand here; `{name}` of `{action.name}` is `{param.type}`, and takes one value"
            self.desk.refuse("wrong-parameter", message, path)
            return None
        if param.type == "role":
            self.desk.role(value, path)
            return value
        if param.type == "stage":
            self.desk.knows(value, self.stages.spots, "stage", path)
            return value
        if param.type == "choice" and not param.of:
            if name == "channel" and action.kind == "contact":
                self.desk.knows(value, CHANNELS, "channel", path)
            return value
        typed = read_value(value, Kind(param.type), param.of)
        if typed is None:
            expected = ", ".join(f"`{word}`" for word in param.of) or _EXPECTED[param.type]
            hint = did_you_mean(value, param.of)
            self.desk.refuse(
                "wrong-parameter", f"`{name}` cannot be `{value[:60]}`; expected {expected}", path, hint=hint
            )
        return typed

    def _remedies(self, value: str | tuple[str, ...], path: Path) -> tuple[str, ...]:
        """The names of remedies that are given, or of one, each once."""
        names = (value,) if isinstance(value, str) else value
        for position, name in enumerate(names):
            self.desk.use("remedies", name)
            where = path if isinstance(value, str) else (*path, position)
            if not self.desk.is_damaged(("remedies", name)):
                self.desk.knows(name, self.desk.names("remedies"), "remedy", where)
        return tuple(dict.fromkeys(names))

    def _from_fact(self, action: Action, name: str, param: Parameter, value: FromFact, path: Path) -> FactRef:
        desk = self.desk
        where = (*path, "fact")
        desk.use("facts", value.fact)
        desk.use("counts", value.fact)
        if desk.is_damaged(("facts", value.fact)) or not desk.knows(value.fact, desk.vocabulary, "fact", where):
            return FactRef(value.fact)
        fact = desk.vocabulary[value.fact]
        if not _fits(fact, param):
            message = f"`{name}` of `{action.name}` is `{param.type}`, and the fact `{fact.name}` is `{fact.kind}`"
            desk.refuse("wrong-parameter", message, where)
        elif fact.kind is Kind.CHOICE:
            words = param.of or (CHANNELS if name == "channel" and action.kind == "contact" else fact.choices)
            strange = [word for word in fact.choices if word not in words]
            if strange:
                message = f"`{fact.name}` may be `{strange[0]}`, which `{name}` of `{action.name}` cannot be"
                desk.refuse("wrong-parameter", message, where)
        return FactRef(value.fact)


_EXPECTED = {
    "flag": "`true` or `false`",
    "number": "a number",
    "money": "an amount such as `120.00` or `120.00 CNY`",
    "date": "a day such as `2025-01-31`",
    "text": "text",
    "choice": "a word",
}


def _declared(action: Action) -> str:
    if not action.params:
        return f"`{action.name}` declares no parameters"
    return "it has " + ", ".join(f"`{name}`" for name in action.params)


def _fits(fact: Fact, param: Parameter) -> bool:
    """Whether a fact can be the value of a parameter. Any word can be read as text."""
    if param.type == "text":
        return fact.kind in (Kind.TEXT, Kind.CHOICE, Kind.STAGE)
    if param.type == "role":
        return fact.kind in (Kind.TEXT, Kind.CHOICE)
    if param.type == "choice":
        return fact.kind is Kind.CHOICE
    return fact.kind.value == param.type
