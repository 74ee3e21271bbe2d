"""A borrower living under a policy: paying, answering, promising, reacting; and the lender's people.

One instalment of 100.00 falls due on 1 February 2026. The policy calls on the third day past due, asks for a task and
notes a record then, and asks the boss to give up on the sixtieth.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from overdue_flow.cases.events import ContactAttempted, PaymentReceived, PromiseMade, TaskCompleted
from overdue_flow.simulation.population.behaviour import behaviour_under
from overdue_flow.simulation.population.borrowers import drawn
from overdue_flow.simulation.population.living import Lived, live
from overdue_flow.simulation.population.read import load_population
from support.called import calling_on

POLICY = calling_on(3)
DUE, CALLED = date(2026, 2, 1), date(2026, 2, 4)
NEVER_PAYS = "pays: [{chances: {'0': 1}}]"
ALL_TALK = "answers: [{channel: phone, chances: {conversation: 1}}]"


def lives(*said: str, months: int = 3, instalments: int = 1, count: int = 1) -> list[Lived]:
    """Borrowers who behave as is said; by default they pay nothing."""
    sections = said if any(one.startswith("pays") for one in said) else (NEVER_PAYS, *said)
    head = f"""\
language: 1
population: p
starts_on: 2026-02-01
months: {months}
loans: {{instalments: {instalments}, first_due: 0, amount: 100.00}}
"""
    file = load_population(None, POLICY, text=head + "\n".join(sections)).file
    behaviour = behaviour_under(file, POLICY)
    return [live(drawn(file, 1, number, "CNY"), behaviour) for number in range(count)]


def events(lived: Lived, kind: type[Any]) -> list[Any]:
    return [entry.event for entry in lived.life.entries if isinstance(entry.event, kind)]


def days(lived: Lived, kind: type[Any]) -> list[date]:
    return [entry.day for entry in lived.life.entries if isinstance(entry.event, kind)]


def fact(lived: Lived, name: str) -> object:
    """A fact at the end."""
    return POLICY.vocabulary[name].read(lived.life.case, date(2026, 5, 1))


# --- paying ---


def test_a_borrower_pays_on_the_day_that_the_row_says() -> None:
    [lived] = lives("pays: [{chances: {all: 1}, on: 5}]")

    assert [(one.value_date, str(one.amount)) for one in events(lived, PaymentReceived)] == [
        (date(2026, 2, 6), "100.00")
    ]
    assert lived.life.case.course.stage == "current"


def test_the_oldest_instalments_are_paid_of_those_that_are_due() -> None:
    [lived] = lives(
        "pays: [{missed: 0-1, chances: {'0': 1}}, {missed: 2+, chances: {'2': 1}}]", instalments=6, months=6
    )

    # nothing in February and March, two of three in April, and so on: always behind
    paid = [(one.value_date, str(one.amount)) for one in events(lived, PaymentReceived)]
    assert paid == [(date(2026, 4, 1), "200.00"), (date(2026, 6, 1), "200.00")]


def test_a_month_begins_on_each_due_date_and_goes_on_so_after_the_last() -> None:
    [lived] = lives("pays: [{missed: 0, chances: {'0': 1}}, {missed: 1, when: dpd >= 80, chances: {all: 1}}]", months=4)

    assert days(lived, PaymentReceived) == [date(2026, 5, 1)]


def test_balance_closes_the_loan_and_nothing_is_paid_after_it() -> None:
    [lived] = lives("pays: [{chances: {balance: 1}}]", instalments=5, months=5)

    assert [str(one.amount) for one in events(lived, PaymentReceived)] == ["500.00"]


def test_one_who_pays_late_by_the_table_is_called_and_cured() -> None:
    [lived] = lives("pays: [{chances: {all: 1}, on: 10}]")

    assert days(lived, ContactAttempted) == [CALLED]
    assert [move.to_stage for move in lived.life.case.course.moves] == ["current", "late", "current"]


# --- contacts ---


def test_without_answers_nobody_is_reached() -> None:
    [lived] = lives()

    assert [one.outcome for one in events(lived, ContactAttempted)] == ["no_answer"]


def test_a_contact_is_answered_as_often_as_the_row_says() -> None:
    found = lives("answers: [{channel: phone, chances: {conversation: 0.5, voicemail: 0.2}}]", months=1, count=400)
    outcomes = Counter(one.outcome for lived in found for one in events(lived, ContactAttempted))

    assert outcomes["conversation"] == pytest.approx(200, abs=40)
    assert outcomes["voicemail"] == pytest.approx(80, abs=32)
    assert outcomes["no_answer"] == 400 - outcomes["conversation"] - outcomes["voicemail"]


def test_an_effect_on_answers_makes_the_odds_of_being_reached_greater() -> None:
    said = "answers: [{channel: phone, chances: {conversation: 0.5, voicemail: 0.5}}]"
    effect = "effects: [{of: late, on: answers, times: 9, for: 3 days}]"
    # the call goes out on the day on which the stage is entered: the effect works from the day after
    found = lives(said, effect, months=1, count=200)

    outcomes = Counter(one.outcome for lived in found for one in events(lived, ContactAttempted))
    assert outcomes["conversation"] == pytest.approx(100, abs=28)
    effect = "effects: [{of: LoanOpened, on: answers, times: 9, for: 9 days}]".replace("LoanOpened", "current")
    found = lives(said, effect, months=1, count=200)
    outcomes = Counter(one.outcome for lived in found for one in events(lived, ContactAttempted))
    assert outcomes["conversation"] == pytest.approx(180, abs=18)


def test_no_contact_goes_out_under_a_hold_that_forbids_it() -> None:
    raised = "reacts: [{to: current, name: disputes, leads_to: [{events: [{DisputeRaised: {}}]}]}]"
    [lived] = lives(raised)

    assert events(lived, ContactAttempted) == []


# --- promises ---


def test_a_kept_promise_is_paid_on_its_last_day() -> None:
    [lived] = lives(ALL_TALK, "promises: [{chance: 1, due: 6, keeps: 1}]")

    assert [(one.due_on, str(one.amount)) for one in events(lived, PromiseMade)] == [(date(2026, 2, 10), "100.00")]
    assert days(lived, PaymentReceived) == [date(2026, 2, 10)]
    assert fact(lived, "promises_kept") == 1


def test_a_broken_promise_is_made_and_not_paid() -> None:
    [lived] = lives(ALL_TALK, "promises: [{chance: 1, due: 6, keeps: 0}]")

    assert events(lived, PaymentReceived) == []
    assert fact(lived, "promises_broken") == 1


def test_nothing_is_promised_where_nobody_talked() -> None:
    [lived] = lives("answers: [{channel: phone, chances: {connected: 1}}]", "promises: [{chance: 1, due: 6, keeps: 1}]")

    assert events(lived, PromiseMade) == []


def test_a_promise_pays_no_more_than_is_still_owed() -> None:
    [lived] = lives(
        "pays: [{chances: {all: 1}, on: 7}]", ALL_TALK, "promises: [{chance: 1, due: 6, keeps: 1}]", months=1
    )

    assert [(one.value_date, str(one.amount)) for one in events(lived, PaymentReceived)] == [
        (date(2026, 2, 8), "100.00")
    ]


def test_who_has_promised_already_promises_nothing_more_until_that_is_over() -> None:
    calls_again = "reacts: [{to: PromiseMade, name: again, leads_to: [{events: [{after: 1, ContactAttempted: {%s}}]}]}]"
    said = "channel: phone, outcome: conversation, direction: outbound"
    [lived] = lives(ALL_TALK, "promises: [{chance: 1, due: 6, keeps: 1}]", calls_again % said)

    assert len(events(lived, ContactAttempted)) == 2
    assert len(events(lived, PromiseMade)) == 1
    assert [str(one.amount) for one in events(lived, PaymentReceived)] == ["100.00"]


def test_of_a_promise_only_what_is_missing_is_paid() -> None:
    pays_something = (
        "reacts: [{to: PromiseMade, name: some, leads_to: [{events: [{after: 2, PaymentReceived: {amount: 30.00}}]}]}]"
    )
    [lived] = lives(ALL_TALK, "promises: [{chance: 1, due: 6, keeps: 1}]", pays_something, instalments=3, months=1)

    assert [str(one.amount) for one in events(lived, PaymentReceived)] == ["30.00", "70.00"]
    assert fact(lived, "promises_kept") == 1


def test_a_promise_that_was_cancelled_is_not_kept() -> None:
    takes_back = "reacts: [{to: PromiseMade, name: back, leads_to: [{events: [{after: 2, PromiseCancelled: {}}]}]}]"
    [lived] = lives(ALL_TALK, "promises: [{chance: 1, due: 6, keeps: 1}]", takes_back)

    assert events(lived, PaymentReceived) == []


def test_who_owes_again_after_all_was_paid_has_months_again() -> None:
    charged = "reacts: [{to: PaymentReceived, name: fee, leads_to: [{events: [{after: 40, ChargeAdded: {%s}}]}]}]"
    fee = "component: costs, amount: 5, due_on: {in: 0}"
    [lived] = lives("pays: [{chances: {all: 1}, on: 0}]", charged % fee, months=4)

    paid = [(one.value_date, str(one.amount)) for one in events(lived, PaymentReceived)]
    assert paid == [(date(2026, 2, 1), "100.00"), (date(2026, 4, 1), "5.00")]


# --- reactions ---


def test_a_reaction_follows_what_it_is_to_and_its_events_one_another() -> None:
    [lived] = lives(
        "reacts: [{to: call, name: complains, leads_to: [{events: [{ComplaintReceived: {}},"
        " {after: 5, ComplaintAnswered: {}}]}]}]"
    )

    kinds = [(entry.event.kind, entry.day) for entry in lived.life.entries if entry.event.kind.startswith("Complaint")]
    assert kinds == [("ComplaintReceived", CALLED), ("ComplaintAnswered", date(2026, 2, 9))]


def test_the_first_row_of_a_name_that_fits_decides() -> None:
    [lived] = lives(
        "reacts: [{to: phone, answered: true, name: complains, leads_to: [{events: [{DisputeRaised: {}}]}]},"
        " {to: phone, name: complains, leads_to: [{events: [{ComplaintReceived: {}}]}]},"
        " {to: call, name: complains, leads_to: [{events: [{HoldPlaced: {hold: dispute}}]}]}]"
    )

    assert [deed.words[0] for deed in lived.deeds if deed.kind == "event"] == ["LoanOpened", "ComplaintReceived"]


def test_an_event_is_filled_in_from_the_case() -> None:
    agreed = "{PlanAgreed: {instalments: {spread: overdue_amount, over: 3}}}"
    [lived] = lives(f"reacts: [{{to: call, name: agrees, leads_to: [{{events: [{agreed}]}}]}}]")

    plan = lived.life.case.plans.plans[0]
    dues = [(due.due_on, due.total) for due in plan.books.dues]
    assert dues == [(date(2026, 3, 4), 3333), (date(2026, 4, 4), 3333), (date(2026, 5, 4), 3334)]


def test_what_the_case_cannot_take_is_counted_by_its_kind() -> None:
    [lived] = lives(
        "reacts: [{to: call, name: slips, leads_to: [{events: [{PaymentReversed: {payment_id: p-9}},"
        " {after: 1, PlanAgreed: {instalments: {spread: overdue_costs, over: 3}}}]}]}]"
    )

    assert lived.impossible == {"PaymentReversed": 1, "PlanAgreed": 1}


def test_a_reaction_to_itself_comes_to_an_end() -> None:
    events = "leads_to: [{events: [{ComplaintReceived: {}}]}]"
    rows = f"{{to: ComplaintReceived, name: again, {events}}}, {{to: call, name: complains, {events}}}"
    [lived] = lives(f"reacts: [{rows}]", months=1)

    assert sum(deed.words == ("ComplaintReceived",) for deed in lived.deeds) == 21
    assert lived.impossible == {"again": 1}


# --- the lender's people ---


def test_a_task_of_which_nothing_is_said_is_never_done_and_a_record_at_once() -> None:
    [lived] = lives()

    assert events(lived, TaskCompleted) == []
    assert [effect.action for effect in lived.life.case.course.open_effects if effect.kind == "task"] == [
        "look_at", "approval",
    ]  # fmt: skip
    assert [deed.day for deed in lived.deeds if "note" in deed.words] == [CALLED]


def test_a_task_is_done_after_so_many_days_and_what_comes_of_it_happens_first() -> None:
    [lived] = lives("staff: [{does: look_at, takes: 2, leads_to: [{events: [{AmountVerified: {amount: 100.00}}]}]}]")

    done = [(entry.event.kind, entry.day) for entry in lived.life.entries if entry.day == date(2026, 2, 6)]
    assert done == [("AmountVerified", date(2026, 2, 6)), ("TaskCompleted", date(2026, 2, 6))]


@pytest.mark.parametrize(("approves", "stage"), [("1", "given_up"), ("0", "late")])
def test_a_request_is_approved_or_refused(approves: str, stage: str) -> None:
    [lived] = lives(f"staff: [{{does: approval, role: boss, takes: 1, approves: {approves}}}]")

    assert days(lived, TaskCompleted)[0] == date(2026, 4, 3)
    assert lived.life.case.course.stage == stage


def test_a_row_for_another_role_is_not_about_it() -> None:
    [lived] = lives("staff: [{does: approval, role: clerk}]")

    assert events(lived, TaskCompleted) == []


# --- the same luck ---


def test_a_borrower_lives_the_same_twice() -> None:
    said = (
        "pays: [{chances: {all: 0.5}, on: 0-27}]",
        "answers: [{channel: phone, chances: {conversation: 0.5}}]",
        "promises: [{chance: 0.5, due: 3-9, keeps: 0.5}]",
    )

    one, other = lives(*said, count=20), lives(*said, count=20)
    assert [lived.life.entries for lived in one] == [lived.life.entries for lived in other]


# --- treatment ---


def test_an_effect_that_harms_takes_a_payment_back_that_was_to_come() -> None:
    said = "pays: [{chances: {all: 0.9}, on: 10}]"
    harm = "effects: [{of: call, on: pays, times: 0.0001, for: 20 days}]"

    assert sum(len(days(lived, PaymentReceived)) for lived in lives(said, months=1, count=40)) > 30
    assert sum(len(days(lived, PaymentReceived)) for lived in lives(said, harm, months=1, count=40)) == 0


def test_an_effect_that_helps_brings_a_payment_forward() -> None:
    said = "pays: [{chances: {all: 0.9}, on: 0-20}]"
    help_ = "effects: [{of: call, on: pays, times: 1000, for: 20 days}]"
    plain, helped = lives(said, months=1, count=40), lives(said, help_, months=1, count=40)

    for one, other in zip(plain, helped, strict=True):
        before, after = days(one, PaymentReceived), days(other, PaymentReceived)
        if before and before[0] <= CALLED:
            assert after == before
        else:
            # the first day on which the effect works
            assert after == [date(2026, 2, 5)]


def test_an_effect_on_keeping_promises_counts_on_their_last_day() -> None:
    said = (ALL_TALK, "promises: [{chance: 1, due: 6, keeps: 0.5}]")
    kept = "effects: [{of: call, on: keeps, times: 1000, for: 6 days}]"
    too_short = "effects: [{of: call, on: keeps, times: 1000, for: 5 days}]"

    assert sum(len(days(lived, PaymentReceived)) for lived in lives(*said, kept, months=1, count=40)) >= 38
    assert sum(len(days(lived, PaymentReceived)) for lived in lives(*said, too_short, months=1, count=40)) < 35


def test_an_effect_on_a_reaction_is_on_the_one_of_its_name() -> None:
    reacts = (
        "reacts: [{to: call, name: complains, leads_to: [{chance: 0.5, events: [{ComplaintReceived: {}}]}]},"
        " {to: call, name: disputes, leads_to: [{chance: 0.5, events: [{DisputeRaised: {}}]}]}]"
    )
    effect = "effects: [{of: current, on: complains, times: 1000, for: 9 days}]"
    words = Counter(deed.words[0] for lived in lives(reacts, effect, months=1, count=60) for deed in lived.deeds)

    assert words["ComplaintReceived"] == 60
    assert 15 <= words["DisputeRaised"] <= 45
