"""Reads a guard's text into a tree. Python's own `ast` finds the structure; a whitelist lets little of it through.

The text is never evaluated, and Python never sees it: it sees the tokens spelled again in plain ASCII, numbers and
texts replaced by placeholders. Limits come first, so that a hostile text is refused in milliseconds.
"""

from __future__ import annotations

import ast
import keyword
from decimal import Decimal

from overdue_flow.guards.syntax import (
    And,
    Arithmetic,
    Broken,
    Compare,
    Expression,
    Fault,
    In,
    IsNone,
    Listing,
    Minus,
    Name,
    Not,
    Nothing,
    Number,
    Operator,
    Or,
    Parsed,
    Sign,
    Text,
    Truth,
)
from overdue_flow.guards.tokens import ODD, Token, cut

LONGEST_TEXT = 2_000
"""How many characters a guard may have."""

DEEPEST_NESTING = 20
"""How many brackets, or other parts, may stand inside one another."""

_COMPARISONS: dict[type[ast.cmpop], Operator] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_SIGNS: dict[type[ast.operator], Sign] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
_REFUSED_SIGNS: dict[type[ast.operator], tuple[str, str]] = {
    ast.Div: ("/", "multiply instead: `0.5 * balance` is half of it"),
    ast.FloorDiv: ("//", "multiply instead: `0.5 * balance` is half of it"),
    ast.Mod: ("%", "write a share as a decimal: 20 % is 0.20"),
    ast.Pow: ("**", "write the number out"),
    ast.BitAnd: ("&", "write `and`"),
    ast.BitOr: ("|", "write `or`"),
    ast.BitXor: ("^", "write `and`, `or`, `not`"),
    ast.LShift: ("<<", "write `<`"),
    ast.RShift: (">>", "write `>`"),
    ast.MatMult: ("@", "write `*`"),
}
_REFUSED: dict[type[ast.expr], tuple[str, str | None]] = {
    ast.Call: ("a condition calls nothing", "name a fact; the policy's facts and counts say how it is found"),
    ast.Subscript: ("`[...]` after a word means nothing here", "name a fact"),
    ast.Lambda: ("a condition holds no `lambda`", None),
    ast.IfExp: ("a condition holds no `if`", "write `and`, `or`"),
    ast.Tuple: ("a comma stands between two parts", "write `and`, or a list such as [1, 2]; 1000 has no comma"),
    ast.List: ("a list may stand only after `in`", None),
    ast.Set: ("`{...}` means nothing here", "write a list such as [1, 2]"),
    ast.Dict: ("`{...}` means nothing here", "write a list such as [1, 2]"),
    ast.Starred: ("`*` before a part means nothing here", None),
}
_WORDS_OF_THE_LANGUAGE = frozenset(["and", "or", "not", "in", "is", "True", "False", "None"])


def parse(text: str) -> Parsed:
    """Read one guard. All faults of its text are told, each with its place; nothing is raised."""
    if len(text) > LONGEST_TEXT:
        said = f"the condition is too long: {len(text):,} characters, and at most {LONGEST_TEXT:,} are read"
        return Parsed(text, None, (Fault("too-long", said, LONGEST_TEXT, len(text)),))
    tokens, faults = cut(text)
    if not tokens:
        empty = Fault("empty", "the condition is empty", 0, len(text), "leave it out, or name a fact")
        return Parsed(text, None, tuple(faults) or (empty,))
    if fault := _nesting(tokens):
        return Parsed(text, None, _in_order([*faults, fault]))
    source = _Source(tokens)
    reader = _Reader(text, source)
    try:
        tree = reader.read(ast.parse(source.spelled, mode="eval").body)
    except SyntaxError:
        fault = _misplaced(text, tokens)
        told = any(other.start < fault.end and fault.start < other.end for other in faults)
        return Parsed(text, None, _in_order(faults if told else [*faults, fault]))
    except (RecursionError, MemoryError):
        return Parsed(text, None, _in_order([*faults, _too_deep(0, len(text))]))
    return Parsed(text, tree, _in_order([*faults, *reader.faults]))


def _in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: (fault.start, fault.end)))


def _too_deep(start: int, end: int) -> Fault:
    said = f"the condition is nested too deeply; at most {DEEPEST_NESTING} parts stand inside one another"
    return Fault("too-deep", said, start, end, "split the rule in two")


