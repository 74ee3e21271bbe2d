"""What a guard looks like once it is read: nodes with places, before anybody asks what the words mean.

Offsets count characters of the guard's own text from 0; `end` is the offset after the last character. Two nodes are
equal when they say the same, wherever they stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

Operator: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">="]
"""How two values are compared."""

Sign: TypeAlias = Literal["+", "-", "*"]
"""What arithmetic there is."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a guard: a stable `code`, what was found, where, and what to do about it."""

    code: str
    message: str
    start: int
    end: int
    hint: str | None = None

    def __str__(self) -> str:
        return f"{self.start}: {self.message}" + (f" ({self.hint})" if self.hint else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of a guard's text, from `start` to `end`."""

    start: int = field(compare=False)
    end: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A bare word: a fact, or beside a stage the name of a stage or group."""

    word: str


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A plain decimal: `90` is an int, `0.20` a Decimal, exactly as written."""

    value: int | Decimal


@dataclass(frozen=True, slots=True)
class Text(Node):
    """Text in quotes; whether it is a date, money or a word is for the check to say."""

    value: str


@dataclass(frozen=True, slots=True)
class Truth(Node):
    """`True` or `False`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Nothing(Node):
    """`None` where it is no part of `is None`."""


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`left + right`, `left - right` or `left * right`."""

    left: Expression
    sign: Sign
    right: Expression


@dataclass(frozen=True, slots=True)
class Minus(Node):
    """`-part`."""

    part: Expression


@dataclass(frozen=True, slots=True)
class Listing(Node):
    """`[a, b]`, to the right of `in`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`operands[0] operators[0] operands[1] operators[1] ...`: true when each neighbouring pair is."""

    operands: tuple[Expression, ...]
    operators: tuple[Operator, ...]


@dataclass(frozen=True, slots=True)
class In(Node):
    """`item in among`, or `not in`."""

    item: Expression
    among: Expression
    negated: bool


@dataclass(frozen=True, slots=True)
class IsNone(Node):
    """`item is None`, or `is not None`."""

    item: Expression
    negated: bool


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of `parts`."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Any of `parts`."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """`not part`."""

    part: Expression


@dataclass(frozen=True, slots=True)
class Broken(Node):
    """A part that was refused. Its fault is told already; the check passes over it, to find the others."""


Expression: TypeAlias = (
    Name
    | Number
    | Text
    | Truth
    | Nothing
    | Arithmetic
    | Minus
    | Listing
    | Compare
    | In
    | IsNone
    | And
    | Or
    | Not
    | Broken
)
"""Any part of a guard."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A guard as read. `tree` is None where nothing could be made of the text; with faults there may still be a tree,
    so that the check can look for more of them."""

    text: str
    tree: Expression | None
    faults: tuple[Fault, ...] = ()
