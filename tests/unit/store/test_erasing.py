"""When a case may be erased: once nothing of it is on its way, and it was closed or nothing is owed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.evolve import apply
from overdue_flow.events import ArrearsReported, Closed, Event, Instalment, LoanOpened, PaymentReceived
from overdue_flow.store.erasing import why_still_open

AT = datetime(2025, 3, 1, 9, tzinfo=UTC)
OPENED = LoanOpened(id="o", opened_on="2025-01-01", instalments=(Instalment(due_on="2025-02-01", amount="100.00"),))
EFFECT = Effect("e", "call", "contact", date(2025, 3, 1), AT, "rule")


def lived(*events: Event) -> Case:
    case: Case | None = None
    for seq, event in enumerate((OPENED, *events), 1):
        case = apply(case, event, case_id="loan-1", seq=seq, day=AT.date(), at=AT)
    assert case is not None
    return case


PAID = PaymentReceived(id="p", amount="100.00", value_date="2025-02-01")


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (lived(), "100.00 CNY are still owed, and it was not closed"),
        (lived(PAID), ""),
        (lived(Closed(id="c")), ""),
        (lived(PAID)._replace(course=lived().course._replace(open_effects=(EFFECT,))), "`call` is still on its way"),
    ],
)
def test_what_speaks_against_erasing(case: Case, why: str) -> None:
    assert why_still_open(case)[: len(why) or None] == why


def test_a_report_of_nothing_owed_is_enough() -> None:
    assert why_still_open(lived(ArrearsReported(id="r", as_of="2025-02-28", overdue_amount="0", balance="0"))) == ""
