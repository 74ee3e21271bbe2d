"""A book: a folder of CSV or Parquet files that say what happened to a portfolio of loans.

    loans          loan_id, currency, opened_on, optional person_id; any other column is a fact that the host tells
    instalments    loan_id, due_on, amount (or principal, interest, costs), optional instalment_id
    payments       loan_id, payment_id, value_date, amount, optional noticed_on, reversed_on, towards
    events.jsonl   optional: {"loan_id": ..., "kind": ..., "at": ..., ...}, any event not given above

`read_book` checks all of it and reports every problem at once. A `Book` holds the rows as small columns, and makes the
events of a loan when its turn comes.

When things were noticed. A loan is opened at the first instant of `opened_on`. A payment is noticed at noon of
`noticed_on`, or of its value date where that is not given; its reversal at noon of `reversed_on`. `at` in events.jsonl
may be a day (noon is meant), a local time, or an instant. All are in the loan's time zone, which is the policy's. What
was noticed at one instant is ordered by `cases.order`: the ledger's events first, then by id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from overdue_flow.cases.events import Event, Instalment, LoanOpened, PaymentReceived, PaymentReversed
from overdue_flow.cases.order import order_of
from overdue_flow.errors import BookError, UnknownCase
from overdue_flow.money import from_minor
from overdue_flow.problems import did_you_mean
from overdue_flow.simulation import columns as read
from overdue_flow.simulation import consistency
from overdue_flow.simulation.cells import Days, Reason
from overdue_flow.simulation.event_lines import FILE, NOTICED_AT, EventLine, EventReader
from overdue_flow.simulation.findings import Findings
from overdue_flow.simulation.payment_columns import PaymentColumns, read_payments
from overdue_flow.simulation.tables import Progress, open_table

OPENED = "opened"
"""The id of the event by which a book opens a loan."""


@dataclass(frozen=True, slots=True)
class BookLoan:
    """One loan of a book: how it was opened, and what happened later, in the order in which it was noticed."""

    loan_id: str
    opened: LoanOpened
    later: tuple[Event, ...]

    @property
    def events(self) -> Iterator[tuple[datetime, Event]]:
        """The opening and every later event, each with the instant at which it was noticed."""
        for event in (self.opened, *self.later):
            assert event.at is not None  # the reader gave every event its instant
            yield event.at, event


class Book(Sequence[BookLoan]):
    """The loans of a book, in the order of the file. Holds columns; a loan's events are made when it is asked for.

    `kinds` are the kinds of events that it tells of beyond openings and payments.
    """

    def __init__(
        self,
        loans: read.Loans,
        instalments: read.InstalmentColumns,
        payments: PaymentColumns,
        events: Sequence[EventLine],
        zone: ZoneInfo,
    ) -> None:
        self._loans, self._zone = loans, zone
        self._instalments, self._payments = instalments, payments
        count = len(loans.rows)
        self._instalments_of = read.group(instalments.loan, count)
        self._payments_of = read.group(payments.loan, count)
        self._events: dict[int, list[Event]] = {}
        for line in events:
            self._events.setdefault(line.loan, []).append(line.event)
        self.kinds = frozenset(line.event.kind for line in events)
        self.first_opening, self.last_news, self.last_date = self._span(events)

    def __len__(self) -> int:
        return len(self._loans.rows)

    def __getitem__(self, number: int) -> BookLoan:  # type: ignore[override]  # a slice of a book is not offered
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        return self._make(number % len(self))

    def __iter__(self) -> Iterator[BookLoan]:
        return map(self._make, range(len(self)))

    @property
    def loans(self) -> Iterator[BookLoan]:
        """The loans, one by one."""
        return iter(self)

    @property
    def loan_ids(self) -> tuple[str, ...]:
        """The ids of all loans, in order."""
        return tuple(self._loans.number)

    @property
    def people(self) -> Iterator[str | None]:
        """Whose each loan is, in order; None where the book does not say."""
        return (row.person_id for row in self._loans.rows)

    def loan(self, loan_id: str) -> BookLoan:
        """The loan of that id; UnknownCase, with the nearest ids, where the book has none."""
        number = self._loans.number.get(loan_id)
        if number is None:
            hint = did_you_mean(loan_id, self._loans.number)
            raise UnknownCase(f"there is no loan `{loan_id}` in this book" + (f"; {hint}" if hint else ""))
        return self._make(number)

    def _span(self, events: Sequence[EventLine]) -> tuple[date | None, date | None, date | None]:
        """The first opening, the last day on which anything is told to have happened, and the last day that anything in
        the book is about, such as an instalment still to come; None for a book without loans."""
        opened = [loan.opened_on for loan in self._loans.rows if loan.opened_on]
        noticed = [line.event.at.astimezone(self._zone).date() for line in events if line.event.at]
        reversed_on = [day for day in self._payments.reversed_on if day]
        news = _latest(opened, self._payments.value_date, self._payments.noticed_on, reversed_on, noticed)
        return min(opened, default=None), news, _latest([news] if news else [], self._instalments.due_on)

    def _make(self, number: int) -> BookLoan:
        loan = self._loans.rows[number]
        assert loan.currency is not None  # a book with such a problem is refused
        assert loan.opened_on is not None  # likewise
        opened = LoanOpened(
            id=OPENED,
            at=datetime.combine(loan.opened_on, time(), self._zone),
            opened_on=loan.opened_on,
            instalments=tuple(self._make_instalments(number, loan.currency)),
            currency=loan.currency,
            person_id=loan.person_id,
            facts=dict(loan.facts),
        )
        events = [*self._make_payments(number, loan.currency), *self._events.get(number, ())]
        events.sort(key=_order)
        return BookLoan(loan.id, opened, tuple(events))

    def _make_instalments(self, number: int, currency: str) -> Iterator[Instalment]:
        rows = self._instalments
        for row in self._instalments_of.of(number):
            yield Instalment(
                due_on=rows.due_on[row],
                id=rows.ids[row] if rows.ids else None,
                principal=from_minor(rows.principal[row], currency),
                interest=from_minor(rows.interest[row], currency),
                costs=from_minor(rows.costs[row], currency),
            )

    def _make_payments(self, number: int, currency: str) -> Iterator[Event]:
        rows = self._payments
        for row in self._payments_of.of(number):
            payment_id, noticed_on, reversed_on = rows.id[row], rows.noticed_on[row], rows.reversed_on[row]
            yield PaymentReceived(
                id=payment_id,
                at=datetime.combine(noticed_on, NOTICED_AT, self._zone),
                payment_id=payment_id,
                value_date=rows.value_date[row],
                amount=from_minor(rows.amount[row], currency),
                towards=rows.towards[row],
            )
            if reversed_on is not None:
                noticed = max(noticed_on, reversed_on)
                yield PaymentReversed(
                    id=consistency.reversal_id(payment_id),
                    at=datetime.combine(noticed, NOTICED_AT, self._zone),
                    payment_id=payment_id,
                    reversed_on=reversed_on,
                )


def _latest(*columns: Sequence[date]) -> date | None:
    return max((max(column) for column in columns if column), default=None)


def _order(event: Event) -> tuple[datetime, int, str]:
    assert event.at is not None  # the reader gave every event its instant
    return order_of(event.at, event)


def _silent(_file: str, _rows: int) -> None:
    """Progress that nobody watches."""


def read_book(
    folder: Path | str,
    zone: ZoneInfo,
    *,
    facts: read.Facts = None,
    progress: Progress = _silent,
) -> Book:
    """Read and check the book in `folder`.

    `zone` is the loans' time zone (the policy's). `facts` are the facts that columns of `loans` may give, with
    their types or as names alone; None takes any. `progress` is told which file is read and how many rows of it have
    been. Raises BookError with every problem of every file, and MissingExtra for a Parquet file without pyarrow.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise BookError([consistency.no_folder(folder)])
    findings, days = Findings(folder), Days()
    tables = {
        layout.name: open_table(layout, findings, progress) for layout in (read.LOANS, read.INSTALMENTS, read.PAYMENTS)
    }
    cells = {name: read.Cells(table, findings, days) for name, table in tables.items() if table}
    loans = read.read_loans(cells["loans"], facts) if "loans" in cells else read.Loans()
    instalments = read.read_instalments(cells["instalments"], loans) if "instalments" in cells else None
    payments = read_payments(cells["payments"], loans) if "payments" in cells else None
    lines: list[EventLine] = []
    if (folder / FILE).exists():
        lines = list(EventReader(findings, loans, zone, days).read(progress))
    if "loans" in cells and not loans.rows and not findings:
        findings.add(cells["loans"].table.file, Reason("empty-file", "there are no loans in this file"), 1)
    consistency.check(cells, loans, instalments, payments, lines, findings)
    if findings:
        raise BookError(*findings.finish())
    assert instalments is not None  # a missing table is a finding
    assert payments is not None  # likewise
    return Book(loans, instalments, payments, lines, zone)
