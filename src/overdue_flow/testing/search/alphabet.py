"""What may happen next to a loan: the events that matter to a question, with values on both sides of every constant.

Which kinds of event matter follows from the policy's words (`on`) and from the facts that are asked about: those that
the part of the case listens to which offers the fact. What cannot have happened the engine refuses, so the list may be
generous.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from pydantic import ValidationError

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import KINDS, Event, FactsChanged, HostEvent
from overdue_flow.cases.facts import listening_for
from overdue_flow.engine.ladders import approvals
from overdue_flow.guards.vocabulary import Value
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Answer
from overdue_flow.policy.words import fields_in
from overdue_flow.testing.answers import may_be_done
from overdue_flow.testing.search.contents import Contents, as_told, fields_by_name
from overdue_flow.testing.search.needed import with_needs
from overdue_flow.testing.search.values import constants_of, worth_trying

Happens: TypeAlias = Event | Answer
"""One thing that may happen: an event, or a person's answer to what the policy asked for."""

ANSWERS, TOLD = "answers", "told"
"""What people answer to what was asked of them; what the host tells of its own facts."""

VARIANTS_MAX = 24
"""How many events of one kind are tried at a time."""

_NOT_TRIED = frozenset(
    "TimePassed PolicyAdopted LoanOpened CaseAdopted HostEvent EventRetracted MovedByHand OtherLoanTold FactsChanged "
    "TaskCompleted TaskReassigned EffectDelivered EffectFailed EffectWithheld ScheduleReplaced ArrearsReported".split()
)
"""What no host sends of itself, what is tried otherwise, and what changes the whole loan at once."""


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The events that matter where some facts are asked about and some words are listened for."""

    policy: Policy
    names: frozenset[str]
    words: tuple[str, ...]
    constants: Mapping[str, tuple[Value, ...]]

    @classmethod
    def of(cls, policies: Sequence[Policy], names: Iterable[str], words: Iterable[str]) -> Alphabet:
        """The alphabet of a policy, or of several that differ a little: with the constants of all of them."""
        constants: dict[str, dict[Value, None]] = {}
        for policy in policies:
            for name, values in constants_of(policy).items():
                constants.setdefault(name, {}).update(dict.fromkeys(values))
        known = frozenset(names)
        heard = (kind.__name__ for name in sorted(known) for kind in listening_for(name))
        counted = (count.of for name, count in policies[0].spec.counts.items() if name in known)
        every = tuple(dict.fromkeys(with_needs([*words, *counted, *heard])))
        return cls(policies[0], known, every, {name: tuple(values) for name, values in constants.items()})

    def at(self, case: Case, day: date) -> Iterator[Happens]:
        """What may happen to a case on a day: answers, then events of each kind, then what the host tells."""
        for word in (ANSWERS, *self.words, TOLD):
            yield from self.of_kind(word, case, day)

    def of_kind(self, word: str, case: Case, day: date) -> Iterator[Happens]:
        """What may happen of one kind: `ANSWERS`, `TOLD`, or the word of an event."""
        if word == ANSWERS:
            yield from self._answers(case, day)
        elif word == TOLD:
            yield from self._told(case, day)
        elif word in self.policy.spec.events:
            yield from self._of_the_host(word, day)
        elif word not in _NOT_TRIED:
            yield from self._events(KINDS[word], case, day)

    def _answers(self, case: Case, day: date) -> Iterator[Answer]:
        asked = [request.rule for request in case.course.requests]
        asked += [climb.ladder for climb, _effect in approvals(case)]
        for name in dict.fromkeys(asked):
            yield from (Answer("approved", name), Answer("refused", name))
        actions = (
            effect.action
            for effect in case.course.open_effects
            if effect.action in self.policy.actions and may_be_done(effect, case, day)
        )
        yield from (Answer("done", action) for action in dict.fromkeys(actions))

    def _events(self, kind: type[Event], case: Case, day: date) -> Iterator[Event]:
        says = Contents(self.policy, self.constants, kind, fields_by_name(kind, self.policy), case, day)
        asked = [
            name
            for name, info in kind.model_fields.items()
            if info.is_required() or (name in self.constants and name in says.fields) or says.is_tried(name)
        ]
        for row in _rows([says.values(name) for name in asked]):
            content = {name: value for name, value in zip(asked, row, strict=True) if value is not None}
            try:
                yield kind.model_validate(content)
            except ValidationError:
                continue

    def _told(self, case: Case, day: date) -> Iterator[Event]:
        """The host tells a fact of its own, where it is asked about."""
        for name in sorted(self.names & set(self.policy.spec.facts)):
            fact = self.policy.vocabulary[name]
            for value in worth_trying(fact, self.constants, day):
                if fact.read(case, day) != value:
                    yield FactsChanged(facts={name: as_told(value, fact)})

    def _of_the_host(self, word: str, day: date) -> Iterator[Event]:
        fields = fields_in(self.policy.spec, word)
        for row in _rows([worth_trying(fact, self.constants, day) for fact in fields]):
            told = {fact.name: as_told(value, fact) for fact, value in zip(fields, row, strict=True)}
            yield HostEvent(name=word, fields=told)


def _rows(choices: Sequence[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """What several fields may say together: each value once with the others at their last (left out, where they may
    be), then every combination, up to a ceiling."""
    if not all(choices):
        return
    rest = tuple(values[-1] for values in choices)
    one_by_one = ((*rest[:at], value, *rest[at + 1 :]) for at, values in enumerate(choices) for value in values)
    every = itertools.chain(one_by_one, itertools.product(*choices))
    seen: set[tuple[Any, ...]] = set()
    for row in every:
        if row not in seen:
            seen.add(row)
            yield row
        if len(seen) == VARIANTS_MAX:
            return
