"""Guards in plain words, from the labels and units of their facts: "days past due is more than 90 and ...".

Labels of flags are whole clauses ("a dispute is open"), those of other facts are what has the value ("days past due").
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from overdue_flow.guards.syntax import Operator
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
)
from overdue_flow.guards.vocabulary import Kind, Value, Vocabulary
from overdue_flow.guards.words import one_of, value_in_words

_VERBS: dict[Operator, str] = {
    "==": "is",
    "!=": "is not",
    "<": "is less than",
    "<=": "is at most",
    ">": "is more than",
    ">=": "is at least",
}
_DATE_VERBS: dict[Operator, str] = {
    **_VERBS,
    "<": "is before",
    "<=": "is on or before",
    ">": "is after",
    ">=": "is on or after",
}


def in_words(guard: Guard, vocabulary: Vocabulary, currency: str = "") -> str:
    """What a guard says. `currency` is the code that bare amounts are in."""
    return phrase(guard.tree, vocabulary, currency)


def phrase(condition: Condition, vocabulary: Vocabulary, currency: str = "") -> str:
    """What one part of a guard says."""
    return Speaker(vocabulary, currency).condition(condition)


class Speaker:
    """Says each part of a guard, in English; another language says the same parts in its own words."""

    def __init__(self, vocabulary: Vocabulary, currency: str) -> None:
        self.vocabulary = vocabulary
        self.currency = currency

    def condition(self, condition: Condition) -> str:
        """One condition."""
        match condition:
            case All(parts=parts, chained=True):
                return self._chain(parts)
            case All(parts=parts):
                return " and ".join(self._inside(part) for part in parts)
            case AnyOf(parts=parts):
                return " or ".join(self._inside(part) for part in parts)
            case Not(part=part):
                return f"not ({self.condition(part)})"
            case Flag(name=name):
                return self.label(name)
            case Missing(name=name, negated=negated):
                return f"{self._named(name)} is {'known' if negated else 'not known'}"
            case Comparison(left=Read(name=name), kind=Kind.FLAG, operator=sign, right=Constant(value=value)):
                says_yes = (sign == "==") is value
                return self.label(name) if says_yes else f"not ({self.label(name)})"
            case Comparison(left=left, operator=sign, right=right, kind=kind):
                verbs = _DATE_VERBS if kind is Kind.DATE else _VERBS
                return f"{self.term(left)} {verbs[sign]} {self.term(right)}"
            case OneOf():
                return f"{self.term(condition.term)} is {self._among(condition)}"

    def label(self, name: str) -> str:
        """What a fact is called."""
        return self.vocabulary[name].label

    def _named(self, name: str) -> str:
        """A label that more words follow; that of a flag is a clause, and set apart."""
        return f'"{self.label(name)}"' if self.vocabulary[name].kind is Kind.FLAG else self.label(name)

    def _inside(self, part: Condition) -> str:
        """A part among others, in brackets where it would be misread without."""
        text = self.condition(part)
        is_label = isinstance(part, Flag) or (isinstance(part, Comparison) and part.kind is Kind.FLAG)
        unclear = is_label and not text.startswith("not (") and (" or " in text or " and " in text)
        return f"({text})" if isinstance(part, All | AnyOf) or unclear else text

    def _chain(self, parts: Sequence[Condition]) -> str:
        match parts:
            case [
                Comparison(left=first, operator=">=", right=Constant() as least),
                Comparison(left=second, operator="<=", right=Constant() as most),
            ] if first == second:
                return f"{self.term(first)} is between {self.term(least)} and {self.term(most)}"
            case [Comparison(left=first) as one, Comparison(left=second) as other] if first == second:
                said = self.condition(other).removeprefix(f"{self.term(second)} is ")
                return f"{self.condition(one)} and {said}"
        return " and ".join(self.condition(part) for part in parts)

    def _among(self, part: OneOf) -> str:
        if part.said and isinstance(part.term, Read):
            groups = self.vocabulary[part.term.name].groups
            words = [f"in {word}" if word in groups else word for word in part.said]
        else:
            words = [self.value(value, part.kind) for value in part.values]
        if not part.negated:
            return one_of(words)
        return f"neither {one_of(words, 'nor')}" if len(words) > 1 else f"not {words[0]}"

    def value(self, value: Value, kind: Kind, unit: str = "", currency: str = "") -> str:
        """A value."""
        if kind is Kind.DATE and isinstance(value, int):
            value = date.fromordinal(value)  # a date that was counted in days
        return value_in_words(value, kind, unit, currency or self.currency)

    def term(self, term: Term) -> str:
        """One side of a comparison."""
        match term:
            case Read(name=name):
                return self.label(name)
            case Constant(value=value, kind=kind, currency=currency):
                return self.value(value, kind, "", currency)
            case DayNumber(term=inner):
                return self.term(inner)
            case Scaled(term=inner, factor=factor):
                return f"minus {self._factor(inner)}" if factor == -1 else f"{factor} times {self._factor(inner)}"
            case Sum(left=left, right=right, minus=subtract):
                return f"{self._added(left, right)} {'minus' if subtract else 'plus'} {self._added(right, left)}"

    def _factor(self, term: Term) -> str:
        return f"({self.term(term)})" if isinstance(term, Sum) else self.term(term)

    def _added(self, term: Term, other: Term) -> str:
        """One side of a sum; a bare number beside a date counts days."""
        if isinstance(term, Constant) and term.kind is Kind.NUMBER and isinstance(other, DayNumber | Sum):
            return self.value(term.value, Kind.NUMBER, "days") if _is_date(other) else self.term(term)
        return f"({self.term(term)})" if isinstance(term, Sum) else self.term(term)


def _is_date(term: Term) -> bool:
    """Whether a term is a date counted in days, and not a difference of two."""
    match term:
        case DayNumber():
            return True
        case Sum(left=left, right=right):
            return _is_date(left) is not _is_date(right)
        case _:
            return False
