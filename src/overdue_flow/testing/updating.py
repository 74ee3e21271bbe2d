"""The stories that scenarios expect, written anew in their file. All else in it stays as it is, comments too."""

from __future__ import annotations

import pathlib
import re
import shutil
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from overdue_flow.policy.alignment import Spot
from overdue_flow.policy.places import Path, Source
from overdue_flow.policy.source import read
from overdue_flow.simulation.whole_files import whole_file
from overdue_flow.testing.written import may_stand_in_a_block, quoted


class Told(NamedTuple):
    """Which story: that of an expectation (by its position) of a scenario (by its name)."""

    scenario: str
    position: int


def rewrite(file: pathlib.Path, stories: Mapping[Told, str]) -> None:
    """Write the stories into a file of scenarios, or a policy: it is whole at any moment, as it was or as it shall be.

    OSError where it, or its folder, cannot be written.
    """
    file = file.resolve()  # a link stays one
    with file.open("rb+") as old:  # who may not write it is told before
        text = old.read().decode()
    with whole_file(file) as part:
        part.write_bytes(with_stories(text, stories).encode())
        shutil.copymode(file, part)


def with_stories(text: str, stories: Mapping[Told, str]) -> str:
    """The text of a file of scenarios, or of a policy, with the stories that it should expect.

    A story becomes a block (`story: |`), for which an expectation in braces is written one key a line. Where the braces
    have to stay, since they go over several lines or around more than this, it becomes quoted text; so does a story
    with a character that no block can hold.
    """
    ends = "\r\n" if "\r\n" in text else "\n"
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    source = read(text.replace("\r\n", "\n"), "scenarios")
    lines = source.text.split("\n")
    # from the end, so that what stands above keeps its place
    for path, story in sorted(_found(source, stories), key=lambda one: _begin(source.values[one[0]]), reverse=True):
        _write(lines, source, path, story)
    return mark + ends.join(lines)


def _begin(spot: Spot) -> tuple[int, int]:
    return spot.line, spot.column


def _found(source: Source, stories: Mapping[Told, str]) -> Iterator[tuple[Path, str]]:
    """Where the stories stand that are to be written."""
    scenarios = source.at(("scenarios",))
    for number, scenario in enumerate(scenarios if isinstance(scenarios, list) else ()):
        name = scenario.get("name") if isinstance(scenario, dict) else None
        for told, story in stories.items():
            path: Path = ("scenarios", number, "then", told.position, "story")
            if told.scenario == name and path in source.values:
                yield path, story


def _write(lines: list[str], source: Source, path: Path, story: str) -> None:
    spot, key = source.values[path], source.keys[path]
    if _in_braces(lines, source, path):
        before, rest = lines[spot.line][: spot.column], lines[spot.end_line][spot.end_column :]
        in_place = [f"{before}{quoted(story)}{rest}"]
        lines[spot.line : spot.end_line + 1] = _without_braces(lines[spot.line], source, path, story) or in_place
        return
    head, *body = _block(lines[key.line][: key.end_column], key.column, story)
    last, comment = _old(lines, spot, key)
    lines[key.line : last + 1] = [head + comment, *body]


def _block(key: str, column: int, story: str) -> list[str]:
    """A story as a block under its key, which stands in a column; or beside it, in quotes."""
    if not may_stand_in_a_block(story):
        return [f"{key}: {quoted(story)}"]
    body = [f"{' ' * (column + 2)}{line}".rstrip() for line in story.rstrip("\n").split("\n")]
    return [f"{key}: |{'2' if story.startswith(' ') else ''}", *body]


_ITEM = re.compile(r"( *)- \{(.*?)\}(\s+#.*)?")


def _without_braces(line: str, source: Source, path: Path, story: str) -> list[str] | None:
    """An expectation in braces that has its line for itself, with one key a line; None for any other."""
    item, of, braces = _ITEM.fullmatch(line), source.at(path[:-1]), source.values[path[:-1]]
    if item is None or not isinstance(of, dict) or braces.column != item.start(2) - 1:
        return None  # the braces of the line are those of something around it
    keys = sorted((spot.column, key[-1]) for key, spot in source.keys.items() if key[:-1] == path[:-1])
    ends = [*(column for column, _key in keys[1:]), item.end(2)]
    found: list[str] = []
    for (column, key), end in zip(keys, ends, strict=True):
        head, *body = _block(key, len(item[1]) + 2, story) if key == "story" else [line[column:end].rstrip(" ,")]
        found += [f"{item[1]}  {head}" if found else f"{item[1]}- {head}{item[3] or ''}", *body]
    says = read("\n".join(["then:", *found, ""]), "an expectation")
    return found if says.at(("then",)) == [{**of, "story": story.rstrip("\n") + "\n"}] else None


def _old(lines: list[str], spot: Spot, key: Spot) -> tuple[int, str]:
    """The last line of what stands there, and the comment on its first line."""
    if spot.style in ("|", ">"):
        last = spot.line
        for number in range(spot.line + 1, len(lines)):
            text = lines[number]
            if text.strip() and len(text) - len(text.lstrip(" ")) <= key.column:
                break
            last = number if text.strip() else last
        found = re.search(r"\s+#.*$", lines[spot.line][spot.column :])
        return last, found[0] if found else ""
    rest = lines[spot.end_line][spot.end_column :]
    return spot.end_line, rest if rest.lstrip().startswith("#") else ""


def _in_braces(lines: list[str], source: Source, path: Path) -> bool:
    around = source.values[path[:-1]]
    return lines[around.line][around.column : around.column + 1] == "{"
