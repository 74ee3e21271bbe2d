"""Stories are written into their file, in place; all else in it stays as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from overdue_flow.policy.source import read
from overdue_flow.testing.updating import Told, rewrite, with_stories
from support.unwritable import nearly_full

STORY = '2025-01-10  opened\n    current: "a" # b\n2025-01-11  late'
FIRST, SECOND = Told("one", 0), Told("one", 1)


def written(then: str) -> str:
    """A file of two scenarios, with this under the `then` of the first."""
    first = f"  - name: one   # a name\n    then:\n{then}\n"
    return f"# top\nscenarios:\n{first}  - name: two\n    then: [{{on: x, story: keep}}]\n# end\n"


BLOCK = """      - on: 2025-01-10
        story: |
          2025-01-10  opened
              current: "a" # b
          2025-01-11  late"""


OPENED = BLOCK.replace("2025-01-10\n", "2025-01-10  # all\n", 1) + "\n        stage: a\n        effects: [a, {do: b}]"
QUOTED = json.dumps(STORY)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("      - on: 2025-01-10\n        story: |\n          old\n\n          story", BLOCK),
        ("      - on: 2025-01-10\n        story: >-\n          old\n          story", BLOCK),
        ('      - on: 2025-01-10\n        story: ""', BLOCK),
        ("      - on: 2025-01-10\n        story:", BLOCK),
        ("      - on: 2025-01-10\n        story: old story\n          goes on", BLOCK),
        (
            "      - on: 2025-01-10\n        story: |  # told\n          old\n        stage: a",
            BLOCK.replace("|", "|  # told") + "\n        stage: a",
        ),
        (
            "      - on: 2025-01-10\n        story: old  # told\n        stage: a",
            BLOCK.replace("|", "|  # told") + "\n        stage: a",
        ),
        (
            "      - on: 2025-01-10\n        story: |\n          old\n\n        # of the stage\n        stage: a",
            BLOCK + "\n\n        # of the stage\n        stage: a",
        ),
        ('      - {on: 2025-01-10, story: "old", stage: a, effects: [a, {do: b}]}  # all', OPENED),
        ("      - {on: 2025-01-10, story: }", BLOCK),
        # braces that hold more than a line of their own stay
        ("      - {on: 2025-01-10,\n         story: old}", f"      - {{on: 2025-01-10,\n         story: {QUOTED}}}"),
        ("      - {on: 2025-01-10, story: old, nothing}", f"      - {{on: 2025-01-10, story: {QUOTED}, nothing}}"),
        ("      - {story: old, on: '}  # no'}", f"      - {{story: {QUOTED}, on: '}}  # no'}}"),
        ("      [{on: 2025-01-10, story: old}]", f"      [{{on: 2025-01-10, story: {QUOTED}}}]"),
    ],
)
def test_a_story_takes_the_place_of_the_old_one(before: str, after: str) -> None:
    found = with_stories(written(before), {FIRST: STORY})
    assert found == written(after)
    tree = read(found, "file")
    assert tree.problems == []
    assert str(tree.at(("scenarios", 0, "then", 0, "story"))).rstrip() == STORY


def test_several_stories_of_a_file_are_written_at_once() -> None:
    both = "      - story: a\n        on: 2025-01-10\n      - on: 2025-01-11\n        story: |\n          b"
    found = read(with_stories(written(both), {FIRST: STORY, SECOND: "new\nand new"}), "file")
    stories = [found.at(("scenarios", 0, "then", number, "story")) for number in (0, 1)]
    assert stories == [STORY + "\n", "new\nand new\n"]
    assert found.at(("scenarios", 1, "then", 0, "story")) == "keep"


LINE = "scenarios:\n  - {name: one, given: {opened_on: x}, then: [THEN]}\n"


def test_a_scenario_in_one_line_stays_a_scenario() -> None:
    text = LINE.replace("THEN", '{on: 2025-01-10, story: ""}')
    assert with_stories(text, {FIRST: STORY}) == text.replace('""', QUOTED)


@pytest.mark.parametrize("text", [LINE, written("      [THEN]")])
def test_several_stories_of_one_line_are_written_each_in_its_place(text: str) -> None:
    text = text.replace("THEN", '{on: 2025-01-10, story: ""}, {story: old, on: 2025-01-11}')
    found = with_stories(text, {FIRST: STORY, SECOND: "new"})
    assert found == text.replace('""', QUOTED).replace("old", '"new"')


@pytest.mark.parametrize("story", ["one\n\ttwo", "one \u2028 two", "one\n  \x85two"])
@pytest.mark.parametrize("before", ["      - on: x\n        story: b  # c", "      - {on: x, story: b}  # c"])
def test_a_story_that_no_block_can_hold_stands_in_quotes(before: str, story: str) -> None:
    found = read(with_stories(written(before), {FIRST: story}), "file")
    assert found.problems == []
    assert found.at(("scenarios", 0, "then", 0)) == {"on": "x", "story": story}


def test_a_story_that_begins_with_blanks_keeps_them() -> None:
    found = with_stories(written("      - on: x\n        story: |\n          b"), {FIRST: "  deep\nflat"})
    assert read(found, "file").at(("scenarios", 0, "then", 0, "story")) == "  deep\nflat\n"


def test_the_ends_of_lines_stay_those_of_the_file() -> None:
    found = with_stories(written("      - on: x\n        story: b").replace("\n", "\r\n"), {FIRST: STORY})
    assert found.count("\r\n") == found.count("\n")


def test_a_mark_at_the_begin_of_the_file_stays() -> None:
    found = with_stories("\ufeff" + written("      - on: x\n        story: b"), {FIRST: STORY})
    assert found.startswith("\ufeff# top")
    assert STORY.split("\n")[0] in found


def test_a_scenario_that_is_not_there_changes_nothing() -> None:
    text = written(BLOCK)
    assert with_stories(text, {Told("three", 0): "x", Told("one", 5): "x"}) == text


def test_a_file_is_written_anew_and_keeps_its_mode_and_the_link_to_it(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    file, link = tmp_path / "kept" / "b.scenario.yaml", tmp_path / "b.scenario.yaml"
    file.write_bytes(written("      - on: x\n        story: old").replace("\n", "\r\n").encode())
    file.chmod(0o640)
    link.symlink_to(file)
    rewrite(link, {FIRST: STORY})
    assert read(file.read_text("utf-8"), "file").at(("scenarios", 0, "then", 0, "story")) == STORY + "\n"
    assert file.read_bytes().count(b"\r\n") == file.read_bytes().count(b"\n")
    assert (link.is_symlink(), file.stat().st_mode & 0o777) == (True, 0o640)
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_what_cannot_be_written_whole_is_not_written_at_all(tmp_path: Path) -> None:
    file = tmp_path / "b.scenario.yaml"
    before = written("      - on: x\n        story: old")
    file.write_text(before, "utf-8")
    with nearly_full(64), pytest.raises(OSError, match="too large"):
        rewrite(file, {FIRST: STORY})
    assert file.read_text("utf-8") == before
    assert list(tmp_path.iterdir()) == [file]


def test_files_of_the_users_own_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "b.scenario.yaml"
    file.write_text(written("      - on: x\n        story: old"), "utf-8")
    for name in (".part", "~", ".bak"):
        file.with_name(f"{file.name}{name}").write_text("notes", "utf-8")
    rewrite(file, {FIRST: STORY})
    assert [path.read_text() for path in sorted(tmp_path.iterdir()) if path != file] == ["notes"] * 3


def test_a_name_may_be_as_long_as_the_system_allows(tmp_path: Path) -> None:
    file = tmp_path / f"{'催' * 80}.scenario.yaml"  # 254 bytes
    file.write_text(written("      - on: x\n        story: old"), "utf-8")
    rewrite(file, {FIRST: STORY})
    assert read(file.read_text("utf-8"), "file").at(("scenarios", 0, "then", 0, "story")) == STORY + "\n"
