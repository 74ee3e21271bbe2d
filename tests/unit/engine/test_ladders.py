"""Ladders: try after try, rung after rung, until the borrower is reached."""

from __future__ import annotations

import pytest

from overdue_flow.cases.effects import Effect
from overdue_flow.engine.decide import decide
from overdue_flow.engine.explain import explain
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    BorrowerLocated,
    ComplaintReceived,
    ContactAttempted,
    EffectDelivered,
    EffectFailed,
    EffectWithheld,
    Event,
    HoldLifted,
    HoldPlaced,
    MovedByHand,
    PaymentReceived,
    PolicyAdopted,
    TaskCompleted,
)
from support.road import Road, at, on, road_policy

ACTIONS = (
    "{call: {kind: contact, params: {channel: choice}}, text: {kind: contact, params: {channel: choice}},"
    " letter: {kind: contact}, visit: {kind: task, params: {role: role}}, note: {kind: record}}"
)
LADDER = (
    "[{do: call, with: {channel: phone}, times: 2, wait: 2 days}, {do: text, with: {channel: sms}, wait: 3 hours},"
    " {do: letter, approve: counsel}, {do: visit, with: {role: team}}]"
)
HOLDS = "{hardship: {stops: [contact]}}"


def climbing(ladder: str = LADDER, more: str = "", **sections: str) -> Road:
    """A loan that climbs a ladder from its entry into `late`, on Saturday 2025-01-11."""
    stages = f"""
  calm: {{start: true, rules: [{{id: late, when: dpd >= 1, to: late}}]}}
  late:
    on_enter: [{{id: reach-them, ladder: {ladder}{more}}}]
    rules: [{{id: cured, when: arrears_cleared, to: calm}}, {{id: on, when: dpd >= 300, to: gone}}]
  gone: {{end: true}}
"""
    road = Road(road_policy(stages, **({"actions": ACTIONS, "holds": HOLDS} | sections)))
    road.live("2025-01-11")
    return road


def open_try(road: Road) -> Effect:
    """The one effect that the ladder has on its way."""
    (found,) = (effect for effect in road.case.course.open_effects if effect.step)
    return found


def tries(road: Road) -> list[str]:
    """Every try that was planned, as its action and the first instant at which it may go out."""
    return [f"{effect.action} {effect.due_at:%m-%d %H}" for effect in road.effects() if effect.step]


def unanswered(road: Road, day: str, hour: int = 12, outcome: str = "no_answer") -> None:
    """The try on its way is delivered, and nobody answers."""
    effect = open_try(road)
    channel = effect.params.get("channel", "letter")
    road.tell(EffectDelivered(effect_id=effect.id), day, hour)
    road.tell(ContactAttempted(channel=channel, outcome=outcome, effect_id=effect.id), day, hour)


def ends(road: Road) -> list[tuple[str, str]]:
    """The ladders that ended, each with the reason."""
    return [ended for entry in road.entries for ended in entry.results.climbs_ended]


# --- climbing ---


def test_each_try_follows_when_what_became_of_the_one_before_is_known_and_the_rung_has_waited() -> None:
    road = climbing()
    assert tries(road) == ["call 01-11 00"]
    road.live("2025-02-01")
    assert tries(road) == ["call 01-11 00"], "nothing is planned before the first has gone out"
    unanswered(road, "2025-02-01", 10)
    unanswered(road, "2025-02-03", 10)
    unanswered(road, "2025-02-05", 10, "delivered")
    assert tries(road) == ["call 01-11 00", "call 02-03 00", "text 02-05 00", "approval 02-05 13"]
    road.tell(TaskCompleted(effect_id="reach-them", outcome="approved", role="counsel"), "2025-02-05", 15)
    assert tries(road)[-1] == "letter 02-05 15"
    unanswered(road, "2025-02-06", 10, "delivered")
    assert tries(road)[-1] == "visit 02-07 00", "one business day is waited where nothing is said"
    road.tell(TaskCompleted(effect_id=open_try(road).id), "2025-02-10")
    assert road.case.course.climbs == ()
    assert ends(road) == [("reach-them", "no rung is left")]
    assert road.open_effects() == []


