"""Law: what is said of every loan holds of every loan, on every day of its history.

Each sentence of `policy.sense` is asked of cases that random histories lead to. What the host tells must fit together
for some of them: those are asked of histories without the events by which it may not.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.case import Case
from overdue_flow.cases.facts import built_in
from overdue_flow.guards.check import read_guard
from overdue_flow.guards.evaluate import evaluate
from overdue_flow.guards.grid import Bounds
from overdue_flow.guards.tree import Guard
from overdue_flow.guards.vocabulary import Value, Vocabulary
from overdue_flow.policy.sense import ALWAYS, OF_THE_BALANCE, OF_THE_BORROWER, OF_THE_LEDGER, bounds_in
from support.histories import History, histories, lived

VOCABULARY = Vocabulary(built_in().values())
REPORTS = {"ArrearsReported"}
AGREEMENTS = REPORTS | {"PlanAgreed", "SettlementReached"}
OTHERS = AGREEMENTS | {"OtherLoanTold"}


def sentence(text: str) -> Guard:
    guard = read_guard(text, VOCABULARY).guard
    assert guard is not None
    return guard


SENTENCES = {
    "always": ([sentence(text) for text in ALWAYS], set[str]()),
    "of the ledger": ([sentence(text) for text in OF_THE_LEDGER], REPORTS),
    "of the balance": ([sentence(text) for text in OF_THE_BALANCE], AGREEMENTS),
    "of the borrower": ([sentence(text) for text in OF_THE_BORROWER], OTHERS),
}


def look_at(case: Case, day: date) -> dict[str, Value | None]:
    return {name: fact.read(case, day) for name, fact in VOCABULARY.items()}


@pytest.mark.parametrize("about", SENTENCES)
@given(data=st.data())
def test_a_sentence_holds_in_every_history(about: str, data: st.DataObject) -> None:
    sentences, without = SENTENCES[about]
    drawn = data.draw(histories())
    kept = tuple(event for event in drawn.events if event.kind not in without)
    case = lived(History(drawn.opened, kept))
    for days in (0, 1, 31, 100):
        day = case.day + timedelta(days=days)
        facts = look_at(case, day)
        broken = [guard.text for guard in sentences if not evaluate(guard, facts.__getitem__)]
        assert not broken, f"{broken} on {day}"


@given(drawn=histories())
def test_no_count_and_no_amount_is_below_what_is_said_of_it(drawn: History) -> None:
    case = lived(drawn)
    bounds = bounds_in("CNY")
    for name, value in look_at(case, case.day).items():
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            found: Bounds = bounds(VOCABULARY[name])
            assert found.lowest is None or value >= found.lowest, name
