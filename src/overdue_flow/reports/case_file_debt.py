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
from overdue_flow.reports.itemised import itemised, itemised_columns
from overdue_flow.reports.report import Note, Part, Row, columns
from overdue_flow.reports.seen import Group
from overdue_flow.reports.speech import Phrase, Said, as_said, code, listed, say

_MONEY: dict[int, Phrase] = {
    PAID: say("payment"),
    DESIGNATED: say("payment"),
    WAIVED: say("waiver"),
    REVERSED: say("reversal"),
    REFUNDED: say("refund"),
    LET_GO: say("let go on completion"),
}


def said(amount: int, case: Case) -> str:
    """An amount in minor units as the file says it."""
    return f"{from_minor(amount, case.ledger.rules.currency):f}"


def parties(case: Case, day: date) -> Part:
    """Everybody who has a part in it, by id."""
    head = columns("identity", "part", "id", "note", part="open", note="mixed")
    return Part(say("parties"), head, tuple(Row(cells, group) for cells, group in _parties(case, day)))


def _parties(case: Case, day: date) -> Iterator[tuple[tuple[Said, Said, Said], Group]]:
    yield (say("borrower"), case.person_id, ""), "identity"
    yield from (((say("co-borrower"), name, ""), "identity") for name in case.co_borrowers)
    yield from (((say("guarantor"), name, ""), "identity") for name in case.guarantors)
    firm = event_of(case.preparation.firm, LawFirmEngaged)
    if firm is not None and case.preparation.firm is not None:
        yield (say("law firm"), firm.firm, _since(case.preparation.firm.on, None, firm.reference)), "legal"
    placed = case.handover.placed(day)
    if placed is not None:
        since = case.handover.placed_on(day)
        yield (say("agency"), placed.agency, _since(since, placed.until, placed.reference)), "legal"
    sale = case.handover.latest.of(DebtSold)
    sold = event_of(sale, DebtSold)
    if sold is not None and sale is not None:
        yield (say("owner of the debt"), sold.buyer, _since(sale.on, None, None)), "legal"


def _since(day: date | None, until: date | None, reference: str | None) -> Said:
    return listed(
        (
            say("since {day}", day=day),
            say("until {day}", day=until) if until else "",
            say("under {reference}", reference=reference) if reference else "",
        )
    )


def contract(case: Case, day: date) -> Part:
    """The schedule that is owed, with what was covered of it and when, and the terms by which it is counted."""
    books = in_force(case.ledger, case.plans).books
    parts = {(due.what, due.id): due.parts for due in books.dues}
    rows = []
    for one in books.coverage(day):
        of_it = parts.get((one.what, one.id))
        components = ("",) * len(COMPONENTS) if of_it is None else tuple(said(part, case) for part in of_it)
        what = listed((code(one.what), one.id), " ")
        rows.append(Row((str(one.due_on), what, *components, said(one.amount, case), as_said(one.covered_on))))
    figures = (*COMPONENTS, "amount")
    head = columns("money", "due on", "what", "costs", "interest", "principal", "amount", "covered on", figures=figures)
    return Part(say("the contract"), head, tuple(rows), tuple(Note(one, "money") for one in _terms(case)))


def _terms(case: Case) -> Iterator[Said]:
    terms, opened = case.terms, case.events[0].event
    known = say("known here since {day}", day=case.events[0].day) if isinstance(opened, LoanOpened) else ""
    days = say("opened on {day}", day=case.opened_on)
    yield listed((days, known, say("days are those of {zone}", zone=terms.time_zone)), "; ")
    counting = terms.counting
    yield say(
        "counted: the due date is day {day}, {grace} days of grace, paid when short by no more than {short}",
        day=counting.due_date_is_day,
        grace=counting.grace_days,
        short=counting.paid_when_short_by,
    )
    within = listed(code(one) for one in terms.allocation.within)
    yield say("payments cover the {order}, in it {within}", order=code(terms.allocation.order), within=within)


def arrears(case: Case, day: date) -> Part:
    """Every sum that is overdue, and its date."""
    found = itemised(case, day)
    rows = tuple(Row(item.said()) for item in found.items)
    notes = (*found.summed_up_said(), *_owed(case, day))
    return Part(say("arrears"), itemised_columns(), rows, tuple(Note(one, "money") for one in notes))


def _owed(case: Case, day: date) -> Iterator[Said]:
    balance = position(case, day).balance
    if balance is not None:
        yield say("owed in all, due or not: {amount}", amount=said(balance, case))


def money(case: Case, day: date) -> Part:
    """Everything that came, was waived, went back or was let go, by value date."""
    postings = in_force(case.ledger, case.plans).books.postings
    rows = tuple(
        Row(
            (
                str(one.on),
                _MONEY[one.rank],
                one.id,
                said(one.came or one.amount, case),
                said(one.gone, case) if one.gone else "",
                one.target or "",
            )
        )
        for one in postings
        if one.rank in _MONEY and one.on <= day
    )
    figures = ("amount", "reversed of it")
    head = columns("money", "value date", "what", "id", "amount", "reversed of it", "names", figures=figures)
    return Part(say("payments and waivers"), head, rows)


def promises(case: Case, day: date) -> Part:
    """Every promise to pay, and what has become of it."""
    rows = tuple(
        Row(
            (
                str(one.made_on),
                one.id,
                str(one.due_on),
                said(one.amount, case),
                said(one.paid, case),
                code(one.standing(day)),
            )
        )
        for one in case.promises.promises
    )
    figures = ("amount", "paid in time")
    head = columns("talks", "made on", "id", "due on", "amount", "paid in time", "standing", figures=figures)
    return Part(say("promises"), head, rows)


def plans(case: Case, day: date) -> Part:
    """Every repayment plan and settlement, and what has become of it."""
    rows = tuple(
        Row(
            (
                str(plan.agreed_on),
                plan.id,
                code(plan.kind) or say("a plan"),
                said(sum(due.total for due in plan.books.dues), case),
                said(plan.books.account_on(day).paid, case),
                said(plan.waived, case),
                str(plan.ends_on),
                code(plan.standing(day)),
            )
        )
        for plan in case.plans.plans
    )
    figures = ("amount", "paid", "waived on completion")
    head = columns(
        "talks", "agreed on", "id", "kind", "amount", "paid", "waived on completion", "ends on", "standing",
        figures=figures,
    )  # fmt: skip
    return Part(say("repayment plans and settlements"), head, rows)
