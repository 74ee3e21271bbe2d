"""The assessment before contact: amount, duration, payment history, class; what is known of ability, willingness and
care; and when contact is permitted.

Nothing in it is a judgment of the program's own: it puts on one page what the case knows, and what the policy says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from overdue_flow.cases.attempts import CHANNELS
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.position import in_force, position
from overdue_flow.engine.draft import opening_of
from overdue_flow.engine.limits import Verdict, permitted
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.tasks import withheld
from overdue_flow.reports.known import fact_field, known, number_said
from overdue_flow.reports.overview import stage_called
from overdue_flow.reports.report import Column, Field, Note, Part, Report, Row, columns, restricted
from overdue_flow.reports.seen import Seen
from overdue_flow.reports.speech import Phrase, Said, code, listed, named, say
from overdue_flow.reports.told import Told

_AMOUNT = ("overdue_amount", "dpd", "balance")
_DURATION = ("oldest_due_on", "months_past_due", "dpd_net", "missed_instalments", "next_due_on", "next_due_amount")
_MEANS = (
    "ability", "ability_worked_out", "willingness", "income", "expenses", "disposable_income", "assets",
    "overdue_cause", "finances_assessed_on",
)  # fmt: skip
_CARE = (
    "dispute_open", "dispute_amount", "complaint_open", "objection_open", "promise_open", "promise_due_on",
    "plan_active", "negotiation_open",
)  # fmt: skip
_HISTORY = (
    "last_payment_on", "paid_ratio", "promises_kept", "promises_broken", "plans_failed", "negotiations_failed",
    "failed_negotiations_in_a_row",
)  # fmt: skip
_CONTACTS = ("last_contact_on", "last_conversation_on", "unanswered_attempts_in_a_row", "contact_lost", "agency")


def preassessment(told: Told, seen: Seen | None = None) -> Report:
    """The assessment of a loan before its borrower is contacted."""
    report = Report(
        "assessment",
        say("assessment before contact: {case}", case=told.case.id),
        (Note(say("as of the end of {day}, amounts in {currency}", day=told.day, currency=told.currency)),),
        (_amount(told), _history(told), _class(told), _means(told), _care(told), _contact(told)),
    )
    return restricted(report, seen)


def _amount(told: Told) -> Part:
    lead = [field for name in _AMOUNT if (field := fact_field(told, name, lead=True))]
    borrower = Field(say("borrower"), told.case.person_id, "identity")
    return Part(say("amount and duration"), fields=(*lead, borrower, *known(told, _DURATION)))


# --- how it was paid so far ---


def _history(told: Told) -> Part:
    """Of what fell due up to the day: how much was covered by its day, how much later and by how many days, how much
    not at all."""
    fields = [*_paid_when(told), *known(told, _HISTORY)]
    return Part(say("payment history"), fields=tuple(fields))


def _paid_when(told: Told) -> Iterator[Field]:
    if position(told.case, told.turn_day).basis == "report":
        yield Field(say("instalments so far"), say("not known: the host keeps the ledger"), "money")
        return
    books = in_force(told.case.ledger, told.case.plans).books
    fell_due = [one for one in books.coverage(told.turn_day) if one.due_on < told.turn_day]
    late = [(one.covered_on - one.due_on).days for one in fell_due if one.covered_on and one.covered_on > one.due_on]
    found = Counter("in time" if one.covered_on else "not" for one in fell_due)
    yield Field(say("instalments so far"), str(len(fell_due)), "money")
    yield Field(say("paid in time"), str(found["in time"] - len(late)), "money")
    yield Field(say("paid late"), str(len(late)), "money")
    yield Field(say("not paid"), str(found["not"]), "money")
    if late:
        yield Field(say("longest delay"), number_said(max(late), "days"), "money")


# --- class, means, care ---


def _class(told: Told) -> Part:
    fields = [
        Field(say("stage"), stage_called(told.policy, told.case.course.stage), "work", "stage"),
        Field(say("in it since"), str(told.case.course.entered_on), "work"),
        *known(told, ("bucket", "classified_as")),
    ]
    return Part(say("classification"), fields=tuple(fields))


def _means(told: Told) -> Part:
    fields = [field for name in ("ability", "willingness") if (field := fact_field(told, name))]
    fields += known(told, _MEANS[1:2] + _MEANS[3:])
    note = Note(say("what is not known should be asked, not guessed"), "finances")
    unknown = told.fact("ability") is None or told.fact("willingness") is None
    return Part(say("ability and willingness to pay"), fields=tuple(fields), notes=(note,) if unknown else ())


def _care(told: Told) -> Part:
    rows = tuple(
        Row((code(one.kind), str(one.placed_on), str(one.until or "")))
        for one in told.case.care.holds
        if one.stands_on(told.turn_day)
    )
    head = columns("care", "hold", "placed on", "until")
    fields = tuple(known(told, _CARE))
    return Part(say("care, and what is under way"), head, rows, fields=fields)


# --- when contact is permitted ---


def _contact(told: Told) -> Part:
    """By each channel that the policy has, the first instant from the next day on at which a contact to collect may go
    out, as the limits, the holds and the borrower's wishes stand."""
    head = (
        Column(say("channel"), "open"),
        Column(say("contact to collect"), "contact"),
        Column(say("because"), "mixed"),
    )
    rows = tuple(_permitted(told, Machine(told.policy)))
    note = Note(say("of what other loans of the person know, nothing is asked here"), "contact")
    return Part(say("contact"), head, rows, (note,), tuple(known(told, _CONTACTS)))


def _permitted(told: Told, machine: Machine) -> Iterator[Row]:
    at = opening_of(told.day + timedelta(days=1), told.case)
    for channel in CHANNELS:
        effect = Effect(
            f"{told.case.id}:asked:{channel}", "contact", "contact", told.day, at, "", "collect", {"channel": channel}
        )
        no = withheld(machine, told.case, told.turn_day, effect)
        if no is not None:
            forbidden = say("not now") if no[0] is Status.HELD else code("no")
            yield Row((code(channel), forbidden, _stopped(told, machine, effect) or Phrase(no[1])))
            continue
        verdict = permitted(machine, told.case, effect, at)
        yield Row((code(channel), _verdict(verdict, told), _why(verdict, told)))


def _stopped(told: Told, machine: Machine, effect: Effect) -> Said:
    """The hold that stops a contact; nothing where it is something else."""
    for kind in told.case.care.standing(told.turn_day):
        hold = machine.holds.get(kind)
        if hold is not None and hold.silences(effect.purpose, effect.params):
            return say("hold {hold} stops it", hold=code(kind))
    return ""


def _verdict(verdict: Verdict, told: Told) -> Said:
    if verdict.at is None:
        return say("not now") if verdict.status == "held" else code("no")
    first = verdict.at.astimezone(told.case.zone)
    flags = say("flagged by {limits}", limits=listed(verdict.flags)) if verdict.flags else ""
    return listed((say("from {instant}", instant=f"{first:%Y-%m-%d %H:%M}"), flags))


def _why(verdict: Verdict, told: Told) -> Said:
    """What puts a contact off; in Chinese, where a limit of the policy says why in Chinese, by its own word."""
    limit = next((one for one in told.policy.limits if one.id == verdict.limit), None)
    chinese = limit.because.get("zh") if limit is not None else None
    return named({"en": verdict.reason, "zh": f"{verdict.limit}：{chinese}"}) if chinese else verdict.reason
