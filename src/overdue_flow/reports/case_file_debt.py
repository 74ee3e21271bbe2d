"""The debt in a case file: who owes it, under which contract, what is overdue, what was paid, promised and agreed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import LoanOpened
from overdue_flow.cases.latest import event_of
from overdue_flow.cases.position import in_force, position
from overdue_flow.cases.waterfall import COMPONENTS, DESIGNATED, LET_GO, PAID, REFUNDED, REVERSED, WAIVED
from overdue_flow.events import DebtSold, LawFirmEngaged
from overdue_flow.money import from_minor
from overdue_flow.reports.itemised import FIGURES, HEAD, itemised
from overdue_flow.reports.section import Section

_MONEY = {
    PAID: "payment",
    DESIGNATED: "payment",
    WAIVED: "waiver",
    REVERSED: "reversal",
    REFUNDED: "refund",
    LET_GO: "let go on completion",
}


def said(amount: int, case: Case) -> str:
    """An amount in minor units as the file says it."""
    return f"{from_minor(amount, case.ledger.rules.currency):f}"


def parties(case: Case, day: date) -> Section:
    """Everybody who has a part in it, by id."""
    return Section("parties", ("part", "id", "note"), tuple(_parties(case, day)))


def _parties(case: Case, day: date) -> Iterator[tuple[str, str, str]]:
    yield ("borrower", case.person_id, "")
    yield from (("co-borrower", name, "") for name in case.co_borrowers)
    yield from (("guarantor", name, "") for name in case.guarantors)
    firm = event_of(case.preparation.firm, LawFirmEngaged)
    if firm is not None and case.preparation.firm is not None:
        yield ("law firm", firm.firm, f"since {case.preparation.firm.on}" + _reference(firm.reference))
    placed = case.handover.placed(day)
    if placed is not None:
        until = f", until {placed.until}" if placed.until else ""
        yield ("agency", placed.agency, f"since {case.handover.placed_on(day)}{until}" + _reference(placed.reference))
    sale = case.handover.latest.of(DebtSold)
    sold = event_of(sale, DebtSold)
    if sold is not None and sale is not None:
        yield ("owner of the debt", sold.buyer, f"since {sale.on}")


def _reference(reference: str | None) -> str:
    return f", under {reference}" if reference else ""


def contract(case: Case, day: date) -> Section:
    """The schedule that is owed, with what was covered of it and when, and the terms by which it is counted."""
    books = in_force(case.ledger, case.plans).books
    parts = {(due.what, due.id): due.parts for due in books.dues}
    rows = []
    for one in books.coverage(day):
        of_it = parts.get((one.what, one.id))
        components = ("",) * len(COMPONENTS) if of_it is None else tuple(said(part, case) for part in of_it)
        rows.append((str(one.due_on), f"{one.what} {one.id}", *components, said(one.amount, case), _on(one.covered_on)))
    head = ("due on", "what", *COMPONENTS, "amount", "covered on")
    return Section("the contract", head, tuple(rows), (*COMPONENTS, "amount"), tuple(_terms(case)))


def _on(day: date | None) -> str:
    return "" if day is None else str(day)


def _terms(case: Case) -> Iterator[str]:
    terms, opened = case.terms, case.events[0].event
    known = f"; known here since {case.events[0].day}" if isinstance(opened, LoanOpened) else ""
    yield f"opened on {case.opened_on}{known}; days are those of {terms.time_zone}"
    counting = terms.counting
    yield (
        f"counted: the due date is day {counting.due_date_is_day}, {counting.grace_days} days of grace, paid when short"
        f" by no more than {counting.paid_when_short_by}"
    )
    yield f"payments cover the {terms.allocation.order.replace('_', ' ')}, in it {', '.join(terms.allocation.within)}"


def arrears(case: Case, day: date) -> Section:
    """Every sum that is overdue, and its date."""
    found = itemised(case, day)
    rows = tuple(item.cells() for item in found.items)
    return Section("arrears", HEAD, rows, FIGURES, (*found.summed_up(), *_owed(case, day)))


def _owed(case: Case, day: date) -> Iterator[str]:
    balance = position(case, day).balance
    if balance is not None:
        yield f"owed in all, due or not: {said(balance, case)}"


def money(case: Case, day: date) -> Section:
    """Everything that came, was waived, went back or was let go, by value date."""
    postings = in_force(case.ledger, case.plans).books.postings
    rows = tuple(
        (
            str(one.on),
            _MONEY[one.rank],
            one.id,
            said(one.came or one.amount, case),
            said(one.gone, case) if one.gone else "",
            one.target or "",
        )
        for one in postings
        if one.rank in _MONEY and one.on <= day
    )
    head = ("value date", "what", "id", "amount", "reversed of it", "names")
    return Section("payments and waivers", head, rows, ("amount", "reversed of it"))


def promises(case: Case, day: date) -> Section:
    """Every promise to pay, and what has become of it."""
    rows = tuple(
        (str(one.made_on), one.id, str(one.due_on), said(one.amount, case), said(one.paid, case), one.standing(day))
        for one in case.promises.promises
    )
    head = ("made on", "id", "due on", "amount", "paid in time", "standing")
    return Section("promises", head, rows, ("amount", "paid in time"))


def plans(case: Case, day: date) -> Section:
    """Every repayment plan and settlement, and what has become of it."""
    rows = tuple(
        (
            str(plan.agreed_on),
            plan.id,
            (plan.kind or "a plan").replace("_", " "),
            said(sum(due.total for due in plan.books.dues), case),
            said(plan.books.account_on(day).paid, case),
            said(plan.waived, case),
            str(plan.ends_on),
            plan.standing(day),
        )
        for plan in case.plans.plans
    )
    head = ("agreed on", "id", "kind", "amount", "paid", "waived on completion", "ends on", "standing")
    return Section("repayment plans and settlements", head, rows, ("amount", "paid", "waived on completion"))