def test_each_try_says_which_it_is() -> None:
    road = climbing()
    first = open_try(road)
    assert (first.cause, first.step, first.scope) == (
        "reach-them", "try 1 of 2 on rung 1 of ladder reach-them", "late",
    )  # fmt: skip
    assert "call, try 1 of 2 on rung 1 of ladder reach-them (channel phone), due" in str(
        explain(road.machine, road.case)
    )


def test_a_call_that_the_outbox_has_not_told_of_yet_counts_as_made_once() -> None:
    road = climbing()
    first = open_try(road)
    road.tell(ContactAttempted(channel="phone", outcome="busy", effect_id=first.id), "2025-01-12")
    assert road.changes() == [("2025-01-12", "delivered", "call was made")]
    road.tell(EffectDelivered(effect_id=first.id), "2025-01-12")
    assert tries(road) == ["call 01-11 00", "call 01-14 00"]


def test_a_ladder_may_begin_later_and_its_time_may_be_over() -> None:
    road = climbing(more=", after: 2 days, not_after: 3 days")
    assert tries(road) == ["call 01-13 00"]
    unanswered(road, "2025-01-13")
    assert tries(road) == ["call 01-13 00", "call 01-15 00"]
    unanswered(road, "2025-01-15")
    assert ends(road) == [("reach-them", "its time is over")]


def test_calls_in_working_hours_wait_for_the_next_business_day() -> None:
    road = climbing('["letter x3 in working hours, wait 2 hours"]', working_hours='"09:00-18:00"')
    assert tries(road) == ["letter 01-13 09"]
    assert open_try(road).in_working_hours
    unanswered(road, "2025-01-13", 10)
    assert tries(road)[1:] == ["letter 01-13 12"]
    unanswered(road, "2025-01-13", 17)
    assert tries(road)[2:] == ["letter 01-14 09"]


# --- reached ---


@pytest.mark.parametrize(
    ("said", "reached"),
    [
        ({"channel": "phone", "outcome": "connected"}, True),
        ({"channel": "email", "outcome": "delivered", "direction": "inbound"}, True),
        ({"channel": "visit", "outcome": "conversation", "party": "co_borrower"}, True),
        ({"channel": "phone", "outcome": "conversation", "party": "representative"}, True),
        ({"channel": "phone", "outcome": "conversation", "party": "guarantor"}, False),
        ({"channel": "phone", "outcome": "voicemail"}, False),
        ({"channel": "sms", "outcome": "delivered"}, False),
        ({"channel": "phone", "outcome": "conversation", "happened_at": at("2025-01-05")}, False),
    ],
)
def test_it_stops_when_the_borrower_is_reached_by_whatever_way(said: dict[str, object], reached: bool) -> None:
    road = climbing()
    road.tell(ContactAttempted(**said), "2025-01-12")
    assert ends(road) == ([("reach-them", "the borrower was reached")] if reached else [])
    assert road.open_effects() == ([] if reached else ["call"])
    assert road.changes() == ([("2025-01-12", "cancelled", "the borrower was reached")] if reached else [])


def test_a_try_that_was_answered_was_made() -> None:
    road = climbing()
    road.tell(ContactAttempted(channel="phone", outcome="connected", effect_id=open_try(road).id), "2025-01-12")
    assert road.changes() == [("2025-01-12", "delivered", "call was made")]
    assert road.case.course.climbs == ()


def test_a_visit_that_need_not_be_made_any_more_tells_who_was_to_make_it() -> None:
    road = climbing("[{do: visit, with: {role: team}}]")
    road.tell(EffectDelivered(effect_id=open_try(road).id), "2025-01-11")
    road.tell(ContactAttempted(channel="phone", outcome="connected"), "2025-01-12")
    assert [(one.role, one.params["reason"]) for one in road.effects("task_cancelled")] == [
        ("team", "the borrower was reached")
    ]


# --- what ends it besides ---


def test_it_ends_when_its_stage_is_left() -> None:
    road = climbing()
    road.tell(MovedByHand(to="gone", role="boss", reason="?"), "2025-01-12")
    assert (ends(road), road.open_effects()) == ([("reach-them", "the case left late")], [])


