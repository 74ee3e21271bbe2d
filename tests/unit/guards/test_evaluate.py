"""The meaning of guards: each operator, missing facts, and what is possible while facts are unknown."""

from __future__ import annotations

from datetime import date
from decimal import Context, Decimal, localcontext

import pytest

from overdue_flow.guards.evaluate import evaluate, possible
from overdue_flow.guards.vocabulary import Value
from support.guards import typed


def holds(text: str, **values: Value | None) -> bool:
    return evaluate(typed(text), values.__getitem__)


@pytest.mark.parametrize(
    ("sign", "below", "same", "above"),
    [
        ("==", False, True, False),
        ("!=", True, False, True),
        ("<", True, False, False),
        ("<=", True, True, False),
        (">", False, False, True),
        (">=", False, True, True),
    ],
)
def test_each_comparison_below_at_and_above(sign: str, below: bool, same: bool, above: bool) -> None:
    assert [holds(f"dpd {sign} 90", dpd=dpd) for dpd in (89, 90, 91)] == [below, same, above]
    amounts = [Decimal("89.99"), Decimal("90.0"), Decimal("90.01")]
    assert [holds(f"owed {sign} 90", owed=owed) for owed in amounts] == [below, same, above]
    days = [date(2025, 1, 30), date(2025, 1, 31), date(2025, 2, 1)]
    assert [holds(f'due_on {sign} "2025-01-31"', due_on=day) for day in days] == [below, same, above]
    assert [holds(f'due_on + 1 {sign} "2025-02-01"', due_on=day) for day in days] == [below, same, above]


@pytest.mark.parametrize("sign", ["==", "!=", "<", "<=", ">", ">="])
def test_a_comparison_with_a_missing_fact_is_false_in_every_form(sign: str) -> None:
    assert not holds(f"odds {sign} 0", odds=None)
    assert not holds(f"age {sign} left", age=None, left=3)
    assert not holds(f"age {sign} left", age=3, left=None)
    assert not holds(f"age + 1 {sign} 3", age=None)
    assert not holds(f"1 - age {sign} 3", age=None)
    assert not holds(f"2 * age {sign} 3", age=None)
    assert not holds(f"filed_on + 1 {sign} due_on", filed_on=None, due_on=date(2025, 1, 1))


def test_in_and_not_in_are_false_for_a_missing_fact() -> None:
    for value, among, outside in [(1, True, False), (3, False, True), (None, False, False)]:
        assert holds("left in [1, 2]", left=value) is among
        assert holds("left not in [1, 2]", left=value) is outside


def test_a_flag_is_true_only_when_it_is_there_and_true() -> None:
    assert [holds("vip", vip=value) for value in (True, False, None)] == [True, False, False]
    assert [holds("vip == False", vip=value) for value in (True, False, None)] == [False, True, False]
    assert [holds("vip != True", vip=value) for value in (True, False, None)] == [False, True, False]


def test_is_none_asks_whether_a_fact_is_missing_and_not_what_it_is() -> None:
    assert [holds("odds is None", odds=value) for value in (None, Decimal(0), Decimal(1))] == [True, False, False]
    assert [holds("odds is not None", odds=value) for value in (None, Decimal(0))] == [False, True]
    assert holds("vip is not None", vip=False)


def test_and_or_not_are_those_of_logic() -> None:
    table = [(True, True), (True, False), (False, True), (False, False)]
    for dpd, plan in table:
        values: dict[str, Value | None] = {"dpd": int(dpd), "plan_active": plan}
        assert holds("dpd > 0 and plan_active", **values) is (dpd and plan)
        assert holds("dpd > 0 or plan_active", **values) is (dpd or plan)
        assert holds("not plan_active", **values) is not plan


def test_a_part_that_no_longer_matters_is_not_looked_at() -> None:
    assert not holds("dpd > 3 and fails > 3", dpd=1)
    assert holds("dpd > 3 or fails > 3", dpd=5)


def test_a_missing_fact_under_not_means_what_its_test_says() -> None:
    assert [holds("odds is not None and not odds > 3", odds=odds) for odds in (None, Decimal(2), Decimal(4))] == [
        False,
        True,
        False,
    ]
    assert [holds("odds is None or not odds > 3", odds=odds) for odds in (None, Decimal(2), Decimal(4))] == [
        True,
        True,
        False,
    ]


