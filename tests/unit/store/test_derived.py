"""What was derived from a journal, and says something else than it: `verify` names the case, and what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from overdue_flow.store.archive import read_lines, take_in
from overdue_flow.store.evidence import verify
from support.ledger import LOANS, Ledger
from support.stores import DATABASES, sql_store

KEPT = sorted((Path(__file__).parents[2] / "histories" / "journals").glob("*.jsonl"))


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with closing(Ledger(tmp_path_factory.mktemp("ledger") / "loans.db")) as found:
        yield found


FORGED_PARCEL = """
    INSERT INTO overdue_outbox SELECT 'x', case_id, person_id, action, status, due_at, ready_at, tries, parked, error,
    worker, effect FROM overdue_outbox WHERE case_id = 'L-03' LIMIT 1
"""
FORGED_CONTACT = """
    INSERT INTO overdue_contacts SELECT person_id, case_id, 'x', {reserved}, wish, at, event FROM overdue_contacts
    WHERE case_id = 'L-03' LIMIT 1
"""


@pytest.mark.parametrize(
    ("change", "seq"),
    [
        ("UPDATE overdue_cases SET stage = 'x' WHERE case_id = 'L-01'", None),
        ("UPDATE overdue_cases SET person_id = 'x' WHERE case_id = 'L-01'", None),
        ("UPDATE overdue_cases SET day = '2001-01-01' WHERE case_id = 'L-01'", None),
        ("DELETE FROM overdue_rules WHERE case_id = 'L-01'", 4),
        ("INSERT INTO overdue_rules VALUES ('forged', '2025-01-01', 'L-01', 2)", 2),
    ],
)
def test_what_says_something_else_than_its_journal_is_named(ledger: Ledger, change: str, seq: int | None) -> None:
    with ledger.tampered():
        ledger.run(change)
        assert ledger.finding() == ("L-01", seq, "derived")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE overdue_cases SET opened_on = '2001-01-01' WHERE case_id = 'L-03'", "another day of opening"),
        ("UPDATE overdue_cases SET policy = 'x' WHERE case_id = 'L-03'", "another policy"),
        ("UPDATE overdue_cases SET version = 'x' WHERE case_id = 'L-03'", "another version"),
        ("DELETE FROM overdue_outbox", "`L-03:.*` is gone from the outbox"),
        ("UPDATE overdue_outbox SET due_at = '2099' || substr(due_at, 5)", "the outbox says something else of `L-03:"),
        ("UPDATE overdue_outbox SET person_id = 'x'", "the outbox says something else of `L-03:"),
        ("UPDATE overdue_outbox SET status = 'held'", "the outbox says something else of `L-03:"),
        ("UPDATE overdue_outbox SET action = 'x'", "the outbox says something else of `L-03:"),
        (
            "UPDATE overdue_outbox SET effect = replace(effect, '\"kind\"', '\"KIND\"')",
            "the outbox says something else",
        ),
        (
            FORGED_PARCEL,
            "`x` was put into the outbox; its journal has none that is open",
        ),
        ("DELETE FROM overdue_tasks", "`L-03:.*` is gone from the list of tasks"),
        ("UPDATE overdue_tasks SET role = 'x'", "the list of tasks says something else of `L-03:"),
        ("UPDATE overdue_tasks SET deadline_on = '2001-01-01'", "the list of tasks says something else of `L-03:"),
        ("DELETE FROM overdue_contacts WHERE case_id = 'L-03'", "`L-03:.*` is gone from the person's contacts"),
        ("UPDATE overdue_contacts SET at = '2001' || substr(at, 5) WHERE case_id = 'L-03'", "contacts says something"),
        ("UPDATE overdue_contacts SET wish = 1 WHERE case_id = 'L-03'", "contacts says something else"),
        ("UPDATE overdue_contacts SET person_id = 'x' WHERE case_id = 'L-03'", "contacts says something else"),
        (
            FORGED_CONTACT.format(reserved=0),
            "`x` was put into the person's contacts",
        ),
    ],
)
def test_what_does_not_follow_from_a_journal_is_named(ledger: Ledger, change: str, said: str) -> None:
    with ledger.tampered():
        ledger.run(change)
        (finding,) = ledger.verified().findings
    assert (finding.case_id, finding.what) == ("L-03", "derived")
    assert re.search(said, finding.message)


def test_how_a_delivery_goes_is_no_fault(ledger: Ledger) -> None:
    with ledger.tampered():
        ledger.run("UPDATE overdue_outbox SET worker = 'w', tries = 3, ready_at = '2099', parked = 1, error = 'x'")
        ledger.run(FORGED_CONTACT.format(reserved=1))
        assert ledger.finding() is None


@pytest.mark.parametrize("loan", LOANS)
def test_what_was_erased_still_follows(ledger: Ledger, loan: str) -> None:
    with ledger.tampered():
        with ledger.store.keeping() as keeping:
            keeping.erase(loan)
        assert ledger.finding() is None


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.stem)
def test_what_follows_from_journals_of_every_kind_is_no_fault(file: Path, database: str) -> None:
    """Answers, withdrawals, reassigned tasks, retracted contacts: as they were taken in, and once they were erased."""
    with sql_store(database) as store:
        with store.keeping() as keeping:
            counted = take_in(keeping, read_lines(file))
        with store.records() as records:
            assert verify(records)[:4] == (*counted[:2], (), 0)
        with store.keeping() as keeping:
            for case_id in list(store.case_ids()):
                keeping.erase(case_id)
        with store.records() as records:
            found = verify(records)
    assert (found.findings, found.erasures) == ((), counted.cases)
