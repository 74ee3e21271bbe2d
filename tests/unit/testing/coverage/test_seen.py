"""What a loan reaches of a policy: each side of a comparison at its boundary, limits, holds, tasks and the rest."""

from __future__ import annotations

from overdue_flow.policy.load import load_scenarios
from overdue_flow.testing.coverage.parts import Key
from overdue_flow.testing.coverage.reached import touched
from support.covered import GIVEN, covered, reached, seen


def test_both_sides_of_a_comparison_are_seen_at_its_boundary() -> None:
    short = reached(then="{on: 2025-01-12, stage: current}")
    assert "rule overdue: dpd >= 3 false" in short
    assert "rule overdue: dpd >= 3 true" not in short
    assert "rule overdue: fired" not in short
    long = reached(then="{on: 2025-01-13, stage: early}")
    assert {"rule overdue: dpd >= 3 true", "rule overdue: dpd >= 3 false", "rule overdue: fired"} <= long


def test_a_day_too_early_is_not_the_boundary() -> None:
    assert "rule overdue: dpd >= 3 false" not in reached(then="{on: 2025-01-11, stage: current}")


def test_a_day_that_is_slept_through_until_an_event_is_seen() -> None:
    paid = "{on: 2025-01-12, PaymentReceived: {amount: 100.00}}"
    assert "rule overdue: dpd >= 3 false" in reached(paid, "{on: 2025-01-12, stage: current}")


def test_a_part_that_does_not_decide_is_not_seen() -> None:
    silent = reached(then="{on: 2025-02-20, stage: early}")
    assert "rule to-court: dpd > 30 true" not in silent  # nothing else held
    assert "rule to-court: failed_negotiations_in_a_row >= 1 false" in silent
    failed = "{on: 2025-01-20, NegotiationClosed: {outcome: failed}}"
    talked = reached(failed, "{on: 2025-02-10, stage: court}")
    assert {"rule to-court: dpd > 30 true", "rule to-court: dpd > 30 false"} <= talked
    assert "rule to-court: frail true" not in talked


def test_a_rule_on_an_event_is_looked_at_when_that_comes() -> None:
    withdrawn = "{on: 2025-01-20, NegotiationClosed: {outcome: withdrawn}}"
    side = 'rule said-no: outcome == "failed"'
    assert f"{side} false" in reached(withdrawn, "{on: 2025-01-20, stage: early}")
    assert f"{side} false" not in reached(then="{on: 2025-01-20, stage: early}")
    assert not any(
        side in part for part in reached(withdrawn.replace("01-20", "01-11"), "{on: 2025-01-20, stage: early}")
    )


def test_stages_entries_and_beats() -> None:
    found = reached(then="{on: 2025-01-20, stage: early}")
    assert {"stage current: entered", "stage current: left", "stage early: entered", "entry hello: asked"} <= found
    assert {"beat again: came", "entry look: frail false"} <= found
    assert not {"entry look: asked", "stage early: left", "late look.else: followed"} & found
    frail = reached(then="{on: 2025-01-20, stage: early}", given=", facts: {frail: true}")
    assert {"entry look: asked", "late look.else: followed", "entry look: frail true"} <= frail


def test_the_rungs_of_a_ladder() -> None:
    first = reached(then="{on: 2025-01-18, stage: early}")
    assert {"rule climb: fired", "rung climb 1: call: tried"} <= first
    assert "rung climb 2: remind: tried" not in first
    calls = "{on: 2025-01-13, done: remind}, {on: 2025-01-20, done: call}, {on: 2025-01-21, done: call}"
    assert "rung climb 2: remind: tried" in reached(calls, "{on: 2025-01-21, stage: early}")


