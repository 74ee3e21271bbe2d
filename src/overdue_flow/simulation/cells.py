"""What one cell of a book says: a day or an amount, or in plain words why it is neither.

The quick readers (`Days`, `minor_units`) accept exactly one spelling. What they refuse goes to `why_no_day` and
`why_no_amount`, which know the spellings that spreadsheets make, and say how to write them.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import NamedTuple

from overdue_flow.cases.events.base import FIRST_YEAR, LAST_YEAR
from overdue_flow.money import decimals_of

_LONGEST_AMOUNT = 15
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_RUN_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
_WITH_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{1,2}:\d{2}.*")
_PLAIN = re.compile(r"[-+]?\d+(\.\d*)?|[-+]?\.\d+", re.ASCII)
_SIGNS = "¥€$£￥元圆 "
_EXCEL_EPOCH = date(1899, 12, 30)


class Reason(NamedTuple):
    """Why a cell is refused: a stable code, a message, and what to do about it."""

    code: str
    message: str
    hint: str | None = None


class Days(dict[str, date | None]):
    """Days by their text, `2025-01-31`; None for a text that is no day. Good ones are kept: a book has few."""

    def __missing__(self, text: str) -> date | None:
        if len(text) != 10 or text[4] != "-" or text[7] != "-":
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            return None
        self[text] = day
        return day


def why_no_day(text: str) -> Reason:
    """Why `text` is no day, for a text that `Days` refuses."""
    if not text:
        return Reason("empty", "a day is missing here", "write it as year-month-day, such as 2025-01-31")
    shown = f"`{text[:40]}`"
    if found := _WITH_TIME.fullmatch(text):
        return Reason("bad-day", f"{shown} is a day with a time; expected the day alone", f"write {found[1]}")
    for pattern, order in ((_YEAR_FIRST, (1, 2, 3)), (_RUN_TOGETHER, (1, 2, 3))):
        if found := pattern.fullmatch(text):
            return _why_not(text, *(int(found[group]) for group in order))
    if found := _YEAR_LAST.fullmatch(text):
        return _why_no_year_first(shown, int(found[1]), int(found[2]), int(found[3]))
    if text.isascii() and text.isdecimal() and 20_000 <= int(text[:6]) <= 80_000 and len(text) == 5:
        day = _EXCEL_EPOCH + timedelta(days=int(text))
        return Reason(
            "bad-day", f"{shown} is a day as a spreadsheet counts it", f"write {day}; format the column as text"
        )
    return Reason("bad-day", f"{shown} is no day", "write it as year-month-day, such as 2025-01-31")


def _why_not(text: str, year: int, month: int, day: int) -> Reason:
    if reason := _impossible(text, year, month, day):
        return reason
    return Reason(
        "bad-day", f"`{text}` is written in another order or with other signs", f"write {date(year, month, day)}"
    )


def _impossible(text: str, year: int, month: int, day: int) -> Reason | None:
    if not 1 <= month <= 12:
        return Reason(
            "bad-day", f"`{text}` is no day: there is no month {month}", "write year-month-day, such as 2025-01-31"
        )
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Reason("bad-day", f"the year of `{text}` is not between {FIRST_YEAR} and {LAST_YEAR}", "check the year")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        name = calendar.month_name[month]
        return Reason(
            "bad-day", f"`{text}` is no day: {name} {year} has {last} days", f"the last one is {year}-{month:02}-{last}"
        )
    return None


def _why_no_year_first(shown: str, first: int, second: int, year: int) -> Reason:
    """31/12/2024 can be read in one way only, 03/04/2024 in two."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return Reason("bad-day", f"{shown} is no day", "write it as year-month-day, such as 2025-01-31")
    readings = [
        f"{year}-{month:02}-{day:02}"
        for day, month in dict.fromkeys(((first, second), (second, first)))
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
    ]
    if len(readings) == 2:
        hint = f"write {readings[0]} if the day comes first, {readings[1]} if the month does"
    else:
        hint = f"write {readings[0]}" if readings else "write it as year-month-day, such as 2025-01-31"
    return Reason("bad-day", f"{shown} is not written as year-month-day", hint)


def minor_units(text: str, decimals: int) -> int | None:
    """An amount such as `1000.00` in minor units of a currency with so many decimals; None where it is not one.

    Zero is an amount; a negative one is not, and neither is one that its currency cannot express exactly.
    """
    whole, _, part = text.partition(".")
    if not whole.isdecimal() or not text.isascii() or len(whole) > _LONGEST_AMOUNT:
        return None
    if not part:
        return int(whole) * 10**decimals if whole == text else None
    if not part.isdecimal():
        return None
    if len(part) > decimals:
        if part[decimals:].strip("0"):
            return None
        part = part[:decimals]
    return int(whole + part.ljust(decimals, "0"))


def why_no_amount(text: str, currency: str) -> Reason:
    """Why `text` is no amount in `currency`, for a text that `minor_units` refuses."""
    if not text:
        return Reason("empty", "an amount is missing here", "write 0.00 if nothing is meant")
    shown, example = f"`{text[:40]}`", _example(currency)
    bare = text.strip(_SIGNS)
    if bare.startswith("-") or (bare.startswith("(") and bare.endswith(")")):
        hint = "an amount is never below zero; money that went back is a `reversed_on` or an event (`RefundMade`)"
        return Reason("negative", f"{shown} is below zero", hint)
    if _PLAIN.fullmatch(bare) and bare != text:
        return Reason("bad-amount", f"{shown} has a currency sign", f"write {bare}; the currency is the loan's")
    if _PLAIN.fullmatch(text):
        return _why_not_exact(text, shown, currency)
    if "," in bare and (repaired := _without_separators(bare)):
        return Reason("bad-amount", f"{shown} has separators", f"write {repaired}")
    return Reason("bad-amount", f"{shown} is no amount", f"write digits and a decimal point, such as {example}")


def _why_not_exact(text: str, shown: str, currency: str) -> Reason:
    whole, _, part = text.lstrip("+").partition(".")
    if len(whole) > _LONGEST_AMOUNT:
        return Reason("bad-amount", f"{shown} is too large; expected less than 10**{_LONGEST_AMOUNT}")
    decimals = decimals_of(currency)
    if len(part.rstrip("0")) > decimals:
        message = f"{shown} has {len(part)} decimals; amounts in {currency} have {decimals or 'none'}"
        return Reason("too-many-decimals", message, "round it as the bank's books do; it is not rounded here")
    return Reason(
        "bad-amount", f"{shown} is no amount", f"write digits and a decimal point, such as {_example(currency)}"
    )


def _without_separators(text: str) -> str | None:
    """`1,000.00` and `1.000,00` as `1000.00`; None where it is not clear which is meant."""
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text) and text.count(",") + text.count(".") > 1:
        return text.replace(",", "")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+,\d+", text) or re.fullmatch(r"\d+,\d{1,2}", text):
        return text.replace(".", "").replace(",", ".")
    return None


def _example(currency: str) -> str:
    decimals = decimals_of(currency)
    return f"1000.{'0' * decimals}" if decimals else "1000"
