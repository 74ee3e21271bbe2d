"""No stage is reached that its entry rule forbids, whatever happens on the road from the first talks to the court.

Every move of a journal is looked at again, slowly: is there such a rule where the loan stood, did its event come, does
its condition hold, did the role that it asks approve, does no hold, promise or plan keep the loan out, is no `never`
clause broken by it? Moves without a rule are those that a person or a new version made.
"""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given

from overdue_flow.cases.case import Case
from overdue_flow.cases.course import owners_of, walk_to
from overdue_flow.cases.entries import Entry, Move
from overdue_flow.cases.evolve import apply, as_decided, settled
from overdue_flow.cases.values import changed
from overdue_flow.engine.machine import Machine
from overdue_flow.events import CaseAdopted, Event, HostEvent, LoanOpened, MovedByHand, PolicyAdopted, TaskCompleted
from overdue_flow.guards.evaluate import evaluate
from overdue_flow.guards.tree import Guard
from overdue_flow.policy.policy import Rule
from overdue_flow.testing.strategies.policies import policy_texts
from support.histories import History
from support.lives import asleep, drawn_machine
from support.people import peopled_histories
from support.whole_road import road_histories, road_policies

BY_PEOPLE: dict[str, tuple[type[Event], ...]] = {
    "opened": (LoanOpened, CaseAdopted),
    "by_hand": (MovedByHand,),
    "adopted": (PolicyAdopted,),
}


@given(policy_texts(), peopled_histories())
def test_no_stage_is_reached_that_its_entry_rule_forbids(text: str, history: History) -> None:
    look_again(text, history)


@given(road_policies(), road_histories())
def test_no_stage_of_the_whole_road_is_reached_that_its_entry_rule_forbids(text: str, history: History) -> None:
    look_again(text, history)


def look_again(text: str, history: History) -> None:
    """Every move of a life, slowly."""
    machine = drawn_machine(text)
    _case, entries = asleep(machine, history, history.opened.opened_on + timedelta(days=200))
    case: Case | None = None
    for entry in entries:
        moved = apply(case, entry.event, case_id=entry.case_id, seq=entry.seq, day=entry.day, at=entry.at)
        here = as_decided(moved, entry.results)
        for number, move in enumerate(entry.results.moves):
            assert (move.from_stage or "") == here.course.stage, "a road has no gaps"
            if move.rule is None:
                assert isinstance(entry.event, BY_PEOPLE[move.how])
            else:
                check(machine, here, entry, move, first=number == 0)
            here = changed(here, course=walk_to(here.course, move.to_stage, entry.day))
        case = settled(moved, entry)


def check(machine: Machine, case: Case, entry: Entry, move: Move, *, first: bool) -> None:
    """A move by a rule, out of the stage in which the case stands."""
    rule = machine.policy.rule(move.rule or "")
    stage = case.course.stage
    assert rule.to == move.to_stage != stage
    assert rule.owner in ("", *owners_of(stage))
    assert stage not in rule.excepted
    assert not machine.policy.stages[stage].end
    event: Event | None = None
    if rule.approve:
        event = approved(case, entry, rule)
        assert (move.how, first) == ("approved", True)
    elif rule.on is not None:
        event = entry.event
        assert first, "in later passes only rules without an event compete"
    assert rule.on in (None, event.name if isinstance(event, HostEvent) else event.kind if event else None)
    assert rule.guard is None or holds(machine, rule.guard, rule.on, case, entry.day, event)
    assert not stops(machine, case, entry.day, move.to_stage)
    check_never(machine, case, move, entry.day)


def approved(case: Case, entry: Entry, rule: Rule) -> Event | None:
    """The event of the request that was answered with yes, by the role that was asked."""
    told = entry.event
    (request,) = [one for one in case.course.requests if one.rule == rule.id]
    assert isinstance(told, TaskCompleted)
    assert told.outcome == "approved"
    assert told.effect_id in (request.effect_id, rule.id)
    assert told.role in (None, request.role)
    return request.event


def holds(machine: Machine, guard: Guard, on: str | None, case: Case, day: date, event: Event | None) -> bool:
    """What a condition means, by its definition."""
    words = machine.policy.vocabulary_on(on)
    return evaluate(guard, lambda name: words[name].read(event if words[name].on_event else case, day))


def stops(machine: Machine, case: Case, day: date, to_stage: str) -> set[str]:
    """What keeps a loan out of a stage on a day, as the file says it: the stages and groups that are stopped, by a hold
    for moves inside them too, by a promise or a plan for moves into them alone."""
    spec, there = machine.law.spec, set(owners_of(to_stage))
    entered = there - set(owners_of(case.course.stage))
    found = {stop for kind in case.care.standing(day) if kind in spec.holds for stop in spec.holds[kind].stops} & there
    if spec.promises is not None and case.promises.is_open(case, day):
        found |= entered & set(spec.promises.stops)
    if spec.plans is not None and case.plans.runs_without_miss(case, day):
        found |= entered & set(spec.plans.stops)
    return found


def check_never(machine: Machine, case: Case, move: Move, day: date) -> None:
    """No clause is true after the move that was not before it."""
    words = machine.law.never_vocabulary
    there = changed(case, course=walk_to(case.course, move.to_stage, day))
    for clause in machine.law.never:
        before, after = (
            evaluate(clause.guard, lambda name, at=at: words[name].on_event is False and words[name].read(at, day))
            for at in (case, there)
        )
        assert before or not after, f"{clause.id} is broken by {move}"
