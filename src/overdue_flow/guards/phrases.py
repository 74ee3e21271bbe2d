"""Guards in plain words, from the labels and units of their facts: "days past due is more than 90 and ...".

Labels of flags are whole clauses ("a dispute is open"), those of other facts are what has the value ("days past due").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

VERBS: dict[Operator, str] = {
    "==": "is",
    "!=": "is not",
    "<": "is less than",
    "<=": "is at most",
    ">": "is more than",
    ">=": "is at least",
}
DATE_VERBS: dict[Operator, str] = {
    **VERBS,
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
    """Says each part of a guard, in English; another language walks the same tree with words of its own."""

    verbs: Mapping[Operator, str] = VERBS
    date_verbs: Mapping[Operator, str] = DATE_VERBS
    space, is_, and_, also, or_ = " ", " is ", " and ", " and ", " or "
    known, unknown = " is known", " is not known"
    negation, brackets, quoted = "not ({})", "({})", '"{}"'
    between, minus, times = "{} is between {} and {}", "minus {}", "{factor} times {term}"
    plus, less = " plus ", " minus "

    def __init__(self, vocabulary: Vocabulary, currency: str) -> None:
        self.vocabulary = vocabulary
        self.currency = currency

    def condition(self, condition: Condition) -> str:
        """One condition."""
        match condition:
            case All(parts=parts, chained=True):
                return self._chain(parts)
            case All(parts=parts):
                return self.and_.join(self._inside(part) for part in parts)
            case AnyOf(parts=parts):
                return self.or_.join(self._inside(part) for part in parts)
            case Not(part=part):
                return self.negation.format(self.condition(part))
            case Flag(name=name):
                return self.label(name)
            case Missing(name=name, negated=negated):
                return f"{self._named(name)}{self.known if negated else self.unknown}"
            case Comparison(left=Read(name=name), kind=Kind.FLAG, operator=sign, right=Constant(value=value)):
                says_yes = (sign == "==") is value
                return self.label(name) if says_yes else self.negation.format(self.label(name))
            case Comparison(left=left, operator=sign, right=right, kind=kind):
                verbs = self.date_verbs if kind is Kind.DATE else self.verbs
                return f"{self.term(left)}{self.space}{verbs[sign]}{self.space}{self.term(right)}"
            case OneOf():
                return f"{self.term(condition.term)}{self.is_}{self._among(condition)}"

    def label(self, name: str) -> str:
        """What a fact is called."""
        return self.vocabulary[name].label

    def _named(self, name: str) -> str:
        """A label that more words follow; that of a flag is a clause, and set apart."""
        label = self.label(name)
        return self.quoted.format(label) if self.vocabulary[name].kind is Kind.FLAG else label

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
                return self.between.format(self.term(first), self.term(least), self.term(most))
            case [Comparison(left=first) as one, Comparison(left=second) as other] if first == second:
                said = self.condition(other).removeprefix(f"{self.term(second)}{self.is_}")
                return f"{self.condition(one)}{self.also}{said}"
        return self.and_.join(self.condition(part) for part in parts)

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
                said = self._apart(inner)
                return self.minus.format(said) if factor == -1 else self.times.format(factor=factor, term=said)
            case Sum(left=left, right=right, minus=subtract):
                return f"{self._added(left, right)}{self.less if subtract else self.plus}{self._added(right, left)}"

    def _apart(self, term: Term) -> str:
        """A term among others, in brackets where it has parts itself."""
        return self.brackets.format(self.term(term)) if isinstance(term, Sum) else self.term(term)

    def _added(self, term: Term, other: Term) -> str:
        """One side of a sum; a bare number beside a date counts days."""
        if isinstance(term, Constant) and term.kind is Kind.NUMBER and isinstance(other, DayNumber | Sum):
            return self.value(term.value, Kind.NUMBER, "days") if _is_date(other) else self.term(term)
        return self._apart(term)


def _is_date(term: Term) -> bool:
    """Whether a term is a date counted in days, and not a difference of two."""
    match term:
        case DayNumber():
            return True
        case Sum(left=left, right=right):
            return _is_date(left) is not _is_date(right)
        case _:
            return False
