"""Flow under several versions of a policy: the law of the day binds open cases, and cases may adopt another version."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from overdue_flow import replay
from overdue_flow.errors import CasesLeft, EventRefused, NotInForce
from overdue_flow.events import (
    ComplaintReceived,
    DisputeRaised,
    EventRetracted,
    PaymentReceived,
    PolicyAdopted,
    TaskCompleted,
)
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime.flow import Flow
from overdue_flow.store.memory import MemoryStore
from overdue_flow.store.protocol import Store
from support.road import at, on, opening, road_policy, told_of
from support.stores import DATABASES, sql_store

STEPS = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {rules: [{id: cured, when: arrears_cleared, to: calm}, {id: talk, when: dpd >= 15, to: talks}]}
  talks: {rules: [{id: paid, when: balance == 0, to: gone}, {id: sue, when: dpd >= 60, to: legal, approve: counsel}]}
  legal: {rules: [{id: end, when: dpd > 300, to: gone}]}
  gone: {end: true}
"""
OLD = road_policy(STEPS, in_force="{from: 2025-01-01}", holds="{dispute: {stops: [legal]}}")
NEW = road_policy(
    STEPS.replace("talks", "deals").replace("dpd >= 60", "dpd >= 50"),
    version='"2"',
    in_force="{from: 2025-02-01}",
    never="[{id: late-law, that: dpd >= 40 and dispute_open}]",
)
DISPUTED = DisputeRaised(id="d", at=at("2025-01-20"))
ADOPTED = PolicyAdopted(id="v2", at=at("2025-02-10"), policy="road", version="2", stage_map={"talks": "deals"})


def flow_of(*policies: Policy) -> Flow:
    flow = Flow(policies, MemoryStore())
    flow.receive("a", opening().model_copy(update={"at": at("2025-01-01")}))
    return flow


# --- opening ---


def test_a_case_cannot_be_opened_on_a_day_without_a_version_in_force() -> None:
    with pytest.raises(NotInForce, match="no version of policy road is in force on 2025-01-01"):
        flow_of(NEW)


def test_the_day_of_an_opening_is_that_of_the_policys_time_zone() -> None:
    noticed = datetime(2025, 1, 31, 16, 30, tzinfo=UTC)  # half past midnight in Shanghai
    decision = Flow(NEW, MemoryStore()).receive("a", opening().model_copy(update={"at": noticed}))
    assert (decision.case.course.version, decision.case.day) == ("2", on("2025-02-01"))


# --- the law of the day ---


def test_the_law_changes_on_its_day_for_cases_of_the_older_version_too() -> None:
    flow = flow_of(OLD, NEW)
    flow.receive("a", DISPUTED)
    flow.wake(on("2025-03-31"))
    entries = flow.history("a")
    broken = [(str(one.day), one.results.breaches, one.policy) for one in entries if one.results.breaches]
    assert broken == [("2025-02-19", ("late-law",), ("road", "1", "2"))]
    assert [entry.policy.law_version for entry in entries] == ["1", "1", "1", "1", "2", "2"]


def test_what_a_new_law_no_longer_holds_moves_on_its_first_day() -> None:
    stages = STEPS.replace("dpd >= 60, to: legal, approve: counsel", "dpd >= 15, to: legal")
    strict = road_policy(stages, in_force="{from: 2025-01-01}", holds="{dispute: {stops: [legal]}}")
    flow = flow_of(strict, road_policy(STEPS, version='"2"', in_force="{from: 2025-02-01}"))
    flow.receive("a", DISPUTED)
    assert told_of(flow.wake(on("2025-03-01"))) == [("2025-01-25", "talks", "talk"), ("2025-02-01", "legal", "sue")]


def test_a_late_run_lives_each_day_under_its_own_law() -> None:
    nightly, late = flow_of(OLD, NEW), flow_of(OLD, NEW)
    for flow in (nightly, late):
        flow.receive("a", DISPUTED)
    for day in range(1, 29):
        nightly.wake(on(f"2025-02-{day:02}"))
    nightly.wake(on("2025-03-31"))
    late.wake(on("2025-03-31"))
    assert nightly.history("a") == late.history("a")


def test_a_day_to_come_is_told_under_the_law_of_its_day() -> None:
    flow = flow_of(OLD, NEW)
    flow.receive("a", DISPUTED)
    assert [effect.action for effect in flow.explain("a", on("2025-02-25")).on_their_way] == ["attention"]


# --- a version that is given later ---

