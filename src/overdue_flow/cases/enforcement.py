"""Enforcement (强制执行): from the last day to apply for it to its end, with the measures that stand.

Enforcement is applied for within `terms.legal.enforce_within` of the last day on which the borrower may pay of their
own accord, or of the day on which the judgment is final where none was set or an appeal put it off; and again within as
long of its closing, if that did not satisfy the claim. An order to pay that nobody contested is enforced as a judgment
is; its time counts from the order itself, the safe side, since it is served later.

A measure stands until it is lifted, until the end of its last day, or until enforcement closes for good: one that
closes in part, or because nothing was found, leaves measures where they are. A measure taken again under the same
reference goes on, with another end.

Laws (tests/laws): `facts move only when they say`, `counters do not depend on the order of arrival`, `only the court
moves the clocks of the court`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from overdue_flow.cases import events
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.latest import (
    Latest,
    chosen,
    dated,
    day_of,
    event_of,
    flagged,
    major,
    refuse_an_end_before,
    refuse_other_currencies,
)
from overdue_flow.cases.position import in_force
from overdue_flow.cases.turn import Recorded, in_order
from overdue_flow.guards.vocabulary import Fact, Kind, Motion
from overdue_flow.money import from_minor

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

MEASURES = {
    "account_frozen": ("an account is frozen", "账户已冻结"),
    "property_seized": ("property is seized", "房产已查封"),
    "vehicle_seized": ("a vehicle is seized", "车辆已扣押"),
    "wages_garnished": ("wages are garnished", "工资已扣留"),
}
"""The kinds of measure, each with what it says of the loan."""

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. `until` is its last day (None: none is known), `ended_on` the day on which something ended it."""

    kind: str
    reference: str | None
    taken_on: date
    until: date | None = None
    ended_on: date | None = None

    def stands(self, day: date) -> bool:
        """Whether it is in place on `day`."""
        return self.ended_on is None and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Enforcement:
    """The latest event of each kind; all that was done to enforce, in order, and the measures that it comes to."""

    latest: Latest = Latest()
    steps: tuple[Recorded, ...] = ()
    measures: tuple[Measure, ...] = ()

    @property
    def open_since(self) -> Recorded | None:
        """The start of the enforcement that is open."""
        return self.latest.stands(events.EnforcementStarted, events.EnforcementClosed)

    @property
    def closed(self) -> Recorded | None:
        """The end of the enforcement that is over, where it is known to have begun."""
        started = self.latest.of(events.EnforcementStarted)
        return None if started is None else self.latest.after(started, events.EnforcementClosed)

    def standing(self, day: date) -> Iterator[Measure]:
        """The measures in place on `day`."""
        return (one for one in self.measures if one.stands(day))


# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (
    events.EnforcementStarted,
    events.EnforcementMeasureTaken,
    events.EnforcementMeasureLifted,
    events.EnforcementClosed,
)

# --- how it evolves ---


def evolve(state: Enforcement, recorded: Recorded, case: Case) -> Enforcement:
    """The enforcement after an event. EventRefused for an amount in another currency than the case's, and for a measure
    that ends before it is taken."""
    refuse_other_currencies(recorded.event, case)
    if isinstance(recorded.event, events.EnforcementMeasureTaken):
        refuse_an_end_before(recorded, "until", "a measure")
    steps = in_order(state.steps, recorded)
    measures: tuple[Measure, ...] = ()
    for step in steps:
        measures = _measures_after(measures, step)
    return Enforcement(state.latest.heard(recorded), steps, measures)


def _measures_after(known: tuple[Measure, ...], step: Recorded) -> tuple[Measure, ...]:
    match step.event:
        case events.EnforcementStarted() as event:
            return known + tuple(Measure(kind, None, step.on) for kind in event.measures)
        case events.EnforcementMeasureTaken() as event:
            new = Measure(event.measure, event.reference, step.on, event.until)
            return (*_ended(known, step.on, lambda one: (one.kind, one.reference) == (new.kind, new.reference)), new)
        case events.EnforcementMeasureLifted(measure=kind, reference=name):
            return _ended(known, step.on, lambda one: one.kind == kind and name in (None, one.reference))
        case events.EnforcementClosed() as event if event.outcome not in ("in_part", "nothing_found"):
            return _ended(known, step.on, lambda _one: True)
    return known


def _ended(known: tuple[Measure, ...], on: date, which: Callable[[Measure], bool]) -> tuple[Measure, ...]:
    return tuple(replace(one, ended_on=on) if one.ended_on is None and which(one) else one for one in known)


# --- the facts it offers ---


