"""Guards in plain Chinese: 逾期天数大于90，且欠款已清. The English is in `phrases.py`, and both walk the same tree.

Labels and words of choices are given by the caller, since not every fact has a Chinese label of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from overdue_flow.guards.phrases import Speaker
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
from overdue_flow.guards.vocabulary import Fact, Kind, Value, Vocabulary
from overdue_flow.guards.words import money_in_words

_VERBS: dict[Operator, str] = {
    "==": "为",
    "!=": "不为",
    "<": "小于",
    "<=": "不超过",
    ">": "大于",
    ">=": "不少于",
}
_DATE_VERBS: dict[Operator, str] = {
    **_VERBS,
    "<": "早于",
    "<=": "不晚于",
    ">": "晚于",
    ">=": "不早于",
}
_UNITS = {"days": "天", "months": "个月", "times": "次", "instalments": "期"}


def in_chinese(
    guard: Guard,
    vocabulary: Vocabulary,
    currency: str = "",
    *,
    label: Callable[[Fact], str] = lambda fact: fact.label_zh or fact.label,
    word: Callable[[str], str] = str,
) -> str:
    """What a guard says, in Chinese. `label` names a fact, `word` a word of a choice or a stage."""
    return _ChineseSpeaker(vocabulary, currency, label, word).condition(guard.tree)


class _ChineseSpeaker(Speaker):
    def __init__(
        self, vocabulary: Vocabulary, currency: str, label: Callable[[Fact], str], word: Callable[[str], str]
    ) -> None:
        super().__init__(vocabulary, currency)
        self._label_of = label
        self._word = word

    def condition(self, condition: Condition) -> str:
        match condition:
            case All(parts=parts, chained=True):
                return self._chain(parts)
            case All(parts=parts):
                return "，且".join(self._inside(part) for part in parts)
            case AnyOf(parts=parts):
                return "，或".join(self._inside(part) for part in parts)
            case Not(part=part):
                return f"并非（{self.condition(part)}）"
            case Flag(name=name):
                return self.label(name)
            case Missing(name=name, negated=negated):
                return f"{self._named(name)}{'已知' if negated else '未知'}"
            case Comparison(left=Read(name=name), kind=Kind.FLAG, operator=sign, right=Constant(value=value)):
                says_yes = (sign == "==") is value
                return self.label(name) if says_yes else f"并非（{self.label(name)}）"
            case Comparison(left=left, operator=sign, right=right, kind=kind):
                verbs = _DATE_VERBS if kind is Kind.DATE else _VERBS
                return f"{self.term(left)}{verbs[sign]}{self.term(right)}"
            case OneOf():
                return f"{self.term(condition.term)}{self._among(condition)}"

    def label(self, name: str) -> str:
        return self._label_of(self.vocabulary[name])

    def _named(self, name: str) -> str:
        return f"“{self.label(name)}”" if self.vocabulary[name].kind is Kind.FLAG else self.label(name)

    def _inside(self, part: Condition) -> str:
        text = self.condition(part)
        return f"（{text}）" if isinstance(part, All | AnyOf) and not getattr(part, "chained", False) else text

    def _chain(self, parts: Sequence[Condition]) -> str:
        match parts:
            case [
                Comparison(left=first, operator=">=", right=Constant() as least),
                Comparison(left=second, operator="<=", right=Constant() as most),
            ] if first == second:
                return f"{self.term(first)}在{self.term(least)}至{self.term(most)}之间"
            case [Comparison(left=first) as one, Comparison(left=second) as other] if first == second:
                return f"{self.condition(one)}且{self.condition(other).removeprefix(self.term(second))}"
        return "，且".join(self.condition(part) for part in parts)

    def _among(self, part: OneOf) -> str:
        if part.said and isinstance(part.term, Read):
            groups = self.vocabulary[part.term.name].groups
            words = [f"{self._word(word)}（组）" if word in groups else self._word(word) for word in part.said]
        else:
            words = [self.value(value, part.kind) for value in part.values]
        return f"{'不为' if part.negated else '为'}{'或'.join(words)}"

    def value(self, value: Value, kind: Kind, unit: str = "", currency: str = "") -> str:
        if kind is Kind.DATE and isinstance(value, int):
            value = date.fromordinal(value)
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, date):
            return value.isoformat()
        if value == "":
            return "空"
        if isinstance(value, str):
            return self._word(value) if kind is Kind.STAGE else f"“{self._word(value)}”"
        if kind is Kind.MONEY:
            return money_in_words(value, currency or self.currency)
        shown = f"{value:f}" if isinstance(value, Decimal) else str(value)
        return f"{shown}{_UNITS.get(unit, '')}"

    def term(self, term: Term) -> str:
        match term:
            case Scaled(term=inner, factor=factor):
                return f"负{self._factor(inner)}" if factor == -1 else f"{self._factor(inner)}的{factor}倍"
            case Sum(left=left, right=right, minus=subtract):
                return f"{self._added(left, right)}{'减' if subtract else '加'}{self._added(right, left)}"
            case DayNumber(term=inner):
                return self.term(inner)
            case _:
                return super().term(term)

    def _factor(self, term: Term) -> str:
        return f"（{self.term(term)}）" if isinstance(term, Sum) else self.term(term)


__all__ = ["in_chinese"]
