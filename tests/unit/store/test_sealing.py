"""How personal values stand in columns: in the clear, encrypted for their place, or not to be read here."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.errors import JournalError, KeysError, MissingExtra
from overdue_flow.store.keys import Keys
from overdue_flow.store.sealing import CLEAR, CLEAR_LEFT, KEY, Closed, Keyed, check_open, seal_of
from support.keyring import ANOTHER, BOTH_BUT_OLD, NEW, NEW_ALONE, OLD

PLACE = ("contacts.event", "L-1", "e-1", "0")
texts = st.text(st.characters(exclude_categories=["Cs"]))


def keyed(keys: Keys, *, clear_left: bool = False) -> Keyed:
    return Keyed(keys, clear_left=clear_left)


# --- values ---


@given(texts)
def test_a_value_comes_back_from_its_place_and_never_looks_the_same(text: str) -> None:
    seal = keyed(OLD)
    said = seal.shut(text, *PLACE)
    assert seal.read(said, *PLACE) == text
    if text:
        assert said.startswith("sealed:2026a:")
        assert said != seal.shut(text, *PLACE)
        assert seal.is_current(said)
        assert not keyed(NEW).is_current(said)
    else:
        assert said == ""


@pytest.mark.parametrize("place", [("contacts.event", "L-2", "e-1", "0"), ("outbox.error", "L-1", "e-1", "0")])
def test_a_value_cannot_be_moved_to_another_place(place: tuple[str, ...]) -> None:
    seal = keyed(OLD)
    with pytest.raises(JournalError, match=r"the encrypted value in `.*` of `L-.` was changed, or belongs somewhere"):
        seal.read(seal.shut("13800000000", *PLACE), *place)


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_?"


@given(st.integers(0, 1000), st.integers(1, len(LETTERS) - 1))
def test_no_letter_of_what_is_encrypted_can_be_changed(number: int, further: int) -> None:
    """The last letters aside, of which base64 leaves some bits unread."""
    seal = keyed(OLD)
    begins = len("sealed:2026a:")
    for said in (seal.shut("a value", *PLACE), seal.name("P-1")):
        place = begins + number % (len(said) - 4 - begins)
        letter = LETTERS[(LETTERS.index(said[place]) + further) % len(LETTERS)]
        changed = f"{said[:place]}{letter}{said[place + 1 :]}"
        with pytest.raises(JournalError):
            seal.read(changed, *PLACE) if said.startswith("sealed:") else seal.read_name(changed)


def test_older_values_are_read_with_their_own_key_and_those_in_the_clear_as_they_are() -> None:
    said = keyed(OLD).shut("x", *PLACE)
    assert keyed(NEW).read(said, *PLACE) == "x"
    assert keyed(NEW, clear_left=True).read("in the clear", *PLACE) == "in the clear"
    with pytest.raises(KeysError, match="encrypted with the key `2026a`, which was not given"):
        keyed(NEW_ALONE).read(said, *PLACE)


def test_what_stands_in_the_clear_where_all_is_encrypted_was_put_in_and_is_not_read() -> None:
    seal = keyed(OLD)
    with pytest.raises(JournalError, match=r"a value in `contacts\.event` of `L-1` stands in the clear, and all of"):
        seal.read("put in", *PLACE)
    with pytest.raises(JournalError, match="a name stands in the clear"):
        seal.read_name("P-2")
    assert (seal.read("", *PLACE), seal.read_name("")) == ("", "")
    assert (seal.lenient().read("x", *PLACE), seal.lenient().names("P")[-1]) == ("x", "P")
    assert not seal.clear_left


# --- names ---


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_name_looks_the_same_each_time_and_comes_back(name: str) -> None:
    seal = keyed(OLD)
    assert seal.name(name) == keyed(OLD).name(name) != seal.name(f"{name}x")
    assert seal.read_name(seal.name(name)) == name
    assert seal.names(name) == (seal.name(name),)


def test_older_rows_have_a_name_under_older_keys_or_in_the_clear() -> None:
    seal = keyed(NEW, clear_left=True)
    assert seal.names("P-1") == (keyed(NEW).name("P-1"), keyed(OLD).name("P-1"), "P-1")
    assert seal.names("") == ("",)
    assert {seal.read_name(one) for one in seal.names("P-1")} == {"P-1"}


def test_two_who_know_a_key_in_common_lock_something_in_common_and_never_the_name_itself() -> None:
    """In one order, so that they never wait for each other."""
    locks = keyed(NEW, clear_left=True).locks("P-1")
    assert locks == keyed(BOTH_BUT_OLD).locks("P-1")
    assert set(keyed(OLD).locks("P-1")) < set(locks)
    assert "P-1" not in locks


# --- without keys ---


def test_without_keys_everything_stands_as_it_is() -> None:
    assert (CLEAR.shut("x"), CLEAR.read("x"), CLEAR.name("P"), CLEAR.names("P"), CLEAR.locks("P")) == (
        "x", "x", "P", ("P",), ("P",),
    )  # fmt: skip


def test_text_that_only_looks_encrypted_is_never_taken_for_it() -> None:
    said = CLEAR.shut("sealed:2026a:what a gateway said")
    assert keyed(OLD, clear_left=True).read(said) == said == " sealed:2026a:what a gateway said"


def test_a_store_that_others_began_to_encrypt_says_so() -> None:
    with pytest.raises(KeysError, match="has been encrypted since it was opened here; open it anew"):
        CLEAR.read(keyed(OLD).shut("x", *PLACE))


def test_a_closed_store_reads_what_stands_in_the_clear_and_writes_nothing() -> None:
    closed, seal = Closed(), keyed(OLD)
    assert (closed.read("x"), closed.read_name("P-1")) == ("x", "P-1")
    for refused in (
        lambda: closed.read(seal.shut("x", *PLACE)),
        lambda: closed.read_name(seal.name("P-1")),
        lambda: closed.shut("x"),
        lambda: closed.name("P-1"),
        lambda: closed.names("P-1"),
        lambda: closed.locks("P-1"),
        lambda: check_open(closed=True),
    ):
        with pytest.raises(KeysError, match="what is personal in this store is encrypted; give its keys"):
            refused()
    check_open(closed=False)


# --- which of them a store has ---

KNOWN = {f"{KEY}2026a": keyed(OLD).checks["2026a"]}


def test_a_store_without_keys_stays_in_the_clear() -> None:
    assert seal_of({}, None, closed=False) is CLEAR


def test_the_first_key_of_a_store_finds_rows_in_the_clear() -> None:
    for said, clear_left in (({}, True), (KNOWN, False), (KNOWN | {CLEAR_LEFT: "yes"}, True)):
        seal = seal_of(said, OLD, closed=False)
        assert isinstance(seal, Keyed)
        assert seal.clear_left is clear_left


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        (None, "what is personal in this store is encrypted with the key `2026a`; give its keys"),
        (ANOTHER, "the key `2026a` that was given is not the one that this store is encrypted with"),
        (NEW_ALONE, r"values that are encrypted with the key `2026a`, which was not given \(given: `2026b`\)"),
    ],
)
def test_a_store_is_not_opened_with_other_keys_than_its_own(keys: Keys | None, why: str) -> None:
    with pytest.raises(KeysError, match=why):
        seal_of(KNOWN, keys, closed=False)


def test_without_its_keys_a_store_may_stay_closed() -> None:
    assert seal_of(KNOWN, None, closed=True).closed
    assert not seal_of(KNOWN, NEW, closed=True).closed


def test_without_the_package_the_line_that_installs_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    monkeypatch.delitem(sys.modules, "overdue_flow.store.ciphers", raising=False)
    with pytest.raises(MissingExtra, match=r'needs the package `cryptography`; install it with: pip install "overdue'):
        keyed(OLD)