def _enforcement_ends_on(case: Case, _day: date) -> date | None:
    within, enforcement = case.terms.legal.enforce_within, case.enforcement
    title, base = case.judgment.given or case.suit.order, _counts_from(case)
    if within is None or title is None or base is None or enforcement.open_since is not None:
        return None
    closed = enforcement.closed
    if closed is None or closed.order < title.order:  # what was enforced before, under another title, says nothing
        return within.after(base)
    satisfied = getattr(closed.event, "outcome", None) == "satisfied"
    return None if satisfied else within.after(max(base, closed.on))


def _counts_from(case: Case) -> date | None:
    """The day from which enforcement may be applied for; None while an appeal is open, and for nothing to enforce."""
    judgment = case.judgment
    given = event_of(judgment.given, events.JudgmentGiven)
    if judgment.appeal_open is not None or (given is not None and given.outcome == "against"):
        return None
    if given is None or judgment.given is None:
        return None if case.suit.order is None else case.suit.order.on
    final_on = judgment.final_on(case)
    if judgment.decided is not None and given.pay_by is not None and final_on is not None:
        return max(given.pay_by, final_on)  # the appeal put off whatever day was set before it
    return given.pay_by or final_on or judgment.given.on


def _stands(kind: str) -> Callable[[Case, date], bool]:
    return lambda case, day: any(one.kind == kind for one in case.enforcement.standing(day))


def _measures_move(case: Case, day: date) -> date | None:
    ends = (one.until for one in case.enforcement.standing(day))
    return min((end + timedelta(days=1) for end in ends if end is not None), default=None)


def _measures_end_on(case: Case, day: date) -> date | None:
    return min((one.until for one in case.enforcement.standing(day) if one.until is not None), default=None)


def _recovered(case: Case, day: date) -> Decimal | None:
    enforcement = case.enforcement
    started = enforcement.latest.of(events.EnforcementStarted)
    if started is None:
        return None
    closed = event_of(enforcement.closed, events.EnforcementClosed)
    if closed is not None and closed.recovered is not None:
        return major(closed.recovered, case)
    last = day if enforcement.closed is None else min(day, enforcement.closed.on)
    paid = in_force(case.ledger, case.plans).paid_between(started.on + timedelta(days=1), last)
    return from_minor(paid, case.terms.currency)


def _next_recovered(case: Case, day: date) -> date | None:
    if case.enforcement.latest.of(events.EnforcementStarted) is None:
        return None
    return in_force(case.ledger, case.plans).next_value_date(day)


def _outcome(case: Case, _day: date) -> str | None:
    closed = event_of(case.enforcement.closed, events.EnforcementClosed)
    return None if closed is None else closed.outcome


FACTS: tuple[Fact, ...] = (
    flagged(
        "enforcement_open",
        "the judgment is being enforced",
        "From `EnforcementStarted` on, until `EnforcementClosed`.",
        lambda case, _day: case.enforcement.open_since is not None,
        "强制执行",
    ),
    dated(
        "enforcement_started_on",
        "date of the start of enforcement",
        "Missing while none is open.",
        lambda case, _day: day_of(case.enforcement.open_since),
    ),
    dated(
        "enforcement_ends_on",
        "last day to apply for enforcement",
        "`terms.legal.enforce_within` from `judgment_pay_by_on`; from the day on which the judgment is final, where "
        "none was set or an appeal put it off; from an order to pay that nobody contested; from the last closing that "
        "did not satisfy the claim. Missing while an appeal or enforcement is open.",
        _enforcement_ends_on,
        "申请执行期限届满日",
    ),
    *(
        Fact(
            kind,
            Kind.FLAG,
            label,
            _stands(kind),
            motion=Motion.CLOCK,
            until=_measures_move,
            doc="From the measure on, until it is lifted, its last day is over, or enforcement closes for good.",
            label_zh=zh,
        )
        for kind, (label, zh) in MEASURES.items()
    ),
    Fact(
        "measures_end_on",
        Kind.DATE,
        "date of the first end of a measure",
        _measures_end_on,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_measures_move,
        doc="The earliest last day among the measures that stand; one that is to go on must be taken again by then.",
        label_zh="查封冻结到期日",
    ),
    Fact(
        "enforcement_recovered",
        Kind.MONEY,
        "recovered in enforcement",
        _recovered,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_next_recovered,
        doc="What was paid with a value date after the start of enforcement, up to its closing; what that says itself "
        "goes before. Missing before `EnforcementStarted`.",
        label_zh="执行回款",
    ),
    chosen(
        "enforcement_outcome",
        "outcome of enforcement",
        "Of the latest closing; missing while enforcement is open.",
        _outcome,
        ("satisfied", "in_part", "nothing_found", "withdrawn"),
    ),
)
"""The facts of enforcement."""
