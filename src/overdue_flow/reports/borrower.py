"""The borrower as a whole, to be read: every loan of a person, what is owed in each currency, and when contact may be
made."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from overdue_flow.engine.borrower import Borrower, LoanOfBorrower, Owed
from overdue_flow.policy.policy import Policy
from overdue_flow.reports.overview import mark_called, stage_called
from overdue_flow.reports.report import Field, Note, Part, Report, Row, columns, restricted
from overdue_flow.reports.seen import Seen
from overdue_flow.reports.speech import Said, code, listed, say

_OPEN_MATTERS = (("plan", "plan"), ("promise", "promise"), ("complaint", "complaint"))


def borrower_report(found: Borrower, policy: Policy, seen: Seen | None = None) -> Report:
    """A borrower and their loans; those that who looks may not see are not in `found`."""
    report = Report(
        "borrower",
        say("the borrower as a whole"),
        (Note(say("as of the end of {day}", day=found.on)),),
        (_whole(found), _owed(found), _loans(found, policy), _matters(found)),
    )
    return restricted(report, seen)


def _whole(found: Borrower) -> Part:
    return Part(
        say("the borrower"),
        fields=(
            Field(say("borrower"), found.person_id, "identity"),
            Field(say("loans"), str(len(found.loans)), "money", lead=True),
            Field(say("most days past due"), _said(found.dpd), "money", lead=True),
            Field(say("contact to collect"), _instant(found.contact_at), "contact"),
        ),
    )


def _owed(found: Borrower) -> Part:
    head = columns("money", "currency", "overdue amount", "balance", figures=("overdue amount", "balance"))
    rows = [Row((currency, *_amounts(owed))) for currency, owed in found.owed.items()]
    return Part(say("what is owed, by currency"), head, tuple(rows))


def _amounts(owed: Owed) -> tuple[Said, Said]:
    return _said(owed.overdue_amount), _said(owed.balance)


def _loans(found: Borrower, policy: Policy) -> Part:
    head = columns(
        "money",
        "loan", "stage", "days past due", "overdue amount", "balance", "currency", "marks",
        figures=("days past due", "overdue amount", "balance"), loan="open", stage="work",
    )  # fmt: skip
    return Part(say("each loan"), head, tuple(Row(_loan(loan, policy)) for loan in found.loans))


def _loan(loan: LoanOfBorrower, policy: Policy) -> tuple[Said, ...]:
    stage = code(loan.ended) if loan.ended else stage_called(policy, loan.stage)
    amounts = (_said(loan.dpd), _said(loan.overdue_amount), _said(loan.balance))
    return loan.loan_id, stage, *amounts, loan.currency, listed(mark_called(policy, one) for one in loan.marks)


def _matters(found: Borrower) -> Part:
    """What is open on each loan, and when somebody may be contacted about it."""
    head = columns("care", "loan", "holds", "open", "contact to collect", loan="open", open="talks",
                   contact_to_collect="contact")  # fmt: skip
    rows = []
    for loan in found.open_loans:
        matters = [code(word) for name, word in _OPEN_MATTERS if getattr(loan, name)]
        rows.append(Row((loan.loan_id, listed(map(code, loan.holds)), listed(matters), _instant(loan.contact_at))))
    return Part(say("what is open"), head, tuple(rows))


def _said(value: int | Decimal | None) -> Said:
    return say("not known") if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _instant(at: datetime | None) -> Said:
    return say("not now") if at is None else f"{at:%Y-%m-%d %H:%M}"
