"""A fact that the policy calls personal stands apart from the journal: encrypted, and erased with the rest."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from overdue_flow import Flow, SqlStore, load_policy
from overdue_flow.events import HostEvent, Instalment, LoanOpened
from overdue_flow.store.evidence import verify

POLICY = """\
language: 1
policy: personal
version: "1"
facts:
  shoe_size: {type: number, personal: true, label: shoe size}
  frail: {type: flag, default: false, personal: true, label: frail}
  colour: {type: text, label: colour of the file}
events:
  Rang: {mood: {type: text, personal: true}, line: text}
actions: {look: {kind: task}}
everywhere:
  - {id: big, when: shoe_size >= 40 or frail, do: look, once: case}
stages:
  open: {start: true, rules: [{id: over, when: balance == 0 and shoe_size is None, to: done}]}
  done: {end: true}
"""
NOON = datetime(2025, 1, 10, 12, tzinfo=UTC)
SIZE, MOOD = "4711.5", "unguessably-merry"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "loans.db"
    with closing(SqlStore(f"sqlite:///{found}")) as store:
        flow = Flow(load_policy(text=POLICY), store, clock=lambda: NOON)
        instalments = (Instalment(due_on=date(2025, 6, 1), amount="10"),)
        facts = {"shoe_size": SIZE, "frail": True, "colour": "marine-green"}
        opened = LoanOpened(id="o", opened_on=date(2025, 1, 10), person_id="p", instalments=instalments, facts=facts)
        flow.receive("A", opened)
        flow.receive("A", HostEvent(id="r", name="Rang", fields={"mood": MOOD, "line": "line-seven"}))
    return found


def raw(file: Path) -> bytes:
    return b"".join(one.read_bytes() for one in file.parent.iterdir())


def in_the_journal(file: Path) -> str:
    with closing(SqlStore(f"sqlite:///{file}")) as store, store.records() as records:
        return "".join(row.body for row in records.rows("A"))


def test_only_what_is_not_personal_stands_in_the_journal(file: Path) -> None:
    journal = in_the_journal(file)
    assert "marine-green" in journal
    assert "line-seven" in journal
    assert MOOD not in journal
    assert SIZE not in journal


def test_rules_read_it_as_ever_and_once_it_is_erased_nobody_does(file: Path) -> None:
    with closing(SqlStore(f"sqlite:///{file}")) as store:
        flow = Flow(load_policy(text=POLICY), store, clock=lambda: NOON)
        assert [task.effect.action for task in store.tasks()] == ["look"]
        with store.keeping() as keeping:
            keeping.erase("A")
    assert MOOD.encode() not in raw(file)
    with closing(SqlStore(f"sqlite:///{file}")) as store:
        flow = Flow(load_policy(text=POLICY), store, clock=lambda: NOON)
        assert "stands in open" in str(flow.explain("A"))
        flow.wake(until=date(2025, 7, 1))
        with store.records() as records:
            assert verify(records).found == 0
