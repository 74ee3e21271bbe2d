"""No role sees a field it may not: in no view and in no report, as text, as JSON or as a page, in no language.

Whatever could be kept from somebody is planted with words and amounts that nobody can guess; what a role may not see
shows in nothing that is made for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import told_by
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.groups import GROUPS
from overdue_flow.cases.person import contacts_of
from overdue_flow.cases.seen import ALL, Seen
from overdue_flow.engine.borrower import Borrower, borrower_of
from overdue_flow.engine.machine import Machine
from overdue_flow.reports.as_page import as_page
from overdue_flow.reports.as_text import as_text
from overdue_flow.reports.catalogue import OF_A_BOOK, OF_A_LOAN, OF_A_PERSON
from overdue_flow.reports.report import Report
from overdue_flow.reports.speech import LANGUAGES, Language
from overdue_flow.reports.told import Period, Told
from overdue_flow.runtime.view import view
from support.garden import SECRET, Garden, some_of
from support.happenings import ABOUT_A_LOAN, events
from support.histories import History, noticed_at
from support.lives import asleep, drawn_machine
from support.whole_road import road_histories, road_policies

DECLARED = f"facts: {{{SECRET}: text}}\n"
WORDS = (*GROUPS, "stage", "dpd", SECRET)


@st.composite
def read_policies(draw: st.DrawFn) -> str:
    """A policy for the whole road, and a role that may see something of it."""
    sees, journal = draw(some_of(WORDS)), draw(some_of(tuple(GROUPS)))
    access = f"access:\n  auditor: {{sees: {sees}, journal: {journal}}}\n"
    return draw(road_policies()) + DECLARED + access


@st.composite
def busy_histories(draw: st.DrawFn) -> History:
    """A loan on the whole road, of which much more is said."""
    history = draw(road_histories())
    more = draw(st.lists(events(ABOUT_A_LOAN), min_size=4, max_size=16))
    found = [event.model_copy(update={"id": f"m-{n:02}"}) for n, event in enumerate(more, 1)]
    return History(history.opened, tuple(sorted((*history.events, *found), key=noticed_at)))


def outputs(
    machine: Machine, case: Case, entries: list[Entry], seen: Seen, lang: Language
) -> Iterator[tuple[str, str]]:
    """Everything that is made for a reader in a language, each with its name."""
    policy = machine.policy
    yield "view", json.dumps(view(policy, case, entries, seen).as_data(), ensure_ascii=False)
    yield "borrower", json.dumps(whole(machine, case).shown_to(seen).as_data(), ensure_ascii=False)
    told = Told(policy, tuple(entries), case, case.day, told_by(case.day, case.terms).turn_day)
    for name, report in reports(told, machine, seen):
        yield f"{name} as text", as_text(report, lang)
        yield f"{name} as a page", as_page(report, lang)
        yield f"{name} as data", json.dumps(report.as_data(lang), ensure_ascii=False)


def whole(machine: Machine, case: Case) -> Borrower:
    """The borrower as a whole, who has this one loan."""
    at = datetime.combine(case.day, time(12), case.zone)
    return borrower_of(case.person_id, [(machine, case)], contacts_of(case), at)


def reports(told: Told, machine: Machine, seen: Seen) -> Iterator[tuple[str, Report]]:
    """Every report of the catalogue that there is of the loan."""
    for name, of_a_loan in OF_A_LOAN.items():
        if name != "plan" or told.case.plans.plans:
            yield name, of_a_loan(told, seen)
    for name, of_a_person in OF_A_PERSON.items():
        yield name, of_a_person(whole(machine, told.case), told.policy, seen)
    period = Period(told.case.opened_on, told.day)
    for name, of_a_book in OF_A_BOOK.items():
        yield name, of_a_book(told.policy, [told], period, seen)


def lived(machine: Machine, history: History) -> tuple[Case, list[Entry]]:
    return asleep(machine, history, history.opened.opened_on + timedelta(days=200))


@given(read_policies(), busy_histories(), st.sampled_from(LANGUAGES))
def test_no_role_sees_a_field_it_may_not(text: str, history: History, lang: Language) -> None:
    machine, garden = drawn_machine(text), Garden()
    case, entries = lived(machine, garden.planted(history))
    seen = machine.policy.access["auditor"].seen
    hidden = [plant for plant in garden.plants if not plant.may_show(seen)]
    for name, output in outputs(machine, case, entries, seen, lang):
        found = [plant for plant in hidden if plant.is_in(output)]
        assert not found, f"{name} shows {found[0]} to who sees {sorted(seen.groups)}"


@given(read_policies(), busy_histories())
def test_who_may_see_all_sees_every_field(text: str, history: History) -> None:
    """So the law above does not hold because nothing is shown at all."""
    machine, garden = drawn_machine(text), Garden()
    case, entries = lived(machine, garden.planted(history))
    output = json.dumps(view(machine.policy, case, entries, ALL).as_data(), ensure_ascii=False)
    recorded = json.dumps([entry.event.model_dump(mode="json") for entry in entries], ensure_ascii=False)
    assert [plant for plant in garden.plants if plant.is_in(recorded) and not plant.is_in(output)] == []
