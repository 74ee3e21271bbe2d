"""What can be changed in a condition: fixed values one off, operators, `and` and `or`, one part left out, `not`.

The text is changed and read again, so a mutant is a condition that could stand in the file, and one that would be
refused is none. A number is one off in the last place that is written, money likewise, a date by a day. Two texts that
say the same (`dpd > 90` and `dpd >= 91`) are one change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from overdue_flow.guards import syntax
from overdue_flow.guards.check import read_guard
from overdue_flow.guards.grid import usual_bounds
from overdue_flow.guards.parse import parse
from overdue_flow.guards.syntax import Expression, Operator
from overdue_flow.guards.tree import All, AnyOf, Comparison, Condition, Constant, Guard, Not, Read
from overdue_flow.guards.vocabulary import Vocabulary
from overdue_flow.money import exact_decimal
from overdue_flow.policy.texts import read_day
from overdue_flow.testing.mutation.change import Change, Kind, last_place

_OTHERS: dict[Operator, tuple[Operator, ...]] = {
    ">": (">=", "<="),
    ">=": (">", "<"),
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    "==": ("!=",),
    "!=": ("==",),
}
_MIRRORED: dict[Operator, Operator] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPERATOR = re.compile(r"[<>=!]=?")
_MONEY = re.compile(r"(\d+(?:\.\d+)?)( [A-Z]{3})")


def condition_changes(guard: Guard | None, vocabulary: Vocabulary) -> Iterator[Change[Guard]]:
    """Every change of a condition that gives another condition; `vocabulary` is what it may say."""
    tree = parse(guard.text).tree if guard is not None else None
    if guard is None or tree is None:
        return
    seen, said = {_form(guard.tree, vocabulary)}, Counter[str]()
    for edit in _Editing(guard.text).of(tree):
        changed = read_guard(edit.done(guard.text), vocabulary).guard
        if changed is not None and (form := _form(changed.tree, vocabulary)) not in seen:
            seen.add(form)
            said[edit.said] += 1
            # the same words may stand in a condition twice
            again = f" where it stands for time {said[edit.said]}" if said[edit.said] > 1 else ""
            yield Change(edit.kind, edit.said + again, changed)


# --- the text ---


@dataclass(frozen=True, slots=True)
class _Edit:
    """New words for the stretch from `start` to `end`."""

    kind: Kind
    said: str
    start: int
    end: int
    words: str

    def done(self, text: str) -> str:
        return text[: self.start] + self.words + text[self.end :]


@dataclass(frozen=True, slots=True)
class _Editing:
    """Walks through a condition's text."""

    text: str

    def of(self, node: Expression) -> Iterator[_Edit]:
        """The edits of a condition and of all that stands in it."""
        match node:
            case syntax.And(parts=parts) | syntax.Or(parts=parts):
                yield from self._joined(node, parts)
            case syntax.Not(part=part):
                yield self._whole("comparison", node, self._alone(part))
                yield from self.of(part)
            case syntax.Compare():
                yield from self._compared(node)
            case syntax.In():
                yield from self._listed(node)
            case syntax.IsNone(item=item, negated=negated):
                yield self._whole("comparison", node, f"{self._said(item)} is {'' if negated else 'not '}None")

    def _said(self, node: Expression) -> str:
        return self.text[node.start : node.end]

    def _alone(self, node: Expression) -> str:
        """What a part says, so that it can stand beside others."""
        return f"({self._said(node)})" if isinstance(node, syntax.And | syntax.Or) else self._said(node)

    def _whole(self, kind: Kind, node: Expression, words: str) -> _Edit:
        """Something else in place of a part."""
        return self._within(kind, node, node.start, node.end, words)

    def _within(self, kind: Kind, shown: Expression, start: int, end: int, words: str) -> _Edit:
        """Other words for a stretch inside the part that is shown."""
        before = self._said(shown)
        after = self.text[shown.start : start] + words + self.text[end : shown.end]
        return _Edit(kind, f"`{before}` becomes `{after}`", start, end, words)

    def _joined(self, node: syntax.And | syntax.Or, parts: Sequence[Expression]) -> Iterator[_Edit]:
        word, other = (" and ", " or ") if isinstance(node, syntax.And) else (" or ", " and ")
        said = [self._alone(part) for part in parts]
        swapped = f"`{word.join(said)}` becomes `{other.join(said)}`"
        yield _Edit("and, or", swapped, node.start, node.end, f"({other.join(said)})")
        for number, part in enumerate(parts):
            left = word.join((*said[:number], *said[number + 1 :]))
            yield _Edit("condition", f"is without `{self._said(part)}`", node.start, node.end, f"({left})")
            yield from self.of(part)

    def _compared(self, node: syntax.Compare) -> Iterator[_Edit]:
        for number, operator in enumerate(node.operators):
            left, right = node.operands[number], node.operands[number + 1]
            found = _OPERATOR.search(self.text, left.end, right.start)
            for other in _OTHERS[operator]:
                if found is not None:
                    yield self._within("comparison", node, found.start(), found.end(), other)
        for operand in node.operands:
            yield from self._fixed(operand, node)

    def _listed(self, node: syntax.In) -> Iterator[_Edit]:
        among = self._said(node.among)
        yield self._whole("comparison", node, f"{self._said(node.item)} {'in' if node.negated else 'not in'} {among}")
        items = node.among.items if isinstance(node.among, syntax.Listing) else ()
        for number, item in enumerate(items):
            left = ", ".join(self._said(one) for one in (*items[:number], *items[number + 1 :]))
            if left:
                said = f"is without `{self._said(item)}`"
                yield _Edit("condition", said, node.among.start, node.among.end, f"[{left}]")
            yield from self._fixed(item, node)

    def _fixed(self, node: Expression, shown: Expression) -> Iterator[_Edit]:
        """The fixed values in a term, one off."""
        match node:
            case syntax.Arithmetic(left=left, right=right):
                yield from self._fixed(left, shown)
                yield from self._fixed(right, shown)
            case syntax.Minus(part=part):
                yield from self._fixed(part, shown)
            case syntax.Number(value=value):
                for step in (-1, 1):
                    moved = value + step * last_place(value)
                    yield self._within("threshold", shown, node.start, node.end, f"{moved}")
            case syntax.Text(value=value):
                for words in _texts_beside(value):
                    yield self._within("threshold", shown, node.start, node.end, f'"{words}"')


