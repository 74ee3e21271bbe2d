"""The tables of a book: finding their files, reading their headers and rows, CSV and Parquet alike."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from overdue_flow.problems import did_you_mean, nearest
from overdue_flow.simulation.cells import Reason
from overdue_flow.simulation.findings import Findings
from overdue_flow.simulation.parquet import ParquetRows, UnreadableParquet

Row: TypeAlias = tuple[int, list[str]]
"""The number of a row's line, and its cells, as many as the header has."""

Progress: TypeAlias = Callable[[str, int], None]
"""Told, every so often, which file is read and how many rows of it have been."""

_ROWS_PER_WORD = 20_000
_BYTE_ORDER_MARK = 3
_TABLES = ("loans", "instalments", "payments", "events")
_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


@dataclass(frozen=True, slots=True)
class Layout:
    """What a table must and may have. `one_of`: at least one of these; `open` tables may have any other column."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    open: bool = False

    @property
    def known(self) -> tuple[str, ...]:
        """Every column that has a meaning of its own."""
        return (*self.required, *self.one_of, *self.optional)


@dataclass(frozen=True, slots=True)
class Table:
    """One file of a book, opened: `columns` says where each column stands."""

    file: str
    columns: dict[str, int]
    rows: Callable[[], Iterator[Row]]


def open_table(layout: Layout, findings: Findings, progress: Progress) -> Table | None:
    """The table's file with its header read, or None where there is nothing to read; problems go to `findings`."""
    file = _find(layout.name, findings)
    if file is None:
        return None
    path = findings.folder / file
    try:
        source = ParquetRows(path) if path.suffix == ".parquet" else CsvRows(path, findings)
    except UnreadableParquet as error:
        findings.add(file, Reason("unreadable", f"this is no Parquet file: {error}", "write it again, or as CSV"))
        return None
    if isinstance(source, ParquetRows):
        _check_types(source, layout, findings, file)
    if not source.header or not _check_header(source.header, layout, file, findings):
        return None
    columns = {name: index for index, name in enumerate(source.header)}
    return Table(file, columns, lambda: _with_progress(source.rows(), file, progress))


def _find(name: str, findings: Findings) -> str | None:
    files = sorted(path.name for path in findings.folder.iterdir())
    found = [file for file in (f"{name}.csv", f"{name}.parquet") if file in files]
    if len(found) == 2:
        message = f"there are both `{found[0]}` and `{found[1]}`, and only one can be meant"
        findings.add(found[0], Reason("two-files", message, "take one of them away"))
    if not found:
        stems = {stem: file for file in files if (stem := file.partition(".")[0]) == name or stem not in _TABLES}
        near = nearest(name, stems)
        hint = "a book has `loans`, `instalments` and `payments`"
        if near and nearest(near.lower(), _TABLES) == name:
            hint = f"is it `{stems[near]}`? save it as `{name}.csv`"
        reason = Reason("missing-file", f"there is no `{name}.csv` and no `{name}.parquet` in this folder", hint)
        findings.add(f"{name}.csv", reason)
        return None
    return found[0]


class CsvRows:
    """A CSV file as rows of text: UTF-8, commas, a header; a byte order mark is passed over."""

    def __init__(self, path: Path, findings: Findings) -> None:
        self._path = path
        self._findings = findings
        records = self._records()
        first = next(records, None)
        records.close()
        self.header: list[str] = [cell.strip() for cell in first[1]] if first else []
        if (first is None and path.stat().st_size <= _BYTE_ORDER_MARK) or (first and not any(self.header)):
            findings.add(path.name, Reason("empty-file", "the first line is empty", "it names the columns"))
            self.header = []

    def rows(self) -> Iterator[Row]:
        """Every row after the header that has as many cells as the header; the others are problems."""
        records = self._records()
        next(records, None)
        width = len(self.header)
        for line, cells in records:
            if len(cells) == width:
                yield line, cells
            elif cells:
                self._ragged(line, cells, width)

    def _ragged(self, line: int, cells: list[str], width: int) -> None:
        message = f"this row has {len(cells)} cells; the header has {width}"
        more = "a comma inside a cell? put the cell in quotation marks"
        hint = more if len(cells) > width else "an empty cell still needs its comma"
        self._findings.add(self._path.name, Reason("ragged-row", message, hint), line)

    def _records(self) -> Generator[Row, None, None]:
        line = 1
        with self._path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            try:
                for cells in reader:
                    yield line, cells
                    line = reader.line_num + 1
            except UnicodeDecodeError:
                self._not_utf8()
            except csv.Error as error:
                self._findings.add(self._path.name, _why_no_csv(str(error)), line)

    def _not_utf8(self) -> None:
        line = 1
        with self._path.open("rb") as file:
            for content in file:
                try:
                    content.decode("utf-8")
                except UnicodeDecodeError:
                    break
                line += 1
        message = "the file is not in UTF-8, or not from here on"
        self._findings.add(self._path.name, Reason("not-utf8", message, "save it as `CSV UTF-8`"), line)


