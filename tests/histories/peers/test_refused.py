"""The cases of peers that do not pass: what the library says instead."""

from __future__ import annotations

from datetime import date

import pytest

from overdue_flow import Flow, MemoryStore, Money, next_wake
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import EventRefused, NotInForce, UnknownCase
from overdue_flow.events import Closed, HoldLifted, HoldPlaced, PaymentReceived
from support.peers.bands import DUE_DATE_IS_DAY_1
from support.peers.cases import day
from support.peers.fineract import pause_periods, product
from support.peers.lender import LOAN, Lender
from support.peers.policies import by_level, by_severity
from support.peers.verdicts import NOT_PASSED

DUE = [{"due_on": day(0), "amount": 100}]
SEPTEMBER_1 = date(2022, 9, 1)


def a_loan(text: str, first_seen_on: date | None = None) -> Lender:
    """A hundred, due on day 0."""
    lender = Lender(text)
    lender.open(DUE, opened_on=day(0), first_seen_on=first_seen_on)
    return lender


def in_september() -> Lender:
    """A loan that fell due on 1 September 2022, and a pause from the 15th to the 22nd."""
    lender = Lender(product({}))
    lender.open([{"due_on": SEPTEMBER_1, "amount": 100}], opened_on=SEPTEMBER_1)
    lender.happened(HoldPlaced(hold="pause", placed_on=date(2022, 9, 15), ends_on=date(2022, 9, 22)), date(2022, 9, 15))
    return lender


def test_kb_22_a_flow_without_a_policy_is_an_error() -> None:
    with pytest.raises(NotInForce, match="needs at least one policy"):
        Flow([], MemoryStore())


def test_kb_33_months_are_calendar_months_and_no_interval_is_set() -> None:
    lender = Lender(by_severity([("OD2", "months_past_due >= 2"), ("OD1", "months_past_due >= 1")]))
    lender.open([{"due_on": date(2012, 1, 31), "amount": 100}], opened_on=date(2012, 1, 31))
    assert next_wake(Machine(lender.policy), lender.case(date(2012, 1, 31))) == date(2012, 2, 29)
    assert [lender.stage(date(2012, 2, day_)) for day_ in (28, 29)] == ["CLEAR", "OD1"]
    assert [lender.stage(date(2012, 3, day_)) for day_ in (30, 31)] == ["OD1", "OD2"]


def test_fi_56_a_hold_is_lifted_as_of_an_earlier_day() -> None:
    lender = in_september()
    lender.happened(HoldLifted(hold="pause", lifted_on=date(2022, 9, 17)), date(2022, 9, 20))
    assert (lender.fact("dpd", date(2022, 9, 20)), lender.fact("dpd_net", date(2022, 9, 20))) == (19, 17)


def test_fi_59_a_pause_before_the_loan_takes_nothing_away() -> None:
    lender = in_september()
    early = HoldPlaced(hold="pause", placed_on=date(2022, 8, 1), ends_on=date(2022, 8, 20))
    lender.happened(early, date(2022, 9, 2))
    assert lender.fact("dpd_net", date(2022, 9, 14)) == lender.fact("dpd", date(2022, 9, 14)) == 13


def test_fi_71_only_a_loan_that_is_not_open_refuses_a_pause() -> None:
    pause = HoldPlaced(hold="pause", placed_on=day(1), ends_on=day(5))
    with pytest.raises(UnknownCase, match="its first event is `LoanOpened`"):
        Lender(product({})).happened(pause, day(1))  # pending and approved

    overpaid = a_loan(product({}))
    overpaid.happened(PaymentReceived(amount=150, value_date=day(0)), day(0))
    overpaid.happened(pause, day(1))
    closed = a_loan(product({}))
    closed.happened(Closed(), day(1))
    closed.happened(pause, day(1))
    assert overpaid.fact("hold_pause", day(1)) is closed.fact("hold_pause", day(1)) is True
    assert overpaid.fact("dpd_net", day(10)) == 0


def test_fi_72_a_hold_is_lifted_although_nothing_is_owed() -> None:
    lender = in_september()
    lender.happened(PaymentReceived(amount=150, value_date=date(2022, 9, 16)), date(2022, 9, 16))
    lender.happened(HoldLifted(hold="pause"), date(2022, 9, 16))
    assert lender.fact("hold_pause", date(2022, 9, 16)) is False


