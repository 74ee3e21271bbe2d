"""The statement of account: every overdue sum with its date, what came, what falls due next, and where help is found.

It is what a borrower is shown, and what the overdue amount is checked with: the total is the fact `overdue_amount` of
the same day, to the last minor unit.
"""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.cases.position import in_force, position
from overdue_flow.reports.case_file_debt import money
from overdue_flow.reports.itemised import itemised, itemised_columns
from overdue_flow.reports.known import fact_field, known
from overdue_flow.reports.report import Field, Note, Part, Report, Row, columns, restricted
from overdue_flow.reports.seen import Seen
from overdue_flow.reports.speech import code, listed, named, say
from overdue_flow.reports.told import Told

NEXT_MAX = 6
"""How many instalments to come are told."""

_LEAD = ("overdue_amount", "dpd", "balance")
_BASES = {
    "contract": say("by the contract"),
    "plan": say("by the repayment plan"),
    "report": say("as the host reports"),
}


def statement(told: Told, seen: Seen | None = None) -> Report:
    """The statement of account of a loan."""
    basis = position(told.case, told.turn_day).basis
    report = Report(
        "statement",
        say("statement of account of {case}", case=told.case.id),
        (
            Note(say("as of the end of {day}, amounts in {currency}", day=told.day, currency=told.currency)),
            Note(_BASES[basis], "money"),
        ),
        (_account(told), _overdue(told), money(told.case, told.turn_day), _coming(told), _help(told)),
    )
    return restricted(report, seen)


def _account(told: Told) -> Part:
    lead = [field for name in _LEAD if (field := fact_field(told, name, lead=True))]
    fields = [
        *lead,
        Field(say("borrower"), told.case.person_id, "identity"),
        Field(say("opened on"), str(told.case.opened_on), "money"),
        *known(told, ("oldest_due_on", "missed_instalments", "last_payment_on", "next_due_on", "next_due_amount")),
    ]
    return Part(say("the account"), fields=tuple(fields))


def _overdue(told: Told) -> Part:
    found = itemised(told.case, told.turn_day)
    rows = tuple(Row(item.said()) for item in found.items)
    notes = tuple(Note(one, "money") for one in found.summed_up_said())
    return Part(say("what is overdue, sum by sum"), itemised_columns(), rows, notes)


def _coming(told: Told) -> Part:
    """The next instalments; of a plan, where one stands in the place of the contract's schedule."""
    rows = tuple(_next(told))
    head = columns("money", "due on", "what", "amount", figures=("amount",))
    return Part(say("what falls due next"), head, rows[:NEXT_MAX])


def _next(told: Told) -> Iterator[Row]:
    plan = next((one for one in told.case.plans.plans if one.standing(told.turn_day) == "active"), None)
    if plan is not None and plan.replaces_contract:
        for one in plan.instalments(told.turn_day):
            if one.due_on >= told.turn_day and one.amount > one.paid:
                yield Row((str(one.due_on), say("instalment of the plan"), told.amount(one.amount - one.paid)))
        return
    for due in in_force(told.case.ledger, told.case.plans).books.coverage(told.turn_day):
        if due.due_on >= told.turn_day and due.covered_on is None:
            yield Row((str(due.due_on), listed((code(due.what), due.id), " "), told.amount(due.amount)))


def _help(told: Told) -> Part:
    """What a borrower can do who cannot pay, or who finds a sum wrong."""
    objection = say(
        "If you find a sum wrong, say so: each objection is looked into item by item, and you get an answer in writing."
    )
    hardship = say("If you cannot pay, say so early: smaller instalments, or more time, can be talked about.")
    rows = tuple(Row((named(one.label, name), named(one.reach))) for name, one in told.policy.remedies.items())
    head = columns("open", "who helps", "how to reach them")
    return Part(say("what you can do"), head, rows, (Note(objection), Note(hardship)))
