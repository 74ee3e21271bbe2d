"""Effects of treatment: when they work, and on what."""

from __future__ import annotations

from datetime import date

import pytest

from overdue_flow.calendars import Calendar
from overdue_flow.policy.spans import Span
from overdue_flow.simulation.population.deeds import Deed
from overdue_flow.simulation.population.done import DoneTo, Lasting, merged
from overdue_flow.simulation.population.model import Done, Effect
from overdue_flow.simulation.population.rows import Fitting, Loan
from overdue_flow.simulation.population.treatment import Treatment, names_of, with_odds

NOBODY = Calendar(None)


def effect(**said: object) -> Effect:
    return Effect.model_validate({"of": "call", "on": "pays", "times": "2", "for": "3 days"} | said)


def treated(*effects: Effect, strengths: dict[int, float] | None = None) -> Treatment:
    return Treatment([Fitting(one, None, None) for one in effects], NOBODY, strengths or {})


def called(day: int, *, answered: bool = True) -> Deed:
    return Deed(("ContactAttempted", "phone", "call"), date(2026, 1, day), "contact", answered)


LOAN: Loan = None  # type: ignore[assignment]  # rows that say nothing of whom they are about look at no loan


def days_of(treatment: Treatment, question: str = "pays") -> list[float]:
    return [treatment.times(question, date(2026, 1, day)) for day in range(1, 13)]


def test_effects_that_would_be_called_the_same_are_numbered() -> None:
    assert names_of([effect(), effect(name="calls"), effect()]) == ("call on pays (1)", "calls", "call on pays (2)")


def test_an_effect_is_used_where_something_was_asked_while_it_worked() -> None:
    treatment = treated(effect(), effect(on="answers"), effect(of="visit"))
    treatment.note(called(2), LOAN)

    treatment.times("pays", date(2026, 1, 2))
    assert treatment.used == set()
    treatment.times("pays", date(2026, 1, 3))
    assert treatment.used == {0}


def test_an_effect_works_from_the_day_after_for_so_many_days() -> None:
    treatment = treated(effect())

    assert treatment.note(called(2), LOAN)
    assert days_of(treatment) == [1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1]


def test_doing_it_again_makes_it_last_longer_and_no_stronger() -> None:
    treatment = treated(effect())
    for day in (2, 4, 9):
        treatment.note(called(day), LOAN)

    assert days_of(treatment) == [1, 1, 2, 2, 2, 2, 2, 1, 1, 2, 2, 2]


def test_different_effects_multiply() -> None:
    treatment = treated(effect(), effect(of="phone", times="1.5", **{"for": "1 day"}))
    treatment.note(called(2), LOAN)

    assert days_of(treatment)[2:4] == [3, 2]


@pytest.mark.parametrize(("strength", "times"), [(0.0, 1.0), (0.5, 2**0.5), (1.0, 2.0), (2.0, 4.0)])
def test_a_strength_is_a_power_of_what_is_stated(strength: float, times: float) -> None:
    treatment = treated(effect(), strengths={0: strength})
    treatment.note(called(2), LOAN)

    assert days_of(treatment)[2] == pytest.approx(times)


def test_an_effect_of_answered_calls_is_not_one_of_others() -> None:
    treatment = treated(effect(answered="true"))

    assert not treatment.note(called(2, answered=False), LOAN)
    assert treatment.note(called(3), LOAN)
    assert days_of(treatment)[2:4] == [1, 2]


def test_an_effect_on_something_else_does_not_change_when_is_paid() -> None:
    treatment = treated(effect(on="keeps"))

    assert not treatment.note(called(2), LOAN)
    assert days_of(treatment, "keeps")[2] == 2
    assert treatment.chance("keeps", 0.5, date(2026, 1, 3)) == pytest.approx(2 / 3)
    assert treatment.chance("promises", 0.5, date(2026, 1, 3)) == 0.5


def test_odds_are_multiplied() -> None:
    assert with_odds(0.2, 4.0) == pytest.approx(0.5)
    assert with_odds(0.0, 4.0) == 0.0
    assert with_odds(1.0, 4.0) == 1.0


def test_days_that_touch_are_one_stretch() -> None:
    first = Lasting(date(2026, 1, 2), date(2026, 1, 4))

    assert merged((first,), Lasting(date(2026, 1, 5), date(2026, 1, 6))) == (Lasting(first.first, date(2026, 1, 6)),)
    assert merged((first,), Lasting(date(2026, 1, 3), date(2026, 1, 3))) == (first,)
    assert len(merged((first,), Lasting(date(2026, 1, 6), date(2026, 1, 7)))) == 2


def test_what_was_done_lately_is_remembered_by_word_and_by_answer() -> None:
    done = DoneTo(NOBODY)
    done.note(called(2, answered=False))
    lately = Done(done="phone", within=Span(3, "days"))

    assert [done.lately(lately, date(2026, 1, day)) for day in (2, 4, 5)] == [True, True, False]
    assert not done.lately(lately.model_copy(update={"answered": True}), date(2026, 1, 2))
    assert not done.lately(lately.model_copy(update={"done": "visit"}), date(2026, 1, 2))


def test_an_effect_is_called_by_its_name_or_by_what_it_is_of_and_on() -> None:
    assert names_of([effect(), effect(name="night calls")]) == ("call on pays", "night calls")
