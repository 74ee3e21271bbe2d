"""Law: a scenario is read as it is written. Written as text and read again it is the same scenario."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.events import CaseAdopted, Event, HostEvent, Instalment, LoanOpened
from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.spans import Span
from overdue_flow.policy.trials import (
    Answer,
    Expectation,
    KeptBack,
    Later,
    Moment,
    PastDue,
    Scenario,
    Step,
    WantedEffect,
)
from overdue_flow.testing.written import scenarios_text
from support import happenings
from support.small_policy import POLICY as SMALL

MORE = """\
marks: {npa: {when: dpd > 90}}
limits: [{id: calls, applies_to: {kind: contact}, at_most: 3, counts: attempt, within: 7 days, strength: block}]
"""
POLICY: Policy = load_policy(text=SMALL + MORE)

OPENED_ON = date(2025, 1, 1)
NAMED_BY_THE_POLICY = ("HostEvent", "FactsChanged", "OtherLoanTold", "HoldPlaced", "HoldLifted")
KINDS = tuple(kind for kind in happenings.ABOUT_A_LOAN if kind not in NAMED_BY_THE_POLICY)

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    str.strip
)
words = (
    st.sampled_from(["a: b", "it's", "#1", "no", "逾期", "null", "-", "a b", '"quoted"', "{x}", "@", "100.00", "  x"])
    | texts
)
spans = st.builds(Span, st.integers(1, 40), st.sampled_from(["days", "business days", "weeks", "months"]))
moments = st.builds(PastDue, st.integers(0, 200)) | st.builds(Later, spans)


def plain_events() -> st.SearchStrategy[Event]:
    of_the_host = st.sampled_from(["met", "away"]).map(
        lambda result: HostEvent(name="Visited", fields={"result": result})
    )
    built_in = happenings.events(KINDS).map(lambda event: event.model_copy(update={"at": None}))
    return of_the_host | built_in


@st.composite
def steps(draw: st.DrawFn) -> tuple[Step, ...]:
    found, day = [], OPENED_ON
    for _number in range(draw(st.integers(0, 4))):
        day += timedelta(days=draw(st.integers(1, 30)))
        on: Moment = draw(st.just(day) | moments)
        at = draw(st.none() | st.times().map(lambda clock: time(clock.hour, clock.minute)))
        if draw(st.booleans()):
            answer = Answer(draw(st.sampled_from(["approved", "refused"])), "sue")
            found.append(Step(on, None, draw(st.sampled_from([answer, Answer("done", "call")])), at))
        else:
            found.append(Step(on, draw(plain_events()), None, at))
    return tuple(found)


effects = st.builds(
    WantedEffect,
    st.sampled_from(["remind", "call"]),
    due_on=st.none() | st.just(date(2025, 2, 3)),
    deadline_on=st.none() | st.just(date(2025, 2, 5)),
    purpose=st.none() | st.just("collect"),
    role=st.none() | st.just("agent"),
    by=st.none() | st.just("calls"),
    due_at=st.none() | st.just(time(8, 30)),
    flagged=st.none() | st.just(()) | st.just(("calls",)),
)
kept_back = st.builds(KeptBack, st.sampled_from(["remind", "call"]), st.none() | st.just("calls"))


@st.composite
def expectations(draw: st.DrawFn, day: date) -> Expectation:
    said = {
        "stage": st.sampled_from(["court", "early", "gone"]),
        "rule": st.sampled_from(["late", "sue"]),
        "effects": st.lists(effects, min_size=1, max_size=2).map(tuple),
        "no_effects": st.just(("remind",)),
        "facts": st.fixed_dictionaries(
            {},
            optional={
                "dpd": st.integers(0, 99),
                "overdue_amount": st.just(Decimal("100.50")),
                "frail": st.booleans(),
                "stage": st.just("early"),
                "oldest_due_on": st.none() | st.just(date(2025, 1, 10)),
            },
        ).filter(bool),
        "bucket": st.just("M1"),
        "vetoed": st.lists(kept_back, min_size=1, max_size=2).map(tuple),
        "skipped": st.just(("remind",)),
        "held": st.lists(kept_back, min_size=1, max_size=2).map(tuple),
        "to_do": st.lists(effects, max_size=2).map(tuple),
        "nothing": st.just(True),
        "marks": st.sampled_from([(), ("npa",)]),
        "explains": st.lists(words, min_size=1, max_size=2).map(tuple),
        "nothing_until": st.just(day + timedelta(days=9)) | moments,
    }
    names = draw(st.lists(st.sampled_from(sorted(said)), min_size=1, max_size=4, unique=True))
    on: Moment = draw(st.just(day) | moments)
    return Expectation(on, **{name: draw(said[name]) for name in names})


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    instalments = (Instalment(due_on=date(2025, 1, 10), amount="100.00"),)
    facts = draw(st.sampled_from([{}, {"frail": True}]))
    opening = LoanOpened(opened_on=OPENED_ON, instalments=instalments, facts=facts)
    if draw(st.booleans()):
        since = draw(st.none() | st.just(OPENED_ON))
        opening = CaseAdopted(opened_on=OPENED_ON, instalments=instalments, stage="early", stage_entered_on=since)
    days = [OPENED_ON + timedelta(days=20 * number) for number in range(1, draw(st.integers(1, 3)) + 1)]
    expected = tuple(draw(expectations(day)) for day in days)
    proves = draw(st.sampled_from([(), ("late",), ("late", "calls")]))
    return Scenario(draw(words).strip(), opening, draw(steps()), expected, proves=proves)


def bare(scenario: Scenario) -> Scenario:
    """A scenario without the places where it is written."""
    return replace(
        scenario,
        place=None,
        steps=tuple(replace(one, place=None) for one in scenario.steps),
        expects=tuple(replace(one, place=None) for one in scenario.expects),
    )


@given(scenario=scenarios())
def test_written_and_read_again_it_is_the_same(scenario: Scenario) -> None:
    text = scenarios_text(POLICY, [scenario])
    (again,) = load_scenarios(policy=POLICY, text=text)
    assert bare(again) == bare(scenario), text
