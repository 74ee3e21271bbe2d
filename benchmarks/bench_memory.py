"""A hundred thousand cases opened in a `MemoryStore` through `Flow`: turns per second, bytes per case, and nights.

A night on which nothing is due must not cost more for more cases: the store keeps the days on which cases wake in a
heap, and looks at the first. Bytes are resident memory (RSS of this process, from /proc) once what is no longer used
was collected; the peer is the loan as a plain object with a list of its instalments, as a service might keep it.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from books import ROOT

from overdue_flow import Flow, MemoryStore, Policy, load_policy
from overdue_flow.events import Instalment, LoanOpened, PaymentReceived

EXAMPLE = ROOT / "examples" / "changjiang-retail" / "policy.yaml"
CASES = 100_000
FEW = 1_000
DUE = 5_000
OPENED = date(2025, 1, 1)
NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)
INSTALMENTS = 12


@dataclass(slots=True)
class PlainLoan:
    """The peer: what is said of a loan, and nothing that can be done with it."""

    loan_id: str
    opened_on: date
    instalments: list[tuple[date, Decimal]]
    stage: str = "performing"


def due_days(number: int) -> list[date]:
    """Twelve months; of a hundred thousand loans, 5,000 fall due on the first night and the others later."""
    first = date(2025, 2, 1) if number % CASES < DUE else date(2025, 2, 10) + timedelta(days=number % 19)
    return [first + timedelta(days=30 * month) for month in range(INSTALMENTS)]


def opening(number: int) -> LoanOpened:
    """The event that opens a loan."""
    instalments = tuple(Instalment(due_on=day, amount=Decimal("845.50")) for day in due_days(number))
    return LoanOpened(id="opened", opened_on=OPENED, currency="CNY", instalments=instalments)


def plain(number: int) -> PlainLoan:
    """The same loan as a plain object."""
    return PlainLoan(f"loan-{number}", OPENED, [(day, Decimal("845.50")) for day in due_days(number)])


def resident_bytes() -> int:
    """What this process holds in memory."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096


def taken(work: Callable[[], object]) -> float:
    """Processor seconds."""
    started = time.process_time()
    work()
    return time.process_time() - started


def a_flow(policy: Policy, cases: int) -> Flow:
    """A flow with so many open loans."""
    flow = Flow(policy, MemoryStore(), clock=lambda: NOON)
    for number in range(cases):
        flow.receive(f"loan-{number}", opening(number))
    return flow


def microseconds_of_a_quiet_night(flow: Flow) -> float:
    """A night on which nothing is due: the median of many."""
    night = OPENED + timedelta(days=5)
    assert flow.wake(night) == []
    return statistics.median(taken(lambda: [flow.wake(night) for _ in range(2000)]) / 2000 for _ in range(9)) * 1e6


def main() -> None:
    """Open, measure, sleep, wake, pay."""
    policy = load_policy(EXAMPLE)
    few = a_flow(policy, FEW)
    before = resident_bytes()
    loans: list[PlainLoan] = []
    peer = taken(lambda: loans.extend(plain(number) for number in range(CASES)))
    gc.collect()
    peer_bytes = (resident_bytes() - before) / CASES
    before = resident_bytes()
    flows: list[Flow] = []
    opened = taken(lambda: flows.append(a_flow(policy, CASES)))
    gc.collect()
    case_bytes = (resident_bytes() - before) / CASES
    flow = flows[0]
    print(f"{CASES:,} loans of {INSTALMENTS} instalments, opened in memory")
    print(f"  plain objects   {CASES / peer:12,.0f} loans/s   {peer_bytes:8,.0f} bytes a loan (RSS)")
    print(f"  cases in a flow {CASES / opened:12,.0f} turns/s   {case_bytes:8,.0f} bytes a case (RSS)")
    print(f"  ratios          {opened / peer:12.1f} x time     {case_bytes / peer_bytes:8.1f} x memory")
    quiet = [(cases, microseconds_of_a_quiet_night(one)) for cases, one in ((FEW, few), (CASES, flow))]
    print("a night on which nothing is due")
    for cases, night in quiet:
        print(f"  {cases:9,} cases {night:12.2f} us          {night / quiet[0][1]:8.2f} x {FEW:,} cases")
    loop = taken(lambda: [loan for loan in loans if loan.instalments[0][0] < OPENED])
    print(
        f"  a loop over {CASES:,} plain objects {loop * 1e6:12,.0f} us   {loop * 1e6 / quiet[1][1]:8,.0f} x that night"
    )
    decisions: list[object] = []
    night = taken(lambda: decisions.extend(flow.wake(date(2025, 2, 2))))
    assert len({decision.case.id for decision in decisions}) == DUE
    print(f"a night on which {DUE:,} of {CASES:,} are due: {night:.2f} s, {len(decisions) / night:,.0f} turns/s")
    paid = taken(lambda: [pay(flow, number) for number in range(DUE)])
    print(f"the next day those {DUE:,} pay: {paid:.2f} s, {DUE / paid:,.0f} turns/s")


def pay(flow: Flow, number: int) -> object:
    """The first instalment of a loan comes in, late by a day."""
    at = datetime(2025, 2, 2, 9, tzinfo=UTC)
    event = PaymentReceived(id="paid", amount=Decimal("845.50"), value_date=date(2025, 2, 2))
    return flow.receive(f"loan-{number}", event, at=at)


if __name__ == "__main__":
    main()
