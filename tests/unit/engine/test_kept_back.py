"""What keeps an effect or a move back is read from the reason that the engine gives."""

from __future__ import annotations

import pytest

from overdue_flow.engine.kept_back import hold_in, limits_in, named_in, word_in
from overdue_flow.policy.load import load_scenarios
from overdue_flow.testing.scenarios import run_scenario
from support.covered import GIVEN, covered


def reasons(when: str, given: str = "") -> list[str]:
    text = f"scenarios: [{{name: a loan, {GIVEN}{given}}}, when: [{when}], then: [{{on: 2025-01-13, stage: early}}]}}]"
    (scenario,) = load_scenarios(text=text, policy=covered())
    entries = run_scenario(covered(), scenario).entries
    return [effect.reason for entry in entries for effect in entry.results.effects if effect.reason]


def test_limits_are_named_in_their_order() -> None:
    call = "ContactAttempted: {channel: phone, outcome: no_answer}"
    (reason,) = reasons(f"{{on: 2025-01-12, {call}}}, {{on: 2025-01-12, {call}}}")
    assert limits_in(reason) == ("night", "twice")
    assert (hold_in(reason), word_in(reason)) == (None, None)


def test_a_hold_and_the_borrowers_word_are_named() -> None:
    (held,) = reasons("{on: 2025-01-11, HoldPlaced: {hold: dispute}}")
    assert (hold_in(held), word_in(held), limits_in(held)) == ("dispute", None, ())
    (word,) = reasons("{on: 2025-01-11, PromiseMade: {amount: 100.00, due_on: 2025-02-01}}")
    assert (hold_in(word), word_in(word), limits_in(word)) == (None, "promises", ())


@pytest.mark.parametrize("reason", ["", "nothing is overdue", "the case left early", "on hold", "a limit on: this"])
def test_other_reasons_name_nothing(reason: str) -> None:
    assert (hold_in(reason), word_in(reason), limits_in(reason)) == (None, None, ())


@pytest.mark.parametrize(
    ("reason", "names"),
    [
        ("limit night: it is outside 08:00-22:00; limit three: 3 in 7 days", ("night", "three")),
        ("hold dispute stops contact", ("dispute",)),
        ("hold dispute", ("dispute",)),
        ("it would break never clause no-early-suit", ("no-early-suit",)),
        ("open promise stops contacts to collect", ("promises",)),
        ("active plan without a missed instalment", ("plans",)),
        ("nothing is overdue", ()),
    ],
)
def test_everything_that_a_reason_names(reason: str, names: tuple[str, ...]) -> None:
    assert named_in(reason) == names