def test_it_begins_anew_when_its_stage_is_entered_anew() -> None:
    road = climbing()
    unanswered(road, "2025-01-12")
    road.tell(MovedByHand(to="calm", role="boss", reason="?"), "2025-01-13")
    assert ends(road) == [("reach-them", "the case left late")]
    assert open_try(road).step == "try 1 of 2 on rung 1 of ladder reach-them"
    assert open_try(road).decided_on == on("2025-01-13")


@pytest.mark.parametrize("first", ["letter", "{do: visit, with: {role: team}}", "{do: letter, approve: counsel}"])
def test_it_ends_on_whatever_rung_when_nothing_is_overdue_any_more(first: str) -> None:
    road = climbing("[letter]", everywhere=f"[{{id: ask, when: dpd == 1, ladder: [{first}, letter]}}]")
    road.tell(PaymentReceived(amount="1000.00", value_date=on("2025-01-20")), "2025-01-12")
    road.live("2025-01-25")
    assert ("ask", "nothing is overdue") in ends(road)
    assert (road.case.course.climbs, road.open_effects()) == ((), [])


def test_a_ladder_of_everywhere_goes_through_all_stages_and_ends_at_an_end() -> None:
    road = climbing("[letter]", everywhere="[{id: ask, when: dpd == 1, ladder: [letter]}]")
    road.tell(MovedByHand(to="calm", role="boss", reason="?"), "2025-01-12")
    assert ends(road) == [("reach-them", "the case left late")]
    road.tell(MovedByHand(to="gone", role="boss", reason="?"), "2025-01-12")
    assert ("ask", "the case came to its end, gone") in ends(road)
    assert road.case.course.climbs == ()


def test_it_does_not_begin_where_nothing_may_be_pursued() -> None:
    everywhere = "[{id: ask, on: PaymentReceived, ladder: [letter]}]"
    road = climbing("[letter]", everywhere=everywhere)
    road.tell(PaymentReceived(amount="1000.00", value_date=on("2025-01-12")), "2025-01-12")
    assert road.asked("letter")[-1] == ("2025-01-12", "letter vetoed")
    assert road.case.course.climbs == ()


def test_a_ladder_that_is_climbed_is_not_begun_again() -> None:
    road = climbing("[letter]", everywhere="[{id: ask, on: ComplaintReceived, ladder: [letter]}]")
    road.tell(ComplaintReceived(complaint_id="a"), "2025-01-12")
    road.tell(ComplaintReceived(complaint_id="b"), "2025-01-13")
    assert [one.cause for one in road.effects("letter")] == ["reach-them", "ask"]
    assert road.entries[-1].results.notes == ("ladder ask is climbed already",)


# --- withheld ---


def test_under_a_hold_the_try_waits_and_then_goes_on() -> None:
    road = climbing()
    road.tell(HoldPlaced(hold="hardship"), "2025-01-12")
    assert open_try(road).status == "held"
    road.tell(HoldLifted(hold="hardship"), "2025-01-20")
    assert (open_try(road).status, tries(road)) == ("pending", ["call 01-11 00"])
    unanswered(road, "2025-01-20")
    assert tries(road)[-1] == "call 01-22 00"


def test_a_try_that_is_given_up_leads_to_the_next_rung_at_once() -> None:
    road = climbing()
    road.tell(EffectFailed(effect_id=open_try(road).id, final=True), "2025-01-12", 15)
    assert tries(road) == ["call 01-11 00", "text 01-12 15"]


PHONE = "do: call, with: {channel: phone}"
WAITING = f"[{{{PHONE}, wait: 5 days}}, {{do: text, with: {{channel: sms}}}}, {{{PHONE}}}]"
NO_TEXT = "[{id: no-text, strength: block, applies_to: {channel: sms}, counts: attempt, at_most: 0, within: 7 days}]"


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (NO_TEXT, []),
        ("[]", [EffectFailed(effect_id="loan-1:3:1", final=True)]),
        ("[]", [EffectWithheld(effect_id="loan-1:3:1", how="vetoed")]),
        ("[]", [EffectWithheld(effect_id="loan-1:3:1", how="expired")]),
    ],
)
def test_what_is_withheld_does_not_shorten_the_wait_of_the_try_before(limits: str, told: list[Event]) -> None:
    road = climbing(WAITING, limits=limits)
    road.tell(EffectDelivered(effect_id=open_try(road).id), "2025-01-12", 10)
    for event in told:
        road.tell(event, "2025-01-12", 11)
    assert tries(road) == ["call 01-11 00", "text 01-17 00", "call 01-17 00"]


