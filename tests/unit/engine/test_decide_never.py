"""What must never be: what would break a clause is withheld, and an event that breaks one is reported."""

from __future__ import annotations

import pytest

from overdue_flow.events import (
    CaseAdopted,
    ComplaintReceived,
    ContactAttempted,
    EffectDelivered,
    Event,
    HoldLifted,
    HoldPlaced,
    Instalment,
    MovedByHand,
    PaymentReceived,
    PolicyAdopted,
)
from support.road import Road, on, one_stage, road_policy

COURT = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {on_enter: [{do: note}], rules: [{id: sue, when: dpd >= 5, to: court}, {id: drop, when: dpd >= 8, to: calm2}]}
  court:
    first: claim
    on_enter: [{do: visit}]
    stages:
      claim: {rules: [{id: filed, when: dpd >= 12, to: court.trial}]}
      trial: {rules: [{id: end, when: dpd > 300, to: gone}]}
  calm2: {rules: [{id: again, when: dpd > 300, to: gone}]}
  gone: {end: true}
"""
QUIET = "[{id: quiet, that: hold_bankruptcy and contact_delivered}]"
LETTER = "{visit: {kind: task}, note: {kind: record}, letter: {kind: contact, params: {party: choice}}}"
EARLY = "[{id: early, that: stage in court and dpd < 90, on_entry: true}]"
PAID = PaymentReceived(amount="500.00", value_date=on("2025-01-16"))


def stopped_road(never: str = EARLY) -> Road:
    """A loan that is stopped on 2025-01-15, since it may not go to court so early."""
    road = Road(road_policy(COURT, never=never))
    road.live("2025-01-15")
    assert road.case.course.stopped is not None
    return road


def breaches(road: Road) -> list[tuple[str, str]]:
    return [(str(entry.day), name) for entry in road.entries for name in entry.results.breaches]


# --- contacts ---


@pytest.mark.parametrize(("party", "stopped"), [("representative", False), ("guarantor", False), ("co_borrower", True)])
def test_a_contact_is_delivered_where_it_goes_to_who_owes(party: str, stopped: bool) -> None:
    told = f"[{{id: tell, on: HoldPlaced, do: letter, with: {{party: {party}}}}}]"
    road = Road(road_policy(COURT, never=QUIET, everywhere=told, actions=LETTER))
    road.tell(HoldPlaced(hold="bankruptcy"), "2025-01-12")
    assert (road.case.course.stopped is not None) is stopped
    road = Road(road_policy(COURT, never=QUIET))
    road.tell(HoldPlaced(hold="bankruptcy"), "2025-01-12")
    road.tell(ContactAttempted(channel="letter", outcome="delivered", party=party), "2025-01-13")
    assert breaches(road) == ([("2025-01-13", "quiet")] if stopped else [])


# --- moves ---


@pytest.mark.parametrize("never", [EARLY, EARLY.replace(", on_entry: true", "")], ids=["entry", "standing"])
def test_a_move_that_would_break_a_clause_is_withheld_and_the_entry_says_why(never: str) -> None:
    road = stopped_road(never)
    assert (road.stage, road.moves) == ("late", [("2025-01-11", "late", "late")])
    last = road.entries[-1].results
    assert last.stopped == ("a move to court.claim would break never clause early", "sue")
    assert (last.moves, last.breaches) == ((), ())


def test_a_task_goes_to_the_role_under_attention() -> None:
    (task,) = stopped_road().effects("attention")
    assert (task.kind, task.role, task.cause) == ("task", "boss", "sue")
    assert task.params == {"reason": "a move to court.claim would break never clause early"}


def test_a_withheld_move_ends_the_moves_of_its_turn_and_those_before_it_stand() -> None:
    road = Road(road_policy(COURT.replace("dpd >= 5", "dpd >= 1"), never=EARLY))
    road.live("2025-02-01")
    assert road.moves == [("2025-01-11", "late", "late")]
    assert road.asked() == [("2025-01-11", "attention"), ("2025-01-11", "note")]


def test_a_stopped_case_rests_its_time_rules() -> None:
    road = stopped_road()
    assert road.wakes_on is None
    assert road.live("2025-12-01") == []


def test_what_happens_to_a_stopped_case_is_recorded_and_moves_nothing() -> None:
    road = stopped_road()
    road.tell(PAID, "2025-01-16")
    road.live("2025-02-01")
    assert (road.fact("overdue_amount", "2025-01-17"), road.stage) == (500, "late")
    assert road.entries[-1].event.kind == "PaymentReceived"


@pytest.mark.parametrize("to", ["late", "calm"])
def test_a_person_frees_it_by_a_move_even_to_where_it_stands(to: str) -> None:
    road = stopped_road()
    decision = road.tell(MovedByHand(to=to, role="boss", reason="go on"), "2025-05-01")
    assert decision.entry is not None
    assert decision.entry.results.freed
    assert road.case.course.stopped is None
    assert road.moves[-1] == ("2025-05-01", "court.trial", "filed")


def test_freed_too_early_it_is_stopped_again() -> None:
    road = stopped_road()
    decision = road.tell(MovedByHand(to="late", role="boss", reason="go on"), "2025-01-20")
    assert decision.entry is not None
    assert (decision.entry.results.freed, road.case.course.stopped) == (True, decision.entry.results.stopped)
    assert len(road.effects("attention")) == 2


def test_another_policy_version_frees_it_too() -> None:
    road = stopped_road()
    road.machine = type(road.machine)(road_policy(COURT, version='"2"'))
    road.tell(PolicyAdopted(policy="road", version="2"), "2025-01-20")
    assert road.entries[-1].results.freed
    assert road.moves[-1] == ("2025-01-20", "court.claim", "sue")


def test_what_a_person_does_is_their_own_responsibility() -> None:
    road = Road(road_policy(COURT, never=EARLY))
    road.tell(MovedByHand(to="court", role="boss", reason="they flee the country"), "2025-01-12")
    assert (road.stage, road.case.course.stopped) == ("court.claim", None)


def test_a_clause_on_entry_is_about_entering_from_outside() -> None:
    """Inside already, by a person's hand: the rule that goes on inside breaks nothing new."""
    road = Road(road_policy(COURT, never=EARLY))
    road.tell(MovedByHand(to="court", role="boss", reason="?"), "2025-01-12")
    road.live("2025-02-01")
    assert road.moves[-1] == ("2025-01-22", "court.trial", "filed")


