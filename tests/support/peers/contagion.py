"""Frappe: one loan beyond 90 days makes the borrower's other loans non-performing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from overdue_flow import Flow, MemoryStore
from overdue_flow.cases.counting import told_by
from overdue_flow.events import Instalment, LoanOpened
from support.peers.cases import Compared, PeerCase, on
from support.regulated import policy_of


def contagion(case: PeerCase) -> Iterator[Compared]:
    """FR-04, under the pack of India: neither loan is paid; the second has fallen due the day before."""
    policy, loans = policy_of("in/sma-npa"), ("loan1", "loan2")
    flow = Flow(policy, MemoryStore(), clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    for loan in loans:
        due_on = on(case.inputs[loan]["first_due"])
        opened_on = due_on - timedelta(days=30)
        flow.receive(
            loan,
            LoanOpened(
                id="opened",
                at=datetime.combine(opened_on, time(12), UTC),
                opened_on=opened_on,
                person_id="customer",
                instalments=(Instalment(due_on=due_on, amount="1000"),),
            ),
        )
    for number, check, expected in case.each_check():
        told = told_by(on(check["as_of"]), policy.terms)
        flow.wake(told.turn_day)
        cases = {loan: flow.case(loan) for loan in loans}
        said = {
            "loan1_dpd": policy.vocabulary["dpd"].read(cases["loan1"], told.turn_day),
            **{f"{loan}_npa": policy.vocabulary["mark_npa"].read(cases[loan], told.turn_day) for loan in loans},
            "customer_npa": policy.vocabulary["borrower_marked_npa"].read(cases["loan2"], told.turn_day),
        }
        for what, value in expected.items():
            yield Compared(number, what, value, said[what])


ADAPTERS = {"FR-04": contagion}
