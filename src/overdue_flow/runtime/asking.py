"""Asked facts: what a policy wants to know on the day on which an answer could make a rule match.

The host is asked right after the turn that raised the question is recorded, outside every transaction and with a time
limit. Where it gives no answer the question stays open: the case is due at every night until it has one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, TypeAlias

from pydantic import ValidationError

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import FactsChanged
from overdue_flow.engine.decision import Decision
from overdue_flow.errors import HookError, OverdueFlowError
from overdue_flow.money import Money
from overdue_flow.policy.policy import Policy
from overdue_flow.problems import did_you_mean
from overdue_flow.runtime.calling import call, is_async
from overdue_flow.runtime.hooks import in_words
from overdue_flow.runtime.turns import Turns

log = logging.getLogger("overdue_flow.asking")

Asked: TypeAlias = Callable[[Case], Any]
"""A hook for one fact: its value for a case, None where it cannot be known now; plain or `async`."""

AskedAll: TypeAlias = Callable[[Case, Sequence[str]], Any]
"""A hook for all of them: a mapping from facts to values; what it leaves out stays open."""


@dataclass
class Questions:
    """Who answers what. `ask` answers the facts that have no hook of their own."""

    policies: tuple[Policy, ...]
    ask: AskedAll | None
    limit: timedelta | None
    hooks: dict[str, Asked] = field(default_factory=dict)

    def add(self, fact: str, hook: Asked) -> None:
        """Register who answers a fact. HookError for one that no version asks for."""
        known = [one.name for policy in self.policies for one in policy.asked_facts]
        if fact not in known:
            hint = did_you_mean(fact, known)
            raise HookError(f"no policy asks for a fact `{fact}`" + (f"; {hint}" if hint else ""))
        self.hooks[fact] = hook

    def answered(self, facts: Iterable[str]) -> list[str]:
        """Those of the facts that somebody answers."""
        return [fact for fact in facts if fact in self.hooks or self.ask is not None]

    def put(self, case: Case, facts: Iterable[str], at: datetime) -> FactsChanged | None:
        """Ask about a case; the answers as an event, None where there are none.

        How long each may be relied on the policy says, by the fact's `max_age`. A hook that raises or hangs, or whose
        answer is no value, is written to the log.
        """
        found: dict[str, Any] = {}
        together = []
        for fact in facts:
            if fact in self.hooks:
                hook = self.hooks[fact]
                found[fact] = self._asked(partial(hook, case), hook, case, fact)
            else:
                together.append(fact)
        if together and self.ask is not None:
            said = self._asked(partial(self.ask, case, tuple(together)), self.ask, case, ", ".join(together))
            found |= {fact: said[fact] for fact in together if fact in said} if isinstance(said, Mapping) else {}
        known = {fact: _plain(value) for fact, value in found.items() if value is not None}
        return self._event(case, known, at) if known else None

    def _asked(self, job: Callable[[], Any], hook: Callable[..., Any], case: Case, what: str) -> Any:
        try:
            return call(job, self.limit, is_async=is_async(hook), name=f"asks {what}")
        except Exception as error:  # noqa: BLE001  # the question stays open
            _unanswered(case, what, in_words(error))
            return None

    def _event(self, case: Case, known: dict[str, Any], at: datetime) -> FactsChanged | None:
        try:
            return FactsChanged(id=f"asked:{case.seq}:{next(iter(known))}"[:200], at=at, facts=known)
        except ValidationError as error:
            _unanswered(case, ", ".join(known), f"the answer is no value: {error.errors()[0]['msg']}")
            return None


def _unanswered(case: Case, facts: str, why: str) -> None:
    told = {"case_id": case.id, "facts": facts, "reason": why}
    log.warning("no answer to %s of case %s, it is asked again: %s", facts, case.id, why, extra=told)


def find_out(
    questions: Questions, turns: Turns, cases: Iterable[Case], now: datetime | None
) -> Iterator[list[Decision]]:
    """Put the open questions of some cases, and record each answer; the turns that each led to. An answer may raise
    another question, and none is put twice.

    Whatever goes wrong, the turn that raised the question stands, and the case is asked about again.
    """
    for case in cases:
        asked: set[str] = set()
        while facts := [one for one in questions.answered(turns.decider.questions(case)) if one not in asked]:
            asked.update(facts)
            answer = questions.put(case, facts, now or turns.clock())
            if answer is None:
                break
            assert answer.id is not None, "it was given one"
            answer = answer.model_copy(update={"id": turns.free_id(case, answer.id)})
            try:
                decisions = turns.receive(case.id, answer, answer.at)
            except OverdueFlowError as why:
                refused(case, answer, why)
                break
            yield decisions
            case = decisions[-1].case


def refused(case: Case, event: FactsChanged, why: Exception) -> None:
    """Write to the log that an answer does not fit the policy."""
    _unanswered(case, ", ".join(event.facts), str(why))


def _plain(value: Any) -> Any:
    """A value as facts travel: numbers, amounts and days as text."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Money):
        return f"{value.amount:f} {value.currency}"
    return value.isoformat() if isinstance(value, date) else value