def test_of_several_clauses_those_that_would_be_broken_are_named() -> None:
    never = "[{id: a, that: stage in court}, {id: b, that: dpd > 3000}, {id: c, that: dpd < 9 and stage in court}]"
    stopped = stopped_road(never).case.course.stopped
    assert stopped == ("a move to court.claim would break never clause a, c", "sue")


# --- standing clauses that an event breaks ---

HARD = "[{id: hard, that: complaint_open and dpd >= 3}, {id: other, that: dpd > 3000}]"


def test_a_standing_clause_that_an_event_breaks_is_reported_and_the_event_recorded() -> None:
    road = Road(road_policy(one_stage(), never=HARD))
    road.tell(ComplaintReceived(), "2025-01-14")
    assert breaches(road) == [("2025-01-14", "hard")]
    (task,) = road.effects("attention")
    assert (task.role, task.params["reason"], task.cause) == ("boss", "never clause hard is broken", "hard")
    assert (road.case.course.stopped, road.fact("complaint_open")) == (None, True)


def test_a_standing_clause_that_time_breaks_is_reported_on_that_day_and_once() -> None:
    road = Road(road_policy(one_stage(), never=HARD))
    road.tell(ComplaintReceived(), "2025-01-11")
    road.live("2025-03-01")
    assert breaches(road) == [("2025-01-13", "hard")]
    road.tell(PAID, "2025-03-02")
    assert len(breaches(road)) == 1


