"""What a backtest comes to: counts, what was taken for granted, and who needs a person."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from overdue_flow.cases.effects import Status
from overdue_flow.engine.machine import Machine
from overdue_flow.events import (
    ComplaintReceived,
    Event,
    EventRetracted,
    HoldPlaced,
    PaymentReceived,
)
from overdue_flow.policy.policy import Policy
from overdue_flow.reports.speech import chinese
from overdue_flow.simulation.backtest import Days, MonthEnd, Outcome
from overdue_flow.simulation.lived import live_through
from overdue_flow.simulation.summary import (
    NEEDS_PERSON_MAX,
    NeedsPerson,
    Summary,
    assumptions,
    taken_for_granted,
    told_as,
    who_needs_person,
)
from overdue_flow.simulation.untold import TOLD_BY_EVENTS
from support.road import at, on, one_stage, opening, road_policy

STEPS = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late:
    on_enter: [{do: visit, with: {role: team}}, {do: call}]
    rules: [{id: cured, when: arrears_cleared, to: calm}, {id: end, when: dpd >= 90, to: gone}]
  gone: {end: true}
"""
DAYS = Days(on("2025-01-01"), on("2025-03-31"))
LIMIT = "[{id: night, strength: block, applies_to: {kind: contact, purpose: collect}, outside: '08:00-22:00'}]"


def outcome(
    policy: Policy, *events: tuple[str, Event], name: str = "a", months: str = "", due: str = "2025-01-10"
) -> Outcome:
    """A loan of 1000.00 lived to the end of March; `months` are the buckets of its month ends."""
    told: list[tuple[datetime, Event]] = [(at("2025-01-01", 0), opening(due))]
    told += [(at(day), event) for day, event in events]
    life = live_through(Machine(policy), name, told, DAYS.last)
    assert life is not None
    ends = [
        MonthEnd(date(2025, n, 28), 0, Decimal(0), Decimal(0), bucket, "") for n, bucket in enumerate(months.split(), 1)
    ]
    return Outcome(name, life, tuple(ends))


def paid(day: str, amount: str = "1000.00", event_id: str = "p") -> tuple[str, Event]:
    return day, PaymentReceived(id=event_id, amount=amount, value_date=on(day))


def summary(policy: Policy, *found: Outcome, days: Days = DAYS) -> Summary:
    made = Summary(policy, days, "assumed")
    for one in found:
        made.add(one)
    return made


# --- counts ---


def test_moves_flow_stages_and_cures_are_counted() -> None:
    policy = road_policy(STEPS)
    counted = summary(policy, outcome(policy), outcome(policy, paid("2025-01-20"), name="b"))
    assert (counted.loans, counted.moves, counted.cures) == (2, 3, 1)
    assert dict(counted.flow) == {("calm", "late"): 2, ("late", "calm"): 1}
    assert dict(counted.stages) == {"late": 1, "calm": 1}
    assert counted.loan_days == 180


def test_only_what_happened_on_the_days_reported_is_counted() -> None:
    policy = road_policy(STEPS)
    found = outcome(policy, paid("2025-02-20"))
    counted = summary(policy, found, days=Days(on("2025-02-01"), on("2025-03-31")))
    assert (counted.moves, counted.cures, dict(counted.flow)) == (1, 1, {("late", "calm"): 1})
    assert dict(counted.effects) == {}
    early = summary(policy, found, days=Days(on("2025-01-01"), on("2025-01-31")))
    assert (early.moves, early.cures, dict(early.flow)) == (1, 0, {("calm", "late"): 1})


def test_effects_are_counted_by_action_and_by_what_became_of_them() -> None:
    policy = road_policy(STEPS, holds="{hardship: {stops: [contact]}}")
    held = outcome(policy, ("2025-01-05", HoldPlaced(id="h", hold="hardship")), name="b")
    counted = summary(policy, outcome(policy), held)
    assert dict(counted.effects) == {("visit", "planned"): 2, ("call", "planned"): 1, ("call", "vetoed"): 1}


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (Status.PENDING, "planned"),
        (Status.DELIVERED, "planned"),
        (Status.HELD, "vetoed"),
        (Status.VETOED, "vetoed"),
        (Status.EXPIRED, "vetoed"),
        (Status.SKIPPED, "skipped"),
        (Status.SUPERSEDED, "superseded"),
        (Status.CANCELLED, "cancelled"),
    ],
)
def test_the_outcome_of_an_effect_has_one_word(status: Status, told: str) -> None:
    assert told_as(status) == told


def test_the_roll_matrix_counts_from_each_month_end_to_the_next() -> None:
    policy = road_policy(STEPS, buckets="{by: dpd, M1: 1..30, M2: 31..}")
    counted = summary(
        policy, outcome(policy, months="current M1 M2"), outcome(policy, months="M1 M1"), outcome(policy, months="M2")
    )
    assert counted.buckets == ("current", "M1", "M2")
    assert counted.roll_matrix() == {
        "current": {"current": 0, "M1": 1, "M2": 0},
        "M1": {"current": 0, "M1": 1, "M2": 1},
        "M2": {"current": 0, "M1": 0, "M2": 0},
    }


