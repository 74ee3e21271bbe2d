"""The prover: proved, refuted with a loan, or not decided and why; with the solver and without."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from overdue_flow.errors import MissingExtra
from overdue_flow.guards.check import read_guard
from overdue_flow.guards.evaluate import evaluate
from overdue_flow.guards.grid import Bounds, Grid, usual_bounds
from overdue_flow.guards.prove import Prover, equals
from overdue_flow.guards.solver import Z3
from overdue_flow.guards.tree import Guard
from overdue_flow.guards.vocabulary import Fact, Kind, Value, Vocabulary


def fact(name: str, kind: Kind, **more: object) -> Fact:
    return Fact(name, kind, name, lambda _case, _day: None, **more)  # type: ignore[arg-type]


WORDS = Vocabulary(
    [
        fact("dpd", Kind.NUMBER, unit="days"),
        fact("period", Kind.NUMBER, unit="days", may_be_missing=True),
        fact("odds", Kind.NUMBER),
        fact("owed", Kind.MONEY),
        fact("cost", Kind.MONEY, may_be_missing=True),
        fact("plan", Kind.FLAG),
        fact("vip", Kind.FLAG, may_be_missing=True),
        fact("city", Kind.TEXT, may_be_missing=True),
        fact("town", Kind.TEXT),
        fact("channel", Kind.CHOICE, choices=("sms", "phone")),
        fact("due_on", Kind.DATE),
        fact("filed_on", Kind.DATE, may_be_missing=True),
    ]
)


def guard(text: str) -> Guard:
    checked = read_guard(text, WORDS, "CNY")
    assert checked.guard is not None, checked.faults
    return checked.guard


def cents(one: Fact) -> Bounds:
    return Bounds(Fraction(), Fraction(1, 100)) if one.kind is Kind.MONEY else usual_bounds(one)


def ask(*texts: str, always: tuple[str, ...] = (), solver: Z3 | None = None) -> tuple[str, dict[str, Value | None]]:
    guards = [guard(text) for text in texts]
    known = [guard(text).tree for text in always]
    verdict = Prover(WORDS, guards, always=known, bounds=cents, solver=solver).none(*guards)
    if verdict.loan is not None:
        assert all(evaluate(one, verdict.loan.__getitem__) for one in guards)
        return "refuted", dict(verdict.loan)
    return ("proved", {}) if verdict.proved else (verdict.why, {})


@pytest.mark.parametrize(
    ("texts", "loan"),
    [
        (["dpd > 30"], {"dpd": 31}),
        (["dpd > 30", "dpd < 32"], {"dpd": 31}),
        (["dpd > 30.5", "dpd < 32"], {"dpd": 31}),
        (["2 * dpd == 62"], {"dpd": 31}),
        (["90 - dpd >= 20", "dpd >= 70"], {"dpd": 70}),
        (["owed > 5.00", "owed < 5.02"], {"owed": Decimal("5.01")}),
        (["odds > 0.5", "odds < 0.51"], {"odds": Decimal("0.501")}),
        (["3 * odds > 1", "3 * odds < 2"], {"odds": Decimal("0.4")}),
        (["not plan", 'channel != "sms"'], {"plan": False, "channel": "phone"}),
        (["vip is None or not vip"], {"vip": False}),
        (['city is not None and city != "Wuhan"', 'city not in ["text"]'], {"city": "text 1"}),
        (["city != town"], {"city": "text", "town": "text 1"}),
        (['filed_on > "2025-03-01"', 'filed_on < "2025-03-03"'], {"filed_on": date(2025, 3, 2)}),
        (["filed_on < due_on"], {"filed_on": date(2025, 1, 1), "due_on": date(2025, 1, 2)}),
        (["period is None", "dpd == 4"], {"period": None, "dpd": 4}),
    ],
)
def test_a_loan_that_meets_them_is_shown_as_a_person_would_choose_it(
    texts: list[str], loan: dict[str, Value | None]
) -> None:
    assert ask(*texts) == ("refuted", dict(sorted(loan.items())))


@pytest.mark.parametrize(
    "texts",
    [
        ["dpd > 30", "dpd < 31"],
        ["dpd > 30", "dpd <= 30 or dpd > 90", "not (dpd > 90)"],
        ["2 * dpd == 63"],
        ["owed > 5.00", "owed < 5.01"],
        ["owed < 0"],
        ["period is None", "period != 3"],
        ["channel == \"sms\"", "channel in [\"phone\"]"],
        ["filed_on < due_on", "due_on <= filed_on"],
        ["city == town", 'town == "Wuhan"', 'city == "Hefei"'],
        ["dpd < period", "period < dpd + 0"],
        ["(plan or dpd > 5) and (plan or dpd < 3) and not plan"],
        ["vip", "vip is None"],
        ["cost > owed", "cost < 0.01"],
    ],
)  # fmt: skip
def test_that_no_loan_meets_them_is_proved(texts: list[str]) -> None:
    assert ask(*texts) == ("proved", {})


def test_what_is_true_of_every_loan_is_kept_to() -> None:
    always = ("owed <= cost or cost is None", "(plan and owed == 0) or (not plan and owed > 0)")
    assert ask("plan", "owed > 5.00", always=always)[0] == "proved"
    assert ask("not plan", "cost == 0", always=always)[0] == "proved"
    assert ask("not plan", "cost > 0", always=always) == ("refuted", {"cost": Decimal("1000"), "plan": False})


def test_a_question_that_compares_with_something_new_draws_a_finer_grid() -> None:
    prover = Prover(WORDS, [guard("dpd > 30")])
    assert prover.none(guard("dpd > 30"), guard("dpd < 40")).refuted
    assert prover.none(guard("dpd > 30"), guard("dpd < 31")).proved
    assert prover.none(guard("dpd == 777")).loan == {"dpd": 777}


def test_conditions_follow_from_each_other_or_are_the_same() -> None:
    prover = Prover(WORDS)
    assert prover.implies(guard("dpd > 90"), guard("dpd > 30")).proved
    assert prover.implies(guard("dpd > 30"), guard("dpd > 90")).loan == {"dpd": 31}
    assert prover.implies(guard("dpd > 30"), None).proved
    assert prover.same(guard("not (dpd > 30)"), guard("dpd <= 30")).proved
    assert prover.same(guard("dpd >= 31"), guard("30 < dpd")).proved
    assert prover.same(guard("plan and dpd > 3"), guard("dpd > 3")).loan == {"dpd": 4, "plan": False}
    # a comparison with a missing fact is false, both ways
    assert prover.same(guard("period is None or not (period > 3)"), guard("period <= 3")).loan == {"period": None}


@pytest.mark.parametrize("value", [None, True, False, 3, Decimal("2.50"), "phone", date(2025, 4, 1)])
def test_that_a_fact_has_a_value_is_a_condition_like_any_other(value: Value | None) -> None:
    name = {bool: "vip", type(None): "vip", int: "dpd", Decimal: "owed", str: "channel", date: "due_on"}[type(value)]
    assert Prover(WORDS, bounds=cents).none(equals(name, value, WORDS)).loan == {name: value}


# --- where facts meet ---

DEEP = [
    (["dpd >= 2 * period", "period > 3", "dpd < 9"], {"dpd": 8, "period": 4}),
    (["dpd - period > 30", "dpd < 32"], None),
    (["due_on - filed_on > 400"], None),
]


@pytest.mark.parametrize(("texts", "loan"), DEEP)
def test_where_two_facts_meet_a_loan_may_be_found_without_a_solver(
    texts: list[str], loan: dict[str, Value | None] | None
) -> None:
    answer, found = ask(*texts)
    assert answer == "refuted"
    assert loan is None or found == loan


def test_that_there_is_none_needs_a_solver() -> None:
    texts = ("dpd >= 2 * period", "period >= 10", "dpd < 20")
    assert ask(*texts) == ("`dpd` and `period` meet in one comparison", {})
    assert ask(*texts, solver=Z3()) == ("proved", {})


def test_a_solver_shows_a_loan_of_every_kind_of_fact() -> None:
    texts = (
        "owed + cost == 10.01", "owed > cost", 'city in ["Wuhan"] or vip', "not plan", "dpd - 2 * period == 7",
        'channel == "phone"', "due_on - filed_on == 3", "odds * 4 == 1", "town != city",
    )  # fmt: skip
    answer, loan = ask(*texts, solver=Z3())
    assert answer == "refuted"
    assert isinstance(loan["owed"], Decimal)
    assert loan["odds"] == Decimal("0.25")


def test_without_the_extra_the_solver_names_its_install_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "z3", None)
    with pytest.raises(MissingExtra, match=r'pip install "overdue-flow\[prove\]"'):
        Z3()


# --- the grid ---


def test_each_fact_has_the_values_that_can_be_told_apart() -> None:
    grid = Grid(WORDS, [guard("dpd > 30 and owed < 100.00").tree, guard("period != 4").tree], bounds=cents)
    assert grid.values("dpd") == (-1, 0, 1, 30, 31)
    assert grid.values("owed") == (Decimal(0), Decimal(10), Decimal(100), Decimal(1000))
    assert grid.values("period") == (-1, 0, 1, 4, 5, None)
    assert grid.values("vip") == (False, True, None)
    assert grid.values("channel") == ("sms", "phone")


def test_facts_that_are_compared_share_their_values() -> None:
    grid = Grid(WORDS, [guard("dpd < period").tree, guard("period > 4").tree])
    assert {0, 4, 5, 6} <= set(grid.values("dpd"))
    assert set(grid.values("dpd")) | {None} == set(grid.values("period"))


def test_alternatives_beside_facts_that_cannot_meet_are_not_gone_through() -> None:
    """Millions of ways to be by other facts, none of which changes that `dpd` is too small."""
    either = [f"(owed != {n}.00 and odds != {n} or cost != {n}.00 and odds != -{n})" for n in range(1, 25)]
    some = guard(" and ".join(["dpd >= 2 * period", "period >= 60", "dpd < 100", *either]))
    assert Prover(WORDS, [some]).none(some).why == "`dpd` and `period` meet in one comparison"
