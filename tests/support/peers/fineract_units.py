"""Apache Fineract, one question alone: settings, gaps, replaced schedules, which pauses are accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from pydantic import ValidationError

from overdue_flow import Event, OverdueFlowError, PolicyError, load_policy
from overdue_flow.events import (
    ChargeAdded,
    EventRetracted,
    HoldLifted,
    HoldPlaced,
    ScheduleReplaced,
    read_event,
)
from support.peers.cases import DAY_0, Compared, PeerCase, amount, days_before, expected_of, on
from support.peers.fineract import grace_ends_on, loan, product
from support.peers.lender import Lender
from support.peers.policies import by_range, by_severity

# --- settings ---


def next_payment(case: PeerCase) -> Iterator[Compared]:
    """FI-12, 13: what Fineract makes a setting are two facts."""
    fact = {"earliest-unpaid-date": "oldest_due_on", "next-unpaid-due-date": "next_due_on"}[case.inputs["setting"]]
    lender = loan(case, (), product(case.inputs))
    for number, check, expected in case.each_check():
        yield Compared(
            number, "next_payment_due", on(expected["next_payment_due"]), lender.fact(fact, on(check["as_of"]))
        )


def gaps(case: PeerCase) -> Iterator[Compared]:
    """FI-78: between two ranges there is none. Stages say so; a gap between buckets is refused at once."""
    ranges = [(name, low, high) for name, low, high in case.inputs["ranges"]]
    text = by_severity([(name, f"{low} <= dpd <= {high}") for name, low, high in reversed(ranges)], clear="NONE")
    for number, check, expected in case.each_check():
        lender, due_on = Lender(text), days_before(check["days"], DAY_0)
        lender.open([{"due_on": due_on, "amount": 100}], opened_on=due_on)
        yield Compared(number, "range", expected["range"] or "NONE", lender.stage(DAY_0))
    yield Compared(0, "buckets with a gap", "refused", _loading(by_range(ranges, "dpd")))


def _loading(text: str) -> str:
    try:
        load_policy(text=text)
    except PolicyError:
        return "refused"
    return "taken"


# --- what is owed ---


def due_today(case: PeerCase) -> Iterator[Compared]:
    """FI-37: an instalment of today is not overdue."""
    (due,) = case.obligations
    assert due["due"] == "as_of", due
    text = product({})
    lender = Lender(text)
    lender.open([{"due_on": DAY_0, "amount": due["amount"]}], opened_on=DAY_0)
    expected = expected_of(case.checks[0])
    said = grace_ends_on(lender.fact("oldest_due_on", DAY_0), text)
    yield Compared(0, "delinquent_days", expected["delinquent_days"], lender.fact("dpd_net", DAY_0))
    yield Compared(0, "delinquent_date", expected["delinquent_date"], said)


def chargeback_ahead(case: PeerCase) -> Iterator[Compared]:
    """FI-39: there is no payment to reverse, so the chargeback is an amount of its own, due on its own day."""
    (due,), (chargeback,), text = case.obligations, case.inputs["events"], product({})
    assert (due["due"], chargeback["date"]) == ("future", "as_of-2d")
    charged_on = days_before(2, DAY_0)
    lender = Lender(text)
    lender.open([{"due_on": date(2024, 6, 1), "amount": due["amount"]}], opened_on=charged_on)
    sum_ = amount(chargeback["amount"])
    lender.happened(ChargeAdded(amount=sum_, due_on=charged_on, component="principal"), charged_on)
    expected = expected_of(case.checks[0])
    assert expected.pop("delinquent_date") == "chargeback date"
    yield Compared(0, "delinquent_date", charged_on, grace_ends_on(lender.fact("oldest_due_on", DAY_0), text))
    yield Compared(0, "delinquent_days", expected["delinquent_days"], lender.fact("dpd_net", DAY_0))
    yield Compared(0, "delinquent_amount", expected["delinquent_amount"], lender.fact("overdue_amount", DAY_0))


NEW_SCHEDULE = {
    "FI-45": [("2024-03-01", "125"), ("2024-04-01", "125"), ("2024-05-01", "125"), ("2024-06-01", "125"),
              ("2024-07-01", "125"), ("2024-08-01", "125")],
    "FI-46": [("2024-01-31", "187"), ("2024-02-15", "188")],
}  # fmt: skip
"""The schedules that the notes of the two cases tell in prose."""


def replaced_schedule(case: PeerCase) -> Iterator[Compared]:
    """FI-45, 46: overdue instalments are moved ahead, and moved back again."""
    text = product(case.inputs)
    lender = loan(case, (), text)
    for number, check, expected in case.each_check():
        as_of = on(check["as_of"])
        if check["given"].startswith("re-"):
            if "undone" in check["given"]:
                lender.happened(EventRetracted(event_id="replaced"), as_of)
            else:
                dues = tuple({"due_on": due_on, "amount": sum_} for due_on, sum_ in NEW_SCHEDULE[case.id])
                lender.happened(_replaced(as_of, dues), as_of)
        elif check["given"].startswith("undone"):
            lender.happened(EventRetracted(event_id="replaced"), as_of)
        yield Compared(number, "range", expected["range"], lender.fact("bucket", as_of))
        date_ = expected["delinquent_date"]
        said = grace_ends_on(lender.fact("oldest_due_on", as_of), text)
        yield Compared(number, "delinquent_date", date_ and on(date_), said)


def _replaced(effective_on: date, dues: Sequence[dict[str, str]]) -> Event:
    return ScheduleReplaced.model_validate({"id": "replaced", "effective_on": effective_on, "instalments": dues})


# --- which pauses are accepted ---


def in_september(number: int) -> date:
    """The cases give day numbers of September 2022."""
    return date(2022, 9, number)


def pause(start: int, end: int) -> Callable[[], Event]:
    """A pause from one day of September up to another."""
    return lambda: HoldPlaced(hold="pause", placed_on=in_september(start), ends_on=in_september(end))


def resume(day: int) -> Callable[[], Event]:
    """A pause ends on a day of September."""
    return lambda: HoldLifted(hold="pause", lifted_on=in_september(day))


def resume_with_an_end() -> Event:
    """What the API is sent."""
    return read_event({"kind": "HoldLifted", "hold": "pause", "lifted_on": "2022-09-17", "ends_on": "2022-09-20"})


Attempt = tuple[int, Callable[[], Event]]
"""The day on which something is sent, and what."""

PAUSES: dict[str, tuple[tuple[str, list[Attempt]], ...]] = {
    "FI-52": (("existing 15..22 resumed on 17, new 18..20",
               [(15, pause(15, 22)), (17, resume(17)), (18, pause(18, 20))]),),
    "FI-53": (("resume on 09 after a pause 05..08 ended", [(5, pause(5, 8)), (9, resume(9))]),),
    "FI-61": (("new pause ends on an existing start date", [(10, pause(15, 20)), (10, pause(12, 15))]),),
    "FI-62": (("new pause starts on the effective (resumed) end",
               [(15, pause(15, 22)), (17, resume(17)), (17, pause(17, 20))]),),
    "FI-63": (("backdated pause", [(16, pause(14, 20))]),),
    "FI-64": (
        ("existing 15..20, new 10..25 (strictly contains it)", [(10, pause(15, 20)), (10, pause(10, 25))]),
        ("existing 15..20, new 15..25 (same start, later end)", [(10, pause(15, 20)), (10, pause(15, 25))]),
        ("existing 15..20, new 10..20 (earlier start, same end)", [(10, pause(15, 20)), (10, pause(10, 20))]),
        ("new start 20 end 15", [(10, pause(20, 15))]),
    ),
    "FI-69": (("PAUSE in the future 2023-10-25..30 (today 10-16)", [(16, pause(25, 30))]),),
    "FI-70": (("PAUSE backdated 2023-10-14..30 (today 10-16)", [(16, pause(14, 30))]),),
    "FI-74": (("RESUME without any pause", [(16, resume(16))]),),
    "FI-77": (("RESUME with an end date", [(15, pause(15, 22)), (17, resume_with_an_end)]),),
}  # fmt: skip
"""What each case tells in prose, as events; the last one is in question. In FI-69 and 70 the month does not matter."""

OUR_REASONS = {
    "no active pause": "is not in place on",
    "overlap": "overlaps the one in place",
    "end before start": "its end is the first day without it",
    "loan not active": "there is no case",
}
"""Why something is refused, in the peer's words and in ours."""


