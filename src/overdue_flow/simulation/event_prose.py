"""What the event models find wrong, in the words of a collections manager."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from pydantic_core import ErrorDetails

from overdue_flow.cases.events import Event, Instalment
from overdue_flow.errors import MoneyError
from overdue_flow.problems import did_you_mean
from overdue_flow.simulation.cells import Reason, why_no_amount, why_no_day

_Prose: TypeAlias = Callable[[ErrorDetails, str, type[Event]], Reason]


def reason_for(problem: ErrorDetails, kind: type[Event]) -> Reason:
    """One finding of an event's model."""
    name = next((str(part) for part in reversed(problem["loc"]) if isinstance(part, str)), kind.__name__)
    prose = _PROSE.get(problem["type"])
    if prose is None:
        prose = _no_day if problem["type"].startswith("date") else _by_type
    return prose(problem, name, kind)


def _shown(value: Any) -> str:
    return f"`{str(value)[:60]}`"


def _missing(problem: ErrorDetails, name: str, kind: type[Event]) -> Reason:
    return Reason("missing-field", f"`{kind.__name__}` needs `{name}`")


def _unknown(problem: ErrorDetails, name: str, kind: type[Event]) -> Reason:
    inside = len(problem["loc"]) > 1
    known = list(Instalment.model_fields if inside else kind.model_fields)
    hint = did_you_mean(name, known) or "expected " + ", ".join(f"`{field}`" for field in known if field != "kind")
    owner = f"an item of `{problem['loc'][0]}`" if inside else f"`{kind.__name__}`"
    return Reason("unknown-field", f"{owner} has no field `{name[:60]}`", hint)


def _no_choice(problem: ErrorDetails, name: str, kind: type[Event]) -> Reason:
    expected = problem["ctx"]["expected"].replace("'", "`")
    words = [word for word in expected.split("`") if word.strip(", or")]
    message = f"{_shown(problem['input'])} is no `{name}`; expected {expected}"
    return Reason("bad-choice", message, did_you_mean(str(problem["input"]), words))


def _no_day(problem: ErrorDetails, name: str, kind: type[Event]) -> Reason:
    value = problem["input"]
    if isinstance(value, str):
        return why_no_day(value)
    return Reason("bad-day", f"{_shown(value)} is no day", 'write it in quotation marks, such as "2025-01-31"')


def _own_words(problem: ErrorDetails, name: str, kind: type[Event]) -> Reason:
    """What a value of ours says about itself; of an amount, how a spreadsheet's spelling is to be written."""
    if isinstance(problem["input"], str) and isinstance(problem["ctx"]["error"], MoneyError):
        reason = why_no_amount(problem["input"], "CNY")
        if reason.hint and reason.code == "bad-amount":
            return reason
    return Reason("bad-value", str(problem["ctx"]["error"]))


def _empty(problem: ErrorDetails, name: str, kind: type[Event]) -> Reason:
    return Reason("empty", f"`{name}` is empty")


def _long(problem: ErrorDetails, name: str, kind: type[Event]) -> Reason:
    return Reason("too-long", f"`{name}` has more than {problem['ctx']['max_length']:,} characters")


_EXPECTED = {
    "string": "text in quotation marks",
    "int": "a whole number",
    "bool": "true or false",
    "dict": "fields in braces",
}
_EXPECTED |= {"list": "a list in square brackets", "tuple": "a list in square brackets", "model": "fields in braces"}


def _by_type(problem: ErrorDetails, name: str, kind: type[Event]) -> Reason:
    expected = _EXPECTED.get(problem["type"].partition("_")[0])
    message = f"{_shown(problem['input'])} is no `{name}`"
    return Reason(
        "bad-value", f"{message}; expected {expected}" if expected else f"{message}: {problem['msg'].lower()}"
    )


_PROSE: dict[str, _Prose] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "literal_error": _no_choice,
    "value_error": _own_words,
    "string_too_short": _empty,
    "string_too_long": _long,
}
