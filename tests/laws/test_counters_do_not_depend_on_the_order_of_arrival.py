"""Law: what counts in a row, or within a window, is ordered by when it took effect, not by when it was reported."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.events import read_event
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.windows import Window, counted
from overdue_flow.events import Event
from support.happenings import ASSESSMENT, CONTACT, instants, loans
from support.histories import History, histories, lived

ALL_NOTICED = datetime(2025, 8, 1, 9, tzinfo=UTC)
NAMES = [name for name in built_in() if "contact" in name or "attempt" in name or "opted_out" in name] + [
    "last_conversation_on",
    "negotiations_failed",
    "failed_negotiations_in_a_row",
    "last_negotiation_closed_on",
    "negotiation_opened_on",
    "negotiation_rounds",
    "counter_offers",
    "offer_open",
    "offer_ends_on",
    "counter_offer_open",
    "last_offer_on",
    "last_counter_offer_on",
    "ability",
    "ability_worked_out",
    "finances_assessed_on",
    "income",
    "willingness",
    "disposable_income",
    "expected_recovery",
    "judgment_outcome",
    "claim_amount",
    "placed_with_agency",
    "claim_accepted_on",
    "payment_order_contested",
    "hearing_on",
    "appeal_open",
    "appeal_ends_on",
    "judgment_final",
    "enforcement_ends_on",
    "account_frozen",
    "measures_end_on",
    "recovered_after_charge_off",
    "credit_corrected",
    "limitation_ends_on",
    "limitation_began_on",
    "limitation_interruptions",
]
CALLS = counted("calls", "ContactAttempted", Window(60))

UNNAMED: dict[str, dict[str, list[str]]] = {
    "NegotiationOpened": {},
    "OfferMade": {"valid_until": ["2025-08-03", "2026-01-01"]},
    "CounterOffered": {},
    "NegotiationClosed": {"outcome": ["agreed", "failed", "failed", "withdrawn"]},
    "CaseAssessed": {"recommendation": ["sue", "wait"], "expected_recovery": ["10.00", "20.00"]},
    "JudgmentGiven": {"outcome": ["for_lender", "in_part", "against"]},
    "ClaimFiled": {"claim_amount": ["10.00", "20.00"]},
    "ClaimWithdrawn": {},
    "ClaimAccepted": {},
    "PaymentOrderContested": {},
    "HearingHeld": {},
    "AppealFiled": {"by": ["borrower", "lender"]},
    "AppealDecided": {"outcome": ["upheld", "changed"]},
    "EnforcementMeasureTaken": {"measure": ["account_frozen"], "reference": ["a", "b"], "until": ["2025-12-01"]},
    "EnforcementMeasureLifted": {"measure": ["account_frozen"], "reference": ["a", "b"]},
    "EnforcementClosed": {"outcome": ["satisfied", "nothing_found"]},
    "DebtAcknowledged": {},
    "ChargedOff": {},
    "CreditReported": {},
    "CreditCorrected": {},
    "PlacedWithAgency": {"agency": ["north", "south"]},
    "Recalled": {},
}
"""Events that stand by themselves: none needs one that came before, so none is refused in any order."""


@st.composite
def unnamed(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(UNNAMED)))
    return {"kind": kind} | {name: draw(st.sampled_from(words)) for name, words in UNNAMED[kind].items()}


def happened_before(event: Event, name: str) -> Event:
    """The same happening, noticed when everything is."""
    happened_at = getattr(event, "happened_at", None) or event.at
    return event.model_copy(update={"id": name, "at": ALL_NOTICED, "happened_at": happened_at})


@st.composite
def told_late(draw: st.DrawFn) -> tuple[History, tuple[Event, ...]]:
    """A loan on which everything is noticed at once, later; and the same events in another order of arrival."""
    history = draw(histories((*CONTACT, *ASSESSMENT), most=8))
    others = [read_event(one | {"happened_at": draw(instants)}) for one in draw(st.lists(unnamed(), max_size=8))]
    late = [
        event.model_copy(
            update={
                "id": f"e-{n:02}",
                "at": ALL_NOTICED,
                "happened_at": getattr(event, "happened_at", None) or event.at,
            }
        )
        for n, event in enumerate((*history.events, *others))
    ]
    return History(draw(loans()), tuple(late)), tuple(draw(st.permutations(late)))


@given(told_late())
def test_counters_do_not_depend_on_the_order_of_arrival(drawn: tuple[History, tuple[Event, ...]]) -> None:
    history, shuffled = drawn
    one, other = lived(history), lived(history, shuffled)
    day = one.day + timedelta(days=3)

    for name in NAMES:
        word = built_in()[name]
        assert word.read(one, day) == word.read(other, day), name
    assert CALLS.read(one, one.day) == CALLS.read(other, one.day)
    assert len(one.events) == len(other.events)
