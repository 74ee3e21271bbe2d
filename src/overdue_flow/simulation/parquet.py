"""Books as Parquet files: the one file that knows pyarrow. A value is taken as the text that a CSV file would have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from overdue_flow.errors import MissingExtra

INSTALL = 'pip install "overdue-flow[parquet]"'
_ROWS_AT_ONCE = 20_000


class UnreadableParquet(Exception):
    """A file that is called Parquet and is not. Never leaves the reader of books."""


class ParquetRows:
    """A Parquet file as rows of text. `line` counts rows from 1: there is no header row."""

    def __init__(self, path: Path) -> None:
        """Open the file and read its column names; MissingExtra without pyarrow."""
        try:
            import pyarrow as pa
            import pyarrow.parquet as parquet
        except ImportError:
            raise MissingExtra(f"reading `{path.name}` needs pyarrow; install it with: {INSTALL}") from None
        try:
            self._file = parquet.ParquetFile(path)
        except (pa.ArrowInvalid, OSError) as error:
            raise UnreadableParquet(str(error).partition("\n")[0]) from None
        self._arrow = pa
        self.header: list[str] = list(self._file.schema_arrow.names)

    def inexact(self) -> list[str]:
        """The columns that hold binary fractions, in which an amount cannot be exact."""
        is_floating = self._arrow.types.is_floating
        return [column.name for column in self._file.schema_arrow if is_floating(column.type)]

    def unreadable(self) -> list[str]:
        """The columns that hold lists, records or bytes, which no cell of a table can be."""
        types = self._arrow.types
        return [c.name for c in self._file.schema_arrow if types.is_nested(c.type) or types.is_binary(c.type)]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Every row, with its number."""
        number = 0
        for batch in self._file.iter_batches(_ROWS_AT_ONCE):
            columns = [[_text(value) for value in column.to_pylist()] for column in batch.columns]
            for cells in zip(*columns, strict=True):
                number += 1
                yield number, list(cells)


def _text(value: Any) -> str:
    """A value as a CSV file would say it: `str` of a decimal may say 1E+2, the format `f` never does."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "as_tuple"):
        return f"{value:f}"
    return str(value).strip()
