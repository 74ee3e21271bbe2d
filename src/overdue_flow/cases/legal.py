"""Legal (诉讼) and hand-over: thin. The latest event of each kind is kept, and facts are read from it.

Nothing is refused for want of what should have come before: a case may be adopted half way through a suit.

Laws: `facts move only when they say` (in `tests/laws/`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from overdue_flow.cases import events
from overdue_flow.cases.declared import LIMITATION
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.position import in_force
from overdue_flow.cases.schedules import minor
from overdue_flow.cases.turn import Recorded
from overdue_flow.guards.vocabulary import Fact, Kind, Motion
from overdue_flow.money import from_minor

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Legal:
    """The latest event of each kind, by the day on which it took effect."""

    latest: Mapping[type[Event], Recorded] = field(default_factory=dict, hash=False)

    def stands(self, begun: type[Event], ended: type[Event] | None = None) -> Recorded | None:
        """The latest `begun`, where no later `ended` came."""
        if not self.latest:
            return None
        start = self.latest.get(begun)
        end = self.latest.get(ended) if ended else None
        return None if start is None or (end is not None and end.order >= start.order) else start


# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (
    events.CaseAssessed,
    events.PreservationGranted,
    events.ClaimFiled,
    events.ClaimAccepted,
    events.MediationHeld,
    events.HearingHeld,
    events.JudgmentGiven,
    events.EnforcementStarted,
    events.EnforcementClosed,
    events.SettlementReached,
    events.ClaimWithdrawn,
    events.PlacedWithAgency,
    events.Recalled,
    events.DebtSold,
    events.ChargedOff,
    events.WrittenOff,
    events.Closed,
)

_AMOUNTS = ("expected_recovery", "legal_cost", "claim_amount", "amount", "recovered", "price")

# --- how it evolves ---


def evolve(state: Legal, recorded: Recorded, case: Case) -> Legal:
    """The suit after an event. EventRefused for an amount in another currency than the case's."""
    event = recorded.event
    for name in _AMOUNTS:
        amount = getattr(event, name, None)
        if amount is not None:
            minor(amount, case.terms.currency)
    known = state.latest.get(type(event))
    if known is not None and recorded.order < known.order:
        return state
    return Legal({**state.latest, type(event): recorded})


# --- the facts it offers ---


def _claim(case: Case) -> events.ClaimFiled | None:
    filed = case.legal.stands(events.ClaimFiled, events.ClaimWithdrawn)
    return filed.event if filed is not None and isinstance(filed.event, events.ClaimFiled) else None


def _filed_on(case: Case, _day: date) -> date | None:
    filed = case.legal.stands(events.ClaimFiled, events.ClaimWithdrawn)
    if filed is None or not isinstance(filed.event, events.ClaimFiled):
        return None
    return filed.event.filed_on or filed.on


def _claim_amount(case: Case, _day: date) -> Decimal | None:
    claim = _claim(case)
    return None if claim is None else _major(claim.claim_amount, case)


def _claim_outstanding(case: Case, day: date) -> Decimal | None:
    claim, filed_on = _claim(case), _filed_on(case, day)
    if claim is None or filed_on is None:
        return None
    currency = case.terms.currency
    ledger = in_force(case.ledger, case.plans)
    settled = ledger.settled_since(filed_on + timedelta(days=1), day) if filed_on < day else 0
    return from_minor(max(minor(claim.claim_amount, currency) - settled, 0), currency)


def _next_settled(case: Case, day: date) -> date | None:
    """A payment, reversal or waiver of a later value date may count from that day on."""
    return None if _claim(case) is None else in_force(case.ledger, case.plans).next_value_date(day)


def _major(amount: Any, case: Case) -> Decimal | None:
    currency = case.terms.currency
    return None if amount is None else from_minor(minor(amount, currency), currency)


def _latest(kind: type[Event], name: str) -> Callable[[Case, date], Any]:
    def read(case: Case, _day: date) -> Any:
        recorded = case.legal.latest.get(kind)
        return None if recorded is None else getattr(recorded.event, name)

    return read


