"""Which parts of a guard decide it, and when a comparison stands at its boundary."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from overdue_flow.guards.boundaries import is_at_boundary, shown_where, step_of, weigh
from overdue_flow.guards.evaluate import holds
from overdue_flow.guards.tree import atoms
from overdue_flow.guards.vocabulary import Value
from support.guards import typed


def decides(text: str, **values: Value | None) -> list[bool]:
    return [one.decides for one in weigh(typed(text).tree, values.__getitem__)]


def near(text: str, **values: Value | None) -> bool:
    (atom,) = atoms(typed(text).tree)
    return is_at_boundary(atom, values.__getitem__, "CNY")


def test_in_an_and_a_part_decides_where_the_others_hold() -> None:
    text = "dpd > 90 and fails >= 2 and plan_active"
    assert decides(text, dpd=91, fails=2, plan_active=True) == [True, True, True]
    assert decides(text, dpd=90, fails=2, plan_active=True) == [True, False, False]
    assert decides(text, dpd=90, fails=1, plan_active=True) == [False, False, False]


def test_in_an_or_a_part_decides_where_none_of_the_others_holds() -> None:
    text = "dpd > 90 or fails >= 2"
    assert decides(text, dpd=90, fails=1) == [True, True]
    assert decides(text, dpd=91, fails=1) == [True, False]
    assert decides(text, dpd=91, fails=2) == [False, False]


def test_a_part_of_a_part_decides_where_that_part_does() -> None:
    text = "plan_active and not (dpd > 90 or fails >= 2)"
    assert decides(text, plan_active=True, dpd=90, fails=1) == [True, True, True]
    assert decides(text, plan_active=False, dpd=90, fails=1) == [True, False, False]
    assert decides(text, plan_active=True, dpd=91, fails=1) == [False, True, False]


@pytest.mark.parametrize(
    ("sign", "at"),
    [
        (">", [False, True, True, False]),
        (">=", [True, True, False, False]),
        ("<", [True, True, False, False]),
        ("<=", [False, True, True, False]),
        ("==", [True, True, True, False]),
        ("!=", [True, True, True, False]),
    ],
)
def test_the_nearest_values_on_both_sides_are_the_boundary(sign: str, at: list[bool]) -> None:
    assert [near(f"dpd {sign} 90", dpd=dpd) for dpd in (89, 90, 91, 92)] == at
    cents = [Decimal("89.99"), Decimal(90), Decimal("90.01"), Decimal("90.02")]
    if sign not in ("==", "!="):
        assert [near(f"owed {sign} 90", owed=owed) for owed in cents] == at
    days = [date(2025, 1, day) for day in (30, 31)] + [date(2025, 2, day) for day in (1, 2)]
    assert [near(f'due_on {sign} "2025-01-31"', due_on=day) for day in days] == at


def test_where_two_facts_meet_it_is_their_difference() -> None:
    assert near("owed > cost", owed=Decimal("2000.01"), cost=Decimal(2000))
    assert not near("owed > cost", owed=Decimal("2000.02"), cost=Decimal(2000))
    assert near("filed_on > due_on", filed_on=date(2025, 1, 2), due_on=date(2025, 1, 2))
    assert not near("filed_on > due_on", filed_on=date(2025, 1, 1), due_on=date(2025, 1, 2))


def test_a_number_with_decimals_is_at_its_boundary_within_the_last_place_written() -> None:
    assert [near("odds < 0.2", odds=Decimal(odds)) for odds in ("0.09", "0.1", "0.19", "0.2", "0.29", "0.3")] == [
        False, True, True, True, True, False,
    ]  # fmt: skip


def test_beside_zero_an_amount_has_no_boundary_and_neither_has_a_word_or_a_flag() -> None:
    assert near("owed > 0", owed=Decimal(5000))
    assert near("owed == 100", owed=Decimal(5000))
    assert near("plan_active", plan_active=True)
    assert near('channel == "sms"', channel="email")
    assert near("age is None", age=7)
    assert not near("age > 3", age=None)


def test_the_smallest_step_goes_by_what_is_compared() -> None:
    def step(text: str, currency: str = "CNY") -> Decimal | None:
        (atom,) = atoms(typed(text).tree)
        return step_of(atom, currency)

    assert (step("dpd > 90"), step('due_on > "2025-01-31"')) == (Decimal(1), Decimal(1))
    assert (step("owed > 90"), step("owed > 90", "JPY")) == (Decimal("0.01"), Decimal(1))
    assert (step("odds > 0.25"), step("odds > 0.50"), step("odds > 3")) == (Decimal("0.01"), Decimal("0.1"), Decimal(1))
    assert (step("owed > 0"), step("owed == 3"), step("plan_active")) == (None, None, None)


def test_what_shows_a_side_is_said_as_a_condition() -> None:
    text = "dpd > 90 and (fails >= 2 or plan_active)"
    tree = typed(text).tree
    loans = [(dpd, fails, plan) for dpd in (89, 90, 91, 92) for fails in (1, 2) for plan in (False, True)]
    for number, wanted in enumerate(["dpd > 90", "fails >= 2", "plan_active"]):
        for at in (True, False):
            shown = shown_where(tree, number, "CNY", at=at)
            for dpd, fails, plan in loans:
                values = {"dpd": dpd, "fails": fails, "plan_active": plan}
                one = weigh(tree, values.__getitem__)[number]
                assert text[one.atom.start : one.atom.end] == wanted
                is_shown = one.decides and one.holds is at and is_at_boundary(one.atom, values.__getitem__, "CNY")
                assert holds(shown, values.__getitem__) is is_shown
