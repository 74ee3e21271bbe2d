"""A scenario as text: YAML that a collections manager would write, and that reads as the same scenario.

What is longer than a line is written one thing under the other; the rest in one line, as the packs have it.

Laws: `a scenario is read as it is written` (`tests/laws/test_a_scenario_is_read_as_it_is_written.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from overdue_flow.cases.events import CaseAdopted, Event, HostEvent, LoanOpened
from overdue_flow.guards.vocabulary import Kind, Value
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.source import NOT_IN_A_FILE
from overdue_flow.policy.trials import (
    Answer,
    Expectation,
    KeptBack,
    Later,
    Moment,
    PastDue,
    Scenario,
    Step,
    WantedEffect,
)

LINE_MAX = 118

_PLAIN = re.compile(r"\w([\w ./+%()'-]*[\w./+%()'-])?")
_NOT_SAID = {"kind", "id", "at"}


def scenarios_text(policy: Policy, scenarios: Iterable[Scenario]) -> str:
    """A file of scenarios."""
    return "scenarios:\n" + "\n".join(_indented(scenario_text(policy, one), "  ") for one in scenarios)


def scenario_text(policy: Policy, scenario: Scenario) -> str:
    """One scenario, as an element of a list of them."""
    lines = [f"- name: {_scalar(scenario.name)}"]
    lines += [f"  {line}" for line in _mapping("given", _given(scenario.opening))]
    for word, items in (
        ("when", [_step(step, policy) for step in scenario.steps]),
        ("then", [_expected(one, policy) for one in scenario.expects]),
    ):
        if items:
            lines += [f"  {word}:", *(f"    {line}" for item in items for line in _item(item))]
    if scenario.proves:
        lines.append(f"  proves: {_flow(list(scenario.proves))}")
    return "\n".join(lines) + "\n"


# --- what is said ---


def _given(opening: LoanOpened) -> dict[str, Any]:
    said: dict[str, Any] = {"opened_on": opening.opened_on}
    said["instalments"] = [_content(one) for one in opening.instalments]
    for name in ("currency", "facts"):
        said |= {name: value} if (value := getattr(opening, name)) else {}
    if isinstance(opening, CaseAdopted):
        said |= {"stage": opening.stage}
        for name in ("stage_entered_on", "marks"):
            said |= {name: value} if (value := getattr(opening, name)) else {}
    return {name: value for name, value in said.items() if value or name == "opened_on"}


def _step(step: Step, policy: Policy) -> dict[str, Any]:
    said: dict[str, Any] = _moment(step.on)
    if step.at is not None:
        said["at"] = f"{step.at:%H:%M}"
    if step.answer is not None:
        return said | _answer(step.answer)
    assert step.event is not None, "a step has an event or an answer"
    later = {name: str(span) for name, span in step.days.items()}
    if isinstance(step.event, HostEvent):
        return said | {step.event.name: dict(step.event.fields) | later}
    return said | {step.event.kind: _content(step.event) | later}


def _answer(answer: Answer) -> dict[str, Any]:
    return {answer.word: answer.to}


def _content(value: BaseModel) -> dict[str, Any]:
    """The fields that are not as they are by default, and that the host says."""
    left_out = _NOT_SAID | (value.PINNED if isinstance(value, Event) else set())
    found = {}
    for name, info in type(value).model_fields.items():
        said = getattr(value, name)
        if name not in left_out and (info.is_required() or said != info.get_default(call_default_factory=True)):
            found[name] = said
    return found


def _moment(moment: Moment | None) -> dict[str, Any]:
    match moment:
        case None:
            return {}
        case PastDue(days=days):
            return {"dpd": days}
        case Later(span=span):
            return {"after": str(span)}
        case _:
            return {"on": moment}


def _expected(expected: Expectation, policy: Policy) -> dict[str, Any]:
    said = _moment(expected.on)
    for one in fields(expected):
        value = getattr(expected, one.name)
        is_said = value is not None if one.name in ("marks", "to_do") else bool(value)
        if is_said and one.name not in ("on", "place"):
            said[one.name] = _said_of(one.name, value, policy)
    return said


def _said_of(name: str, value: Any, policy: Policy) -> Any:
    if name == "nothing_until":
        return value if isinstance(value, date) else _moment(value)
    if name == "facts":
        return {fact: _fact(fact, known, policy) for fact, known in value.items()}
    if name in ("effects", "to_do"):
        return [_effect(one) for one in value]
    if name in ("vetoed", "held"):
        return [_kept_back(one) for one in value]
    return value


def _fact(name: str, value: Value | None, policy: Policy) -> Any:
    return "missing" if value is None else str(value) if policy.vocabulary[name].kind is Kind.STAGE else value


def _effect(wanted: WantedEffect) -> Any:
    named = ("due_on", "deadline_on", "purpose", "role", "by")
    more: dict[str, Any] = {name: value for name in named if (value := getattr(wanted, name)) is not None}
    more |= {"due_at": f"{wanted.due_at:%H:%M}"} if wanted.due_at is not None else {}
    more |= {"with": dict(wanted.params)} if wanted.params else {}
    more |= {"flagged": wanted.flagged} if wanted.flagged is not None else {}
    return {"do": wanted.action} | more if more else wanted.action


def _kept_back(one: KeptBack) -> Any:
    return {"do": one.name, "by": one.by} if one.by else one.name


# --- how it is written ---


def _mapping(word: str, content: Mapping[str, Any]) -> Iterator[str]:
    """`word: {...}` in a line, or with one key a line below it."""
    line = f"{word}: {_flow(content)}"
    if len(line) <= LINE_MAX - 4:
        yield line
    else:
        yield f"{word}:"
        yield from (f"  {one}" for one in _lines(content))


def _item(content: Mapping[str, Any]) -> Iterator[str]:
    """An element of a list: in a line, or with one key a line."""
    line = f"- {_flow(content)}"
    if len(line) <= LINE_MAX - 6 and not _has_lines(content):
        yield line
        return
    for number, one in enumerate(_lines(content)):
        yield f"{'  ' if number else '- '}{one}"


def _has_lines(content: Mapping[str, Any]) -> bool:
    return any(isinstance(value, str) and "\n" in value for value in content.values())


def _lines(content: Mapping[str, Any]) -> Iterator[str]:
    for name, value in content.items():
        if isinstance(value, str) and _is_block(value):
            yield f"{name}: |"
            yield from (f"  {line}" if line else "" for line in value[:-1].split("\n"))
        else:
            yield f"{name}: {_flow(value)}"


def _is_block(text: str) -> bool:
    """Whether a text stands in several lines, and a block would not change it."""
    has_lines = "\n" in text and re.search(r"[^\n]\n\Z", text) is not None
    return has_lines and not text.startswith((" ", "\n")) and may_stand_in_a_block(text)


def _flow(value: Any) -> str:
    match value:
        case BaseModel():
            return _flow(_content(value))
        case Mapping():
            return "{" + ", ".join(f"{_scalar(name)}: {_flow(one)}" for name, one in value.items()) + "}"
        case tuple() | list() | frozenset():
            return "[" + ", ".join(_flow(one) for one in value) + "]"
        case _:
            return _scalar(value)


def _scalar(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case Decimal():
            return f"{value:f}"
        case str():
            return value if _PLAIN.fullmatch(value) and not value.endswith(" ") else quoted(value)
        case _:
            return str(value)


def may_stand_in_a_block(text: str) -> bool:
    """Whether a block (`key: |`) can hold a text as it is.

    >>> may_stand_in_a_block("said\\n  and done"), may_stand_in_a_block("said\\n\\tdone")
    (True, False)
    """
    return NOT_IN_A_FILE.search(text) is None and re.search(r"^ *\t", text, re.MULTILINE) is None


def quoted(text: str) -> str:
    """A text in quotes, within one line: JSON is YAML. What cannot stand in a file is told by its number.

    >>> print(quoted('say "x"\\u2028'))
    "say \\"x\\"\\u2028"
    """
    return NOT_IN_A_FILE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def _indented(text: str, by: str) -> str:
    return "".join(f"{by}{line}" if line.strip() else line for line in text.splitlines(keepends=True))
