"""Promises to pay (承诺还款): open, kept, part-kept, broken, moved. Nobody reports which; the payments say so.

A promise of an amount by a day looks at payments value-dated from its making on, up to that day inclusive, less what
was reversed of them. Money goes to one promise only: to the one due first. A promise is kept on the value date on which
its amount was reached (short by no more than the terms allow); it is broken, or part-kept, at the opening of the day
after its last. A part-kept promise counts neither as kept nor as broken, and leaves what counts in a row alone.

A promise that is moved while it is open is the same promise with another last day: on the old one it is neither kept
nor broken. Its money up to the day of the move went by what was promised then (`promise.py`).

Laws (tests/laws): `sleeping changes nothing`, `same-day payments in any order`, `a promise has one end`, `promises that
grow are those of all that came`, `counters reset as the terms say`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from overdue_flow.cases import promise_facts
from overdue_flow.cases.events.agreement import (
    NegotiationClosed,
    PlanAgreed,
    PromiseCancelled,
    PromiseMade,
    PromiseMoved,
)
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.events.ledger import PaymentReceived, PaymentReversed
from overdue_flow.cases.events.legal import CaseAssessed, SettlementReached
from overdue_flow.cases.promise import Promise, Shift, Standings, by_day, with_payments
from overdue_flow.cases.schedules import minor, positive
from overdue_flow.errors import EventRefused
from overdue_flow.problems import did_you_mean

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case
    from overdue_flow.cases.turn import Recorded

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Promises:
    """All promises in the order in which they were made. `kept_on` are the value dates on which one was kept: once
    recorded they stay, whatever is reversed later. `agreed_on` and `assessed_on` are days that may reset a
    count; `moved_on` is the last on which one was moved."""

    promises: tuple[Promise, ...] = ()
    kept_on: tuple[date, ...] = ()
    agreed_on: tuple[date, ...] = ()
    assessed_on: tuple[date, ...] = ()
    moved_on: date = date.min
    standings: Standings = field(default=Standings(), compare=False, repr=False)

    def open_on(self, day: date) -> Iterator[Promise]:
        """The promises open on `day`, the one due first in front."""
        places: Iterable[int] = self.standings.takers(day)
        if day < self.standings.over_on:
            places = sorted(
                range(len(self.promises)), key=lambda n: (self.promises[n].due_on, self.promises[n].made_on)
            )
        found = (self.promises[place] for place in places)
        return (one for one in found if one.made_on <= day and one.standing(day) == "open")

    def is_open(self, _case: Case, day: date) -> bool:
        """Whether a promise is open on `day`."""
        return bool(self.promises) and any(True for _one in self.open_on(day))

    def until(self, _case: Case, day: date) -> date | None:
        """The next day after `day` on which a promise is kept or broken by itself."""
        return self.standings.until(day)


# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (
    PromiseMade,
    PromiseMoved,
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
            return _with_one(state, _made(state, event, recorded, case), recorded.day, case)
        case PromiseMoved() as event:
            promises = _moved(state, event, recorded, case)
            state = replace(state, moved_on=max(state.moved_on, recorded.on))
            return _found(state, promises, recorded.day, case)
        case PromiseCancelled() as event:
            return _found(state, _cancelled(state, event, recorded), recorded.day, case)
        case PaymentReceived() as event if state.promises:
            if case.ledger.books.postings[-1].on == event.value_date > state.moved_on:
                return _paid(state, event, case)
            return _found(state, state.promises, recorded.day, case)
        case PaymentReversed() if state.promises:
            return _found(state, state.promises, recorded.day, case)
        case PlanAgreed() | SettlementReached() | NegotiationClosed(outcome="agreed"):
            return replace(state, agreed_on=tuple(sorted({*state.agreed_on, recorded.on})))
        case CaseAssessed():
            return replace(state, assessed_on=tuple(sorted({*state.assessed_on, recorded.on})))
    return state


def _made(state: Promises, event: PromiseMade, recorded: Recorded, case: Case) -> Promise:
    name = event.promise_id or event.id or f"promise {recorded.seq}"
    if name in [one.id for one in state.promises]:
        raise EventRefused(f"promise `{name}` was made before; a new promise needs an id of its own")
    if event.due_on < recorded.on:
        raise EventRefused(f"promise `{name}`, made on {recorded.on}, is due before that, on {event.due_on}")
    return Promise(name, recorded.on, event.due_on, positive(event.amount, case.ledger.rules.currency, "a promise"))


def _moved(state: Promises, event: PromiseMoved, recorded: Recorded, case: Case) -> tuple[Promise, ...]:
    """The promises with one moved, before its money is found again."""
    promise, on = _open_one(state, event.promise_id, recorded.on, "move", "moved"), recorded.on
    if event.due_on < on:
        raise EventRefused(f"promise `{promise.id}` cannot be moved on {on} to {event.due_on}, before that")
    if promise.moves and on < promise.moves[-1].on:
        raise EventRefused(f"promise `{promise.id}` cannot be moved on {on}: it was moved on {promise.moves[-1].on}")
    amount = promise.amount
    if event.amount is not None:
        amount = positive(event.amount, case.ledger.rules.currency, "a promise")
    to = Shift(on, event.due_on, amount)
    return tuple(one.moved(to) if one is promise else one for one in state.promises)


def _cancelled(state: Promises, event: PromiseCancelled, recorded: Recorded) -> tuple[Promise, ...]:
    promise = _open_one(state, event.promise_id, recorded.on, "cancel", "cancelled")
    return tuple(replace(one, cancelled_on=recorded.on) if one is promise else one for one in state.promises)


def _open_one(state: Promises, promise_id: str | None, on: date, verb: str, done: str) -> Promise:
    """The promise of an id, or without one the open promise that is due first. EventRefused where none is open."""
    if promise_id is None:
        still_open = next(state.open_on(on), None)
        if still_open is None:
            raise EventRefused(f"there is no open promise to {verb} on {on}")
        return still_open
    promise = next((one for one in state.promises if one.id == promise_id), None)
    if promise is None:
        hint = did_you_mean(promise_id, (one.id for one in state.promises))
        raise EventRefused(f"there is no promise `{promise_id}`" + (f" ({hint})" if hint else ""))
    if on < promise.made_on:
        raise EventRefused(f"promise `{promise.id}` of {promise.made_on} cannot be {done} on {on}, before that")
    if promise.standing(on) != "open":
        raise EventRefused(f"promise `{promise.id}` cannot be {done} on {on}; it is {promise.standing(on)}")
    return promise


def _with_one(state: Promises, made: Promise, day: date, case: Case) -> Promises:
    """The promises and one more; money that came already may be for it."""
    postings, promises = case.ledger.books.postings, (*state.promises, made)
    if any(one.came > one.gone for one in postings[bisect_left(postings, (made.made_on,)) :]):
        return _found(state, promises, day, case)
    kept_on = _kept_on(state, day, state.standings.kept)
    standings = state.standings.moved((), [(len(state.promises), made)])
    return replace(state, promises=promises, standings=standings, kept_on=kept_on)


def _paid(state: Promises, event: PaymentReceived, case: Case) -> Promises:
    """The promises with one more payment; none of a later value date is known."""
    rules, on = case.ledger.rules, event.value_date
    left = minor(event.amount, rules.currency)
    before: list[tuple[int, Promise]] = []
    after: list[tuple[int, Promise]] = []
    for place in state.standings.takers(on):
        if left <= 0:
            break
        promise = state.promises[place]
        taken = min(left, promise.amount - promise.paid)
        left -= taken
        before.append((place, promise))
        after.append((place, promise.with_money(taken, on, rules.tolerance)))
    if not before:
        return state
    promises = list(state.promises)
    for place, promise in after:
        promises[place] = promise
    kept_on = tuple(sorted({*state.kept_on, *(one.kept_on for _place, one in after if one.kept_on is not None)}))
    return replace(state, promises=tuple(promises), standings=state.standings.moved(before, after), kept_on=kept_on)


def _found(state: Promises, promises: tuple[Promise, ...], day: date, case: Case) -> Promises:
    """The promises with all payments that came for each."""
    promises = with_payments(promises, case.ledger.books.postings, case.ledger.rules.tolerance)
    earlier: tuple[Promise | None, ...] = (*state.promises, *[None] * (len(promises) - len(state.promises)))
    moved = [
        (place, old, new) for place, (old, new) in enumerate(zip(earlier, promises, strict=True)) if old is not new
    ]
    standings = state.standings.moved(
        [(place, old) for place, old, _new in moved if old is not None], [(place, new) for place, _old, new in moved]
    )
    return replace(state, promises=promises, standings=standings, kept_on=_kept_on(state, day, standings.kept))


def _kept_on(state: Promises, day: date, kept: tuple[date, ...]) -> tuple[date, ...]:
    """The days on which one was kept, as it is found now; those up to `day` stay once they are recorded."""
    return tuple(sorted({*state.kept_on[: by_day(state.kept_on, day)], *kept}))


# --- the facts it offers ---

FACTS = promise_facts.FACTS
"""The facts about promises."""
