"""One loan lived through: its history in the order in which it was noticed, days and planned contacts in between."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from overdue_flow.cases.effects import Effect
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.evolve import replay
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    ComplaintReceived,
    ContactAttempted,
    EffectDelivered,
    Event,
    HoldPlaced,
    LoanOpened,
    PaymentReceived,
    PaymentReversed,
)
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.lived import Contacts, Life, delivered_unanswered, live_through
from support.road import at, on, one_stage, opening, road_policy

ACTIONS = (
    "{call: {kind: contact, params: {channel: choice}},"
    " news: {kind: contact, purpose: inform, params: {channel: choice}}, visit: {kind: task}}"
)
LATE = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late:
    on_enter: [{do: call, with: {channel: phone}}, {do: visit}]
    rules:
      - {id: silent, when: unanswered_attempts_in_a_row >= 3, to: gone}
      - {id: again, when: 'dpd in [5, 9, 30]', do: call, with: {channel: sms}}
  gone: {end: true}
"""


def policy(stages: str = LATE, **sections: str) -> Policy:
    return road_policy(stages, **({"actions": ACTIONS} | sections))


def lived(
    until: str,
    *events: tuple[str, Event],
    under: Policy | None = None,
    contacts: Contacts = "assumed",
    opened: LoanOpened | None = None,
) -> Life:
    told: list[tuple[datetime, Event]] = [(at("2025-01-01", 0), opened or opening())]
    told += [(at(day), event) for day, event in events]
    life = live_through(Machine(under or policy()), "loan-1", told, on(until), contacts=contacts)
    assert life is not None
    return life


def story(life: Life) -> list[str]:
    return [f"{entry.day:%m-%d} {entry.at:%H} {entry.event.kind}" for entry in life.entries]


def fates(life: Life, action: str) -> list[tuple[str, str, str]]:
    found = [(entry, status, reason) for entry, effect, status, reason in life.effects if effect.action == action]
    return [(str(entry.day), status.value, reason) for entry, status, reason in found]


# --- the walk ---


def test_days_planned_contacts_and_events_come_in_their_order() -> None:
    life = lived("2025-01-15", ("2025-01-12", ComplaintReceived(id="c")))
    assert story(life) == [
        "01-01 00 LoanOpened",
        "01-11 00 TimePassed",
        "01-11 00 EffectDelivered",
        "01-11 00 ContactAttempted",
        "01-12 12 ComplaintReceived",
        "01-15 00 TimePassed",
        "01-15 00 EffectDelivered",
        "01-15 00 ContactAttempted",
    ]


def test_the_journal_gives_the_case() -> None:
    life = lived("2025-02-28", ("2025-01-12", ComplaintReceived(id="c")))
    assert replay(life.entries)._replace(day=life.case.day) == life.case


def test_the_last_day_is_lived_to_its_end() -> None:
    assert lived("2025-01-10").case.course.stage == "calm"
    assert story(lived("2025-01-11"))[-1] == "01-11 00 ContactAttempted"
    late = lived("2025-01-12", ("2025-01-12", ComplaintReceived(id="c")), ("2025-01-13", ComplaintReceived(id="d")))
    assert story(late)[-1] == "01-12 12 ComplaintReceived"


def test_where_the_due_date_is_day_1_the_last_day_is_told_by_the_opening_of_the_next() -> None:
    terms = "{currency: CNY, time_zone: Asia/Shanghai, counting: {due_date_is_day: 1}}"
    told = ("2025-01-11", ComplaintReceived(id="c"))
    life = lived("2025-01-10", told, under=policy(terms=terms))
    assert (life.case.course.stage, story(life)[-1]) == ("late", "01-11 00 TimePassed")
    assert lived("2025-01-09", told, under=policy(terms=terms)).case.course.stage == "calm"


def test_a_loan_that_opens_later_has_no_life_yet() -> None:
    told = [(at("2025-01-05"), opening())]
    assert live_through(Machine(policy()), "loan-1", told, on("2025-01-04")) is None
    assert live_through(Machine(policy()), "loan-1", told, on("2025-01-05")) is not None
    assert live_through(Machine(policy()), "loan-1", [], on("2025-01-05")) is None


def test_what_cannot_have_happened_is_left_out_and_named() -> None:
    wrong = PaymentReversed(id="r", payment_id="p", reversed_on=on("2025-01-12"))
    odd = PaymentReceived(id="p", amount="0.005", value_date=on("2025-01-12"))
    life = lived("2025-01-20", ("2025-01-12", wrong), ("2025-01-12", odd), ("2025-01-13", ComplaintReceived(id="c")))
    assert [(event.id, reason.split("`")[1]) for event, reason in life.refused] == [("r", "p"), ("p", "0.005")]
    assert "01-13 12 ComplaintReceived" in story(life)


