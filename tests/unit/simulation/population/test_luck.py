"""Luck: each question its own number, the same whenever it is asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from overdue_flow.simulation.population.luck import Luck, pick, pick_days
from overdue_flow.simulation.population.texts import Between

DAY = date(2026, 1, 1)


def test_a_question_has_the_same_answer_whatever_was_asked_before() -> None:
    asked_much = Luck(7, 3)
    for number in range(50):
        asked_much.draw("answers phone", DAY, number)

    assert asked_much.draw("pays", DAY) == Luck(7, 3).draw("pays", DAY)


def test_every_part_of_a_question_counts() -> None:
    luck = Luck(7, 3)
    drawn = {
        luck.draw("pays", DAY),
        luck.draw("pays", date(2026, 1, 2)),
        luck.draw("pays", DAY, 1),
        luck.draw("keeps", DAY),
        Luck(8, 3).draw("pays", DAY),
        Luck(7, 4).draw("pays", DAY),
    }

    assert len(drawn) == 6


def test_numbers_are_evenly_spread() -> None:
    """Chi-square over 20 parts: above 43.82 in one of a thousand samples of even numbers."""
    counts = [0] * 20
    for borrower in range(4000):
        counts[int(20 * Luck(1, borrower).draw("pays", DAY))] += 1

    assert sum((count - 200) ** 2 / 200 for count in counts) < 43.82


def test_two_questions_of_one_borrower_know_nothing_of_each_other() -> None:
    """Chi-square over 4 by 4 parts: above 37.70 in one of a thousand samples of independent numbers."""
    counts = [[0] * 4 for _ in range(4)]
    for borrower in range(4000):
        luck = Luck(1, borrower)
        counts[int(4 * luck.draw("pays", DAY))][int(4 * luck.draw("pays", date(2026, 2, 1)))] += 1

    assert sum((count - 250) ** 2 / 250 for row in counts for count in row) < 37.70


def test_words_have_their_turn_one_after_the_other() -> None:
    chances = {"a": Decimal("0.25"), "b": Decimal("0.5")}

    assert [pick(drawn, chances) for drawn in (0.0, 0.249, 0.25, 0.749, 0.75)] == ["a", "a", "b", "b", None]


def test_days_are_drawn_by_weight_and_within_a_range_each_is_as_likely() -> None:
    days = {Between(0, 0): Decimal("0.5"), Between(1, 5): Decimal("0.5")}
    drawn = [pick_days((number + 0.5) / 1000, days) for number in range(1000)]

    assert [drawn.count(day) for day in range(7)] == [500, 100, 100, 100, 100, 100, 0]


def test_the_last_days_are_drawn_for_the_highest_number() -> None:
    assert pick_days(1 - 2**-53, {Between(3, 3): Decimal(1), Between(8, 9): Decimal(2)}) == 9