def test_arithmetic_over_days_money_and_dates() -> None:
    assert holds("dpd + 2 * left - 3 == 10", dpd=5, left=4)
    assert holds("-dpd == -5", dpd=5)
    assert holds("0.30 * owed == 30.03", owed=Decimal("100.10"))
    assert holds("filed_on - due_on == 30", filed_on=date(2025, 1, 31), due_on=date(2025, 1, 1))
    assert holds('due_on + dpd == "2025-03-01"', due_on=date(2025, 2, 26), dpd=3)
    assert holds('due_on - 1 in ["2024-12-31"]', due_on=date(2025, 1, 1))


def test_a_date_may_be_moved_out_of_the_calendar() -> None:
    assert holds("due_on + 999999 > filed_on", due_on=date.max, filed_on=date.max)
    assert holds("due_on - 999999 < filed_on", due_on=date.min, filed_on=date.min)


def test_sums_are_exact_whatever_the_host_has_set_for_decimals() -> None:
    with localcontext(Context(prec=3)):
        assert holds("owed + 0.01 == 123456789012.35", owed=Decimal("123456789012.34"))
        assert holds("owed - 0.01 == 123456789012.33", owed=Decimal("123456789012.34"))
        assert holds("2.5 * owed == 308641972530.85", owed=Decimal("123456789012.34"))
        assert holds("-owed < -123456789012.33", owed=Decimal("123456789012.34"))


def test_a_group_holds_all_the_stages_inside_it() -> None:
    stages = ["performing", "negotiation", "legal.assessment", "legal.trial"]
    assert [holds("stage in legal", stage=stage) for stage in stages] == [False, False, True, True]
    assert [holds("stage not in [negotiation, legal]", stage=stage) for stage in stages] == [True, False, False, False]


# while facts are unknown --------------------------------------------------------------------------


def may_hold(text: str, unknown: str, **values: Value | None) -> bool:
    return possible(typed(text), values.__getitem__, frozenset(unknown.split()))


def test_an_unknown_fact_leaves_a_comparison_open_both_ways() -> None:
    assert may_hold("odds < 0.2", "odds")
    assert may_hold("odds is None", "odds")
    assert may_hold("odds is not None and not odds < 0.2", "odds")
    assert may_hold("vip", "vip")


def test_what_is_known_decides_where_it_can() -> None:
    assert may_hold("dpd > 3 and odds < 0.2", "odds", dpd=4)
    assert not may_hold("dpd > 3 and odds < 0.2", "odds", dpd=3)
    assert not may_hold("odds < 0.2 and dpd > 3", "odds", dpd=3)
    assert may_hold("dpd > 3 or odds < 0.2", "odds", dpd=3)
    assert not may_hold("dpd > 3 or fails > 3", "odds", dpd=3, fails=0)
    assert may_hold("dpd > 3 or fails > 3", "odds", dpd=3, fails=4)


def test_not_of_what_is_certain_is_certain() -> None:
    assert not may_hold("not (dpd > 3 or odds is None)", "odds", dpd=4)
    assert may_hold("not (dpd > 3 or odds is None)", "odds", dpd=3)
    assert not may_hold("not (dpd > 3)", "odds", dpd=4)
    assert not may_hold("not (dpd > 3 and (odds is None or dpd > 0))", "odds", dpd=4)


def test_not_of_what_is_open_is_open() -> None:
    assert may_hold("not (odds is None)", "odds")
    assert may_hold("not (not (odds is None))", "odds")


def test_a_comparison_with_another_fact_that_is_missing_is_impossible() -> None:
    assert not may_hold("age > left", "left", age=None)
    assert may_hold("age > left", "left", age=1)
    assert not may_hold("age + left in [3]", "left", age=None)


def test_parts_are_judged_one_by_one() -> None:
    assert may_hold("odds > 5 and odds < 3", "odds")


def test_a_whole_number_and_a_decimal_add_up_exactly_whatever_the_host_has_set() -> None:
    with localcontext(Context(prec=3)):
        assert holds("odds + 123456 == 123456.5", odds=Decimal("0.5"))
        assert holds("123456 + odds == 123456.5", odds=Decimal("0.5"))
        assert holds("123456 - odds == 123455.5", odds=Decimal("0.5"))
        assert holds("odds - 123456 == -123455.5", odds=Decimal("0.5"))
        assert holds("2 * odds == 246912.8", odds=Decimal("123456.4"))