def _texts_beside(text: str) -> Iterator[str]:
    """A date, or an amount with its currency, one off."""
    day, money = read_day(text), _MONEY.fullmatch(text)
    for step in (-1, 1):
        if day is not None:
            yield str(day + timedelta(days=step))
        elif money:
            amount = exact_decimal(money[1])
            yield f"{amount + step * last_place(amount)}{money[2]}"


# --- the same in other words ---


def _form(condition: Condition, vocabulary: Vocabulary) -> Condition:
    """The condition, with whole numbers compared by `>` and `<` alone, and the fact on the left."""
    match condition:
        case All(parts=parts, chained=chained):
            return All(tuple(_form(part, vocabulary) for part in parts), chained=chained)
        case AnyOf(parts=parts):
            return AnyOf(tuple(_form(part, vocabulary) for part in parts))
        case Not(part=part):
            return Not(_form(part, vocabulary))
        case Comparison(left=Constant() as fixed, right=Read() as fact, operator=operator, kind=kind):
            return _form(Comparison(fact, _MIRRORED[operator], fixed, kind), vocabulary)
        case Comparison(left=Read() as fact, right=Constant(value=int(value)) as fixed) if _is_whole(fact, vocabulary):
            return _strict(condition, fact, fixed, value)
        case _:
            return condition


def _is_whole(fact: Read, vocabulary: Vocabulary) -> bool:
    """Whether a fact counts, so that there is nothing between one number and the next."""
    known = vocabulary.get(fact.name)
    return known is not None and usual_bounds(known).step == 1


def _strict(condition: Comparison, fact: Read, fixed: Constant, value: int) -> Comparison:
    if condition.operator == ">=":
        return Comparison(fact, ">", Constant(value - 1, fixed.kind), condition.kind)
    if condition.operator == "<=":
        return Comparison(fact, "<", Constant(value + 1, fixed.kind), condition.kind)
    return condition
