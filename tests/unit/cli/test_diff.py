"""`overdue-flow diff` says what changed in a policy, and on a book which loans it treats otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.adopted import FIRST, second
from support.terminal import run


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(FIRST, "utf-8")
    new.write_text(second(), "utf-8")
    return old, new


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "loans.csv").write_text("loan_id,currency,opened_on\nA,CNY,2025-01-01\nB,CNY,2025-01-01\n")
    (folder / "instalments.csv").write_text("loan_id,due_on,amount\nA,2025-01-10,100\nB,2025-01-10,100\n")
    (folder / "payments.csv").write_text("loan_id,payment_id,value_date,amount\nA,p,2025-01-09,100\n")
    return folder


def test_what_changed_is_told_in_words_with_its_place(both: tuple[Path, Path]) -> None:
    done = run("diff", *both)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("what changed: Town loans\nfrom town 1 to town 2\n")
    assert "days past due is at least 15" in done.out
    assert "days past due is at least 10" in done.out
    assert f"{both[1]}:27:13" in done.out
    assert "on the book" not in done.out


def test_the_same_file_twice_has_not_changed(both: tuple[Path, Path]) -> None:
    assert run("diff", both[0], both[0]).out == "what changed: Town loans\nfrom town 1 to town 1\nnothing changed\n"


def test_it_is_told_in_chinese_and_as_a_page(both: tuple[Path, Path], tmp_path: Path) -> None:
    assert run("diff", *both, "--lang", "zh").out.startswith("政策变更：城市贷款\n由 town 1 变为 town 2\n")
    page = tmp_path / "changes.html"
    done = run("diff", *both, "--html", page)
    assert (done.out, done.err) == ("", f"wrote {page}\n")
    assert "days past due is at least 10" in page.read_text("utf-8")


def test_on_a_book_the_loans_are_told_that_are_treated_otherwise(both: tuple[Path, Path], book: Path) -> None:
    done = run("diff", *both, book, "--to", "2025-04-30")
    assert done.code == 0
    assert "lived from 2025-01-01 to 2025-04-30 under both" in done.out
    assert "every planned contact is taken as delivered and unanswered" in done.out
    rows = [line.split() for line in done.out.splitlines()]
    assert ["contacts", "phone", "13", "7", "-6"] in rows
    assert ["treated", "otherwise", "1"] in rows
    assert "the book tells of no negotiations, promises or plans: what rests on them never happens" in done.out
    assert ["loans", "that", "came", "into", "negotiation", "1", "1", "0"] in rows  # under the name that it has now
    assert next(row for row in rows if row[:1] == ["B"])[:3] == ["B", "2025-01-20", "nothing"]


def test_in_chinese_what_was_taken_for_granted_is_told_in_chinese_too(both: tuple[Path, Path], book: Path) -> None:
    for file in both:
        file.write_text(
            file.read_text("utf-8")
            .replace("holds:", "facts: {odds: {type: number, ask: true}}\nholds:")
            .replace("when: dpd >= 1,", "when: dpd >= 1 and (odds is None or odds > 0),"),
            "utf-8",
        )
    told = run("diff", *both, book, "--to", "2025-04-30", "--lang", "zh").out
    granted = told[told.index("新旧政策均自") :].partition("\n\n")[0].splitlines()
    assert granted[1:] == [
        "政策 town 1 视为每日均有效",
        "计划的联系均视为已送达而无人应答",
        "任务以账簿所记为完成，否则视为未完成",
        "不另行询问 odds：以账簿为准，账簿未载则缺失",
        "政策 town 2 视为每日均有效",
        "账簿未载协商、还款承诺或还款计划：以此为据的处理不会发生",
    ]


def test_as_json_all_of_it_is_there(both: tuple[Path, Path], book: Path) -> None:
    said = json.loads(run("diff", *both, book, "--to", "2025-04-30", "--json").out)
    assert said["stage_map"] == {
        "current": "current", "reminder": "reminder", "talks": "negotiation", "legal": "legal", "closed": "closed",
    }  # fmt: skip
    at_most = next(one for one in said["changes"] if one["line"] == "at_most")
    assert (at_most["name"], at_most["before"], at_most["after"], at_most["weight"]) == ("daily", 2, 1, "decides")
    (treated,) = said["book"]["treated_otherwise"]
    assert treated == {
        "loan": "B", "from": "2025-01-20", "only_old": [], "only_new": [{"kind": "move", "name": "negotiation"}],
        "contacts": {"old": 14, "new": 8}, "tasks": {"old": 0, "new": 0}, "cures": {"old": 0, "new": 0},
        "to_court": {"old": 0, "new": 0}, "claims": {"old": 0, "new": 0},
        "stages": {"old": "talks", "new": "negotiation"},
    }  # fmt: skip


def test_several_processes_say_the_same(both: tuple[Path, Path], book: Path) -> None:
    one, two = (run("diff", *both, book, "--json", "--processes", number) for number in ("1", "2"))
    assert one.out == two.out


def test_a_stage_map_is_suggested_as_a_file(both: tuple[Path, Path]) -> None:
    said = run("diff", *both, "--stage-map").out
    assert said == "policy: town\nfrom: 1\nto: 2\nstages:\n  talks: negotiation\n"


def test_a_day_without_a_book_is_a_mistake(both: tuple[Path, Path]) -> None:
    done = run("diff", *both, "--to", "2025-04-30")
    assert (done.code, done.err) == (2, "--to is about a book; name one\n")


SUITS = FIRST.replace("{do: engage, with: {role: counsel}, within: 10 days}",
                      "{do: engage, with: {role: counsel}, within: 10 days, done_by: ClaimFiled}")  # fmt: skip


def test_contacts_and_suits_more_or_less_stand_first(book: Path, tmp_path: Path) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(SUITS, "utf-8")
    new.write_text(SUITS.replace('version: "1"', 'version: "2"').replace("dpd > 120", "dpd > 400"), "utf-8")
    done = run("diff", old, new, book, "--to", "2025-06-30")
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    assert "loans taken to court 1 -> 0 (-1)" in lines
    assert "claims to be filed 1 -> 0 (-1)" in lines
    assert next(line for line in lines if line.startswith("contacts ")).startswith("contacts 16 -> 23 (+7)")
    said = json.loads(run("diff", old, new, book, "--to", "2025-06-30", "--json").out)["book"]
    assert said["suits"] == {
        "loans_taken_to_court": {"old": 1, "new": 0}, "claims_to_be_filed": {"old": 1, "new": 0},
    }  # fmt: skip
    (treated,) = said["treated_otherwise"]
    assert (treated["to_court"], treated["claims"]) == ({"old": 1, "new": 0}, {"old": 1, "new": 0})


def test_a_condition_that_means_the_same_is_told_apart(tmp_path: Path) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(FIRST, "utf-8")
    new.write_text(FIRST.replace('version: "1"', 'version: "2"').replace("dpd > 120", "dpd >= 121"), "utf-8")
    told = run("diff", old, new).out
    assert "may decide otherwise    0\nonly written otherwise  1\n" in told
    assert "2. conditions that are written otherwise, and mean the same: that is proved\n" in told
    (change,) = json.loads(run("diff", old, new, "--json").out)["changes"]
    assert (change["weight"], change["means_the_same"]) == ("decides", True)


@pytest.mark.parametrize(
    ("changed", "said", "refused"),
    [
        (("dpd > 120", "dpd > 130"), "both say version 1; a store takes one text for a version",
         "both are version 1 of town; what loans move to needs a version of its own\n"),
        (("policy: town", "policy: city"), "these are two policies, not two versions of one: loans cannot be moved",
         "loans move from one version of a policy to another; these are two policies: town, city\n"),
    ],
)  # fmt: skip
def test_what_loans_cannot_be_moved_to_is_told_and_no_map_is_written(
    changed: tuple[str, str], said: str, refused: str, tmp_path: Path
) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(FIRST, "utf-8")
    new.write_text(FIRST.replace(*changed), "utf-8")
    assert f"\n{said}" in run("diff", old, new).out
    done = run("diff", old, new, "--stage-map")
    assert (done.code, done.out, done.err) == (2, "", refused)
