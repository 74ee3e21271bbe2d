"""Only the court moves the clocks of the court: whatever else happens to a loan, its claim, its judgment and what is
enforced stand as they stood, and so does every day that somebody must keep."""

from __future__ import annotations

from hypothesis import given

from overdue_flow.cases import enforcement, judgment, preparation, suit
from overdue_flow.cases.evolve import apply
from overdue_flow.cases.facts import built_in
from overdue_flow.errors import EventRefused
from overdue_flow.guards.vocabulary import Motion
from support.happenings import ABOUT_A_LOAN, LEGAL
from support.histories import History, histories, noticed_at, told

THE_COURTS = {event.__name__ for one in (preparation, suit, judgment, enforcement) for event in one.LISTENS}
CLOCKS = [
    fact
    for one in (preparation, suit, judgment, enforcement)
    for fact in one.FACTS
    if fact.motion is Motion.STILL or fact.name in ("judgment_final", "preserved", "measures_end_on", "account_frozen")
]


@given(histories((*ABOUT_A_LOAN, *LEGAL, *LEGAL), most=9))
def test_only_the_court_moves_the_clocks_of_the_court(history: History) -> None:
    opened = history.opened
    case = apply(None, opened, case_id="loan-1", seq=1, day=opened.opened_on, at=noticed_at(opened))
    for event in history.events:
        try:
            after = told(case, event)
        except EventRefused:
            continue
        if event.kind not in THE_COURTS:
            for fact in CLOCKS:
                assert fact.read(after, after.day) == fact.read(case, after.day), (event.kind, fact.name)
        case = after


def test_every_day_that_the_court_sets_is_among_the_clocks() -> None:
    named = {fact.name for fact in CLOCKS}
    assert named > {"hearing_on", "appeal_ends_on", "enforcement_ends_on", "measures_end_on", "preservation_ends_on"}
    assert {f"days_until_{name.removesuffix('_on')}" for name in named if name.endswith("_on")} < set(built_in())
