"""The ledger gives the reference figures of real loans exactly: see the README of the data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from overdue_flow.cases.arrears import coverage
from overdue_flow.cases.events import Instalment
from overdue_flow.cases.terms import Counting, Terms
from support import real_data as adapters
from support.ledgers import Told


def told(loan: adapters.Loan) -> Told:
    """A real loan, told in the order of its value dates; an instalment short by a cent counts as paid."""
    terms = Terms(currency=loan.currency, counting=Counting(paid_when_short_by="0.01"))
    instalments = [Instalment(due_on=due_on, amount=amount) for due_on, amount in loan.instalments]
    story = Told(instalments, terms, loan.opened_on)
    for payment in sorted(loan.payments, key=lambda one: one.value_date):
        story.pays(f"{payment.amount}", on=payment.value_date, id=payment.payment_id)
    return story


def days_late(loans: Iterable[adapters.Loan]) -> list[int | None]:
    """Per instalment, how late it was covered; None for one that never was."""
    return [
        None if one.covered_on is None else (one.covered_on - one.due_on).days
        for story in map(told, loans)
        for one in coverage(story.case.ledger, story.case.day)
    ]


@pytest.mark.parametrize(
    ("schedule", "late", "over_30", "over_60", "over_90", "in_all"),
    [("kiva", 732, 325, 89, 20, 21_611), ("local", 1_905, 1_316, 736, 332, 100_507)],
)
def test_kiva(real_data: Path, schedule: str, late: int, over_30: int, over_60: int, over_90: int, in_all: int) -> None:
    loans = adapters.kiva(real_data, schedule)
    found = days_late(loans)
    covered = [days for days in found if days is not None and days > 0]
    assert (len(loans), len(found), found.count(None)) == (249, 2_582, 19)
    assert [sum(days >= least for days in covered) for least in (1, 30, 60, 90)] == [late, over_30, over_60, over_90]
    assert sum(covered) == in_all


def test_loan_payments_are_reproduced_but_for_two_that_contradict_their_own_dates(real_data: Path) -> None:
    loans = adapters.loan_payments(real_data)
    agree = 0
    for loan in loans:
        story = told(loan)
        due_on = loan.instalments[0][0]
        covered_on = coverage(story.case.ledger, adapters.AGED_AS_OF)[0].covered_on
        late = story.says("dpd", adapters.AGED_AS_OF) if covered_on is None else max(0, (covered_on - due_on).days)
        agree += late == loan.says
    assert (agree, len(loans)) == (498, 500)


def test_ibm_invoices_are_all_reproduced(real_data: Path) -> None:
    loans = adapters.ibm_invoices(real_data)
    agree = sum(loan.says == max(0, late or 0) for loan, late in zip(loans, days_late(loans), strict=True))
    assert (agree, len(loans)) == (2_466, 2_466)


def test_a_late_instalment_was_past_due_by_as_many_days_on_the_day_before_it_was_paid(real_data: Path) -> None:
    """The days past due, read day by day, agree with the value dates of what was covered, for 60 invoices."""
    for loan in [loan for loan in adapters.ibm_invoices(real_data) if loan.says][:60]:
        story = told(loan)
        paid_on = loan.payments[0].value_date
        assert story.says("dpd", paid_on - timedelta(days=1)) == (loan.says or 0) - 1
        assert story.says("dpd", paid_on) == 0