def test_a_clause_on_entry_is_not_watched_after_turns() -> None:
    never = "[{id: hard, that: stage in court and complaint_open, on_entry: true}]"
    road = Road(road_policy(COURT, never=never))
    road.live("2025-01-15")
    road.tell(ComplaintReceived(), "2025-01-16")
    assert (road.stage, breaches(road)) == ("court.claim", [])


def test_a_breach_of_a_stopped_case_is_reported_as_well() -> None:
    road = stopped_road("[" + EARLY[1:-1] + ", " + HARD[1:])
    road.tell(ComplaintReceived(), "2025-01-20")
    assert breaches(road) == [("2025-01-20", "hard")]


def test_a_case_that_begins_with_a_broken_clause_is_reported() -> None:
    road = Road(road_policy(one_stage(), never="[{id: owes, that: balance > 0}]"))
    assert breaches(road) == [("2025-01-01", "owes")]


# --- contacts ---

BANKRUPT = HoldPlaced(hold="bankruptcy")


def quiet(task: str) -> Road:
    return Road(
        road_policy(
            one_stage(f"{{id: r, when: dpd >= 5, do: {task}}}, {{id: n, when: dpd >= 5, do: note}}"), never=QUIET
        )
    )


def test_a_contact_that_would_break_a_clause_is_withheld_and_stops_the_case() -> None:
    road = quiet("call")
    road.tell(BANKRUPT, "2025-01-12")
    road.live("2025-03-01")
    assert road.asked() == [("2025-01-15", "attention"), ("2025-01-15", "call vetoed"), ("2025-01-15", "note")]
    assert road.effects("call")[0].reason == "it would break never clause quiet"
    assert road.case.course.stopped == ("call would break never clause quiet", "r")


def test_a_contact_on_entry_that_would_break_a_clause_names_itself_as_the_cause() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {on_enter: [{do: call}], rules: [{id: end, when: dpd > 300, to: calm}]}
"""
    road = Road(road_policy(stages, never=QUIET))
    road.tell(BANKRUPT, "2025-01-05")
    road.live("2025-01-11")
    assert road.case.course.stopped == ("call would break never clause quiet", "late.on_enter[0]")
    assert [one.cause for one in road.effects()] == ["late.on_enter[0]"] * 2


def test_other_effects_break_no_clause_about_contacts() -> None:
    road = quiet("visit")
    road.tell(BANKRUPT, "2025-01-12")
    road.live("2025-03-01")
    assert (road.asked(), road.case.course.stopped) == ([("2025-01-15", "visit"), ("2025-01-15", "note")], None)


def test_a_contact_on_its_way_waits_while_it_would_break_a_clause() -> None:
    road = quiet("call, after: 20 days")
    road.live("2025-01-16")
    road.tell(BANKRUPT, "2025-01-17")
    road.tell(HoldLifted(hold="bankruptcy"), "2025-01-20")
    assert road.changes() == [
        ("2025-01-17", "held", "it would break never clause quiet"),
        ("2025-01-20", "pending", "what held it has ended"),
    ]


@pytest.mark.parametrize(
    ("event", "broken"),
    [
        (ContactAttempted(channel="phone", outcome="busy"), True),
        (ContactAttempted(channel="phone", outcome="conversation", direction="inbound"), False),
        (ComplaintReceived(), False),
        (EffectDelivered(effect_id="unknown"), False),
    ],
)
def test_contact_that_took_place_all_the_same_is_reported(event: Event, broken: bool) -> None:
    road = quiet("call")
    road.tell(BANKRUPT, "2025-01-12")
    road.tell(event, "2025-01-13")
    assert breaches(road) == ([("2025-01-13", "quiet")] if broken else [])


@pytest.mark.parametrize(("task", "broken"), [("call, after: 20 days", True), ("visit", False)])
def test_so_is_a_contact_that_the_outbox_delivered(task: str, broken: bool) -> None:
    road = quiet(task)
    road.live("2025-01-15")
    road.tell(BANKRUPT, "2025-01-16")
    road.tell(EffectDelivered(effect_id=road.effects()[0].id), "2025-01-17")
    assert breaches(road) == ([("2025-01-17", "quiet")] if broken else [])


def test_each_contact_that_breaks_a_clause_is_reported_anew() -> None:
    road = quiet("note")
    road.tell(BANKRUPT, "2025-01-12")
    for day in ("2025-01-13", "2025-01-13", "2025-01-14"):
        road.tell(ContactAttempted(channel="sms", outcome="delivered"), day)
    assert [day for day, _ in breaches(road)] == ["2025-01-13", "2025-01-13", "2025-01-14"]


# --- moves that a person or another version makes ---

ENTRY = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: court.claim}]}
  talks: {rules: [{id: on, when: dpd > 300, to: calm}]}
  court: {stages: {claim: {rules: [{id: out, when: dpd > 300, to: talks}]}}}
"""


