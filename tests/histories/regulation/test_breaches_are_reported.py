"""What happened although a pack forbids it: the clauses that an event breaks are reported, on its day and no other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from overdue_flow.engine.decide import decide
from overdue_flow.events import (
    ClaimFiled,
    ContactAttempted,
    CreditNoticeGiven,
    CreditReported,
    Event,
    FactsChanged,
    HoldPlaced,
    HostEvent,
)
from support.regulated import Borrower

Told = tuple[str, Event]


def at(day: str, event: Event) -> Told:
    return f"{day} 10:00", event


def breaches(pack: str, *told: Told, **facts: str) -> dict[str, list[str]]:
    """The clauses that each event breaks, by its day, on a loan that is due on 2025-01-01; `facts` are told before."""
    borrower = Borrower(pack)
    found: dict[str, list[str]] = {}
    first = [at("2025-01-02", FactsChanged.model_validate({"facts": facts}))] if facts else []
    for number, (when, event) in enumerate([*first, *told]):
        borrower.live(when[:10])
        named = event.model_copy(update={"id": f"told-{number}"})
        decision = decide(borrower.machine, borrower.loan(), named, borrower.at(when))
        borrower.loans["A"] = decision.case
        if decision.entry is not None and decision.entry.results.breaches:
            found[when[:10]] = list(decision.entry.results.breaches)
    return found


TALK = ContactAttempted.model_validate({"channel": "phone", "outcome": "conversation"})


@pytest.mark.parametrize(
    ("before", "broken"),
    [
        ([], True),
        ([at("2025-02-16", CreditNoticeGiven())], True),
        ([at("2025-02-15", CreditNoticeGiven())], False),
        ([at("2025-02-28", TALK)], False),
    ],
)
def test_a_debt_is_reported_after_a_word_or_fourteen_days_after_a_letter(before: list[Told], broken: bool) -> None:
    found = breaches("us/reg-f", *before, at("2025-03-01", CreditReported()))
    assert found == ({"2025-03-01": ["reported-without-a-word"]} if broken else {})


def test_a_letter_that_comes_again_later_makes_no_breach_of_a_report_that_was_right() -> None:
    told = [("2025-02-15", CreditNoticeGiven()), ("2025-03-01", CreditReported()), ("2025-03-05", CreditNoticeGiven())]
    assert breaches("us/reg-f", *(at(day, event) for day, event in told)) == {}


@pytest.mark.parametrize(("noticed_on", "broken"), [(None, True), ("2025-02-16", True), ("2025-02-15", False)])
def test_a_report_to_the_register_that_is_told_days_later_is_looked_at_as_of_its_own_day(
    noticed_on: str | None, broken: bool
) -> None:
    before = [at(noticed_on, CreditNoticeGiven())] if noticed_on else []
    late = CreditReported(happened_at=datetime(2025, 3, 1, 15, tzinfo=UTC))
    found = breaches("us/reg-f", *before, at("2025-03-20", late))
    assert found == ({"2025-03-20": ["reported-without-a-word"]} if broken else {})


def re_aged(*days: str, workout: bool = False) -> list[Told]:
    return [at(day, HostEvent(name="ReAged", fields={"workout": workout})) for day in days]


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (re_aged("2025-03-01", "2026-03-01"), {}),
        (re_aged("2025-03-01", "2026-02-28"), {"2026-02-28": ["re-aged-twice-in-a-year"]}),
        (re_aged("2025-03-01", "2026-03-01", "2027-03-01"), {"2027-03-01": ["re-aged-too-often"]}),
        ([*re_aged("2025-03-01", "2026-03-01"), *re_aged("2027-03-01", workout=True)], {}),
        (re_aged("2025-03-01", "2026-03-01", "2030-03-01"), {}),
        (re_aged("2025-03-01", "2026-03-01", workout=True), {"2026-03-01": ["re-aged-too-often"]}),
        (re_aged("2025-03-01", "2030-03-01", workout=True), {}),
    ],
)
def test_an_account_is_re_aged_once_a_year_and_twice_in_five(told: list[Told], found: dict[str, list[str]]) -> None:
    assert breaches("us/ffiec-classification", *told) == found


@pytest.mark.parametrize(
    ("opened", "found"), [("2024-05-30", {}), ("2024-05-31", {"2025-03-01": ["re-aged-too-young"]})]
)
def test_an_account_is_not_re_aged_before_it_is_nine_months_old(opened: str, found: dict[str, list[str]]) -> None:
    assert breaches("us/ffiec-classification", *re_aged("2025-03-01"), account_opened_on=opened) == found


@pytest.mark.parametrize(
    ("filed_on", "letter_on", "moratorium", "found"),
    [
        ("2025-02-20", "2025-01-20", "", []),
        ("2025-02-19", "2025-01-20", "", ["filed-without-a-letter-of-claim"]),
        ("2025-06-01", None, "", ["filed-without-a-letter-of-claim"]),
        ("2025-06-01", "2025-01-20", "mental_health_crisis", ["filed-in-a-moratorium"]),
        ("2025-03-01", "2025-01-20", "breathing_space", ["filed-in-a-moratorium"]),
    ],
)
def test_a_suit_out_of_turn_is_reported(
    filed_on: str, letter_on: str | None, moratorium: str, found: list[str]
) -> None:
    placed = [at("2025-01-25", HoldPlaced(hold=moratorium, role="debt_adviser"))] if moratorium else []
    filed = at(filed_on, ClaimFiled.model_validate({"claim_amount": "1000.00"}))
    told = breaches("uk/conc", *placed, filed, **({"letter_of_claim_on": letter_on} if letter_on else {}))
    assert told == ({filed_on: found} if found else {})


@pytest.mark.parametrize(
    ("filed_on", "letter_on", "broken"),
    [("2025-02-20", "2025-01-20", False), ("2025-02-19", "2025-01-20", True), ("2025-02-19", None, True)],
)
def test_a_suit_that_is_told_days_later_is_looked_at_as_of_its_own_day(
    filed_on: str, letter_on: str | None, broken: bool
) -> None:
    filed = ClaimFiled.model_validate({"claim_amount": "1000.00", "filed_on": filed_on})
    told = breaches("uk/conc", at("2025-04-01", filed), **({"letter_of_claim_on": letter_on} if letter_on else {}))
    assert told == ({"2025-04-01": ["filed-without-a-letter-of-claim"]} if broken else {})


def test_a_second_letter_of_claim_makes_no_breach_of_a_suit_that_was_right() -> None:
    filed = at("2025-03-01", ClaimFiled.model_validate({"claim_amount": "1000.00"}))
    again = at("2025-03-10", FactsChanged.model_validate({"facts": {"letter_of_claim_on": "2025-03-10"}}))
    assert breaches("uk/conc", filed, again, letter_of_claim_on="2025-01-20") == {}
