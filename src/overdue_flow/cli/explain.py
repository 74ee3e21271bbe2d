"""`overdue-flow explain POLICY BOOK_OR_STORE LOAN`: one loan, day by day; where it stands, why, and what comes next."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from overdue_flow.cli.access import RoleGiven, WhoGiven, WhyGiven, reader_given, seen_in_store, story_for
from overdue_flow.cli.history import deciders, no_such_loan
from overdue_flow.cli.inputs import day_given, policies_at
from overdue_flow.cli.loans import LoanGiven, LoansGiven, OnGiven, PolicyGiven, loan_in_book
from overdue_flow.cli.manners import Mistake
from overdue_flow.cli.screen import say
from overdue_flow.cli.stores import is_store, store_at
from overdue_flow.cli.story import tell
from overdue_flow.engine import explain as reasons
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import NotInForce, UnknownCase
from overdue_flow.policy.reader import Reader
from overdue_flow.reports.became import entries_until
from overdue_flow.reports.timeline import timeline
from overdue_flow.runtime.flow import Flow


def explain(
    policy: PolicyGiven,
    loans: LoansGiven,
    loan: LoanGiven,
    *,
    on: OnGiven = None,
    role: RoleGiven = None,
    who: WhoGiven = None,
    why: WhyGiven = None,
) -> None:
    """Tell the story of one loan: what happened, where it stands, why, and what happens next if nothing does."""
    day, reader = day_given(on, "--on"), reader_given(role, who, why)
    if is_store(loans):
        _from_store(policy, loans, loan, day, reader)
    else:
        _from_book(policy, Path(loans), loan, day, reader)


def _from_book(policy: Path, book: Path, loan: str, day: date | None, reader: Reader) -> None:
    told = loan_in_book(policy, book, loan, day, reader)
    story_for(told.seen)
    machine = Machine(told.policy)
    tell(timeline(machine, told.entries))
    say()
    tell(str(reasons.explain(machine, told.case, told.day)))


def _from_store(policy: Path, store: str, loan: str, day: date | None, reader: Reader) -> None:
    versions = policies_at(policy)
    with store_at(store) as opened:
        case = opened.load(loan)
        if case is None:
            raise no_such_loan(loan, store)
        story_for(seen_in_store(versions, opened, case, reader, "explain"))
        try:
            said = Flow(versions, opened).explain(loan, day)
        except NotInForce as missing:
            raise Mistake(f"{missing}; POLICY may be a folder with all versions of the policy") from None
        except UnknownCase as unknown:
            raise Mistake(str(unknown)) from None
        entries = opened.journal(loan)
    tell(timeline(deciders(versions), entries_until(entries, day, case.terms)))
    say()
    tell(str(said))
