"""The host's hooks: plain functions, registered by the names of the policy's actions, and checked against them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import Any, TypeAlias

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.events import Event
from overdue_flow.errors import HookError, OverdueFlowError
from overdue_flow.policy.bounds import Action, Parameter
from overdue_flow.policy.policy import Policy
from overdue_flow.problems import did_you_mean
from overdue_flow.runtime.calling import GaveUp, Late, NotBegun, TookTooLong, call, is_async

Answer: TypeAlias = Iterable[Event] | Event | None
"""What a hook returns: the events that it brought about, if any."""

Hook: TypeAlias = Callable[..., Any]
"""`hook(effect, case, *, ...)`, or for a batch `hook([(effect, case), ...])`; plain or `async`."""

BUILT_IN_ACTIONS: Mapping[str, frozenset[str]] = {
    "attention": frozenset({"reason"}),
    "approval": frozenset({"rule", "to", "ladder", "rung", "do"}),
    "offer_approval": frozenset({"offer", "reason"}),
    "hold_review": frozenset({"hold"}),
    "task_cancelled": frozenset({"task", "action", "reason"}),
}
"""What every policy asks of people without declaring it, and the parameters of each. Of an approval the first two say
which rule's move is asked for, the others which rung of a ladder."""

_OF_A_RULE = frozenset({"rule", "to"})

IN_ONE_CALL_MAX = 1_000
"""How many effects a hook may take at once."""

ANSWERED_MAX = 1_000
"""How many events a hook may return of one effect: they are recorded in one commit with its delivery."""


class HookFailed(Exception):
    """A hook could not do it, this time."""


class HookNotCalled(HookFailed):
    """A hook was not called, this time."""


class Rubbish(Exception):
    """A hook returned what nobody can make sense of."""


@dataclass(frozen=True, slots=True)
class Registered:
    """One hook: the action, the function, how many effects it takes at once (None: one), the names that it asks for,
    and whether it takes all parameters; `in_one`: what it takes at once is one letter to one person."""

    action: str
    function: Hook
    batch: int | None
    is_async: bool
    named: tuple[str, ...] = ()
    needed: frozenset[str] = frozenset()
    takes_all: bool = False
    in_one: bool = False

    def deliver(self, effect: Effect, case: Case, limit: timedelta | None, late: Late) -> list[Event]:
        """Hand one effect over; what the hook returns. HookFailed where it raises or hangs, Rubbish where it returns
        something else than events. What it returns after `limit` goes to `late`."""
        own = _of_its_own(effect)
        params = own.params if self.takes_all else {name: own.params[name] for name in self.named if name in own.params}
        found: list[Event] = self._call(lambda: self.function(own, case, **params), limit, events_in, late)
        return found

    def deliver_many(
        self, parcels: Sequence[tuple[Effect, Case]], limit: timedelta | None, late: Late
    ) -> dict[str, list[Event] | Exception]:
        """Hand several over at once: by effect id what the hook returned for it, or why it failed.

        HookFailed and Rubbish where it fails for all. What it returns after `limit` goes to `late`.
        """
        own = [(_of_its_own(effect), case) for effect, case in parcels]
        ids = [effect.id for effect, _case in parcels]
        found: dict[str, list[Event] | Exception] = self._call(
            lambda: self.function(own), limit, lambda answer: _of_each(answer, ids), late
        )
        return found

    def _call(self, job: Callable[[], Any], limit: timedelta | None, read: Callable[[Any], Any], late: Late) -> Any:
        return asked_of(job, limit, read, is_async=self.is_async, name=self.action, late=late)


def asked_of(
    job: Callable[[], Any],
    limit: timedelta | None,
    read: Callable[[Any], Any],
    *,
    is_async: bool,
    name: str,
    late: Late | None = None,
) -> Any:
    """What a function of the host's returned, as `read` reads it; an answer that is made while it is read is read
    within the time limit too. HookFailed where it raises or hangs, Rubbish where `read` finds it is."""

    async def read_later() -> Any:
        return read(await job())

    try:
        return call(read_later if is_async else lambda: read(job()), limit, is_async=is_async, name=name, late=late)
    except (HookFailed, Rubbish):
        raise
    except NotBegun as error:
        raise HookNotCalled(in_words(error)) from error
    except Exception as error:
        raise HookFailed(in_words(error)) from error


def _of_its_own(effect: Effect) -> Effect:
    """The effect with parameters of its own: what a hook does to them happens nowhere else."""
    return effect._replace(params=deepcopy(dict(effect.params)))