def test_a_move_by_hand_that_breaks_a_clause_stands_and_is_reported() -> None:
    road = Road(road_policy(ENTRY, never="[{id: early, that: stage in court and dpd <= 60, on_entry: true}]"))
    road.tell(MovedByHand(to="court.claim", role="boss", reason="urgent"), "2025-01-05")
    assert (road.stage, breaches(road)) == ("court.claim", [("2025-01-05", "early")])
    (task,) = road.effects("attention")
    assert (task.role, task.params["reason"], task.cause) == ("boss", "never clause early is broken", "early")
    assert road.case.course.stopped is None


def test_so_is_the_stage_that_another_version_gives_or_an_adopted_loan_has() -> None:
    never = "[{id: early, that: stage in court and dpd <= 60, on_entry: true}]"
    policy = road_policy(ENTRY, never=never)
    road = Road(policy)
    adopted = PolicyAdopted(policy="road", version="1", stage_map={"calm": "court.claim"})
    road.tell(adopted, "2025-01-05")
    assert breaches(road) == [("2025-01-05", "early")]
    opened = CaseAdopted(
        id="adopted",
        opened_on=on("2025-01-01"),
        instalments=(Instalment(due_on=on("2024-12-01"), amount="100.00"),),
        stage="court.claim",
    )
    assert breaches(Road(policy, opened)) == [("2025-01-01", "early")]


def test_a_move_by_hand_that_leaves_a_clause_as_it_is_reports_nothing() -> None:
    road = Road(road_policy(ENTRY, never="[{id: never, that: stage in court and dpd > 60, on_entry: true}]"))
    road.tell(MovedByHand(to="court.claim", role="boss", reason="urgent"), "2025-01-05")
    assert breaches(road) == []


# --- whose clauses ---


def test_the_clauses_are_those_of_the_newest_version_in_force() -> None:
    """The case is pinned to a version without clauses; the law has one, and binds it too."""
    law = road_policy(COURT, version='"2"', never=EARLY)
    road = Road(road_policy(COURT), law=law)
    road.live("2025-01-15")
    assert road.entries[-1].results.stopped == ("a move to court.claim would break never clause early", "sue")


def test_a_law_that_knows_other_facts_than_the_pinned_version_reads_its_own() -> None:
    pinned = road_policy(
        one_stage("{id: n, when: odd and dpd >= 3, do: note}"), facts="{odd: {type: flag, default: true}}"
    )
    law = road_policy(
        one_stage(),
        version='"2"',
        facts="{even: {type: flag, default: true}}",
        never="[{id: e, that: even and dpd >= 5}]",
    )
    road = Road(pinned, law=law)
    road.live("2025-02-01")
    assert road.asked() == [("2025-01-13", "note"), ("2025-01-15", "attention")]
    assert breaches(road) == [("2025-01-15", "e")]
