"""Typing a guard: what each literal becomes, what a guard names, and where `not` needs a test.

The text of every refusal stands in `tests/golden/guards/refusals.txt`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from overdue_flow.guards.check import check, read_guard
from overdue_flow.guards.parse import parse
from overdue_flow.guards.syntax import Parsed
from overdue_flow.guards.tree import (
    All,
    AnyOf,
    Comparison,
    Condition,
    Constant,
    DayNumber,
    Flag,
    Missing,
    Not,
    OneOf,
    Read,
    Scaled,
    Sum,
)
from overdue_flow.guards.vocabulary import Fact, Kind, Vocabulary
from support.guards import VOCABULARY, typed

DPD = Read("dpd", Kind.NUMBER, "days")
OWED = Read("owed", Kind.MONEY)
DUE = Read("due_on", Kind.DATE)
FILED = Read("filed_on", Kind.DATE)


def tree(text: str) -> Condition:
    return typed(text).tree


def days(value: int | Decimal) -> Constant:
    return Constant(value, Kind.NUMBER)


def codes(text: str, vocabulary: Vocabulary = VOCABULARY) -> list[str]:
    return [fault.code for fault in read_guard(text, vocabulary).faults]


# literals become values ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left", "value", "kind", "currency"),
    [
        ("dpd == 90", DPD, 90, Kind.NUMBER, ""),
        ("dpd == 90.50", DPD, Decimal("90.50"), Kind.NUMBER, ""),
        ("dpd == -3", DPD, -3, Kind.NUMBER, ""),
        ("dpd == 2 * 3 + 1 - 0.5", DPD, Decimal("6.5"), Kind.NUMBER, ""),
        ("owed == 90", OWED, 90, Kind.MONEY, ""),
        ("owed == 90.00", OWED, Decimal("90.00"), Kind.MONEY, ""),
        ('owed == "90 CNY"', OWED, Decimal("90.00"), Kind.MONEY, "CNY"),
        ('due_on == "2025-01-31"', DUE, date(2025, 1, 31), Kind.DATE, ""),
        ('channel == "sms"', Read("channel", Kind.CHOICE), "sms", Kind.CHOICE, ""),
        ('city == "2025-01-31"', Read("city", Kind.TEXT), "2025-01-31", Kind.TEXT, ""),
        ("vip == True", Read("vip", Kind.FLAG), True, Kind.FLAG, ""),
        ("stage == performing", Read("stage", Kind.STAGE), "performing", Kind.STAGE, ""),
        ('stage == "legal.trial"', Read("stage", Kind.STAGE), "legal.trial", Kind.STAGE, ""),
    ],
)
def test_a_fixed_value_takes_its_type_from_what_it_stands_beside(
    text: str, left: Read, value: Any, kind: Kind, currency: str
) -> None:
    found = tree(text)
    assert found == Comparison(left, "==", Constant(value, kind, currency), kind)
    assert isinstance(found, Comparison)
    assert isinstance(found.right, Constant)
    assert type(found.right.value) is type(value)


@pytest.mark.parametrize(
    ("written", "turned"), [("==", "=="), ("!=", "!="), ("<", ">"), ("<=", ">="), (">", "<"), (">=", "<=")]
)
def test_a_fixed_value_on_the_left_is_turned_to_the_right(written: str, turned: str) -> None:
    assert tree(f"90 {written} dpd") == tree(f"dpd {turned} 90")


def test_a_chain_is_all_of_its_pairs() -> None:
    pairs = (Comparison(DPD, ">=", days(1), Kind.NUMBER), Comparison(DPD, "<", days(30), Kind.NUMBER))
    assert tree("1 <= dpd < 30") == All(pairs, chained=True)
    assert tree("dpd >= 1 and dpd < 30") == All(pairs, chained=False)


def test_conditions_nest_as_written() -> None:
    inner = AnyOf((Flag("plan_active"), Not(Flag("plan_active"))))
    assert tree("plan_active and (plan_active or not plan_active)") == All((Flag("plan_active"), inner))


def test_is_none_is_asked_of_facts_that_may_be_missing() -> None:
    assert tree("odds is None") == Missing("odds")
    assert tree("vip is not None") == Missing("vip", negated=True)


# arithmetic ---------------------------------------------------------------------------------------


def test_sums_and_products_keep_the_unit() -> None:
    left = Read("left", Kind.NUMBER, "days")
    term = Sum(Sum(DPD, Scaled(left, 2)), days(3), minus=True)
    assert tree("dpd + 2 * left - 3 > 0") == Comparison(term, ">", days(0), Kind.NUMBER)
    assert tree("left * 0.5 > 0") == Comparison(Scaled(left, Decimal("0.5")), ">", days(0), Kind.NUMBER)
    assert tree("-left > 0") == Comparison(Scaled(left, -1), ">", days(0), Kind.NUMBER)
    assert codes("dpd + 2 * left > months") == ["mixed-units"]
    assert codes("2 * months > months - 1") == []


def test_dates_are_counted_in_days_where_they_are_moved_or_subtracted() -> None:
    moved = Sum(DayNumber(FILED), days(30))
    assert tree("filed_on + 30 > due_on") == Comparison(moved, ">", DayNumber(DUE), Kind.DATE)
    assert tree("30 + filed_on > due_on") == Comparison(Sum(days(30), DayNumber(FILED)), ">", DayNumber(DUE), Kind.DATE)
    apart = Sum(DayNumber(FILED), DayNumber(DUE), minus=True)
    assert tree("filed_on - due_on > dpd") == Comparison(apart, ">", DPD, Kind.NUMBER)
    day = Constant(date(2025, 1, 1), Kind.DATE)
    assert tree('filed_on - "2025-01-01" > 3') == Comparison(
        Sum(DayNumber(FILED), DayNumber(day), minus=True), ">", days(3), Kind.NUMBER
    )
    assert tree('"2025-01-01" + dpd > due_on') == Comparison(Sum(DayNumber(day), DPD), ">", DayNumber(DUE), Kind.DATE)
    assert tree('due_on - dpd > "2025-01-01"') == Comparison(
        Sum(DayNumber(DUE), DPD, minus=True), ">", DayNumber(day), Kind.DATE
    )


def test_two_dates_that_are_not_moved_are_compared_as_dates() -> None:
    assert tree("filed_on > due_on") == Comparison(FILED, ">", DUE, Kind.DATE)


def test_money_is_added_to_money_and_to_bare_numbers() -> None:
    cost = Read("cost", Kind.MONEY)
    assert tree("owed - cost > 1") == Comparison(Sum(OWED, cost, minus=True), ">", Constant(1, Kind.MONEY), Kind.MONEY)
    assert tree('owed + "5.00 CNY" > cost') == Comparison(
        Sum(OWED, Constant(Decimal("5.00"), Kind.MONEY, "CNY")), ">", cost, Kind.MONEY
    )


def test_a_number_without_a_unit_goes_with_any_number() -> None:
    assert codes("odds > dpd") == []
    assert codes("dpd - odds > fails") == ["mixed-units"]
    assert codes("dpd < odds") == []
    assert codes("odds + dpd > months") == ["mixed-units"]
    assert codes("due_on + odds > filed_on") == []


def test_only_whole_days_move_a_date() -> None:
    assert codes("due_on + 2 * dpd > filed_on") == []
    assert codes("due_on + 0.5 * dpd > filed_on") == ["not-whole"]
    assert codes("due_on + (dpd + 0.5) > filed_on") == ["not-whole"]
    assert codes("due_on + (dpd - 1) > filed_on") == []
    assert codes("due_on + -dpd > filed_on") == []


def test_what_a_guard_works_out_for_itself_stays_below_ten_to_the_fifteenth() -> None:
    assert codes("999999999999998 + 1 > dpd") == []
    assert codes("999999999999999 + 1 > dpd") == ["number-too-long"]
    assert codes("-999999999999999 - 1 > dpd") == ["number-too-long"]


# lists and stages ---------------------------------------------------------------------------------


def test_a_list_holds_values_of_the_type_before_it() -> None:
    assert tree("dpd in [1, 2.5]") == OneOf(DPD, (1, Decimal("2.5")), Kind.NUMBER)
    assert tree('channel not in ["sms", "email"]') == OneOf(
        Read("channel", Kind.CHOICE), ("sms", "email"), Kind.CHOICE, negated=True
    )
    assert tree('due_on in ["2025-01-01"]') == OneOf(DUE, (date(2025, 1, 1),), Kind.DATE)
    assert tree('due_on + 1 in ["2025-01-01"]') == OneOf(
        Sum(DayNumber(DUE), days(1)), (date(2025, 1, 1).toordinal(),), Kind.DATE
    )
    assert tree('owed in [1, "2.00 CNY"]') == OneOf(OWED, (1, Decimal("2.00")), Kind.MONEY)
    assert tree('city in ["Wuhan"]') == OneOf(Read("city", Kind.TEXT), ("Wuhan",), Kind.TEXT)


def test_a_group_stands_for_all_the_stages_inside_it() -> None:
    stage = Read("stage", Kind.STAGE)
    legal = ("legal.assessment", "legal.trial")
    assert tree("stage in legal") == OneOf(stage, legal, Kind.STAGE, said=("legal",))
    assert tree('stage in "legal"') == OneOf(stage, legal, Kind.STAGE, said=("legal",))
    assert tree("stage in performing") == OneOf(stage, ("performing",), Kind.STAGE, said=("performing",))
    assert tree('stage not in [negotiation, legal, "legal.trial"]') == OneOf(
        stage, ("negotiation", *legal), Kind.STAGE, negated=True, said=("negotiation", "legal", "legal.trial")
    )


def test_a_stage_may_bear_the_name_of_a_fact() -> None:
    stage = Fact("stage", Kind.STAGE, "stage", lambda case, _day: case, choices=("plan_active", "closed"))
    words = VOCABULARY.plus([stage])
    checked = read_guard("stage == plan_active and plan_active", words)
    assert checked.guard is not None
    compared = Comparison(Read("stage", Kind.STAGE), "==", Constant("plan_active", Kind.STAGE), Kind.STAGE)
    assert checked.guard.tree == All((compared, Flag("plan_active")))


def test_a_stage_may_stand_on_the_left_and_in_the_middle() -> None:
    assert tree("performing == stage") == tree("stage == performing")
    assert codes("performing == stage == negotiation") == []


def test_a_choice_without_listed_words_takes_any() -> None:
    free = Fact("cause", Kind.CHOICE, "cause", lambda case, _day: case)
    assert codes('cause == "anything"', Vocabulary([free])) == []


def test_texts_of_two_facts_may_be_compared_for_sameness_only() -> None:
    words = VOCABULARY.plus([Fact("home", Kind.TEXT, "home", lambda case, _day: case)])
    assert codes("city == home", words) == []
    assert codes("city < home", words) == ["no-order"]


def test_one_fault_of_a_comparison_is_enough() -> None:
    assert codes("channel < result") == ["two-choices"]
    assert codes("plan_active < vip") == ["two-flags"]
    assert codes("dpd < owed") == ["wrong-type"]
    assert codes("channel < dpd") == ["wrong-type"]


def test_a_hint_names_at_most_eight_words_of_a_choice() -> None:
    def hint(count: int) -> str | None:
        words = tuple(f"word-{number}" for number in range(1, count + 1))
        choice = Fact("cause", Kind.CHOICE, "cause", lambda case, _day: case, choices=words)
        (fault,) = read_guard('cause == "!"', Vocabulary([choice])).faults
        return fault.hint

    eight = ", ".join(f'"word-{number}"' for number in range(1, 8)) + ' or "word-8"'
    assert hint(8) == f"expected {eight}"
    assert hint(9) == f"expected {eight}, ..."


def test_a_long_part_is_shortened_where_it_is_named() -> None:
    def named(text: str) -> str:
        return read_guard(text, VOCABULARY).faults[0].message.split("`")[1]

    sixty = "dpd + 111111111111111 + 111111111111111 + 11111111111111 + 1"
    assert len(sixty) == 60
    assert named(sixty) == sixty
    assert named(sixty + "1") == sixty[:57] + "..."


# the guard ----------------------------------------------------------------------------------------


def test_a_guard_says_its_text_its_facts_and_its_currencies() -> None:
    text = 'dpd > 3 and (cost + "1.00 CNY" > 5 or vip is None or due_on - filed_on in [1]) and owed in ["2.00 CNY"]'
    guard = typed(text)
    assert guard.text == text
    assert guard.names == {"dpd", "cost", "vip", "due_on", "filed_on", "owed"}
    assert guard.currencies == {"CNY"}
    assert typed("owed > 3").currencies == frozenset()


def test_places_in_the_tree_are_those_of_the_text() -> None:
    text = "fails >= 2 and 90 < dpd"
    both = tree(text)
    assert isinstance(both, All)
    first, second = both.parts
    assert [text[part.start : part.end] for part in (both, first, second)] == [text, "fails >= 2", "90 < dpd"]
    assert isinstance(second, Comparison)
    assert text[second.left.start : second.left.end] == "dpd"
    assert text[second.right.start : second.right.end] == "90"


def test_without_a_currency_any_code_is_taken_and_named() -> None:
    checked = read_guard('owed > "1.00 EUR" or owed in ["3 USD"]', VOCABULARY)
    assert checked.guard is not None
    assert checked.guard.currencies == {"EUR", "USD"}


def test_with_a_currency_another_code_is_refused() -> None:
    (fault,) = read_guard('owed > "1.00 EUR"', VOCABULARY, "CNY").faults
    assert (fault.code, fault.start, fault.end) == ("other-currency", 7, 17)


def test_faults_of_reading_and_typing_come_together_in_the_order_of_the_text() -> None:
    checked = read_guard('dpdd > 3 && dpd == "90" AND f(x)', VOCABULARY)
    assert checked.guard is None
    assert [fault.code for fault in checked.faults] == [
        "unknown-word",
        "spelling",
        "wrong-type",
        "spelling",
        "not-allowed",
    ]


def test_a_guard_with_a_slip_is_refused_though_it_could_be_mended() -> None:
    assert read_guard("dpd = 3", VOCABULARY).guard is None


def test_a_text_of_which_nothing_was_made_keeps_its_faults() -> None:
    parsed = parse("dpd >")
    assert check(parsed, VOCABULARY).faults == parsed.faults
    assert check(Parsed("", None), VOCABULARY).guard is None


# where `not` needs a test -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "not dpd > 3",
        "not plan_active",
        "odds is not None and not odds > 3",
        "not odds > 3 and odds is not None",
        "odds is None or not odds > 3",
        "not odds > 3 or odds is None",
        "not (odds is None or odds > 3)",
        "not (odds is not None and odds > 3)",
        "not (odds > 3 and odds is not None)",
        "odds is not None and (dpd > 3 or not odds > 3)",
        "odds is None or (dpd > 3 and not (odds > 3 and dpd > 1))",
        "not (odds is None) and not odds > 3",
        "not (odds is not None) or not odds > 3",
        "not (odds is None or vip is None) and not (odds > 3 or vip)",
        "not (odds is not None and vip is not None) or not (odds > 3 and vip)",
        "not odds is None",
        "odds is not None and vip is not None and not (vip and odds > 3)",
        "not (not (odds is not None and odds > 3))",
        "odds != 3 and odds not in [1, 2]",
    ],
)
def test_not_over_a_fact_that_may_be_missing_stands_beside_a_test(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("not odds > 3", ["odds > 3"]),
        ("not vip", ["vip"]),
        ("not odds in [1]", ["odds in [1]"]),
        ("not (not odds > 3)", ["odds > 3"]),
        ("not (odds > 3 and vip)", ["odds > 3", "vip"]),
        ("not odds > cost - cost", ["odds > cost - cost"]),
        ("odds is not None or not odds > 3", ["odds > 3"]),
        ("odds is None and not odds > 3", ["odds > 3"]),
        ("vip is not None and not odds > 3", ["odds > 3"]),
        ("odds > 1 and not odds > 3", ["odds > 3"]),
        ("(odds is not None or dpd > 3) and not odds > 3", ["odds > 3"]),
        ("(odds is None and dpd > 3) or not odds > 3", ["odds > 3"]),
        ("not (odds is None) or not odds > 3", ["odds > 3"]),
        ("not (odds is None and vip is None) and not odds > 3", ["odds > 3"]),
        ("not (odds is not None or vip is not None) or not odds > 3", ["odds > 3"]),
        ("not (odds is not None or dpd > 3) and not odds > 3", ["odds > 3"]),
        ("not (odds is None or dpd > 1 and odds > 3)", []),
        ("(odds is not None and dpd > 3) or not odds > 3", ["odds > 3"]),
    ],
)
def test_not_over_a_fact_that_nobody_tests_is_refused(text: str, pieces: list[str]) -> None:
    if text == "not odds > cost - cost":
        text, pieces = "not odds > left", ["odds > left"] * 2  # one for each fact
    faults = [fault for fault in read_guard(text, VOCABULARY).faults if fault.code == "not-over-missing"]
    assert [text[fault.start : fault.end] for fault in faults] == pieces


def test_where_a_test_itself_has_a_fault_nothing_is_said_of_untested_facts() -> None:
    assert codes("oddds is not None and not odds > 3") == ["unknown-word"]
    assert codes("f(x is None) and not odds > 3") == ["not-allowed"]
    assert codes("f(x) and not odds > 3") == ["not-allowed", "not-over-missing"]
    assert codes("dpdd > 3 and not odds > 3") == ["unknown-word", "not-over-missing"]
