"""Law: however a file of scenarios is laid out, each story that is written anew is read back from it, and all else that
is read from it is as before."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.policy.source import read
from overdue_flow.testing.updating import Told, with_stories
from overdue_flow.testing.written import quoted

PIECES = [
    "a",
    "逾期",
    "😀",
    "b: c",
    "#x",
    '"q"',
    "'s'",
    "{",
    "}",
    "[x]",
    "-",
    "\t",
    "|",
    ">",
    "&a",
    "*a",
    "%",
    "\\",
    " ",
    "\u2028",
]
WORDS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(lambda some: "x" + "".join(some).rstrip())
LINES = st.lists(WORDS | st.lists(st.sampled_from(PIECES), max_size=3).map("".join), max_size=3)
STORIES = st.tuples(WORDS, LINES).map(lambda one: "\n".join([one[0], *(line.rstrip() for line in one[1])]).rstrip())

IN_BRACES = st.sampled_from(['""', "", "old", '"old"', "'old'", r'"a\nb"', "x y"])
ON_LINES = st.sampled_from([
    ["story: |", "  old", "", "    deep"], ["story: >-  # c", "  old", "  x", ""], ["story: |2", "    lead", "  x"],
    ["story: |+", "  old", ""], ["story: old text  # c"], ["story: old", "  goes on"], ['story: "old', '  more"  # c'],
    ["story:  # c"], ["story: old", "", "# a note"],
])  # fmt: skip


@st.composite
def braces(draw: st.DrawFn) -> str:
    """An expectation in braces, in one line or several."""
    said = [f"story: {draw(IN_BRACES)}", "on: 2025-01-10", f"stage: {quoted(draw(WORDS))}", "effects: [a, {do: b}]"]
    kept = draw(st.permutations(said[: draw(st.integers(2, 4))]))
    return "{" + draw(st.sampled_from([", ", ",\n              "])).join(kept) + "}"


@st.composite
def on_lines(draw: st.DrawFn) -> list[str]:
    """An expectation with one key a line, as an element of a list."""
    keys = draw(st.permutations([draw(ON_LINES), ["on: 2025-01-10"], [f"stage: {quoted(draw(WORDS))}"]]))
    lines = [line for key in keys for line in key]
    return [f"      - {lines[0]}", *(f"        {line}".rstrip() for line in lines[1:])]


@st.composite
def scenarios(draw: st.DrawFn, number: int) -> list[str]:
    """A scenario of two expectations, each with a story, in lines."""
    about = f"name: s{number}"
    items = [draw(braces()), draw(braces())]
    match draw(st.integers(0, 3)):
        case 0:
            return [f"  - {{{about}, given: {quoted(draw(WORDS))}, then: [{', '.join(items)}]}}"]
        case 1:
            return [f"  - {about}  # n", f"    then: [{', '.join(items)}]"]
        case 2:
            return [f"  - {about}", "    then:", *(f"      - {item}  # z" for item in items), "    proves: x"]
        case _:
            return [f"  - {about}", "    then:", *draw(on_lines()), *draw(on_lines()), "    # after", "    proves: x"]


@given(st.data(), st.sampled_from(["\n", "\r\n"]))
def test_a_story_is_written_and_nothing_else(data: st.DataObject, ends: str) -> None:
    lines = ["# top", "scenarios:", *data.draw(scenarios(0)), *data.draw(scenarios(1))]
    text = "\n".join([*lines, ""]).replace("\n", ends)
    before = _read(text)
    told = [Told(f"s{number}", position) for number in (0, 1) for position in (0, 1)]
    stories = data.draw(st.dictionaries(st.sampled_from(told), STORIES, min_size=1))
    after = _read(with_stories(text, stories))
    for one, story in stories.items():
        number = int(one.scenario[1:])
        assert after[number]["then"][one.position].pop("story").rstrip("\n") == story
        before[number]["then"][one.position].pop("story")
    assert after == before


def _read(text: str) -> Any:
    source = read(text, "a file")
    assert source.problems == []
    return source.at(("scenarios",))