def test_refused_events_are_counted() -> None:
    policy = road_policy(STEPS)
    wrong = ("2025-01-20", EventRetracted(id="x", event_id="nothing"))
    assert summary(policy, outcome(policy, wrong), outcome(policy)).refused_events == 1


def test_summaries_of_two_halves_of_a_book_make_that_of_the_whole() -> None:
    policy = road_policy(STEPS)
    found = [
        outcome(policy, name="a", months="M1 M2"),
        outcome(policy, paid("2025-02-20"), name="b"),
        outcome(policy, name="c"),
    ]
    whole, first, second = summary(policy, *found), summary(policy, *found[:1]), summary(policy, *found[1:])
    first.take_in(second.counts())
    assert first == whole
    assert first.as_json() == whole.as_json()


def test_loans_are_counted_by_mark_and_what_changed_on_the_days_reported() -> None:
    policy = road_policy(STEPS, marks="{late: {when: dpd > 0}, bad: {when: dpd > 30, until: balance == 0}}")
    outcomes = [outcome(policy, paid("2025-02-20"), name="a"), outcome(policy, name="b")]
    summary, later = Summary(policy, DAYS, "assumed"), Summary(policy, Days(on("2025-02-01"), DAYS.last), "assumed")
    for one in outcomes:
        summary.add(one)
        later.take_in(_counted(policy, one, later.days))
    assert list(summary.by_mark()) == [
        {"mark": "late", "loans": 1, "began": 2, "ended": 1},
        {"mark": "bad", "loans": 1, "began": 2, "ended": 1},
    ]
    assert [one["began"] for one in later.by_mark()] == [0, 2]


def _counted(policy: Policy, one: Outcome, days: Days) -> dict[str, object]:
    summary = Summary(policy, days, "assumed")
    summary.add(one)
    return summary.counts()


def test_as_plain_data_it_names_the_policy_the_days_and_every_count() -> None:
    policy = road_policy(STEPS, buckets="{by: dpd, M1: 1..}")
    data = summary(policy, outcome(policy, months="M1 M1")).as_json()
    assert data == {
        "policy": {"id": "road", "version": "1", "digest": policy.digest},
        "from": "2025-01-01",
        "to": "2025-03-31",
        "loans": 1,
        "loan_days": 90,
        "moves": 1,
        "cures": 0,
        "stages": {"late": 1},
        "stage_flow": [{"from": "calm", "to": "late", "moves": 1}],
        "roll_matrix": {"current": {"current": 0, "M1": 0}, "M1": {"current": 0, "M1": 1}},
        "effects": [
            {"action": "call", "status": "planned", "count": 1},
            {"action": "visit", "status": "planned", "count": 1},
        ],
        "refused_events": 0,
        "assumed": list(assumptions(policy, "assumed")),
        "needs_person": [{"loan_id": "a", "why": "80 days past due in late; visit for team open since 2025-01-11"}],
    }


# --- who needs a person ---


def needs(policy: Policy, *events: tuple[str, Event]) -> tuple[int, str] | None:
    found = who_needs_person(outcome(policy, *events), policy, DAYS.last)
    return None if found is None else (found.rank, found.why)


def test_a_stopped_case_needs_a_person_most() -> None:
    never = "[{id: n, that: stage == late and dpd < 5}, {id: m, that: complaint_open}]"
    policy = road_policy(STEPS, never=never)
    assert needs(policy, ("2025-02-01", ComplaintReceived(id="c"))) == (
        0, "stopped: a move to late would break never clause n",
    )  # fmt: skip


def test_then_one_in_which_a_clause_was_broken() -> None:
    policy = road_policy(STEPS, never="[{id: n, that: complaint_open}]")
    wrong = ("2025-02-02", EventRetracted(id="x", event_id="nothing"))
    assert needs(policy, ("2025-02-01", ComplaintReceived(id="c")), wrong) == (1, "never clause n was broken")


def test_then_one_of_which_an_event_was_refused() -> None:
    policy = road_policy(STEPS)
    why = "EventRetracted was refused: there is no event `nothing` to retract"
    assert needs(policy, ("2025-02-02", EventRetracted(id="x", event_id="nothing"))) == (2, why)


def test_then_one_that_waits_for_approval() -> None:
    policy = road_policy(one_stage("{id: sue, when: dpd >= 30, to: gone, approve: counsel}"))
    assert needs(policy) == (3, "counsel is asked to approve sue since 2025-02-09")


def test_then_one_of_which_a_person_was_told() -> None:
    holds = "{hardship: {stops: [contact]}}"
    policy = road_policy(STEPS.replace("{do: call}", "{do: call, not_after: 5 days, must: true}"), holds=holds)
    why = "call was not delivered in time: hold hardship stops contact"
    assert needs(policy, ("2025-01-05", HoldPlaced(id="h", hold="hardship"))) == (4, why)


