"""A store in a file that cannot be written, as in an archive: it is read as it is, and nothing is left beside it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from overdue_flow import Flow, SqlStore, load_policy
from overdue_flow.cli.access import NOT_REMEMBERED
from overdue_flow.errors import StoreUnavailable
from overdue_flow.events import PaymentReceived
from overdue_flow.store.evidence import verify
from support.small_policy import POLICY, write_policy
from support.small_store import opened, write_store
from support.terminal import Said, run
from support.unwritable import folder_for_all, only_reading

PAID = PaymentReceived(id="p", at="2025-01-12T09:00:00+08:00", amount="100.00", value_date="2025-01-12")

READS = [
    "journal verify {store}",
    "journal search {store} --loan A-1",
    "history {store} A-1",
    "history {store} A-1 --policy {policy}",
    "explain {policy} {store} A-1",
    "forewarn {policy} {store} --on 2025-01-12",
    "tasks {store} --as-of 2025-01-12",
    "store info {store}",
    "store switches {store}",
]
WRITES = [
    "nightly {policy} {store} --as-of 2025-02-20",
    "deliver {policy} {store} --shadow",
    "store stop {store} contact --by x --reason y",
    "journal erase {store} A-1 --force",
]


@pytest.fixture
def folder() -> Iterator[Path]:
    with folder_for_all() as found:
        yield found


def said(command: str, folder: Path) -> Said:
    return run(*command.format(store=folder / "loans.db", policy=folder / "policy.yaml").split())


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("command", READS)
@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_what_only_reads_reads_a_store_that_cannot_be_written(command: str, mode: str, folder: Path) -> None:
    store = write_store(folder, lived_to=date(2025, 1, 11))
    write_policy(folder)
    with closing(sqlite3.connect(store)) as database:
        assert database.execute(f"PRAGMA journal_mode = {mode}").fetchone() == (mode,)
    written = said(command, folder)
    assert written.code == 0
    assert files(folder) == ["loans.db", "policy.yaml"]
    with only_reading(folder):
        read = said(command, folder)
    assert read[:2] == written[:2]
    assert not read.err or read.err.startswith(NOT_REMEMBERED)
    assert files(folder) == ["loans.db", "policy.yaml"]


@pytest.mark.parametrize("command", WRITES)
def test_what_writes_says_that_it_cannot(command: str, folder: Path) -> None:
    write_store(folder, lived_to=date(2025, 1, 11))
    write_policy(folder)
    with only_reading(folder):
        found = said(command, folder)
    assert (found.code, found.out) == (1, "")
    assert found.err == (
        "the store cannot be reached or written (attempt to write a readonly database); nothing was recorded\n"
    )
    assert said(READS[0], folder).out.startswith("3 loans, 5 rows: the journal is as it was written; ")


def test_a_copy_of_a_store_in_use_is_read_with_its_log_or_not_at_all(folder: Path, tmp_path: Path) -> None:
    """What was committed last stands in the log: it is never left out in silence."""
    live = write_store(tmp_path, lived_to=date(2025, 1, 11))
    with opened(live) as store:
        Flow(load_policy(text=POLICY), store).receive("A-1", PAID)
        for name in files(tmp_path):
            shutil.copy(tmp_path / name, folder / name)
    url = f"sqlite:///{folder / 'loans.db'}"
    with only_reading(folder), closing(SqlStore(url)) as copy, copy.records() as records:
        assert verify(records).rows == 6
    (folder / "loans.db-shm").unlink()
    with only_reading(folder), pytest.raises(StoreUnavailable, match=r"committed last stands in `loans\.db-wal`"):
        SqlStore(url)
    with closing(SqlStore(url)) as copy:
        assert len(copy.journal("A-1")) == 3


def test_a_name_with_signs_of_its_own_is_read_too(folder: Path) -> None:
    odd = folder / "a loan?mode=rw#1%20é.db"
    write_store(folder).rename(odd)
    with only_reading(folder), closing(SqlStore(URL.create("sqlite", database=str(odd)))) as store:
        assert list(store.case_ids()) == ["A-1", "A-2", "A-3"]
