"""Contacts: what counts as an attempt, a contact, an answer; and how the borrower may be reached."""

from __future__ import annotations

from datetime import date

import pytest

from overdue_flow.cases.attempts import ANSWERED, REACHED
from overdue_flow.cases.events.contact import Channel, Outcome
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    BorrowerLocated,
    ChannelOptedOut,
    ConsentChanged,
    ContactAttempted,
    ContactPointFound,
    ContactPointLost,
    Event,
    EventRetracted,
)
from support.telling import a_loan, after, fact, noon

ROW = "unanswered_attempts_in_a_row"


def call(outcome: Outcome = "no_answer", channel: Channel = "phone", **fields: object) -> ContactAttempted:
    return ContactAttempted.model_validate({"channel": channel, "outcome": outcome, **fields})


def test_before_anything_happens_dates_are_missing_and_counters_zero() -> None:
    case = a_loan()

    assert fact(case, "last_contact_on") is None
    assert fact(case, "days_since_last_contact") is None
    assert fact(case, ROW) == 0
    assert fact(case, "opted_out_phone") is False
    assert fact(case, "contact_lost") is False


@pytest.mark.parametrize(
    ("outcome", "is_contact", "is_answer"),
    [
        ("no_answer", False, False),
        ("busy", False, False),
        ("not_in_service", False, False),
        ("bounced", False, False),
        ("voicemail", True, False),
        ("delivered", True, False),
        ("refused", True, False),
        ("connected", True, True),
        ("conversation", True, True),
    ],
)
def test_each_outcome_is_a_contact_or_not_and_an_answer_or_not(
    outcome: Outcome, is_contact: bool, is_answer: bool
) -> None:
    case = after(a_loan(), ("2025-02-10", call()), ("2025-02-11", call(outcome)))

    assert fact(case, "last_attempt_on") == date(2025, 2, 11)
    assert fact(case, "last_contact_on") == (date(2025, 2, 11) if is_contact else None)
    assert fact(case, ROW) == (0 if is_answer else 2)
    assert (outcome in REACHED, outcome in ANSWERED) == (is_contact, is_answer)


def test_a_conversation_is_kept_apart_from_a_mere_contact() -> None:
    case = after(a_loan(), ("2025-02-10", call("conversation")), ("2025-02-11", call("connected")))

    assert fact(case, "last_conversation_on") == date(2025, 2, 10)
    assert fact(case, "last_contact_on") == date(2025, 2, 11)
    assert fact(case, "days_since_last_conversation", "2025-02-20") == 10
    assert fact(case, "days_until_last_conversation", "2025-02-20") == -10


def test_word_from_the_borrower_is_a_contact_and_an_answer_but_no_attempt_of_ours() -> None:
    case = after(
        a_loan(),
        ("2025-02-10", call("delivered", "sms")),
        ("2025-02-12", call("delivered", "email", direction="inbound")),
    )

    assert fact(case, ROW) == 0
    assert fact(case, "last_contact_on") == date(2025, 2, 12)
    assert fact(case, "last_attempt_on") == date(2025, 2, 10)


def test_each_channel_has_facts_of_its_own() -> None:
    case = after(
        a_loan(),
        ("2025-02-10", call("delivered", "sms")),
        ("2025-02-11", call()),
        ("2025-02-12", call()),
        ("2025-02-13", call("conversation", "visit")),
    )

    assert fact(case, ROW) == 0
    assert fact(case, "unanswered_phone_attempts_in_a_row") == 2
    assert fact(case, "unanswered_sms_attempts_in_a_row") == 1
    assert fact(case, "unanswered_visit_attempts_in_a_row") == 0
    assert fact(case, "last_contact_by_sms_on") == date(2025, 2, 10)
    assert fact(case, "last_contact_by_phone_on") is None
    assert fact(case, "days_since_last_contact_by_visit", "2025-02-14") == 1


