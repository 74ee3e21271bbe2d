"""What the loans of one person tell each other after a turn of one of them.

A loan hears what another says of itself whenever that is no longer what it knows: so a word that was lost is told at
the next turn, and one that says nothing new is not told at all. What is heard is a turn like any other, and may change
what the hearer says; words go round until nobody says anything new, at most `rounds_of` times.

Holds of the person go from the loan on which they are placed or lifted to the others.

Laws: `words go round and come to rest`, `a borrower is the sum of their loans` (both in `tests/laws/`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import count
from typing import NamedTuple, TypeAlias

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import (
    Event,
    EventRetracted,
    HoldLifted,
    HoldPlaced,
    LoanOpened,
    OtherLoanTold,
)
from overdue_flow.cases.holds import Hold
from overdue_flow.cases.marks import standing
from overdue_flow.cases.other_loans import OtherLoan, ending_of, event_of, said_by
from overdue_flow.engine.decision import Decision
from overdue_flow.policy.persons import holds_of_the_person, reads_the_borrower
from overdue_flow.policy.policy import Policy

ID_MAX = 200
"""How long the id of an event may be."""

Tell: TypeAlias = Callable[[str, Event], object]
"""Decides the turn of a loan that hears something; where that is refused, the loan is as it was."""


class Manners(NamedTuple):
    """What the loans of a person tell each other: what they say of themselves (`words`), and which `holds` are the
    person's. `marks` counts the marks that a policy has."""

    words: bool = False
    holds: frozenset[str] = frozenset()
    marks: int = 0

    def __bool__(self) -> bool:
        return self.words or bool(self.holds)


def manners_of(policies: Sequence[Policy]) -> Manners:
    """What the loans of a person tell each other under any of some policies."""
    return Manners(
        words=any(reads_the_borrower(policy) for policy in policies),
        holds=frozenset().union(*(holds_of_the_person(policy) for policy in policies)),
        marks=max(len(policy.marks) for policy in policies),
    )


def rounds_of(loans: int, marks: int) -> int:
    """How often words may go round after one turn. Marks that only spread are at rest by then: each round that is not
    the last brings one more of them to one more loan."""
    return loans * (1 + marks) + 1


def settle(
    manners: Manners, cases: Mapping[str, Case], decision: Decision, tell: Tell, hears: Callable[[Case], bool]
) -> bool:
    """After a turn of one loan of a person: holds of the person come to the others (`cases`, which `tell` changes), and
    each hears what is new. False where words would go on."""
    if manners.holds:
        _pass_holds_on(manners.holds, cases, decision, tell)
    return not manners.words or spread(cases, tell, hears, manners.marks)


def _pass_holds_on(kinds: frozenset[str], cases: Mapping[str, Case], decision: Decision, tell: Tell) -> None:
    speaker = decision.case.id
    others = [name for name in sorted(cases) if name != speaker]
    if opens(decision):
        # a loan that is over hears of no lift: it is asked where nobody else knows
        for other in [name for name in others if not is_over(cases[name])] or others:
            for hold in list(brought_along(cases[speaker], cases[other], kinds)):
                tell(speaker, hold)
        return
    for other in others:
        event = passed_on(decision, cases[other], kinds)
        if event is not None:
            tell(other, event)


# --- what loans say of themselves ---


def spread(cases: Mapping[str, Case], tell: Tell, hears: Callable[[Case], bool], marks: int) -> bool:
    """Let the loans of a person hear each other; False where words would go on."""
    if len(cases) < 2:
        return True
    said = _Said()
    for _round in range(rounds_of(len(cases), marks)):
        before = dict(cases)
        for hearer in sorted(cases):
            if hears(cases[hearer]):
                speakers = [said.by(cases[name]) for name in sorted(cases) if name != hearer]
                for event in list(unheard(cases[hearer], cases, speakers, said.event)):
                    tell(hearer, event)
        if all(cases[name] is case for name, case in before.items()):
            return True
    return False


def unheard(
    hearer: Case,
    cases: Mapping[str, Case],
    speakers: Collection[OtherLoan],
    event: Callable[[OtherLoan], OtherLoanTold] = event_of,
) -> Iterator[OtherLoanTold]:
    """The words of other loans that are no longer what a loan knows of them, each as an event with its id."""
    for speaker in speakers:
        known = hearer.others.loans.get(speaker.id)
        day = max(hearer.day, cases[speaker.id].day)
        if known is None or not known.says_the_same(speaker, day):
            name = free_id(hearer, _name("told", speaker.id, str(speaker.seq)))
            yield event(speaker).model_copy(update={"id": name})