def test_a_loan_that_cannot_be_opened_says_which() -> None:
    with pytest.raises(EventRefused, match=r"loan `loan-1` cannot be opened: `0\.005` has more decimals than CNY has"):
        lived("2025-01-20", opened=opening(amount="0.005"))


def test_an_event_noticed_twice_on_one_instant_keeps_its_place_in_the_book() -> None:
    life = lived("2025-01-20", ("2025-01-05", ComplaintReceived(id="b")), ("2025-01-05", ComplaintReceived(id="a")))
    assert [entry.event.id for entry in life.entries][1:3] == ["b", "a"]


def test_each_turn_is_told_beforehand_to_who_watches() -> None:
    seen: list[tuple[str, str, bool]] = []

    def watch(case: object, day: date, opens_day: bool) -> None:
        seen.append((str(case.day), str(day), opens_day))  # type: ignore[attr-defined]  # a case

    told = [(at("2025-01-01", 0), opening()), (at("2025-01-11"), ComplaintReceived(id="c"))]
    live_through(Machine(policy()), "loan-1", told, on("2025-01-12"), contacts="recorded", watch=watch)
    assert seen == [("2025-01-01", "2025-01-11", True), ("2025-01-11", "2025-01-11", False)]


# --- contacts ---


def test_assumed_contacts_are_delivered_when_they_are_due_and_nobody_answers() -> None:
    life = lived("2025-01-31")
    attempts = [(entry.day, entry.event) for entry in life.entries if isinstance(entry.event, ContactAttempted)]
    assert [(f"{day:%m-%d}", event.channel, event.outcome) for day, event in attempts] == [
        ("01-11", "phone", "no_answer"),
        ("01-15", "sms", "delivered"),
        ("01-19", "sms", "delivered"),
    ]


def test_recorded_contacts_are_those_of_the_book_only() -> None:
    call = ContactAttempted(id="x", channel="phone", outcome="busy")
    life = lived("2025-01-31", ("2025-01-20", call), contacts="recorded")
    assert [entry.event for entry in life.entries if isinstance(entry.event, ContactAttempted)] == [call]
    assert fates(life, "call")[0] == ("2025-01-11", "pending", "")


@pytest.mark.parametrize(
    ("channel", "outcomes"),
    [
        ("phone", ["no_answer"]),
        ("visit", ["no_answer"]),
        ("sms", ["delivered"]),
        ("letter", ["delivered"]),
        ("pigeon", []),
        (None, []),
    ],
)
def test_what_nobody_answers_reaches_its_channel_as_that_channel_does(channel: str | None, outcomes: list[str]) -> None:
    effect = Effect("e", "call", "contact", on("2025-01-11"), at("2025-01-11"), "r", params={"channel": channel})
    delivered, *attempts = delivered_unanswered(effect, at("2025-01-12"))
    assert isinstance(delivered, EffectDelivered)
    assert (delivered.id, delivered.effect_id, delivered.at) == ("e:delivered", "e", at("2025-01-12"))
    assert [one.outcome for one in attempts if isinstance(one, ContactAttempted)] == outcomes
    assert all(isinstance(one, ContactAttempted) and one.effect_id == "e" for one in attempts)


def test_a_contact_may_be_due_between_two_events_of_one_day() -> None:
    stages = one_stage("{id: r, on: ComplaintReceived, do: news, with: {channel: sms}, after: 3 hours}")
    early, late = (at("2025-01-05", 9), ComplaintReceived(id="a")), (at("2025-01-05", 15), ComplaintReceived(id="b"))
    told: list[tuple[datetime, Event]] = [(at("2025-01-01", 0), opening()), early, late]
    life = live_through(Machine(policy(stages)), "loan-1", told, on("2025-01-05"))
    assert life is not None
    assert story(life)[1:5] == [
        "01-05 09 ComplaintReceived",
        "01-05 12 EffectDelivered",
        "01-05 12 ContactAttempted",
        "01-05 15 ComplaintReceived",
    ]


@pytest.mark.parametrize(("must", "goes_out"), [("", False), (", must: true", True)])
def test_a_contact_is_superseded_by_one_of_its_purpose_that_was_decided_on_a_later_day(
    must: str, goes_out: bool
) -> None:
    """As in the outbox: unless it must go out."""
    enter = f"[{{do: call, with: {{channel: sms}}, after: 1 day{must}}}]"
    stages = LATE.replace("[{do: call, with: {channel: phone}}, {do: visit}]", enter).replace("in [5, 9, 30]", ">= 2")
    life = lived("2025-01-12", under=policy(stages))
    older = ("2025-01-11", *(("pending", "") if goes_out else ("superseded", SUPERSEDED)))
    assert fates(life, "call") == [older, ("2025-01-12", "pending", "")]


SUPERSEDED = "superseded by loan-1:3:1, of the same purpose"


