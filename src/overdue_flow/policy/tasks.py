"""What a policy asks to be done: actions with typed parameters, ladders, deadlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from overdue_flow.cases.effects import EffectKind, Purpose
from overdue_flow.cases.events.contact import Channel
from overdue_flow.guards.vocabulary import Fact, Kind
from overdue_flow.policy.bounds import Action, Parameter
from overdue_flow.policy.desk import Desk
from overdue_flow.policy.policy import FactRef, Rung, Task
from overdue_flow.policy.road import Asked, RuleWritten
from overdue_flow.policy.road import Rung as RungWritten
from overdue_flow.policy.source import Path
from overdue_flow.policy.spans import Span
from overdue_flow.policy.stages import Chart
from overdue_flow.policy.texts import FromFact
from overdue_flow.policy.words import read_value
from overdue_flow.problems import did_you_mean

CHANNELS: tuple[str, ...] = Channel.__args__  # type: ignore[attr-defined]  # the words of a Literal

LADDER = "ladder"
"""The action of a task that is a ladder."""

BUILT_IN_ACTIONS = ("attention", "approval", "hold_review", LADDER)
"""Actions of the machine itself; a host cannot declare them."""


def read_actions(desk: Desk) -> dict[str, Action]:
    """What the host implements."""
    found = {}
    for name, action in desk.file.actions.items():
        path: Path = ("actions", name)
        if name in BUILT_IN_ACTIONS:
            desk.refuse("name-taken", f"`{name}` is an action of the machine itself", path, key=True)
        if action.purpose and action.kind in ("task", "record"):
            message = f"a {action.kind} has no purpose; contacts and notices have"
            desk.refuse("purpose-without-contact", message, (*path, "purpose"))
        params = {}
        for word, param in action.params.items():
            where = (*path, "params", word)
            if param.of and param.type != "choice":
                desk.refuse("of-without-choice", f"`of` lists the words of a choice; this is `{param.type}`", where)
            if word == "channel" and action.kind == "contact":
                _check_channels(desk, param.of, (*where, "of"))
            params[word] = Parameter(param.type, param.of, param.optional)
        purpose: Purpose | None = action.purpose or ("collect" if action.kind == "contact" else None)
        found[name] = Action(name, action.kind, purpose, params, action.label or {}, desk.source.key_place(path))
    return found


def _check_channels(desk: Desk, words: Sequence[str], path: Path) -> None:
    for word in words:
        desk.knows(word, CHANNELS, "channel", path)


@dataclass(frozen=True, slots=True)
class Tasks:
    """Reads tasks: what they may name is known."""

    desk: Desk
    actions: Mapping[str, Action]
    stages: Chart

    def read(self, asked: Asked | RuleWritten, path: Path, task_id: str) -> Task | None:
        """The task written at `path`, or None where too little of it makes sense."""
        desk = self.desk
        if (asked.do is None) == (asked.ladder is None):
            if not desk.is_damaged((*path, "do")) and not desk.is_damaged((*path, "ladder")):
                said = "neither `do` nor `ladder`" if asked.do is None else "both `do` and `ladder`"
                desk.refuse("do-or-ladder", f"this has {said}; expected one of them", path)
            return None
        otherwise = self._otherwise(asked, path, task_id)
        self._check_times(asked, path)
        guard = desk.guard(asked.when, (*path, "when")) if isinstance(asked, Asked) else None
        if asked.ladder is not None:
            rungs = self._ladder(asked.ladder, (*path, "ladder"))
            purpose: Purpose | None = asked.purpose or "collect"
            kind: EffectKind = "contact"
            action, params, role_param = LADDER, self._nothing_with(asked, path), None
        else:
            known = self._action(str(asked.do), (*path, "do"))
            if known is None:
                return None
            rungs, action, kind = (), known.name, known.kind
            purpose = self._purpose(asked, known, path)
            params = self._params(known, asked.with_, (*path, "with"), path)
            role_param = next((name for name, param in known.params.items() if param.type == "role"), None)
        return Task(
            id=task_id,
            action=action,
            kind=kind,
            purpose=purpose,
            params=params,
            after=asked.after,
            within=asked.within,
            not_after=asked.not_after,
            otherwise=otherwise,
            must=asked.must,
            until_leave=asked.until == "leave",
            ladder=rungs,
            place=desk.source.key_place(path),
            guard=guard,
            role_param=role_param,
        )

    def _otherwise(self, asked: Asked | RuleWritten, path: Path, task_id: str) -> Task | None:
        if asked.else_ is None:
            return None
        if asked.within is None and not self.desk.is_damaged((*path, "within")):
            message = "`else` says what is done when `within` has gone by, and there is no `within`"
            self.desk.refuse("else-without-within", message, (*path, "else"), key=True)
        return self.read(asked.else_, (*path, "else"), asked.else_.id or f"{task_id}.else")

    def _check_times(self, asked: Asked | RuleWritten, path: Path) -> None:
        for word in ("after", "within", "not_after"):
            span: Span | None = getattr(asked, word)
            if span is not None and span.unit == "calendar days":
                message = f"`{span}` is for windows; expected days, business days, weeks or months"
                self.desk.refuse("wrong-unit", message, (*path, word))

    def _nothing_with(self, asked: Asked | RuleWritten, path: Path) -> dict[str, Any]:
        if asked.with_:
            message = "a ladder has no parameters of its own; each rung has"
            self.desk.refuse("ladder-with", message, (*path, "with"), key=True)
        return {}

    def _purpose(self, asked: Asked | RuleWritten, known: Action, path: Path) -> Purpose | None:
        if asked.purpose and known.kind in ("task", "record"):
            message = f"`{known.name}` is a {known.kind}, which has no purpose"
            self.desk.refuse("purpose-without-contact", message, (*path, "purpose"))
        return asked.purpose or known.purpose

    def _action(self, name: str, path: Path) -> Action | None:
        desk = self.desk
        desk.use("actions", name)
        if name in self.actions:
            return self.actions[name]
        if not desk.is_damaged(("actions", name)):
            hint = did_you_mean(name, self.actions) or "declare it under `actions`"
            desk.refuse("unknown-action", f"there is no action `{name[:60]}`", path, hint=hint)
        return None

    # --- parameters ---

    def _params(
        self, action: Action, given: Mapping[str, str | FromFact], path: Path, around: Path
    ) -> dict[str, Any | FactRef]:
        found: dict[str, Any | FactRef] = {}
        for name, value in given.items():
            where = (*path, name)
            if name in action.params:
                found[name] = self._value(action, name, value, where)
            elif not self.desk.is_damaged(("actions", action.name, "params", name)):
                hint = did_you_mean(name, action.params) or _declared(action)
                self.desk.refuse("unknown-parameter", f"`{action.name}` has no `{name}`", where, key=True, hint=hint)
        missing = [
            name for name, param in action.params.items()
            if name not in given and not param.optional and (*path, name) not in self.desk.source.damaged
        ]  # fmt: skip
        if missing and not self.desk.is_damaged(path):
            names = " and ".join(f"`{name}`" for name in missing)
            also = [(action.place, "declared here")] if action.place else []
            self.desk.refuse("missing-parameter", f"`{action.name}` needs {names}, under `with`", around, also=also)
        return found

    def _value(self, action: Action, name: str, value: str | FromFact, path: Path) -> Any | FactRef:
        param = action.params[name]
        if isinstance(value, FromFact):
            return self._from_fact(action, name, param, value, path)
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

    # --- ladders ---

    def _ladder(self, said: str | tuple[RungWritten, ...], path: Path) -> tuple[Rung, ...]:
        if isinstance(said, str):
            self.desk.use("ladders", said)
            if self.desk.is_damaged(("ladders", said)):
                return ()
            if not self.desk.knows(said, self.desk.file.ladders, "ladder", path):
                return ()
            return self.rungs(self.desk.file.ladders[said], ("ladders", said))
        return self.rungs(said, path)

    def rungs(self, written: Sequence[RungWritten], path: Path) -> tuple[Rung, ...]:
        """The rungs of a ladder: contacts, in order."""
        if not written and not self.desk.is_damaged(path):
            self.desk.refuse("empty-ladder", "a ladder needs a rung", path)
        read = [self._rung(rung, where) for where, rung in self.desk.source.each(path, written)]
        return tuple(rung for rung in read if rung)

    def _rung(self, rung: RungWritten, path: Path) -> Rung | None:
        desk = self.desk
        if rung.approve:
            desk.role(rung.approve, path)
        if rung.in_working_hours and desk.file.working_hours is None and not desk.is_damaged(("working_hours",)):
            hint = 'add a line `working_hours: "09:00-18:00"` to the policy'
            desk.refuse("no-working-hours", "this policy does not say what its working hours are", path, hint=hint)
        action = self._action(rung.do, path)
        if action is None:
            return None
        if action.kind not in ("contact", "task"):
            desk.refuse("wrong-rung", f"`{action.name}` is a {action.kind}; a ladder climbs contacts and tasks", path)
        params = self._params(action, rung.with_, (*path, "with"), path)
        return Rung(
            action=action.name,
            kind=action.kind,
            purpose=action.purpose,
            params=params,
            times=rung.times,
            in_working_hours=rung.in_working_hours,
            wait=rung.wait,
            approve=rung.approve,
            place=desk.source.place(path),
        )


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
