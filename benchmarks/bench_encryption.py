"""What encryption costs: the same events told to a store without keys and to one with them, on SQLite and PostgreSQL.

The loans have persons and contact points, so that something of every event is personal; a fresh store each time, the
two in turn. Reading is every case folded from its journal, with nothing kept. Rotation is a second key over all of it.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench_store import EXAMPLE, LOANS, events, openings, seconds

from overdue_flow import Flow, load_policy
from overdue_flow.events import Event
from overdue_flow.store.keys import Keys, new_key
from overdue_flow.store.sql import SqlStore
from support.postgres import fresh_database

ROUNDS, TOLD = 3, 2_000
FIRST = new_key("2026a")
KEYS, NEXT = Keys.parse(FIRST), Keys.parse(f"{new_key('2026b')} {FIRST}")


def personal(told: list[tuple[str, Event]]) -> list[tuple[str, Event]]:
    """The same events, each with what is personal."""
    said = {"LoanOpened": "person_id", "ContactAttempted": "contact_point"}
    return [
        (loan, event.model_copy(update={said[event.kind]: f"{loan}@lender.example"}) if event.kind in said else event)
        for loan, event in told
    ]


@contextmanager
def empty(kind: str) -> Iterator[str]:
    """The URL of an empty database."""
    if kind == "PostgreSQL":
        with fresh_database() as url:
            yield url
        return
    with TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'loans.db'}"


def measured(kind: str, keys: Keys | None) -> dict[str, float]:
    """Seconds of each kind of work, in a fresh store."""
    with empty(kind) as url:
        store = SqlStore(url, keys=keys)
        flow = Flow(load_policy(EXAMPLE), store)
        found = {"opening loans in batches": seconds(partial(flow.receive_many, personal(openings())))}
        found["events in batches"] = seconds(partial(flow.receive_many, personal(events(0, TOLD))))
        single = personal(events(1, TOLD // 10))
        found["events one by one"] = seconds(lambda: [flow.receive(loan, event) for loan, event in single])
        store.close()
        with closing(SqlStore(url, keys=keys, cached_cases=1)) as fresh:
            found["reading every case"] = seconds(lambda: fresh.load_many(list(fresh.case_ids())))
            person = next(fresh.outbox()).person_id
            found["contacts of a person, 500 times"] = seconds(lambda: [fresh.contacts(person) for _ in range(500)])
        if keys is not None:
            with closing(SqlStore(url, keys=NEXT)) as rotated:
                found["rotation"] = seconds(rotated.rotate_keys)
        return found


def main() -> None:
    """Ratios of the medians, with keys to without."""
    print(f"{LOANS:,} loans, {TOLD:,} events in batches, {TOLD // 10} one by one; {ROUNDS} rounds")
    for kind in ("SQLite", "PostgreSQL"):
        rounds = [(measured(kind, None), measured(kind, KEYS)) for _ in range(ROUNDS)]
        for work in rounds[0][0]:
            plain, sealed = ([one[work] for one in some] for some in zip(*rounds, strict=True))
            ratio = statistics.median(after / before for before, after in zip(plain, sealed, strict=True))
            print(f"{kind:<11} {work:<32} {statistics.median(sealed):8.3f} s, {ratio:.2f} times without keys")
        spent = statistics.median(sealed["rotation"] for _plain, sealed in rounds)
        print(f"{kind:<11} {'rotation':<32} {spent:8.3f} s")


if __name__ == "__main__":
    main()
