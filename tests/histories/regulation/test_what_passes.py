"""What the packs let pass: each limit and hold forbids what it names, and nothing beside it."""

from __future__ import annotations

import pytest

from overdue_flow.events import (
    ConsentChanged,
    ContactAttempted,
    ContactPointLost,
    Event,
    FactsChanged,
    HoldPlaced,
    PaymentReceived,
    PlanAgreed,
)
from support.regulated import Borrower


def facts(**told: object) -> Event:
    return FactsChanged.model_validate({"facts": told})


def consent(channel: str) -> Event:
    return ConsentChanged.model_validate({"given": True, "channel": channel})


def refused(contact_point: str, party: str = "third_party") -> Event:
    told = {"channel": "phone", "outcome": "refused", "party": party, "contact_point": contact_point}
    return ContactAttempted.model_validate(told)


def plan() -> Event:
    told = {"instalments": [{"due_on": "2025-04-01", "amount": "1009.00"}], "replaces_contract": False}
    return PlanAgreed.model_validate(told)


def may(pack: str, what: str, *told: Event, when: str = "2025-03-10 12:00") -> bool:
    """Whether a contact or a notice may go out at once, after what was told on the day before."""
    borrower = Borrower(pack)
    for event in told:
        borrower.say("2025-03-09 12:00", event)
    return borrower.ask(what, when).allowed


# --- China ---


@pytest.mark.parametrize(
    ("what", "told", "allowed"),
    [
        ("AskARelative", [], False),
        ("AskARelative", [HoldPlaced(hold="deceased")], True),
        ("AskARelative", [facts(lacks_capacity=True)], True),
        ("AskARelative", [ContactPointLost(contact_point="home"), refused("sister")], False),
        ("AskARelative", [ContactPointLost(contact_point="home"), refused("uncle")], True),
        ("CallThem", [refused("home", "borrower")], True),
        ("CallThem", [plan()], True),
        ("CallThem", [facts(credit_card=True)], True),
        ("CallThem", [facts(credit_card=True), plan()], False),
        ("TextThem", [facts(credit_card=True), plan()], True),
    ],
)
def test_whom_and_when_in_china(what: str, told: list[Event], allowed: bool) -> None:
    assert may("cn/contact-2025", what, *told) is allowed


def test_conversations_are_counted_for_calls_alone_and_agreed_calls_are_not_advised_against() -> None:
    borrower = Borrower("cn/contact-2025", due_on="2026-02-01")
    borrower.ring(*(f"2026-03-01 1{hour}:00" for hour in range(3)), outcome="conversation")
    assert borrower.ask("TextThem", "2026-03-01 18:00").allowed
    borrower.ring(*(f"2026-03-02 1{hour}:00" for hour in range(6)), contact_point="home")
    assert borrower.ask("CallThem", "2026-03-02 18:00").flags == ("six-unanswered-calls-a-day",)
    assert borrower.ask("TextThem", "2026-03-02 18:00").flags == ()
    borrower.say("2026-03-02 18:30", consent("phone"))
    assert borrower.ask("CallThem", "2026-03-02 19:00").flags == ()


# --- United States ---


@pytest.mark.parametrize(
    ("what", "told", "allowed"),
    [
        ("TextThem", [HoldPlaced(hold="cease_contact")], False),
        ("SayThatWeEnd", [HoldPlaced(hold="cease_contact")], True),
        ("EmailAtWork", [], False),
        ("EmailAtWork", [consent("email")], True),
        ("TextThem", [HoldPlaced(hold="attorney")], False),
        ("TextThem", [HoldPlaced(hold="attorney"), consent("sms")], True),
        ("WriteToAttorney", [HoldPlaced(hold="attorney")], True),
        ("CallThem", [facts(employer_forbids_contact=True)], True),
        ("CallThem", [facts(employer_forbids_contact=True, where_to_call="work")], False),
        ("CallThem", [facts(where_to_call="work")], True),
        ("AskWhereTheyAre", [ContactPointLost(contact_point="home")], True),
        ("Sue", [], True),
    ],
)
def test_regulation_f(what: str, told: list[Event], allowed: bool) -> None:
    assert may("us/reg-f", what, *told) is allowed