def _of_each(answer: Any, effect_ids: Sequence[str]) -> dict[str, list[Event] | Exception]:
    if answer is None:
        return {effect_id: [] for effect_id in effect_ids}
    if not isinstance(answer, Mapping):
        raise Rubbish(f"the hook returned {_in_words(answer)}; expected a mapping from effect ids to events")
    return {effect_id: _one_of(answer, effect_id) for effect_id in effect_ids}


def _one_of(answer: Mapping[str, Any], effect_id: str) -> list[Event] | Exception:
    if effect_id not in answer:
        return HookFailed("the hook said nothing of it")
    found = answer[effect_id]
    if isinstance(found, Exception):
        return HookFailed(in_words(found))
    try:
        return events_in(found)
    except (HookFailed, Rubbish) as fault:
        return fault


def in_words(error: BaseException) -> str:
    """A host's error on one line, for the journal and the log."""
    if isinstance(error, TookTooLong | GaveUp):
        return str(error)
    try:
        said = str(error)
    except Exception:  # noqa: BLE001  # an error that cannot even say what it is
        said = ""
    return one_line(f"{type(error).__name__}: {said}".removesuffix(": "))


def reason_of(error: Exception) -> str:
    """What was wrong: our own errors and a hook's say so themselves."""
    return str(error) if isinstance(error, OverdueFlowError | HookFailed | Rubbish) else in_words(error)


def one_line(said: str) -> str:
    """Text on one line: at most 500 characters, all of which can be printed and stored."""
    return "".join(letter if letter.isprintable() else " " for letter in said[:500])


def _in_words(value: object) -> str:
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001  # it is the host's, and may be anything
        text = type(value).__name__
    return f"`{text[:60]}`" if len(text) <= 60 else f"`{text[:60]}...`"


def events_in(answer: Any) -> list[Event]:
    """The events that a hook returned. Rubbish where there is anything else among them, or too many to be an answer."""
    if answer is None:
        return []
    if isinstance(answer, Event):
        return [answer]
    if inspect.iscoroutine(answer):
        answer.close()
        raise Rubbish("the hook returned a coroutine that nobody awaits; register the `async` function itself")
    if isinstance(answer, str | bytes | Mapping) or not isinstance(answer, Iterable):
        raise Rubbish(f"the hook returned {_in_words(answer)}; expected an event, several, or nothing")
    try:
        found: list[Any] = list(islice(answer, ANSWERED_MAX + 1))
    except Exception as error:
        raise HookFailed(in_words(error)) from error
    if len(found) > ANSWERED_MAX:
        raise Rubbish(f"the hook returned more than {ANSWERED_MAX} events; `receive_many` is the door for so many")
    for one in found:
        if not isinstance(one, Event):
            raise Rubbish(f"among what the hook returned is {_in_words(one)}; expected events")
    return found


