"""The cases of peers, replayed: what they expect is what the library says.

`docs/peers.md` tells what became of each; the last tests here hold it to the truth.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.peers.cases import PeerCase, expected_of, read_cases
from support.peers.verdicts import NOT_PASSED, PASSED

ALL = 108
PASS = 95
"""The true figure. One that no longer passes is no reason to lower it; one more is a reason to raise it."""

PEERS = 12

PAGE = Path(__file__).parents[3] / "docs" / "peers.md"
ROW = re.compile(r"^\| (?P<id>[A-Z]{2}-\d\d) \| [^|]+ \| (?P<verdict>\w+) \| (?P<how>[^|]+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def cases(shared_facts: Path) -> dict[str, PeerCase]:
    return read_cases(shared_facts)


@pytest.mark.parametrize("case_id", sorted(PASSED))
def test_what_the_peer_expects_is_what_the_library_says(case_id: str, cases: dict[str, PeerCase]) -> None:
    """All of it: no value that the peer expects is left out."""
    case = cases[case_id]
    compared = list(PASSED[case_id](case))
    assert [one for one in compared if one.expected != one.said] == []
    expected = {(number, what) for number, check in enumerate(case.checks) for what in expected_of(check)}
    assert expected - {(one.check, one.what) for one in compared} == set()
    assert expected != set()


def test_every_case_is_accounted_for_once(cases: dict[str, PeerCase]) -> None:
    assert sorted([*PASSED, *NOT_PASSED]) == sorted(cases)
    assert len(cases) == ALL


def test_so_many_pass() -> None:
    assert (len(PASSED), len(NOT_PASSED)) == (PASS, ALL - PASS)


def test_the_page_tells_the_same_of_every_case() -> None:
    rows = {row["id"]: row for row in ROW.finditer(PAGE.read_text("utf-8"))}
    told = {case_id: row["verdict"] for case_id, row in rows.items()}
    assert told == {
        **dict.fromkeys(PASSED, "passed"),
        **{case_id: verdict for case_id, (verdict, _reason) in NOT_PASSED.items()},
    }
    assert {case_id: rows[case_id]["how"] for case_id in NOT_PASSED} == {
        case_id: reason for case_id, (_verdict, reason) in NOT_PASSED.items()
    }


def test_the_page_says_the_figure() -> None:
    assert f"{PASS} of the {ALL}" in PAGE.read_text("utf-8")


def test_the_page_counts_each_peer_right() -> None:
    sections = re.split(r"^### ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    for section in sections:
        verdicts = [row["verdict"] for row in ROW.finditer(section)]
        assert section.partition("\n")[0].endswith(f": {verdicts.count('passed')} of {len(verdicts)}")
    assert len(sections) == PEERS
