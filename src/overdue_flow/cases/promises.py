"""Promises to pay (承诺还款): open, kept, part-kept, broken. Nobody reports which; the payments say so.

A promise of an amount by a day looks at payments value-dated from its making on, up to that day inclusive, less what
was reversed of them. Money goes to one promise only: to the one due first. A promise is kept on the value date on which
its amount was reached (short by no more than the terms allow); it is broken, or part-kept, at the opening of the day
after its last. A part-kept promise counts neither as kept nor as broken, and leaves what counts in a row alone.

Laws (tests/laws): `sleeping changes nothing`, `same-day payments in any order`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from overdue_flow.cases.events.agreement import NegotiationClosed, PlanAgreed, PromiseCancelled, PromiseMade
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.events.ledger import PaymentReceived, PaymentReversed
from overdue_flow.cases.events.legal import CaseAssessed, SettlementReached
from overdue_flow.cases.position import cured_on
from overdue_flow.cases.schedules import positive
from overdue_flow.cases.waterfall import ONE_DAY, Posting
from overdue_flow.errors import EventRefused
from overdue_flow.guards.vocabulary import Fact, Kind, Motion
from overdue_flow.problems import did_you_mean

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case
    from overdue_flow.cases.turn import Recorded

Standing = Literal["open", "kept", "part-kept", "broken", "cancelled"]

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise, in minor units. `paid` is what came for it in time; `kept_on` the value date that made it whole."""

    id: str
    made_on: date
    due_on: date
    amount: int
    paid: int = 0
    first_paid_on: date | None = None
    kept_on: date | None = None
    cancelled_on: date | None = None

    def standing(self, day: date) -> Standing:
        """What has become of the promise by `day`."""
        if self.kept_on is not None and self.kept_on <= day:
            return "kept"
        if self.cancelled_on is not None and self.cancelled_on <= day:
            return "cancelled"
        if day <= self.due_on:
            return "open"
        return "part-kept" if self.paid > 0 else "broken"

    @property
    def turns(self) -> tuple[date, ...]:
        """The days on which its standing changes by itself."""
        return tuple(day for day in (self.kept_on, self.due_on + ONE_DAY) if day is not None)


@dataclass(frozen=True, slots=True)
class Promises:
    """All promises in the order in which they were made. `kept_on` are the value dates on which one was kept: once
    recorded they stay, whatever is reversed later. `agreed_on` and `assessed_on` are days that may reset a count."""

    promises: tuple[Promise, ...] = ()
    kept_on: tuple[date, ...] = ()
    agreed_on: tuple[date, ...] = ()
    assessed_on: tuple[date, ...] = ()

    def open_on(self, day: date) -> tuple[Promise, ...]:
        """The promises open on `day`, the one due first in front."""
        found = (one for one in self.promises if one.made_on <= day and one.standing(day) == "open")
        return tuple(sorted(found, key=lambda one: (one.due_on, one.made_on)))

    def is_open(self, _case: Case, day: date) -> bool:
        """Whether a promise is open on `day`."""
        return bool(self.promises) and bool(self.open_on(day))

    def until(self, _case: Case, day: date) -> date | None:
        """The next day after `day` on which a promise is kept or broken by itself."""
        return min((turn for one in self.promises for turn in one.turns if turn > day), default=None)


# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (
    PromiseMade,
    PromiseCancelled,
    PaymentReceived,
    PaymentReversed,
    NegotiationClosed,
    PlanAgreed,
    SettlementReached,
    CaseAssessed,
)

# --- how it evolves ---


