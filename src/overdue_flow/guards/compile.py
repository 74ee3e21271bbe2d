"""Turns the guards of a stage into one Python function: the reading that runs on every turn.

The function is generated from the checked tree, never from a guard's text. Its source holds numbered names, small
whole numbers and operators, and nothing else: facts are read through functions, and every other value stands in a
closure. A fact is read at most once per call, and only when a part that needs it is reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any, Final, TypeAlias

from overdue_flow.guards.changes import NextChange, compile_next_change
from overdue_flow.guards.exact import minus, plus, times
from overdue_flow.guards.tree import (
    All,
    AnyOf,
    Comparison,
    Condition,
    Constant,
    DayNumber,
    Flag,
    Guard,
    Missing,
    Not,
    OneOf,
    Read,
    Scaled,
    Sum,
    Term,
    leaves,
)
from overdue_flow.guards.vocabulary import Vocabulary

__all__ = ["First", "Mask", "NextChange", "compile_first", "compile_mask", "compile_next_change"]

First: TypeAlias = Callable[..., int]
"""`first(case, day, event, start=0)`: the first guard from `start` on that holds, by its index; -1 for none."""

Mask: TypeAlias = Callable[[Any, date, Any], int]
"""`mask(case, day, event)`: an int whose bit i is set where guard i holds."""

_UNREAD: Final = object()


def compile_first(guards: Sequence[Guard | None], vocabulary: Vocabulary) -> First:
    """One function that finds the first guard that holds; None in `guards` is a guard that always does.

    Without an `event` its fields are missing.
    """
    plain = _Writer(vocabulary)
    plain.lines += ["if start: return rest(case, day, event, start)"]
    for index, guard in enumerate(guards):
        plain.lines.append(f"if {plain.guard(guard)}: return {index}")
    plain.lines.append("return -1")
    later = _Writer(vocabulary)
    for index, guard in enumerate(guards):
        later.maybe |= later.definite
        later.definite.clear()
        later.lines.append(f"if start <= {index} and {later.guard(guard)}: return {index}")
    later.lines.append("return -1")
    rest = later.function("case, day, event, start")
    plain.bound["rest"] = rest
    first: First = plain.function("case, day, event, start=0")
    return first


def compile_mask(guards: Sequence[Guard | None], vocabulary: Vocabulary) -> Mask:
    """One function that says which of up to a few hundred guards hold, as the bits of an int."""
    writer = _Writer(vocabulary)
    writer.lines.append("mask = 0")
    for index, guard in enumerate(guards):
        writer.lines.append(f"if {writer.guard(guard)}: mask |= {1 << index}")
    writer.lines.append("return mask")
    mask: Mask = writer.function("case, day, event")
    return mask


class _Writer:
    """Writes one function. `definite` are the facts that were surely read where the text now stands, `maybe` those
    that may have been; a fact in neither is read where it is first needed."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.lines: list[str] = []
        self.bound: dict[str, Any] = {"unread": _UNREAD, "plus": plus, "minus": minus, "times": times}
        self.numbers: dict[str, int] = {}
        self.definite: set[str] = set()
        self.maybe: set[str] = set()
        self.asked_again: set[str] = set()

    def function(self, parameters: str) -> Any:
        """The function, made of the lines written so far."""
        unread = [f"v{self.numbers[name]} = unread" for name in sorted(self.asked_again)]
        body = "".join(f"        {line}\n" for line in (*unread, *self.lines))
        source = f"def make({', '.join(self.bound)}):\n    def guards({parameters}):\n{body}    return guards\n"
        made: dict[str, Any] = {}
        exec(compile(source, "<guards>", "exec"), {"__builtins__": {}}, made)  # noqa: S102 - holds no text of a guard
        return made["make"](**self.bound)

    def guard(self, guard: Guard | None) -> str:
        """A guard as an expression."""
        return "True" if guard is None else self.condition(guard.tree)

    def condition(self, condition: Condition) -> str:
        match condition:
            case All(parts=parts):
                return self._joined(" and ", [partial(self.condition, part) for part in parts])
            case AnyOf(parts=parts):
                return self._joined(" or ", [partial(self.condition, part) for part in parts])
            case Not(part=part):
                return f"(not {self.condition(part)})"
            case Flag(name=name):
                return f"({self._fact(name)} is True)"
            case Missing(name=name, negated=negated):
                return f"({self._fact(name)} {'is not' if negated else 'is'} None)"
            case Comparison(left=left, operator=sign, right=right):
                return self._present(condition, lambda: f"{self._term(left)} {sign} {self._term(right)}")
            case OneOf(term=term, values=values, negated=negated):
                among = self._bind(frozenset(values))
                return self._present(condition, lambda: f"{self._term(term)} {'not in' if negated else 'in'} {among}")

    def _present(self, atom: Comparison | OneOf, compared: Callable[[], str]) -> str:
        """What is compared, after asking of each fact whether it is there."""
        names = dict.fromkeys(leaf.name for leaf in leaves(atom) if isinstance(leaf, Read))
        return self._joined(" and ", [*(partial(self._is_there, name) for name in names), compared])

    def _is_there(self, name: str) -> str:
        return f"{self._fact(name)} is not None"

    def _joined(self, word: str, parts: Iterable[Callable[[], str]]) -> str:
        """Parts joined by `and` or `or`: only what the first part reads is surely read after them."""
        written: list[str] = []
        surely: set[str] | None = None
        for part in parts:
            written.append(part())
            surely = set(self.definite) if surely is None else surely
        self.maybe |= self.definite
        self.definite = surely or set()
        return f"({word.join(written)})"

    def _fact(self, name: str) -> str:
        """The value of a fact, read now unless it was before."""
        fact, number = self.vocabulary[name], self.numbers.setdefault(name, len(self.numbers))
        value, reader = f"v{number}", f"r{number}"
        if name in self.definite:
            return value
        self.bound[reader] = fact.read
        of_event = f"{reader}(event, day) if event is not None else None"
        read = f"({value} := {of_event if fact.on_event else f'{reader}(case, day)'})"
        self.definite.add(name)
        if name not in self.maybe:
            return read
        self.asked_again.add(name)
        return f"({value} if {value} is not unread else {read})"

    def _term(self, term: Term) -> str:
        """A term whose facts are all read, and there."""
        match term:
            case Read(name=name):
                return f"v{self.numbers[name]}"
            case Constant(value=value):
                return self._bind(value)
            case DayNumber(term=Constant(value=date() as day)):
                return self._bind(day.toordinal())
            case DayNumber(term=inner):
                return f"{self._term(inner)}.toordinal()"
            case Scaled(term=inner, factor=factor):
                return f"times({self._term(inner)}, {self._bind(factor)})"
            case Sum(left=left, right=right, minus=subtract):
                return f"{'minus' if subtract else 'plus'}({self._term(left)}, {self._term(right)})"

    def _bind(self, value: Any) -> str:
        """A value as a name of the closure; a whole number stands for itself."""
        if isinstance(value, int):
            return f"({value})" if value < 0 else str(value)
        name = f"k{len(self.bound)}"
        self.bound[name] = value
        return name
