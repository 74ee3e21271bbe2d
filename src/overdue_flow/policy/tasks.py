"""What a policy asks to be done: actions with typed parameters, ladders, deadlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from overdue_flow.cases.effects import EffectKind, Purpose
from overdue_flow.policy.bounds import Action, Parameter
from overdue_flow.policy.desk import Desk
from overdue_flow.policy.params import CHANNELS, AllGiven, Parameters, given
from overdue_flow.policy.places import Path
from overdue_flow.policy.policy import Rung, Task
from overdue_flow.policy.road import Asked, RuleWritten
from overdue_flow.policy.road import Rung as RungWritten
from overdue_flow.policy.spans import Span
from overdue_flow.policy.stages import Chart
from overdue_flow.problems import did_you_mean

LADDER = "ladder"
"""The action of a task that is a ladder."""

BUILT_IN_EFFECTS = ("attention", "approval", "offer_approval", "hold_review", "task_cancelled")
"""What the machine asks for by itself."""

BUILT_IN_ACTIONS = (*BUILT_IN_EFFECTS, LADDER)
"""Actions of the machine itself; a host cannot declare them."""

OPENINGS = ("LoanOpened", "CaseAdopted")
"""The events that open a case; none comes later."""

ANSWERS = ("TaskCompleted", "TaskReassigned", "EffectDelivered", "EffectFailed", "EffectWithheld")
"""The events that name the effect of which they speak."""

EVERY_CONTACT = "contact"
"""What a stop switch calls all contact, whatever the action; no action can be called so."""


def read_actions(desk: Desk) -> dict[str, Action]:
    """What the host implements."""
    found = {}
    for name, action in desk.file.actions.items():
        path: Path = ("actions", name)
        if name in BUILT_IN_ACTIONS:
            desk.refuse("name-taken", f"`{name}` is an action of the machine itself", path, key=True)
        if name == EVERY_CONTACT:
            message = f"`{name}` means all contact, where something is stopped; an action needs another name"
            desk.refuse("name-taken", message, path, key=True, hint="such as `send_message` or `call`")
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
        together = action.together is not None
        if together and action.kind != "contact":
            message = f"this is a {action.kind}; only contacts to one person can go out as one"
            desk.refuse("together-without-contact", message, (*path, "together"), key=True)
        place = desk.source.key_place(path)
        found[name] = Action(name, action.kind, purpose, params, action.label or {}, place, together)
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

    @property
    def parameters(self) -> Parameters:
        """Reads parameters."""
        return Parameters(self.desk, self.stages)

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
            shared = given(asked.with_, (*path, "with"))
            rungs = self._ladder(asked.ladder, (*path, "ladder"), shared)
            rungs = tuple(_with_purpose(rung, asked.purpose) for rung in rungs)
            purpose: Purpose | None = asked.purpose or "collect"
            self._refuse_deadline(asked, path)
            kind: EffectKind = "contact"
            action, params, role_param = LADDER, {}, None
        else:
            known = self._action(str(asked.do), (*path, "do"))
            if known is None:
                return None
            rungs, action, kind = (), known.name, known.kind
            purpose = self._purpose(asked, known, path)
            params = self.parameters.read(known, given(asked.with_, (*path, "with")), path)
            role_param = _role_param(known)
        done_by = self._done_by(asked, kind, (*path, "done_by"))
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
            done_by=done_by,
            until_episode=asked.until == "episode",
        )

    def _done_by(self, asked: Asked | RuleWritten, kind: EffectKind, path: Path) -> tuple[str, ...]:
        """The events each of which shows that the task is done."""
        if asked.done_by and kind != "task":
            what = f"a {kind}" if asked.ladder is None else "a ladder"
            message = f"this is {what}; only a task waits until somebody has done it"
            self.desk.refuse("done-by-without-task", message, path)
            return ()
        return tuple(event for where, event in self.desk.source.each(path, asked.done_by) if self._shows(event, where))

    def _shows(self, event: str, path: Path) -> bool:
        """Whether there is such an event, and it can show that something was done."""
        if not self.desk.event(event, path):
            return False
        if event in OPENINGS:
            self.desk.refuse("wrong-done-by", f"`{event}` comes first of all, before anything is asked for", path)
        elif event in ANSWERS:
            message = f"`{event}` speaks of one effect, and names it; expected something that happens to the loan"
            self.desk.refuse("wrong-done-by", message, path, hint="a task can be told as done in any case")
        return True

    def _refuse_deadline(self, asked: Asked | RuleWritten, path: Path) -> None:
        if asked.within is not None:
            message = "a ladder has no deadline of its own: it ends with its last rung, which may be a task"
            self.desk.refuse("ladder-within", message, (*path, "within"), key=True)

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
            if span is not None and span.is_for_windows:
                message = f"`{span}` is for windows; expected days, business days, weeks or months"
                self.desk.refuse("wrong-unit", message, (*path, word))

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
        if not desk.is_damaged(("actions", name)) and not desk.is_lost("actions"):
            hint = did_you_mean(name, self.actions) or "declare it under `actions`"
            desk.refuse("unknown-action", f"there is no action `{name[:60]}`", path, hint=hint)
        return None

    # --- ladders ---

    def _ladder(self, said: str | tuple[RungWritten, ...], path: Path, shared: AllGiven) -> tuple[Rung, ...]:
        desk = self.desk
        if not isinstance(said, str):
            return self.rungs(said, path, shared)
        desk.use("ladders", said)
        if desk.is_damaged(("ladders", said)) or not desk.knows(said, desk.file.ladders, "ladder", path):
            return ()
        return self.rungs(desk.file.ladders[said], ("ladders", said), shared)

    def rungs(self, written: Sequence[RungWritten], path: Path, shared: AllGiven) -> tuple[Rung, ...]:
        """The rungs of a ladder, in order; a rung takes the parameters that it has from those that all share."""
        if not self.desk.source.at(path):
            self.desk.refuse("empty-ladder", "a ladder needs a rung", path)
        read = [self._rung(rung, where, shared) for where, rung in self.desk.source.each(path, written)]
        known = {name for rung in written if rung.do in self.actions for name in self.actions[rung.do].params}
        for name in shared:
            if name not in known and all(rung is not None for rung in read):
                message = f"no rung of the ladder has `{name}`"
                self.desk.refuse(
                    "unknown-parameter", message, shared[name][1], key=True, hint=did_you_mean(name, known)
                )
        return tuple(rung for rung in read if rung)

    def check_unused_ladders(self) -> None:
        """Ladders that nothing climbs: what is wrong with them is said, but for what a climber would give."""
        for name, written in self.desk.file.ladders.items():
            if name not in self.desk.used.get("ladders", ()):
                for path, rung in self.desk.source.each(("ladders", name), written):
                    self._rung(rung, path, None)

    def _rung(self, rung: RungWritten, path: Path, shared: AllGiven | None) -> Rung | None:
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
        taken = {name: one for name, one in (shared or {}).items() if name in action.params}
        own = given(rung.with_, (*path, "with"))
        params = self.parameters.read(action, taken | own, path, complete=shared is not None)
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
            role_param=_role_param(action),
        )


def _role_param(action: Action) -> str | None:
    return next((name for name, param in action.params.items() if param.type == "role"), None)


def _with_purpose(rung: Rung, purpose: Purpose | None) -> Rung:
    """The rung with the purpose that its ladder is asked for with, where that is said; a task has none."""
    return replace(rung, purpose=purpose) if purpose is not None and rung.kind == "contact" else rung
