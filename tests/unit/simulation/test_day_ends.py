"""How a loan stands on some days, taken at the moment at which it is final."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import Event, Instalment, LoanOpened, PaymentReceived
from overdue_flow.cases.position import position
from overdue_flow.engine.machine import Machine
from overdue_flow.policy.load import load_policy
from overdue_flow.simulation.day_ends import DayEnds
from overdue_flow.simulation.lived import live_through
from support.called import policy_text

DAYS = (date(2026, 1, 1), date(2026, 1, 10), date(2026, 1, 20), date(2026, 1, 31))


def machine(due_date_is_day: int) -> Machine:
    counting = f"Asia/Shanghai, counting: {{due_date_is_day: {due_date_is_day}}}"
    return Machine(load_policy(text=policy_text(3).replace("Asia/Shanghai", counting)))


def overdue(case: Case, on: date, turn_day: date) -> tuple[date, int]:
    return on, position(case, turn_day).overdue


@pytest.mark.parametrize(("due_date_is_day", "on_the_due_date"), [(0, 0), (1, 10000)])
def test_a_day_is_told_after_its_last_event_or_by_the_opening_of_the_next(
    due_date_is_day: int, on_the_due_date: int
) -> None:
    """An instalment falls due on the 10th and is paid at noon of the 20th."""
    found = machine(due_date_is_day)
    zone = found.policy.terms.zone
    events: list[tuple[datetime, Event]] = [
        (
            datetime(2026, 1, 1, tzinfo=zone),
            LoanOpened(
                id="o", opened_on=date(2026, 1, 1), instalments=(Instalment(due_on=date(2026, 1, 10), amount="100"),)
            ),
        ),
        (
            datetime(2026, 1, 20, 12, tzinfo=zone),
            PaymentReceived(id="p", amount="100", value_date=date(2026, 1, 20)),
        ),
    ]
    ends = DayEnds(overdue, lambda _case: iter(DAYS))
    life = live_through(found, "L", events, DAYS[-1], watch=ends.before_turn)
    assert life is not None
    ends.finish(life.case)

    assert ends.rows == [(DAYS[0], 0), (DAYS[1], on_the_due_date), (DAYS[2], 0), (DAYS[3], 0)]


def test_the_days_are_found_from_the_loan_and_may_be_none() -> None:
    seen: list[date] = []

    def none(case: Case) -> Iterator[date]:
        seen.append(case.opened_on)
        return iter(())

    opened = LoanOpened(id="o", opened_on=date(2026, 1, 1))
    found = machine(0)
    ends = DayEnds(overdue, none)
    at = datetime(2026, 1, 1, tzinfo=found.policy.terms.zone)
    life = live_through(found, "L", [(at, opened)], DAYS[-1], watch=ends.before_turn)
    assert life is not None
    ends.finish(life.case)

    assert (seen, ends.rows) == ([date(2026, 1, 1)], [])