class _Source:
    """The spelling that Python reads, on one line, and the way back from its columns to the text."""

    def __init__(self, tokens: list[Token]) -> None:
        self.starting: dict[int, Token] = {}
        self.ending: dict[int, Token] = {}
        column = 0
        for token in tokens:
            self.starting[column] = token
            column += len(token.spelled)
            self.ending[column] = token
            column += 1
        self.spelled = " ".join(token.spelled for token in tokens)

    def span(self, node: ast.expr) -> tuple[int, int]:
        return self.starting[node.col_offset].start, self.ending[node.end_col_offset or 0].end


class _Reader:
    """Turns Python's tree into ours, node by node; what is not named here is refused."""

    def __init__(self, text: str, source: _Source) -> None:
        self.text = text
        self.source = source
        self.faults: list[Fault] = []

    def read(self, node: ast.expr, depth: int = 1) -> Expression:
        start, end = self.source.span(node)
        if depth > DEEPEST_NESTING:
            told = any(fault.code == "too-deep" for fault in self.faults)
            return Broken(start=start, end=end) if told else self._refuse(_too_deep(start, end))
        match node:
            case ast.BoolOp(op=op, values=values):
                parts = tuple(self.read(value, depth + 1) for value in values)
                return (And if isinstance(op, ast.And) else Or)(parts, start=start, end=end)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.read(operand, depth + 1), start=start, end=end)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Minus(self.read(operand, depth + 1), start=start, end=end)
            case ast.BinOp(op=op) if type(op) in _SIGNS:
                left, right = self.read(node.left, depth + 1), self.read(node.right, depth + 1)
                return Arithmetic(left, _SIGNS[type(op)], right, start=start, end=end)
            case ast.Compare():
                return self._compare(node, depth + 1)
            case ast.Constant() | ast.Name():
                return self._plain(node, start, end)
        return self._refuse_node(node, start, end)

    def _plain(self, node: ast.Constant | ast.Name, start: int, end: int) -> Expression:
        token = self.source.starting[node.col_offset]
        if self.source.ending[node.end_col_offset or 0] is not token:
            said = "two texts stand side by side"
            return self._refuse(Fault("operator-missing", said, start, end, "put an operator or a comma between them"))
        match token.sort, token.spelled, token.value:
            case "number", _, int() | Decimal() as value:
                return Number(value, start=start, end=end)
            case "text", _, str() as text:
                return Text(text, start=start, end=end)
            case "name", "True" | "False" as spelled, _:
                return Truth(spelled == "True", start=start, end=end)
            case "name", "None", _:
                return Nothing(start=start, end=end)
            case "name", spelled, _:
                return Broken(start=start, end=end) if spelled == ODD else Name(spelled, start=start, end=end)
        return self._refuse(Fault("not-allowed", "`...` means nothing here", start, end))

    def _compare(self, node: ast.Compare, depth: int) -> Expression:
        start, end = self.source.span(node)
        operands = (node.left, *node.comparators)
        if all(type(op) in _COMPARISONS for op in node.ops):
            read = tuple(self.read(operand, depth) for operand in operands)
            return Compare(read, tuple(_COMPARISONS[type(op)] for op in node.ops), start=start, end=end)
        if len(node.ops) > 1:
            said = "`in` and `is` do not stand in a chain of comparisons"
            return self._refuse(Fault("chain", said, start, end, "join two comparisons with `and`"))
        item, among, op = self.read(node.left, depth), node.comparators[0], node.ops[0]
        if isinstance(op, ast.In | ast.NotIn):
            return In(item, self._among(among, depth), isinstance(op, ast.NotIn), start=start, end=end)
        if isinstance(among, ast.Constant) and among.value is None:
            return IsNone(item, isinstance(op, ast.IsNot), start=start, end=end)
        hint = "write `!=`" if isinstance(op, ast.IsNot) else "write `==`"
        return self._refuse(Fault("is-without-none", "`is` stands only before `None`", start, end, hint))

    def _among(self, node: ast.expr, depth: int) -> Expression:
        if not isinstance(node, ast.List | ast.Tuple):
            return self.read(node, depth)
        start, end = self.source.span(node)
        return Listing(tuple(self.read(item, depth + 1) for item in node.elts), start=start, end=end)

    def _refuse_node(self, node: ast.expr, start: int, end: int) -> Expression:
        hint: str | None
        match node:
            case ast.BinOp(op=op):
                sign, hint = _REFUSED_SIGNS[type(op)]
                said = f"`{sign}` means nothing here"
            case ast.UnaryOp(op=op):
                said, hint = f"`{'+' if isinstance(op, ast.UAdd) else '~'}` before a part means nothing here", None
            case ast.Tuple(elts=[]):
                said, hint = "`()` is empty", None
            case ast.Attribute():
                dotted = "".join(self.text[start:end].split())
                said = f"`{dotted[:40]}` holds a dot"
                hint = f'the name of a stage with a dot is written in quotes: "{dotted[:40]}"'
            case _:
                said, hint = _REFUSED.get(type(node), ("this means nothing in a condition", None))
        return self._refuse(Fault("not-allowed", said, start, end, hint))

    def _refuse(self, fault: Fault) -> Broken:
        self.faults.append(fault)
        return Broken(start=fault.start, end=fault.end)


