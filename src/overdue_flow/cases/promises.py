"""Promises to pay (承诺还款): open, kept, part-kept, broken. Nobody reports which; the payments say so.

A promise of an amount by a day looks at payments value-dated from its making on, up to that day inclusive, less what
was reversed of them. Money goes to one promise only: to the one due first. A promise is kept on the value date on which
its amount was reached (short by no more than the terms allow); it is broken, or part-kept, at the opening of the day
after its last. A part-kept promise counts neither as kept nor as broken, and leaves what counts in a row alone.

Laws (tests/laws): `sleeping changes nothing`, `same-day payments in any order`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING

from overdue_flow.cases.events.agreement import NegotiationClosed, PlanAgreed, PromiseCancelled, PromiseMade
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.events.ledger import PaymentReceived, PaymentReversed
from overdue_flow.cases.events.legal import CaseAssessed, SettlementReached
from overdue_flow.cases.position import cured_on
from overdue_flow.cases.promise import Promise, Standings, after, by_day, with_payments
from overdue_flow.cases.schedules import minor, positive
from overdue_flow.errors import EventRefused
from overdue_flow.guards.vocabulary import Fact, Kind, Motion
from overdue_flow.problems import did_you_mean

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case
    from overdue_flow.cases.turn import Recorded

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Promises:
    """All promises in the order in which they were made. `kept_on` are the value dates on which one was kept: once
    recorded they stay, whatever is reversed later. `agreed_on` and `assessed_on` are days that may reset a count."""

    promises: tuple[Promise, ...] = ()
    kept_on: tuple[date, ...] = ()
    agreed_on: tuple[date, ...] = ()
    assessed_on: tuple[date, ...] = ()
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
        case PromiseCancelled() as event:
            return _found(state, _cancelled(state, event, recorded), recorded.day, case)
        case PaymentReceived() as event if state.promises:
            if case.ledger.books.postings[-1].on == event.value_date:
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


def _cancelled(state: Promises, event: PromiseCancelled, recorded: Recorded) -> tuple[Promise, ...]:
    on = recorded.on
    if event.promise_id is None:
        still_open = next(state.open_on(on), None)
        if still_open is None:
            raise EventRefused(f"there is no open promise to cancel on {on}")
        promise = still_open
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


def _in_a_row(case: Case, day: date) -> int:
    broken = case.promises.standings.broken
    if not broken or broken[0] > day:
        return 0
    last_reset = max((days[by_day(days, day) - 1] for days in _resets(case) if by_day(days, day)), default=date.min)
    return by_day(broken, day) - by_day(broken, last_reset)


def _resets(case: Case) -> Iterator[tuple[date, ...]]:
    """The days that set the count back to zero, as the terms say, with what was broken at their opening."""
    state = case.promises
    days = {"kept": state.kept_on, "agreed": state.agreed_on, "assessed": state.assessed_on}
    for word in case.terms.in_a_row.broken_promises.reset_by:
        yield cured_on(case) if word == "cured" else days[word]


def _until(case: Case, day: date) -> date | None:
    state = case.promises
    return state.until(case, day) if state.promises else None


def _in_a_row_until(case: Case, day: date) -> date | None:
    if not case.promises.promises:
        return None
    turns = [after(days, day) for days in (*_resets(case), case.promises.standings.turns)]
    return min((turn for turn in turns if turn is not None), default=None)


def _due_on(case: Case, day: date) -> date | None:
    state = case.promises
    found = next(state.open_on(day), None) if state.promises else None
    return None if found is None else found.due_on


def _days_to(case: Case, day: date) -> int | None:
    due_on = _due_on(case, day)
    return None if due_on is None else (due_on - day).days


def _times(name: str, label: str, zh: str, became_so: Callable[[Standings], tuple[date, ...]], doc: str) -> Fact:
    def read(case: Case, day: date) -> int:
        return by_day(became_so(case.promises.standings), day)

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
    _times("promises_kept", "promises kept", "已守承诺数", attrgetter("kept"), "Promises whose amount came in time."),
    _times(
        "promises_part_kept",
        "promises kept in part",
        "部分履行承诺数",
        attrgetter("part_kept"),
        "Promises for which something came in time, and not all.",
    ),
    _times(
        "promises_broken",
        "promises broken",
        "失信承诺数",
        attrgetter("broken"),
        "Promises for which nothing came in time.",
    ),
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