class _Said:
    """What loans say, worked out once for each as it stands, and made an event of once for all who hear it."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Case, OtherLoan]] = {}
        self._events: dict[str, tuple[OtherLoan, OtherLoanTold]] = {}

    def by(self, case: Case) -> OtherLoan:
        known = self._known.get(case.id)
        if known is None or known[0] is not case:
            known = self._known[case.id] = case, said_by(case)
        return known[1]

    def event(self, speaker: OtherLoan) -> OtherLoanTold:
        known = self._events.get(speaker.id)
        if known is None or known[0] is not speaker:
            known = self._events[speaker.id] = speaker, event_of(speaker)
        return known[1]


def is_over(case: Case) -> bool:
    """Whether a loan hears of others no more: it is closed or sold."""
    return ending_of(case) is not None


def hears(policy: Policy, case: Case) -> bool:
    """Whether a loan hears what others say of themselves: not where it is over, nor where it rests in an end under no
    mark. Under one it does: what others say may end it, and until then they hear of it."""
    return not is_over(case) and (not policy.stages[case.course.stage].end or bool(standing(case)))


# --- holds of the person ---


def passed_on(decision: Decision, hearer: Case, kinds: Collection[str]) -> Event | None:
    """What a turn of one loan means for the holds of another of the person; None where it means nothing."""
    entry = decision.entry
    if entry is None:
        return None
    event, speaker = entry.event, entry.case_id
    if isinstance(event, HoldPlaced) and event.hold in kinds and event.of_loan is None:
        placed_on = event.placed_on or decision.case.events[-1].on
        changes = {"id": _name_of(speaker, event.id), "placed_on": placed_on, "of_loan": speaker, "at": None}
        return event.model_copy(update=changes)
    if isinstance(event, HoldLifted) and event.hold in kinds and event.of_loan is None:
        if event.hold in entry.results.lifts_refused:
            return None
        # a hold that was brought along stands from the opening on, and is lifted on no earlier day
        lifted_on = max(event.lifted_on or decision.case.events[-1].on, hearer.opened_on)
        changes = {"id": _name_of(speaker, event.id), "lifted_on": lifted_on, "of_loan": speaker, "at": None}
        return event.model_copy(update=changes)
    if isinstance(event, EventRetracted):
        return _retraction_of(event, speaker, hearer)
    return None


def _retraction_of(event: EventRetracted, speaker: str, hearer: Case) -> Event | None:
    """The retraction of what was passed on of an event that is retracted."""
    name = _name_of(speaker, event.event_id)
    for recorded in hearer.events:
        told = recorded.event
        if told.id == name and isinstance(told, HoldPlaced | HoldLifted) and told.of_loan == speaker:
            return EventRetracted(id=_name_of(speaker, event.id), event_id=name, reason=event.reason)
    return None


def brought_along(opened: Case, other: Case, kinds: Collection[str]) -> Iterator[HoldPlaced]:
    """The holds of the person that stand on another loan or are to come, for one that is opened: each under the id
    that it has on all loans but the one on which it was placed."""
    known = {recorded.event.id for recorded in opened.events}
    for hold in other.care.holds:
        if hold.kind not in kinds or (hold.until is not None and hold.until <= max(opened.day, hold.placed_on)):
            continue
        placed = _placing(other, hold)
        origin = placed.of_loan or other.id
        name = placed.id if placed.of_loan else _name_of(other.id, placed.id)
        if name not in known:
            placed_on = max(hold.placed_on, opened.opened_on)
            changes = {"id": name, "placed_on": placed_on, "ends_on": hold.until, "of_loan": origin, "at": None}
            yield placed.model_copy(update=changes)


def _placing(case: Case, hold: Hold) -> HoldPlaced:
    """The event by which a hold was placed."""
    event = next(recorded.event for recorded in case.events if recorded.seq == hold.seq)
    assert isinstance(event, HoldPlaced), "a hold of the person is no dispute"
    return event


def opens(decision: Decision) -> bool:
    """Whether a turn opened its loan."""
    return decision.entry is not None and isinstance(decision.entry.event, LoanOpened)


# --- ids ---


def _name_of(speaker: str, event_id: str | None) -> str:
    return _name("held", speaker, event_id or "")


def _name(kind: str, speaker: str, what: str) -> str:
    """An id that does not name the other loan: who may see this one may have nothing to do with that."""
    return f"{kind}:{_hash(speaker)}:{what if len(what) <= ID_MAX // 2 else _hash(what)}"


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def free_id(case: Case, wanted: str) -> str:
    """An id for an event of a loan: `wanted`, or one like it where something else has that one."""
    taken = {recorded.event.id for recorded in case.events} | case.retracted
    names = (wanted if number == 1 else f"{wanted}:{number}" for number in count(1))
    return next(name for name in names if name not in taken)