def test_marks_that_begin_and_end() -> None:
    begun = reached(then="{on: 2025-01-21, marks: [late]}")
    assert {"mark late: began", "mark late: dpd > 10 true", "mark late: dpd > 10 false"} <= begun
    assert "mark late: ended" not in begun
    paid = "{on: 2025-01-22, PaymentReceived: {amount: 100.00}}"
    ended = reached(paid, "{on: 2025-01-22, marks: []}")
    assert {"mark late: ended", "mark late at until: arrears_cleared true"} <= ended
    told = (
        "{on: 2025-01-12, FactsChanged: {facts: {score: 0.49}}}, {on: 2025-01-13, FactsChanged: {facts: {score: 0.5}}}"
    )
    assert {"mark lost: score < 0.5 true", "mark lost: score < 0.5 false"} <= reached(
        told, "{on: 2025-01-13, marks: []}"
    )


def test_a_limit_forbids_and_lets_pass_just_below_its_count() -> None:
    call = "{on: 2025-01-12, ContactAttempted: {channel: phone, outcome: no_answer}}"
    then = "{on: 2025-01-13, stage: early}"
    assert not {"limit twice: let pass", "limit twice: forbade"} & reached(then=then)
    once = reached(call, then)
    assert "limit twice: let pass" in once
    assert "limit twice: forbade" not in once
    at_once = reached(f"{call}, {call}", then)  # both leave the window on one day: then there is none in it
    assert "limit twice: forbade" in at_once
    assert "limit twice: let pass" not in at_once
    earlier = call.replace("01-12", "01-11")
    assert {"limit twice: forbade", "limit twice: let pass"} <= reached(f"{earlier}, {call}", then)


def test_a_limit_of_hours_forbids_at_night_and_lets_pass_by_day() -> None:
    night = reached(then="{on: 2025-01-13, stage: early}")  # the reminder is asked for at midnight
    assert {"limit night: forbade", "limit night: let pass"} <= night


def test_a_limit_that_advises_forbids_where_it_flags() -> None:
    then = "{on: 2025-01-13, stage: early}"
    assert "limit gentle: forbade" in reached(then=then, given=", facts: {frail: true}")
    plain = reached(then=then)
    assert "limit gentle: forbade" not in plain
    assert "limit gentle: frail false" in plain


def test_holds_and_promises_stop_something() -> None:
    then = "{on: 2025-01-13, stage: early}"
    stands = reached("{on: 2025-01-11, HoldPlaced: {hold: dispute}}", "{on: 2025-01-11, stage: current}")
    assert "hold dispute: stood" in stands
    assert "hold dispute: stopped" not in stands
    assert "hold dispute: stopped" in reached("{on: 2025-01-11, HoldPlaced: {hold: dispute}}", then)
    promise = "{on: 2025-01-11, PromiseMade: {amount: 100.00, due_on: 2025-02-01}}"
    assert "word promises: stopped" in reached(promise, then)
    assert "word promises: stopped" not in reached(then=then)


def test_a_clause_that_somebody_breaks() -> None:
    def moved(day: str) -> set[str]:
        step = f"{{on: {day}, MovedByHand: {{to: court, role: boss, reason: now}}}}"
        return reached(step, f"{{on: {day}, stage: court}}")

    assert {"never not-early: was broken", "never not-early: dpd <= 30 true"} <= moved("2025-02-09")
    assert "never not-early: was broken" not in moved("2025-02-10")
    assert "never not-early: dpd <= 30 false" in moved("2025-02-10")


def test_what_is_looked_at_is_touched_whether_it_decides_or_not() -> None:
    early = seen(then="{on: 2025-01-14, stage: early}")
    names = {key.name for key in early.touched}
    assert {"overdue", "to-court", "climb", "night", "twice", "gentle", "hello", "late", "cured"} <= names
    assert not {"won", "court", "said-no", "dispute"} & names
    text = f"scenarios: [{{name: a loan, {GIVEN}}}, then: [{{on: 2025-01-14, stage: early}}]}}]"
    (scenario,) = load_scenarios(text=text, policy=covered())
    assert touched(covered(), scenario) == early.touched
    assert Key("rule", "to-court", covered().rule("to-court").place) in early.touched
