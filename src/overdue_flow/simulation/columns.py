"""The rows of a book, checked and kept small: one column per meaning, sorted by loan.

A hundred thousand loans have millions of rows. As events they would fill gigabytes; as columns of numbers and shared
days they take some tens of bytes each, and `book.py` makes a loan's events when its turn comes.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import TypeAlias

from overdue_flow.cases.declared import refuse_misfits
from overdue_flow.cases.events.base import FactValue
from overdue_flow.errors import EventRefused
from overdue_flow.guards.vocabulary import Fact, Kind
from overdue_flow.money import decimals_of
from overdue_flow.problems import did_you_mean
from overdue_flow.simulation.cells import Days, Reason, minor_units, why_no_amount, why_no_day
from overdue_flow.simulation.findings import Findings, First
from overdue_flow.simulation.tables import Layout, Row, Table

LOANS = Layout("loans", ("loan_id", "currency", "opened_on"), ("person_id",), open=True)
INSTALMENTS = Layout(
    "instalments", ("loan_id", "due_on"), ("instalment_id",), one_of=("amount", "principal", "interest", "costs")
)
PAYMENTS = Layout(
    "payments", ("loan_id", "payment_id", "value_date", "amount"), ("noticed_on", "reversed_on", "towards")
)
LONGEST_ID = 200

Facts: TypeAlias = "Mapping[str, Fact] | Collection[str] | None"
"""The facts that the host may tell: with their types, or their names alone; None for any."""

_FLAGS = {"true": True, "false": False}

Components: TypeAlias = tuple[int, int, int]
"""Principal, interest and costs in minor units."""


@dataclass(frozen=True, slots=True)
class LoanRow:
    """One row of `loans`. `currency` and `opened_on` are None where they are wrong and a problem says so."""

    id: str
    line: int
    currency: str | None
    opened_on: date | None
    person_id: str | None
    facts: Mapping[str, FactValue]


@dataclass(slots=True)
class Loans:
    """All rows of `loans`, in order; `number` finds one by its id."""

    rows: list[LoanRow] = field(default_factory=list)
    number: dict[str, int] = field(default_factory=dict)


class Cells:
    """Reads the cells of one table's rows by column, and reports those that say nothing sensible."""

    def __init__(self, table: Table, findings: Findings, days: Days) -> None:
        self.table = table
        self.findings = findings
        self._days = days

    def has(self, column: str) -> bool:
        """Whether the table has this column."""
        return column in self.table.columns

    def text(self, row: Row, column: str) -> str:
        """What stands in the cell, without blanks around it; empty where the table has no such column."""
        index = self.table.columns.get(column)
        return "" if index is None else row[1][index].strip()

    def refuse(self, row: Row, column: str, reason: Reason, first: First | None = None) -> None:
        """Report a cell."""
        cell = self.table.columns.get(column)
        self.findings.add(self.table.file, reason, row[0], cell, word=column, first=first)

    def id(self, row: Row, column: str) -> str | None:
        """An id: some text, not too long, on one line."""
        text = self.text(row, column)
        if not text:
            self.refuse(row, column, Reason("empty", f"`{column}` is missing here"))
        elif len(text) > LONGEST_ID:
            self.refuse(
                row, column, Reason("long-id", f"this id has {len(text):,} characters; at most {LONGEST_ID} fit")
            )
        elif not text.isprintable():
            said = "a line break" if "\n" in text or "\r" in text else "a sign that cannot be seen"
            self.refuse(row, column, Reason("odd-id", f"this id holds {said}", "an id is one line of text"))
        else:
            return text
        return None

    def day(self, row: Row, column: str) -> date | None:
        """A day that must be given."""
        text = self.text(row, column)
        day = self._days[text]
        if day is None:
            self.refuse(row, column, why_no_day(text))
        return day

    def day_if_any(self, row: Row, column: str) -> date | None:
        """A day that may be left empty."""
        return self.day(row, column) if self.text(row, column) else None

    def minor(self, row: Row, column: str, currency: str | None) -> int | None:
        """An amount in minor units. With an unknown currency only the digits are checked."""
        text = self.text(row, column)
        amount = minor_units(text, decimals_of(currency) if currency else 3)
        if amount is not None:
            return amount
        bare, _, code = text.rpartition(" ")
        if bare and code.isalpha() and code.isupper() and len(code) == 3:
            return self._with_code(row, column, bare.strip(), code, currency or code)
        self.refuse(row, column, why_no_amount(text, currency or "CNY"))
        return None

    def _with_code(self, row: Row, column: str, bare: str, code: str, currency: str) -> int | None:
        if code != currency:
            message = f"`{bare} {code}` is not in {currency}, the currency of this loan"
            self.refuse(row, column, Reason("mixed-currency", message, "one loan has one currency"))
            return None
        amount = minor_units(bare, decimals_of(currency))
        if amount is None:
            self.refuse(row, column, why_no_amount(bare, currency))
        return amount

    def fact(self, row: Row, column: str, facts: Facts, currency: str | None) -> FactValue | None:
        """What the host tells of a fact; None where the cell is empty, or where it does not fit the fact's type."""
        text = self.text(row, column)
        fact = facts.get(column) if isinstance(facts, Mapping) else None
        if fact is None or not text:
            return text or None
        said: FactValue = _FLAGS.get(text.lower(), text) if fact.kind is Kind.FLAG else text
        try:
            refuse_misfits({column: said}, {column: fact}, currency)
        except EventRefused as misfit:
            self.refuse(row, column, Reason("wrong-fact", str(misfit)))
            return None
        return said

    def loan(self, row: Row, loans: Loans) -> int | None:
        """The number of the loan that the row belongs to."""
        text = self.text(row, "loan_id")
        number = loans.number.get(text)
        if number is None and (not text or loans.number):
            self.refuse(row, "loan_id", unknown_loan(text, loans.number))
        return number


