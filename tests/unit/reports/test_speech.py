"""What reports say is said in both languages: no phrase, word or field lacks its Chinese."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest

from overdue_flow.cases.attempts import CHANNELS
from overdue_flow.cases.events import KINDS
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.holds import HOLDS
from overdue_flow.reports.speech import (
    Code,
    Guarded,
    Section,
    chinese,
    code,
    fact_label,
    in_chinese,
    listed,
    named,
    say,
    spoken,
    without,
)

ROOM = Path(str(files("overdue_flow.reports")))
_PHRASE_OF = {"say": slice(0, 1), "Phrase": slice(0, 1), "columns": slice(1, None), "field": slice(0, 1)}
_WORD_OF = {"code": slice(0, 1), "Code": slice(0, 1)}


def literals(calls: dict[str, slice]) -> Iterator[tuple[str, str]]:
    """Every text in the code of the room that stands where one of these is called, with its file."""
    for file in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in calls:
                for given in node.args[calls[node.func.id]]:
                    yield from ((one, file.name) for one in _texts(given))
            elif isinstance(node, ast.Assign) and _is_of_words(node) and "say" in calls:
                yield from ((one, file.name) for one in _texts(node.value))


def _texts(given: ast.expr) -> Iterator[str]:
    """A text, or those of a choice; the condition of a choice is none."""
    if isinstance(given, ast.IfExp):
        yield from (*_texts(given.body), *_texts(given.orelse))
    elif isinstance(given, ast.BoolOp):
        yield from (one for part in given.values for one in _texts(part))
    elif isinstance(given, ast.Constant) and isinstance(given.value, str) and given.value:
        yield given.value


def _is_of_words(node: ast.Assign) -> bool:
    return any(isinstance(one, ast.Name) and one.id in ("words", "schedule", "_DAY_SAID") for one in node.targets)


def test_every_phrase_has_its_chinese() -> None:
    found = dict(literals(_PHRASE_OF))
    assert len(found) > 300
    phrases = chinese()["phrases"]
    silent = {"{role}", ""}
    assert {phrase: file for phrase, file in found.items() if phrase not in phrases and phrase not in silent} == {}


def test_every_word_of_the_code_has_its_chinese() -> None:
    found = {word.replace("_", " "): file for word, file in literals(_WORD_OF)}
    known = {**chinese()["words"], **chinese()["phrases"]}
    assert {word: file for word, file in found.items() if word not in known} == {}


def words_of(hint: Any) -> Iterator[str]:
    """The words of the choices in a type."""
    if get_origin(hint) is Literal:
        yield from (str(word) for word in get_args(hint))
    for part in get_args(hint):
        yield from words_of(part)


def test_every_event_each_of_its_fields_and_each_of_their_words_has_its_chinese() -> None:
    left_out = {"kind", "id", "at", "happened_at", "terms", "ends_by_policy_on", "instalments"}
    missing: list[str] = [kind for kind in KINDS if kind not in chinese()["words"]]
    for event in KINDS.values():
        for name, info in event.model_fields.items():
            if name not in left_out:
                plain = name.removesuffix("_on").replace("_", " ")
                missing += [plain] if plain not in chinese()["fields"] else []
                words = (word.replace("_", " ") for word in words_of(info.annotation))
                missing += [word for word in words if word not in chinese()["words"]]
    assert sorted(set(missing)) == []


def test_every_fact_and_each_of_its_choices_has_its_chinese() -> None:
    silent = [name for name, fact in built_in().items() if spoken(fact_label(fact), "zh") == fact.label]
    assert silent == []
    choices = {word.replace("_", " ") for fact in built_in().values() for word in fact.choices}
    assert choices - chinese()["words"].keys() == set()


@pytest.mark.parametrize(
    "word", [*CHANNELS, *HOLDS, "business days", "calendar month", "block", "debt", "oldest_first"]
)
def test_a_word_of_the_policy_has_its_chinese(word: str) -> None:
    assert spoken(code(word), "zh") != word.replace("_", " ")


@pytest.mark.parametrize("section", ["phrases", "words", "fields"])
def test_a_translation_names_what_the_english_names_and_nothing_else(section: Section) -> None:
    slots = re.compile(r"\{(\w+)\}")
    pairs = chinese()[section].items()
    assert [one for one, other in pairs if Counter(slots.findall(one)) != Counter(slots.findall(other))] == []
    assert [one for one, other in pairs if not other or "???" in other] == []


def test_nothing_is_translated_twice_in_one_part_of_the_file() -> None:
    parts = re.split(r"^\[\w+\]$", (ROOM / "zh.txt").read_text("utf-8"), flags=re.MULTILINE)
    for part in parts:
        lines = [line.partition(" = ")[0] for line in part.splitlines() if " = " in line and not line.startswith("#")]
        assert [line for line, times in Counter(lines).items() if times > 1] == []


def test_a_value_is_shown_as_it_is_whatever_it_says() -> None:
    phrase = say("for {role}", role="{count} {x}")
    assert spoken(phrase) == "for {count} {x}"
    assert spoken(phrase, "zh") == "由 {count} {x} 办理"


def test_a_name_of_a_field_may_mean_something_else_than_the_word() -> None:
    assert spoken(Code("against"), "zh") == "不支持贷款人"
    assert spoken(Code("against", field=True), "zh") == "针对"
    assert in_chinese("what nobody translated") == "what nobody translated"


def test_a_label_is_said_in_the_language_it_has_or_in_its_first() -> None:
    assert spoken(named({"en": "arrears", "zh": "逾期"}), "zh") == "逾期"
    assert spoken(named({"": "arrears"}), "zh") == "arrears"
    assert spoken(named({}, "early"), "zh") == "early"


def test_nothing_leaves_no_comma_behind() -> None:
    assert spoken(listed(("a", "", "b"))) == "a, b"
    assert spoken(listed(("a", "b"), "; "), "zh") == "a；b"


def test_a_part_of_a_hidden_group_is_hidden_wherever_it_stands() -> None:
    said = say("for {role}", role=listed(("open", Guarded("work", "Zhang"))))
    assert spoken(without(said, lambda group: group == "work")) == "for open, —"
    assert spoken(without(said, lambda group: group == "care")) == "for open, Zhang"
