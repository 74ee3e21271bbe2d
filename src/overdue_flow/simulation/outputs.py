"""The files of a backtest: what a spreadsheet, a script or an auditor reads afterwards.

    instalments.csv   loan_id, due_on, amount, covered_on, days_late
    month_ends.csv    loan_id, on, dpd, overdue_amount, balance, bucket, stage
    stages.csv        loan_id, on, from, to, rule, because
    marks.csv         loan_id, on, mark, change, because
    effects.csv       loan_id, decided_on, due_at, action, params, status, cause
    summary.json      what `simulation.summary` counts

UTF-8, commas, a header, plain line feeds. Amounts are plain decimals in the loan's currency with all its decimals, days
are ISO, instants ISO with their offset, `params` is JSON. `days_late` is `covered_on` minus `due_on`: negative when
early, both empty while uncovered; charges and what a reversal made due again are no instalments. The `change` of a mark
is `began` or `ended`. A `status` is one of those of `summary.told_as`. Rows come loan by loan, and in a loan in the
order of time. Only what lies in the days reported is written; instalments by the day they fall due.

Free text (`because`) that begins with `=`, `+`, `-`, `@` or a control sign gets an apostrophe in front, so that a
spreadsheet shows it and does not take it for a formula. Ids are never changed: they are keys.

The files are written under another name and renamed at the end: a run that fails or is stopped leaves the folder as it
was.
"""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from decimal import Decimal
from functools import lru_cache
from io import StringIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO, TypeAlias

from overdue_flow.cases.arrears import coverage
from overdue_flow.money import from_minor, to_minor
from overdue_flow.simulation.backtest import Days, Outcome
from overdue_flow.simulation.interrupts import to_the_end
from overdue_flow.simulation.summary import Summary, told_as

Row: TypeAlias = Sequence[object]

Tables: TypeAlias = dict[str, str]
"""Rows of each table, by the name of its file, as they stand in it."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "instalments.csv": ("loan_id", "due_on", "amount", "covered_on", "days_late"),
    "month_ends.csv": ("loan_id", "on", "dpd", "overdue_amount", "balance", "bucket", "stage"),
    "stages.csv": ("loan_id", "on", "from", "to", "rule", "because"),
    "marks.csv": ("loan_id", "on", "mark", "change", "because"),
    "effects.csv": ("loan_id", "decided_on", "due_at", "action", "params", "status", "cause"),
}
"""The tables, and the columns of each."""

SUMMARY = "summary.json"

FILES = (*COLUMNS, SUMMARY)
"""Every file that a backtest writes."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Outputs:
    """Writes the files of one backtest into `folder`: use it in `with`, `add` each outcome, then `finish`.

    The folder is made where it is missing. OSError where it cannot be written, at the beginning, before the work.
    """

    def __init__(self, folder: Path, days: Days) -> None:
        self.folder = folder
        self.days = days
        self._made: list[Path] = []
        self._part: Path | None = None
        self._open = ExitStack()
        self._files: dict[str, TextIO] = {}

    def __enter__(self) -> Self:
        self._made = [path for path in (self.folder, *self.folder.parents) if not path.exists()]
        try:
            with to_the_end():
                self._begin()
            return self
        except BaseException:  # whoever stops it now has no `with` yet that would clear away
            self._clear_away()
            raise

    def __exit__(self, kind: type[BaseException] | None, _error: object, _where: TracebackType | None) -> None:
        with to_the_end():
            self._clear_away()

    def _begin(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            if (self.folder / name).is_dir():
                raise IsADirectoryError(21, "is a folder", str(self.folder / name))
        self._part = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=self.folder))
        for name, columns in COLUMNS.items():
            file = self._open.enter_context((self._part / name).open("w", encoding="utf-8", newline=""))
            self._files[name] = file
            _writer(file).writerow(columns)

    def add(self, outcome: Outcome) -> None:
        """Write the rows of one loan."""
        for name, rows in rows_of(outcome, self.days).items():
            _writer(self._files[name]).writerows(rows)

    def add_tables(self, tables: Tables) -> None:
        """Write what `tables_of` made of loans that come next."""
        for name, text in tables.items():
            self._files[name].write(text)

    def finish(self, summary: Summary) -> None:
        """Write the summary, and give every file its name: until now nothing could be seen."""
        assert self._part is not None, "outputs are written inside `with`"
        self._open.close()
        text = json.dumps(summary.as_json(), ensure_ascii=False, indent=2)
        (self._part / SUMMARY).write_text(text + "\n", "utf-8")
        with to_the_end():
            for name in FILES:
                (self._part / name).replace(self.folder / name)
            self._made = []

    def _clear_away(self) -> None:
        """Leave nothing unfinished behind, nor a folder that was made for it."""
        with suppress(OSError):  # what is still to be written there is of no use
            self._open.close()
        if self._part is not None:
            shutil.rmtree(self._part, ignore_errors=True)
        for path in self._made:
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()


