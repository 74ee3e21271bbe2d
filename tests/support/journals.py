"""Journals to put into a store: the loans of the example, lived through, their entries recorded as turns; and journals
that are kept for ever (`tests/histories/journals`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.evolve import evolve
from overdue_flow.cases.facts import built_in
from overdue_flow.engine.machine import Machine
from overdue_flow.events import Event
from overdue_flow.policy.load import load_policy
from overdue_flow.simulation.book import BookLoan, read_book
from overdue_flow.simulation.lived import live_through
from overdue_flow.store.archive import LinesWriter, export, journals, read_case, read_lines
from overdue_flow.store.protocol import Store, Turn
from overdue_flow.store.sql import SqlStore
from support.terminal import EXAMPLE, ROOT

UNTIL = date(2025, 12, 31)


@cache
def example_journals() -> Mapping[str, tuple[Entry, ...]]:
    """The journals of the example's loans, by loan."""
    policy = load_policy(ROOT / EXAMPLE / "policy.yaml")
    told = {name: policy.vocabulary[name] for name in policy.spec.facts}
    book = read_book(ROOT / EXAMPLE / "book", policy.terms.zone, facts=told)
    machine = Machine(policy)
    found = dict[str, tuple[Entry, ...]]()
    for history in book:
        life = live_through(machine, history.loan_id, _named_person(history), UNTIL)
        if life is not None:
            found[history.loan_id] = tuple(life.entries)
    return found


def _named_person(history: BookLoan) -> list[tuple[datetime, Event]]:
    """What happened to a loan, with a person who has it: books name none."""
    (at, opened), *later = history.events
    return [(at, opened.model_copy(update={"person_id": f"person of {history.loan_id}"})), *later]


def turns_of(entries: Iterable[Entry], wake_on: date | None = None) -> list[Turn]:
    """Entries of one case as turns to commit."""
    turns: list[Turn] = []
    case: Case | None = None
    for entry in entries:
        before, case = case, evolve(case, entry)
        turns.append(Turn(before, case, entry, wake_on))
    return turns


def record(store: Store, journals: Mapping[str, Iterable[Entry]]) -> None:
    """Commit journals, each as the turns that it is made of."""
    for entries in journals.values():
        store.commit(turns_of(entries))


# --- journals that are kept ---


def standing(case: Case) -> dict[str, Any]:
    """Where a case stands, as data that a file can keep."""
    facts = built_in()
    said = {name: facts[name].read(case, case.day) for name in ("dpd", "balance", "overdue_amount")}
    return {
        "person": case.person_id,
        "day": str(case.day),
        "seq": case.seq,
        "stage": case.course.stage,
        **{name: None if value is None else str(value) for name, value in said.items()},
        "open_effects": [f"{one.id} {one.action} {one.status.value}" for one in case.course.open_effects],
        "stopped": case.course.stopped is not None,
        "retracted": sorted(case.retracted),
    }


def kept(archive: Path) -> dict[str, dict[str, Any]]:
    """Where the cases of an archive stand, by id, as its journals make them."""
    cases = (read_case(journal).case for journal in journals(read_lines(archive)))
    return {case.id: standing(case) for case in cases}


def keep(store: SqlStore, file: Path) -> None:
    """Keep the journals of a store for ever: an archive of them, and beside it where each case stands."""
    with file.open("xb") as out, store.records() as records:
        export(records, LinesWriter(out.write, with_personal=True), with_personal=True)
    text = json.dumps(kept(file), ensure_ascii=False, indent=1)
    file.with_suffix(".json").write_text(f"{text}\n", "utf-8")
