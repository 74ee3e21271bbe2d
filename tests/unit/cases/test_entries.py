"""Journal entries: what a turn led to, as values that need no policy to be read."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import (
    NOTHING,
    Beyond,
    EffectChange,
    Entry,
    Held,
    MarkChange,
    Move,
    PolicyRef,
    Request,
    Results,
    Stop,
)
from overdue_flow.cases.events import ComplaintReceived

AT = datetime(2025, 1, 20, 9, tzinfo=UTC)
DAY = date(2025, 1, 20)


def test_nothing_is_what_a_turn_without_results_led_to() -> None:
    assert not NOTHING
    assert Results() == NOTHING
    assert Entry("loan-1", 1, DAY, AT, ComplaintReceived(id="c"), PolicyRef("p", "1", "1")).results is NOTHING


@pytest.mark.parametrize(
    "results",
    [
        Results(moves=(Move(None, "calm", None, "the loan was opened", DAY, "opened"),)),
        Results(effects=(Effect("e", "call", "contact", DAY, AT, "r"),)),
        Results(changes=(EffectChange("e", Status.CANCELLED, "left"),)),
        Results(fired=(("r", "case"),)),
        Results(held=(Held("r", "legal", "hold dispute"),)),
        Results(held_ended=("r",)),
        Results(requests=(Request("e", "r", "legal", "counsel", DAY),)),
        Results(requests_ended=(("e", "refused"),)),
        Results(stopped=Stop("reason")),
        Results(freed=True),
        Results(breaches=("n",)),
        Results(lifts_refused=("dispute",)),
        Results(asks=("odds",)),
        Results(notes=("a remark",)),
        Results(beyond_authority=(Beyond("o-1", 3, ("team may offer nothing",), "loan-1:3:1"),)),
        Results(beyond_ended=(("loan-1:3:1", "approved"),)),
        Results(marks=(MarkChange("npa", began=True, day=DAY, on=DAY),)),
    ],
    ids=lambda results: next(name for name, value in results._asdict().items() if value),
)
def test_each_kind_of_result_is_something(results: Results) -> None:
    assert results


def test_a_new_effect_is_on_its_way_without_parameters_or_scope() -> None:
    effect = Effect("e", "call", "contact", DAY, AT, "r")
    assert (effect.status, dict(effect.params), effect.scope, effect.must, effect.not_after) == (
        Status.PENDING, {}, "", False, None,
    )  # fmt: skip


def test_a_move_is_a_rules_and_a_held_rule_holds_beyond_its_event_unless_said_otherwise() -> None:
    assert Move("a", "b", "r", "", DAY).how == "rule"
    assert not Held("r", "b", "hold dispute").at_event
    assert Request("e", "r", "b", "boss", DAY).event is None


def test_entries_are_values_that_are_equal_when_they_say_the_same() -> None:
    def entry() -> Entry:
        moves = (Move("a", "b", "r", "", DAY),)
        return Entry("loan-1", 1, DAY, AT, ComplaintReceived(id="c"), PolicyRef("p", "1", "1"), Results(moves=moves))

    assert entry() == entry()
    assert entry() != entry()._replace(seq=2)
