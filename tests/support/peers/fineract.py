"""Apache Fineract: days past due, delinquent days net of grace and pauses, and ranges, for a loan and its instalments.

A pause is two things there: days that are not counted, from its start up to its end, and a label that is shown through
its last day. So it is two holds here: `pause`, which `paused_by` names, and `shown_1`, `shown_2`, ..., one a pause.

An instalment of Fineract has a range of its own, without the grace. Our unit is the loan; so what the ledger says is
left of each instalment is opened as a loan of its own. Those that stand in one range are opened once more, together:
the library adds them up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from overdue_flow.events import HoldLifted, HoldPlaced, Instalment, PaymentReceived, PaymentReversed
from overdue_flow.money import from_minor
from support.peers.cases import Compared, PeerCase, amount, first_day_without, on
from support.peers.lender import LOAN, Lender
from support.peers.policies import by_range

FACTS = {
    "delinquent_amount": "overdue_amount",
    "past_due_days": "dpd",
    "delinquent_days": "dpd_net",
    "outstanding": "balance",
}
NO_RANGE = "NO_DELINQUENCY"
MOST_PAUSES = 3

Said = Mapping[str, Any]


def ranges_of(inputs: Said) -> list[tuple[str, int, int | None]]:
    """The ranges of a bucket: name, first and last day."""
    return [(one["name"], one["min_days"], one["max_days"]) for one in inputs.get("ranges", STANDARD)]


STANDARD = [
    {"name": f"RANGE_{name}", "min_days": low, "max_days": high}
    for name, low, high in (
        (1, 1, 3), (3, 4, 30), (30, 31, 60), (60, 61, 90), (90, 91, 120),
        (120, 121, 150), (150, 151, 180), (180, 181, 240), (240, 241, None),
    )
]  # fmt: skip
"""The ranges of Fineract's own suite, where a case names one and does not list them."""


def product(inputs: Said, *, with_grace: bool = True, reversal: str = "reversal_date") -> str:
    """A loan product as a policy. Grace counts for the loan, never for an instalment."""
    grace = inputs.get("convention", inputs).get("grace_days", 0) if with_grace else 0
    holds = ["pause", *(f"shown_{number}" for number in range(1, MOST_PAUSES + 1))]
    counting = {"grace_days": grace, "paused_by": ["pause"], "reversal": reversal}
    return by_range(ranges_of(inputs), "dpd_net", counting=counting, holds={hold: {} for hold in holds})


# --- loans through time ---


def loan(case: PeerCase, events: Sequence[Said], text: str) -> Lender:
    """The loan with the events of a check."""
    lender = Lender(text)
    dues = [{"id": one.get("id"), "due_on": on(one["due"]), "amount": one["amount"]} for one in case.obligations]
    days = [one["due_on"] for one in dues] + [on(event["date"]) for event in events]
    lender.open(dues, opened_on=min(days))
    happen(lender, events)
    return lender


def happen(lender: Lender, events: Sequence[Said]) -> None:
    """The events in our words, each on its day."""
    pauses = 0
    for event in events:
        noticed = on(event["date"])
        if event["type"] == "pause":
            pauses += 1
            start, end = on(event["start"]), on(event["end"])
            lender.happened(HoldPlaced(hold="pause", placed_on=start, ends_on=end), noticed)
            shown = HoldPlaced(hold=f"shown_{pauses}", placed_on=start, ends_on=first_day_without(end))
            lender.happened(shown, noticed)
        elif event["type"] == "resume":
            lender.happened(HoldLifted(hold="pause", lifted_on=noticed), noticed)
            lender.happened(HoldLifted(hold=f"shown_{pauses}", lifted_on=first_day_without(noticed)), noticed)
        elif event["type"] == "chargeback":
            # it names no payment: the last one is meant
            paid = [entry.event.id for entry in lender.flow.history(LOAN) if isinstance(entry.event, PaymentReceived)]
            sum_ = amount(event["amount"])
            lender.happened(PaymentReversed(payment_id=str(paid[-1]), reversed_on=noticed, amount=sum_), noticed)
        else:
            assert event["type"] in ("payment", "goodwill_credit"), event
            value_date = on(event.get("value_date", event["date"]))
            lender.happened(PaymentReceived(amount=amount(event["amount"]), value_date=value_date), noticed)


