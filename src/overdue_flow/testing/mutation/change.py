"""One small change of one value of a policy, such as a mistake that a person makes: in words, with what becomes of it.

Each kind of value has a file beside this one that says what can be changed in it. A change of a part is lifted to a
change of what the part stands in, up to the policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Generic, Literal, TypeVar, get_args

from overdue_flow.cases.periods import Period
from overdue_flow.policy.spans import Span

Kind = Literal[
    "rule",
    "condition",
    "threshold",
    "comparison",
    "and, or",
    "road",
    "approval",
    "effect",
    "timing",
    "ladder",
    "limit",
    "hold",
    "mark",
    "never clause",
    "authority",
    "count",
    "terms",
]
"""What is changed: a whole rule, its condition, a fixed value in it, an operator, a word between its parts; where it
leads and when it applies; who approves; what is done, when; a rung; and so on."""

KINDS: tuple[Kind, ...] = get_args(Kind)

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")
N = TypeVar("N", int, Decimal, date, Span, Period)


@dataclass(frozen=True, slots=True)
class Change(Generic[T_co]):
    """What is changed, in words that follow the name of the part; `value` is what is left: None for nothing."""

    kind: Kind
    said: str
    value: T_co

    def to(self, make: Callable[[T_co], U]) -> Change[U]:
        """The change of what the value stands in, which `make` builds from it."""
        return Change(self.kind, self.said, make(self.value))


def taken_out(kind: Kind) -> Change[None]:
    """The part is gone."""
    return Change(kind, "is taken out", None)


def dropped(kind: Kind, word: str, value: T) -> Change[T]:
    """The part is there without something that it says."""
    return Change(kind, f"is without `{word}`", value)


def turned(kind: Kind, before: object, after: object, value: T, what: str = "") -> Change[T]:
    """Something becomes something else; `what` is its key in the file."""
    key = f"`{what}` " if what else ""
    return Change(kind, f"{key}`{before}` becomes `{after}`", value)


def one_off(kind: Kind, what: str, number: N | None, least: int = 0) -> Iterator[Change[N]]:
    """A number, a day or a span that is one less and one more; a number is not less than `least`."""
    if number is None:
        return
    for step in (-1, 1):
        moved = _moved(number, step, least)
        if moved is not None:
            yield turned(kind, number, moved, moved, what)


def _moved(number: N, step: int, least: int) -> N | None:
    if isinstance(number, Span):
        return Span(number.count + step, number.unit) if number.count + step >= least else None
    if isinstance(number, Period):
        return Period(number.count + step, number.unit) if number.count + step >= least else None
    if isinstance(number, date):
        return number + timedelta(days=step)
    if isinstance(number, int):
        return number + step if number + step >= least else None
    return moved if (moved := number + step * last_place(number)) >= least else None


def last_place(number: int | Decimal) -> Decimal:
    """One in the last place that is written: 1 of `90`, 0.01 of `0.20`."""
    exponent = Decimal(number).as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def each_dropped(
    kind: Kind, what: str, words: Iterable[T], said: Callable[[T], str] = str
) -> Iterator[Change[tuple[T, ...]]]:
    """A list without each of its words."""
    there: Sequence[T] = tuple(words)
    for number, word in enumerate(there):
        left = (*there[:number], *there[number + 1 :])
        yield Change(kind, f"`{what}` is without `{said(word)}`", left)


def each_changed(
    parts: Sequence[T], changes: Callable[[T], Iterable[Change[T | None]]]
) -> Iterator[tuple[T, Change[tuple[T, ...]]]]:
    """The changes of each of several parts, lifted to all of them; a part of which nothing is left is gone. With each
    comes the part that is changed."""
    for number, part in enumerate(parts):
        before, after = tuple(parts[:number]), tuple(parts[number + 1 :])
        for change in changes(part):
            left = () if change.value is None else (change.value,)
            yield part, Change(change.kind, change.said, (*before, *left, *after))