def test_of_one_purpose_all_go_out_that_were_decided_on_one_day() -> None:
    enter = "[{do: call, with: {channel: sms}}, {do: call, with: {channel: phone}}, {do: news, with: {channel: app}}]"
    stages = LATE.replace("[{do: call, with: {channel: phone}}, {do: visit}]", enter)
    life = lived("2025-01-12", under=policy(stages))
    assert fates(life, "call") == [("2025-01-11", "pending", ""), ("2025-01-11", "pending", "")]
    delivered = [entry.event.effect_id for entry in life.entries if isinstance(entry.event, EffectDelivered)]
    assert delivered == ["loan-1:2:1", "loan-1:2:2", "loan-1:2:3"]


def test_a_contact_that_is_held_goes_out_when_its_hold_ends() -> None:
    hold = HoldPlaced(id="h", hold="hardship", ends_on=on("2025-01-13"))
    life = lived("2025-01-14", ("2025-01-05", hold), under=policy(holds="{hardship: {stops: [contact]}}"))
    assert fates(life, "call") == [("2025-01-11", "pending", "what held it has ended")]
    assert [f"{entry.day:%m-%d}" for entry in life.entries if isinstance(entry.event, EffectDelivered)] == ["01-13"]


def test_a_contact_that_was_vetoed_or_cancelled_before_it_was_due_does_not_go_out() -> None:
    stages = LATE.replace("with: {channel: phone}}", "with: {channel: phone}, after: 5 days}")
    paid = PaymentReceived(id="p", amount="1000.00", value_date=on("2025-01-13"))
    life = lived("2025-01-31", ("2025-01-13", paid), under=policy(stages))
    assert fates(life, "call") == [("2025-01-11", "vetoed", "nothing is overdue")]
    assert not [entry for entry in life.entries if isinstance(entry.event, EffectDelivered)]


def test_a_ladder_is_climbed_by_contacts_that_nobody_answers() -> None:
    ladder = "[{do: call, with: {channel: phone}, times: 2, wait: 2 days}, {do: news, with: {channel: sms}}, visit]"
    stages = f"""
  calm: {{start: true, rules: [{{id: late, when: dpd >= 1, to: late}}]}}
  late: {{on_enter: [{{ladder: {ladder}}}], rules: [{{id: end, when: dpd > 300, to: calm}}]}}
"""
    life = lived("2025-01-31", under=policy(stages))
    tries = [f"{effect.due_at:%m-%d} {effect.action} {effect.step[:10]}" for _entry, effect, *_ in life.effects]
    assert tries == [
        "01-11 call try 1 of 2", "01-13 call try 2 of 2", "01-15 news try 1 of 1", "01-16 visit try 1 of 1",
    ]  # fmt: skip
    reached = ContactAttempted(id="x", channel="email", direction="inbound", outcome="delivered")
    answered = lived("2025-01-31", ("2025-01-12", reached), under=policy(stages))
    assert [effect.action for _entry, effect, *_ in answered.effects] == ["call", "call"]
    assert answered.case.course.climbs == ()


def test_a_try_that_a_newer_contact_supersedes_is_not_waited_for_for_ever() -> None:
    ladder = "[{do: call, with: {channel: phone}, times: 2, wait: 2 days}]"
    stages = f"""
  calm: {{start: true, rules: [{{id: late, when: dpd >= 1, to: late}}]}}
  late:
    on_enter: [{{ladder: {ladder}}}]
    rules: [{{id: again, when: dpd >= 3, do: call, with: {{channel: sms}}}}, {{id: end, when: dpd > 300, to: calm}}]
"""
    life = lived("2025-01-31", under=policy(stages))
    assert [f"{effect.due_at:%m-%d} {status}" for _entry, effect, status, _ in life.effects if effect.step] == [
        "01-11 pending", "01-13 superseded",
    ]  # fmt: skip
    assert life.case.course.climbs == ()


def test_a_deadline_that_passes_in_the_book_brings_what_follows() -> None:
    stages = LATE.replace("{do: visit}", "{do: visit, within: 5 days, else: {do: news, with: {channel: sms}}}")
    life = lived("2025-01-31", under=policy(stages))
    assert [f"{entry.day:%m-%d}" for entry, effect, *_ in life.effects if effect.action == "news"] == ["01-17"]


def test_tasks_are_left_to_people() -> None:
    life = lived("2025-01-31")
    assert fates(life, "visit") == [("2025-01-11", "pending", "")]


def test_what_became_of_an_effect_goes_before_how_it_was_decided() -> None:
    def told(entry: Entry) -> list[str]:
        return [effect.status for effect in entry.results.effects]

    hold = HoldPlaced(id="h", hold="hardship", ends_on=on("2025-01-13"))
    life = lived("2025-01-14", ("2025-01-05", hold), under=policy(holds="{hardship: {stops: [contact]}}"))
    assert [told(entry) for entry in life.entries if entry.results.effects] == [["held", "pending"]]
    assert [status for _entry, _effect, status, _reason in life.effects] == ["pending", "pending"]
