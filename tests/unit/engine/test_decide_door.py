"""What a turn refuses at its door: what cannot have happened, and what does not fit the policy or the case."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from overdue_flow.cases.terms import Counting, Terms
from overdue_flow.engine.decide import decide
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    ComplaintReceived,
    Event,
    FactsChanged,
    HoldPlaced,
    Instalment,
    PaymentReceived,
    PlanAgreed,
    PolicyAdopted,
    TimePassed,
)
from overdue_flow.money import Money
from overdue_flow.policy.policy import Policy
from support.road import Road, at, on, opening, road_policy

FACTS = "{frail: {type: flag, default: false}, channel: {type: choice, of: [sms, phone]}, limit: money, odds: number}"


def refusal(road: Road, event: object, day: str = "2025-01-20") -> str:
    """Why an event is refused; nothing of it is recorded."""
    before = len(road.entries)
    with pytest.raises(EventRefused) as refused:
        road.tell(event, day)  # type: ignore[arg-type]  # any event
    assert not [entry for entry in road.entries[before:] if not isinstance(entry.event, TimePassed)]
    return str(refused.value)


def test_what_happened_cannot_have_happened_later_than_it_was_noticed() -> None:
    road = Road(road_policy())
    noticed = at("2025-01-20")
    late = ComplaintReceived(happened_at=noticed + timedelta(seconds=1))
    assert refusal(road, late) == (
        "`ComplaintReceived` cannot have happened at 2025-01-20 12:00:01+08:00: it was noticed earlier, at"
        " 2025-01-20 12:00:00+08:00"
    )
    road.tell(ComplaintReceived(happened_at=noticed.astimezone(UTC)), "2025-01-20")
    assert road.fact("complaint_open") is True


@pytest.mark.parametrize(
    "event",
    [
        PaymentReceived(amount="1.00", value_date=date(9999, 12, 31)),
        HoldPlaced(hold="hardship", placed_on=date(9999, 12, 31)),
        ComplaintReceived(happened_at=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))),
        PlanAgreed(instalments=(Instalment(due_on=date(1899, 12, 31), amount="1.00"),)),
    ],
)
def test_a_day_in_no_year_of_a_loan_is_refused(event: Event) -> None:
    holds = "{hardship: {stops: [contact], ends_after: 30 days}}"
    assert "expected a year from 1900 to 2200" in refusal(Road(road_policy(holds=holds)), event)


@pytest.mark.parametrize("part", ["on_enter: [{do: note, %s}]", "every: [{each: 5 days, do: note, %s}]"])
def test_a_loan_does_not_run_under_conditions_in_another_currency(part: str) -> None:
    def policy(said: str, version: str) -> Policy:
        late = said and f"{part % said}, "
        stages = f"""
  calm: {{start: true, rules: [{{id: late, when: dpd >= 1, to: late}}]}}
  late: {{{late}rules: [{{id: end, when: dpd > 300, to: calm}}]}}
"""
        return road_policy(stages, version=f'"{version}"')

    in_yuan = policy("when: 'overdue_amount > \"10 CNY\"'", "2")
    with pytest.raises(EventRefused, match=r"a loan in USD cannot run under policy road 2, whose .* amounts in CNY"):
        Road(in_yuan, opening(currency="USD"))
    road = Road(policy("", "1"), opening(currency="USD"))
    road.machine = Machine(in_yuan)
    assert "a loan in USD cannot run under policy road 2" in refusal(road, PolicyAdopted(policy="road", version="2"))


def test_a_payment_may_be_post_dated() -> None:
    road = Road(road_policy(), opening("2025-01-10"))
    road.tell(PaymentReceived(amount="1000.00", value_date=on("2025-01-25")), "2025-01-20")
    assert [road.fact("dpd", day) for day in ("2025-01-24", "2025-01-25")] == [14, 0]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"frail": "yes"}, "`frail` cannot be `yes`; expected true or false"),
        ({"channel": "fone"}, "`channel` cannot be `fone`; expected one of `sms`, `phone` (did you mean `phone`?)"),
        ({"limit": "10.00 EUR"}, "`limit` cannot be `10.00 EUR`; expected an amount, such as 120.00 in CNY"),
        ({"dpd": 3}, "`dpd` is worked out from what happens to the loan, and cannot be told"),
        (
            {"limit": "x", "odds": "x"},
            "`limit` cannot be `x`; expected an amount, such as 120.00 in CNY; `odds` cannot be `x`; expected a number",
        ),
    ],
)
def test_facts_that_do_not_fit_what_is_declared_are_refused(facts: dict[str, bool | int | str], why: str) -> None:
    policy = road_policy(facts=FACTS)
    assert refusal(Road(policy), FactsChanged(facts=facts)).startswith(why)
    with pytest.raises(EventRefused, match=re.escape(why)):
        Road(policy, opening(facts=facts))


def test_facts_that_fit_and_facts_that_nobody_declared_are_taken() -> None:
    road = Road(road_policy(facts=FACTS), opening(facts={"frail": True, "shoe_size": 44}))
    road.tell(FactsChanged(facts={"channel": "sms", "limit": "10.00", "odds": "0.25", "mood": "fine"}), "2025-01-05")
    assert [road.fact(name) for name in ("frail", "channel")] == [True, "sms"]


def test_an_amount_of_the_loans_own_currency_goes_before_the_policys() -> None:
    road = Road(road_policy(facts=FACTS), opening(amount="1000", currency="JPY"))
    assert refusal(road, FactsChanged(facts={"limit": "10.50"})).endswith("expected an amount, such as 120.00 in JPY")


@pytest.mark.parametrize(
    ("amount", "why"),
    [
        (Money("10.00", "EUR"), "`10.00 EUR` is not in CNY, the currency of the case"),
        ("10.005", "`10.005` has more decimals than CNY has (2)"),
    ],
)
def test_an_amount_that_the_case_cannot_hold_is_refused(amount: Money | str, why: str) -> None:
    event = PaymentReceived.model_validate({"amount": amount, "value_date": "2025-01-20"})
    assert refusal(Road(road_policy()), event) == why
    with pytest.raises(EventRefused, match=r"has more decimals than CNY has"):
        Road(road_policy(), opening(amount="10.005"))


@pytest.mark.parametrize(
    ("counting", "why"),
    [
        ({"paid_when_short_by": "1.00 EUR"}, "`1.00 EUR` is not in CNY, the currency of the case"),
        ({"material": {"above": "0.001"}}, "`0.001` has more decimals than CNY has (2)"),
    ],
)
def test_terms_with_an_amount_that_the_case_cannot_hold_are_refused(counting: dict[str, object], why: str) -> None:
    terms = Terms(counting=Counting.model_validate(counting))
    with pytest.raises(EventRefused) as refused:
        Road(road_policy(), opening(terms=terms))
    assert str(refused.value) == why


def test_the_first_event_of_a_case_is_its_opening_and_there_is_one() -> None:
    machine = Machine(road_policy())
    with pytest.raises(EventRefused, match="`loan-9` is not open yet"):
        decide(machine, None, ComplaintReceived(id="c"), at("2025-01-05"), "loan-9")
    road = Road(road_policy())
    assert "was opened already, on 2025-01-01" in refusal(road, opening().model_copy(update={"id": "again"}))
