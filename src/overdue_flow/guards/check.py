"""Types a guard against the words it may say. Every fault of the guard is told in one go, each with a place and a hint.

Money meets money, days meet days, a choice meets its own words, a stage its stages and groups. A fixed value takes its
type from what it stands beside: a bare number beside money is in the currency of the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeGuard

from overdue_flow.guards import syntax
from overdue_flow.guards.arithmetic import counted_in_days, units_agree
from overdue_flow.guards.operands import Operands
from overdue_flow.guards.parse import parse
from overdue_flow.guards.presence import untested
from overdue_flow.guards.sides import Known, Literal, Side, resolve, unknown_word_of
from overdue_flow.guards.syntax import Expression, Fault, Name, Operator, Parsed, Text
from overdue_flow.guards.tree import (
    All,
    AnyOf,
    Checked,
    Comparison,
    Condition,
    Constant,
    Flag,
    Guard,
    Missing,
    Not,
    OneOf,
    Read,
    Term,
    atoms,
    leaves,
    names_of,
)
from overdue_flow.guards.vocabulary import Kind, Value, Vocabulary
from overdue_flow.guards.words import kind_in_words

_ORDERINGS = ("<", "<=", ">", ">=")
_ORDERED = (Kind.NUMBER, Kind.MONEY, Kind.DATE)
_HOLE = Flag("")
"""Stands for a condition that has a fault, so that what is around it can be checked to the end."""

_MIRRORED: dict[Operator, Operator] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def read_guard(text: str, vocabulary: Vocabulary, currency: str | None = None) -> Checked:
    """Parse and check `text`."""
    return check(parse(text), vocabulary, currency)


def check(parsed: Parsed, vocabulary: Vocabulary, currency: str | None = None) -> Checked:
    """Type a parsed guard. The faults of parsing are among those of the answer.

    `currency` is the policy's: an amount in another one is refused. Where it is not given, `Guard.currencies` says
    which codes the guard names.
    """
    typing = _Typing(parsed.text, vocabulary, currency)
    tree = typing.condition(parsed.tree) if parsed.tree is not None else None
    if tree is not None and not typing.lost_a_test:
        typing.find_untested(tree)
    alone = {(fault.start, fault.end) for fault in typing.faults if fault.code == "not-a-condition"}
    # how a lone `true` is spelled helps nobody
    read = [fault for fault in parsed.faults if fault.code != "spelling" or (fault.start, fault.end) not in alone]
    faults = tuple(sorted((*read, *typing.faults), key=lambda fault: (fault.start, fault.end)))
    if tree is None or faults:
        return Checked(None, faults)
    constants = (leaf for atom in atoms(tree) for leaf in leaves(atom) if isinstance(leaf, Constant))
    currencies = {leaf.currency for leaf in constants} | typing.listed_currencies
    return Checked(Guard(parsed.text, tree, names_of(tree), frozenset(currencies - {""})))


class _Typing:
    """Walks a tree once; a part that has a fault gives None, and its fault stands among those of `operands`.

    `lost_a_test` says that an `is None` had a fault: then nothing is said of facts that nobody tests.
    """

    def __init__(self, text: str, vocabulary: Vocabulary, currency: str | None) -> None:
        self.vocabulary = vocabulary
        self.currency = currency
        self.operands = Operands(text, vocabulary, currency, self.condition)
        self.faults = self.operands.faults
        self.fault = self.operands.fault
        self.said = self.operands.said
        self.listed_currencies: set[str] = set()
        self.lost_a_test = False

    # conditions -----------------------------------------------------------------------------------

    def condition(self, node: Expression) -> Condition | None:
        match node:
            case syntax.And(parts=parts) | syntax.Or(parts=parts):
                return self._joined(node, [self.condition(part) for part in parts])
            case syntax.Not(part=part):
                return Not(self.condition(part) or _HOLE, start=node.start, end=node.end)
            case syntax.Compare():
                return self._compare(node)
            case syntax.In():
                return self._in(node)
            case syntax.IsNone():
                asked = self._is_none(node)
                self.lost_a_test |= asked is None
                return asked
            case Name():
                return self._flag(node)
            case syntax.Broken():
                self.lost_a_test |= "None" in self.said(node)
                return None
        side = self.operands.side(node)
        if side is not None:
            self._no_condition(node, side)
        return None

    def _joined(self, node: syntax.And | syntax.Or, parts: Sequence[Condition | None]) -> Condition:
        typed = tuple(part or _HOLE for part in parts)
        return (All if isinstance(node, syntax.And) else AnyOf)(typed, start=node.start, end=node.end)

    def _flag(self, node: Name) -> Condition | None:
        fact = self.operands.fact(node)
        if fact is None:
            return None
        if fact.kind is Kind.FLAG:
            return Flag(fact.name, start=node.start, end=node.end)
        self._no_condition(node, self.operands.known(fact, node))
        return None

    def _no_condition(self, node: syntax.Node, side: Side) -> None:
        if isinstance(side, Literal):
            said = f"`{side.said}` is a fixed value, not a condition"
            self.fault("not-a-condition", said, node, "compare a fact with it")
            return
        examples = {Kind.NUMBER: "> 0", Kind.MONEY: "> 0", Kind.DATE: '> "2025-01-31"'}
        first = next(iter(side.fact.choices), "...") if side.fact else "..."
        hint = f"compare it, such as `{side.said} " + examples.get(side.kind, f'== "{first}"') + "`"
        self.fault("not-a-condition", f"`{side.said}` is {side.in_words}, not a condition", node, hint)

    def _is_none(self, node: syntax.IsNone) -> Condition | None:
        item = node.item
        if not isinstance(item, Name):
            if not isinstance(item, syntax.Broken):
                self.fault("none-of-what", f"`{self.said(item)}` is no fact", item, "ask `is None` of one fact")
            return None
        fact = self.operands.fact(item)
        if fact is None:
            return None
        if not fact.may_be_missing:
            outcome = "true" if node.negated else "false"
            self.fault(
                "never-missing", f"`{fact.name}` is never missing: this is always {outcome}", node, "leave it out"
            )
            return None
        return Missing(fact.name, node.negated, start=node.start, end=node.end)

    # comparisons ----------------------------------------------------------------------------------

    def _compare(self, node: syntax.Compare) -> Condition | None:
        written = node.operands
        sides = [
            self.operands.operand(operand, [*written[max(0, i - 1) : i], *written[i + 1 : i + 2]])
            for i, operand in enumerate(written)
        ]
        pairs = [
            self._pair(left, operator, right)
            for left, operator, right in zip(sides, node.operators, sides[1:], strict=False)
        ]
        typed = tuple(pair for pair in pairs if pair is not None)
        if len(typed) < len(pairs):
            return None
        return typed[0] if len(typed) == 1 else All(typed, chained=True, start=node.start, end=node.end)

    def _pair(self, left: Side | None, operator: Operator, right: Side | None) -> Comparison | None:
        if left is None or right is None:
            return None
        whole = syntax.Node(start=left.start, end=right.end)
        if isinstance(left, Literal):
            if isinstance(right, Literal):
                said = f"`{self.said(whole)}` compares two fixed values"
                self.fault("two-fixed-values", said, whole, "name a fact on one side")
                return None
            return self._with_literal(right, _MIRRORED[operator], left, operator, whole)
        if isinstance(right, Literal):
            return self._with_literal(left, operator, right, operator, whole)
        if not self._comparable(left, right, whole) or not self._ordered(left, operator, whole):
            return None
        return _comparison(left.term, operator, right.term, left.kind, whole)

    def _with_literal(
        self, known: Known, operator: Operator, literal: Literal, written: Operator, whole: syntax.Node
    ) -> Comparison | None:
        constant = resolve(literal, known, self.currency)
        if isinstance(constant, Fault):
            self.faults.append(constant)
            return None
        if not self._ordered(known, written, whole):
            return None
        return _comparison(known.term, operator, constant, known.kind, whole)

    def _ordered(self, side: Known, operator: Operator, whole: syntax.Node) -> bool:
        if operator not in _ORDERINGS or side.kind in _ORDERED:
            return True
        hint = f"write `{side.said}` or `not {side.said}`" if side.kind is Kind.FLAG else "write `==`, `!=` or `in`"
        said = f"`{side.said}` is {side.in_words}: it has no order, so `{operator}` means nothing"
        self.fault("no-order", said, whole, hint)
        return False

    def _comparable(self, left: Known, right: Known, whole: syntax.Node) -> bool:
        said = f"`{left.said}` is {left.in_words} and `{right.said}` is {right.in_words}: they cannot be compared"
        if left.kind is not right.kind:
            self.fault("wrong-type", said, whole)
            return False
        if left.kind is Kind.NUMBER and not units_agree(left.unit, right.unit):
            self.fault("mixed-units", said, whole)
            return False
        if left.kind in (Kind.CHOICE, Kind.STAGE):
            words = kind_in_words(left.kind).removeprefix("a ")
            said = f"`{left.said}` and `{right.said}` are two {words}s"
            self.fault("two-choices", said, whole, "compare each with words of its own")
            return False
        if left.kind is Kind.FLAG:
            said = f"`{left.said}` and `{right.said}` are two flags"
            self.fault("two-flags", said, whole, "join flags with `and`, `or`, `not`")
            return False
        return True

    # `in` -----------------------------------------------------------------------------------------

    def _in(self, node: syntax.In) -> Condition | None:
        item = self.operands.side(node.item)
        listed = node.among.items if isinstance(node.among, syntax.Listing) else None
        if isinstance(item, Literal):
            self.fault("two-fixed-values", f"`{item.said}` is a fixed value", item, "name a fact before `in`")
            item = None
        if item is None:
            return None
        if item.kind is Kind.STAGE:
            return self._in_stages(node, item, [node.among] if listed is None else listed)
        if item.kind is Kind.FLAG:
            said = f"`{item.said}` is a flag, and `in` asks for one of several values"
            self.fault("wrong-type", said, node, f"write `{item.said}` or `not {item.said}`")
            return None
        if listed is None:
            if not isinstance(node.among, syntax.Broken):
                hint = f"write `{item.said} {'not in' if node.negated else 'in'} [...]`"
                self.fault("no-list", f"`{self.said(node.among)}` is no list", node.among, hint)
            return None
        return self._in_values(node, item, listed)

    def _in_values(self, node: syntax.In, item: Known, listed: Sequence[Expression]) -> Condition | None:
        constants = [self._listed(entry, item, node.item) for entry in listed]
        values = tuple(constant.value for constant in constants if constant is not None)
        if not self._filled(node, listed) or len(values) < len(constants):
            return None
        self.listed_currencies.update(constant.currency for constant in constants if constant is not None)
        if item.kind is Kind.DATE and not isinstance(item.term, Read):
            values = tuple(value.toordinal() for value in values if _is_day(value))
        return OneOf(item.term, values, item.kind, node.negated, start=node.start, end=node.end)

    def _listed(self, entry: Expression, item: Known, beside: Expression) -> Constant | None:
        side = self.operands.operand(entry, [beside])
        if side is None:
            return None
        if isinstance(side, Known):
            hint = "a list holds fixed values; join comparisons with `or`"
            self.fault("no-fixed-value", f"`{side.said}` is no fixed value", side, hint)
            return None
        constant = resolve(side, item, self.currency)
        if isinstance(constant, Fault):
            self.faults.append(constant)
            return None
        return constant

    def _in_stages(self, node: syntax.In, item: Known, listed: Sequence[Expression]) -> Condition | None:
        assert item.fact is not None  # stages are never computed
        found: list[Value] = []
        said: list[str] = []
        whole = self._filled(node, listed)
        for entry in listed:
            word = entry.word if isinstance(entry, Name) else entry.value if isinstance(entry, Text) else None
            if word is None:
                if not isinstance(entry, syntax.Broken):
                    hint = "write the name of a stage or group"
                    self.fault("wrong-type", f"`{self.said(entry)}` is no stage", entry, hint)
                whole = False
            elif word in item.fact.groups:
                found.extend(sorted(item.fact.groups[word]))
                said.append(word)
            elif word in item.fact.choices:
                found.append(word)
                said.append(word)
            else:
                self.faults.append(unknown_word_of(item.fact, word, entry.start, entry.end))
                whole = False
        if not whole:
            return None
        values = tuple(dict.fromkeys(found))
        return OneOf(item.term, values, Kind.STAGE, node.negated, tuple(said), start=node.start, end=node.end)

    def _filled(self, node: syntax.In, listed: Sequence[Expression]) -> bool:
        if not listed:
            self.fault("empty-list", "the list is empty", node.among, "name what is looked for")
        return bool(listed)

    # missing facts --------------------------------------------------------------------------------

    def find_untested(self, tree: Condition) -> None:
        """Refuse `not` over facts that may be missing and are not asked about; see `presence`."""
        may_be_missing = frozenset(
            name for name in names_of(tree) if name in self.vocabulary and self.vocabulary[name].may_be_missing
        )
        for atom, name in untested(tree, may_be_missing):
            place = syntax.Node(start=atom.start, end=atom.end)
            said = f"`{name}` may be missing; then `{self.said(place)}` is false, and `not` makes it true"
            hint = f"say what is meant: `{name} is not None and ...` or `{name} is None or ...`"
            self.fault("not-over-missing", said, place, hint)


def _is_day(value: Value) -> TypeGuard[date]:
    return isinstance(value, date)


def _comparison(left: Term, operator: Operator, right: Term, kind: Kind, whole: syntax.Node) -> Comparison:
    """A comparison; where one side is a date that was moved, both are counted in days."""
    if kind is Kind.DATE and not (isinstance(left, Read | Constant) and isinstance(right, Read | Constant)):
        left, right = counted_in_days(left), counted_in_days(right)
    return Comparison(left, operator, right, kind, start=whole.start, end=whole.end)