def test_a_rung_that_is_refused_does_not_shorten_the_wait_of_the_try_before() -> None:
    road = climbing("[{do: letter, wait: 5 days}, {do: letter, approve: counsel}, {do: visit, with: {role: team}}]")
    road.tell(EffectDelivered(effect_id=open_try(road).id), "2025-01-12", 10)
    road.tell(TaskCompleted(effect_id="reach-them", outcome="refused"), "2025-01-12", 11)
    assert tries(road) == ["letter 01-11 00", "approval 01-17 00", "visit 01-17 00"]


def test_a_ladder_that_begins_later_begins_no_earlier_when_its_first_try_is_given_up() -> None:
    road = climbing(WAITING, more=", after: 3 days")
    road.tell(EffectWithheld(effect_id=open_try(road).id, how="vetoed"), "2025-01-12", 10)
    assert tries(road) == ["call 01-14 00", "text 01-14 00"]


def test_a_rung_in_working_hours_waits_on_the_clock_of_the_borrower() -> None:
    road = climbing('["letter x2 in working hours, wait 1 business day"]', working_hours='"09:00-17:00"')
    road.tell(BorrowerLocated(time_zones=["America/Los_Angeles"]), "2025-01-12")
    road.tell(EffectDelivered(effect_id=open_try(road).id), "2025-01-15", 1)
    assert open_try(road).due_at == at("2025-01-16", 1), "09:00 of the 15th in Los Angeles, where the 14th was"


# --- parked ---


def test_a_try_that_is_parked_is_waited_for_and_a_person_is_told() -> None:
    road = climbing()
    first = open_try(road)
    for _ in range(2):
        road.tell(EffectFailed(effect_id=first.id, reason="no line"), "2025-01-12", 15)
    (look,) = road.effects("attention")
    assert (look.role, look.cause, look.follows) == ("boss", "parked", (first.id,))
    assert look.params["reason"] == (
        "call loan-1:2:1, try 1 of 2 on rung 1 of ladder reach-them, was parked: its hook could not do it; deliver it"
        " again, or give it up"
    )
    assert "(parked: a person must look)" in str(explain(road.machine, road.case))
    road.live("2025-02-12")
    assert len(tries(road)) == 1, "the climb waits for it"
    road.tell(EffectDelivered(effect_id=first.id), "2025-02-12", 10)
    assert tries(road)[1:] == ["call 02-14 00"]
    assert road.changes() == [("2025-02-12", "cancelled", "it was delivered")]


@pytest.mark.parametrize("how", ["given up", "reached"])
def test_nobody_need_look_at_what_was_parked_and_is_over(how: str) -> None:
    road = climbing()
    first = open_try(road)
    road.tell(EffectFailed(effect_id=first.id), "2025-01-12", 15)
    if how == "given up":
        road.tell(EffectFailed(effect_id=first.id, final=True), "2025-01-13", 10)
    else:
        road.tell(ContactAttempted(channel="phone", outcome="connected"), "2025-01-13", 10)
    assert ("2025-01-13", "cancelled", "it waits no more") in road.changes()
    assert road.open_effects() == (["text"] if how == "given up" else [])


def test_that_the_task_to_look_is_parked_itself_asks_nobody_to_look() -> None:
    road = climbing()
    road.tell(EffectFailed(effect_id=open_try(road).id), "2025-01-12")
    road.tell(EffectFailed(effect_id=road.effects("attention")[0].id), "2025-01-12")
    assert len(road.effects("attention")) == 1


def test_a_try_that_would_break_a_clause_stops_the_case_and_the_ladder_goes_on_when_it_is_freed() -> None:
    never = "[{id: silent, that: hold_hardship and contact_delivered}]"
    road = climbing(never=never, holds="{hardship: {stops: []}}")
    road.tell(HoldPlaced(hold="hardship", ends_on=on("2025-01-15")), "2025-01-12")
    assert open_try(road).status == "held"
    road.tell(EffectDelivered(effect_id=open_try(road).id), "2025-01-12")
    assert road.case.course.stopped is not None
    road.tell(MovedByHand(to="late", role="boss", reason="go on"), "2025-01-16")
    assert open_try(road).status == "pending"


