"""Archives as Parquet: one line a row of the journal, so many at a time, with its fields as columns.

The column `personal` holds, in the first row of a case, its personal values and their salt as JSON, if they are there;
`looks` the looks at the case.
What the file is stands in its metadata, with the texts of the versions that decided.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from overdue_flow.errors import JournalError, MissingExtra
from overdue_flow.store.archive import Counted, Placed
from overdue_flow.store.archive_parts import FORMAT, VERSION, Part, PersonalOf, as_plain, check_format, part_of
from overdue_flow.store.looks import LookWritten
from overdue_flow.store.protocol import PolicyText
from overdue_flow.store.rows import JournalRow
from overdue_flow.store.written import as_json

INSTALL = 'pip install "overdue-flow[parquet]"'
ROWS_AT_ONCE = 10_000
PERSONAL = "personal"
LOOKS = "looks"
POLICIES = "policies"
_NAME = b"overdue_flow"


class ParquetWriter:
    """An archive as a Parquet file. MissingExtra without pyarrow."""

    def __init__(self, path: Path, *, with_personal: bool) -> None:
        self._arrow, self._parquet = _pyarrow()
        columns = [(name, self._arrow.string()) for name in (*JournalRow._fields, PERSONAL, LOOKS)]
        seq = JournalRow._fields.index("seq")
        columns[seq] = ("seq", self._arrow.int64())
        self._about: dict[str, Any] = {"format": FORMAT, "version": VERSION, "personal": with_personal, POLICIES: []}
        self._schema = self._arrow.schema(columns)
        self._path = path
        self._file: Any = None
        self._waiting: list[tuple[Any, ...]] = []
        self._personal: str | None = None
        self._looks: list[Any] = []

    def put(self, part: Part) -> None:
        """One row, or what stands beside the next one."""
        if isinstance(part, PolicyText):
            self._about[POLICIES].append(as_plain(part))
            return
        if isinstance(part, PersonalOf):
            self._personal = as_json(part._asdict())
            return
        if isinstance(part, LookWritten):
            self._looks.append(as_plain(part))
            return
        self._waiting.append((*part, self._personal, as_json(self._looks) if self._looks else None))
        self._personal, self._looks = None, []
        if len(self._waiting) >= ROWS_AT_ONCE:
            self._write()

    def end(self, _counted: Counted) -> None:
        """The rows that wait, and the end of the file."""
        self._write()
        self._file.close()

    def _write(self) -> None:
        if self._file is None:
            self._schema = self._schema.with_metadata({_NAME: as_json(self._about)})
            self._file = self._parquet.ParquetWriter(self._path, self._schema, compression="zstd")
        columns = list(zip(*self._waiting, strict=True)) or [()] * len(self._schema)
        arrays = [self._arrow.array(values, field.type) for values, field in zip(columns, self._schema, strict=True)]
        self._file.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
        self._waiting = []


def read_parquet(path: Path) -> Iterator[Placed]:
    """The parts of an archive in Parquet. JournalError, with the number of the row, for one that is none."""
    arrow, parquet = _pyarrow()
    try:
        file = parquet.ParquetFile(path)
        about = json.loads((file.schema_arrow.metadata or {}).get(_NAME, b"{}"))
        about = about if isinstance(about, dict) else {}
        check_format(about, str(path))
        yield from _policies_of(str(path), about.get(POLICIES, []))
        number = 0
        for batch in file.iter_batches(ROWS_AT_ONCE):
            for plain in batch.to_pylist():
                number += 1
                yield from _parts_of(f"{path}, row {number}", plain)
    except (arrow.ArrowException, ValueError) as error:
        said = str(error).partition("\n")[0][:200]
        raise JournalError(f"{path}: this is no Parquet file, or it was cut off: {said}") from None


def _policies_of(place: str, said: Any) -> Iterator[Placed]:
    for plain in said if isinstance(said, list) else [{}]:
        yield Placed(place, part_of(place, {"policy_text": None, **(plain if isinstance(plain, dict) else {})}))


def _parts_of(place: str, plain: dict[str, Any]) -> Iterator[Placed]:
    personal, looks = plain.pop(PERSONAL, None), plain.pop(LOOKS, None)
    for look in _from_json(place, looks, "looks") if looks is not None else ():
        yield Placed(place, part_of(place, {"look": None, **(look if isinstance(look, dict) else {})}))
    if personal is not None:
        yield Placed(place, part_of(place, {PERSONAL: _from_json(place, personal, "personal values")}))
    yield Placed(place, part_of(place, plain))


def _from_json(place: str, text: Any, what: str) -> Any:
    try:
        found = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise JournalError(f"{place}: these are no {what}") from None
    if what == "looks" and not isinstance(found, list):
        raise JournalError(f"{place}: these are no {what}")
    return found


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as parquet
    except ImportError:
        raise MissingExtra(f"archives in Parquet need pyarrow; install it with: {INSTALL}") from None
    return pa, parquet
