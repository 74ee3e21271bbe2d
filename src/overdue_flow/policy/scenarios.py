"""Scenarios, read and checked: every step is a real event, every expectation names something that can be."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Literal, cast

from overdue_flow.cases.events import KINDS, CaseAdopted, Event, HostEvent, LoanOpened
from overdue_flow.cases.limitation import LIMITATION
from overdue_flow.guards.vocabulary import Fact
from overdue_flow.policy.bounds import Action
from overdue_flow.policy.desk import Desk
from overdue_flow.policy.expectations import ExpectationReader
from overdue_flow.policy.fitting import fit
from overdue_flow.policy.model import GivenAtFirst, ScenarioWritten
from overdue_flow.policy.places import Path
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.spans import Span
from overdue_flow.policy.stages import Chart
from overdue_flow.policy.texts import read_day, shape_of
from overdue_flow.policy.trials import Answer, Later, Moment, PastDue, Scenario, Step, check_order, outside_of_time
from overdue_flow.policy.typing_of_text import as_declared
from overdue_flow.policy.without import parts_of
from overdue_flow.policy.words import fields_of, read_value
from overdue_flow.problems import Problem, did_you_mean

_ANSWERS = ("approved", "refused", "done")
_OF_THE_MACHINE = ("hold_review", "attention")  # what it asks for by itself, and a person simply does
_NOT_SENT = frozenset({"TimePassed", "PolicyAdopted", "LoanOpened", "CaseAdopted", "HostEvent"})
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")

TOLD_BY_THE_HOST = LIMITATION.source

# days of an event that are the day of the step unless they are given
_OWN_DAYS = ("value_date", "reversed_on", "effective_on", "refunded_on", "as_of")


@dataclass(frozen=True, slots=True)
class ScenarioReader:
    """Reads scenarios against what a policy knows: rules and actions by name, stages, facts, events."""

    desk: Desk
    chart: Chart
    rules: Iterable[str]
    asking: Iterable[str]
    actions: Mapping[str, Action]

    @property
    def expecting(self) -> ExpectationReader:
        """What reads the expectations."""
        return ExpectationReader(self.desk, self.chart, self.rules, self.actions)

    def read(self, written: Iterable[ScenarioWritten], base: Path) -> tuple[Scenario, ...]:
        """Every scenario that makes sense."""
        found = []
        names: dict[str, Path] = {}
        for path, scenario in self.desk.source.each(base, tuple(written)):
            if scenario.name in names:
                also = [(self.desk.source.place(names[scenario.name]), "the first one")]
                self.desk.refuse(
                    "duplicate-name", f"two scenarios are called `{scenario.name}`", (*path, "name"), also=also
                )
            names[scenario.name] = (*path, "name")
            before = len(self._problems())
            opening = self._opening(scenario.given, (*path, "given"))
            steps = [self._step(step, where) for where, step in self.desk.source.each((*path, "when"), scenario.when)]
            expects = [
                self.expecting.read(one, where) for where, one in self.desk.source.each((*path, "then"), scenario.then)
            ]
            if not expects and not self.desk.source.at((*path, "then")):
                self.desk.refuse("nothing-expected", f"`{scenario.name}` expects nothing", (*path, "then"))
            if opening is not None:
                kept = tuple(step for step in steps if step is not None)
                place = self.desk.source.place((*path, "name"))
                found.append(Scenario(scenario.name, opening, kept, tuple(expects), place, scenario.proves))
                if len(self._problems()) == before:
                    self.desk.problems += check_order(found[-1])
        return tuple(found)

    def _problems(self) -> list[Problem]:
        return [*self.desk.source.problems, *self.desk.problems]

    # --- given ---

    def _opening(self, given: GivenAtFirst, path: Path) -> LoanOpened | None:
        content: dict[str, Any] = {"instalments": [dict(one) for one in given.instalments]}
        content["facts"] = self._facts_told(given.facts, (*path, "facts"))
        for where, one in self.desk.source.each((*path, "instalments"), given.instalments):
            if not {"amount", "principal", "interest", "costs"} & set(one):
                self.desk.refuse("missing", "this instalment has no `amount`", where)
        if given.currency:
            content["currency"] = given.currency
        if given.stage is not None:
            if self.desk.knows(given.stage, self.chart.spots, "stage", (*path, "stage")):
                content["stage"] = self.chart.leaf_of(given.stage) or given.stage
            else:
                return None
            if given.stage_entered_on:
                content["stage_entered_on"] = given.stage_entered_on
            if given.marks:
                content["marks"] = self._marks(given.marks, (*path, "marks"))
        elif given.stage_entered_on:
            message = "`stage_entered_on` says since when the loan has been in `stage`, and there is no `stage`"
            self.desk.refuse("entered-without-stage", message, (*path, "stage_entered_on"), key=True)
        elif given.marks:
            message = "`marks` are those of a loan that is on its way already, and there is no `stage`"
            self.desk.refuse("marked-without-stage", message, (*path, "marks"), key=True)
        opened_on = given.opened_on or self._first_due_date(given)
        if opened_on is None:
            if not given.instalments and not self.desk.is_damaged((*path, "instalments")):
                self.desk.refuse("no-opening", "the loan has neither `instalments` nor `opened_on`", path, key=True)
            opened_on = date(2000, 1, 1)
        kind = CaseAdopted if given.stage is not None else LoanOpened
        return cast(LoanOpened | None, self._event(kind, content | {"opened_on": opened_on}, path))

    def _marks(self, given: Mapping[str, date], path: Path) -> dict[str, date]:
        """The marks under which a loan stands at first: marks of the policy."""
        known = self.desk.names("marks")
        return {name: on for name, on in given.items() if self.desk.knows(name, known, "mark", (*path, name), key=True)}

    def _first_due_date(self, given: GivenAtFirst) -> date | None:
        days = [read_day(str(one.get("due_on", ""))) for one in given.instalments]
        return min((day for day in days if day), default=None)

    def _facts_told(self, facts: Mapping[str, Any], path: Path) -> dict[str, Any]:
        """What the host tells: facts that the policy declares, typed."""
        told: dict[str, Any] = {}
        tellable = {
            name: fact for name, fact in self.desk.vocabulary.items()
            if name in self.desk.file.facts or fact.source == TOLD_BY_THE_HOST
        }  # fmt: skip
        for name, text in facts.items():
            where = (*path, name)
            if self.desk.is_damaged(("facts", name)):
                continue
            if name in self.desk.vocabulary and name not in tellable:
                message = f"`{name}` follows from what happens to the loan; it cannot be told"
                self.desk.refuse("fact-not-told", message, where, key=True)
            elif self.desk.knows(name, tellable, "declared fact", where, key=True):
                value = self._told(tellable[name], text, where)
                told |= {name: value} if value is not None else {}
        return told

    def _told(self, fact: Fact, text: Any, path: Path) -> Any:
        """A value as it travels in an event; a problem where it does not fit."""
        if text in ("null", "~"):
            return None
        value = read_value(text, fact.kind, fact.choices)
        if value is None:
            expected = ", ".join(f"`{word}`" for word in fact.choices) or f"a value of type `{fact.kind}`"
            self.desk.refuse("wrong-fact", f"{shape_of(text)} stands here; expected {expected}", path)
            return None
        return value if isinstance(value, bool) or (isinstance(value, int) and not isinstance(value, bool)) else text

    # --- when ---

    def _step(self, step: Mapping[str, Any], path: Path) -> Step | None:
        words = [word for word in step if word not in (*_MOMENTS, "at")]
        on = self._moment(step, path)
        at = self._time(step, path)
        if len(words) != 1:
            said = "says nothing that happens" if not words else "says " + " and ".join(f"`{word}`" for word in words)
            hint = "such as `{on: 2025-03-01, PaymentReceived: {amount: 100.00}}`"
            self.desk.refuse("one-event-a-step", f"this step {said}; expected one event", path, hint=hint)
            return None
        word, said_of = words[0], step[words[0]]
        where = (*path, word)
        place = self.desk.source.key_place(where)
        if word in _ANSWERS:
            return Step(on, None, self._answer(word, said_of, where), at, place)
        event, days = self._happening(word, said_of, on, where)
        return Step(on, event, None, at, place, days) if event is not None else None

    def _moment(self, step: Mapping[str, Any], path: Path) -> Moment:
        """When a step comes: one of `on`, `dpd`, `after`."""
        said = [word for word in _MOMENTS if word in step]
        if len(said) != 1:
            words = " and ".join(f"`{word}`" for word in said)
            message = f"this step says {words}; expected one of them" if said else "this step has no `on`"
            self.desk.refuse("one-moment" if said else "missing", message, path)
            return date(2000, 1, 1)
        text, (read, expected) = step[said[0]], _MOMENTS[said[0]]
        found = read(text) if isinstance(text, str) else None
        problem = f"{shape_of(text)} stands here; expected {expected}" if found is None else outside_of_time(found)
        if problem is not None:
            self.desk.refuse("wrong-value", problem, (*path, said[0]))
        return found or date(2000, 1, 1)

    def _time(self, step: Mapping[str, Any], path: Path) -> time | None:
        text = step.get("at")
        if text is None:
            return None
        found = _CLOCK.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            message = f"{shape_of(text)} stands here; expected a time such as `10:30`"
            self.desk.refuse("wrong-value", message, (*path, "at"))
            return None
        return time(int(found[1]), int(found[2]))

    def _answer(self, word: str, to: Any, path: Path) -> Answer:
        name = to if isinstance(to, str) else ""
        if word == "done":
            self.desk.knows(name, (*self.desk.names("actions"), *_OF_THE_MACHINE), "action", path)
        elif name not in self.asking:
            hint = did_you_mean(name, self.asking) or "a rule, or a rung of a ladder, asks where it says `approve`"
            self.desk.refuse("unknown-rule", f"no rule `{name[:60]}` asks for approval", path, hint=hint)
        return Answer(cast(Literal["approved", "refused", "done"], word), name)

    def _happening(self, kind: str, fields: Any, on: Moment, path: Path) -> tuple[Event | None, Mapping[str, Span]]:
        """The event of a step; and the days that it names by how long after the step they are."""
        desk, days = self.desk, dict[str, Span]()
        if not isinstance(fields, Mapping):
            if fields != "":
                message = f"{shape_of(fields)} stands here; expected the fields of `{kind}`, or `{{}}` for none"
                desk.refuse("wrong-value", message, path)
                return None, days
            fields = {}
        if desk.is_damaged(("events", kind)):
            return None, days
        if kind in desk.file.events:
            return self._host_event(kind, fields, path), days
        if kind in KINDS and kind in _NOT_SENT:
            desk.refuse("unknown-event", f"`{kind}` is not for scenarios", path, key=True, hint=_INSTEAD.get(kind))
            return None, days
        known = (*desk.file.events, *(word for word in KINDS if word not in _NOT_SENT))
        if not desk.knows(kind, known, "event", path, key=True):
            return None, days
        event_type = KINDS[kind]
        content = dict(fields)
        days |= _days_after(event_type, content)
        own = [name for name in _OWN_DAYS if name in event_type.model_fields]
        for name in (*own, *(["due_on"] if kind == "Accelerated" else [])):
            if name not in content and not isinstance(on, date):
                days[name] = Span(0, "days")
            content.setdefault(name, on)
        # a day that is found later is any day until then
        content |= dict.fromkeys(days, on if isinstance(on, date) else date(2000, 1, 1))
        if "facts" in content and isinstance(content["facts"], Mapping):
            content["facts"] = self._facts_told(content["facts"], (*path, "facts"))
        if kind == "HoldPlaced" and isinstance(content.get("hold"), str):
            self._hold(content["hold"], (*path, "hold"))
        return self._event(event_type, content, path), days

    def _hold(self, kind: str, path: Path) -> None:
        known = [name.removeprefix("hold_") for name in self.desk.vocabulary if name.startswith("hold_")]
        if kind not in self.desk.names("holds"):
            self.desk.knows(kind, known, "kind of hold", path)

    def _host_event(self, kind: str, fields: Mapping[str, Any], path: Path) -> Event | None:
        declared = {fact.name: fact for fact in fields_of(self.desk, kind)}
        content = {}
        for name, text in fields.items():
            if name in declared:
                content[name] = self._told(declared[name], text, (*path, name))
            else:
                self.desk.knows(name, declared, "field", (*path, name), key=True)
        missing = [name for name, fact in declared.items() if name not in fields and not fact.may_be_missing]
        for name in missing:
            self.desk.refuse("missing", f"`{kind}` has no `{name}`", path, key=True)
        return HostEvent(name=kind, fields=content)

    def _event(self, event_type: type[Event], content: Mapping[str, Any], path: Path) -> Event | None:
        """The event, checked by its own model, or None and every problem."""
        as_typed = {
            name: as_declared(value, event_type.model_fields[name].annotation)
            if name in event_type.model_fields
            else value
            for name, value in copy.deepcopy(dict(content)).items()
        }
        before = len(self.desk.source.problems)
        event = fit(as_typed, event_type, self.desk.source, path)
        return event if len(self.desk.source.problems) == before else None


def _days_after(event_type: type[Event], content: Mapping[str, Any]) -> Iterator[tuple[str, Span]]:
    """The days of an event that are said as a span, such as `due_on: 7 days`."""
    for name, text in content.items():
        field = event_type.model_fields.get(name)
        span = Span.parse(text) if isinstance(text, str) else None
        if field is not None and field.annotation in (date, date | None) and span is not None:
            yield name, span


def _past_due(text: str) -> PastDue | None:
    return PastDue(int(text)) if re.fullmatch(r"\d{1,5}", text) else None


def _later(text: str) -> Later | None:
    span = Span.parse(text)
    return Later(span) if span is not None and span.count <= span.longest.count else None


_MOMENTS: Mapping[str, tuple[Callable[[str], Moment | None], str]] = {
    "on": (read_day, "a day such as `2025-01-31`"),
    "dpd": (_past_due, "how many days past due, such as `91`"),
    "after": (_later, "a span such as `3 days` or `2 business days`"),
}
"""The words by which a step says when it comes: how each is read, and what is expected."""

_INSTEAD = {
    "LoanOpened": "say it under `given`",
    "CaseAdopted": "say `stage` under `given`",
    "TimePassed": "days pass by themselves up to the last one that is expected",
    "HostEvent": "name the event itself",
}


def check_proofs(desk: Desk, written: Iterable[ScenarioWritten], policy: Policy) -> None:
    """Every part that a scenario is to prove is one of the policy."""
    parts = sorted(parts_of(policy))
    for path, scenario in desk.source.each(("scenarios",), tuple(written)):
        for where, name in desk.source.each((*path, "proves"), scenario.proves):
            desk.knows(name, parts, "part", where)