def evolve(state: Promises, recorded: Recorded, case: Case) -> Promises:
    """The promises after one event. EventRefused for one that cannot have happened."""
    match recorded.event:
        case PromiseMade() as event:
            made = _made(state, event, recorded, case)
            return _found(state, (*state.promises, made), recorded.day, case)
        case PromiseCancelled() as event:
            return _found(state, _cancelled(state, event, recorded), recorded.day, case)
        case PaymentReceived() | PaymentReversed() as event if state.promises:
            last = case.ledger.books.postings[-1]
            if isinstance(event, PaymentReceived) and last.id == (event.payment_id or event.id):
                return _with_payments(state, state.promises, (last,), recorded.day, case)
            return _found(state, state.promises, recorded.day, case)
        case PlanAgreed() | SettlementReached() | NegotiationClosed(outcome="agreed"):
            return replace(state, agreed_on=tuple(sorted({*state.agreed_on, recorded.on})))
        case CaseAssessed():
            return replace(state, assessed_on=tuple(sorted({*state.assessed_on, recorded.on})))
    return state


def _made(state: Promises, event: PromiseMade, recorded: Recorded, case: Case) -> Promise:
    name = event.promise_id or event.id or f"promise {recorded.seq}"
    if any(one.id == name for one in state.promises):
        raise EventRefused(f"promise `{name}` was made before; a new promise needs an id of its own")
    if event.due_on < recorded.on:
        raise EventRefused(f"promise `{name}`, made on {recorded.on}, is due before that, on {event.due_on}")
    return Promise(name, recorded.on, event.due_on, positive(event.amount, case.ledger.rules.currency, "a promise"))


def _cancelled(state: Promises, event: PromiseCancelled, recorded: Recorded) -> tuple[Promise, ...]:
    on = recorded.on
    if event.promise_id is None:
        still_open = state.open_on(on)
        if not still_open:
            raise EventRefused(f"there is no open promise to cancel on {on}")
        promise = still_open[0]
    else:
        named = [one for one in state.promises if one.id == event.promise_id]
        if not named:
            hint = did_you_mean(event.promise_id, (one.id for one in state.promises))
            raise EventRefused(f"there is no promise `{event.promise_id}`" + (f" ({hint})" if hint else ""))
        promise = named[0]
        if on < promise.made_on:
            raise EventRefused(f"promise `{promise.id}` of {promise.made_on} cannot be cancelled on {on}, before that")
        if promise.standing(on) != "open":
            raise EventRefused(f"promise `{promise.id}` cannot be cancelled on {on}; it is {promise.standing(on)}")
    return tuple(replace(one, cancelled_on=on) if one is promise else one for one in state.promises)


def _found(state: Promises, promises: tuple[Promise, ...], day: date, case: Case) -> Promises:
    """The promises with all payments that came for each."""
    unpaid = tuple(replace(one, paid=0, first_paid_on=None, kept_on=None) for one in promises)
    return _with_payments(state, unpaid, _payments(promises, case), day, case)


def _with_payments(
    state: Promises, promises: tuple[Promise, ...], payments: Iterable[Posting], day: date, case: Case
) -> Promises:
    """`promises` with more payments, in order; days on which one was kept stay once they are recorded."""
    tolerance = case.ledger.rules.tolerance
    found = {one.id: one for one in promises}
    order = sorted((one for one in promises if one.cancelled_on is None), key=lambda one: (one.due_on, one.made_on))
    for payment in payments:
        left = payment.came - payment.gone
        for one in order:
            promise = found[one.id]
            if left <= 0 or not promise.made_on <= payment.on <= promise.due_on:
                continue
            taken = min(left, promise.amount - promise.paid)
            left -= taken
            found[one.id] = _with_money(promise, taken, payment.on, tolerance)
    found_now = tuple(found[one.id] for one in promises)
    kept = {one.kept_on for one in found_now if one.kept_on is not None}
    kept_on = tuple(sorted({*(on for on in state.kept_on if on <= day), *kept}))
    return replace(state, promises=found_now, kept_on=kept_on)


def _payments(promises: Iterable[Promise], case: Case) -> Iterator[Posting]:
    first = min((one.made_on for one in promises), default=date.max)
    return (one for one in case.ledger.books.postings if one.on >= first and one.came > one.gone)