def test_then_one_that_is_late_and_not_at_its_end() -> None:
    plain = STEPS.replace("{do: visit, with: {role: team}}, ", "")
    assert needs(road_policy(plain)) == (5, "80 days past due in late")
    assert needs(road_policy(plain.replace("dpd >= 90", "dpd >= 60"))) is None


def test_a_loan_that_pays_needs_nobody() -> None:
    assert needs(road_policy(STEPS), paid("2025-01-20")) is None


def test_where_the_due_date_is_day_1_one_day_more_is_told() -> None:
    terms = "{currency: CNY, time_zone: Asia/Shanghai, counting: {due_date_is_day: 1}}"
    plain = STEPS.replace("{do: visit, with: {role: team}}, ", "")
    assert needs(road_policy(plain, terms=terms)) == (5, "81 days past due in late")


def test_the_ten_that_need_a_person_most_are_named_the_latest_first() -> None:
    policy = road_policy(STEPS)
    dues = [f"2025-01-{day:02}" for day in range(10, 22)]
    found = [outcome(policy, name=f"L{n:02}", due=due) for n, due in enumerate(reversed(dues))]
    stopped = outcome(road_policy(STEPS, never="[{id: n, that: stage == late}]"), name="S", due="2025-03-20")
    named = summary(policy, *found, stopped).needs_person
    assert NEEDS_PERSON_MAX == len(named) == 10
    assert named[0] == NeedsPerson(0, -11, "S", "stopped: a move to late would break never clause n")
    assert [one.loan_id for one in named[1:]] == [f"L{n:02}" for n in range(11, 2, -1)]


# --- what was taken for granted ---


@pytest.mark.parametrize(
    ("contacts", "said"),
    [
        ("assumed", ["every planned contact is taken as delivered and unanswered"]),
        ("recorded", ["contacts are those recorded in the book's events"]),
        (None, []),
    ],
)
def test_it_is_said_what_was_assumed_of_contacts(contacts: str, said: list[str]) -> None:
    policy = road_policy(STEPS)
    assert list(assumptions(policy, contacts)) == [  # type: ignore[arg-type]  # each of the three
        "policy road 1 is taken as in force on every day", *said,
    ]  # fmt: skip


def test_what_a_book_cannot_say_is_named() -> None:
    policy = road_policy(
        one_stage(on_enter="[{do: visit, within: 5 business days}, {ladder: [call x2, news]}]"),
        limits=LIMIT,
        counts="{talks: {of: ContactAttempted, within: 7 days, per: person}, n: {of: PromiseMade, within: 7 days}}",
        facts="{odds: {type: number, ask: true}, mood: number}",
    )
    assert assumptions(policy, None)[1:] == (
        "a task is done when the book says so, and stays open otherwise",
        "count talks sees this loan only",
        "odds is asked of nobody: it comes from the book, else it is missing",
    )


@pytest.mark.parametrize(("contacts", "sees_one_loan"), [("assumed", False), ("recorded", False), (None, True)])
def test_in_a_book_limits_see_all_loans_of_a_person(contacts: str | None, sees_one_loan: bool) -> None:
    """So do counts that nothing but a limit names."""
    policy = road_policy(
        one_stage(),
        counts="{talks: {of: ContactAttempted, within: 7 days, per: person}}",
        limits="""
  - {id: few, strength: block, applies_to: {kind: contact}, counts: attempt, at_most: 3, within: 7 days, per: person}
  - {id: calm, strength: block, applies_to: {kind: contact}, when: talks > 1}
""",
    )
    said = assumptions(policy, contacts)  # type: ignore[arg-type]  # each of the three
    alone = {"limit few sees this loan only", "count talks sees this loan only"}
    assert alone & set(said) == (alone if sees_one_loan else set())


def test_a_count_that_a_rule_names_sees_one_loan_in_a_book_too() -> None:
    counts = "{talks: {of: ContactAttempted, within: 7 days, per: person}}"
    policy = road_policy(one_stage("{id: much, when: talks > 3, do: visit}"), counts=counts)
    assert "count talks sees this loan only" in assumptions(policy, "assumed")


@pytest.mark.parametrize("contacts", ["assumed", "recorded", None])
def test_all_that_may_be_taken_for_granted_has_its_chinese(contacts: str | None) -> None:
    policy = road_policy(
        one_stage("{id: much, when: talks > 3 and odds > 0.5, do: visit, within: 5 days}"),
        limits="[{id: few, strength: block, counts: attempt, at_most: 3, within: 7 days, per: person}]",
        counts="{talks: {of: ContactAttempted, within: 7 days, per: person}}",
        facts="{odds: {type: number, ask: true}}",
    )
    granted = list(taken_for_granted(policy, contacts))  # type: ignore[arg-type]  # each of the three
    assert len(granted) == 5
    assert {one.words for one in granted} | set(TOLD_BY_EVENTS.values()) <= chinese()["phrases"].keys()
    assert [str(one) for one in granted] == list(assumptions(policy, contacts))  # type: ignore[arg-type]
