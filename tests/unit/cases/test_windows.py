"""Counters over windows: what is inside on a day, and when that changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from overdue_flow.cases.case import Towards
from overdue_flow.cases.windows import Unit, Window, assumed, counted
from overdue_flow.events import ContactAttempted, Event, EventRetracted, HostEvent, PaymentReceived
from support.telling import a_loan, after, fact, noon


def call(outcome: str = "conversation", **fields: object) -> ContactAttempted:
    return ContactAttempted.model_validate({"channel": "phone", "outcome": outcome, **fields})


def day(text: str) -> date:
    return date.fromisoformat(text)


def is_talk(event: Event) -> bool:
    return isinstance(event, ContactAttempted) and event.outcome == "conversation"


@pytest.mark.parametrize(
    ("count", "unit", "on", "leaves_on"),
    [
        (1, "days", "2025-02-28", "2025-03-01"),
        (7, "days", "2025-02-01", "2025-02-08"),
        (7, "calendar_days", "2025-02-01", "2025-02-08"),
        (1, "calendar_weeks", "2025-02-03", "2025-02-10"),
        (1, "calendar_weeks", "2025-02-09", "2025-02-10"),
        (2, "calendar_weeks", "2025-02-09", "2025-02-17"),
        (1, "calendar_months", "2025-01-31", "2025-02-01"),
        (1, "calendar_months", "2025-02-01", "2025-03-01"),
        (2, "calendar_months", "2025-12-31", "2026-02-01"),
        (10**9, "days", "2025-02-01", "9999-12-31"),
        (10**9, "calendar_months", "2025-02-01", "9999-12-31"),
    ],
)
def test_an_event_leaves_its_window_on_a_known_day(count: int, unit: Unit, on: str, leaves_on: str) -> None:
    window, last = Window(count, unit), day(leaves_on) - timedelta(days=1)

    assert window.leaves_on(day(on)) == day(leaves_on)
    assert window.begins_on(last) <= day(on)
    assert leaves_on == "9999-12-31" or window.begins_on(day(leaves_on)) > day(on)


def test_a_window_of_no_days_is_refused() -> None:
    with pytest.raises(ValueError, match="holds nothing"):
        Window(0)


def test_rolling_days_take_the_day_of_the_event_as_day_one() -> None:
    calls = counted("calls", "ContactAttempted", Window(7))
    case = after(a_loan(), ("2025-02-01", call()), ("2025-02-03", call()))

    assert [fact(case, calls, f"2025-02-{d:02}") for d in (3, 7, 8, 9, 10)] == [2, 2, 1, 1, 0]
    assert calls.until(case, day("2025-02-03")) == day("2025-02-08")
    assert calls.until(case, day("2025-02-08")) == day("2025-02-10")
    assert calls.until(case, day("2025-02-10")) is None


def test_only_events_for_which_the_condition_holds_count() -> None:
    talks = counted("talks_today", "ContactAttempted", Window(1, "calendar_days"), where=is_talk)
    case = after(a_loan(), ("2025-02-01", call("busy")), ("2025-02-01", call()), ("2025-02-01", call()))

    assert fact(case, talks) == 2
    assert fact(case, talks, "2025-02-02") == 0


def test_days_are_those_on_which_events_took_effect() -> None:
    calls = counted("calls", "ContactAttempted", Window(7))
    case = after(a_loan(), ("2025-02-10", call(happened_at=noon("2025-02-01"))))

    assert fact(case, calls) == 0


def test_a_payment_counts_from_its_value_date() -> None:
    payments = counted("payments", "PaymentReceived", Window(1, "calendar_months"))
    late = PaymentReceived(id="p-1", amount="10.00", value_date=day("2025-01-31"))
    ahead = PaymentReceived(id="p-2", amount="10.00", value_date=day("2025-02-20"))
    case = after(a_loan(), ("2025-02-05", late), ("2025-02-05", ahead))

    assert fact(case, payments, "2025-02-05") == 0
    assert payments.until(case, day("2025-02-05")) == day("2025-02-20")
    assert fact(case, payments, "2025-02-20") == 1


def test_the_hosts_own_events_are_counted_by_their_name() -> None:
    visits = counted("branch_visits", "branch_visit", Window(30))
    case = after(a_loan(), ("2025-02-01", HostEvent(name="branch_visit")), ("2025-02-01", HostEvent(name="app_login")))

    assert fact(case, visits) == 1


def test_a_retracted_event_is_not_counted() -> None:
    calls = counted("calls", "ContactAttempted", Window(7))
    case = after(a_loan(), ("2025-02-01", call(id="wrong")), ("2025-02-02", EventRetracted(event_id="wrong")))

    assert fact(case, calls) == 0


def test_a_counter_says_what_one_loan_alone_cannot_show() -> None:
    assert "other loans were not seen" in (assumed("talks_today", "person") or "")
    assert "all contact points" in (assumed("talks_today", "contact_point") or "")
    assert "all collectors" in (assumed("talks_today", "collector") or "")
    assert assumed("talks_today", "debt") is None
    assert "talks_today" in counted("talks_today", "ContactAttempted", Window(1), per="person").doc


def test_a_counter_has_a_label_of_its_own_or_one_that_says_what_is_counted() -> None:
    assert (
        counted("c", "ContactAttempted", Window(1, "calendar_weeks")).label == "ContactAttempted within 1 calendar week"
    )
    assert counted("c", "ContactAttempted", Window(7), label="calls this week").label == "calls this week"


# --- asked before a contact, over all loans of a person ---


def test_a_counter_per_person_sees_what_other_loans_know_where_it_is_given() -> None:
    case = after(a_loan(), ("2025-02-01", call()), ("2025-02-02", call(attempt_id="both")))
    elsewhere = after(a_loan(), ("2025-02-02", call(attempt_id="both")), ("2025-02-03", call())).events[1:]
    seen = case._replace(elsewhere=elsewhere)
    found = {
        per: fact(seen, counted("calls", "ContactAttempted", Window(7), per=per), "2025-02-03")
        for per in ("debt", "person")
    }

    assert found == {"debt": 2, "person": 3}
    assert fact(case, counted("calls", "ContactAttempted", Window(7), per="person"), "2025-02-03") == 2


def test_a_counter_sees_where_the_contact_goes_and_who_makes_it() -> None:
    case = after(
        a_loan(),
        ("2025-02-01", call(contact_point="home", by="ann")),
        ("2025-02-01", call(contact_point="work")),
        ("2025-02-01", call()),
    )
    seen = case._replace(towards=Towards("home", "bob"))
    points = counted("points", "ContactAttempted", Window(7), per="contact_point")
    collectors = counted("collectors", "ContactAttempted", Window(7), per="collector")

    assert (fact(seen, points, "2025-02-01"), fact(case, points, "2025-02-01")) == (2, 3)
    assert fact(seen, collectors, "2025-02-01") == 2