def unknown_loan(loan_id: str, known: Collection[str]) -> Reason:
    """That no loan is called so; what it may be is looked for in books of moderate size only, since looking is slow."""
    if not loan_id:
        return Reason("empty", "`loan_id` is missing here")
    hint = did_you_mean(loan_id, known) if len(known) <= 2_000 else None
    return Reason("unknown-loan", f"there is no loan `{loan_id[:60]}` in `loans`", hint)


def read_loans(cells: Cells, facts: Facts) -> Loans:
    """Read `loans`; columns beyond the known ones are facts, and must be among `facts` where these are given.

    Where `facts` says what each fact is, its type is checked too, and flags are read as `true` and `false`.
    """
    loans = Loans()
    fact_columns = _fact_columns(cells, facts)
    for row in cells.table.rows():
        loan_id = cells.id(row, "loan_id")
        currency, opened_on = _currency(cells, row), cells.day(row, "opened_on")
        if loan_id is None:
            continue
        if loan_id in loans.number:
            before = loans.rows[loans.number[loan_id]].line
            reason = Reason("double-loan", f"the loan `{loan_id}` is there twice")
            cells.refuse(
                row,
                "loan_id",
                reason,
                (cells.table.file, before, cells.table.columns["loan_id"], "it was given here first"),
            )
            continue
        person_id = cells.id(row, "person_id") if cells.text(row, "person_id") else None
        told = ((name, cells.fact(row, name, facts, currency)) for name in fact_columns)
        values = {name: value for name, value in told if value is not None}
        loans.number[loan_id] = len(loans.rows)
        loans.rows.append(LoanRow(loan_id, row[0], currency, opened_on, person_id, values))
    return loans


def _fact_columns(cells: Cells, facts: Facts) -> list[str]:
    columns = [name for name in cells.table.columns if name and name not in LOANS.known]
    for name in columns:
        if facts is not None and name not in facts:
            hint = did_you_mean(name, (*LOANS.known, *facts)) or "declare it under `facts` in the policy"
            index = cells.table.columns[name]
            reason = Reason("unknown-column", f"`{name}` is no column of `loans` and no fact of the policy", hint)
            cells.findings.add(cells.table.file, reason, 1, index)
    return columns