def _with_money(promise: Promise, amount: int, on: date, tolerance: int) -> Promise:
    paid = promise.paid + amount
    kept_on = promise.kept_on
    if kept_on is None and paid >= promise.amount - tolerance:
        kept_on = on
    return replace(promise, paid=paid, kept_on=kept_on, first_paid_on=promise.first_paid_on or (on if amount else None))


# --- the facts it offers ---


def _count(case: Case, day: date, standing: Standing) -> int:
    promises = case.promises.promises
    return sum(one.standing(day) == standing for one in promises) if promises else 0


def _in_a_row(case: Case, day: date) -> int:
    promises = case.promises.promises
    broken = [one.due_on + ONE_DAY for one in promises if one.standing(day) == "broken"] if promises else []
    if not broken:
        return 0
    last_reset = max((on for on in _resets(case) if on <= day), default=date.min)
    return sum(on > last_reset for on in broken)


def _resets(case: Case) -> Iterator[date]:
    """The days that set the count back to zero, as the terms say, with what was broken at their opening."""
    state = case.promises
    days = {"kept": state.kept_on, "agreed": state.agreed_on, "assessed": state.assessed_on}
    for word in case.terms.in_a_row.broken_promises.reset_by:
        yield from cured_on(case) if word == "cured" else days[word]


def _until(case: Case, day: date) -> date | None:
    state = case.promises
    return state.until(case, day) if state.promises else None


def _in_a_row_until(case: Case, day: date) -> date | None:
    if not case.promises.promises:
        return None
    days = [on for on in _resets(case) if on > day]
    turns = case.promises.until(case, day)
    return min([*days, *([turns] if turns is not None else [])], default=None)


def _due_on(case: Case, day: date) -> date | None:
    state = case.promises
    found = state.open_on(day) if state.promises else ()
    return found[0].due_on if found else None


def _days_to(case: Case, day: date) -> int | None:
    due_on = _due_on(case, day)
    return None if due_on is None else (due_on - day).days


def _times(name: str, label: str, zh: str, standing: Standing, doc: str) -> Fact:
    def read(case: Case, day: date) -> int:
        return _count(case, day, standing)

    return Fact(name, Kind.NUMBER, label, read, unit="times", motion=Motion.CLOCK, until=_until, doc=doc, label_zh=zh)


FACTS: tuple[Fact, ...] = (
    Fact(
        "promise_open",
        Kind.FLAG,
        "a promise to pay is open",
        lambda case, day: case.promises.is_open(case, day),
        motion=Motion.CLOCK,
        until=_until,
        doc="A promise was made, its last day is not over, and it was neither kept nor cancelled.",
        label_zh="有未到期承诺",
    ),
    _times("promises_kept", "promises kept", "已守承诺数", "kept", "Promises whose amount came in time."),
    _times(
        "promises_part_kept",
        "promises kept in part",
        "部分履行承诺数",
        "part-kept",
        "Promises for which something came in time, and not all.",
    ),
    _times("promises_broken", "promises broken", "失信承诺数", "broken", "Promises for which nothing came in time."),
    Fact(
        "broken_promises_in_a_row",
        Kind.NUMBER,
        "promises broken in a row",
        _in_a_row,
        unit="times",
        motion=Motion.CLOCK,
        until=_in_a_row_until,
        doc="Promises broken since the last reset (`terms.in_a_row.broken_promises`); one part-kept changes nothing.",
        label_zh="连续失信承诺数",
    ),
    Fact(
        "promise_due_on",
        Kind.DATE,
        "last day of the open promise",
        _due_on,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_until,
        doc="The last day of the promise that is due first among those open.",
        label_zh="承诺到期日",
    ),
    Fact(
        "days_to_promise",
        Kind.NUMBER,
        "days to the last day of the open promise",
        _days_to,
        unit="days",
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_until,
        slope=lambda case, day: 0 if _due_on(case, day) is None else -1,
        doc="0 on the promise's last day; missing when none is open.",
        label_zh="距承诺到期天数",
    ),
)
"""The facts about promises."""
