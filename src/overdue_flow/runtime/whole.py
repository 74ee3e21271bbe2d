"""A borrower as a whole, live: all loans of a person in a store, as whoever looks may see them."""

from __future__ import annotations

from datetime import datetime

from overdue_flow.cases.case import Case
from overdue_flow.cases.seen import Seen
from overdue_flow.engine.borrower import Borrower, borrower_of
from overdue_flow.errors import AccessRefused, JournalError, UnknownCase
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.reader import Reader, nobody_of_theirs
from overdue_flow.runtime.batch import loaded
from overdue_flow.runtime.deciding import Decider
from overdue_flow.runtime.looks import access_of, found_nobody, let_in, looked
from overdue_flow.store.protocol import Store


def borrower(
    decider: Decider, store: Store, person_id: str, reader: Reader, at: datetime, *, now: datetime
) -> Borrower:
    """A person and those of their loans that a reader may see now, as they stand at an instant. UnknownCase,
    AccessRefused; JournalError where one of them cannot be read, as the sums would not be whole."""
    cases, broken = loaded(store, store.cases_of(person_id))
    law = access_of(decider.versions.all, now)
    if broken:
        let_in(law, store, reader, "borrower", now)
        raise JournalError("a loan of this person cannot be read; `overdue-flow journal verify` says which, and why")
    if not cases:
        found_nobody(law, store, reader, now)
        raise UnknownCase(f"there is no loan of a person `{person_id}`")
    shown, seen = _shown(law, store, list(cases.values()), reader, now)
    contacts = store.contacts(person_id)
    return borrower_of(person_id, [(decider.machine(case), case) for case in shown], contacts, at).shown_to(seen)


def _shown(policy: Policy, store: Store, cases: list[Case], reader: Reader, at: datetime) -> tuple[list[Case], Seen]:
    """The cases that a reader may see, and what of them: a role sees the same of each."""
    shown, refused = [], None
    for case in cases:
        try:
            shown.append((case, looked(policy, store, case, reader, "borrower", at)))
        except AccessRefused as why:
            refused = why
    if not shown:
        assert refused is not None, "a person has a loan"
        raise nobody_of_theirs(policy, reader) or refused
    return [case for case, _seen in shown], shown[0][1]
