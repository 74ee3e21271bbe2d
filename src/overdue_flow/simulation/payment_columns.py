"""The rows of `payments` in a book, checked and kept small."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from datetime import date

from overdue_flow.simulation.cells import Reason
from overdue_flow.simulation.columns import Cells, LoanRow, Loans
from overdue_flow.simulation.tables import Row


@dataclass(slots=True)
class PaymentColumns:
    """Every payment of a book."""

    loan: array[int] = field(default_factory=lambda: array("q"))
    line: array[int] = field(default_factory=lambda: array("q"))
    id: list[str] = field(default_factory=list)
    value_date: list[date] = field(default_factory=list)
    noticed_on: list[date] = field(default_factory=list)
    reversed_on: list[date | None] = field(default_factory=list)
    amount: array[int] = field(default_factory=lambda: array("q"))
    towards: list[str | None] = field(default_factory=list)


def read_payments(cells: Cells, loans: Loans) -> PaymentColumns:
    """Read `payments`; rows with problems are reported and left out."""
    columns = PaymentColumns()
    for row in cells.table.rows():
        number = cells.loan(row, loans)
        loan = loans.rows[number] if number is not None else None
        payment_id = cells.id(row, "payment_id")
        value_date = cells.day(row, "value_date")
        amount = cells.minor(row, "amount", loan.currency if loan else None)
        noticed_on, reversed_on = cells.day_if_any(row, "noticed_on"), cells.day_if_any(row, "reversed_on")
        if loan is None or number is None or payment_id is None or value_date is None or amount is None:
            continue
        noticed_on = noticed_on or value_date
        _check_payment_days(cells, row, loan, value_date, noticed_on, reversed_on)
        columns.loan.append(number)
        columns.line.append(row[0])
        columns.id.append(payment_id)
        columns.value_date.append(value_date)
        columns.noticed_on.append(noticed_on)
        columns.reversed_on.append(reversed_on)
        columns.amount.append(amount)
        columns.towards.append(cells.text(row, "towards") or None)
    return columns


def _check_payment_days(
    cells: Cells, row: Row, loan: LoanRow, value_date: date, noticed_on: date, reversed_on: date | None
) -> None:
    if reversed_on and reversed_on < value_date:
        message = f"this is reversed on {reversed_on}, before it was paid on {value_date}"
        cells.refuse(row, "reversed_on", Reason("reversed-before-paid", message))
    if loan.opened_on and noticed_on < loan.opened_on:
        column = "noticed_on" if cells.text(row, "noticed_on") else "value_date"
        message = f"this came on {noticed_on}, before the loan was opened on {loan.opened_on}"
        hint = "`noticed_on` may say that it was booked later"
        cells.refuse(row, column, Reason("paid-before-opened", message, hint))
