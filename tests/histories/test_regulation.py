"""The test vectors of contact rules, through the packs that state the rules.

Each vector of the shared facts (section 9 of `regulation.md`) is one story here, under the name that it has there; one
that has none fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from overdue_flow.events import ConsentChanged, ContactAttempted, ContactPointLost, FactsChanged, HoldPlaced
from support.regulated import Borrower

Story: TypeAlias = Callable[[], None]
STORIES: dict[tuple[str, str], Story] = {}


def vector(rule: str, case: str) -> Callable[[Story], Story]:
    """The story of a vector, by the rule and the case that it names."""

    def note(story: Story) -> Story:
        STORIES[rule, case] = story
        return story

    return note


def days_of_august(*days: int) -> list[str]:
    return [f"2025-08-{day:02} 10:00" for day in days]


def reg_f() -> Borrower:
    return Borrower("us/reg-f")


# --- United States: Regulation F ---


@vector("us 7-in-7", "calls on days 1..7 (one a day), 8th on day 7")
def eighth_call_of_seven_days() -> None:
    borrower = reg_f()
    borrower.ring(*days_of_august(1, 2, 3, 4, 5, 6), "2025-08-07 09:00", by="agency-1")
    answer = borrower.ask("CallThem", "2025-08-07 10:00")
    assert (answer.allowed, answer.flags) == (True, ("seven-calls-in-seven-days",))


@vector("us 7-in-7", "7 calls on day 1, none after; 8th on day 8")
def the_day_of_a_call_is_the_first_of_seven() -> None:
    borrower = reg_f()
    borrower.ring(*(f"2025-08-01 1{n}:00" for n in range(7)), by="agency-1")
    assert borrower.ask("CallThem", "2025-08-07 20:59").flags == ("seven-calls-in-seven-days",)
    assert borrower.ask("CallThem", "2025-08-08 08:00").flags == ()


@vector("us cool-down", "conversation on 1 Aug; call on 7 Aug / 8 Aug")
def seven_days_after_a_conversation() -> None:
    borrower = reg_f()
    borrower.ring("2025-08-01 10:00", outcome="conversation", by="agency-1")
    assert borrower.ask("CallThem", "2025-08-07 20:00").flags == ("seven-days-after-a-conversation",)
    assert borrower.ask("CallThem", "2025-08-08 08:00").flags == ()


@vector("us cool-down", "consumer rings on 1 Aug and talks; collector rings 5 Aug")
def a_conversation_that_the_consumer_began() -> None:
    borrower = reg_f()
    borrower.ring("2025-08-01 10:00", outcome="conversation", direction="inbound")
    assert borrower.ask("CallThem", "2025-08-05 10:00").flags == ("seven-days-after-a-conversation",)


@vector("us consent", "conversation 1 Aug; consumer says 'ring me 4 Aug'; call 4 Aug, talk; second call 5 Aug")
def a_consent_that_ends_at_a_conversation() -> None:
    borrower = reg_f()
    borrower.ring("2025-08-01 10:00", outcome="conversation", by="agency-1")
    borrower.say("2025-08-01 10:05", ConsentChanged.model_validate({"given": True, "channel": "phone"}))
    assert borrower.ask("CallThem", "2025-08-04 10:00").flags == ()
    borrower.ring("2025-08-04 10:01", outcome="conversation", by="agency-1")
    assert borrower.ask("CallThem", "2025-08-05 10:00").flags == ("seven-days-after-a-conversation",)


@vector("us not connected", "8 dials in 7 days, 2 busy signals")
def busy_signals_do_not_count() -> None:
    borrower = reg_f()
    borrower.ring(*days_of_august(1, 2, 3, 4, 5), by="agency-1")
    borrower.ring("2025-08-06 10:00", "2025-08-06 11:00", outcome="busy", by="agency-1")
    eighth = borrower.ask("CallThem", "2025-08-07 10:00")
    assert eighth.flags == ()
    borrower.ring("2025-08-07 10:01", by="agency-1")
    assert borrower.ask("CallThem", "2025-08-07 10:02").flags == (), "the seventh that counts"
    borrower.ring("2025-08-07 10:03", by="agency-1")
    assert borrower.ask("CallThem", "2025-08-07 10:04").flags == ("seven-calls-in-seven-days",), "the eighth"


@vector("us voicemail", "8 dials, all to voicemail, no message left")
def voicemail_counts() -> None:
    borrower = reg_f()
    borrower.ring(*days_of_august(1, 2, 3, 4, 5, 6), "2025-08-07 09:00", outcome="voicemail", by="agency-1")
    assert borrower.ask("CallThem", "2025-08-07 10:00").flags == ("seven-calls-in-seven-days",)


@vector("us multi-debt", "one voicemail naming debts A and B")
def one_call_about_two_debts() -> None:
    borrower = reg_f()
    for debt in ("A", "B"):
        borrower.ring(*days_of_august(1, 2, 3, 4, 5, 6), loans=(debt,), by="agency-1")
    assert [borrower.ask("CallThem", "2025-08-07 09:00", debt).flags for debt in ("A", "B")] == [(), ()]
    borrower.ring("2025-08-07 09:30", outcome="voicemail", loans=("A", "B"), by="agency-1")
    assert [borrower.ask("CallThem", "2025-08-07 10:00", debt).flags for debt in ("A", "B")] == [
        ("seven-calls-in-seven-days",)
    ] * 2


@vector("us hours", "07:59 / 08:00 / 20:59 / 21:00 consumer local")
def hours_are_those_of_the_consumer() -> None:
    borrower = Borrower("us/reg-f", zones=("America/Los_Angeles",))
    asked = [borrower.ask("TextThem", f"2025-08-01 {time}") for time in ("10:59", "11:00", "23:59")]
    asked.append(borrower.ask("TextThem", "2025-08-02 00:00"))
    assert [answer.allowed for answer in asked] == [False, True, True, False]
    assert asked[0].due_at == borrower.at("2025-08-01 11:00")
    assert asked[3].due_at == borrower.at("2025-08-02 11:00")


def test_where_the_consumer_may_be_in_two_zones_the_hours_suit_both() -> None:
    borrower = Borrower("us/reg-f", zones=("America/New_York", "America/Los_Angeles"))
    asked = [borrower.ask("CallThem", f"2025-08-01 {time}") for time in ("10:59", "11:00", "20:59", "21:00")]
    assert [answer.allowed for answer in asked] == [False, True, True, False]
    assert asked[3].due_at == borrower.at("2025-08-02 11:00")


def test_before_the_rule_was_in_force_nothing_is_flagged() -> None:
    borrower = Borrower("us/reg-f", due_on="2021-11-01")
    borrower.ring(*(f"2021-11-29 1{n}:00" for n in range(7)), by="agency-1")
    assert borrower.ask("CallThem", "2021-11-29 18:00").flags == ()
    assert borrower.ask("CallThem", "2021-11-30 18:00").flags == ("seven-calls-in-seven-days",)


def test_what_another_collector_did_is_not_counted() -> None:
    borrower = reg_f()
    borrower.ring(*(f"2025-08-01 1{n}:00" for n in range(7)), by="agency-2")
    assert borrower.ask("CallThem", "2025-08-01 19:00").flags == ()


def test_a_consent_lasts_seven_days_and_its_day_is_the_first() -> None:
    borrower = reg_f()
    borrower.ring("2025-08-01 10:00", outcome="conversation", by="agency-1")
    borrower.say("2025-08-01 10:05", ConsentChanged.model_validate({"given": True, "channel": "phone"}))
    borrower.ring(*(f"2025-08-07 1{n}:00" for n in range(7)), by="agency-1")
    assert borrower.ask("CallThem", "2025-08-07 18:00").flags == ()
    borrower.ring(*(f"2025-08-08 1{n}:00" for n in range(7)), by="agency-1")
    assert borrower.ask("CallThem", "2025-08-08 18:00").flags == ("seven-calls-in-seven-days",)


# --- China ---


@vector("cn hours", "21:59 / 22:00 / 07:59 / 08:00")
def no_collecting_at_night() -> None:
    for month in ("2025-03", "2026-03"):  # under the standard alone, and under the guideline too
        borrower = Borrower("cn/contact-2025", due_on="2025-02-01")
        whens = (f"{month}-01 21:59", f"{month}-01 22:00", f"{month}-02 07:59", f"{month}-02 08:00")
        asked = [borrower.ask("CallThem", when) for when in whens]
        assert [answer.allowed for answer in asked] == [True, False, False, True]
        assert asked[1].due_at == asked[2].due_at == borrower.at(f"{month}-02 08:00")


@vector("cn attempts", "6 unanswered dials to number X, then a 7th to X / a 1st to Y")
def six_unanswered_calls_to_a_number() -> None:
    borrower = Borrower("cn/contact-2025", due_on="2026-02-01")
    borrower.ring(*(f"2026-03-01 1{n}:00" for n in range(4)), contact_point="X")
    borrower.ring("2026-03-01 14:00", outcome="busy", contact_point="X", loans=("B",))
    borrower.ring("2026-03-01 14:30", outcome="conversation", contact_point="X")
    borrower.ring("2026-03-01 15:00", outcome="voicemail", contact_point="X")
    flags = {}
    for number, when in (("X", "2026-03-01 16:00"), ("Y", "2026-03-01 16:01"), ("X", "2026-03-02 08:00")):
        borrower.say(when, FactsChanged(facts={"number_to_call": number}))
        flags[number, when[8:10]] = borrower.ask("CallThem", when).flags
    assert flags == {("X", "01"): ("six-unanswered-calls-a-day",), ("Y", "01"): (), ("X", "02"): ()}


@vector("cn conversations", "4th effective conversation with one debtor the same day")
def three_conversations_a_day_with_one_debtor() -> None:
    borrower = Borrower("cn/contact-2025", due_on="2026-02-01")
    borrower.ring("2026-03-01 09:00", "2026-03-01 10:00", outcome="conversation")
    borrower.ring("2026-03-01 11:00", outcome="conversation", direction="inbound")
    assert borrower.ask("CallThem", "2026-03-01 12:00").allowed, "the debtor's own call is no active one"
    borrower.ring("2026-03-01 13:00", outcome="conversation", loans=("B",))
    fourth = borrower.ask("CallThem", "2026-03-01 14:00")
    assert (fourth.allowed, fourth.due_at) == (False, borrower.at("2026-03-02 08:00"))


def test_by_consent_the_debtor_is_called_at_night_too() -> None:
    borrower = Borrower("cn/contact-2025", due_on="2026-02-01")
    borrower.say("2026-03-01 12:00", ConsentChanged.model_validate({"given": True, "expires_on": "2026-03-02"}))
    assert borrower.ask("CallThem", "2026-03-01 23:00").allowed
    assert not borrower.ask("CallThem", "2026-03-02 23:00").allowed


def test_a_third_party_is_contacted_only_where_the_debtor_is_lost() -> None:
    borrower = Borrower("cn/contact-2025", due_on="2026-02-01")
    asked = borrower.ask("AskARelative", "2026-03-01 12:00")
    assert (asked.effect.status, asked.effect.reason[:34]) == ("held", "limit third-parties-only-when-lost")
    borrower.say("2026-03-01 13:00", ContactPointLost(contact_point="X"))
    (waited,) = borrower.loan().course.open_effects
    assert (waited.status, waited.due_at) == ("pending", borrower.at("2026-03-01 13:00"))


def test_a_third_party_is_contacted_after_three_failures_in_a_row_too() -> None:
    borrower = Borrower("cn/contact-2025", due_on="2026-02-01")
    borrower.ring("2026-03-01 10:00", "2026-03-01 11:00")
    assert not borrower.ask("AskARelative", "2026-03-01 12:00").allowed
    borrower.ring("2026-03-02 10:00", outcome="not_in_service")
    assert borrower.ask("AskARelative", "2026-03-02 12:00").allowed


# --- India, Massachusetts, the United Kingdom ---


@vector("in hours", "07:59 / 08:00 / 19:00 / 19:01")
def hours_in_india() -> None:
    borrower = Borrower("in/sma-npa")
    asked = [borrower.ask("CallThem", f"2025-08-01 {time}") for time in ("07:59", "08:00", "19:00", "19:01")]
    assert [answer.allowed for answer in asked] == [False, True, False, False], "the edge is on the side of caution"


@vector("ma", "3rd call to the residence in 7 days on one debt")
def two_calls_to_the_residence() -> None:
    borrower = Borrower("us/ma-debt-collection")
    borrower.ring("2025-08-01 10:00", "2025-08-03 10:00", contact_point="residence")
    third = borrower.ask("CallThem", "2025-08-07 10:00")
    assert (third.allowed, third.due_at) == (False, borrower.at("2025-08-08 08:00"))
    assert borrower.ask("CallThem", "2025-08-07 10:00", "B").allowed, "another debt"
    borrower.say("2025-08-07 11:00", FactsChanged(facts={"where_to_call": "mobile"}))
    assert not borrower.ask("CallThem", "2025-08-07 11:30").allowed, "a personal telephone counts with the residence"
    borrower.say("2025-08-07 11:45", FactsChanged(facts={"where_to_call": "work"}))
    assert borrower.ask("CallThem", "2025-08-07 12:00").allowed, "another place"


def test_a_visit_every_thirty_days_in_massachusetts() -> None:
    borrower = Borrower("us/ma-debt-collection")
    borrower.say("2025-08-01 10:00", ContactAttempted.model_validate({"channel": "visit", "outcome": "no_answer"}))
    assert borrower.ask("VisitThem", "2025-08-30 10:00").due_at == borrower.at("2025-08-31 08:00")


@vector("uk breathing space", "any creditor contact about the debt on days 1-60")
def no_contact_in_a_breathing_space() -> None:
    borrower = Borrower("uk/conc")
    borrower.say("2025-08-01 09:00", HoldPlaced(hold="breathing_space"))
    for what in ("WriteToThem", "TellThem"):
        assert not borrower.ask(what, "2025-08-01 10:00").allowed
        assert not borrower.ask(what, "2025-09-29 10:00").allowed, "the sixtieth day"
    assert all(effect.status == "held" for effect in borrower.loan().course.open_effects if effect.kind == "contact")
    assert borrower.ask("WriteToThem", "2025-09-30 10:00").allowed
    waited = [effect for effect in borrower.loan().course.open_effects if effect.kind == "contact"]
    assert {(effect.status, str(effect.due_at.date())) for effect in waited} == {("pending", "2025-09-30")}


# --- United States: Regulation X ---


@vector("us regx", "live contact: due 1 Jan unpaid")
def live_contact_by_the_36th_day() -> None:
    borrower = Borrower("us/reg-x-mortgage")
    asked = {effect.action: effect for effect in borrower.live("2025-02-06")}
    task = asked["make_live_contact"]
    assert (str(task.decided_on), str(task.deadline_on)) == ("2025-01-02", "2025-02-06")
    assert "check_good_faith_efforts" not in asked
    assert [(late.action, late.role) for late in borrower.live("2025-02-07")][:1] == [
        ("check_good_faith_efforts", "servicing_supervisor")
    ]


@vector("us regx notice", "notice sent 15 Apr, still 45+ days late")
def one_notice_in_180_days() -> None:
    borrower = Borrower("us/reg-x-mortgage")
    (first,) = (one for one in borrower.live("2025-03-01") if one.action == "early_intervention_notice")
    assert str(first.decided_on) == "2025-02-07"
    assert first.not_after == borrower.at("2025-02-16 00:00"), "usable on the 45th day, 15 February, and no more"
    borrower.say("2025-04-15 10:00", FactsChanged(facts={"early_intervention_notice_on": "2025-04-15"}))
    assert borrower.ask("SendStatement", "2025-06-02 10:00").allowed, "other letters are no such notice"
    later = [one for one in borrower.live("2025-12-31") if one.action == "early_intervention_notice"]
    assert [str(one.decided_on) for one in later] == ["2025-10-12"]


@vector("us regx filing", "dpd 120 / 121")
def no_filing_before_the_121st_day() -> None:
    borrower = Borrower("us/reg-x-mortgage")
    early = borrower.ask("File", "2025-05-01 10:00")
    assert borrower.machine.policy.vocabulary["dpd"].read(borrower.loan(), borrower.loan().day) == 120
    assert (early.allowed, early.due_at) == (False, borrower.at("2025-05-02 00:00"))
    assert borrower.ask("File", "2025-05-02 00:00").allowed


# --- all of them ---


@pytest.mark.parametrize(("rule", "case"), sorted(STORIES))
def test_a_contact_rule_gives_what_its_vector_says(rule: str, case: str) -> None:
    STORIES[rule, case]()


def test_every_vector_has_its_story(shared_facts: Path) -> None:
    told = json.loads((shared_facts / "regulation.json").read_text("utf-8"))["contact_rule_test_vectors"]
    assert {(one["rule"], one["case"]) for one in told} == set(STORIES)
