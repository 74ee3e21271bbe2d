"""Arrears: what is owed on a loan, what is paid, and since when something is overdue.

Money in a payment covers what is owed in the order of the terms, at once, coming instalments too: so an instalment can
be covered before it is due, and what covers coming instalments, or nothing, is one credit. Postings count from their
value date, whenever they are noticed; the ledger is a function of the set of postings and not of their arrival.

Laws (tests/laws): `money is conserved`, `same-day payments in any order`, `sleeping changes nothing`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from overdue_flow.cases import amounts, counting
from overdue_flow.cases.books import Books, Covered
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.events.ledger import (
    Accelerated,
    ArrearsReported,
    CaseAdopted,
    ChargeAdded,
    LoanOpened,
    PaymentReceived,
    PaymentReversed,
    RefundMade,
    ScheduleReplaced,
    WaiverGranted,
)
from overdue_flow.cases.folds import Totals
from overdue_flow.cases.position import Memo, in_force
from overdue_flow.cases.reported import Report, cures_of, report_in, report_of
from overdue_flow.cases.schedules import accelerated, charge_of, dues_of, positive, replaced
from overdue_flow.cases.terms import Terms
from overdue_flow.cases.waterfall import (
    COMPONENTS,
    DESIGNATED,
    LET_GO,
    PAID,
    REFUNDED,
    REVERSED,
    SWITCHED,
    WAIVED,
    Posting,
    Rules,
)
from overdue_flow.errors import EventRefused
from overdue_flow.guards.vocabulary import Fact
from overdue_flow.money import from_minor
from overdue_flow.problems import did_you_mean

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case
    from overdue_flow.cases.turn import Recorded

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is owed and what is paid. `Ledger()` is empty until `LoanOpened` comes. Amounts are in minor units.

    `books` are the contract's; `reports` what a host with a ledger of its own reported, in the order of their days.
    `cured_on` are the days on which the overdue amount went back to zero, in order, days to come among them: once
    recorded they stay, whatever is reversed later. `let_go` is what completed settlements waive.
    """

    books: Books = Books()
    reports: tuple[Report, ...] = ()
    cured_on: tuple[date, ...] = ()
    let_go: tuple[Posting, ...] = ()
    memo: Memo = field(default_factory=Memo, compare=False, repr=False)

    @property
    def rules(self) -> Rules:
        """The terms that it counts by."""
        return self.books.rules

    @property
    def report(self) -> Report | None:
        """The latest report of arrears; None where the host has sent none."""
        return self.reports[-1] if self.reports else None

    def stale_on(self, terms: Terms, day: date) -> date | None:
        """The next day after `day` from which the latest report is too old to be relied on; None if there is none."""
        if not self.reports or terms.stale_after is None:
            return None
        stale = self.reports[-1].stale_from(terms.stale_after)
        return stale if stale > day else None

    def next_value_date(self, day: date) -> date | None:
        """The next value date after `day` of something that is known already; None when there is none."""
        return self.books.next_value_date(day)

    def settled_since(self, start: date, day: date) -> int:
        """What was paid or waived with value dates from `start` up to `day`, less what of that was reversed by then."""
        return sum(_settles(one, day, self) for one in self.books.postings if start <= one.on <= day)

    def paid_between(self, start: date, day: date) -> int:
        """What was paid with value dates from `start` up to `day`, less what of that was reversed by then."""
        return sum(_settles(one, day, self) for one in self.books.postings if start <= one.on <= day and one.came)

    def totals(self, day: date) -> Totals:
        """Where all money is on `day`: allocated, credit, refunded."""
        return self.books.totals(day)


def _settles(posting: Posting, day: date, ledger: Ledger) -> int:
    if posting.rank in (WAIVED, LET_GO):
        return posting.amount
    if not posting.came:
        return 0
    if not ledger.rules.due_again_on_reversal:
        return posting.amount
    gone = (one for one in ledger.books.postings if one.rank == REVERSED and one.target == posting.id)
    return posting.amount - sum(one.amount for one in gone if one.on <= day)


def coverage(ledger: Ledger, day: date) -> tuple[Covered, ...]:
    """Per instalment and charge: when it was due, its amount, and the value date on which it became covered.

    As known now, of postings up to `day`. Amounts are in minor units.
    """
    return ledger.books.coverage(day)


# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (
    LoanOpened,
    CaseAdopted,
    ScheduleReplaced,
    ChargeAdded,
    PaymentReceived,
    PaymentReversed,
    WaiverGranted,
    RefundMade,
    Accelerated,
    ArrearsReported,
)

# --- how it evolves ---


def evolve(state: Ledger, recorded: Recorded, case: Case) -> Ledger:
    """The ledger after one event. EventRefused for one that cannot have happened."""
    ledger = in_force(state, case.plans)
    return _EVOLVES[type(recorded.event)](ledger, recorded.event, recorded, case)


def _booked(ledger: Ledger, books: Books, day: date) -> Ledger:
    """The ledger with other books. Cures that were recorded stay; those to come are found anew."""
    cured_on, old, new = ledger.cured_on, ledger.books.cures, books.cures
    if new is not old and new != old:
        if new[:-1] == old and (not cured_on or cured_on[-1] < new[-1] <= day):
            cured_on = (*cured_on, new[-1])
        else:
            cured_on = tuple(sorted({*(on for on in cured_on if on <= day), *new, *cures_of(ledger.reports)}))
    return Ledger(books, ledger.reports, cured_on, ledger.let_go)


def _opened(ledger: Ledger, event: LoanOpened, _recorded: Recorded, case: Case) -> Ledger:
    currency = event.currency or case.terms.currency
    rules = Rules.of(case.terms, currency)
    return Ledger(Books.of(rules, dues_of(event.instalments, currency), (), event.opened_on))


def _paid(ledger: Ledger, event: PaymentReceived, recorded: Recorded, case: Case) -> Ledger:
    books = ledger.books
    amount = positive(event.amount, books.rules.currency, "a payment")
    name = event.payment_id or event.id or f"payment {recorded.seq}"
    if name != event.id and any(posting.id == name for posting in books.postings if posting.came):
        raise EventRefused(f"payment `{name}` came before; a new payment needs an id of its own")
    if event.towards is not None:
        _check_named(event.towards, ledger, case)
    rank = PAID if event.towards is None else DESIGNATED
    posting = Posting(event.value_date, rank, name, amount, event.towards, -1, amount, 0)
    return _booked(ledger, books.posted(posting, recorded.day), recorded.day)


def _check_named(name: str, ledger: Ledger, case: Case | None) -> None:
    """EventRefused for an instalment that no schedule of the case has."""
    known = [due.id for due in ledger.books.dues]
    if case is not None:
        known += [due.id for plan in case.plans.plans for due in plan.books.dues]
    if name not in known:
        hint = did_you_mean(name, known)
        raise EventRefused(f"there is no instalment `{name}`" + (f" ({hint})" if hint else ""))


def _reversed(ledger: Ledger, event: PaymentReversed, recorded: Recorded, _case: Case) -> Ledger:
    books = ledger.books
    payments = [posting for posting in books.postings if posting.came]
    payment = next((posting for posting in payments if posting.id == event.payment_id), None)
    if payment is None:
        hint = did_you_mean(event.payment_id, (posting.id for posting in payments))
        raise EventRefused(f"there is no payment `{event.payment_id}` to reverse" + (f" ({hint})" if hint else ""))
    amount = _reversible(payment, event, books.rules.currency)
    gone = payment._replace(gone=payment.gone + amount)
    if not books.rules.due_again_on_reversal:
        gone = gone._replace(amount=gone.amount - amount)
        return _booked(ledger, books.replaced(payment, gone, recorded.day), recorded.day)
    name = event.id or f"reversal {recorded.seq}"
    reversal = Posting(event.reversed_on, REVERSED, name, amount, payment.id)
    return _booked(ledger, books.noted(payment, gone).posted(reversal, recorded.day), recorded.day)


