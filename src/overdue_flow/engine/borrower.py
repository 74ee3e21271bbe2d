"""A borrower as a whole: their loans as they stand, what is owed in each currency, and when they may be contacted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from overdue_flow.cases.attempts import CHANNELS
from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.marks import standing
from overdue_flow.cases.other_loans import ending_of
from overdue_flow.cases.person import PersonContacts
from overdue_flow.cases.seen import Seen
from overdue_flow.engine.limits import permitted
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.tasks import withheld


class LoanOfBorrower(NamedTuple):
    """One loan of a person on a day. Amounts are in major units of its currency; None where they are not known.

    `ended` is `closed` or `sold`; `marks` stand in their order of gravity. `plan`, `promise` and `complaint` say if one
    is open; `contact_at` is the first instant at which a contact to collect may go out by some channel, None where
    nothing permits one now. What a role may not see is empty, or None.
    """

    loan_id: str
    currency: str
    stage: str
    ended: str | None
    dpd: int | None
    overdue_amount: Decimal | None
    balance: Decimal | None
    marks: tuple[str, ...]
    plan: bool | None
    promise: bool | None
    holds: tuple[str, ...]
    complaint: bool | None
    contact_at: datetime | None


class Owed(NamedTuple):
    """What is overdue and what is owed in one currency; None where it is not known of every loan."""

    overdue_amount: Decimal | None
    balance: Decimal | None


@dataclass(frozen=True, slots=True)
class Borrower:
    """A person and their loans as they stand on the day `on`."""

    person_id: str
    on: date
    loans: tuple[LoanOfBorrower, ...]

    @property
    def open_loans(self) -> tuple[LoanOfBorrower, ...]:
        """Those that are neither closed nor sold."""
        return tuple(loan for loan in self.loans if loan.ended is None)

    @property
    def dpd(self) -> int | None:
        """The days past due of the loan on which they are most; None where they are not known of every loan."""
        found = [loan.dpd for loan in self.open_loans]
        known = [dpd for dpd in found if dpd is not None]
        return max(known, default=0) if len(known) == len(found) else None

    @property
    def owed(self) -> Mapping[str, Owed]:
        """What is overdue and what is owed, by currency."""
        currencies = sorted({loan.currency for loan in self.open_loans})
        return {
            currency: Owed(
                _sum(loan.overdue_amount for loan in self.open_loans if loan.currency == currency),
                _sum(loan.balance for loan in self.open_loans if loan.currency == currency),
            )
            for currency in currencies
        }

    @property
    def contact_at(self) -> datetime | None:
        """The first instant at which a contact to collect about some loan may go out; None where none may now."""
        return min((loan.contact_at for loan in self.open_loans if loan.contact_at is not None), default=None)

    def shown_to(self, seen: Seen) -> Borrower:
        """What a role may see of it."""
        person_id = self.person_id if seen.sees("identity") else ""
        return Borrower(person_id, self.on, tuple(_shown(loan, seen) for loan in self.loans))

    def as_data(self) -> dict[str, Any]:
        """All of it as plain data: fit for JSON."""
        return {
            "person_id": self.person_id,
            "on": self.on.isoformat(),
            "dpd": self.dpd,
            "owed": {
                currency: {name: _text(amount) for name, amount in owed._asdict().items()}
                for currency, owed in self.owed.items()
            },
            "contact_at": _text(self.contact_at),
            "loans": [{name: _text(value) for name, value in loan._asdict().items()} for loan in self.loans],
        }


def _text(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


_HIDDEN: Mapping[str, tuple[str, ...]] = {
    "money": ("dpd", "overdue_amount", "balance", "marks"),
    "talks": ("plan", "promise"),
    "care": ("holds", "complaint"),
    "contact": ("contact_at",),
    "work": ("stage",),
}
"""What belongs to which group of what a role may see."""

_EMPTY: Mapping[str, Any] = {"marks": (), "holds": (), "stage": ""}


def _shown(loan: LoanOfBorrower, seen: Seen) -> LoanOfBorrower:
    hidden = [name for group, names in _HIDDEN.items() if not seen.sees(group) for name in names]
    changes: dict[str, Any] = {name: _EMPTY.get(name) for name in hidden}
    return loan._replace(ended=_ended(loan, seen), **changes)


def _ended(loan: LoanOfBorrower, seen: Seen) -> str | None:
    """How a loan ended. That nothing of it is owed here any more is part of what is owed; that it was sold is not."""
    if seen.sees("legal"):
        return loan.ended
    return "closed" if loan.ended is not None and seen.sees("money") else None


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    found = list(amounts)
    known = [amount for amount in found if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(found) else None


def borrower_of(
    person_id: str, loans: Iterable[tuple[Machine, Case]], contacts: PersonContacts, at: datetime
) -> Borrower:
    """The borrower of some loans as they stand at an instant; `contacts` are those of the person."""
    told = [_loan(machine, case, contacts, at) for machine, case in loans]
    days = [day for day, _loan_told in told]
    return Borrower(person_id, max(days, default=at.date()), tuple(loan for _day, loan in told))


def _loan(machine: Machine, case: Case, contacts: PersonContacts, at: datetime) -> tuple[date, LoanOfBorrower]:
    day = max(case.day, at.astimezone(case.zone).date())
    facts, ending = built_in(), ending_of(case)
    stand = {change.mark for change in standing(case)}
    read = {name: facts[name].read(case, day) for name in ("dpd", "overdue_amount", "balance", *_FLAGS)}
    dpd, overdue, balance = read["dpd"], read["overdue_amount"], read["balance"]
    return day, LoanOfBorrower(
        loan_id=case.id,
        currency=case.ledger.rules.currency,
        stage=case.course.stage,
        ended=ending[0] if ending is not None else None,
        dpd=dpd if isinstance(dpd, int) else None,
        overdue_amount=overdue if isinstance(overdue, Decimal) else None,
        balance=balance if isinstance(balance, Decimal) else None,
        marks=tuple(mark.name for mark in machine.policy.marks if mark.name in stand),
        plan=bool(read["plan_active"]),
        promise=bool(read["promise_open"]),
        holds=case.care.standing(day),
        complaint=bool(read["complaint_open"]),
        contact_at=_contact_at(machine, case, contacts, day, at),
    )


_FLAGS = ("plan_active", "promise_open", "complaint_open")


def _contact_at(machine: Machine, case: Case, contacts: PersonContacts, day: date, at: datetime) -> datetime | None:
    """The first instant at which a contact to collect may go out by some channel."""
    found = []
    for channel in CHANNELS:
        effect = Effect(
            f"{case.id}:asked:{channel}", "contact", "contact", day, at, "", "collect", {"channel": channel}
        )
        if withheld(machine, case, day, effect) is None:
            verdict = permitted(machine, case, effect, at, contacts)
            found += [verdict.at] if verdict.at is not None else []
    return min(found).astimezone(case.zone) if found else None
