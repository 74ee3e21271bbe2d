"""What happens to a loan from here: if nothing is paid, if the promise or the plan is kept, if all is paid on a day.

A forecast lives the case on from where it stands, as a backtest would: planned contacts are delivered and unanswered
(or left alone: then it is what `explain` tells of the days to come), nobody does a task or answers a request, and the
payments of the chosen future come on their days. Nothing is recorded.

Law (tests/laws): `a forecast is what comes to pass`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple, TypeAlias

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import said_on
from overdue_flow.cases.effects import Effect, Status, action_in_words
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import EffectDelivered, PaymentReceived, TimePassed
from overdue_flow.cases.position import position, unpaid
from overdue_flow.cases.promise import Promise
from overdue_flow.engine.explain import AHEAD_DAYS
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import OverdueFlowError
from overdue_flow.money import Money, from_minor
from overdue_flow.simulation.lived import Contacts, Life, Walk
from overdue_flow.simulation.together import go_on_together

Kind: TypeAlias = Literal["paid", "mark", "move", "contact", "task", "held", "stopped", "asked", "broken"]

NOTHING_IS_PAID = "nothing is paid"
THE_PROMISE_IS_KEPT = "the promise is kept"
THE_PLAN_IS_KEPT = "the plan is kept"
ALL_IS_PAID = "what is overdue is paid"

_NOON = time(12)


class Foreseen(NamedTuple):
    """One thing to come: the day it is said of, what kind of thing, what in words, and why."""

    on: date
    kind: Kind
    what: str
    because: str = ""

    def __str__(self) -> str:
        return f"{self.on}  {self.what}" + (f": {self.because}" if self.because else "")


@dataclass(frozen=True, slots=True)
class Future:
    """What one future brings, day by day, as far as `until`, and the stage in which the loan stands then. `if_` says
    which future it is."""

    if_: str
    foreseen: tuple[Foreseen, ...]
    stage: str
    until: date

    def __str__(self) -> str:
        lines = [f"  {one}" for one in self.foreseen] or [f"  nothing, as far as {self.until}"]
        return "\n".join([f"if {self.if_}:", *lines, f"  then in {self.stage}"])


class _Payment(NamedTuple):
    """A payment to come: the day, why, and how much then (minor units)."""

    on: date
    why: str
    amount: Callable[[Case], int]


def futures_of(case: Case, day: date) -> tuple[str, ...]:
    """The futures that a loan has on `day`: that nothing is paid; that an open promise, an active plan is kept; that
    what is overdue is paid."""
    found = [NOTHING_IS_PAID]
    found += [THE_PROMISE_IS_KEPT] if case.promises.is_open(case, day) else []
    found += [THE_PLAN_IS_KEPT] if case.plans.active(day) is not None else []
    found += [ALL_IS_PAID] if position(case, day).overdue else []
    return tuple(found)


def forecast(
    machine: Machine,
    case: Case,
    day: date | None = None,
    *,
    if_: str = NOTHING_IS_PAID,
    paid_on: date | None = None,
    until: date | None = None,
    contacts: Contacts = "assumed",
    others: Sequence[tuple[Machine, Case]] = (),
) -> Future:
    """What happens to a case that stands as it does on `day` (by default that of its last turn), up to and including
    `until` (by default as far as `explain` looks).

    `if_` is one of `futures_of`: what open promises still lack comes on their last days; each instalment of the active
    plan on its due date; what is overdue then on `paid_on` (by default `day`). With `contacts="recorded"` no contact
    goes out. `others` are the person's other loans, each with what it runs under: they are lived along with it, and
    nothing is paid on them. OverdueFlowError for a future that the loan does not have.
    """
    day = max(day or case.day, case.day)
    until = until or day + timedelta(days=AHEAD_DAYS)
    walk, live = _from_here(machine, case, until, contacts, others)
    for number, payment in enumerate(_payments(case, day, if_, paid_on), 1):
        if payment.on <= until:
            _pay(walk, live, payment, number)
    live(None)
    assert walk.life is not None, "it goes on from a case"
    walk.close(until)
    return Future(if_, tuple(_foreseen(case, walk.life)), walk.life.case.course.stage, until)


def _from_here(
    machine: Machine, case: Case, until: date, contacts: Contacts, others: Sequence[tuple[Machine, Case]]
) -> tuple[Walk, Callable[[datetime | None], object]]:
    """The walk of a case from where it stands, and what lives it up to an instant, or to the end."""
    if others:
        return go_on_together([(machine, case), *others], until, contacts=contacts)
    walk = Walk(machine, contacts, None)
    walk.resume(case)
    return walk, lambda before: walk.advance(before, until)


def _payments(case: Case, day: date, if_: str, paid_on: date | None) -> Iterator[_Payment]:
    """What is paid in a future, in the order of days. OverdueFlowError for one that the loan does not have."""
    if if_ not in futures_of(case, day):
        expected = ", ".join(f"`{one}`" for one in futures_of(case, day))
        raise OverdueFlowError(f"loan `{case.id}` has no future on {day} in which {if_}; it has: {expected}")
    if if_ == THE_PROMISE_IS_KEPT:
        for promise in sorted(case.promises.open_on(day), key=lambda one: one.due_on):
            yield _Payment(promise.due_on, f"promise {promise.id} is kept", _lacking(promise))
    elif if_ == THE_PLAN_IS_KEPT:
        plan = case.plans.active(day)
        assert plan is not None, "it is one of its futures"
        for due in plan.left(day):
            yield _Payment(max(due.due_on, day), f"plan {plan.id} is kept", _always(due.total))
    elif if_ == ALL_IS_PAID:
        on = max(paid_on or day, day)
        yield _Payment(on, "all that is overdue", _overdue(on))


def _always(minor: int) -> Callable[[Case], int]:
    return lambda _case: minor


def _lacking(promise: Promise) -> Callable[[Case], int]:
    return lambda _case: promise.amount - promise.paid


def _overdue(on: date) -> Callable[[Case], int]:
    """What is overdue on a day, and what falls due on it: so that nothing is late on the next."""
    return lambda case: sum(minor for due_on, minor in unpaid(case, on) if due_on <= on)


def _pay(walk: Walk, live: Callable[[datetime | None], object], payment: _Payment, number: int) -> None:
    """Live up to a payment, and take it, where something is left to be paid then."""
    assert walk.life is not None, "it goes on from a case"
    at = datetime.combine(payment.on, _NOON, walk.life.case.zone)
    live(at)
    case = walk.life.case
    minor = payment.amount(case)
    if minor > 0:
        amount = Money(from_minor(minor, case.terms.currency), case.terms.currency)
        event = PaymentReceived(id=f"forecast:{number}:{payment.why}", amount=amount, value_date=payment.on, at=at)
        walk.take(None, event, at)


# --- what is told of it ---


def _foreseen(before: Case, life: Life) -> Iterator[Foreseen]:
    gone_out = {one.event.effect_id for one in life.entries if isinstance(one.event, EffectDelivered)}
    known = {effect.id: effect for effect in before.course.open_effects}
    known |= {effect.id: effect for _entry, effect, _status, _why in life.effects}
    for entry in life.entries:
        yield from _of_entry(entry, life, gone_out, known)


def _of_entry(entry: Entry, life: Life, gone_out: set[str], known: dict[str, Effect]) -> Iterator[Foreseen]:
    """What one turn brings, the event first, as it is told."""
    results, terms = entry.results, life.case.terms
    on = said_on(entry.day, terms, opening=isinstance(entry.event, TimePassed))
    if isinstance(entry.event, PaymentReceived):
        yield Foreseen(on, "paid", f"{entry.event.amount} is paid", str(entry.event.id).split(":", 2)[-1])
    if isinstance(entry.event, EffectDelivered) and entry.event.effect_id in known:
        effect = known[entry.event.effect_id]
        yield Foreseen(on, "contact", f"{action_in_words(effect)} goes out", effect.cause)
    for mark in results.marks:
        yield Foreseen(mark.on, "mark", f"mark {mark.mark} {'begins' if mark.began else 'ends'}", mark.because)
    for move in results.moves:
        because = ": ".join(word for word in (move.rule, move.because) if word)
        yield Foreseen(move.on, "move", f"{move.from_stage} -> {move.to_stage}", because)
    for effect in results.effects:
        if effect.id not in gone_out:
            yield from _asked_for(effect, on, life)
    for held in results.held:
        yield Foreseen(on, "held", f"{held.rule} -> {held.to_stage} is held", held.by)
    for name in results.asks:
        yield Foreseen(on, "asked", f"the host is asked for {name}")
    for clause in results.breaches:
        yield Foreseen(on, "broken", f"never clause {clause} is broken")
    if results.stopped is not None:
        yield Foreseen(on, "stopped", "it is stopped, and rests until a person moves it", results.stopped.reason)


def _asked_for(effect: Effect, on: date, life: Life) -> Iterator[Foreseen]:
    """An effect that does not go out as a contact does: a task with its role and last day; a contact that waits or may
    not be. One that is dropped before its day is no news."""
    status, reason = life.fates.get(effect.id, (effect.status, effect.reason))
    if effect.kind == "contact":
        if status in (Status.HELD, Status.VETOED):
            yield Foreseen(on, "held", f"{action_in_words(effect)} is {status.value}", reason)
        elif status is Status.PENDING:
            due = effect.due_at.astimezone(life.case.zone).date()
            yield Foreseen(on, "contact", f"{action_in_words(effect)} is planned for {due}", effect.cause)
        return
    if status is Status.SKIPPED:
        return
    whom = f" for {effect.role}" if effect.role else ""
    by = f", to be done by {effect.deadline_on}" if effect.deadline_on else ""
    yield Foreseen(on, "task", f"{action_in_words(effect, effect.role)}{whom}{by}", effect.cause)


__all__ = [
    "ALL_IS_PAID", "NOTHING_IS_PAID", "THE_PLAN_IS_KEPT", "THE_PROMISE_IS_KEPT", "Foreseen", "Future", "forecast",
    "futures_of",
]  # fmt: skip