def test_fi_76_a_hold_is_lifted_as_of_a_day_to_come() -> None:
    lender = in_september()
    lender.happened(HoldLifted(hold="pause", lifted_on=date(2022, 9, 20)), date(2022, 9, 16))
    stands = [lender.fact("hold_pause", date(2022, 9, day_)) for day_ in (16, 19, 20)]
    assert stands == [True, True, False]
    assert pause_periods(lender, date(2022, 9, 20))[0]["end"] == "2022-09-20"


def test_fi_79_a_late_run_dates_a_move_by_the_day_on_which_it_was_due() -> None:
    lender = a_loan(by_severity([("OD2", "dpd >= 40"), ("OD1", "dpd >= 30")]))
    lender.live_to(day(45))
    moves = lender.flow.case(LOAN).course.moves
    assert [(move.to_stage, move.on) for move in moves] == [("CLEAR", day(0)), ("OD1", day(30)), ("OD2", day(40))]


FOLLOW_UP = ["dpd >= 15", "dpd >= 30", "dpd >= 45"]


def test_od_03_how_often_a_day_is_looked_at_changes_nothing() -> None:
    often, once = (a_loan(by_severity(list(zip("CBA", FOLLOW_UP[::-1], strict=True)))) for _ in range(2))
    for _run in range(3):
        often.live_to(day(40))
    once.live_to(day(40))
    assert often.flow.case(LOAN).course.moves == once.flow.case(LOAN).course.moves
    assert often.stage(day(40)) == "B"


def test_od_03_even_a_level_per_run_does_not_reach_45_days_on_day_40() -> None:
    lender = a_loan(by_level(FOLLOW_UP))
    for _run in range(3):
        lender.run(day(40))
    assert lender.stage(day(40)) == "level_2"


def test_mf_06_levels_out_of_sequence_work() -> None:
    levels = [("level_3", "dpd >= 30"), ("level_2", "dpd >= 20"), ("level_1", "dpd >= 10")]
    lender = a_loan(by_severity(levels), first_seen_on=day(25))
    assert lender.stage(day(25)) == "level_2"


def test_en_01_interest_is_what_the_host_says_it_is() -> None:
    lender = a_loan(by_severity([("first_notice", "dpd >= 20")]))
    assert lender.stage(day(20)) == "first_notice"
    assert (lender.fact("overdue_interest", day(20)), lender.fact("overdue_amount", day(20))) == (0, 100)


def test_mf_05_two_currencies_never_meet() -> None:
    with pytest.raises(EventRefused, match=r"`150\.00 CHF` is not in EUR, the currency of the case"):
        a_loan(by_level(["dpd >= 1"])).happened(PaymentReceived(amount=Money(150, "CHF"), value_date=day(1)), day(1))


def test_tr_04_a_fee_and_the_end_of_a_contract_are_asked_for() -> None:
    steps = [("terminated", 100), ("suspended", 90), ("demand", 60), ("reminder", 30)]
    asked: dict[str, list[dict[str, object]]] = {
        "suspended": [{"do": "suspend", "with": {"fee": "22.00"}}],
        "terminated": [{"do": "terminate"}],
    }
    actions = {"suspend": {"kind": "task", "params": {"fee": "money"}}, "terminate": {"kind": "task"}}
    lender = a_loan(by_severity([(name, f"dpd >= {days}") for name, days in steps], on_enter=asked, actions=actions))
    assert [lender.stage(day(days)) for _name, days in steps[::-1]] == [name for name, _days in steps[::-1]]
    assert [params["fee"] for params in lender.params_of("suspend", day(90))] == [22]
    assert lender.params_of("terminate", day(100)) == [{}]
    assert lender.fact("balance", day(100)) == 100


def test_fr_04_each_loan_is_judged_by_itself() -> None:
    lender = Lender(by_severity([("NPA", "dpd > 90")], counting=DUE_DATE_IS_DAY_1))
    for loan, due_on in (("loan1", date(2024, 4, 5)), ("loan2", date(2024, 7, 5))):
        lender.open([{"due_on": due_on, "amount": 100}], opened_on=due_on, loan=loan, person_id="customer")
    as_of = date(2024, 7, 6)
    assert (lender.fact("dpd", as_of, "loan1"), lender.stage(as_of, "loan1")) == (93, "NPA")
    assert (lender.fact("dpd", as_of, "loan2"), lender.stage(as_of, "loan2")) == (2, "CLEAR")


@pytest.mark.parametrize("case_id", sorted(NOT_PASSED))
def test_what_is_said_instead_is_held_by_a_test(case_id: str) -> None:
    name = f"test_{case_id.lower().replace('-', '_')}_"
    assert [test for test in globals() if test.startswith(name)]
