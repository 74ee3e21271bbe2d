"""Limitation: until when a claim can be brought, and what was done in time to keep it so.

The terms say how the period is counted (`terms.limitation`); without them it is the host's to tell. What the host tells
(`FactsChanged` of `limitation_ends_on`) goes before what is worked out here.

A demand is a contact to collect, or a legal notice, that reached the borrower: a message that was delivered, or the
debt talked about. A contact of no said purpose is one to collect.

Laws (tests/laws): `facts move only when they say`, `the limitation clock never passes its long stop`, `counters do not
depend on the order of arrival`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from overdue_flow.cases import events
from overdue_flow.cases.attempts import THE_BORROWER
from overdue_flow.cases.declared import declared
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.limitation_clock import Clock, Mark, clock, moves_on
from overdue_flow.cases.turn import Recorded, in_order
from overdue_flow.guards.vocabulary import Fact, Kind, Motion

if TYPE_CHECKING:
    from overdue_flow.cases.care import Care
    from overdue_flow.cases.case import Case
    from overdue_flow.cases.plans import Plans
    from overdue_flow.cases.terms import LimitationTerms

_KEPT = 6
"""How many walks of the clock are remembered beside one ledger: a turn looks at a few days, each several times."""

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Limitation:
    """All that may move the clock, but payments, in the order in which it took effect. Empty where the terms say
    nothing of limitation."""

    marks: tuple[Mark, ...] = ()


# --- what it listens to ---

_INTERRUPTS: dict[type[Event], str] = {
    events.DebtAcknowledged: "acknowledgement",
    events.PromiseMade: "promise",
    events.PlanAgreed: "plan",
    events.SettlementReached: "plan",
    events.PreservationGranted: "claim",
}
_ENDS_A_CLAIM = (events.ClaimWithdrawn, events.ClaimRejected, events.PaymentOrderContested)

LISTENS: tuple[type[Event], ...] = (
    *_INTERRUPTS,
    *_ENDS_A_CLAIM,
    events.ContactAttempted,
    events.ClaimFiled,
    events.JudgmentGiven,
)

# --- how it evolves ---

_REACHED = frozenset({"conversation", "delivered"})
_DEMANDS = frozenset({None, "collect", "legal_notice"})


def evolve(state: Limitation, recorded: Recorded, case: Case) -> Limitation:
    """The limitation after an event. Nothing is refused."""
    mark = None if case.terms.limitation is None else _mark(recorded)
    return state if mark is None else replace(state, marks=in_order(state.marks, mark))


def _mark(recorded: Recorded) -> Mark | None:
    event, order = recorded.event, recorded.order
    match event:
        case events.ContactAttempted():
            return Mark(order, "demand", event.kind) if _is_demand(event) else None
        case events.ClaimFiled():
            filed = (min(event.filed_on or recorded.on, recorded.on), *order[1:])
            return Mark(filed, "claim", event.kind, "claims", event.track == "payment_order")
        case events.JudgmentGiven():
            return Mark(order, "", event.kind, "judges")
    if isinstance(event, _ENDS_A_CLAIM):
        return Mark(order, "claim", event.kind, "ends the claim")
    return Mark(order, _INTERRUPTS[type(event)], event.kind)


def _is_demand(event: events.ContactAttempted) -> bool:
    to_the_borrower = event.direction == "outbound" and event.party in THE_BORROWER
    return to_the_borrower and event.outcome in _REACHED and event.purpose in _DEMANDS


# --- the clock, walked once for all the days on which it stands ---


class Walked(NamedTuple):
    """What the clock says on every day from `first` on, until it `moves_on` by itself; and of what it was worked out,
    besides the ledger that remembers it."""

    first: date
    moves_on: date | None
    clock: Clock | None
    made_of: tuple[LimitationTerms | None, Limitation, Plans, Care]

    def holds(self, case: Case, day: date) -> bool:
        """Whether it is this case's, and the day one of its days."""
        if day < self.first or (self.moves_on is not None and self.moves_on <= day):
            return False
        terms, state, plans, care = self.made_of
        return case.limitation is state and case.care is care and case.plans is plans and case.terms.limitation is terms


def _walked(case: Case, day: date) -> Walked:
    known = case.ledger.memo.clocks
    for walk in known:
        if walk.holds(case, day):
            return walk
    made_of = (case.terms.limitation, case.limitation, case.plans, case.care)
    fresh = Walked(day, moves_on(case, day), clock(case, day), made_of)
    if len(known) >= _KEPT:
        del known[0]
    known.append(fresh)
    return fresh


# --- the facts it offers ---

_TOLD = declared("limitation_ends_on", Kind.DATE, source="the host")
"""The end as the host tells it."""


def _ends_on(case: Case, day: date) -> Any:
    told = _TOLD.read(case, day)
    if told is not None or case.terms.limitation is None:
        return told
    found = _walked(case, day).clock
    return None if found is None else found.ends_on


def _moves(case: Case, day: date) -> date | None:
    found = (_TOLD.until(case, day), _walked_until(case, day))
    return min((one for one in found if one is not None), default=None)


def _run_out(case: Case, day: date) -> bool:
    ends_on = _ends_on(case, day)
    return ends_on is not None and ends_on < day


def _runs_out(case: Case, day: date) -> date | None:
    ends_on, moves = _ends_on(case, day), _moves(case, day)
    if ends_on is None or ends_on < day or ends_on == date.max:
        return moves
    over: date = ends_on + timedelta(days=1)
    return over if moves is None else min(over, moves)


def _walked_until(case: Case, day: date) -> date | None:
    return None if case.terms.limitation is None else _walked(case, day).moves_on


def _of_the_clock(case: Case, day: date) -> Clock | None:
    return None if case.terms.limitation is None else _walked(case, day).clock


def _began_on(case: Case, day: date) -> date | None:
    found = _of_the_clock(case, day)
    return None if found is None or found.in_court else found.began_on


def _interruptions(case: Case, day: date) -> int:
    found = _of_the_clock(case, day)
    return 0 if found is None else sum(one.counted for one in found.interruptions)


LIMITATION = Fact(
    "limitation_ends_on",
    Kind.DATE,
    "date of the end of the limitation period",
    _ends_on,
    may_be_missing=True,
    motion=Motion.CLOCK,
    until=_moves,
    source=_TOLD.source,
    doc="The last day of the period of `terms.limitation`, as interrupted and suspended; what the host tells with "
    "`FactsChanged` goes before. Missing while a claim is in court, and once there is a judgment.",
    label_zh="诉讼时效届满日",
)
"""A built-in word that the host may tell."""

FACTS: tuple[Fact, ...] = (
    LIMITATION,
    Fact(
        "limitation_run_out",
        Kind.FLAG,
        "the limitation period has run out",
        _run_out,
        motion=Motion.CLOCK,
        until=_runs_out,
        doc="From the day after `limitation_ends_on` on.",
        label_zh="诉讼时效已过",
    ),
    Fact(
        "limitation_began_on",
        Kind.DATE,
        "date of the beginning of the limitation period",
        _began_on,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_walked_until,
        doc="The start of the period, or what began it anew last; missing while `limitation_ends_on` is not counted.",
        label_zh="诉讼时效起算日",
    ),
    Fact(
        "limitation_interruptions",
        Kind.NUMBER,
        "interruptions of the limitation period",
        _interruptions,
        unit="times",
        motion=Motion.CLOCK,
        until=_walked_until,
        doc="How often the period was begun anew, by what `terms.limitation.interrupted_by` names.",
        label_zh="时效中断次数",
    ),
)
"""The facts of limitation."""
