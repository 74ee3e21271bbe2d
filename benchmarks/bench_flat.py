"""Memory over many turns: a flow on SQLite that goes on and on, and what its process holds after each tenth.

A loan of twenty events comes and sleeps, and the next one comes; the store keeps a bounded number of cases at hand, so
that what is held stops growing once it is full. `--turns 1000000` is the long run; by default it is a tenth of it.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from books import ROOT

from overdue_flow import Flow, load_policy
from overdue_flow.events import ContactAttempted, Event, Instalment, LoanOpened
from overdue_flow.store.sql import SqlStore

EXAMPLE = ROOT / "examples" / "changjiang-retail" / "policy.yaml"
EVENTS = 20
KEPT = 1_000
NOON = datetime(2025, 1, 20, 4, tzinfo=UTC)


def turns() -> Iterator[tuple[str, Event]]:
    """One loan after the other, without end."""
    instalments = tuple(Instalment(due_on=date(2025, 1, 10 + n), amount=Decimal("100.00")) for n in range(2))
    number = 0
    while True:
        loan = f"loan-{number}"
        yield loan, LoanOpened(id="opened", at=NOON, opened_on=NOON.date(), instalments=instalments)
        for k in range(1, EVENTS):
            at = NOON + timedelta(minutes=k)
            yield loan, ContactAttempted(id=f"c-{k}", at=at, channel="phone", outcome="no_answer")
        number += 1


def resident_bytes() -> int:
    """What this process holds in memory (RSS)."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096


def main() -> None:
    """Turn after turn."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--turns", type=int, default=100_000)
    total = asked.parse_args().turns
    with TemporaryDirectory() as folder:
        store = SqlStore(f"sqlite:///{Path(folder) / 'long.db'}", cached_cases=KEPT)
        flow = Flow(load_policy(EXAMPLE), store)
        coming = turns()
        print(f"{total:,} turns on SQLite, in batches of 500; {KEPT:,} cases are kept at hand")
        for tenth in range(1, 11):
            started = time.perf_counter()
            for _ in range(total // 10 // 500):
                flow.receive_many(list(islice(coming, 500)))
            passed = time.perf_counter() - started
            held = resident_bytes() / 2**20
            print(f"  {tenth * total // 10:>10,} turns {held:8.1f} MiB {total / 10 / passed:8,.0f} turns/s")
        store.close()


if __name__ == "__main__":
    main()