def _latest_amount(kind: type[Event], name: str) -> Callable[[Case, date], Decimal | None]:
    read = _latest(kind, name)
    return lambda case, day: _major(read(case, day), case)


def _latest_on(kind: type[Event]) -> Callable[[Case, date], date | None]:
    def read(case: Case, _day: date) -> date | None:
        recorded = case.legal.latest.get(kind)
        return None if recorded is None else recorded.on

    return read


def _standing(begun: type[Event], ended: type[Event] | None = None) -> Callable[[Case, date], bool]:
    return lambda case, _day: case.legal.stands(begun, ended) is not None


def _flag(name: str, label: str, begun: type[Event], ended: type[Event] | None = None, zh: str = "") -> Fact:
    said = f"From `{begun.__name__}` on" + (f", until `{ended.__name__}`." if ended else ".")
    return Fact(name, Kind.FLAG, label, _standing(begun, ended), doc=said, label_zh=zh)


FACTS: tuple[Fact, ...] = (
    Fact(
        "claim_amount",
        Kind.MONEY,
        "amount of the claim",
        _claim_amount,
        may_be_missing=True,
        label_zh="诉讼标的额",
        doc="As filed; missing before `ClaimFiled` and after `ClaimWithdrawn`.",
    ),
    Fact(
        "claim_outstanding",
        Kind.MONEY,
        "what is left of the claim",
        _claim_outstanding,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_next_settled,
        doc="The claim less what was paid or waived with a value date after the day of filing, and never below zero.",
    ),
    Fact(
        "filed_on",
        Kind.DATE,
        "date of the filing of the claim",
        _filed_on,
        may_be_missing=True,
        label_zh="立案日期",
        doc="Missing before `ClaimFiled` and after `ClaimWithdrawn`.",
    ),
    LIMITATION,
    Fact(
        "expected_recovery",
        Kind.MONEY,
        "recovery expected of a suit",
        _latest_amount(events.CaseAssessed, "expected_recovery"),
        may_be_missing=True,
        doc="From the latest `CaseAssessed`.",
    ),
    Fact(
        "legal_cost",
        Kind.MONEY,
        "cost expected of a suit",
        _latest_amount(events.CaseAssessed, "legal_cost"),
        may_be_missing=True,
        doc="From the latest `CaseAssessed`.",
    ),
    Fact(
        "judgment_on",
        Kind.DATE,
        "date of the judgment",
        _latest_on(events.JudgmentGiven),
        may_be_missing=True,
        doc="The latest judgment.",
    ),
    Fact(
        "judgment_outcome",
        Kind.CHOICE,
        "outcome of the judgment",
        _latest(events.JudgmentGiven, "outcome"),
        may_be_missing=True,
        choices=("for_lender", "in_part", "against"),
        doc="Of the latest judgment.",
    ),
    Fact(
        "judgment_amount",
        Kind.MONEY,
        "amount of the judgment",
        _latest_amount(events.JudgmentGiven, "amount"),
        may_be_missing=True,
        doc="Of the latest judgment.",
    ),
    _flag("claim_accepted", "the court has accepted the claim", events.ClaimAccepted, events.ClaimWithdrawn),
    _flag("preserved", "assets are frozen before judgment", events.PreservationGranted, zh="财产保全"),
    _flag(
        "enforcement_open",
        "the judgment is being enforced",
        events.EnforcementStarted,
        events.EnforcementClosed,
        zh="强制执行",
    ),
    _flag("placed_with_agency", "an agency collects", events.PlacedWithAgency, events.Recalled, zh="委外催收"),
    _flag("sold", "the debt was sold", events.DebtSold),
    _flag("charged_off", "charged off: removed from the books, still owed", events.ChargedOff),
    _flag("written_off", "written off: no expectation of recovery", events.WrittenOff, zh="核销"),
    _flag("closed_by_host", "the host closed the loan", events.Closed),
)
"""The facts of the legal road and of hand-over."""