def _reversible(payment: Posting, event: PaymentReversed, currency: str) -> int:
    left = payment.came - payment.gone
    amount = left if event.amount is None else positive(event.amount, currency, "a reversal")
    if event.reversed_on < payment.on:
        raise EventRefused(
            f"payment `{payment.id}` of {payment.on} cannot be reversed before it, on {event.reversed_on}"
        )
    if left == 0:
        raise EventRefused(f"payment `{payment.id}` was reversed already, in full")
    if amount > left:
        more, rest = _said(amount, currency), _said(left, currency)
        raise EventRefused(f"payment `{payment.id}` cannot be reversed by {more}; {rest} of it is left")
    return amount


def _waived(ledger: Ledger, event: WaiverGranted, recorded: Recorded, _case: Case) -> Ledger:
    books, on = ledger.books, event.effective_on
    amount = positive(event.amount, books.rules.currency, "a waiver")
    if event.towards is not None:
        _check_named(event.towards, ledger, None)
    component = COMPONENTS.index(event.component)
    name = event.id or f"waiver {recorded.seq}"
    posting = Posting(on, WAIVED, name, amount, event.towards, component)
    left = books.account_at(on, WAIVED).left()
    owed = sum(due.parts[component] for due in left if event.towards in (None, due.id))
    if amount > owed:
        more, rest = (_said(one, books.rules.currency) for one in (amount, owed))
        of = f"of instalment `{event.towards}`" if event.towards else "of the loan"
        raise EventRefused(f"{more} of {event.component} cannot be waived; {rest} {of} is unpaid on {on}")
    return _booked(ledger, books.posted(posting, recorded.day), recorded.day)


def _refunded(ledger: Ledger, event: RefundMade, recorded: Recorded, _case: Case) -> Ledger:
    books, currency = ledger.books, ledger.rules.currency
    amount = positive(event.amount, currency, "a refund")
    credit = books.credit_on(event.refunded_on)
    if amount > credit:
        more, rest = _said(amount, currency), _said(credit, currency)
        raise EventRefused(f"{more} cannot be refunded; the credit on {event.refunded_on} is {rest}")
    posting = Posting(event.refunded_on, REFUNDED, event.id or f"refund {recorded.seq}", amount)
    return _booked(ledger, books.posted(posting, recorded.day), recorded.day)


def _charged(ledger: Ledger, event: ChargeAdded, recorded: Recorded, _case: Case) -> Ledger:
    books = ledger.books
    due = charge_of(event, books.rules.currency, len(books.dues))
    return _booked(ledger, books.charged(due, recorded.day), recorded.day)


def _replaced(ledger: Ledger, event: ScheduleReplaced, recorded: Recorded, _case: Case) -> Ledger:
    books = ledger.books.rescheduled(replaced(ledger.books.dues, event, ledger.rules.currency), recorded.day)
    on, name = event.effective_on, event.id or f"schedule {recorded.seq}"
    if not any(posting.rank == SWITCHED and posting.on == on for posting in books.postings):
        books = books.posted(Posting(on, SWITCHED, name), recorded.day)
    return _booked(ledger, books, recorded.day)


def _accelerated(ledger: Ledger, event: Accelerated, recorded: Recorded, _case: Case) -> Ledger:
    books = ledger.books.rescheduled(accelerated(ledger.books.dues, event), recorded.day)
    return _booked(ledger, books, recorded.day)


def _reported(ledger: Ledger, event: ArrearsReported, _recorded: Recorded, _case: Case) -> Ledger:
    reports = report_in(ledger.reports, report_of(event, ledger.rules.currency))
    cured_on = tuple(sorted({*ledger.cured_on, *cures_of(reports)}))
    return replace(ledger, reports=reports, cured_on=cured_on, memo=Memo())


def _said(amount: int, currency: str) -> str:
    return f"{from_minor(amount, currency):f} {currency}"


_EVOLVES: dict[type[Event], Callable[[Ledger, Any, Recorded, Case], Ledger]] = {
    LoanOpened: _opened,
    CaseAdopted: _opened,
    ScheduleReplaced: _replaced,
    ChargeAdded: _charged,
    PaymentReceived: _paid,
    PaymentReversed: _reversed,
    WaiverGranted: _waived,
    RefundMade: _refunded,
    Accelerated: _accelerated,
    ArrearsReported: _reported,
}

# --- the facts it offers ---

FACTS: tuple[Fact, ...] = (*counting.FACTS, *amounts.FACTS)
