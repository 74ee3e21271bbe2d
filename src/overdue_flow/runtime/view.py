"""A case as one role may see it: a value that holds nothing else. What is not in it cannot be read out of it.

Facts are those of the policy's vocabulary that are known on the day; rows are those of the journal, each with the
fields of its event that may be seen. Text that may repeat a value of any group (parameters of effects, what an offer
goes beyond, remarks) is in it only where nothing is hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import Event
from overdue_flow.cases.facts import FactsOn
from overdue_flow.cases.seen import Seen
from overdue_flow.guards.vocabulary import Value
from overdue_flow.policy.policy import Policy

_HOSTS = frozenset({"facts", "fields"})
"""Fields of events that hold facts of the host's own, by name."""

_HEAD = frozenset({"kind"})


class RowSeen(NamedTuple):
    """A row of the journal as one may see it. `said` are fields of the event, `done` what deciding led to, each as
    plain data."""

    seq: int
    day: date
    at: datetime
    kind: str
    said: Mapping[str, Any]
    done: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class View:
    """A case as `role` may see it, on the day of its last turn. `persons` are ids by part; `hidden` the groups that it
    does not show."""

    case_id: str
    role: str
    on: date
    currency: str
    policy: str
    version: str
    persons: Mapping[str, tuple[str, ...]]
    facts: Mapping[str, Value]
    rows: tuple[RowSeen, ...]
    hidden: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """All of it as plain data, fit for JSON: amounts and dates as text."""
        return {
            "case_id": self.case_id,
            "role": self.role,
            "on": str(self.on),
            "currency": self.currency,
            "policy": f"{self.policy} {self.version}",
            "persons": {part: list(ids) for part, ids in self.persons.items()},
            "facts": {
                name: value if isinstance(value, bool | int) else str(value) for name, value in self.facts.items()
            },
            "rows": [{**row._asdict(), "day": str(row.day), "at": row.at.isoformat()} for row in self.rows],
            "hidden": list(self.hidden),
        }


def view(policy: Policy, case: Case, entries: Iterable[Entry], seen: Seen) -> View:
    """A case, and its journal, as one may see them."""
    return View(
        case_id=case.id,
        role=seen.role,
        on=case.day,
        currency=case.terms.currency,
        policy=case.course.policy,
        version=case.course.version,
        persons=_persons(case) if seen.sees("identity") else {},
        facts=dict(_facts(policy, case, seen)),
        rows=tuple(_row(entry, seen) for entry in entries if seen.may_row(entry.event.kind)),
        hidden=seen.hidden,
    )


def _persons(case: Case) -> dict[str, tuple[str, ...]]:
    found = {"borrower": (case.person_id,), "co_borrowers": case.co_borrowers, "guarantors": case.guarantors}
    return {part: ids for part, ids in found.items() if ids}


def _facts(policy: Policy, case: Case, seen: Seen) -> Iterator[tuple[str, Value]]:
    values = FactsOn(case, case.day, policy.vocabulary)
    for name in policy.vocabulary:
        if seen.may_fact(name) and (value := values[name]) is not None:
            yield name, value


def _row(entry: Entry, seen: Seen) -> RowSeen:
    said = {name: value for name, value in _said(entry.event, seen) if value not in (None, "", [], {})}
    return RowSeen(entry.seq, entry.day, entry.at, entry.event.kind, said, tuple(_done(entry, seen)))


def _said(event: Event, seen: Seen) -> Iterator[tuple[str, Any]]:
    for name, value in event.model_dump(mode="json").items():
        if name in _HEAD:
            continue
        if name in _HOSTS and isinstance(value, dict):
            yield name, {fact: told for fact, told in value.items() if seen.may_fact(fact)}
        elif seen.may_field(event.kind, name):
            yield name, value


def _done(entry: Entry, seen: Seen) -> Iterator[dict[str, Any]]:
    """What deciding led to, for who may see the work that is done on a loan."""
    if not seen.sees("work"):
        return
    for move in entry.results.moves:
        told = {"from": move.from_stage, "to": move.to_stage, "rule": move.rule, "how": move.how, "on": str(move.on)}
        yield told | ({"because": move.because} if seen.sees("reasons") else {})
    for effect in entry.results.effects:
        told = {"effect": effect.id, "action": effect.action, "kind": effect.kind, "status": str(effect.status)}
        told |= {"role": effect.role, "due_at": effect.due_at.isoformat(), "cause": effect.cause}
        params = {name: _plain(value) for name, value in effect.params.items()}
        yield told | ({"params": params} if seen.everything else {})
    for change in entry.results.changes:
        yield {"effect": change.effect_id, "status": change.status}
    if seen.everything:
        yield from ({"note": note} for note in entry.results.notes)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, bool | int) or value is None else str(value)
