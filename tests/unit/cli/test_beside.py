"""`overdue-flow side-by-side` lives several policies through on one book, and says what the book does not tell of."""

from __future__ import annotations

import json
from pathlib import Path

from support.terminal import EXAMPLE, run

BOOK = EXAMPLE / "book"


def test_each_policy_has_a_column() -> None:
    done = run("side-by-side", BOOK, "pack:cn/everbright", "pack:cn/changjiang", "--to", "2025-04-30")
    assert done.code == 0
    head = next(line for line in done.out.splitlines() if "everbright" in line)
    assert head.split() == ["everbright", "changjiang"]
    assert "13 loans, 2024-12-05 to 2025-04-30, under 2 policies" in done.out
    assert "the book tells of no" not in done.out


def test_two_versions_of_a_policy_are_told_apart() -> None:
    done = run("side-by-side", BOOK, "pack:cn/everbright-2025", "pack:cn/everbright", "--to", "2025-02-01")
    assert "everbright 2025.1  everbright 2026.1" in done.out


def test_what_is_not_lived_through_is_said() -> None:
    done = run("side-by-side", BOOK, "pack:cn/spd-hefei", "pack:cn/general", "--to", "2025-02-01")
    assert "approvals, and what else people did, are those" in done.out


def test_a_language_that_there_is_not_is_refused() -> None:
    done = run("side-by-side", BOOK, "pack:cn/general", "pack:cn/changjiang", "--lang", "fr")
    assert (done.code, "'fr'" in done.err) == (2, True)


def test_it_can_be_said_as_json() -> None:
    done = run("side-by-side", BOOK, "pack:cn/general", "pack:cn/general", "--json")
    first, second = json.loads(done.out)
    assert first == second
    assert first["policy"]["id"] == "general"
    assert first["entered"]["legal"]["loans"] == len(first["entered"]["legal"]["dpd"])


def test_stages_are_named_in_chinese() -> None:
    assert "协商" in run("side-by-side", BOOK, "pack:cn/general", "pack:cn/general", "--lang", "zh").out


def test_one_policy_has_nothing_beside_it() -> None:
    done = run("side-by-side", BOOK, "pack:cn/general")
    assert (done.code, done.err) == (2, "one policy has nothing beside it; name two or more\n")


def test_what_the_book_does_not_tell_of_is_said(tmp_path: Path) -> None:
    for name in ("loans", "instalments", "payments"):
        (tmp_path / f"{name}.csv").write_text((BOOK / f"{name}.csv").read_text("utf-8"), "utf-8")
    done = run("side-by-side", tmp_path, "pack:cn/general", "pack:cn/changjiang", "--to", "2025-03-01")
    assert "the book tells of no assessments of borrowers' finances; of no holds" in done.out
    assert "of no negotiations, promises or plans: what rests on them never happens" in done.out
