"""The loans of a book or a store, one after the other, as reports about many of them are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import told_by
from overdue_flow.cases.evolve import replay
from overdue_flow.cases.seen import Seen
from overdue_flow.cli.access import say_not_remembered
from overdue_flow.cli.backtest import days_of
from overdue_flow.cli.inputs import book_at, policies_at, policy_at
from overdue_flow.cli.manners import Mistake
from overdue_flow.cli.progress import doing
from overdue_flow.cli.stores import is_store, store_at
from overdue_flow.errors import AccessRefused, StoreUnavailable
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.reader import Reader, access_for, seen_by, seen_of_each
from overdue_flow.reports.became import entries_until
from overdue_flow.reports.told import Period, Told
from overdue_flow.runtime.looks import access_of, let_in, looked
from overdue_flow.simulation.backtest import backtest as lived
from overdue_flow.store.protocol import Store

A_YEAR = timedelta(days=365)

AT_ONCE = 100
"""So many loans are read, and looks at them remembered, before the next ones."""


class Many(NamedTuple):
    """The policy by which a report speaks (of several versions the last), the days that it is about, and the loans that
    the reader may see; `seen` is what they may see of each (None: everything)."""

    policy: Policy
    period: Period
    loans: Iterator[Told]
    seen: Seen | None


@contextmanager
def loans_told(
    policy: Path, loans: str, days: tuple[date | None, date | None], reader: Reader, what: str
) -> Iterator[Many]:
    """The loans of a book or a store, open until the end of the block. A look into a store is remembered, as one by way
    of `what`. AccessRefused for who may see none at all."""
    if is_store(loans):
        versions = policies_at(policy)
        with store_at(loans) as store:
            yield _in_store(versions, store, days, reader, what)
    else:
        yield _in_book(policy, Path(loans), days, reader)


def _in_book(policy: Path, book: Path, given: tuple[date | None, date | None], reader: Reader) -> Many:
    found = policy_at(policy)
    with doing("reading") as progress:
        loans = book_at(book, found, progress.reading)
    days = days_of(given, loans)

    def told() -> Iterator[Told]:
        for outcome in lived(found, loans, days):
            case = outcome.life.case
            turn_day = told_by(days.last, case.terms).turn_day
            if not reader.role or _is_theirs(found, case, reader, turn_day):
                yield Told(found, tuple(outcome.life.entries), case, days.last, turn_day)

    return Many(found, Period(days.first, days.last), told(), seen_of_each(found, reader))


def _in_store(
    versions: tuple[Policy, ...], store: Store, given: tuple[date | None, date | None], reader: Reader, what: str
) -> Many:
    now = datetime.now(UTC)
    last = given[1] or now.astimezone(versions[-1].terms.zone).date()
    first = given[0] or last - A_YEAR
    if first > last:
        raise Mistake(f"there is no day from {first} to {last}")
    known = {(one.id, one.version): one for one in versions}
    law = access_of(versions, now)
    let_in(law, store, reader, what, now)

    def told() -> Iterator[Told]:
        remembers, case_ids = True, iter(store.case_ids())
        while some := list(islice(case_ids, AT_ONCE)):
            shown: list[tuple[Case, Told]] = []
            for case_id in some:
                entries = store.journal(case_id)
                case = replay(entries)
                until = entries_until(entries, last, case.terms)
                if until and _is_theirs(law, case, reader, now.astimezone(case.zone).date()):
                    ref = until[-1].policy
                    pinned = known.get((ref.policy, ref.version), versions[-1])
                    turn_day = told_by(last, case.terms).turn_day
                    shown.append((case, Told(pinned, tuple(until), replay(until), last, turn_day)))
            remembers = remembers and _remembered(law, store, [case for case, _told in shown], reader, what, now)
            yield from (one for _case, one in shown)

    return Many(versions[-1], Period(first, last), told(), seen_of_each(law, reader))


def _is_theirs(policy: Policy, case: Case, reader: Reader, on: date) -> bool:
    """Whether a loan is among those that the reader sees on a day."""
    access_for(policy, reader)
    try:
        seen_by(policy, case, reader, on)
    except AccessRefused:
        return False
    return True


def _remembered(policy: Policy, store: Store, cases: Sequence[Case], reader: Reader, what: str, now: datetime) -> bool:
    """Remember a look at each loan that is about to be shown, all in one commit; whether the store can.
    StoreUnavailable for one that cannot, where the policy says who may see what."""
    try:
        with store.transaction() as inside:
            for case in cases:
                looked(policy, inside, case, reader, what, now)
    except StoreUnavailable as error:
        say_not_remembered(error, policy)
        return False
    return True
