"""Cuts a guard's text into tokens, and says what does not belong in it.

Numbers and texts get their values here, from the text itself, so that `0.10` is exact. Every token is also spelled
again in plain ASCII (`spelled`), with obvious slips mended after they are told (`&&` as `and`, `=` as `==`): the
parser reads that spelling, so one pass over a guard finds all of its faults.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from overdue_flow.guards.syntax import Fault

MOST_DIGITS = 15
"""How many digits a number may have."""

ODD = "__odd__"
"""How a word with odd letters is spelled again."""

Sort: TypeAlias = Literal["name", "number", "text", "mark"]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text from `start` to `end`; `value` is what a number or a text says."""

    sort: Sort
    start: int
    end: int
    spelled: str
    value: int | Decimal | str = ""


_PIECE = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<comment>\#[^\n]*)
      | (?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?!\w))
      | (?P<number>\.?[0-9](?:\.?\w)*\.?)
      | (?P<name>[^\W\d]\w*)
      | (?P<text>"[^"\n]*" | '[^'\n]*')
      | (?P<curly>[“”„][^“”„"'\n]*[“”] | [‘’][^‘’"'\n]*[‘’])
      | (?P<unclosed>["'][^\n]*)
      | (?P<mark>\.\.\. | \*\* | // | <<(?!=) | >>(?!=) | === | == | !=+ | <= | >= | := | => | =< | <> | -> | && | \|\|)
      | (?P<wide>[≥≤≠＝＞＜（）【】，、−–—×＋－＊])
      | (?P<odd>[^\x20-\x7e≥≤≠＝＞＜（）【】，、−–—×＋－＊“”„‘’]+ | [“”„‘’])
      | (?P<single>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PLAIN_NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_WORDS = {"and", "or", "not", "in", "is"}
_CONSTANTS = {"true": "True", "false": "False", "none": "None", "null": "None", "nil": "None"}
_MENDED = {
    "&&": "and", "||": "or", "!": "not", "=": "==", "===": "==", "!==": "!=", "<>": "!=", "=>": ">=", "=<": "<=",
    ":=": "==", "≥": ">=", "≤": "<=", "≠": "!=", "＝": "==", "＞": ">", "＜": "<", "（": "(", "）": ")",
    "【": "[", "】": "]", "，": ",", "、": ",", "−": "-", "–": "-", "—": "-", "×": "*", "＋": "+", "－": "-", "＊": "*",
}  # fmt: skip
_FOREIGN = frozenset("$?`\\;")
_FOREIGN_MARKS = frozenset(["->"])
_PLAIN_NAMES = {"\\": "backslash", "`": "backtick"}


def cut(text: str) -> tuple[list[Token], list[Fault]]:
    """The tokens of `text` in order, and a fault for every piece that does not belong in a condition."""
    tokens: list[Token] = []
    faults: list[Fault] = []
    for piece in _PIECE.finditer(text):
        sort = piece.lastgroup
        if sort == "space":
            continue
        token, fault = _token(str(sort), piece[0], piece.start(), piece.end())
        if fault and fault.code == "not-a-plain-number" and _is_thousands(tokens, piece[0], piece.start()):
            fault = None  # the comma before it is told
        if token and token.sort == "text" and tokens and _is_prefix(tokens[-1], token):
            prefix = tokens.pop()
            said = f"`{prefix.spelled}` before a text means nothing here"
            faults.append(Fault("text-prefix", said, prefix.start, token.end, f"write `{piece[0]}` alone"))
        if token:
            tokens.append(token)
        if fault:
            faults.append(fault)
    return tokens, faults


def _is_prefix(before: Token, text: Token) -> bool:
    return before.sort == "name" and before.end == text.start and before.spelled not in _WORDS


def _is_thousands(before: list[Token], piece: str, start: int) -> bool:
    """Whether a piece is the `000` of `1,000`."""
    match before[-2:]:
        case [Token(sort="number", end=end), Token(spelled=",", start=comma)] if end == comma == start - 1:
            return re.fullmatch(r"[0-9]{3}(\.[0-9]+)?", piece) is not None
    return False


def _token(sort: str, piece: str, start: int, end: int) -> tuple[Token | None, Fault | None]:
    fault: Fault | None
    match sort:
        case "number":
            return _number(piece, start, end)
        case "name":
            return _name(piece, start, end)
        case "text":
            return _text(piece, start, end)
        case "date":
            message = f"the date `{piece}` stands without quotes"
            fault = Fault("date-without-quotes", message, start, end, f'write "{piece}"')
            return Token("text", start, end, '""', piece), fault
        case "curly":
            fault = Fault("curly-quotes", f"`{piece}` has curly quotes", start, end, f'write "{piece[1:-1]}"')
            return Token("text", start, end, '""', piece[1:-1]), fault
        case "unclosed":
            message = f"the text that begins with `{_short(piece)}` is not closed"
            fault = Fault("text-not-closed", message, start, end, f"add a `{piece[0]}` where it ends")
            return Token("text", start, end, '""', piece[1:]), fault
        case "comment":
            return None, Fault("comment", "a comment does not belong in a condition", start, end, "put it beside it")
        case "odd":
            return None, Fault("odd-character", f"{_named(piece)} does not belong in a condition", start, end)
        case _:
            return _mark(piece, start, end)


def _number(piece: str, start: int, end: int) -> tuple[Token, Fault | None]:
    def refused(code: str, message: str, hint: str) -> tuple[Token, Fault]:
        return Token("number", start, end, "0", 0), Fault(code, message, start, end, hint)

    if not _PLAIN_NUMBER.fullmatch(piece):
        message = f"`{_short(piece)}` is not a plain number"
        return refused("not-a-plain-number", message, _plain_number_hint(piece))
    if sum(letter != "." for letter in piece) > MOST_DIGITS:
        return refused(
            "number-too-long",
            f"the number `{_short(piece)}` is too long",
            f"a number has at most {MOST_DIGITS} digits",
        )
    value = Decimal(piece) if "." in piece else int(piece)
    return Token("number", start, end, "0", value), None


def _plain_number_hint(piece: str) -> str:
    if re.fullmatch(r"0+[0-9]+(\.[0-9]+)?", piece):
        return f"write `{piece.lstrip('0') if piece.strip('0').lstrip('.') else '0'}`"
    if re.fullmatch(r"\.[0-9]+", piece):
        return f"write `0{piece}`"
    if re.fullmatch(r"[0-9]+\.", piece):
        return f"write `{piece[:-1]}`"
    if re.fullmatch(r"[0-9]+(_[0-9]+)+", piece):
        return f"write `{piece.replace('_', '')}`"
    return "write digits and at most one decimal point, such as 90 or 0.25"


def _name(piece: str, start: int, end: int) -> tuple[Token, Fault | None]:
    if not piece.isascii():
        odd = next(letter for letter in piece if not letter.isascii())
        message = f"`{_short(piece)}` holds {_named(odd)}"
        hint = "a word has plain letters a to z, digits and `_`"
        return Token("name", start, end, ODD, piece), Fault("odd-letter", message, start, end, hint)
    low = piece.lower()
    right = low if low in _WORDS else _CONSTANTS.get(low, piece)
    fault = Fault("spelling", f"`{piece}` is written `{right}`", start, end) if right != piece else None
    return Token("name", start, end, right, piece), fault


def _text(piece: str, start: int, end: int) -> tuple[Token, Fault | None]:
    inner = piece[1:-1]
    token = Token("text", start, end, '""', inner)
    odd = next((letter for letter in inner if letter == "\\" or not letter.isprintable()), None)
    if odd is None:
        return token, None
    return token, Fault("odd-character", f"{_named(odd)} does not belong in a text", start, end)


def _mark(piece: str, start: int, end: int) -> tuple[Token | None, Fault | None]:
    if piece in _MENDED:
        right = _MENDED[piece]
        fault = Fault("spelling", f"`{piece}` means nothing here", start, end, f"write `{right}`")
        return Token("mark", start, end, right), fault
    if piece in _FOREIGN or piece in _FOREIGN_MARKS:
        shown = _named(piece) if piece == "`" else f"`{piece}`"
        return None, Fault("odd-character", f"{shown} does not belong in a condition", start, end)
    return Token("mark", start, end, piece), None


def _named(letters: str) -> str:
    """The first of `letters`, in words, for those that look like others or cannot be seen."""
    letter = letters[0]
    name = _PLAIN_NAMES.get(letter) or unicodedata.name(letter, "").lower()
    if letter.isprintable() and not letter.isspace() and letter != "`":
        return f"`{letter}` ({name})"
    return f"the character U+{ord(letter):04X}" + (f" ({name})" if name else "")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
