"""The facts of the court, of limitation and of hand-over fit together, whatever came in which order, on every day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.case import Case
from overdue_flow.cases.enforcement import MEASURES
from overdue_flow.cases.facts import FactsOn, built_in
from overdue_flow.cases.limitation_clock import clock
from support.happenings import HANDOVER, LEGAL
from support.histories import History, histories, lived


class Told:
    """The facts of a case on a day, by name."""

    def __init__(self, facts: FactsOn) -> None:
        self._facts = facts

    def __getattr__(self, name: str) -> Any:
        return self._facts[name]


def missing_together(*values: object) -> bool:
    """Whether all of them are missing, or none is."""
    return len({value is None for value in values}) == 1


def check(case: Case, told: Told, day: date) -> None:
    """Every fact against the others."""
    assert missing_together(told.claim_amount, told.claim_outstanding, told.claim_track, told.filed_on)
    if told.claim_amount is not None:
        assert 0 <= told.claim_outstanding <= told.claim_amount
        assert not told.claim_rejected
    assert told.claim_accepted == (told.claim_accepted_on is not None)
    assert told.preserved == (told.preserved and (told.preservation_ends_on or day) >= day)
    assert missing_together(told.judgment_on, told.judgment_outcome)
    assert not (told.judgment_final and (told.appeal_open or told.judgment_on is None))
    assert not (told.judgment_final and told.appeal_ends_on is not None and day <= told.appeal_ends_on)
    assert told.enforcement_open == (told.enforcement_started_on is not None)
    assert told.enforcement_ends_on is None or not (told.enforcement_open or told.appeal_open)
    standing = any(getattr(told, kind) for kind in MEASURES)
    assert told.measures_end_on is None or (standing and told.measures_end_on >= day)
    assert (told.enforcement_recovered or 0) >= 0
    check_limitation(case, told, day)
    assert missing_together(told.agency, told.placed_with_agency_on)
    assert told.placed_with_agency == (told.agency is not None)
    assert told.placement_ends_on is None or (told.placed_with_agency and told.placement_ends_on >= day)
    for name in ("sold", "charged_off", "written_off", "credit_reported"):
        assert getattr(told, name) == (getattr(told, f"{name}_on") is not None)
    assert (told.recovered_after_charge_off is None) == (not told.charged_off and not told.written_off)
    assert not told.credit_corrected or not told.credit_reported or told.credit_reported_on <= day


def check_limitation(case: Case, told: Told, day: date) -> None:
    """The clock against itself."""
    ends_on = told.limitation_ends_on
    assert told.limitation_run_out == (ends_on is not None and ends_on < day)
    found = clock(case, day)
    if found is None:
        assert (told.limitation_began_on, told.limitation_interruptions) == (None, 0)
        return
    assert found.ends_on is None or found.started_on <= found.began_on <= found.ends_on
    assert told.limitation_began_on == (None if found.in_court else found.began_on)
    assert told.limitation_interruptions <= len(found.interruptions)
    assert not (found.in_court and found.ends_on)


@given(histories((*LEGAL, *HANDOVER, "PaymentReceived", "PaymentReversed", "HoldPlaced"), most=9), st.integers(0, 90))
def test_the_facts_of_the_court_fit_together(history: History, later: int) -> None:
    case = lived(history)
    for ahead in {0, 1, later}:
        day = case.day + timedelta(days=ahead)
        check(case, Told(FactsOn(case, day, built_in())), day)
