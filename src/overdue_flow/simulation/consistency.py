"""What the files of a book must agree on, once each has been read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from overdue_flow.cases.events import ArrearsReported, EventRetracted, PaymentReversed, PlanAgreed, ScheduleReplaced
from overdue_flow.problems import Problem, did_you_mean
from overdue_flow.simulation.cells import Reason
from overdue_flow.simulation.columns import Cells, Grouped, InstalmentColumns, Loans, group
from overdue_flow.simulation.event_lines import FILE, EventLine
from overdue_flow.simulation.findings import Findings
from overdue_flow.simulation.payment_columns import PaymentColumns

_SCHEDULES = (ArrearsReported, ScheduleReplaced, PlanAgreed)
"""A loan that has one of these needs no instalments: its host has a ledger of its own, or the schedule comes later."""


def no_folder(folder: Path) -> Problem:
    """That the book is not there, or is a file."""
    what = "is a file" if folder.is_file() else "does not exist"
    return Problem(
        "no-folder", f"`{folder}` {what}; a book is a folder", hint="it holds `loans`, `instalments` and `payments`"
    )


def reversal_id(payment_id: str) -> str:
    """The id of the event by which a book reverses a payment."""
    return f"{payment_id}:reversed"


def check(
    cells: Mapping[str, Cells],
    loans: Loans,
    instalments: InstalmentColumns | None,
    payments: PaymentColumns | None,
    lines: Sequence[EventLine],
    findings: Findings,
) -> None:
    """Report what the files disagree on."""
    count = len(loans.rows)
    if "loans" not in cells or not count:
        return
    ids: dict[int, set[str]] = {}
    if instalments is not None:
        of_loan = group(instalments.loan, count)
        _check_schedules(cells["loans"], loans, of_loan, lines, findings)
        if instalments.ids:
            ids = _instalment_ids(cells["instalments"], loans, instalments, of_loan, findings)
    if payments is not None:
        of_loan = group(payments.loan, count)
        _check_payments(cells["payments"], loans, payments, of_loan, ids, findings)
        _check_references(loans, payments, of_loan, lines, findings)


def _check_schedules(
    cells: Cells, loans: Loans, of_loan: Grouped, lines: Sequence[EventLine], findings: Findings
) -> None:
    otherwise = {line.loan for line in lines if isinstance(line.event, _SCHEDULES)}
    for number, loan in enumerate(loans.rows):
        if of_loan.starts[number] == of_loan.starts[number + 1] and number not in otherwise:
            hint = "every loan needs a schedule, or an `ArrearsReported` in `events.jsonl`"
            reason = Reason("no-instalments", f"the loan `{loan.id}` has no row in `instalments`", hint)
            findings.add(cells.table.file, reason, loan.line, cells.table.columns["loan_id"], word="loan_id")


def _instalment_ids(
    cells: Cells, loans: Loans, rows: InstalmentColumns, of_loan: Grouped, findings: Findings
) -> dict[int, set[str]]:
    ids: dict[int, set[str]] = {}
    for number, loan in enumerate(loans.rows):
        seen: dict[str, int] = {}
        for row in of_loan.of(number):
            name = rows.ids[row]
            if name is None:
                continue
            if name in seen:
                reason = Reason("double-instalment", f"loan `{loan.id}` has another instalment `{name}`")
                _add(cells, "instalment_id", reason, rows.line[row], seen[name], findings)
            seen.setdefault(name, rows.line[row])
        if seen:
            ids[number] = set(seen)
    return ids


def _check_payments(
    cells: Cells, loans: Loans, rows: PaymentColumns, of_loan: Grouped, ids: Mapping[int, set[str]], findings: Findings
) -> None:
    for number, loan in enumerate(loans.rows):
        seen: dict[str, int] = {}
        for row in of_loan.of(number):
            name, towards = rows.id[row], rows.towards[row]
            if name in seen:
                reason = Reason("double-payment", f"loan `{loan.id}` has another payment `{name}`")
                _add(cells, "payment_id", reason, rows.line[row], seen[name], findings)
            seen.setdefault(name, rows.line[row])
            if towards is not None and towards not in ids.get(number, ()):
                hint = did_you_mean(towards, ids.get(number, ())) or "`instalment_id` of `instalments` names them"
                reason = Reason("unknown-instalment", f"loan `{loan.id}` has no instalment `{towards[:60]}`", hint)
                _add(cells, "towards", reason, rows.line[row], None, findings)


def _add(cells: Cells, column: str, reason: Reason, line: int, before: int | None, findings: Findings) -> None:
    first = (
        (cells.table.file, before, cells.table.columns[column], "it was given here first")
        if before is not None
        else None
    )
    findings.add(cells.table.file, reason, line, cells.table.columns[column], word=column, first=first)


def _check_references(
    loans: Loans, payments: PaymentColumns, of_loan: Grouped, lines: Sequence[EventLine], findings: Findings
) -> None:
    """What an event names must be there, and its id must be new."""
    by_loan: dict[int, list[EventLine]] = {}
    for line in lines:
        by_loan.setdefault(line.loan, []).append(line)
    for number, some in by_loan.items():
        payment_ids = {payments.id[row] for row in of_loan.of(number)}
        taken = {"opened"} | set(_ids_of_payments(payments, of_loan, number))
        known = taken | {line.event.id or "" for line in some}
        for line in some:
            if wrong := _why_unfit(line, loans.rows[number].id, payment_ids, taken, known):
                findings.add(FILE, wrong[1], line.line, (wrong[0],))


def _ids_of_payments(payments: PaymentColumns, of_loan: Grouped, number: int) -> Iterator[str]:
    for row in of_loan.of(number):
        yield payments.id[row]
        if payments.reversed_on[row]:
            yield reversal_id(payments.id[row])


def _why_unfit(
    line: EventLine, loan_id: str, payment_ids: set[str], taken: set[str], known: set[str]
) -> tuple[str, Reason] | None:
    """The field that names what is not there, or is there already, and why."""
    event = line.event
    if event.id in taken:
        message = f"loan `{loan_id}` has another event with the id `{event.id}`"
        return "id", Reason("double-event", message, "payments count too")
    if isinstance(event, PaymentReversed):
        if event.payment_id not in payment_ids:
            hint = did_you_mean(event.payment_id, payment_ids)
            return "payment_id", Reason(
                "unknown-payment", f"loan `{loan_id}` has no payment `{event.payment_id}`", hint
            )
        if reversal_id(event.payment_id) in taken:
            message = f"`payments` says already that `{event.payment_id}` was reversed"
            return "payment_id", Reason("double-reversal", message)
    if isinstance(event, EventRetracted) and event.event_id not in known:
        hint = did_you_mean(event.event_id, known)
        return "event_id", Reason("unknown-event", f"loan `{loan_id}` has no event `{event.event_id}` to retract", hint)
    return None
