"""Guards in plain Chinese: 逾期天数大于90，且欠款已清. The walk over the tree is that of the English, in `phrases.py`.

Labels and words of choices are given by the caller, since not every fact has a Chinese label of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from overdue_flow.guards.phrases import Speaker
from overdue_flow.guards.syntax import Operator
from overdue_flow.guards.tree import All, AnyOf, Condition, Guard, OneOf, Read
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
    verbs = _VERBS
    date_verbs = _DATE_VERBS
    space, is_, and_, also, or_ = "", "", "，且", "且", "，或"
    known, unknown = "已知", "未知"
    negation, brackets, quoted = "并非（{}）", "（{}）", "“{}”"
    between, minus, times = "{}在{}至{}之间", "负{}", "{term}的{factor}倍"
    plus, less = "加", "减"

    def __init__(
        self, vocabulary: Vocabulary, currency: str, label: Callable[[Fact], str], word: Callable[[str], str]
    ) -> None:
        super().__init__(vocabulary, currency)
        self._label_of = label
        self._word = word

    def label(self, name: str) -> str:
        return self._label_of(self.vocabulary[name])

    def _inside(self, part: Condition) -> str:
        text = self.condition(part)
        has_parts = isinstance(part, All | AnyOf) and not getattr(part, "chained", False)
        return self.brackets.format(text) if has_parts else text

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


__all__ = ["in_chinese"]
