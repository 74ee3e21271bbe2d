"""Law: the prover agrees with a walk through all loans.

A loan that it shows meets the conditions; where it says that none does, none of those drawn does, and none of all loans
whose facts are small whole numbers, flags and words. With the solver nothing is left undecided, and both say the same.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from overdue_flow.guards.evaluate import evaluate
from overdue_flow.guards.prove import Prover
from overdue_flow.guards.solver import Z3
from overdue_flow.guards.tree import Guard
from overdue_flow.guards.vocabulary import Kind, Value
from support.guards import MAY_BE_MISSING, STILL, typed, values_of, whole_guards
from support.guards import guards as any_guards

SOLVER = Z3()
LOANS = st.fixed_dictionaries({name: values_of(name) for name in STILL})
GUARDS = st.lists(any_guards(), min_size=1, max_size=3)
WALKED_MAX = 4_000


def is_possible(name: str, value: Value | None) -> bool:
    fact = STILL[name]
    if value is None:
        return fact.may_be_missing
    if fact.choices:
        return value in fact.choices
    types: dict[Kind, type | tuple[type, ...]] = {
        Kind.FLAG: bool, Kind.DATE: date, Kind.TEXT: str, Kind.MONEY: (int, Decimal), Kind.NUMBER: (int, Decimal),
    }  # fmt: skip
    return isinstance(value, types[fact.kind])


@given(some=GUARDS, loans=st.lists(LOANS, max_size=20))
def test_what_is_refuted_is_shown_and_what_is_proved_is_met_by_nobody(
    some: list[Guard], loans: list[dict[str, Value | None]]
) -> None:
    verdict = Prover(STILL, some).none(*some)
    if verdict.loan is not None:
        assert all(evaluate(guard, verdict.loan.__getitem__) for guard in some)
        assert all(is_possible(name, value) for name, value in verdict.loan.items())
    elif verdict.proved:
        assert not any(all(evaluate(guard, loan.__getitem__) for guard in some) for loan in loans)


WALK: dict[str, list[Value | None]] = {
    "dpd": list(range(-20, 21)),
    "age": [*range(-20, 21), None],
    "left": [*range(-20, 21), None],
    "plan_active": [False, True],
    "vip": [False, True, None],
    "channel": list(STILL["channel"].choices),
    "result": [*STILL["result"].choices, None],
}


@given(some=st.lists(whole_guards(depth=2), min_size=1, max_size=3))
@example(some=[typed("dpd < left"), typed("left < age"), typed("age < dpd + 1")])
def test_small_loans_are_all_walked_through(some: list[Guard]) -> None:
    verdict = Prover(STILL, some).none(*some)
    names = sorted({name for guard in some for name in guard.names})
    walked = list(itertools.islice(itertools.product(*(WALK[name] for name in names)), WALKED_MAX + 1))
    loans = (dict(zip(names, values, strict=True)) for values in walked)
    if any(all(evaluate(guard, loan.__getitem__) for guard in some) for loan in loans):
        assert not verdict.proved
    elif len(walked) <= WALKED_MAX:
        assert not verdict.refuted or outside(verdict.loan)


def outside(loan: object) -> bool:
    """Whether a loan has a number that the walk did not come to."""
    assert isinstance(loan, dict)
    return any(isinstance(value, int) and not -20 <= value <= 20 for value in loan.values())


@given(some=GUARDS)
def test_the_solver_says_what_the_grid_says_and_leaves_little_open(some: list[Guard]) -> None:
    plain, solved = Prover(STILL, some).none(*some), Prover(STILL, some, solver=SOLVER).none(*some)
    if not plain.why:
        assert (plain.proved, plain.refuted) == (solved.proved, solved.refuted)
    if solved.loan is not None:
        assert all(evaluate(guard, solved.loan.__getitem__) for guard in some)


@given(guard=any_guards())
def test_a_guard_is_the_same_as_itself_and_never_as_its_opposite(guard: Guard) -> None:
    prover = Prover(STILL, [guard])
    same = prover.same(guard, guard)
    assert same.proved or same.why
    assert not same.refuted


ORDERED = [typed("age <= left"), typed("left <= dpd"), typed("age > dpd")]
"""A chain that bites its tail: two facts that may be missing, and none that is."""


def test_a_chain_of_comparisons_is_decided_without_a_solver() -> None:
    assert Prover(STILL, ORDERED).none(*ORDERED).proved
    strict = [typed("age < left"), typed("left < dpd"), typed("dpd < 3"), typed("age > 0")]
    assert Prover(STILL, strict).none(*strict).proved
    loan = Prover(STILL, strict[:3]).none(*strict[:3]).loan
    assert loan is not None
    assert {"age", "left"} <= MAY_BE_MISSING
    assert [loan[name] for name in ("age", "left", "dpd")] == [0, 1, 2]


def test_dates_between_two_days_are_counted_exactly() -> None:
    near = [typed('filed_on > "2025-01-15"'), typed('filed_on < "2025-01-17"')]
    verdict = Prover(STILL, near).none(*near)
    assert verdict.loan == {"filed_on": date(2025, 1, 15) + timedelta(days=1)}
    none = [typed('filed_on > "2025-01-15"'), typed('filed_on < "2025-01-16"')]
    assert Prover(STILL, none).none(*none).proved
