"""The records of a journal in a database, as verifying, archives and search read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from overdue_flow import SqlStore
from overdue_flow.cases.entries import Move, Results
from overdue_flow.cases.evolve import evolve
from overdue_flow.errors import ConcurrentTurn
from overdue_flow.events import ContactAttempted
from overdue_flow.store.protocol import Turn
from overdue_flow.store.records import Query, Root
from overdue_flow.store.rows import row_hash
from overdue_flow.testing.turns import contact, happened, nine, opening
from support.stores import DATABASES, sql_store

LOANS = 1203
"""More than are asked for, or held in memory, at once."""


def moved(before: Turn, rule: str) -> Turn:
    """The next turn, in which a rule moved the case."""
    turn = happened(before.case, f"{before.case.id}-{rule}", at=nine(5))
    assert turn.entry is not None
    move = Move("early", "late", rule, "because", date(2026, 1, 10))
    entry = turn.entry._replace(results=Results(moves=(move,)))
    return turn._replace(entry=entry, case=evolve(before.case, entry))


@pytest.fixture(scope="module", params=DATABASES)
def store(request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    with sql_store(request.param) as found:
        firsts = [opening(f"c-{number:04}", person_id=f"p-{number % 7}") for number in range(LOANS)]
        found.commit([*firsts, moved(firsts[0], "r_1"), moved(firsts[1], "rx1"), moved(firsts[2], "100%")])
        call = ContactAttempted(id="call", channel="phone", outcome="busy", contact_point="+1 555 0100")
        found.commit([happened(firsts[3].case, call, at=nine(9))])
        yield found


def test_rows_and_heads_come_by_case_then_number(store: SqlStore) -> None:
    with store.records() as records:
        rows = list(records.rows())
        heads = {head.case_id: head for head in records.heads()}
    assert [(row.case_id, row.seq) for row in rows] == sorted((row.case_id, row.seq) for row in rows)
    assert len(rows) == LOANS + 4
    assert all(row_hash(row) == row.hash for row in rows)
    assert {row.case_id: (row.seq, row.hash) for row in rows} == {
        head.case_id: (head.seq, head.hash) for head in heads.values()
    }


def test_rows_of_some_cases_only(store: SqlStore) -> None:
    wanted = {f"c-{number:04}" for number in range(LOANS)} - {"c-0000"}
    with store.records() as records:
        assert {row.case_id for row in records.rows(wanted)} == wanted
        assert [row.case_id for row in records.rows(["c-0003", "x", "c-0003"])] == ["c-0003", "c-0003"]
        assert [head.case_id for head in records.heads(["c-0003", "c-0001"])] == ["c-0001", "c-0003"]
        assert list(records.rows([])) == []


def test_personal_values_stand_apart_from_the_rows(store: SqlStore) -> None:
    with store.records() as records:
        values = [field.value for field in records.personal(["c-0003"])]
        rows = list(records.rows(["c-0003"]))
    assert sorted(values) == ['"+1 555 0100"', '"p-3"']
    assert not any("555" in row.body or "p-3" in row.body for row in rows)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(case_id="c-0003"), ["opened", "call"]),
        (Query(person_id="p-3", kind="ContactAttempted"), ["call"]),
        (Query(event_id="call"), ["call"]),
        (Query(rule="r_1"), ["c-0000-r_1"]),
        (Query(rule="100%"), ["c-0002-100%"]),
        (Query(rule="r"), []),
        (Query(since=date(2026, 1, 11)), ["call"]),
        (Query(since=date(2026, 1, 6), until=date(2026, 1, 13)), ["c-0000-r_1", "c-0001-rx1", "c-0002-100%"]),
        (Query(case_id="c-0003", until=date(2026, 1, 5)), ["opened"]),
    ],
)
def test_rows_are_found_by_what_they_say(store: SqlStore, query: Query, found: list[str]) -> None:
    with store.records() as records:
        assert [row.event_id for row in records.find(query)] == found


def test_several_streams_are_read_side_by_side(store: SqlStore) -> None:
    with store.records() as records:
        pairs = zip(records.heads(), records.rows(), strict=False)
        assert sum(1 for _pair in pairs) == LOANS


def test_a_reading_sees_nothing_of_what_is_recorded_meanwhile(store: SqlStore) -> None:
    with store.records() as records:
        before = sum(1 for _head in records.heads())
        store.commit([opening(f"later-{store.dialect}", contact("later:1:1"))])
        assert sum(1 for _head in records.heads()) == before
        assert not any(row.case_id.startswith("later") for row in records.rows())


def test_roots_are_a_list_that_grows(store: SqlStore) -> None:
    roots = [Root(number, f"at {number}", 3, f"h-{number}", f"h-{number - 1}") for number in (1, 2)]
    for root in roots:
        with store.keeping() as keeping:
            keeping.add_root(root)
    with store.records() as records:
        assert records.roots() == roots
    with pytest.raises(ConcurrentTurn), store.keeping() as keeping:
        keeping.add_root(roots[0])