@pytest.mark.parametrize(
    ("party", "row"), [("co_borrower", 0), ("representative", 0), ("guarantor", 1), ("third_party", 1)]
)
def test_guarantors_and_third_parties_do_not_answer_for_the_borrower(party: str, row: int) -> None:
    case = after(a_loan(), ("2025-02-10", call()), ("2025-02-11", call("conversation", party=party)))

    assert fact(case, ROW) == row
    assert len(case.contacts.attempts) == 2


def test_a_back_dated_attempt_takes_its_place_in_time() -> None:
    answered = call("connected", happened_at=noon("2025-02-10"))
    case = after(a_loan(), ("2025-02-09", call()), ("2025-02-11", call()), ("2025-02-12", answered))

    assert fact(case, ROW) == 1
    assert fact(case, "unanswered_phone_attempts_in_a_row") == 1
    assert fact(case, "last_contact_on") == date(2025, 2, 10)
    assert [attempt.on.day for attempt in case.contacts.attempts] == [9, 10, 11]


def test_a_retracted_attempt_is_as_if_it_had_never_been() -> None:
    case = after(a_loan(), ("2025-02-10", call()), ("2025-02-11", call("conversation", id="wrong")))
    case = after(case, ("2025-02-12", EventRetracted(event_id="wrong")))

    assert fact(case, ROW) == 1
    assert fact(case, "last_conversation_on") is None


def test_what_a_limit_needs_is_kept_of_each_attempt() -> None:
    told = call(
        contact_point="+86 1", by="agent-7", identity_verified=True, effect_id="fx-1", happened_at=noon("2025-02-10")
    )
    (attempt,) = after(a_loan(), ("2025-02-11", told)).contacts.attempts

    assert attempt.happened_at == noon("2025-02-10")
    assert (attempt.channel, attempt.contact_point, attempt.by) == ("phone", "+86 1", "agent-7")
    assert (attempt.identity_verified, attempt.effect_id, attempt.inbound) == (True, "fx-1", False)


# --- wishes ---


def test_an_opt_out_holds_for_its_channel_alone() -> None:
    case = after(a_loan(), ("2025-02-10", ChannelOptedOut(channel="sms")))

    assert fact(case, "opted_out_sms", "2030-01-01") is True
    assert fact(case, "opted_out_phone") is False


def test_an_opt_out_with_an_end_does_not_hold_on_that_day() -> None:
    case = after(a_loan(), ("2025-02-10", ChannelOptedOut(channel="sms", until=date(2025, 3, 1))))

    assert fact(case, "opted_out_sms", "2025-02-28") is True
    assert fact(case, "opted_out_sms", "2025-03-01") is False


def test_a_later_consent_takes_an_opt_out_back_until_it_expires() -> None:
    case = after(
        a_loan(),
        ("2025-02-10", ChannelOptedOut(channel="sms")),
        ("2025-02-11", ConsentChanged(given=True, channel="sms", expires_on=date(2025, 2, 18))),
    )

    assert fact(case, "opted_out_sms", "2025-02-17") is False
    assert case.contacts.has_consented("sms", date(2025, 2, 17))
    assert fact(case, "opted_out_sms", "2025-02-18") is True
    assert not case.contacts.has_consented("sms", date(2025, 2, 18))


def test_a_consent_withdrawn_is_gone_and_no_opt_out_but_one_before_it_holds_again() -> None:
    case = after(
        a_loan(),
        ("2025-02-09", ChannelOptedOut(channel="sms")),
        ("2025-02-10", ConsentChanged(given=True)),
        ("2025-02-11", ConsentChanged(given=False)),
        ("2025-02-12", ConsentChanged(given=True, channel="letter")),
    )

    assert [case.contacts.has_consented(one, date(2025, 3, 1)) for one in ("phone", "letter")] == [False, True]
    assert fact(case, "opted_out_phone") is False
    assert fact(case, "opted_out_sms") is True