def accepted(case: PeerCase) -> Iterator[Compared]:
    """Whether the last of some pauses and resumptions is taken, and why not."""
    for number, (check, (words, attempts)) in enumerate(zip(case.checks, PAUSES[case.id], strict=True)):
        assert words == check.get("given", case.inputs.get("given")), words
        lender = Lender(product({}))
        lender.open([{"due_on": in_september(1), "amount": 100}], opened_on=in_september(1))
        *before, (day, last) = attempts
        for noticed, event in before:
            lender.happened(event(), in_september(noticed))
        refusal = refused(lambda: lender.happened(last(), in_september(day)))  # noqa: B023
        yield from verdict(number, expected_of(check), refusal)


def not_open(case: PeerCase) -> Iterator[Compared]:
    """FI-54: a loan that is only approved is no case yet."""
    refusal = refused(lambda: Lender(product({})).happened(pause(15, 20)(), in_september(10)))
    yield from verdict(0, expected_of(case.checks[0]), refusal)


def refused(attempt: Callable[[], object]) -> str | None:
    """Why an attempt was refused; None where it was taken."""
    try:
        attempt()
    except (OverdueFlowError, ValidationError) as refusal:
        return str(refusal)
    return None


def verdict(number: int, expected: dict[str, object], refusal: str | None) -> Iterator[Compared]:
    """Whether it was accepted, and the reason where the peer gives one."""
    yield Compared(number, "accepted", expected["accepted"], refusal is None)
    if "reason" in expected:
        reason = expected["reason"]
        said = next((theirs for theirs, ours in OUR_REASONS.items() if refusal and ours in refusal), refusal)
        yield Compared(number, "reason", reason, said)


