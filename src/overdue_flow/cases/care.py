"""Care: holds, disputes and complaints.

Rules. A dispute is open until it is resolved, and is a hold of kind `dispute` of its own until then. `HoldLifted` ends
every hold of its kind that stands on its day, those of disputes too; a dispute itself stays open until it is resolved.

Who may lift a hold is the policy's business, of which nothing is known here: a lift counts until `restore` takes it
back.

Laws: `a pause is counted once`, `facts move only when they say` (both in `tests/laws/`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from overdue_flow.cases import complaints as complaining
from overdue_flow.cases import disputes as disputing
from overdue_flow.cases import holds as holding
from overdue_flow.cases.complaints import Complaint
from overdue_flow.cases.disputes import Dispute, Verified
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.events.care import (
    AmountVerified,
    ComplaintAcknowledged,
    ComplaintAnswered,
    ComplaintEscalated,
    ComplaintInvestigated,
    ComplaintReceived,
    ConsequenceDecided,
    DisputeRaised,
    DisputeResolved,
    HoldLifted,
    HoldPlaced,
    ProofReceived,
    ProofRequested,
)
from overdue_flow.cases.holds import Hold, Holds, Pauses
from overdue_flow.cases.turn import Recorded
from overdue_flow.guards.vocabulary import Fact

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Care:
    """Holds as they were placed; disputes, complaints and checks of the overdue amount in the order in which they took
    effect.

    `last_lift` is the entry of the last `HoldLifted`; `refused_lifts` are those that do not count, because the wrong
    role sent them.
    """

    holds: Holds = ()
    disputes: tuple[Dispute, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    last_lift: int | None = None
    refused_lifts: frozenset[int] = frozenset()
    verified: tuple[Verified, ...] = ()

    def pauses(self, kinds: Iterable[str]) -> Pauses:
        """The stretches [from, until) on which a hold of one of `kinds` stands, in order and apart; None for no end."""
        if not self.holds:
            return ()
        wanted = frozenset(kinds)
        return holding.merged(hold for hold in self.holds if hold.kind in wanted)

    def stands(self, kind: str, day: date) -> bool:
        """Whether a hold of `kind` is in place on `day`."""
        return any(hold.kind == kind and hold.stands_on(day) for hold in self.holds)

    def standing(self, day: date) -> tuple[str, ...]:
        """The kinds of hold in place on `day`, each once, in the order in which they were placed."""
        return tuple(dict.fromkeys(hold.kind for hold in self.holds if hold.stands_on(day)))

    def next_change(self, day: date) -> date | None:
        """The next day after `day` on which a hold begins or ends by itself."""
        return holding.next_change(self.holds, day)


def restore(state: Care, kinds: Collection[str]) -> Care:
    """`state` with the last `HoldLifted`, of one of `kinds`, taken back and remembered as refused.

    It is remembered by its entry, so that it stays refused when the events are folded again; twice is once.
    """
    seq = state.last_lift
    if seq is None or not kinds:
        return state
    holds = holding.lift_taken_back(state.holds, kinds, seq)
    return replace(state, holds=holds, refused_lifts=state.refused_lifts | {seq})


# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (
    HoldPlaced,
    HoldLifted,
    DisputeRaised,
    ProofRequested,
    ProofReceived,
    AmountVerified,
    DisputeResolved,
    ComplaintReceived,
    ComplaintAcknowledged,
    ComplaintInvestigated,
    ComplaintAnswered,
    ComplaintEscalated,
    ConsequenceDecided,
)

# --- how it evolves ---


def evolve(state: Care, recorded: Recorded, case: Case) -> Care:
    """The care after an event. EventRefused for an end without a beginning, and for a beginning that came before."""
    match recorded.event:
        case HoldPlaced() as event:
            return replace(state, holds=holding.placed(state.holds, event, recorded))
        case HoldLifted() as event if recorded.seq not in state.refused_lifts:
            return replace(state, holds=holding.lifted(state.holds, event, recorded), last_lift=recorded.seq)
        case DisputeRaised() as event:
            disputes = disputing.raised(state.disputes, event, recorded, case)
            hold = Hold("dispute", recorded.on, recorded.seq, dispute=recorded.seq)
            return replace(state, disputes=disputes, holds=(*state.holds, hold))
        case DisputeResolved() as event:
            return _resolved(state, event, recorded)
        case ProofRequested() | ProofReceived() as event:
            return replace(state, disputes=disputing.proved(state.disputes, event, recorded))
        case AmountVerified() as event:
            return replace(state, verified=disputing.verified(state.verified, state.disputes, event, recorded, case))
        case ComplaintReceived() as event:
            return replace(state, complaints=complaining.received(state.complaints, event, recorded))
        case (
            ComplaintAcknowledged()
            | ComplaintInvestigated()
            | ComplaintAnswered()
            | ComplaintEscalated()
            | ConsequenceDecided() as event
        ):
            return replace(state, complaints=complaining.went_on(state.complaints, event, recorded))
    return state


def _resolved(state: Care, event: DisputeResolved, recorded: Recorded) -> Care:
    disputes, dispute = disputing.resolved(state.disputes, event, recorded)
    holds = tuple(
        hold.lifted(recorded.seq, recorded.on) if hold.dispute == dispute.seq else hold for hold in state.holds
    )
    return replace(state, disputes=disputes, holds=holds)


# --- the facts it offers ---

FACTS: tuple[Fact, ...] = (*holding.FACTS, *disputing.FACTS, *complaining.FACTS)
"""The facts of care."""