@pytest.mark.parametrize(
    "later",
    [
        ConsentChanged(given=True, channel="sms", expires_on=date(2025, 2, 18)),
        ConsentChanged(given=True, expires_on=date(2025, 2, 18)),
        ConsentChanged(given=False, channel="sms", expires_on=date(2025, 2, 18)),
        ChannelOptedOut(channel="sms", until=date(2025, 2, 18)),
    ],
)
def test_whatever_is_said_later_ends_a_consent_for_good(later: Event) -> None:
    case = after(a_loan(), ("2025-02-10", ConsentChanged(given=True, channel="sms")), ("2025-02-11", later))

    assert not case.contacts.has_consented("sms", date(2025, 2, 18))
    assert fact(case, "opted_out_sms", "2025-02-18") is False


def test_a_consent_told_late_does_not_override_a_later_opt_out() -> None:
    case = after(
        a_loan(),
        ("2025-02-10", ChannelOptedOut(channel="sms")),
        ("2025-02-12", ConsentChanged(given=True, channel="sms", happened_at=noon("2025-02-01"))),
    )

    assert fact(case, "opted_out_sms") is True


def test_a_wish_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(EventRefused, match="cannot end before it, on 2025-02-01"):
        after(a_loan(), ("2025-02-10", ChannelOptedOut(channel="sms", until=date(2025, 2, 1))))


# --- contact points ---


def test_contact_is_lost_when_every_known_point_is_lost() -> None:
    case = after(
        a_loan(),
        ("2025-02-10", call("no_answer", contact_point="+86 2")),
        ("2025-02-11", ContactPointLost(contact_point="+86 1")),
    )
    assert fact(case, "contact_lost") is False

    case = after(case, ("2025-02-12", ContactPointLost(contact_point="+86 2")))
    assert fact(case, "contact_lost") is True
    assert case.contacts.unreachable_points() == {"+86 1", "+86 2"}


def test_a_point_that_was_found_ends_the_loss() -> None:
    case = after(a_loan(), ("2025-02-11", ContactPointLost(contact_point="+86 1")))
    found = after(case, ("2025-02-13", ContactPointFound(contact_point="+86 9")))

    assert fact(case, "contact_lost") is True
    assert fact(found, "contact_lost") is False
    assert found.contacts.unreachable_points() == {"+86 1"}


def test_an_answer_after_the_loss_ends_it_and_one_before_does_not() -> None:
    case = after(a_loan(), ("2025-02-11", ContactPointLost(contact_point="+86 1")))
    early = after(case, ("2025-02-13", call("conversation", happened_at=noon("2025-02-05"))))
    late = after(case, ("2025-02-13", call("delivered", "email", direction="inbound")))

    assert fact(early, "contact_lost") is True
    assert fact(late, "contact_lost") is False


def test_a_lost_point_that_reaches_the_borrower_again_is_found() -> None:
    case = after(
        a_loan(),
        ("2025-02-11", ContactPointLost(contact_point="+86 1")),
        ("2025-02-12", call("voicemail", contact_point="+86 1")),
    )

    assert case.contacts.unreachable_points() == frozenset()
    assert fact(case, "contact_lost") is False


# --- where the borrower is ---


def test_where_the_borrower_is_is_what_was_told_last_of_what_took_effect() -> None:
    loan = a_loan(borrower_zones=("America/New_York",))
    assert (loan.contacts.zones, a_loan().contacts.zones) == (("America/New_York",), ())

    moved = after(loan, ("2025-02-10", BorrowerLocated(time_zones=("America/Denver", "America/Chicago"))))
    assert moved.contacts.zones == ("America/Denver", "America/Chicago")

    earlier = BorrowerLocated(time_zones=("Asia/Tokyo",), happened_at=noon("2025-02-05"))
    assert after(moved, ("2025-02-12", earlier)).contacts.zones == moved.contacts.zones
    assert after(moved, ("2025-02-12", BorrowerLocated())).contacts.zones == ()


def test_an_attempt_keeps_the_name_of_the_attempt_that_it_was() -> None:
    (attempt,) = after(a_loan(), ("2025-02-10", call(attempt_id="ring-1"))).contacts.attempts
    assert attempt.attempt_id == "ring-1"
