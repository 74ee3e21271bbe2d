"""Talks: rounds of offers and counter-offers, whose word stands and until when, and the offer that is accepted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.facts import built_in
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    CounterOffered,
    Event,
    EventRetracted,
    Instalment,
    NegotiationClosed,
    NegotiationOpened,
    OfferApproved,
    OfferDeclined,
    OfferMade,
    PlanAgreed,
    SettlementReached,
)
from support.telling import a_loan, after, fact, noon

HALVES = (Instalment(due_on=date(2025, 4, 1), amount="500.00"), Instalment(due_on=date(2025, 5, 1), amount="500.00"))
ONE = (Instalment(due_on=date(2025, 6, 1), amount="1000.00"),)


def offer(name: str | None = None, **fields: Any) -> OfferMade:
    return OfferMade.model_validate({"offer_id": name, "instalments": HALVES, **fields})


def opened(*happened: tuple[str, Event]) -> Case:
    """Talks `n-1` since 1 February, and what was said in them."""
    return after(a_loan(), ("2025-02-01", NegotiationOpened(negotiation_id="n-1")), *happened)


def rounds(case: Case) -> tuple[Any, Any]:
    return fact(case, "negotiation_rounds"), fact(case, "counter_offers")


# --- rounds ---


def test_without_talks_there_are_no_rounds_and_no_dates() -> None:
    case = a_loan()

    assert rounds(case) == (0, 0)
    assert fact(case, "offer_open") is False
    assert fact(case, "counter_offer_open") is False
    names = ("negotiation_opened_on", "offer_ends_on", "last_offer_on", "last_counter_offer_on")
    assert [fact(case, name) for name in names] == [None] * 4


def test_rounds_are_the_words_of_each_side_in_the_talks_that_are_open() -> None:
    case = opened(("2025-02-02", offer()), ("2025-02-03", CounterOffered()), ("2025-02-04", offer()))

    assert rounds(case) == (2, 1)
    assert fact(case, "negotiation_opened_on") == date(2025, 2, 1)
    assert fact(case, "days_since_last_offer", "2025-02-10") == 6
    assert fact(case, "last_counter_offer_on") == date(2025, 2, 3)


def test_rounds_stay_those_of_the_last_talks_until_others_begin() -> None:
    case = opened(("2025-02-02", offer()), ("2025-02-05", NegotiationClosed(negotiation_id="n-1", outcome="failed")))
    again = after(case, ("2025-03-01", NegotiationOpened(negotiation_id="n-2")))

    assert rounds(case) == (1, 0)
    assert rounds(again) == (0, 0)
    assert fact(again, "negotiation_opened_on") == date(2025, 3, 1)
    assert fact(again, "last_offer_on") == date(2025, 2, 2)


def test_an_offer_belongs_to_the_talks_that_it_names() -> None:
    case = opened(
        ("2025-02-02", NegotiationOpened(negotiation_id="n-2")),
        ("2025-02-03", offer(negotiation_id="n-1")),
        ("2025-02-04", offer()),
    )
    left = after(case, ("2025-02-05", NegotiationClosed(negotiation_id="n-2", outcome="withdrawn")))

    assert rounds(case) == (1, 0)
    assert fact(case, "negotiation_opened_on") == date(2025, 2, 2)
    assert rounds(left) == (1, 0)
    assert fact(left, "negotiation_opened_on") == date(2025, 2, 1)


def test_an_offer_where_no_talks_are_open_begins_some_without_opening_them() -> None:
    case = after(a_loan(), ("2025-02-02", offer()), ("2025-02-03", CounterOffered()))
    closed = after(case, ("2025-02-04", NegotiationClosed(outcome="failed")), ("2025-02-09", offer()))

    assert rounds(case) == (1, 1)
    assert fact(case, "negotiation_opened_on") == date(2025, 2, 2)
    assert fact(case, "negotiation_open") is False
    assert rounds(closed) == (1, 0)


# --- whose word stands ---


def test_an_offer_stands_until_its_last_day_is_over() -> None:
    case = opened(("2025-02-02", offer(valid_until="2025-02-10")))

    assert fact(case, "offer_open", "2025-02-10") is True
    assert fact(case, "days_until_offer_ends", "2025-02-08") == 2
    assert built_in()["offer_open"].until(case, date(2025, 2, 2)) == date(2025, 2, 11)
    assert fact(case, "offer_open", "2025-02-11") is False
    assert fact(case, "offer_ends_on", "2025-02-11") is None


def test_of_several_offers_that_stand_the_one_that_ends_first_is_named() -> None:
    case = opened(
        ("2025-02-02", offer("slow", valid_until="2025-02-20")),
        ("2025-02-02", offer("fast", valid_until="2025-02-10")),
        ("2025-02-02", offer("open")),
    )

    assert fact(case, "offer_ends_on") == date(2025, 2, 10)
    assert fact(case, "offer_ends_on", "2025-02-11") == date(2025, 2, 20)
    assert fact(case, "offer_open", "2025-03-01") is True


def test_another_offer_of_an_id_takes_the_place_of_the_first() -> None:
    case = opened(
        ("2025-02-02", offer("o-1", valid_until="2025-02-10")), ("2025-02-03", offer("o-1", valid_until="2025-02-20"))
    )

    assert fact(case, "offer_ends_on") == date(2025, 2, 20)
    assert rounds(case) == (2, 0)


ANSWERS: list[tuple[Event, bool]] = [
    (CounterOffered(), True),
    (OfferDeclined(), False),
    (OfferDeclined(offer_id="o-1"), False),
    (PlanAgreed(instalments=ONE), False),
    (SettlementReached(amount="1000.00", instalments=ONE), False),
    (NegotiationClosed(outcome="failed", negotiation_id="n-1"), False),
]


@pytest.mark.parametrize(("answer", "lenders_turn"), ANSWERS, ids=lambda one: getattr(one, "kind", None))
def test_an_answer_ends_the_offer(answer: Event, lenders_turn: bool) -> None:
    case = opened(("2025-02-02", offer("o-1")))
    answered = after(case, ("2025-02-03", answer))

    assert (fact(case, "offer_open"), fact(case, "counter_offer_open")) == (True, False)
    assert (fact(answered, "offer_open"), fact(answered, "counter_offer_open")) == (False, lenders_turn)


def test_to_decline_one_offer_leaves_the_others_and_to_decline_without_an_id_leaves_none() -> None:
    case = opened(("2025-02-02", offer("o-1")), ("2025-02-02", offer("o-2")))
    one, none = OfferDeclined(offer_id="o-1"), OfferDeclined()

    assert fact(after(case, ("2025-02-03", one)), "offer_open") is True
    assert fact(after(case, ("2025-02-03", none)), "offer_open") is False
    assert fact(after(case, ("2025-02-03", none), ("2025-02-04", offer())), "offer_open") is True


def test_an_offer_without_an_id_is_called_by_the_id_of_its_event() -> None:
    case = opened(("2025-02-02", offer(id="e-7")), ("2025-02-02", offer(id="e-8", valid_until="2025-02-20")))
    left = after(case, ("2025-02-03", OfferDeclined(offer_id="e-7")))

    assert fact(case, "offer_ends_on") == date(2025, 2, 20)
    assert [one.name for one in left.negotiation.standing(date(2025, 2, 3))] == ["e-8"]
    assert fact(after(left, ("2025-02-04", PlanAgreed(offer_id="e-8"))), "plan_outstanding") == 1000


def test_to_decline_an_offer_by_its_id_in_the_instant_in_which_it_came_is_an_answer() -> None:
    case = opened(("2025-02-02", offer("o-1", id="z")), ("2025-02-02", OfferDeclined(offer_id="o-1", id="a")))

    assert fact(case, "offer_open") is False


def test_a_counter_offer_is_open_until_the_lender_answers_it() -> None:
    case = opened(("2025-02-02", offer()), ("2025-02-03", CounterOffered()))
    answered = after(case, ("2025-02-04", offer()))
    declined = after(answered, ("2025-02-05", OfferDeclined()))

    assert [fact(one, "counter_offer_open") for one in (case, answered, declined)] == [True, False, False]


def test_a_counter_offer_told_late_does_not_answer_a_later_offer() -> None:
    late = CounterOffered(happened_at=noon("2025-02-02"))
    case = opened(("2025-02-05", offer()), ("2025-02-06", late))

    assert fact(case, "offer_open") is True
    assert fact(case, "last_counter_offer_on") == date(2025, 2, 2)


def test_a_retraction_takes_a_word_back() -> None:
    case = opened(("2025-02-02", offer(id="wrong")), ("2025-02-03", EventRetracted(event_id="wrong")))

    assert rounds(case) == (0, 0)
    assert fact(case, "offer_open") is False


# --- what cannot have happened ---


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (OfferDeclined(offer_id="o-11"), "there is no offer `o-11` (did you mean `o-1`?)"),
        (OfferApproved(offer_id="x", role="boss"), "there is no offer `x`"),
        (OfferDeclined(offer_id="c-1"), "there is no offer `c-1`"),
        (
            OfferDeclined(offer_id="o-1", happened_at=noon("2025-02-01")),
            "offer `o-1` of 2025-02-02 cannot be declined on 2025-02-01, before that",
        ),
        (
            OfferApproved(offer_id="o-1", role="boss", happened_at=noon("2025-02-01")),
            "offer `o-1` of 2025-02-02 cannot be approved on 2025-02-01, before that",
        ),
        (
            OfferDeclined(happened_at=noon("2025-02-01")),
            "there was no offer to decline on 2025-02-01; send `OfferMade` first",
        ),
        (offer(valid_until="2025-02-03"), "an offer of 2025-02-04 is valid until 2025-02-03, before it was made"),
        (offer(waives_costs="-1.00"), "an offer waives `-1.00`; expected zero or more"),
        (offer(waives_interest="1.00 EUR"), "is not in CNY"),
        (PlanAgreed(offer_id="o-11"), "there is no offer `o-11` to agree to (did you mean `o-1`?)"),
    ],
)
def test_what_cannot_have_been_said_is_refused(event: Event, says: str) -> None:
    case = opened(("2025-02-02", offer("o-1")), ("2025-02-03", CounterOffered(offer_id="c-1", instalments=HALVES)))
    with pytest.raises(EventRefused) as refusal:
        after(case, ("2025-02-04", event))
    assert says in str(refusal.value)


def test_nothing_was_offered_that_could_be_declined() -> None:
    with pytest.raises(EventRefused, match="there was no offer to decline on 2025-02-01"):
        opened(("2025-02-01", OfferDeclined()))


def test_an_offer_that_is_no_longer_valid_can_still_be_declined_or_approved() -> None:
    case = opened(("2025-02-02", offer("o-1", valid_until="2025-02-03")))
    late = after(case, ("2025-02-20", OfferApproved(offer_id="o-1", role="boss")), ("2025-02-21", OfferDeclined()))

    assert fact(late, "offer_open") is False
