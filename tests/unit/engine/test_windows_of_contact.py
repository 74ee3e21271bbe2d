"""What a limit counts: kinds, buckets, windows, what is on its way, and what is done with consent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from overdue_flow.cases.person import PersonContacts, in_time_order
from overdue_flow.engine.limits import attempt_by, permitted, reservation
from support.limited import COUNTS, NOON, asked, before, effect_of, limit, loan, machine_with
from support.naive_limits import Said

# --- counts ---


def one_a_day(more: str = "", counts: str = "attempt") -> str:
    return limit(f"counts: {counts}, at_most: 1, within: 1 calendar day{more}")


@pytest.mark.parametrize(
    ("counts", "fields", "counted"),
    [
        ("attempt", {"outcome": "busy"}, True),
        ("attempt", {"inbound": True}, False),
        ("unanswered", {"outcome": "voicemail"}, True),
        ("unanswered", {"outcome": "connected"}, False),
        ("unanswered", {"outcome": "no_answer", "channel": "visit"}, False),
        ("connect", {"outcome": "connected"}, True),
        ("connect", {"outcome": "conversation"}, True),
        ("connect", {"outcome": "voicemail"}, False),
        ("conversation", {"outcome": "conversation", "inbound": True}, True),
        ("conversation", {"outcome": "connected"}, False),
        ("message", {"outcome": "delivered", "channel": "email"}, True),
        ("message", {"outcome": "delivered", "channel": "phone"}, False),
        ("visit", {"outcome": "no_answer", "channel": "visit"}, True),
        ("refused", {"outcome": "refused"}, True),
        ("refused", {"outcome": "conversation"}, False),
        ("attempt", {"party": "guarantor"}, False),
        ("attempt", {"loan": "loan-2"}, False),
    ],
)
def test_what_is_counted(counts: str, fields: dict[str, Any], counted: bool) -> None:
    assert (asked(one_a_day(counts=counts), said=(before(**fields),)).status == "deferred") is counted


@pytest.mark.parametrize(
    ("excluding", "fields", "counted"),
    [
        ("not_connected", {"outcome": "busy"}, False),
        ("not_connected", {"outcome": "not_in_service"}, False),
        ("not_connected", {"outcome": "bounced", "channel": "sms"}, False),
        ("not_connected", {"outcome": "no_answer"}, True),
    ],
)
def test_what_did_not_connect_may_be_left_out(excluding: str, fields: dict[str, Any], counted: bool) -> None:
    found = asked(one_a_day(f", excluding: {excluding}"), said=(before(**fields),))
    assert (found.status == "deferred") is counted


def test_buckets() -> None:
    """Per person, contact point and collector the other loans count; what is not known may be the same."""
    elsewhere = (before(loan="loan-2", point="home", collector="ann"),)

    def found(per: str, **towards: Any) -> str:
        return asked(one_a_day(f", per: {per}"), said=elsewhere, contact=Said("loan-1", NOON, **towards)).status

    assert [found("debt"), found("person")] == ["allowed", "deferred"]
    assert [found("contact_point", point=point) for point in ("home", "work", None)] == [
        "deferred",
        "allowed",
        "deferred",
    ]
    assert [found("collector", collector=who) for who in ("ann", "bob", None)] == ["deferred", "allowed", "deferred"]
    assert found("[collector, debt]", collector="ann") == "allowed"


def test_one_attempt_that_was_told_to_two_loans_is_one_attempt() -> None:
    two = limit("counts: attempt, at_most: 2, within: 1 day, per: person")
    told = (before(one_of="a"), before(loan="loan-2", one_of="a"))
    assert asked(two, said=told).status == "allowed"
    assert asked(two, said=(*told, before(loan="loan-2", one_of="b"))).status == "deferred"


def test_hours_roll_from_instant_to_instant() -> None:
    five = limit("counts: attempt, at_most: 1, within: 5 hours")
    assert asked(five, said=(before(),)).at == NOON + timedelta(hours=3)
    assert asked(five, at=NOON + timedelta(hours=3), said=(before(),)).status == "allowed"


def test_what_is_later_than_a_clock_that_was_set_back_counts() -> None:
    later = before(at=NOON + timedelta(hours=1))
    assert asked(one_a_day(), said=(later,)).status == "deferred"


# --- what is on its way ---


def on_its_way(
    name: str = "loan-1", channel: str = "phone", at: datetime = NOON - timedelta(hours=2)
) -> PersonContacts:
    machine = machine_with("[]")
    case = loan(machine, name, "UTC")
    return in_time_order([reservation(case, effect_of(Said(name, at, channel=channel), case, "another"), at)])


@pytest.mark.parametrize(
    ("counts", "channel", "counted"),
    [
        ("attempt", "phone", True),
        ("connect", "phone", True),
        ("conversation", "visit", True),
        ("unanswered", "phone", True),
        ("conversation", "sms", False),
        ("message", "sms", True),
        ("visit", "phone", False),
        ("refused", "phone", True),
    ],
)
def test_what_is_on_its_way_counts_as_what_may_come_of_it(counts: str, channel: str, counted: bool) -> None:
    found = asked(one_a_day(counts=counts), contacts=on_its_way(channel=channel))
    assert (found.status == "deferred") is counted


def test_the_contacts_own_reservation_is_left_out() -> None:
    machine = machine_with(f"[{one_a_day()}]")
    case = loan(machine, "loan-1", "UTC")
    effect = effect_of(Said("loan-1", NOON), case)
    own = in_time_order([reservation(case, effect, NOON)])
    assert permitted(machine, case, effect, NOON, own).status == "allowed"


def test_a_contact_without_a_channel_is_reserved_as_a_call() -> None:
    machine = machine_with("[]")
    case = loan(machine, "loan-1", "UTC")
    said = Said("loan-1", NOON, channel=None, point="home", collector="ann", party="guarantor")
    attempt = attempt_by(effect_of(said, case))
    assert (attempt.channel, attempt.contact_point, attempt.by, attempt.party) == ("phone", "home", "ann", "guarantor")


def test_a_condition_sees_what_the_other_loans_know_and_what_is_on_its_way() -> None:
    talks = limit("when: talks >= 1")
    midnight = datetime(2025, 6, 3, tzinfo=UTC)
    talk = before(loan="loan-2", outcome="conversation")
    assert asked(talks, said=(talk,), counts=COUNTS).at == midnight
    assert asked(talks, said=(before(loan="loan-2"),), counts=COUNTS).status == "allowed"
    for name in ("loan-1", "loan-2"):
        assert asked(talks, contacts=on_its_way(name), counts=COUNTS).at == midnight
        assert asked(limit("when: talks >= 2"), contacts=on_its_way(name), counts=COUNTS).status == "allowed"


def test_a_condition_counts_at_the_contact_point_to_which_the_contact_goes() -> None:
    here = limit("when: here >= 1")
    said = (before(loan="loan-2", point="home"),)
    found = [
        asked(here, said=said, counts=COUNTS, contact=Said("loan-1", NOON, point=p)).status for p in ("home", "work")
    ]
    assert found == ["deferred", "allowed"]


# --- consent ---

TALKED = before(outcome="conversation", at=NOON - timedelta(days=1))


def cool_down(more: str = "") -> str:
    return limit(f"counts: conversation, at_most: 1, within: 7 days, excluding: consent{more}")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        (before("consent"), "allowed"),
        (before("consent", channel=None), "allowed"),
        (before("consent", channel="sms"), "deferred"),
        (before("consent", loan="loan-2"), "deferred"),
        (before("consent", until=NOON.date() + timedelta(days=1)), "allowed"),
    ],
)
def test_a_consent_frees_its_channel_on_its_loan_until_there_is_a_conversation(word: Said, status: str) -> None:
    assert asked(cool_down(), said=tuple(sorted((TALKED, word), key=lambda one: one.at))).status == status


def test_a_consent_ends_when_it_expires_is_withdrawn_or_has_lasted_long_enough() -> None:
    given = before("consent", at=NOON - timedelta(hours=20), until=NOON.date() + timedelta(days=2))
    assert asked(cool_down(), at=NOON + timedelta(days=1), said=(TALKED, given)).status == "allowed"
    assert asked(cool_down(), at=NOON + timedelta(days=2), said=(TALKED, given)).status == "deferred"
    assert asked(cool_down(", consent_lasts: 1 day"), said=(TALKED, given)).status == "deferred"
    assert asked(cool_down(", consent_lasts: 2 days"), said=(TALKED, given)).status == "allowed"


@pytest.mark.parametrize(
    ("word", "until"),
    [("consent", 1), ("consent", 0), ("withdrawal", None), ("opt_out", 1), ("opt_out", 0)],
)
def test_no_older_consent_comes_back_when_a_later_word_has_ended(word: str, until: int | None) -> None:
    given = before("consent", at=NOON - timedelta(hours=20))
    ends = NOON.date() + timedelta(days=until) if until is not None else None
    later = before(word, until=ends)
    verdict = asked(cool_down(), at=NOON + timedelta(days=1), said=(TALKED, given, later))
    assert (verdict.status, verdict.limit) == ("deferred", "one")


def test_an_opt_out_ends_the_consents_on_every_loan() -> None:
    given = before("consent", at=NOON - timedelta(hours=20))
    out = before("opt_out", loan="loan-2", until=NOON.date())
    assert asked(cool_down(), said=(TALKED, given, out)).status == "deferred"
    withdrawn = before("withdrawal", loan="loan-2")
    assert asked(cool_down(), said=(TALKED, given, withdrawn)).status == "allowed"


def test_what_was_done_with_consent_does_not_count() -> None:
    given = before("consent", at=NOON - timedelta(hours=5))
    called = before(outcome="conversation", at=NOON - timedelta(hours=4))
    later = NOON + timedelta(days=1)
    assert asked(cool_down(), at=later, said=(given, called)).status == "allowed"
    again = before(outcome="conversation", at=NOON - timedelta(hours=3))
    assert asked(cool_down(), at=later, said=(given, called, again)).status == "deferred"
