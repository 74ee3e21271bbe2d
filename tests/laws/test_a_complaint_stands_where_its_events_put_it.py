"""A complaint stands where its events put it, in whatever order they are told.

What happened to it is told in a random order, each with the day on which it took effect. A slow reading looks at all of
them at once: who answered last, whether it went on since.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.events import (
    ComplaintAcknowledged,
    ComplaintAnswered,
    ComplaintEscalated,
    ComplaintInvestigated,
    ComplaintReceived,
    Event,
)
from support.telling import a_loan, after, fact, noon

RECEIVED_ON = date(2025, 2, 1)
TOLD_ON = "2025-06-01"

KINDS = {
    "acknowledged": lambda fields: ComplaintAcknowledged(**fields),
    "investigated": lambda fields: ComplaintInvestigated(**fields),
    "answered": lambda fields: ComplaintAnswered(**fields, outcome="upheld"),
    "escalated": lambda fields: ComplaintEscalated(**fields, to="ombudsman"),
}
happened = st.lists(st.tuples(st.sampled_from(["acknowledged", "investigated", "escalated"]), st.integers(0, 60)))


def told(what: str, days: int, number: int) -> Event:
    """One thing that happened so many days after the receipt."""
    fields = {
        "id": f"e-{number:02}",
        "complaint_id": "c-1",
        "happened_at": noon(RECEIVED_ON + timedelta(days=days)),
    }
    return KINDS[what](fields)


def stage_of(things: list[tuple[str, int, int]]) -> str:
    """Where it stands, when one looks at everything that happened, in order."""
    in_order = sorted(things, key=lambda one: one[1:])
    after_answer = [what for what, *_ in in_order]
    if "answered" in after_answer:
        after_answer = after_answer[after_answer.index("answered") + 1 :]
        return "escalated" if "escalated" in after_answer else "answered"
    return next((stage for stage in ("escalated", "investigated", "acknowledged") if stage in after_answer), "received")


@given(happened, st.none() | st.integers(0, 60), st.randoms(use_true_random=False))
def test_a_complaint_stands_where_its_events_put_it(
    things: list[tuple[str, int]], answered: int | None, chance: Random
) -> None:
    numbered = [(what, days, number) for number, (what, days) in enumerate(things)]
    if answered is not None:
        numbered.append(("answered", answered, len(numbered)))
    expected = stage_of(numbered)
    chance.shuffle(numbered)

    received = ComplaintReceived(id="a", complaint_id="c-1", happened_at=noon(RECEIVED_ON))
    case = after(a_loan(), (TOLD_ON, received), *((TOLD_ON, told(*one)) for one in numbered))

    assert fact(case, "complaint_stage") == expected
    assert fact(case, "complaint_open") is (expected != "answered")
    assert fact(case, "complaint_escalated") is any(what == "escalated" for what, *_ in numbered)
    assert fact(case, "complaints_upheld") == (answered is not None)
