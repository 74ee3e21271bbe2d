"""`overdue-flow store backup`, `restore`, `rotate-keys` and `new-key`, and encrypted stores on the command line."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path
from sqlite3 import connect

import pytest

from overdue_flow.store.keys import VARIABLE, Keys, new_key
from support.small_store import write_store
from support.terminal import run

DAY = date(2025, 1, 11)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return write_store(tmp_path, lived_to=DAY)


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    """A key in the environment."""
    text = new_key("2026a")
    monkeypatch.setenv(VARIABLE, text)
    return text


# --- backup and restore ---


def test_a_backup_is_read_back_and_restored(store: Path, tmp_path: Path) -> None:
    kept = tmp_path / "loans.backup"
    made = run("store", "backup", store, kept)
    assert made.code == 0
    assert made.out.endswith("3 loans, 5 rows of journals: the journal is as it was written\n")
    there = tmp_path / "there.db"
    restored = run("store", "restore", there, kept)
    assert (restored.code, restored.err) == (0, "")
    assert restored.out == f"{made.out}{there}: restored\n"
    assert run("journal", "verify", there).code == 0
    assert run("store", "info", there).out == run("store", "info", store).out
    assert sorted(path.name for path in tmp_path.glob("loans.backup*")) == ["loans.backup"]


def test_a_backup_takes_no_place_of_another(store: Path, tmp_path: Path) -> None:
    kept = tmp_path / "loans.backup"
    kept.write_text("x")
    said = run("store", "backup", store, kept)
    assert (said.code, said.err) == (2, f"cannot write `{kept}`: there is a file of that name\n")
    assert kept.read_text() == "x"


def test_a_damaged_backup_is_not_restored(store: Path, tmp_path: Path) -> None:
    kept = tmp_path / "loans.backup"
    run("store", "backup", store, kept)
    kept.write_bytes(kept.read_bytes().replace(b"A-1", b"A-l", 1))
    there = tmp_path / "there.db"
    said = run("store", "restore", there, kept)
    assert said.code == 1
    assert "the hash is not that of the lines before it: the file was changed or damaged" in said.err
    assert not there.exists()


def test_a_backup_of_a_store_that_was_tampered_with_says_so_and_is_not_restored(store: Path, tmp_path: Path) -> None:

    with closing(connect(store)) as forger:
        forger.execute("DELETE FROM overdue_outbox")
        forger.commit()
    kept = tmp_path / "loans.backup"
    made = run("store", "backup", store, kept)
    assert made.code == 1
    assert "is gone from the outbox" in made.out
    assert made.out.endswith(
        "the backup is what the store holds, and stays; `overdue-flow journal verify` says more of it\n"
    )
    there = tmp_path / "there.db"
    restored = run("store", "restore", there, kept)
    assert (restored.code, restored.err) == (1, "nothing was restored\n")
    assert not there.exists()


def test_a_backup_goes_into_an_empty_store_alone(store: Path, tmp_path: Path) -> None:
    kept = tmp_path / "loans.backup"
    run("store", "backup", store, kept)
    said = run("store", "restore", store, kept)
    why = "the store is not empty (`overdue_cases` has rows); a backup is restored into an empty one"
    assert (said.code, said.err) == (1, f"cannot restore into `{store}`: {why}\n")
    assert run("store", "create", tmp_path / "empty.db").code == 0
    assert run("store", "restore", tmp_path / "empty.db", kept).code == 0


def test_a_backup_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    said = run("store", "restore", tmp_path / "there.db", tmp_path / "none")
    assert (said.code, said.err) == (2, f"cannot read `{tmp_path / 'none'}`: it does not exist\n")


# --- keys ---


def test_a_new_key_is_one() -> None:
    said = run("store", "new-key", "2026a")
    assert Keys.parse(said.out).current == "2026a"
    assert run("store", "new-key", "a key").code == 1


def test_a_store_comes_under_its_first_key_and_then_under_the_next(
    store: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run("store", "rotate-keys", store)
    assert first.code == 0
    rows, said = first.out.removeprefix(f"{store}: ").split(" rows encrypted anew, ", 1)
    assert said.startswith(f"of which {rows} stood in the clear\nthe current key reads everything; others may be taken")
    monkeypatch.setenv(VARIABLE, f"{new_key('2026b')} {key}")
    second = run("store", "rotate-keys", store)
    assert second.out.startswith(f"{store}: {rows} rows encrypted anew\n")
    assert run("journal", "verify", store).out.startswith(
        "3 loans, 5 rows: the journal is as it was written; cases, out"
    )


def test_without_a_key_there_is_nothing_to_encrypt_with(store: Path) -> None:
    said = run("store", "rotate-keys", store)
    assert (said.code, said.err) == (1, "the store was opened without keys; there is nothing to encrypt with\n")


def test_an_encrypted_store_without_its_key_says_which_and_what_still_works(
    store: Path, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("store", "info", store)  # the first to come with a key turns encryption on
    half = run("store", "info", store).out
    assert "encrypted with `2026a`\nwhat is from before the first key stands in the clear, until" in half
    run("store", "rotate-keys", store)
    assert run("store", "stop", store, "contact", "--by", "ms-chen", "--reason", "the wrong account").code == 0
    monkeypatch.delenv(VARIABLE)
    for command in (("tasks", store), ("history", store, "A-1"), ("store", "switches", store)):
        refused = run(*command)
        assert refused.code == 1
        assert refused.err.startswith(
            f"cannot open the store `{store}`: what is personal in this store is encrypted with the key `2026a`; give"
        )
    verified = run("journal", "verify", store)
    assert verified.code == 0
    assert verified.out.startswith("3 loans, 5 rows: the journal is as it was written; cases follow from it\n")
    assert verified.out.endswith("what personal values say, and what stands in the outbox, in tasks and contacts\n")
    info = run("store", "info", store, "--json")
    assert (info.code, '"switches": 1' in info.out, '"keys": [' in info.out) == (0, True, True)
    assert "in the clear" not in run("store", "info", store).out
    assert run("journal", "search", store, "--loan", "A-1", "--json").code == 0
    assert run("journal", "root", store, "--out", tmp_path / "root").code == 0
    assert run("journal", "export", store, "--out", tmp_path / "archive.jsonl").code == 0
    made = run("store", "backup", store, tmp_path / "loans.backup")
    assert (made.code, made.out.splitlines()[-1]) == (0, verified.out.splitlines()[-1])
    for command in (
        ("journal", "export", store, "--out", tmp_path / "all.jsonl", "--with-personal"),
        ("journal", "search", store, "--loan", "A-1", "--json", "--with-personal"),
        ("journal", "search", store, "--person", "P-A-1"),
    ):
        refused = run(*command)
        assert (refused.code, "what is personal in this store is encrypted; give its keys" in refused.err) == (1, True)
    monkeypatch.setenv(VARIABLE, key)
    assert run("journal", "search", store, "--person", "P-A-1").out.count("A-1") > 1
    assert run("store", "restore", tmp_path / "there.db", tmp_path / "loans.backup").code == 0
    assert (
        run("tasks", tmp_path / "there.db", "--as-of", "2025-01-12").out
        == run("tasks", store, "--as-of", "2025-01-12").out
    )


def test_another_key_is_refused(store: Path, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run("store", "rotate-keys", store)
    monkeypatch.setenv(VARIABLE, new_key("2026a"))
    said = run("tasks", store)
    why = "the key `2026a` that was given is not the one that this store is encrypted with"
    assert (said.code, said.err) == (1, f"cannot open the store `{store}`: {why}\n")


def test_a_key_in_the_wrong_place_is_refused_and_not_said(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name was forgotten, or stands behind the key: what is complained of ends up in logs."""
    key = new_key("2026a").partition(":")[2]
    for text in (key, f"{key}:2026a", f"2026a={key}", f"2026a: {key}"):
        monkeypatch.setenv(VARIABLE, text)
        said = run("tasks", store)
        assert (said.code, key in said.out + said.err) == (1, False)


def test_keys_that_can_be_none_are_refused(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "2026a:short")
    assert (run("tasks", store).code, "the key `2026a` is no base64" in run("tasks", store).err) == (1, True)
