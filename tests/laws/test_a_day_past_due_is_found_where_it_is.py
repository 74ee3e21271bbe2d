"""Law: `dpd: N` is the first day on which the loan is N days past due, as a walk through all days finds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.events import LoanOpened, PaymentReceived
from overdue_flow.engine.machine import Machine
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.trials import Expectation, PastDue, Scenario, Step
from overdue_flow.testing.scenarios import run_scenario
from support.small_policy import POLICY

FIRST = date(2025, 1, 10)
_DAYS = 160

MACHINES = [
    Machine(load_policy(text=POLICY.replace("due_date_is_day: 0", f"due_date_is_day: {day}"))) for day in (0, 1)
]


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@given(
    st.sampled_from(MACHINES),
    st.lists(st.integers(0, 120), min_size=1, max_size=4, unique=True),
    st.lists(st.tuples(st.integers(0, 150), st.integers(1, 3)), max_size=4),
    st.integers(0, 80),
)
def test_a_day_past_due_is_found_where_it_is(
    machine: Machine, due: list[int], paid: list[tuple[int, int]], sought: int
) -> None:
    opening = LoanOpened(opened_on=FIRST, instalments=[{"due_on": day(one), "amount": "100.00"} for one in sorted(due)])
    steps = tuple(
        Step(day(on), PaymentReceived(amount=f"{count * 50}.00", value_date=day(on))) for on, count in sorted(paid)
    )
    loan = Scenario("a loan", opening, steps, ())
    found = run_scenario(
        machine.policy, _expecting(loan, Expectation(PastDue(sought), stage="nowhere")), machine=machine
    )
    assert found.difference is not None
    walked = next((one for one in range(_DAYS) if _is(machine, loan, one, sought)), None)
    if walked is None:
        assert found.difference.what == "days past due" or found.difference.on >= day(_DAYS)
    else:
        assert (found.difference.what, found.difference.on) == ("stage", day(walked))


def _is(machine: Machine, loan: Scenario, number: int, sought: int) -> bool:
    """Whether the loan is so many days past due on a day: as it opens, or after one of its payments."""
    on = day(number)
    before = [step for step in loan.steps if step.on < on]  # type: ignore[operator]  # all come on days
    today = [step for step in loan.steps if step.on == on]
    for count in range(len(today) + 1):
        steps = (*before, *today[:count])
        said = Expectation(on, facts={"dpd": sought})
        if run_scenario(machine.policy, _expecting(replace(loan, steps=steps), said), machine=machine).passed:
            return True
    return False


def _expecting(loan: Scenario, *expected: Expectation) -> Scenario:
    return replace(loan, expects=expected)