_CLOSING = {"(": ")", "[": "]", "{": "}"}


def _nesting(tokens: list[Token]) -> Fault | None:
    """The first bracket that is nested too deeply, closes nothing, or is never closed; or too many signs in a row."""
    still_open: list[Token] = []
    signs = 0
    for token in tokens:
        signs = signs + 1 if token.spelled in ("not", "-", "+", "~") else 0
        if signs > DEEPEST_NESTING:
            return _too_deep(token.start, token.end)
        if token.sort != "mark":
            continue
        if token.spelled in _CLOSING:
            still_open.append(token)
            if len(still_open) > DEEPEST_NESTING:
                return _too_deep(token.start, token.end)
        elif token.spelled in _CLOSING.values():
            if not still_open or _CLOSING[still_open[-1].spelled] != token.spelled:
                return Fault("bracket", f"`{token.spelled}` closes nothing", token.start, token.end)
            still_open.pop()
    if not still_open:
        return None
    last = still_open[-1]
    return Fault("bracket", f"`{last.spelled}` is never closed", last.start, last.end)


def _misplaced(text: str, tokens: list[Token]) -> Fault:
    """Says where a row of tokens stops making sense. Only asked once Python has found that it does."""
    before: Token | None = None
    for token, after in zip(tokens, (*tokens[1:], None), strict=True):
        if token.sort == "name" and keyword.iskeyword(token.spelled) and token.spelled not in _WORDS_OF_THE_LANGUAGE:
            return Fault("not-allowed", f"`{token.spelled}` is no word of conditions", token.start, token.end)
        if before is not None and _is_value(before, closing=True) and _begins_a_value(token, after):
            return _operator_missing(text, before, token)
        if (before is None or not _is_value(before, closing=True)) and _needs_value_before(before, token):
            said = f"`{text[token.start : token.end]}` stands where a fact or a value is expected"
            return Fault("value-missing", said, token.start, token.end)
        before = token
    if before is not None and not _is_value(before, closing=True):
        sign = text[before.start : before.end]
        if sign == "%":
            return Fault("not-allowed", "`%` means nothing here", before.start, before.end, _REFUSED_SIGNS[ast.Mod][1])
        return Fault("value-missing", f"something is missing after `{sign}`", before.start, before.end)
    return Fault("unreadable", "this cannot be read as a condition", tokens[0].start, tokens[-1].end)


def _is_value(token: Token, *, closing: bool) -> bool:
    """Whether a token is a value, or the bracket at which one ends (`closing`) or begins."""
    if token.sort == "mark":
        return token.spelled in ((")", "]", "}") if closing else ("(", "[", "{"))
    return token.sort != "name" or token.spelled not in ("and", "or", "not", "in", "is")


def _begins_a_value(token: Token, after: Token | None) -> bool:
    """Whether a second value begins where one has just ended; a bracket there is a call, and not misplaced."""
    if token.sort == "mark":
        return token.spelled == "{"
    return _is_value(token, closing=False) or (token.spelled == "not" and (after is None or after.spelled != "in"))


def _needs_value_before(before: Token | None, token: Token) -> bool:
    """Whether `token` cannot follow `before`, at which no value ended."""
    if _is_value(token, closing=False) or token.spelled in ("-", "+", "~"):
        return False
    opened = before is not None and before.spelled in ("(", "[", "{", ",")
    if token.spelled == "not":
        return not (before is None or opened or before.spelled in ("and", "or", "not", "is"))
    if token.spelled in (")", "]", "}"):
        return not opened
    return not (token.spelled == "in" and before is not None and before.spelled == "not")


def _operator_missing(text: str, before: Token, token: Token) -> Fault:
    pair = text[before.start : token.end]
    said = f"an operator is missing in `{' '.join(pair.split())[:60]}`"
    hint = "write `and`, `or` or a comparison between them"
    if before.sort == "number" and token.sort == "name":
        currency = token.spelled.isupper() and len(token.spelled) == 3
        hint = f'write "{pair}"' if currency else f"write {text[before.start : before.end]} alone"
    return Fault("operator-missing", said, before.start, token.end, hint)
