"""What a borrower sees of their own loan: where it stands, in plain words, what is on record of them, how they object,
and where they find help. What they may see the policy says, under `access`.
"""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.cases.complaints import Complaint
from overdue_flow.cases.events import ComplaintReceived
from overdue_flow.cases.groups import GROUPS
from overdue_flow.policy.policy import Task
from overdue_flow.policy.spans import Span
from overdue_flow.reports.case_file_debt import money, plans, promises
from overdue_flow.reports.case_file_road import contacts, holds
from overdue_flow.reports.handbook_words import span_said
from overdue_flow.reports.known import fact_field, known
from overdue_flow.reports.overview import stage_called
from overdue_flow.reports.report import Field, Note, Part, Report, Row, columns, restricted
from overdue_flow.reports.seen import Seen
from overdue_flow.reports.speech import Named, Said, code, listed, named, say
from overdue_flow.reports.told import Told

_LEAD = ("overdue_amount", "dpd", "balance")
_NEXT = ("oldest_due_on", "last_payment_on", "next_due_on", "next_due_amount")


def own_record(told: Told, seen: Seen | None = None) -> Report:
    """A loan as its borrower is shown it."""
    day = told.turn_day
    report = Report(
        "own-record",
        say("your loan {case}", case=told.case.id),
        (Note(say("as of the end of {day}, amounts in {currency}", day=told.day, currency=told.currency)),),
        (
            _status(told),
            money(told.case, day),
            promises(told.case, day),
            plans(told.case, day),
            contacts(told.case),
            holds(told.case, day),
            _complaints(told),
            _kept(told, seen),
            _objecting(told),
            _help(told),
        ),
    )
    return restricted(report, seen)


def _status(told: Told) -> Part:
    """Where the loan stands, said in a sentence before it is said in figures."""
    lead = [field for name in _LEAD if (field := fact_field(told, name, lead=True))]
    stage = Field(say("where your loan stands"), stage_called(told.policy, told.case.course.stage), "work", "stage")
    borrower = Field(say("borrower"), told.case.person_id, "identity")
    return Part(
        say("where you stand"),
        notes=(Note(_in_a_sentence(told), "money"),),
        fields=(*lead, stage, borrower, *known(told, _NEXT)),
    )


def _in_a_sentence(told: Told) -> Said:
    overdue, since = told.fact("overdue_amount"), told.fact("oldest_due_on")
    if not overdue:
        return say("Nothing is overdue.")
    said = {"amount": overdue, "currency": told.currency, "since": since}
    return say("{amount} {currency} are overdue; the oldest of it was due on {since}.", **said)


# --- what they complained of, and how they can object ---


def _complaints(told: Told) -> Part:
    """Their complaints and objections, each with the day by which it is to be answered."""
    rows = tuple(
        Row(
            (
                str(one.order[0]),
                code(one.nature),
                one.id or "",
                code(one.stage),
                _answer_by(told, one),
                str(one.ended_on or ""),
            )
        )
        for one in told.case.care.complaints
    )
    head = columns("care", "received on", "what", "id", "stage", "answer by", "answered on")
    return Part(say("your complaints and objections"), head, rows)


def _answer_by(told: Told, complaint: Complaint) -> str:
    """The last day of what is to be done about a complaint that is open."""
    open_tasks = told.case.course.open_effects if complaint.id and complaint.ended_on is None else ()
    days = [effect.deadline_on for effect in open_tasks if effect.about == complaint.id and effect.deadline_on]
    return str(min(days)) if days else ""


def _objecting(told: Told) -> Part:
    """How they object, and in which time the policy has it answered."""
    within = answered_within(told)
    notes = [
        say("If something here is wrong, say so: name the row, and say what is right. You need give no reason."),
        say("Each objection is recorded, looked into item by item, and answered in writing."),
    ]
    if within is not None:
        notes.append(say("You get an answer within {span}.", span=span_said(within)))
    return Part(say("how you can object"), notes=tuple(Note(one) for one in notes))


def answered_within(told: Told) -> Span | None:
    """How long the policy gives whoever answers an objection; None where it sets no deadline."""
    tasks = (rule.task for rule in told.policy.rules if rule.on == ComplaintReceived.__name__ and rule.task)
    return next((task.within for task in tasks if _answers(task)), None)


def _answers(task: Task) -> bool:
    return task.within is not None and "ComplaintAnswered" in task.done_by


def _help(told: Told) -> Part:
    rows = tuple(Row((named(one.label, name), named(one.reach))) for name, one in told.policy.remedies.items())
    head = columns("open", "who helps", "how to reach them")
    hardship = say("If you cannot pay, say so early: smaller instalments, or more time, can be talked about.")
    return Part(say("where you find help"), head, rows, (Note(hardship),))


# --- what is kept of them ---


def _kept(told: Told, seen: Seen | None) -> Part:
    """What kinds of record there are and are shown here, who else may see them, and how long they are kept."""
    rows = tuple(
        Row((_group(group), listed(_who_sees(told, group)))) for group in GROUPS if seen is None or seen.sees(group)
    )
    notes = tuple(Note(one) for one in _how_long(told))
    return Part(say("what is on record of you"), columns("open", "what", "who may see it"), rows, notes)


def _group(group: str) -> Said:
    described = next(said for name, said in GROUPS.items() if name == group)
    return Named((("en", described.label), ("zh", described.label_zh)))


def _who_sees(told: Told, group: str) -> Iterator[Said]:
    yield from (code(role) for role, one in told.policy.access.items() if one.seen.sees(group))


def _how_long(told: Told) -> Iterator[Said]:
    for rule in told.policy.retention:
        since = {"closed": say("the loan is done with"), "last_event": say("anything happened to it last")}
        yield say(
            "kept for {span} after {since}: {because}",
            span=span_said(rule.keep),
            since=since[rule.kept_from],
            because=named(rule.because, rule.name),
        )
