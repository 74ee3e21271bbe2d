"""Law: the stretches of a pause lie apart, and hold exactly the days on which a hold of its kinds stands."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from support.happenings import CARE, OPENED_ON
from support.histories import History, histories, lived

FIRST, LAST = OPENED_ON - timedelta(days=120), OPENED_ON + timedelta(days=400)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days)]


def inside(stretch: tuple[date, date | None], day: date) -> bool:
    begin, end = stretch
    return begin <= day and (end is None or day < end)


@given(histories(CARE, most=10), st.sets(st.sampled_from(["hardship", "dispute", "fire"])))
def test_a_pause_is_counted_once(history: History, kinds: set[str]) -> None:
    care = lived(history).care
    stretches = care.pauses(kinds)

    for stretch, following in pairwise(stretches):
        assert stretch[1] is not None
        assert stretch[1] < following[0]
    for day in DAYS:
        stands = any(care.stands(kind, day) for kind in kinds)
        assert sum(inside(stretch, day) for stretch in stretches) == stands
