"""A small store: three loans under the small policy, in a file of SQLite, as old as a test wants them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from overdue_flow import Flow, load_policy
from overdue_flow.events import Event, LoanOpened
from overdue_flow.store.sql import SqlStore
from support.small_policy import POLICY

OPENED_AT = datetime(2025, 1, 1, 1, tzinfo=UTC)
"""Nine in the morning in Shanghai."""


def opening(loan: str, due_on: date = date(2025, 1, 10), **more: object) -> Event:
    """A loan of 100.00 that is due on one day."""
    fields: dict[str, object] = {
        "id": f"{loan}-opened", "at": OPENED_AT, "opened_on": date(2025, 1, 1), "person_id": f"P-{loan}",
        "instalments": [{"due_on": due_on, "amount": "100.00"}],
    }  # fmt: skip
    return LoanOpened.model_validate(fields | more)


def write_store(
    folder: Path, *events: tuple[str, Event], lived_to: date | None = None, policy: Path | None = None
) -> Path:
    """The store as a file: loans A-1, A-2 (of a frail person) and A-3 (due a month later), then `events`, then the
    nights up to `lived_to`; under the small policy, or the one in a file."""
    file = folder / "loans.db"
    with opened(file) as store:
        flow = Flow(load_policy(policy) if policy is not None else load_policy(text=POLICY), store)
        flow.receive("A-1", opening("A-1"))
        flow.receive("A-2", opening("A-2", facts={"frail": True}))
        flow.receive("A-3", opening("A-3", date(2025, 2, 10)))
        for loan, event in events:
            flow.receive(loan, event)
        if lived_to is not None:
            flow.wake(lived_to)
    return file


@contextmanager
def opened(file: Path) -> Iterator[SqlStore]:
    """A store in a file, until the end of the block."""
    store = SqlStore(f"sqlite:///{file}")
    try:
        yield store
    finally:
        store.close()
