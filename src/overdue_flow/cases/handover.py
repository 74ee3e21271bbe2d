"""Hand-over and the end: agency, disposal, sale, charge-off and write-off, the credit record, and what comes after.

A debt that was sold is pursued no more: the engine vetoes every contact to collect. One that was charged off is still
owed, and what comes in after that is counted.

Laws (tests/laws): `facts move only when they say`, `counters do not depend on the order of arrival`, `holds silence
contact`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from overdue_flow.cases import events
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.latest import (
    Latest,
    dated,
    day_of,
    event_of,
    flagged,
    refuse_an_end_before,
    refuse_other_currencies,
    times,
    valued,
)
from overdue_flow.cases.position import in_force
from overdue_flow.cases.schedules import minor
from overdue_flow.cases.turn import Recorded
from overdue_flow.guards.vocabulary import Fact, Kind, Motion
from overdue_flow.money import from_minor

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Handover:
    """The latest event of each kind; how many assets were disposed of, and for how much (minor units; None where no
    proceeds were said)."""

    latest: Latest = Latest()
    disposals: int = 0
    proceeds: int | None = None

    @property
    def sold(self) -> bool:
        """Whether the debt belongs to somebody else."""
        return self.latest.of(events.DebtSold) is not None

    def placed(self, day: date) -> events.PlacedWithAgency | None:
        """The placement with an agency that stands on `day`."""
        placed = event_of(self._placement, events.PlacedWithAgency)
        return None if placed is None or (placed.until is not None and placed.until < day) else placed

    @property
    def _placement(self) -> Recorded | None:
        return self.latest.stands(events.PlacedWithAgency, events.Recalled)

    def placed_on(self, day: date) -> date | None:
        """The day of that placement."""
        return self._placement.on if self._placement is not None and self.placed(day) is not None else None

    @property
    def off_the_books(self) -> Recorded | None:
        """The charge-off or write-off, whichever came first."""
        found = [one for kind in (events.ChargedOff, events.WrittenOff) if (one := self.latest.of(kind)) is not None]
        return min(found, key=lambda one: one.order, default=None)


# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (
    events.PlacedWithAgency,
    events.Recalled,
    events.AssetDisposed,
    events.DebtSold,
    events.ChargedOff,
    events.WrittenOff,
    events.CreditNoticeGiven,
    events.CreditReported,
    events.CreditCorrected,
    events.SurveyAnswered,
    events.Closed,
)

# --- how it evolves ---


def evolve(state: Handover, recorded: Recorded, case: Case) -> Handover:
    """The hand-over after an event. EventRefused for an amount in another currency than the case's, and for a placement
    that ends before it begins."""
    event = recorded.event
    refuse_other_currencies(event, case)
    if isinstance(event, events.PlacedWithAgency):
        refuse_an_end_before(recorded, "until", "a placement")
    latest = state.latest.heard(recorded)
    if not isinstance(event, events.AssetDisposed):
        return replace(state, latest=latest)
    proceeds = state.proceeds
    if event.proceeds is not None:
        proceeds = (proceeds or 0) + minor(event.proceeds, case.terms.currency)
    return Handover(latest, state.disposals + 1, proceeds)


# --- the facts it offers ---


def _stands(begun: type[Event], *ended: type[Event]) -> Callable[[Case, date], bool]:
    return lambda case, _day: case.handover.latest.stands(begun, *ended) is not None


def _latest_on(kind: type[Event]) -> Callable[[Case, date], date | None]:
    return lambda case, _day: day_of(case.handover.latest.of(kind))


def _placement_moves(case: Case, day: date) -> date | None:
    placed = case.handover.placed(day)
    return None if placed is None or placed.until is None else placed.until + timedelta(days=1)


def _proceeds(case: Case, _day: date) -> Decimal | None:
    proceeds = case.handover.proceeds
    return None if proceeds is None else from_minor(proceeds, case.terms.currency)


def _recovered(case: Case, day: date) -> Decimal | None:
    off = case.handover.off_the_books
    if off is None:
        return None
    paid = in_force(case.ledger, case.plans).paid_between(off.on + timedelta(days=1), day)
    return from_minor(paid, case.terms.currency)


def _next_recovered(case: Case, day: date) -> date | None:
    if case.handover.off_the_books is None:
        return None
    return in_force(case.ledger, case.plans).next_value_date(day)


def _score(case: Case, _day: date) -> int | None:
    answered = event_of(case.handover.latest.of(events.SurveyAnswered), events.SurveyAnswered)
    return None if answered is None else answered.score


FACTS: tuple[Fact, ...] = (
    Fact(
        "placed_with_agency",
        Kind.FLAG,
        "an agency collects",
        lambda case, day: case.handover.placed(day) is not None,
        motion=Motion.CLOCK,
        until=_placement_moves,
        doc="From `PlacedWithAgency` on, until `Recalled` or the end of its last day.",
        label_zh="委外催收",
    ),
    Fact(
        "agency",
        Kind.TEXT,
        "agency that collects",
        lambda case, day: getattr(case.handover.placed(day), "agency", None),
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_placement_moves,
        doc="Missing while none does.",
        label_zh="委外机构",
    ),
    Fact(
        "placed_with_agency_on",
        Kind.DATE,
        "date of the placement with an agency",
        lambda case, day: case.handover.placed_on(day),
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_placement_moves,
        doc="Missing while no agency collects.",
    ),
    Fact(
        "placement_ends_on",
        Kind.DATE,
        "last day of the placement",
        lambda case, day: getattr(case.handover.placed(day), "until", None),
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_placement_moves,
        doc="Missing while no agency collects, or where no last day was said.",
        label_zh="委外到期日",
    ),
    times(
        "assets_disposed",
        "assets disposed of",
        "Every `AssetDisposed` is one.",
        lambda case, _day: case.handover.disposals,
        "已处置资产数",
    ),
    valued(
        "disposal_proceeds",
        "proceeds of assets disposed of",
        "The sum of the proceeds that were said; missing where none were. The money itself comes as payments.",
        _proceeds,
    ),
    flagged("sold", "the debt was sold", "From `DebtSold` on.", _stands(events.DebtSold), "债权已转让"),
    dated("sold_on", "date of the sale of the debt", "Missing before `DebtSold`.", _latest_on(events.DebtSold)),
    flagged(
        "charged_off",
        "charged off: removed from the books, still owed",
        "From `ChargedOff` on.",
        _stands(events.ChargedOff),
    ),
    dated("charged_off_on", "date of the charge-off", "The latest `ChargedOff`.", _latest_on(events.ChargedOff)),
    flagged(
        "written_off",
        "written off: no expectation of recovery",
        "From `WrittenOff` on.",
        _stands(events.WrittenOff),
        "核销",
    ),
    dated("written_off_on", "date of the write-off", "The latest `WrittenOff`.", _latest_on(events.WrittenOff)),
    Fact(
        "recovered_after_charge_off",
        Kind.MONEY,
        "recovered after charge-off",
        _recovered,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_next_recovered,
        doc="What was paid with a value date after the charge-off, or after the write-off where that came first; "
        "missing before either.",
        label_zh="核销后回收",
    ),
    dated(
        "credit_notice_on",
        "date of the credit notice",
        "The day on which the borrower was last told that the arrears will stand in their credit record.",
        _latest_on(events.CreditNoticeGiven),
        "征信告知日",
    ),
    flagged(
        "credit_reported",
        "the arrears were reported to a credit bureau",
        "From `CreditReported` on.",
        _stands(events.CreditReported),
        "已报送征信",
    ),
    dated(
        "credit_reported_on",
        "date of the credit report",
        "The latest `CreditReported`.",
        _latest_on(events.CreditReported),
    ),
    flagged(
        "credit_corrected",
        "the credit record was corrected",
        "From `CreditCorrected` on, until the next `CreditReported`.",
        _stands(events.CreditCorrected, events.CreditReported),
    ),
    Fact(
        "survey_score",
        Kind.NUMBER,
        "score of the satisfaction survey",
        _score,
        unit="points",
        may_be_missing=True,
        doc="From 0 (badly treated) to 10 (well), in the latest `SurveyAnswered`.",
        label_zh="满意度",
    ),
    dated(
        "survey_answered_on",
        "date of the survey's answer",
        "The latest `SurveyAnswered`.",
        _latest_on(events.SurveyAnswered),
    ),
    flagged("closed_by_host", "the host closed the loan", "From `Closed` on.", _stands(events.Closed)),
    dated("closed_on", "date of the closing by the host", "The latest `Closed`.", _latest_on(events.Closed)),
)
"""The facts of hand-over, and of what comes after."""
