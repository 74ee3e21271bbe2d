"""Law: the ledger says what a ledger says that lives every day and moves money one unit at a time.

Whatever was paid, reversed, refunded, waived, charged, accelerated or replaced, in whatever order it was noticed: what
is overdue, since when, what is owed and what comes next are the same on every day; so are the counts of days, pauses
among them.
"""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given

from overdue_flow.cases.events import HoldPlaced
from overdue_flow.cases.position import position
from support.daily_ledger import DailyLedger, Day
from support.ledgers import FIRST, LAST_NOTICED, Life, Told, lives, pauses

LAST = FIRST + timedelta(days=LAST_NOTICED + 40)


def walked(life: Life) -> tuple[Told, dict[date, Day]]:
    story, taken = life.told()
    model = DailyLedger(life.terms)
    model.lives(life.instalments, taken, FIRST - timedelta(days=1), LAST)
    return story, model.days


@given(lives())
def test_positions_agree_on_every_day(life: Life) -> None:
    story, days = walked(life)
    for day, said in days.items():
        here = position(story.case, day)
        found = Day(
            here.oldest_due_on,
            {
                "costs": here.overdue_costs or 0,
                "interest": here.overdue_interest or 0,
                "principal": here.overdue_principal or 0,
            },
            here.balance or 0,
            here.missed or 0,
            here.next_due_on,
            here.next_due or 0,
            said.material,
            said.missed_at_close,
            said.unpaid,
            said.paid,
        )
        assert found == said, f"on {day}"
        assert here.overdue == sum(said.overdue.values())


@given(lives(), pauses())
def test_counts_of_days_agree_on_every_day(life: Life, held: tuple[tuple[str, date, date | None], ...]) -> None:
    story, days = walked(life)
    for n, (kind, begins, ends) in enumerate(held):
        story.hears(HoldPlaced(id=f"hold-{n}", hold=kind, placed_on=begins, ends_on=ends), on=LAST)
    in_a_row = 0
    for day, said in days.items():
        oldest = said.oldest_due_on
        in_a_row = in_a_row + 1 if said.material else 0
        overdue_days = [oldest + timedelta(days=n) for n in range((day - oldest).days)] if oldest else []
        running = [one for one in overdue_days if not any(a <= one and (b is None or one < b) for _, a, b in held)]
        assert story.says("dpd", day) == len(overdue_days), f"on {day}"
        assert story.says("dpd_net", day) == max(0, len(running) - life.terms.counting.grace_days), f"on {day}"
        assert story.says("days_material", day) == in_a_row, f"on {day}"
        assert story.says("months_past_due", day) == (_months(oldest, day) if oldest else 0), f"on {day}"


def _months(oldest: date, day: date) -> int:
    """Count the days between on which a month is over, one by one."""
    over = 0
    for n in range(1, (day - oldest).days + 1):
        one = oldest + timedelta(days=n)
        is_last_of_month = (one + timedelta(days=1)).month != one.month
        over += one.day == oldest.day or (is_last_of_month and one.day < oldest.day)
    return over