def _writer(file: TextIO) -> Any:
    return csv.writer(file, lineterminator="\n")


def tables_of(outcomes: Iterable[Outcome], days: Days) -> Tables:
    """The rows of some loans as they stand in each file."""
    texts = {name: StringIO(newline="") for name in COLUMNS}
    for outcome in outcomes:
        for name, rows in rows_of(outcome, days).items():
            _writer(texts[name]).writerows(rows)
    return {name: text.getvalue() for name, text in texts.items()}


def rows_of(outcome: Outcome, days: Days) -> dict[str, Iterable[Row]]:
    """The rows of one loan in each table."""
    return {
        "instalments.csv": _instalments(outcome, days),
        "month_ends.csv": _month_ends(outcome, days),
        "stages.csv": _stages(outcome, days),
        "marks.csv": _marks(outcome, days),
        "effects.csv": _effects(outcome, days),
    }


def _instalments(outcome: Outcome, days: Days) -> Iterator[Row]:
    case = outcome.life.case
    for due in coverage(case.ledger, days.last):
        if due.what == "instalment" and due.due_on in days:
            covered_on = due.covered_on
            late = (covered_on - due.due_on).days if covered_on else ""
            amount = f"{from_minor(due.amount, case.terms.currency):f}"
            yield outcome.loan_id, due.due_on, amount, covered_on or "", late


def _month_ends(outcome: Outcome, days: Days) -> Iterator[Row]:
    currency = outcome.life.case.terms.currency
    for end in outcome.month_ends:
        if end.on in days:
            overdue, balance = (_in_full(amount, currency) for amount in (end.overdue_amount, end.balance))
            yield outcome.loan_id, end.on, end.dpd, overdue, balance, end.bucket, end.stage


def _stages(outcome: Outcome, days: Days) -> Iterator[Row]:
    for entry in outcome.life.entries:
        for move in entry.results.moves:
            if move.on in days:
                because = shown_as_text(move.because)
                yield outcome.loan_id, move.on, move.from_stage or "", move.to_stage, move.rule or "", because


def _marks(outcome: Outcome, days: Days) -> Iterator[Row]:
    for entry in outcome.life.entries:
        for one in entry.results.marks:
            if one.on in days:
                change = "began" if one.began else "ended"
                yield outcome.loan_id, one.on, one.mark, change, shown_as_text(one.because)


def _effects(outcome: Outcome, days: Days) -> Iterator[Row]:
    for _entry, effect, status, _reason in outcome.life.effects:
        if effect.decided_on in days:
            yield (
                outcome.loan_id, effect.decided_on, effect.due_at.isoformat(), effect.action,
                json.dumps(dict(effect.params), ensure_ascii=False, default=_said), told_as(status), effect.cause,
            )  # fmt: skip


@lru_cache(maxsize=65_536)
def _in_full(amount: Decimal, currency: str) -> str:
    """An amount with all the decimals of its currency."""
    return f"{from_minor(to_minor(amount, currency), currency):f}"


def _said(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def shown_as_text(text: str) -> str:
    """Free text that a spreadsheet shows and never computes.

    >>> shown_as_text("=1+1"), shown_as_text("arrears cleared")
    ("'=1+1", 'arrears cleared')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
