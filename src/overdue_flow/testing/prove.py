"""What holds of a policy for every loan: proved, refuted with a loan or a whole history, or searched for in vain.

What conditions and the graph of stages decide, `policy.claims` proves. The rest is about whole histories, and these
are searched (`testing.search`): a history that is found refutes; that none was found proves nothing, and the answer
says how many turns were lived. A clause that is broken only by what others do, such as a host that reports a default
all by itself, is `watched`: it is reported when it happens, and no policy could keep it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from overdue_flow.engine.machine import Machine
from overdue_flow.guards.prove import Solver
from overdue_flow.policy.claims import Claim, claims
from overdue_flow.policy.explained import CAN_HAPPEN, reason_for
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Scenario
from overdue_flow.problems import Place, Problem, Severity
from overdue_flow.testing.prove_histories import Question, questions
from overdue_flow.testing.prove_silence import Rest, where_silence_rests
from overdue_flow.testing.search import Budget, find, scenario_of

Answer: TypeAlias = Literal["proved", "refuted", "watched", "not decided", "nothing found"]

TURNS = 4_000
"""How many turns are lived for one question, unless somebody says otherwise."""

SILENCE = "a borrower who stays silent comes to an end, or people know of it"


@dataclass(frozen=True, slots=True)
class Property:
    """One property, and what came of it. `found` is what refutes it; `loan` shows that in words, `history` as a whole.
    `why` says what stood in the way of an answer, or how far the search went. `explained` is why the policy is to stay
    so."""

    said: str
    answer: Answer
    why: str = ""
    found: str = ""
    loan: str = ""
    history: Scenario | None = None
    place: Place | None = None
    explained: str = ""

    @property
    def stands(self) -> bool:
        """Whether nothing speaks against it that the policy does not explain."""
        return self.answer != "refuted" or bool(self.explained)


def prove(policy: Policy, *, solver: Solver | None = None, turns: int = TURNS) -> Iterator[Property]:
    """The properties of a policy, one after the other, those that are proved at once first."""
    for claim in claims(policy, solver):
        yield from _of_claim(claim)
    machine = Machine(policy)
    for question in questions(policy, solver):
        yield _searched(machine, question, turns)
    yield from _of_silence(machine)


def _of_claim(claim: Claim) -> Iterator[Property]:
    for one in claim.findings:
        yield Property(
            claim.said, "refuted", found=one.message, loan=one.witness or "", place=one.place, explained=one.explained
        )
    if not claim.findings and claim.undecided:
        yield Property(claim.said, "not decided", "; ".join(claim.undecided))
    elif not claim.findings:
        yield Property(claim.said, "proved")


def _searched(machine: Machine, question: Question, turns: int) -> Property:
    if question.proved:
        return Property(question.said, "proved", question.proved, place=question.place)
    budget = Budget(turns=turns)
    history = find(machine, question.goal, budget=budget)
    if history is not None:
        why = _explained(machine.policy, question.said, question.place)
        why = why or (_of_a_finding(machine.policy, "can-break-never", question.about) if question.about else "")
        shown = scenario_of(machine, history, question.name)
        return Property(question.said, "refuted", history=shown, place=question.place, explained=why)
    lived = f"{turns - max(0, budget.turns):,} turns lived"
    by_others = find(machine, question.by_others, budget=Budget(turns=turns)) if question.by_others else None
    if by_others is None:
        return Property(question.said, "nothing found", lived, place=question.place)
    shown = scenario_of(machine, by_others, question.name)
    said = f"only by what others do, which is reported; {lived}"
    return Property(question.said, "watched", said, history=shown, place=question.place)


def _of_silence(machine: Machine) -> Iterator[Property]:
    rests = where_silence_rests(machine)
    for rest in rests:
        said = f"one rests in `{rest.stage}` since {rest.since}"
        said += f": nothing happened in the {rest.days:,} days after, and nobody has a task"
        place = machine.policy.stages[rest.stage].place
        reason = _explained(machine.policy, said, place)
        yield Property(
            SILENCE, "refuted", found=said, history=_shown(rest), place=place,
            explained=reason or _of_a_finding(machine.policy, "silent-rest", rest.stage),
        )  # fmt: skip
    if not rests:
        yield Property(SILENCE, "nothing found", "two loans lived for years, no contact answered")


def _shown(rest: Rest) -> Scenario:
    return Scenario(f"silent, and at rest in {rest.stage}", rest.opening, (), (rest.expected,))


def _explained(policy: Policy, said: str, place: Place | None) -> str:
    return reason_for(policy.spec.explained, Problem(CAN_HAPPEN, said, place, Severity.FINDING))


def _of_a_finding(policy: Policy, code: str, name: str) -> str:
    """The reason that stands with a finding of the same."""
    known = (one for one in policy.findings if one.code == code and f"`{name}`" in one.message)
    return next((one.explained for one in known if one.explained), "")