def _currency(cells: Cells, row: Row) -> str | None:
    text = cells.text(row, "currency")
    if len(text) == 3 and text.isascii() and text.isalpha() and text.isupper():
        return text
    if not text:
        reason = Reason("empty", "the currency is missing here", "three capital letters, such as CNY")
    else:
        upper = text.upper()
        plain = len(upper) == 3 and upper.isascii() and upper.isalpha()
        hint = f"write {upper}" if plain else "three capital letters, such as CNY"
        reason = Reason("bad-currency", f"`{text[:20]}` is no currency code", hint)
    cells.refuse(row, "currency", reason)
    return None


@dataclass(slots=True)
class Grouped:
    """Which rows of a table belong to which loan, in the order of the file."""

    order: array[int] | range
    starts: list[int]

    def of(self, loan: int) -> Iterable[int]:
        """The rows of a loan."""
        return self.order[self.starts[loan] : self.starts[loan + 1]]


def group(loan_of_row: array[int], loans: int) -> Grouped:
    """Sort rows by loan, keeping their order within one (a counting sort: linear, and nothing to do when sorted)."""
    counts = [0] * (loans + 1)
    in_order, before = True, 0
    for loan in loan_of_row:
        counts[loan + 1] += 1
        in_order = in_order and loan >= before
        before = loan
    starts = list(accumulate(counts))
    if in_order:
        return Grouped(range(len(loan_of_row)), starts)
    order, free = array("q", bytes(8 * len(loan_of_row))), starts[:]
    for row, loan in enumerate(loan_of_row):
        order[free[loan]] = row
        free[loan] += 1
    return Grouped(order, starts)


@dataclass(slots=True)
class InstalmentColumns:
    """Every instalment of a book. `ids` is empty where the file has no such column."""

    loan: array[int] = field(default_factory=lambda: array("q"))
    line: array[int] = field(default_factory=lambda: array("q"))
    due_on: list[date] = field(default_factory=list)
    principal: array[int] = field(default_factory=lambda: array("q"))
    interest: array[int] = field(default_factory=lambda: array("q"))
    costs: array[int] = field(default_factory=lambda: array("q"))
    ids: list[str | None] = field(default_factory=list)


def read_instalments(cells: Cells, loans: Loans) -> InstalmentColumns:
    """Read `instalments`. A row with a problem is reported and kept, so that its loan is not called empty besides."""
    columns = InstalmentColumns()
    named = cells.has("instalment_id")
    for row in cells.table.rows():
        number = cells.loan(row, loans)
        loan = loans.rows[number] if number is not None else None
        due_on = cells.day(row, "due_on")
        components = _components(cells, row, loan.currency if loan else None)
        if loan is None or number is None:
            continue
        if due_on and loan.opened_on and due_on < loan.opened_on:
            message = f"this falls due on {due_on}, before the loan was opened on {loan.opened_on}"
            cells.refuse(row, "due_on", Reason("due-before-opened", message))
        columns.loan.append(number)
        columns.line.append(row[0])
        columns.due_on.append(due_on or date.min)
        for column, amount in zip((columns.principal, columns.interest, columns.costs), components, strict=True):
            column.append(amount)
        if named:
            columns.ids.append(cells.id(row, "instalment_id") if cells.text(row, "instalment_id") else None)
    return columns


def _components(cells: Cells, row: Row, currency: str | None) -> Components:
    """What is due, in its parts. With an amount and parts, the parts must add up to it."""
    parts = {
        name: cells.minor(row, name, currency) if cells.text(row, name) else 0
        for name in ("principal", "interest", "costs")
        if cells.has(name)
    }
    stated = (
        cells.minor(row, "amount", currency)
        if cells.has("amount") and (not parts or cells.text(row, "amount"))
        else None
    )
    given = any(cells.text(row, name) for name in parts)
    if not given:
        if stated is None and parts and not cells.text(row, "amount"):
            column = next(iter(parts))
            cells.refuse(row, column, Reason("empty", "an amount is missing here", "write 0.00 if nothing is meant"))
        return stated or 0, 0, 0
    if None in parts.values():
        return 0, 0, 0
    principal, interest, costs = (parts.get(name) or 0 for name in ("principal", "interest", "costs"))
    if stated is not None and stated != principal + interest + costs:
        message = f"the amount is `{cells.text(row, 'amount')}`, and its parts do not add up to it"
        cells.refuse(row, "amount", Reason("sum-differs", message, "leave `amount` empty, or correct one of them"))
    return principal, interest, costs