class Hooks:
    """Hooks by action. `elsewhere` are actions that another process delivers; `needs_all` is False in shadow mode,
    where no hook is called."""

    def __init__(self, policies: Sequence[Policy], hooks: Mapping[str, Hook], *, needs_all: bool) -> None:
        self._policies = tuple(policies)
        self._needs_all = needs_all
        self._hooks: dict[str, Registered] = {}
        self._elsewhere: set[str] = set()
        self._faults: list[str] = []
        self._open = False
        for action, hook in hooks.items():
            self.add(action, hook, None)

    @property
    def actions(self) -> frozenset[str]:
        """Every action of every version, and those that all policies have."""
        return frozenset(BUILT_IN_ACTIONS).union(*(policy.actions for policy in self._policies))

    def add(self, action: str, function: Hook, batch: int | None) -> None:
        """Register a hook. HookError for an action that no version has."""
        self.check_name(action)
        if batch is not None and not 1 <= batch <= IN_ONE_CALL_MAX:
            raise HookError(f"the hook of `{action}` takes {batch} effects at once; expected 1 to {IN_ONE_CALL_MAX}")
        registered, faults = _read(action, function, batch)
        if any(policy.actions[action].together for policy in self._policies if action in policy.actions):
            registered = replace(registered, in_one=True)
            if batch is None:
                faults.append(
                    f"contacts of `{action}` to one person go out as one: its hook takes several effects; give `batch`"
                )
        self._hooks[action] = registered
        self._faults += faults
        self._open = False

    def elsewhere(self, *actions: str) -> None:
        """These are delivered by another process."""
        for action in actions:
            self.check_name(action)
            self._elsewhere.add(action)

    def check_name(self, action: str) -> None:
        """HookError for an action that no version has."""
        if action not in self.actions:
            policy = self._policies[-1]
            hint = did_you_mean(action, self.actions)
            known = ", ".join(sorted(policy.actions)) or "none"
            raise HookError(
                f"policy {policy.id} has no action `{action}`; it has {known}" + (f" ({hint})" if hint else "")
            )

    def open(self) -> None:
        """HookError, with every reason, unless every action has its hook and every hook its parameters."""
        if self._open:
            return
        faults = [*self._faults, *self._without_hook(), *self._misfits()]
        if faults:
            raise HookError(*dict.fromkeys(faults))
        self._open = True

    def _without_hook(self) -> Iterator[str]:
        if not self._needs_all:
            return
        for policy in self._policies:
            for name, action in policy.actions.items():
                if action.kind != "task" and name not in self._hooks and name not in self._elsewhere:
                    yield (
                        f"action `{name}` of policy {policy.id} {policy.version} has no hook;"
                        " register one, or name it as delivered `elsewhere`"
                    )

    def _misfits(self) -> Iterator[str]:
        for hook in self._hooks.values():
            for policy in self._policies if hook.action in BUILT_IN_ACTIONS else ():
                yield from _misfits(hook, _built_in(hook.action, policy), "which every policy has")
            for policy in self._policies:
                action: Action | None = policy.actions.get(hook.action)
                if action is not None:
                    yield from _misfits(hook, action.params, f"of policy {policy.id} {policy.version}")

    def contacts(self) -> set[str]:
        """The actions that reach the borrower, in any version."""
        return {name for policy in self._policies for name, one in policy.actions.items() if one.kind == "contact"}

    def of(self, action: str) -> Registered | None:
        """The hook of an action; None where it has none (a task that stands on the list)."""
        return self._hooks.get(action)

    def delivered_here(self) -> set[str]:
        """The actions that this process delivers: those with a hook, and tasks that stand on the list without one."""
        listed = {name for policy in self._policies for name, action in policy.actions.items() if action.kind == "task"}
        return (set(self._hooks) | listed | set(BUILT_IN_ACTIONS)) - (self._elsewhere - set(self._hooks))


def _read(action: str, function: Hook, batch: int | None) -> tuple[Registered, list[str]]:
    """A hook as it wants to be called, and what is wrong with that."""
    try:
        params = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return Registered(action, function, batch, is_async(function)), []  # it does not say what it takes
    named = tuple(one.name for one in params if one.kind is one.KEYWORD_ONLY)
    needed = frozenset(one.name for one in params if one.kind is one.KEYWORD_ONLY and one.default is one.empty)
    takes_all = batch is None and any(one.kind is one.VAR_KEYWORD for one in params)
    hook = Registered(action, function, batch, is_async(function), named, needed, takes_all)
    faults = []
    if not _takes(function, 2 if batch is None else 1, named):
        wanted = "(effect, case)" if batch is None else "(effects), a list of pairs of effect and case"
        faults.append(f"the hook of `{action}` cannot be called with {wanted}")
    if batch is not None and named:
        faults.append(f"the hook of `{action}` takes several effects at once; each has its own `params`, none by name")
    return hook, faults


def _takes(function: Hook, places: int, named: Sequence[str]) -> bool:
    try:
        inspect.signature(function).bind(*range(places), **dict.fromkeys(named))
    except TypeError:
        return False
    return True


def _built_in(action: str, policy: Policy) -> Mapping[str, Parameter]:
    """The parameters of what every policy asks of people: an approval under this one may be of a rule, or of a rung."""
    names = BUILT_IN_ACTIONS[action]
    if action != "approval":
        return {name: Parameter("text") for name in names}
    of_rules = any(rule.approve for rule in policy.rules)
    of_rungs = any(rung.approve for task in policy.tasks for rung in task.ladder)
    return {name: Parameter("text", optional=of_rungs if name in _OF_A_RULE else of_rules) for name in names}


def _misfits(hook: Registered, params: Mapping[str, Parameter], whose: str) -> Iterator[str]:
    for name in hook.named:
        if name not in params:
            hint = did_you_mean(name, params)
            yield f"the hook of `{hook.action}` asks for `{name}`, which the action {whose} does not have" + (
                f" ({hint})" if hint else ""
            )
        elif params[name].optional and name in hook.needed:
            yield (
                f"the hook of `{hook.action}` needs `{name}`, which may be left out in the action {whose};"
                " give it a default"
            )
