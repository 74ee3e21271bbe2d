"""Types the parts of a guard that have a value: facts, fixed values, and what arithmetic makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from overdue_flow.guards import syntax
from overdue_flow.guards.arithmetic import combined, negative
from overdue_flow.guards.sides import Known, Literal, Side
from overdue_flow.guards.syntax import Expression, Fault, Name, Text
from overdue_flow.guards.tree import Condition, Read
from overdue_flow.guards.vocabulary import Fact, Kind, Vocabulary
from overdue_flow.problems import did_you_mean


class Operands:
    """Reads the sides of comparisons in one guard, and gathers the guard's faults."""

    def __init__(
        self,
        text: str,
        vocabulary: Vocabulary,
        currency: str | None,
        condition: Callable[[Expression], Condition | None],
    ) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.currency = currency
        self.condition = condition
        self.faults: list[Fault] = []

    def fault(self, code: str, message: str, at: syntax.Node | Side, hint: str | None = None) -> None:
        """Note a fault at a part."""
        self.faults.append(Fault(code, message, at.start, at.end, hint))

    def said(self, node: syntax.Node) -> str:
        """A part as it was written, on one line, shortened where it is long."""
        words = " ".join(self.text[node.start : node.end].split())
        return words if len(words) <= 60 else words[:57] + "..."

    def operand(self, node: Expression, beside: Iterable[Expression]) -> Side | None:
        """A side of a comparison. Beside a stage, a bare word is the name of a stage; elsewhere it is a fact."""
        facts = [fact for other in beside if (fact := self._fact_named(other)) is not None]
        if not isinstance(node, Name):
            return self.side(node)
        for fact in facts:
            if fact.kind is Kind.STAGE and (node.word not in self.vocabulary or node.word in fact.choices):
                return Literal(node.word, node.word, node.start, node.end)
        for fact in facts:
            if node.word in fact.choices and node.word not in self.vocabulary:
                self.fault("unknown-word", f"unknown word `{node.word}`", node, f'write "{node.word}" in quotes')
                return None
        return self.side(node)

    def side(self, node: Expression) -> Side | None:
        """What a part that has a value is worth."""
        said = self.said(node)
        match node:
            case Name():
                fact = self.fact(node)
                return None if fact is None else self.known(fact, node)
            case syntax.Number(value=value) | Text(value=value) | syntax.Truth(value=value):
                return Literal(value, said, node.start, node.end)
            case syntax.Arithmetic(left=left, right=right):
                first, second = self.side(left), self.side(right)
                if first is None or second is None:
                    return None
                return self._told(combined(node, said, first, second, self.currency))
            case syntax.Minus(part=part):
                inner = self.side(part)
                return None if inner is None else self._told(negative(inner, said, node.start, node.end))
            case syntax.Nothing():
                hint = "write `is None` or `is not None`"
                self.fault("compared-with-none", "nothing is compared with `None`", node, hint)
            case syntax.And() | syntax.Or() | syntax.Not() | syntax.Compare() | syntax.In() | syntax.IsNone():
                self.condition(node)
                hint = "join conditions with `and`, `or`"
                self.fault("condition-as-value", f"`{said}` is a condition, not a value", node, hint)
        return None

    def _told(self, side: Side | Fault) -> Side | None:
        if isinstance(side, Fault):
            self.faults.append(side)
            return None
        return side

    def known(self, fact: Fact, node: Name) -> Known:
        """A fact as a side of its own."""
        term = Read(fact.name, fact.kind, fact.unit, start=node.start, end=node.end)
        return Known(term, fact.kind, node.word, node.start, node.end, fact.unit, fact=fact)

    def _fact_named(self, node: Expression) -> Fact | None:
        return self.vocabulary.get(node.word) if isinstance(node, Name) else None

    def fact(self, node: Name) -> Fact | None:
        """The fact that a word names; a fault where there is none."""
        found = self.vocabulary.get(node.word)
        if found is None:
            hint = self._stage_hint(node.word) or did_you_mean(node.word, self.vocabulary)
            self.fault("unknown-word", f"unknown word `{node.word[:40]}`", node, hint)
        return found

    def _stage_hint(self, word: str) -> str | None:
        for fact in self.vocabulary.values():
            if fact.kind is Kind.STAGE and word in fact.groups:
                return f"write `{fact.name} in {word}`"
            if fact.kind is Kind.STAGE and word in fact.choices:
                return f"write `{fact.name} == {word}`"
        return None