def timeline(case: PeerCase) -> Iterator[Compared]:
    """Each check looks at a loan of its own, with the first events of the case."""
    text = product(case.inputs)
    for number, check, expected in case.each_check():
        as_of, events = on(check["as_of"]), case.events_of(check)
        lender = loan(case, events, text)
        for what, value in expected.items():
            yield Compared(number, what, _as_we_write(what, value), _said(case, lender, events, as_of, what))
        if "range_from_days" in check:
            said = lender.fact("bucket", as_of) or NO_RANGE
            yield Compared(number, "range_from_days", check["range_from_days"], said)


def _as_we_write(what: str, value: Any) -> Any:
    if what == "delinquent_date" and value is not None:
        return on(value)
    return value


def _said(case: PeerCase, lender: Lender, events: Sequence[Said], as_of: date, what: str) -> Any:
    """What the library says under a name of the peer's."""
    if what in FACTS:
        return lender.fact(FACTS[what], as_of)
    if what == "range":
        return lender.fact("bucket", as_of)
    if what == "delinquent_date":
        return grace_ends_on(lender.fact("oldest_due_on", as_of), product(case.inputs))
    if what == "installment_ranges":
        return instalment_ranges(case, lender, events, as_of)
    if what == "loan_status":
        return "CLOSED_OBLIGATIONS_MET" if lender.fact("balance", as_of) == 0 else "ACTIVE"
    assert what == "pause_periods", what
    return pause_periods(lender, as_of)


def grace_ends_on(due_on: date | None, text: str) -> date | None:
    """The day on which the grace of what fell due on a day is over: the library moves such a loan then."""
    if due_on is None:
        return None
    lender = Lender(text)
    lender.open([{"due_on": due_on, "amount": 1}], opened_on=due_on)
    lender.live_to(due_on.replace(year=due_on.year + 1, day=1))
    (moved,) = [move for move in lender.flow.case(LOAN).course.moves if move.rule == "grace-ends"]
    return moved.on


def pause_periods(lender: Lender, as_of: date) -> list[dict[str, Any]]:
    """Every pause: from when, up to when, and whether it is shown as active."""
    pauses = [hold for hold in lender.case(as_of).care.holds if hold.kind == "pause"]
    return [
        {
            "start": hold.placed_on.isoformat(),
            "end": str(hold.until),
            "active": lender.fact(f"hold_shown_{number}", as_of),
        }
        for number, hold in enumerate(pauses, 1)
    ]


# --- instalments ---


def instalment_ranges(case: PeerCase, lender: Lender, events: Sequence[Said], as_of: date) -> dict[str, Decimal] | None:
    """What is left of the instalments in each range. Fineract shows none while the loan itself is in no range."""
    if lender.fact("bucket", as_of) is None:
        return None
    text = product(case.inputs, with_grace=False)
    pauses = [event for event in events if event["type"] in ("pause", "resume")]
    found: dict[str, list[Instalment]] = {}
    for left in left_of_each(lender, as_of):
        alone = _opened_again([left], pauses, text)
        range_ = alone.fact("bucket", as_of)
        if range_ is not None:
            found.setdefault(range_, []).append(left)
    return {
        range_: _opened_again(together, pauses, text).fact("overdue_amount", as_of)
        for range_, together in found.items()
    }


def left_of_each(lender: Lender, as_of: date) -> list[Instalment]:
    """What is left of each instalment, by the ledger."""
    dues = lender.case(as_of).ledger.books.account_on(as_of).left()
    return [Instalment(id=due.id, due_on=due.due_on, amount=from_minor(due.total, "EUR")) for due in dues]


def _opened_again(instalments: Sequence[Instalment], pauses: Sequence[Said], text: str) -> Lender:
    lender = Lender(text)
    lender.open(instalments, opened_on=min([one.due_on for one in instalments] + [on(one["date"]) for one in pauses]))
    happen(lender, pauses)
    return lender


ADAPTERS = dict.fromkeys(
    (
        "FI-01", "FI-02", "FI-05", "FI-07", "FI-08", "FI-10", "FI-15", "FI-17", "FI-19", "FI-20", "FI-21", "FI-24",
        "FI-25", "FI-26", "FI-27", "FI-32", "FI-33", "FI-36", "FI-40", "FI-41", "FI-42",
    ),
    timeline,
)  # fmt: skip
