"""Negotiation: talks, what came of them, and failures in a row."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.terms import InARow, Reset, Terms
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    CaseAssessed,
    CounterOffered,
    Event,
    EventRetracted,
    Instalment,
    NegotiationClosed,
    NegotiationOpened,
    OfferMade,
    PaymentReceived,
    PaymentReversed,
    PlanAgreed,
    PromiseMade,
    SettlementReached,
)
from support.telling import a_loan, after, fact, noon

ROW = "failed_negotiations_in_a_row"
Word = Literal["agreed", "cured", "assessed", "kept"]
WORDS: tuple[Word, ...] = ("agreed", "cured", "assessed", "kept")


def closed(outcome: str, name: str | None = None, **fields: object) -> NegotiationClosed:
    return NegotiationClosed.model_validate({"outcome": outcome, "negotiation_id": name, **fields})


def loan_reset_by(*words: Word) -> Case:
    return a_loan(terms=Terms(in_a_row=InARow(failed_negotiations=Reset(reset_by=words))))


def two_failures(case: Case) -> Case:
    return after(case, ("2025-02-20", closed("failed", "n-1")), ("2025-03-20", closed("failed", "n-2")))


def test_before_anything_happens_there_are_no_talks_and_no_failures() -> None:
    case = a_loan()

    assert (fact(case, "negotiations_failed"), fact(case, ROW)) == (0, 0)
    assert fact(case, "negotiation_open") is False
    assert fact(case, "last_negotiation_closed_on") is None


def test_talks_are_open_from_their_opening_to_their_closing() -> None:
    case = after(a_loan(), ("2025-02-10", NegotiationOpened(negotiation_id="n-1")))
    ended = after(case, ("2025-02-12", closed("withdrawn", "n-1")))

    assert fact(case, "negotiation_open") is True
    assert fact(ended, "negotiation_open") is False
    assert fact(ended, "days_since_last_negotiation_closed", "2025-02-20") == 8


def test_talks_stay_open_while_others_close() -> None:
    case = after(
        a_loan(),
        ("2025-02-10", NegotiationOpened(negotiation_id="n-1")),
        ("2025-02-11", NegotiationOpened(negotiation_id="n-2")),
        ("2025-02-12", closed("failed", "n-2")),
        ("2025-02-13", closed("failed")),
    )

    assert fact(case, "negotiation_open") is True
    assert fact(case, "negotiations_failed") == 2


def test_talks_opened_without_an_id_end_with_a_closing_without_one() -> None:
    case = after(a_loan(), ("2025-02-10", NegotiationOpened()))
    ended = after(case, ("2025-02-12", closed("failed")))
    again = after(ended, ("2025-02-14", NegotiationOpened()))

    assert [fact(one, "negotiation_open") for one in (case, ended, again)] == [True, False, True]


def test_a_closing_without_an_id_is_a_negotiation_of_its_own() -> None:
    case = after(a_loan(), ("2025-02-20", closed("failed")), ("2025-02-21", closed("failed")))

    assert (fact(case, "negotiations_failed"), fact(case, ROW)) == (2, 2)


def test_a_second_closing_of_one_negotiation_is_refused() -> None:
    case = after(a_loan(), ("2025-02-20", closed("failed", "n-1")))

    with pytest.raises(EventRefused, match="`n-1` was closed already, on 2025-02-20 as `failed`"):
        after(case, ("2025-02-21", closed("agreed", "n-1")))


def test_an_id_opens_once_and_never_after_its_closing() -> None:
    opened = after(a_loan(), ("2025-02-10", NegotiationOpened(negotiation_id="n-1")))
    ended = after(a_loan(), ("2025-02-10", closed("failed", "n-1")))

    with pytest.raises(EventRefused, match="opened already"):
        after(opened, ("2025-02-11", NegotiationOpened(negotiation_id="n-1")))
    with pytest.raises(EventRefused, match="it was closed on 2025-02-10"):
        after(ended, ("2025-02-11", NegotiationOpened(negotiation_id="n-1")))


def test_an_opening_may_be_told_after_the_closing_if_it_came_before() -> None:
    late = NegotiationOpened(negotiation_id="n-1", happened_at=noon("2025-02-05"))
    case = after(a_loan(), ("2025-02-10", closed("failed", "n-1")), ("2025-02-11", late))

    assert fact(case, "negotiation_open") is False


def test_talks_do_not_close_before_they_open() -> None:
    case = after(a_loan(), ("2025-02-10", NegotiationOpened(negotiation_id="n-1")))

    with pytest.raises(EventRefused, match="cannot close on 2025-02-09: it was opened on 2025-02-10"):
        after(case, ("2025-02-11", closed("failed", "n-1", happened_at=noon("2025-02-09"))))


def test_offers_and_counter_offers_are_kept_with_who_made_them() -> None:
    schedule = (Instalment(due_on=date(2025, 4, 1), amount="500.00"),)
    case = after(
        a_loan(),
        ("2025-02-10", OfferMade(negotiation_id="n-1", instalments=schedule, by="agent-7")),
        ("2025-02-11", CounterOffered(negotiation_id="n-1")),
    )

    assert [(offer.by_borrower, offer.by) for offer in case.negotiation.offers] == [(False, "agent-7"), (True, None)]
    assert case.negotiation.offers[0].instalments == schedule


# --- in a row ---


def test_withdrawn_talks_neither_add_nor_reset() -> None:
    case = after(two_failures(a_loan()), ("2025-03-21", closed("withdrawn", "n-3")))

    assert fact(case, ROW) == 2


PLAN = (Instalment(due_on=date(2025, 5, 1), amount="1000.00"),)
RESETS: list[tuple[Word, Event]] = [
    ("agreed", closed("agreed", "n-9")),
    ("agreed", PlanAgreed(instalments=PLAN)),
    ("agreed", SettlementReached(amount="1000.00", instalments=PLAN)),
    ("assessed", CaseAssessed(recommendation="wait")),
    ("cured", PaymentReceived(id="p-1", amount="1000.00", value_date=date(2025, 3, 25))),
]


@pytest.mark.parametrize(("word", "event"), RESETS, ids=lambda one: one if isinstance(one, str) else one.kind)
def test_each_reset_word_resets_and_only_where_the_terms_name_it(word: Word, event: Event) -> None:
    named = after(two_failures(loan_reset_by(word)), ("2025-03-25", event))
    others = [other for other in WORDS if other != word]
    unnamed = after(two_failures(loan_reset_by(*others)), ("2025-03-25", event))

    assert fact(named, ROW) == 0
    assert fact(unnamed, ROW) == 2
    assert fact(named, "negotiations_failed") == 2


def test_a_kept_promise_resets_where_the_terms_say_so() -> None:
    kept = (
        ("2025-03-21", PromiseMade(promise_id="pr-1", amount="100.00", due_on=date(2025, 3, 28))),
        ("2025-03-25", PaymentReceived(id="p-1", amount="100.00", value_date=date(2025, 3, 25))),
        ("2025-03-30", CounterOffered()),
    )

    assert fact(after(two_failures(loan_reset_by("kept")), *kept), ROW) == 0
    assert fact(after(two_failures(loan_reset_by("agreed")), *kept), ROW) == 2


def test_a_failure_after_the_reset_begins_a_new_row() -> None:
    case = after(
        two_failures(a_loan()),
        ("2025-03-22", CaseAssessed(recommendation="wait")),
        ("2025-03-23", closed("failed", "n-3")),
    )

    assert (fact(case, ROW), fact(case, "negotiations_failed")) == (1, 3)


def test_on_one_day_instants_decide_whether_the_reset_or_the_failure_came_first() -> None:
    assessed = CaseAssessed(recommendation="wait", happened_at=noon("2025-02-20").replace(hour=10))
    before = closed("failed", "n-1", happened_at=noon("2025-02-20").replace(hour=9))
    later = closed("failed", "n-2", happened_at=noon("2025-02-20").replace(hour=11))
    case = after(a_loan(), ("2025-02-21", later), ("2025-02-21", assessed), ("2025-02-21", before))

    assert fact(case, ROW) == 1


def test_a_failure_on_the_day_of_a_cure_comes_after_it() -> None:
    cure = PaymentReceived(id="p-1", amount="1000.00", value_date=date(2025, 3, 20))
    case = after(two_failures(a_loan()), ("2025-03-25", cure))

    assert fact(case, ROW) == 1


def test_a_closing_told_late_takes_its_place_in_time() -> None:
    late = closed("failed", "n-0", happened_at=noon("2025-02-01"))
    case = after(
        a_loan(),
        ("2025-02-10", CaseAssessed(recommendation="wait")),
        ("2025-02-11", closed("failed", "n-1")),
        ("2025-02-12", late),
    )

    assert (fact(case, ROW), fact(case, "negotiations_failed")) == (1, 2)


def test_a_reset_told_late_takes_its_place_in_time() -> None:
    late = closed("agreed", "n-0", happened_at=noon("2025-03-01"))
    case = after(two_failures(a_loan()), ("2025-03-21", late))

    assert fact(case, ROW) == 1


def test_a_payment_of_a_later_value_date_cures_on_that_day() -> None:
    cure = PaymentReceived(id="p-1", amount="1000.00", value_date=date(2025, 4, 1))
    case = after(two_failures(a_loan()), ("2025-03-25", cure))

    assert built_in()[ROW].until(case, date(2025, 3, 25)) == date(2025, 4, 1)
    assert built_in()[ROW].until(case, date(2025, 4, 1)) is None
    assert fact(case, ROW, "2025-03-31") == 2
    assert fact(case, ROW, "2025-04-01") == 0


def test_a_reversal_does_not_undo_a_reset_and_a_retraction_does() -> None:
    cure = PaymentReceived(id="p-1", amount="1000.00", value_date=date(2025, 3, 25))
    cured = after(two_failures(a_loan()), ("2025-03-25", cure))
    reversed_later = after(cured, ("2025-04-02", PaymentReversed(payment_id="p-1", reversed_on=date(2025, 4, 2))))
    retracted = after(cured, ("2025-04-02", EventRetracted(event_id="p-1")))

    assert fact(cured, ROW) == 0
    assert fact(reversed_later, ROW) == 0
    assert fact(retracted, ROW) == 2
