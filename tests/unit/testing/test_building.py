"""A scenario in Python reads as one in a file, and is refused for the same reasons."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from overdue_flow.errors import ScenarioError
from overdue_flow.events import HostEvent, JudgmentGiven, PaymentReceived, PromiseMade
from overdue_flow.money import Money
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.trials import Answer, Later, PastDue
from overdue_flow.testing.building import Building, check, scenario
from support.small_policy import POLICY

RETAIL = load_policy(text=POLICY)


def loan(name: str = "a loan") -> Building:
    return scenario(name, RETAIL).given(instalments="2 x 100.00 monthly from 2025-01-10")


def test_what_is_named_last_is_the_moment_of_what_is_expected() -> None:
    built = (
        loan().on("2025-01-11").expect(stage="early").at_dpd(5).expect(rule="late").after("3 days").expect(bucket="M1")
        .expect(dpd=9, bucket="M1").expect(nothing_until={"dpd": 31}).build()
    )  # fmt: skip
    first, second, third, fourth, fifth = built.expects
    assert (first.on, second.on, fourth.on) == (date(2025, 1, 11), PastDue(5), PastDue(9))
    assert isinstance(third.on, Later)
    assert (fifth.on, fifth.nothing_until) == (None, PastDue(31))


def test_what_happens_is_an_event_or_its_class_or_its_name_or_an_answer() -> None:
    steps = (
        loan().on("2025-01-12", PaymentReceived(amount="5.00", value_date=date(2025, 1, 11), payment_id="p"))
        .on(date(2025, 1, 13), PaymentReceived, amount=Money("5.00", "CNY"))
        .on("2025-01-14", "PromiseMade", at="10:30", amount=Decimal("7.50"), due_on=date(2025, 1, 20))
        .on("2025-01-15", HostEvent(name="Visited", fields={"result": "met"}))
        .at_dpd(41, approved="sue").after("1 day", JudgmentGiven, outcome="for_lender")
        .expect(stage="gone").build().steps
    )  # fmt: skip
    paid, again, promised, visited, approved, judged = steps
    assert paid.event == PaymentReceived(amount="5.00", value_date=date(2025, 1, 11), payment_id="p")
    assert again.event == PaymentReceived(amount="5.00 CNY", value_date=date(2025, 1, 13))
    assert promised.event == PromiseMade(amount="7.50", due_on=date(2025, 1, 20))
    assert promised.at == time(10, 30)
    assert visited.event == HostEvent(name="Visited", fields={"result": "met"})
    assert (approved.on, approved.answer) == (PastDue(41), Answer("approved", "sue"))
    assert isinstance(judged.event, JudgmentGiven)


def test_what_several_begin_with_can_be_kept() -> None:
    base = loan().at_dpd(1).expect(stage="early")
    longer = base.given(facts={"frail": True}).at_dpd(31).expect(stage="court").proves("to-court")
    assert (len(base.expects), base.loan.get("facts")) == (1, None)
    built = longer.build()
    assert (len(built.expects), built.opening.facts, built.proves) == (2, {"frail": True}, ("to-court",))
    base.check()
    longer.check()


def test_one_that_is_not_as_expected_says_the_whole_story() -> None:
    with pytest.raises(AssertionError) as failure:
        loan().at_dpd(30).expect(stage="court").check()
    said = str(failure.value).split("\n")
    assert said[0] == "a loan: on 2025-02-09, stage: expected `court`, found `early`"
    assert said[1] == "on 2025-02-09"
    assert "what happened until then:" in said
    check(RETAIL, loan().at_dpd(31).expect(stage="court").build())


def test_a_result_may_be_looked_at() -> None:
    result = loan().at_dpd(31).expect(rule="to-court").run()
    assert result.passed
    assert result.case is not None
    assert result.case.course.stage == "court.waiting"


@pytest.mark.parametrize(
    ("built", "message"),
    [
        (loan().at_dpd(1).expect(stage="earl"), "did you mean `early`|no stage `earl`"),
        (loan().expect(stage="early"), "has no `on`"),
        (loan().at_dpd(1).expect(stage=None), "there is no stage `null`"),
        (loan().on("2025-01-11", "Paid", amount=1).expect(stage="early"), "there is no event `Paid`"),
        (loan().on("soon").expect(stage="early"), "`soon` stands here; expected a day"),
        (loan().after("1 day", colour="red").expect(on="2025-01-11", stage="early"), "expected the fields of `colour`"),
        (loan().on("2025-01-11", at="09:30").expect(stage="early"), "says nothing that happens"),
        (loan().at_dpd(1, "Visited", at=time(9, 30, 15), result="met").expect(stage="early"), "`09:30:15` stands here"),
        (loan(), "expects nothing"),
    ],
)
def test_what_makes_no_sense_is_refused_in_the_words_of_a_file(built: Building, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        built.build()