def _why_no_csv(error: str) -> Reason:
    if "end of data" in error:
        return Reason("open-quote", "a quotation mark is opened in this row and never closed", "close it, or double it")
    if "field limit" in error:
        return Reason(
            "huge-cell", "a cell of this row has more than 131,072 characters", "is a quotation mark missing?"
        )
    return Reason(
        "bad-quote", "a quotation mark stands inside a cell", 'put the cell in quotation marks and double it: ""'
    )


def _check_header(header: list[str], layout: Layout, file: str, findings: Findings) -> bool:
    """Whether the columns that the rows are read by are there; every problem of the header is reported."""
    if reason := _wrong_delimiter(header, layout):
        findings.add(file, reason, 1)
        return False
    for name, count in Counter(header).items():
        if count > 1:
            second = len(header) - 1 - header[::-1].index(name)
            reason = Reason("double-column", f"the column `{name}` is there {count} times", "rename or remove one")
            findings.add(file, reason, 1, second)
    strangers = [name for name in header if name not in layout.known and not layout.open]
    for index, name in enumerate(header):
        if not name:
            findings.add(file, Reason("nameless-column", f"column {index + 1} has no name"), 1, index)
        elif name in strangers:
            hint = did_you_mean(name, layout.known) or "expected " + ", ".join(f"`{known}`" for known in layout.known)
            findings.add(file, Reason("unknown-column", f"`{layout.name}` has no column `{name}`", hint), 1, index)
    return _check_complete(header, layout, file, findings)


def _check_complete(header: list[str], layout: Layout, file: str, findings: Findings) -> bool:
    missing = [name for name in layout.required if name not in header]
    others = [name for name in header if name and name not in layout.known]
    for name in missing:
        near = nearest(name, others)
        hint = f"is it `{near}`? call it `{name}`" if near else None
        findings.add(file, Reason("missing-column", f"the column `{name}` is missing", hint), 1)
    if layout.one_of and not set(layout.one_of) & set(header):
        wanted = ", ".join(f"`{name}`" for name in layout.one_of)
        findings.add(file, Reason("missing-column", f"no amount is given; expected at least one of {wanted}"), 1)
        return False
    return not missing


def _wrong_delimiter(header: list[str], layout: Layout) -> Reason | None:
    if len(header) != 1 or header[0] in layout.known:
        return None
    for sign, name in _OTHER_DELIMITERS.items():
        if sign in header[0]:
            message = f"the columns are separated by {name}; expected commas"
            return Reason("wrong-delimiter", message, "export it again as comma-separated (CSV UTF-8)")
    return None


def _check_types(source: ParquetRows, layout: Layout, findings: Findings, file: str) -> None:
    for name in set(source.inexact()) & set(layout.known):
        message = f"`{name}` holds binary fractions, in which an amount such as 0.10 is not exact"
        findings.add(file, Reason("inexact", message, "store it as a decimal or as text"), 0, source.header.index(name))
    for name in source.unreadable():
        message = f"`{name}` holds lists, records or bytes; expected text, whole numbers, decimals or days"
        findings.add(file, Reason("unreadable", message), 0, source.header.index(name))


def _with_progress(rows: Iterator[Row], file: str, progress: Progress) -> Iterator[Row]:
    count = 0
    for row in rows:
        count += 1
        if not count % _ROWS_PER_WORD:
            progress(file, count)
        yield row
    progress(file, count)
