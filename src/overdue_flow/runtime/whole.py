"""A borrower as a whole, live: all loans of a person in a store, as whoever looks may see them."""

from __future__ import annotations

from datetime import datetime

from overdue_flow.cases.seen import ALL
from overdue_flow.engine.borrower import Borrower, borrower_of
from overdue_flow.errors import JournalError, UnknownCase
from overdue_flow.policy.reader import Reader, seen_of_each, those_seen
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
    shown = those_seen(law, cases.values(), reader, lambda case: looked(law, store, case, reader, "borrower", now))
    whole = borrower_of(person_id, [(decider.machine(case), case) for case in shown], store.contacts(person_id), at)
    return whole.shown_to(seen_of_each(law, reader) or ALL)
