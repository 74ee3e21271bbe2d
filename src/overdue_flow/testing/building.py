"""Scenarios in Python, with the meaning that they have in a file: what is built is read by the same reader.

    from overdue_flow.events import NegotiationClosed
    from overdue_flow.testing.building import scenario

    (
        scenario("two failed talks and 91 days lead to the law firm", policy)
        .given(instalments="1000.00 on 2025-01-01")
        .on("2025-02-20", NegotiationClosed, outcome="failed")
        .on("2025-03-20", NegotiationClosed, outcome="failed")
        .at_dpd(90).expect(stage="negotiation")
        .at_dpd(91).expect(stage="legal", rule="legal-threshold", effects="engage_law_firm")
        .check()
    )

What happens is an event, or its class and its fields, or `approved=rule`, `refused=rule`, `done=action`. Days may be
text or dates, amounts text, `Decimal` or `Money`; a day of an event may be a span from the step (`due_on="7 days"`),
and one that is not given is the day of the step. Each call gives a new builder: what several scenarios begin with can
be kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from overdue_flow.cases.events import Event, HostEvent
from overdue_flow.engine.machine import Machine
from overdue_flow.policy.load import scenarios_in
from overdue_flow.policy.places import Plain, Source
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Scenario
from overdue_flow.testing.scenarios import ScenarioResult, run_scenario
from overdue_flow.testing.telling import told

_FILE = "a scenario in Python"
_MOMENTS = ("on", "dpd", "after")


@dataclass(frozen=True, slots=True)
class Building:
    """A scenario that is being written. `here` is the moment that was named last."""

    policy: Policy
    name: str
    loan: Mapping[str, Plain]
    steps: tuple[Mapping[str, Plain], ...] = ()
    expects: tuple[Mapping[str, Plain], ...] = ()
    parts: tuple[str, ...] = ()
    here: tuple[str, Plain] | None = None

    def given(self, **loan: Any) -> Building:
        """The loan at first, by the keys of `given` in a file: `instalments`, `facts`, `stage`, ..."""
        return replace(self, loan={**self.loan, **{key: _plain(value) for key, value in loan.items()}})

    # --- when ---

    def on(
        self,
        day: date | str,
        event: Event | type[Event] | str | None = None,
        /,
        *,
        at: time | str | None = None,
        **fields: Any,
    ) -> Building:
        """Something happens on a day. Without an event, the day is named for what is expected next."""
        return self._at("on", day, event, at, fields)

    def at_dpd(
        self,
        days: int,
        event: Event | type[Event] | str | None = None,
        /,
        *,
        at: time | str | None = None,
        **fields: Any,
    ) -> Building:
        """The same, on the first day on which the loan is so many days past due."""
        return self._at("dpd", days, event, at, fields)

    def after(
        self,
        span: str,
        event: Event | type[Event] | str | None = None,
        /,
        *,
        at: time | str | None = None,
        **fields: Any,
    ) -> Building:
        """The same, so long after what stands above: `3 days`, `2 business days`."""
        return self._at("after", span, event, at, fields)

    def _at(self, word: str, when: Any, event: Any, at: Any, fields: Mapping[str, Any]) -> Building:
        moment = (word, _plain(when))
        if event is None and not fields and at is None:
            return replace(self, here=moment)
        step = dict([moment]) | ({"at": _plain(at)} if at is not None else {}) | _happening(event, fields)
        return replace(self, steps=(*self.steps, step), here=moment)

    # --- then ---

    def expect(self, **expected: Any) -> Building:
        """What is expected, by the keys of `then` in a file; of the moment that was named last, unless it says one."""
        one = {key: _plain(value) for key, value in expected.items()}
        if self.here is not None and not {*_MOMENTS, "nothing_until"} & set(one):
            one = dict([self.here]) | one
        return replace(self, expects=(*self.expects, one))

    def proves(self, *parts: str) -> Building:
        """Parts of the policy without each of which the scenario must fail."""
        return replace(self, parts=(*self.parts, *parts))

    # --- done ---

    def build(self) -> Scenario:
        """The scenario; ScenarioError, with every problem, where it makes no sense under the policy."""
        then: list[Plain] = [dict(one) for one in self.expects]
        written: dict[str, Plain] = {"name": self.name, "given": dict(self.loan), "then": then}
        if self.steps:
            written["when"] = [dict(step) for step in self.steps]
        if self.parts:
            written["proves"] = list(self.parts)
        (found,) = scenarios_in(Source(_FILE, tree={"scenarios": [written]}), self.policy)
        # there is no line of a file to point at
        steps = tuple(replace(step, place=None) for step in found.steps)
        return replace(found, steps=steps, expects=tuple(replace(one, place=None) for one in found.expects), place=None)

    def run(self) -> ScenarioResult:
        """Live it through."""
        return run_scenario(self.policy, self.build())

    def check(self) -> None:
        """AssertionError, with the whole story, unless all is as expected."""
        check(self.policy, self.build())


def scenario(name: str, policy: Policy) -> Building:
    """A scenario to be written; `name` says in a sentence what it shows."""
    return Building(policy, name, {})


def check(policy: Policy, one: Scenario, machine: Machine | None = None) -> None:
    """AssertionError, with the difference and the story of the loan, unless a scenario is as expected."""
    machine = machine or Machine(policy)
    result = run_scenario(policy, one, machine=machine)
    if not result.passed:
        raise AssertionError("\n".join([str(result), *told(result, machine)]))


# --- as a file would say it ---


def _happening(event: Event | type[Event] | str | None, fields: Mapping[str, Any]) -> dict[str, Plain]:
    """What happens, as a step of a file says it: one word, and what stands under it."""
    said = {name: _plain(value) for name, value in fields.items()}
    if event is None:
        return said  # an answer, or what the reader refuses
    if isinstance(event, Event):
        content = event.model_dump(exclude_unset=True, exclude={"kind"})
        if isinstance(event, HostEvent):
            return {event.name: _plain(event.fields)}
        return {event.kind: _plain(content)}
    return {event if isinstance(event, str) else event.__name__: said}


def _plain(value: Any) -> Plain:
    """A value as the text that would stand for it in a file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, BaseModel):
        return _plain(value.model_dump(exclude_unset=True))
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, time) and value == value.replace(second=0, microsecond=0):
        return f"{value:%H:%M}"
    return str(value)