def effective(case: PeerCase) -> Iterator[Compared]:
    """FI-65: a resume closes only the pause it falls in. A pause is told on its first day."""
    for number, check in enumerate(case.checks):
        lender = Lender(product({}))
        lender.open([{"due_on": date(2023, 1, 1), "amount": 100}], opened_on=date(2023, 1, 1))
        told: list[tuple[date, Event]] = []
        for start, end in check["given"]["pauses"]:
            placed = HoldPlaced(hold="pause", placed_on=date(2023, 1, start), ends_on=date(2023, 1, end))
            told.append((date(2023, 1, start), placed))
        lifted = [date(2023, 1, day) for day in check["given"]["resumes"]]
        told += [(day, HoldLifted(hold="pause", lifted_on=day)) for day in lifted]
        for noticed, event in sorted(told, key=lambda one: one[0]):
            lender.happened(event, noticed)
        pauses = lender.case(date(2023, 1, 31)).care.pauses(("pause",))
        yield Compared(number, "value", expected_of(check)["value"], [[a.day, b.day if b else None] for a, b in pauses])


ADAPTERS = {
    **dict.fromkeys(("FI-12", "FI-13"), next_payment),
    "FI-37": due_today,
    "FI-39": chargeback_ahead,
    **dict.fromkeys(("FI-45", "FI-46"), replaced_schedule),
    **dict.fromkeys(PAUSES, accepted),
    "FI-54": not_open,
    "FI-65": effective,
    "FI-78": gaps,
}
