"""Several loans of one person: a policy that reads all of them, and what happens to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from overdue_flow import Flow
from overdue_flow.cases.case import Case
from overdue_flow.cases.facts import built_in
from overdue_flow.errors import OverdueFlowError
from overdue_flow.events import Event, Instalment, LoanOpened
from support.happenings import ABOUT_A_LOAN, PERSON
from support.histories import History, histories, noticed_at
from support.telling import noon

ONE_DAY = timedelta(days=1)
KINDS = tuple(kind for kind in ABOUT_A_LOAN if kind not in PERSON)
"""What happens to a loan; what its person's other loans say, they say by themselves."""

POLICY = """\
language: 1
policy: family
version: "1"
terms: {currency: CNY, time_zone: UTC}
roles: [agent]
attention: agent
actions:
  look: {kind: task, params: {role: role}}
holds:
  dispute: {stops: [contact]}
  hardship: {of: person, stops: [contact]}
  fire: {of: person, stops: [collect], ends_after: 20 days}
marks:
  watch: {when: dpd > 5 or borrower_marked_npa}
  npa:
    when: dpd > 30 or borrower_marked_npa
    until: borrower_arrears_cleared
everywhere:
  - {id: infected, when: borrower_dpd > 30 and dpd <= 30, to: tainted, except: [tainted]}
  - {id: cured, when: borrower_arrears_cleared and days_since_borrower_cleared >= 20, to: current, except: [current]}
stages:
  current:
    start: true
    rules:
      - {id: late, when: dpd >= 1, to: early}
      - {id: much, when: borrower_overdue_amount > 900, do: look, with: {role: agent}}
  early:
    rules: [{id: alone, when: borrower_loans_overdue >= 2, do: look, with: {role: agent}}]
  tainted:
    every: [{each: 1 week, do: look, with: {role: agent}}]
"""


@dataclass(frozen=True)
class Family:
    """Loans of one person by id, and everything that was noticed about them, in order."""

    loans: dict[str, History]

    @property
    def events(self) -> list[tuple[str, Event]]:
        """Every event with its loan, by instant; openings come first."""
        told = [(name, history.opened) for name, history in self.loans.items()]
        later = [(name, event) for name, history in self.loans.items() for event in history.events]
        return told + sorted(later, key=lambda pair: (noticed_at(pair[1]), pair[0]))


@st.composite
def families(draw: st.DrawFn, most: int = 3, kinds: tuple[str, ...] = KINDS) -> Family:
    """Two loans of one person, or up to `most`, and what happens to each."""
    loans = {}
    for name in "abc"[: draw(st.integers(2, most))]:
        history = draw(histories(kinds, most=5))
        terms = history.opened.terms
        assert terms is not None
        opened = history.opened.model_copy(
            update={"person_id": "p", "terms": terms.model_copy(update={"time_zone": "UTC"})}
        )
        loans[name] = History(opened, history.events)
    return Family(loans)


def receive(flow: Flow, events: Iterable[tuple[str, Event]]) -> None:
    """Tell a flow what happened; what cannot have happened is left out."""
    for case_id, event in events:
        try:
            flow.receive(case_id, event)
        except OverdueFlowError:
            continue


def own(case: Case, name: str, day: date) -> object:
    """A fact of one loan."""
    return built_in()[name].read(case, day)


def opened(due_on: str, amount: str = "100.00", person: str = "p", **more: Any) -> LoanOpened:
    """The opening of a loan of one instalment, on 2025-01-01."""
    return LoanOpened(
        id="opened",
        at=noon("2025-01-01"),
        opened_on=date(2025, 1, 1),
        person_id=person,
        instalments=(Instalment(due_on=date.fromisoformat(due_on), amount=amount),),
        **more,
    )
