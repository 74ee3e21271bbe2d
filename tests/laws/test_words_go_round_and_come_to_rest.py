"""Law: words of the loans of one person go round and come to rest.

A mark that spreads has reached every loan of the person at the end of the turn in which it began on one; telling the
same again, or looking once more, changes nothing. Marks that never agree go round a bounded number of times.
"""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow import Flow, MemoryStore
from overdue_flow.cases.other_loans import said_by
from overdue_flow.engine.persons import rounds_of, unheard
from overdue_flow.policy.load import load_policy
from support.families import POLICY, opened
from support.telling import noon

MORE = """\
marks:
  first: {when: dpd > 3}
  second: {when: borrower_marked_first}
  third: {when: borrower_marked_second and not mark_first}
"""
CHAIN = POLICY.replace("marks:\n", MORE)
AT_ODDS = POLICY.replace("watch: {when: dpd > 5 or borrower_marked_npa}", "watch: {when: not borrower_marked_watch}")
START = date(2025, 1, 1)


@st.composite
def dues(draw: st.DrawFn) -> dict[str, date]:
    """Up to five loans of a person, by the day on which each falls due."""
    days = draw(st.lists(st.integers(1, 60), min_size=2, max_size=5))
    return {f"loan-{number}": START + timedelta(days=day) for number, day in enumerate(days)}


def flow_of(text: str, loans: dict[str, date]) -> Flow:
    flow = Flow(load_policy(text=text), MemoryStore(), clock=lambda: noon("2026-01-01"))
    for loan, due_on in loans.items():
        flow.receive(loan, opened(due_on.isoformat()))
    return flow


@given(dues(), st.integers(1, 100))
def test_words_go_round_and_come_to_rest(loans: dict[str, date], later: int) -> None:
    flow = flow_of(CHAIN, loans)
    flow.wake(START + timedelta(days=later))
    cases = {loan: flow.case(loan) for loan in loans}

    for loan, case in cases.items():
        others = [said_by(other) for name, other in cases.items() if name != loan]
        assert list(unheard(case, cases, others)) == [], "each knows what the others say"
        marks = {name for name, last in case.course.marks.items() if last.began}
        late = (START + timedelta(days=later) - min(loans.values())).days > 3
        assert ("second" in marks) == late, "a mark of one is known to all on its day"
    before = {loan: len(flow.history(loan)) for loan in loans}
    flow.wake(START + timedelta(days=later))
    assert {loan: len(flow.history(loan)) for loan in loans} == before


@given(dues())
def test_marks_that_never_agree_go_round_a_bounded_number_of_times(loans: dict[str, date]) -> None:
    flow = flow_of(AT_ODDS, loans)
    most = rounds_of(len(loans), 2) * len(loans) * (len(loans) + 1)

    for loan in loans:
        assert len(flow.history(loan)) <= most + 1
