"""Law: a scenario that is written in Python is the one that a file says with the same words; and both live alike."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.policy.trials import Scenario
from overdue_flow.testing.building import scenario
from overdue_flow.testing.scenarios import run_scenario
from support.small_policy import POLICY

RETAIL = load_policy(text=POLICY)
FIRST = date(2025, 1, 10)

_moments = st.one_of(
    st.tuples(st.just("dpd"), st.integers(0, 60)),
    st.tuples(st.just("after"), st.sampled_from(["0 days", "1 day", "2 weeks", "1 month"])),
)
_happenings = st.sampled_from(
    [
        {"PaymentReceived": {"amount": "100.00"}},
        {"PromiseMade": {"amount": "50.00", "due_on": "7 days"}},
        {"Visited": {"result": "met"}},
        {"DisputeRaised": {}},
        {"FactsChanged": {"facts": {"frail": True, "odds": "0.25"}}},
        {"approved": "sue"},
    ]
)
_expected = st.fixed_dictionaries(
    {},
    optional={
        "stage": st.sampled_from(["current", "early", "court"]),
        "rule": st.sampled_from(["late", "cured"]),
        "effects": st.sampled_from(["remind", ["remind", {"do": "call", "role": "agent"}]]),
        "no_effects": st.just(["file"]),
        "held": st.just({"do": "remind", "by": "dispute"}),
        "facts": st.just({"dpd": 3, "frail": False, "odds": None}),
        "bucket": st.sampled_from(["M1", "M2"]),
        "nothing": st.booleans(),
        "nothing_until": st.sampled_from(["2025-06-01", {"dpd": 40}, {"after": "3 days"}]),
        "explains": st.just("stands in early"),
    },
).filter(bool)


@st.composite
def _written(draw: st.DrawFn) -> dict[str, Any]:
    """A scenario as plain values, in words that both have."""
    steps = [dict([draw(_moments)]) | draw(_happenings) for _ in range(draw(st.integers(0, 3)))]
    days = sorted(draw(st.lists(st.integers(0, 90), max_size=2)))
    steps = [{"on": str(FIRST + timedelta(days=day)), "Visited": {"result": "away"}} for day in days] + steps
    return {
        "name": "a loan",
        "given": {"instalments": f"{draw(st.integers(1, 4))} x 100.00 monthly from {FIRST}", "facts": {"frail": False}},
        "when": steps,
        "then": [dict([draw(_moments)]) | draw(_expected) for _ in range(draw(st.integers(1, 3)))],
        "proves": draw(st.sampled_from([[], ["late"]])),
    }


@given(_written())
def test_a_scenario_in_python_is_the_one_in_its_file(written: dict[str, Any]) -> None:
    (of_file,) = load_scenarios(text=json.dumps({"scenarios": [written]}), policy=RETAIL)
    of_python = _in_python(written)
    assert of_python == _without_places(of_file)
    one, other = (run_scenario(RETAIL, it) for it in (of_file, of_python))
    assert (one.passed, str(one), one.entries) == (other.passed, str(other), other.entries)


def _in_python(written: dict[str, Any]) -> Scenario:
    built = scenario(written["name"], RETAIL).given(**written["given"]).proves(*written["proves"])
    for step in written["when"]:
        (word, moment), (kind, fields) = step.items()
        by = {"on": built.on, "dpd": built.at_dpd, "after": built.after}[word]
        built = by(moment, approved=fields) if kind == "approved" else by(moment, kind, **fields)
    for one in written["then"]:
        built = built.expect(**one)
    return built.build()


def _without_places(of_file: Scenario) -> Scenario:
    steps = tuple(replace(step, place=None) for step in of_file.steps)
    return replace(of_file, steps=steps, expects=tuple(replace(one, place=None) for one in of_file.expects), place=None)