EARLY = STEPS.replace("dpd >= 60, to: legal, approve: counsel", "dpd >= 15, to: legal")
STRICT = road_policy(EARLY, in_force="{from: 2025-01-01}", holds="{dispute: {stops: [legal]}}")
LENIENT = road_policy(STEPS, version='"2"', in_force="{from: 2025-02-01}")
SUED = [("2025-02-01", "legal", "sue")]


def deployed(store: Store) -> tuple[Flow, Flow]:
    """A flow of the old version, over a loan that its dispute keeps from going to court for as long as it lasts; and
    one that knows the new version too, by which it may go."""
    before, after = Flow(STRICT, store), Flow((STRICT, LENIENT), store)
    before.receive("a", opening().model_copy(update={"at": at("2025-01-01")}))
    before.receive("a", DISPUTED)
    assert told_of(before.wake(on("2025-01-28"))) == [("2025-01-25", "talks", "talk")]
    return before, after


def test_a_version_that_is_given_later_wakes_who_would_have_slept_over_its_day() -> None:
    _before, after = deployed(MemoryStore())
    assert after.wake(on("2025-01-29")) == []
    assert told_of(after.wake(on("2025-02-01"))) == SUED


def test_it_is_foretold_before_any_night_knows_it_and_each_loan_once() -> None:
    _before, after = deployed(MemoryStore())
    after.receive_many([(loan, opening().model_copy(update={"at": at("2025-01-02")})) for loan in "bc"])
    foretold = [(one.case_id, one.stage_then) for one in after.forewarn(on("2025-02-01"))]
    assert foretold == [("b", "legal"), ("c", "legal"), ("a", "legal")]
    assert {one.case.id for one in after.wake(on("2025-02-01"))} == {"a", "b", "c"}
    assert list(after.forewarn(on("2025-02-01"))) == []


@pytest.mark.parametrize("last", ["2025-02-01", "2025-02-04"])
def test_a_version_that_is_deployed_after_its_first_day_wakes_who_was_turned_since(last: str) -> None:
    before, after = deployed(MemoryStore())
    before.receive("a", ComplaintReceived(id="c", at=at(last)))
    next_day = on(last) + timedelta(days=1)
    assert after.wake(on(last)) == []
    assert [one.stage_then for one in after.forewarn(next_day)] == ["legal"]
    assert told_of(after.wake(next_day + timedelta(days=9))) == [(str(next_day), "legal", "sue")]


def test_what_an_old_worker_turns_after_the_first_new_night_is_looked_at_again() -> None:
    before, after = deployed(MemoryStore())
    assert after.wake(on("2025-01-29")) == []
    before.receive("a", ComplaintReceived(id="c", at=at("2025-01-30")))
    assert before.wake(on("2025-02-03")) == []
    assert told_of(after.wake(on("2025-02-03"))) == SUED


def test_an_old_night_that_comes_after_the_new_one_does_no_harm() -> None:
    before, after = deployed(MemoryStore())
    assert after.wake(on("2025-01-29")) == []
    assert before.wake(on("2025-01-30")) == []
    assert told_of(after.wake(on("2025-02-03"))) == SUED
    assert before.wake(on("2025-02-03")) == []
    assert after.case("a").course.stage == "legal"


@pytest.mark.parametrize("kind", DATABASES)
def test_a_night_that_the_host_rolls_back_is_made_up_for(kind: str) -> None:
    with sql_store(kind) as store:
        _before, after = deployed(store)
        with store.engine.connect() as connection:
            inside = after.within(connection)
            assert [cases for _decisions, cases in inside.nights(on("2025-01-29"))] == [1]
            connection.rollback()
        assert told_of(after.wake(on("2025-02-01"))) == SUED


def test_a_night_looks_once_and_loans_that_have_ended_are_not_looked_at() -> None:
    store = MemoryStore()
    before, after = deployed(store)
    before.receive("b", opening().model_copy(update={"at": at("2025-01-01")}))
    before.receive("b", DISPUTED)
    before.receive("b", PaymentReceived(id="p", amount="1000.00", value_date=on("2025-01-26")), at=at("2025-01-26"))
    assert before.case("b").course.stage == "gone"
    assert list(before.nights(on("2025-01-29"))) == []
    assert [cases for _decisions, cases in after.nights(on("2025-01-29"))] == [1]
    assert list(after.nights(on("2025-01-29"))) == []