def test_the_caps_of_regulation_f_are_on_calls_alone() -> None:
    borrower = Borrower("us/reg-f")
    borrower.ring(*(f"2025-03-10 1{hour}:00" for hour in range(7)), outcome="conversation", by="agency-1")
    assert borrower.ask("TextThem", "2025-03-10 18:00").flags == ()
    assert borrower.ask("CallThem", "2025-03-10 18:00").flags != ()


def test_a_conversation_with_another_collector_is_theirs() -> None:
    borrower = Borrower("us/reg-f")
    borrower.ring("2025-03-10 10:00", outcome="conversation", by="agency-2")
    assert borrower.ask("CallThem", "2025-03-11 10:00").flags == ()


def test_a_neighbour_whose_line_was_busy_may_be_asked_again_and_another_in_any_case() -> None:
    borrower = Borrower("us/reg-f")
    borrower.say("2025-03-09 12:00", ContactPointLost(contact_point="home"))
    third = {"party": "third_party", "purpose": "service"}
    borrower.ring("2025-03-10 10:00", outcome="busy", contact_point="neighbour", **third)
    borrower.ring("2025-03-10 11:00", outcome="connected", contact_point="sister", **third)
    assert borrower.ask("AskWhereTheyAre", "2025-03-11 10:00").allowed


def test_a_neighbour_is_asked_once_for_all_debts_and_no_consent_of_the_consumer_opens_their_door() -> None:
    borrower = Borrower("us/reg-f")
    borrower.say("2025-03-09 12:00", ContactPointLost(contact_point="home"), "A", "B")
    borrower.ring("2025-03-10 10:00", outcome="connected", contact_point="neighbour", party="third_party")
    assert not borrower.ask("AskWhereTheyAre", "2025-03-11 10:00", "B").allowed
    borrower.say("2025-03-11 11:00", consent("phone"), "A")
    assert not borrower.ask("AskWhereTheyAre", "2025-03-11 12:00").allowed
    borrower.say("2025-03-11 13:00", facts(third_party_may_be_asked_again=True), "A")
    assert borrower.ask("AskWhereTheyAre", "2025-03-11 14:00").allowed


@pytest.mark.parametrize(
    ("told", "allowed"),
    [([], False), ([facts(earlier_filing_permitted=True)], True), ([HoldPlaced(hold="loss_mitigation")], False)],
)
def test_a_filing_of_a_mortgage_servicer(told: list[Event], allowed: bool) -> None:
    assert may("us/reg-x-mortgage", "File", *told) is allowed


def test_tasks_of_early_intervention_are_over_when_the_borrower_is_current_again() -> None:
    borrower = Borrower("us/reg-x-mortgage")
    borrower.live("2025-02-10")
    assert {one.action for one in borrower.loan().course.open_effects if one.kind == "task"} == {
        "make_live_contact", "assign_contact_person", "check_good_faith_efforts",
    }  # fmt: skip
    borrower.say("2025-02-11 12:00", PaymentReceived.model_validate({"amount": "1000", "value_date": "2025-02-11"}))
    assert [one.action for one in borrower.loan().course.open_effects if one.kind == "task"] == []


# --- United Kingdom ---

READY = {"default_notice_on": "2025-01-10", "letter_of_claim_on": "2025-01-20"}


@pytest.mark.parametrize(
    ("what", "told", "allowed"),
    [
        ("VisitThem", [HoldPlaced(hold="vulnerable")], False),
        ("WriteToThem", [HoldPlaced(hold="vulnerable")], True),
        ("WriteToThem", [HoldPlaced(hold="debt_advice")], False),
        ("TellThem", [HoldPlaced(hold="debt_advice")], True),
        ("Issue", [facts(**READY)], True),
        ("Issue", [facts(default_notice_on="2025-01-10")], False),
        ("Issue", [facts(letter_of_claim_on="2025-01-20")], False),
        ("Issue", [facts(**READY, reply_to_claim_on="2025-02-01")], False),
        ("Issue", [facts(**READY, reply_to_claim_on="2025-02-01", notice_of_issue_on="2025-02-20")], True),
        ("Issue", [facts(**READY), HoldPlaced(hold="mental_health_crisis", role="debt_adviser")], False),
    ],
)
def test_conc_and_the_road_to_court(what: str, told: list[Event], allowed: bool) -> None:
    assert may("uk/conc", what, *told) is allowed
