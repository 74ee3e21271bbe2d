"""How a repayment plan goes, as a report: its instalments, what is left, what comes next, and who followed it up."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.reports.plan_progress import PlanProgress, plan_progress
from overdue_flow.reports.report import Column, Field, Note, Part, Report, Row, columns, restricted
from overdue_flow.reports.seen import Seen
from overdue_flow.reports.speech import Guarded, Said, as_said, code, listed, say
from overdue_flow.reports.told import Told


def plan_report(told: Told, seen: Seen | None = None, plan_id: str | None = None) -> Report:
    """How the plan of that id goes, or the latest. KeyError where there is none by then."""
    found = plan_progress(told.entries, plan_id, told.day)
    title = say(
        "progress of the repayment plan {plan} on {case}", plan=Guarded("talks", found.plan_id), case=found.case_id
    )
    about = (Note(say("as of the end of {day}, amounts in {currency}", day=found.on, currency=found.currency)),)
    parts = (_plan(found), _instalments(found), _follow_ups(found))
    return restricted(Report("plan", title, about, parts), seen)


def _plan(found: PlanProgress) -> Part:
    return Part(say("the plan"), fields=tuple(_fields(found)))


def _fields(found: PlanProgress) -> Iterator[Field]:
    def field(label: str, value: object, *, lead: bool = False) -> Field:
        return Field(say(label), as_said(value), "talks", lead=lead)

    yield field("paid", f"{found.paid:f}", lead=True)
    yield field("left", f"{found.left:f}", lead=True)
    yield field("standing", code(found.standing), lead=True)
    yield field("kind", code(found.kind) or say("a plan"))
    yield field("agreed on", found.agreed_on)
    schedule = "in place of the contract's schedule" if found.replaces_contract else "beside the contract's schedule"
    yield field("stands", say(schedule))
    yield field("amount", f"{found.amount:f}")
    yield field("ends on", found.ends_on)
    if found.grace_days:
        yield field("days of grace", found.grace_days)
    if found.waives:
        yield field("let go on completion", f"{found.waives:f}")
    if found.over_on is not None:
        yield field("over on", found.over_on)
    if found.fails_on is not None:
        yield field("fails, if nothing more is paid, on", found.fails_on)
    if found.next_due_on is not None:
        yield field("next due on", found.next_due_on)
        yield field("amount due next", f"{found.next_due_amount:f}")


def _instalments(found: PlanProgress) -> Part:
    rows = tuple(
        Row(
            (
                str(row.due_on),
                f"{row.amount:f}",
                f"{row.paid:f}",
                f"{row.left:f}",
                str(row.paid_on or ""),
                listed((code(row.standing), say("due again") if row.again else "")),
            )
        )
        for row in found.instalments
    )
    head = columns(
        "talks", "due on", "amount", "paid", "left", "paid on", "standing", figures=("amount", "paid", "left")
    )
    counted = listed(listed((str(count), code(standing)), " ") for standing, count in found.counted().items() if count)
    return Part(say("instalments"), head, rows, (Note(say("instalments: {counted}", counted=counted), "talks"),))


def _follow_ups(found: PlanProgress) -> Part:
    head = (Column(say("on"), "work"), Column(say("what"), "mixed"), Column(say("became"), "work"))
    rows = tuple(Row((str(one.on), one.what, _became(one.became))) for one in found.follow_ups)
    return Part(say("follow-ups"), head, rows, empty=say("no follow-ups"))


def _became(said: str) -> Said:
    """What became of a follow-up: its end, and the outcome of the contact."""
    return listed((code(word) for word in said.split(": ")), ": ")