def test_an_overlooked_case_that_cannot_be_lived_keeps_none_back_and_is_asked_once() -> None:
    """Two loans were opened under a version that is not given any more."""
    store = MemoryStore()
    gone = road_policy(STEPS, version='"0"', in_force="{to: 2025-01-05}")
    for policy, loans in ((gone, "ac"), (STRICT, "bd")):
        opened = opening().model_copy(update={"at": at("2025-01-02")})
        Flow(policy, store).receive_many([(loan, opened) for loan in loans])
    now, seen = Flow((STRICT, LENIENT), store), list[int]()
    with pytest.raises(CasesLeft) as left:
        now.wake(on("2025-01-31"), batch=1, on_progress=seen.append)
    assert (set(left.value.errors), seen) == ({"a", "c"}, [1, 1, 1, 1])
    assert [now.case(loan).course.stage for loan in "abcd"] == ["calm", "legal", "calm", "legal"]


# --- adopting another version ---


def test_a_case_moves_to_another_version_by_its_stage_map() -> None:
    flow = flow_of(OLD, NEW)
    flow.receive("a", ADOPTED)
    case = flow.case("a")
    assert (case.course.stage, case.course.version, case.course.moves[-1].how) == ("deals", "2", "adopted")
    asked = [(str(one.case.day), effect.action) for one in flow.wake(on("2025-10-01")) for effect in one.effects]
    assert asked == [("2025-03-01", "approval")]


def test_an_incomplete_stage_map_is_refused_whatever_stage_the_case_is_in() -> None:
    flow = flow_of(OLD, NEW)
    gap = ADOPTED.model_copy(update={"stage_map": {}, "at": at("2025-01-05")})
    with pytest.raises(EventRefused, match="it does not say where `talks` goes: there is no stage `talks`"):
        flow.receive("a", gap)
    assert flow.case("a").course.version == "1"


def test_a_version_that_the_flow_does_not_know_cannot_be_adopted() -> None:
    with pytest.raises(NotInForce, match="policy road 3 was not given to this flow"):
        flow_of(OLD, NEW).receive("a", ADOPTED.model_copy(update={"version": "3"}))


def test_requests_of_the_old_version_are_withdrawn_and_asked_again_by_the_new_one() -> None:
    flow = flow_of(OLD, NEW)
    flow.wake(on("2025-03-11"))
    assert [request.rule for request in flow.case("a").course.requests] == ["sue"]
    flow.receive("a", ADOPTED.model_copy(update={"at": at("2025-03-12")}))
    results = flow.history("a")[-1].results
    assert [how for _effect, how in results.requests_ended] == ["withdrawn"]
    assert results.changes[0].reason == "another policy version was adopted"
    assert [effect.action for effect in flow.case("a").course.open_effects] == ["approval"]


def test_a_refusal_under_a_rule_that_the_new_version_does_not_have_is_forgotten() -> None:
    sue, claim = "id: sue, when: dpd >= 60, to: legal, approve: counsel", "id: claim, when: dpd >= 90, to: legal"
    flow = flow_of(OLD, road_policy(STEPS.replace(sue, claim), version='"2"', in_force="{from: 2025-02-01}"))
    flow.wake(on("2025-03-11"))
    flow.receive("a", TaskCompleted(id="no", effect_id="sue", outcome="refused", at=at("2025-03-12")))
    flow.receive("a", ADOPTED.model_copy(update={"at": at("2025-03-13"), "stage_map": {}}))
    assert told_of(flow.wake(on("2025-10-01"))) == [("2025-04-10", "legal", "claim")]


def test_a_case_that_adopts_a_version_adopts_its_terms_and_keeps_its_currency_and_zone() -> None:
    patient = road_policy(
        STEPS, version='"2"', terms="{counting: {grace_days: 5}, currency: USD, time_zone: Asia/Tokyo}"
    )
    flow = flow_of(OLD, patient)
    before = flow.case("a").terms
    flow.receive("a", ADOPTED.model_copy(update={"stage_map": {}}))
    case = flow.case("a")
    net = patient.vocabulary["dpd_net"].read
    assert case.terms.counting.grace_days == 5
    assert (case.terms.currency, case.terms.time_zone) == (before.currency, before.time_zone)
    assert net(case, on("2025-02-20")) == patient.vocabulary["dpd"].read(case, on("2025-02-20")) - 5
    assert replay(flow.history("a")) == case
    flow.receive("a", DISPUTED.model_copy(update={"at": at("2025-02-21")}))
    flow.receive("a", EventRetracted(id="r", at=at("2025-02-22"), event_id="d"))
    assert flow.case("a").terms == case.terms
