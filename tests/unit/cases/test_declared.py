"""Facts that the host tells: types, defaults, ages, and the door."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from overdue_flow.cases.declared import declared, declared_field, fits, refuse_misfits
from overdue_flow.cases.facts import built_in, clocks
from overdue_flow.errors import EventRefused
from overdue_flow.events import EventRetracted, FactsChanged, HostEvent
from overdue_flow.guards.vocabulary import Fact, Kind, Value
from support.telling import a_loan, after, fact, noon

ODDS = declared("repayment_odds", Kind.NUMBER, ask=True, max_age_days=30)
CHANNEL = declared("preferred_channel", Kind.CHOICE, choices=("sms", "email"), default="sms")


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("kind", "told", "value"),
    [
        (Kind.FLAG, True, True),
        (Kind.NUMBER, 12, 12),
        (Kind.NUMBER, "0.20", Decimal("0.20")),
        (Kind.MONEY, "120.00", Decimal("120.00")),
        (Kind.MONEY, 120, Decimal(120)),
        (Kind.MONEY, "120.00 CNY", Decimal("120.00")),
        (Kind.DATE, "2025-03-01", date(2025, 3, 1)),
        (Kind.TEXT, "any words", "any words"),
    ],
)
def test_what_travels_as_text_is_read_as_its_declared_type(kind: Kind, told: bool | int | str, value: Value) -> None:
    declaration = declared("word", kind)
    case = after(a_loan(), ("2025-02-01", FactsChanged(facts={"word": told})))

    found = fact(case, declaration)
    assert (found, type(found)) == (value, type(value))
    assert fits(told, declaration, "CNY")


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Kind.FLAG, 1),
        (Kind.FLAG, "true"),
        (Kind.NUMBER, True),
        (Kind.NUMBER, "high"),
        (Kind.NUMBER, "NaN"),
        (Kind.MONEY, "120.001"),
        (Kind.MONEY, "120.00 EUR"),
        (Kind.MONEY, "CNY"),
        (Kind.MONEY, False),
        (Kind.DATE, "1 March"),
        (Kind.DATE, "20250301"),
        (Kind.DATE, "2025-02-30"),
        (Kind.DATE, 20250301),
        (Kind.TEXT, 12),
        (Kind.CHOICE, "fax"),
    ],
)
def test_what_does_not_fit_is_refused_at_the_door_and_else_reads_as_unsaid(kind: Kind, told: bool | int | str) -> None:
    declaration = declared("word", kind, choices=("sms", "email") if kind is Kind.CHOICE else ())
    case = after(a_loan(), ("2025-02-01", FactsChanged(facts={"word": told})))

    assert fact(case, declaration) is None
    assert not fits(told, declaration, "CNY")
    with pytest.raises(EventRefused, match="`word` cannot be"):
        refuse_misfits({"word": told}, {"word": declaration}, "CNY")


def test_the_door_names_every_misfit_at_once_and_what_was_expected() -> None:
    known = {ODDS.name: ODDS, CHANNEL.name: CHANNEL, "dpd_like": built_in()["on_hold"]}

    with pytest.raises(EventRefused) as refusal:
        refuse_misfits({"repayment_odds": "high", "preferred_channel": "smss", "dpd_like": True}, known, "CNY")

    assert str(refusal.value) == (
        "`repayment_odds` cannot be `high`; expected a number, such as 12 or 0.25; "
        "`preferred_channel` cannot be `smss`; expected one of `sms`, `email` (did you mean `sms`?); "
        "`dpd_like` is worked out from what happens to the loan, and cannot be told"
    )


def test_the_door_lets_pass_what_is_unsaid_again_and_what_nobody_declares() -> None:
    refuse_misfits({"repayment_odds": None, "shoe_size": 44}, {ODDS.name: ODDS}, "CNY")


def test_a_default_holds_until_something_is_said_and_when_it_is_unsaid_again() -> None:
    case = a_loan()
    said = after(case, ("2025-02-01", FactsChanged(facts={"preferred_channel": "email"})))
    unsaid = after(said, ("2025-02-02", FactsChanged(facts={"preferred_channel": None})))

    assert [fact(one, CHANNEL) for one in (case, said, unsaid)] == ["sms", "email", "sms"]
    assert not CHANNEL.may_be_missing
    assert ODDS.may_be_missing


def test_facts_come_with_the_opening_of_the_loan() -> None:
    assert fact(a_loan(facts={"preferred_channel": "email"}), CHANNEL) == "email"


def test_an_asked_fact_may_be_relied_on_through_the_last_day_of_its_age() -> None:
    case = after(a_loan(), ("2025-02-01", FactsChanged(facts={"repayment_odds": "0.1"})))

    assert ODDS.until(case, day("2025-02-01")) == day("2025-03-04")
    assert fact(case, ODDS, "2025-03-03") == Decimal("0.1")
    assert fact(case, ODDS, "2025-03-04") is None
    assert ODDS.until(case, day("2025-03-04")) is None


def test_the_age_that_an_answer_gives_goes_before_the_declared_one() -> None:
    case = after(a_loan(), ("2025-02-01", FactsChanged(facts={"repayment_odds": "0.1"}, max_age_days=0)))

    assert fact(case, ODDS, "2025-02-01") == Decimal("0.1")
    assert fact(case, ODDS, "2025-02-02") is None


def test_an_age_without_end_never_ends() -> None:
    case = after(a_loan(), ("2025-02-01", FactsChanged(facts={"repayment_odds": "0.1"}, max_age_days=10**12)))

    assert ODDS.until(case, day("2025-02-01")) is None
    assert fact(case, ODDS, "2999-01-01") == Decimal("0.1")


def test_what_took_effect_last_counts_whatever_came_last() -> None:
    late = FactsChanged(facts={"preferred_channel": "sms"}, happened_at=noon("2025-01-20"))
    case = after(a_loan(), ("2025-02-01", FactsChanged(facts={"preferred_channel": "email"})), ("2025-02-02", late))

    assert fact(case, CHANNEL) == "email"


def test_a_retracted_answer_was_never_given() -> None:
    case = after(
        a_loan(facts={"preferred_channel": "email"}),
        ("2025-02-01", FactsChanged(id="wrong", facts={"preferred_channel": "sms"})),
        ("2025-02-02", EventRetracted(event_id="wrong")),
    )

    assert fact(case, CHANNEL) == "email"


def test_a_declared_date_has_clocks_that_stop_when_it_grows_old() -> None:
    visit = declared("visit_on", Kind.DATE, label="date of the planned visit", max_age_days=10)
    since, until = clocks(visit)
    case = after(a_loan(), ("2025-02-01", FactsChanged(facts={"visit_on": "2025-02-08"})))

    assert (since.label, until.label) == ("days since the planned visit", "days until the planned visit")
    assert [fact(case, until, f"2025-02-{d:02}") for d in (1, 8, 11, 12)] == [7, 0, -3, None]
    assert [fact(case, since, f"2025-02-{d:02}") for d in (1, 11, 12)] == [-7, 3, None]
    assert until.slope(case, day("2025-02-01")) == -1
    assert until.until(case, day("2025-02-01")) == day("2025-02-12")


def test_the_end_of_limitation_is_told_by_the_host() -> None:
    case = after(a_loan(), ("2025-02-01", FactsChanged(facts={"limitation_ends_on": "2028-02-01"})))

    assert fact(case, "limitation_ends_on") == day("2028-02-01")
    assert fact(case, "days_until_limitation_ends", "2028-01-31") == 1
    assert built_in()["limitation_ends_on"].until(case, day("2025-02-01")) is None
    refuse_misfits({"limitation_ends_on": "2028-02-01"}, built_in(), "CNY")

    case = after(case, ("2025-02-02", FactsChanged(facts={"limitation_ends_on": "2028-02-01"}, max_age_days=30)))
    assert built_in()["days_until_limitation_ends"].until(case, day("2025-02-02")) == day("2025-03-05")


@pytest.mark.parametrize(
    ("field", "told", "value"),
    [
        (declared_field("points", Kind.NUMBER), 3, 3),
        (declared_field("price", Kind.MONEY), "9.50", Decimal("9.50")),
        (declared_field("grade", Kind.CHOICE, choices=("a", "b")), "a", "a"),
        (declared_field("grade", Kind.CHOICE, choices=("a", "b")), "c", None),
        (declared_field("absent", Kind.TEXT), None, None),
    ],
)
def test_a_field_of_the_hosts_own_event_is_read_from_the_event(field: Fact, told: object, value: Value | None) -> None:
    event = HostEvent.model_validate({"name": "scored", "fields": {field.name: told} if told is not None else {}})

    assert field.on_event
    assert field.read(event, day("2025-02-01")) == value