def test_a_ladder_that_must_reach_out_and_could_not_tells_a_person() -> None:
    road = climbing("[letter, {do: text, with: {channel: sms}}]", more=", must: true")
    road.tell(EffectFailed(effect_id=open_try(road).id, final=True), "2025-01-12")
    road.tell(EffectFailed(effect_id=open_try(road).id, final=True), "2025-01-12")
    assert [one.params["reason"] for one in road.effects("attention")] == ["ladder reach-them made no contact"]


# --- approval ---

ASKING = "[{do: letter, times: 2, approve: counsel}, {do: visit, with: {role: team}}]"


def test_a_rung_is_asked_for_once_and_then_tried_as_often_as_it_says() -> None:
    road = climbing(ASKING)
    asked = open_try(road)
    assert (asked.action, asked.role, asked.params) == (
        "approval", "counsel", {"ladder": "reach-them", "rung": 1, "do": "letter"},
    )  # fmt: skip
    road.tell(TaskCompleted(effect_id=asked.id, outcome="approved", role="counsel"), "2025-01-12", 10)
    unanswered(road, "2025-01-13", outcome="delivered")
    unanswered(road, "2025-01-14", outcome="delivered")
    assert tries(road) == ["approval 01-11 00", "letter 01-12 10", "letter 01-14 00", "visit 01-15 00"]


def test_a_rung_that_is_refused_is_left_out() -> None:
    road = climbing(ASKING)
    road.tell(TaskCompleted(effect_id="reach-them", outcome="refused"), "2025-01-12", 10)
    assert tries(road) == ["approval 01-11 00", "visit 01-12 10"]
    assert road.changes() == [("2025-01-12", "delivered", "counsel refused")]


def test_another_role_may_not_approve_a_rung_and_done_is_no_answer() -> None:
    road = climbing(ASKING)
    road.tell(TaskCompleted(effect_id="reach-them", outcome="approved", role="team"), "2025-01-12")
    assert road.open_effects() == ["approval", "attention"]
    with pytest.raises(EventRefused, match="`reach-them` asks for approval, and `done` is no answer"):
        road.tell(TaskCompleted(effect_id="reach-them"), "2025-01-12")


def test_a_request_is_withdrawn_when_the_borrower_is_reached() -> None:
    road = climbing(ASKING)
    road.tell(ContactAttempted(channel="phone", outcome="connected"), "2025-01-12")
    assert road.changes() == [("2025-01-12", "cancelled", "the borrower was reached")]
    assert road.open_effects() == []


# --- versions ---


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("[letter]", "policy road 1 has no such rung"),
        ("[letter, letter]", None),
    ],
)
def test_under_another_version_it_goes_on_where_that_has_the_rung(version: str, why: str | None) -> None:
    road = climbing("[letter, letter, letter]")
    unanswered(road, "2025-01-12")
    adopted = PolicyAdopted(id="p", policy="road", version="1")
    decision = decide(climbing(version).machine, road.case, adopted, at("2025-01-13"))
    assert decision.entry is not None
    assert decision.entry.results.climbs_ended == ((("reach-them", why),) if why else ())
    assert [effect.action for effect in decision.case.course.open_effects] == ([] if why else ["letter"])


def test_a_ladder_is_not_begun_for_a_stage_that_was_left_in_the_same_turn() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late:
    rules: [{id: on, when: complaint_open, to: gone}, {id: climb, on: ComplaintReceived, ladder: [call, text]}]
  gone: {rules: [{id: back, when: arrears_cleared, to: calm}]}
"""
    actions = "{call: {kind: contact}, text: {kind: contact}}"
    road = Road(road_policy(stages, actions=actions))
    road.tell(ComplaintReceived(), "2025-01-15")
    assert road.asked() == [("2025-01-15", "call vetoed")]
    assert road.effects()[0].reason == "the case left late"
    assert road.case.course.climbs == ()
