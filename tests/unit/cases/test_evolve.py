"""How a case changes: events move the world, results of deciding move the road, and a journal alone gives both."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import NOTHING, Beyond, Entry, Move, PolicyRef, Results
from overdue_flow.cases.events import Event
from overdue_flow.cases.evolve import apply, as_decided, evolve, replay
from overdue_flow.cases.terms import Terms
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    ComplaintReceived,
    ContactAttempted,
    DisputeRaised,
    DisputeResolved,
    EventRetracted,
    HoldLifted,
    HoldPlaced,
    Instalment,
    LoanOpened,
    NegotiationClosed,
    PaymentReceived,
    PaymentReversed,
    TimePassed,
)
from support.telling import a_loan, after, fact, noon

REF = PolicyRef("road", "1", "1")
OPENED = LoanOpened(
    id="opened", opened_on=date(2025, 1, 1), instalments=(Instalment(due_on=date(2025, 2, 1), amount="1000.00"),)
)


def entry(event: Event, seq: int, day: str, results: Results = NOTHING) -> Entry:
    return Entry("loan-1", seq, date.fromisoformat(day), noon(day), event, REF, results)


def paid(amount: str, day: str, event_id: str) -> PaymentReceived:
    return PaymentReceived(id=event_id, amount=amount, value_date=date.fromisoformat(day))


JOURNAL = (
    entry(OPENED, 1, "2025-01-01", Results(moves=(Move(None, "calm", None, "", date(2025, 1, 1), "opened"),))),
    entry(
        TimePassed(day=date(2025, 2, 2)),
        2,
        "2025-02-02",
        Results(moves=(Move("calm", "late", "r", "", date(2025, 2, 2)),)),
    ),
    entry(paid("400.00", "2025-02-05", "p-1"), 3, "2025-02-06"),
)


# --- opening ---


def test_the_first_event_opens_the_case() -> None:
    case = apply(None, OPENED, case_id="loan-1", seq=1, day=date(2025, 1, 2), at=noon("2025-01-02"))
    assert (case.id, case.person_id, case.opened_on, case.day) == (
        "loan-1",
        "loan-1",
        date(2025, 1, 1),
        date(2025, 1, 2),
    )
    assert (case.terms, case.zone, len(case.events)) == (Terms(), ZoneInfo("UTC"), 1)


def test_it_names_the_person_and_those_who_stand_beside() -> None:
    opened = OPENED.model_copy(update={"person_id": "P-1", "guarantors": ("P-2",), "co_borrowers": ("P-3",)})
    case = apply(None, opened, case_id="loan-1", seq=1, day=date(2025, 1, 1), at=noon("2025-01-01"))
    assert (case.person_id, case.guarantors, case.co_borrowers) == ("P-1", ("P-2",), ("P-3",))


@pytest.mark.parametrize(
    ("currency", "terms", "found"), [("JPY", None, "JPY"), (None, "EUR", "EUR"), ("JPY", "EUR", "JPY")]
)
def test_the_loans_currency_goes_before_that_of_its_terms(currency: str | None, terms: str | None, found: str) -> None:
    opened = LoanOpened(
        id="o", opened_on=date(2025, 1, 1), currency=currency, terms=Terms(currency=terms) if terms else None
    )
    case = apply(None, opened, case_id="loan-1", seq=1, day=date(2025, 1, 1), at=noon("2025-01-01"))
    assert case.terms.currency == found


def test_nothing_happens_to_a_case_before_it_is_open() -> None:
    with pytest.raises(
        EventRefused, match="`loan-1` is not open yet; its first event is `LoanOpened` or `CaseAdopted`"
    ):
        apply(None, ComplaintReceived(id="c"), case_id="loan-1", seq=1, day=date(2025, 1, 1), at=noon("2025-01-01"))


def test_a_case_is_opened_once() -> None:
    with pytest.raises(EventRefused, match="case `loan-1` was opened already, on 2025-01-01"):
        after(a_loan(), ("2025-01-02", OPENED))


# --- one event ---


def test_what_is_recorded_knows_its_turn_and_when_it_took_effect() -> None:
    happened = datetime(2025, 2, 3, 20, tzinfo=UTC)
    case = a_loan(terms=Terms(time_zone="Asia/Shanghai"))
    case = after(case, ("2025-02-10", ComplaintReceived(happened_at=happened)), ("2025-02-11", ComplaintReceived()))
    told, plain = case.events[1:]
    assert (told.day, told.on, told.at, told.happened_at) == (
        date(2025, 2, 10),
        date(2025, 2, 4),
        noon("2025-02-10"),
        happened,
    )
    assert (plain.day, plain.on, plain.happened_at) == (date(2025, 2, 11), date(2025, 2, 11), noon("2025-02-11"))


def test_a_day_that_passes_is_no_event_of_the_loan() -> None:
    case = after(a_loan(), ("2025-02-10", TimePassed(day=date(2025, 2, 10))))
    assert (case.day, len(case.events)) == (date(2025, 2, 10), 1)


def test_later_parts_of_a_case_see_what_the_event_did_to_earlier_ones() -> None:
    """A cure resets the failed negotiations: the ledger hears the payment first."""
    case = after(
        a_loan(),
        ("2025-02-05", NegotiationClosed(outcome="failed")),
        ("2025-02-10", paid("1000.00", "2025-02-10", "p")),
    )
    assert fact(case, "failed_negotiations_in_a_row") == 0


def test_an_event_that_cannot_have_happened_leaves_the_case_as_it_was() -> None:
    case = a_loan()
    with pytest.raises(EventRefused):
        after(case, ("2025-02-05", PaymentReversed(payment_id="nothing", reversed_on=date(2025, 2, 5))))
    assert case == a_loan()


# --- entries ---


def test_an_entry_moves_the_world_and_the_road() -> None:
    case = replay(JOURNAL)
    assert (case.course.stage, case.seq, case.day) == ("late", 3, date(2025, 2, 6))
    assert fact(case, "balance") == 600


def test_replaying_is_evolving_entry_by_entry() -> None:
    case: Case | None = None
    for one in JOURNAL:
        case = evolve(case, one)
    assert case == replay(iter(JOURNAL))


def test_a_journal_without_entries_is_no_case() -> None:
    with pytest.raises(EventRefused, match="a journal without entries is no case"):
        replay(())


def test_a_lift_that_the_results_refuse_does_not_count() -> None:
    case = replay(
        (
            *JOURNAL,
            entry(HoldPlaced(id="h", hold="dispute"), 4, "2025-02-07"),
            entry(HoldLifted(id="l", hold="dispute"), 5, "2025-02-08", Results(lifts_refused=("dispute",))),
        )
    )
    assert fact(case, "hold_dispute", "2025-02-09") is True


def test_rules_find_a_case_without_a_lift_that_does_not_count_and_with_its_offers_beyond_authority() -> None:
    held = replay((*JOURNAL, entry(HoldPlaced(id="h", hold="dispute"), 4, "2025-02-07")))
    lifted = entry(HoldLifted(id="l", hold="dispute"), 5, "2025-02-08", Results(lifts_refused=("dispute",)))
    moved = apply(held, lifted.event, case_id=held.id, seq=5, day=lifted.day, at=lifted.at)
    assert fact(moved, "hold_dispute", "2025-02-09") is False
    assert fact(as_decided(moved, lifted.results), "hold_dispute", "2025-02-09") is True
    mark = Beyond("o-1", 5, ("team may offer nothing",), "loan-1:5:1")
    assert as_decided(held, Results(beyond_authority=(mark,))).course.beyond == (mark,)
    assert as_decided(held, NOTHING) is held


# --- retraction ---


def test_a_retraction_folds_all_other_events_again() -> None:
    wrong = (("2025-02-03", ContactAttempted(id="wrong", channel="phone", outcome="busy")),)
    told = (
        ("2025-02-05", paid("100.00", "2025-02-05", "p-1")),
        ("2025-02-06", DisputeRaised(id="d", dispute_id="d-1")),
        ("2025-02-07", DisputeResolved(id="e", dispute_id="d-1")),
    )
    with_it = after(a_loan(), *wrong, *told, ("2025-02-08", EventRetracted(id="r", event_id="wrong")))
    without = after(a_loan(), *told)
    for name in ("ledger", "contacts", "promises", "plans", "negotiation", "assessment", "suit", "limitation"):
        assert getattr(with_it, name) == getattr(without, name), name
    assert fact(with_it, "last_contact_on") is None


def test_history_keeps_that_there_was_a_retraction_and_of_what() -> None:
    case = after(
        a_loan(),
        ("2025-02-03", ComplaintReceived(id="wrong")),
        ("2025-02-08", EventRetracted(id="r", event_id="wrong")),
    )
    assert [one.event.id for one in case.events] == ["opened", "r"]
    assert (case.retracted, case.day) == (frozenset({"wrong"}), date(2025, 2, 8))


def test_a_retraction_leaves_the_road_and_the_number_of_entries_alone() -> None:
    case = replay((*JOURNAL, entry(EventRetracted(id="r", event_id="p-1"), 4, "2025-02-10")))
    assert (case.course.stage, case.seq, len(case.course.moves)) == ("late", 4, 2)
    assert fact(case, "balance") == 1000


def test_what_others_build_on_cannot_be_retracted_before_them() -> None:
    case = after(
        a_loan(),
        ("2025-02-05", paid("100.00", "2025-02-05", "p-1")),
        ("2025-02-06", PaymentReversed(id="back", payment_id="p-1", reversed_on=date(2025, 2, 6))),
    )
    with pytest.raises(
        EventRefused,
        match="`p-1` cannot be retracted while `PaymentReversed` `back` builds on it",
    ):
        after(case, ("2025-02-07", EventRetracted(id="r", event_id="p-1")))
    case = after(
        case,
        ("2025-02-07", EventRetracted(id="r-1", event_id="back")),
        ("2025-02-07", EventRetracted(id="r-2", event_id="p-1")),
    )
    assert fact(case, "balance") == 1000


@pytest.mark.parametrize(
    ("event_id", "why"),
    [
        ("unknown", "there is no event `unknown` to retract"),
        ("opened", "the opening of a case cannot be retracted; send `Closed` instead"),
        ("c", "event `c` was retracted already"),
        ("r", "a retraction cannot be retracted; send what it withdrew again, with a new id"),
    ],
)
def test_some_events_cannot_be_retracted(event_id: str, why: str) -> None:
    case = after(
        a_loan(), ("2025-02-05", ComplaintReceived(id="c")), ("2025-02-06", EventRetracted(id="r", event_id="c"))
    )
    with pytest.raises(EventRefused) as refused:
        after(case, ("2025-02-07", EventRetracted(event_id=event_id)))
    assert str(refused.value) == why
