"""The keys of a host: as text, in a file, in the environment; and what can be none."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from overdue_flow.errors import KeysError
from overdue_flow.store.keys import Keys, new_key

KEY = base64.b64encode(bytes(range(32))).decode()
NO_NAME = "cannot be the name of a key; expected `name:base64`, the name up to 32 of `A-Z a-z 0-9 . _ -`"
ANOTHER = base64.b64encode(bytes(range(1, 33))).decode()
A_THIRD = base64.b64encode(bytes(range(2, 34))).decode()


def test_the_first_key_of_a_text_is_the_current_one() -> None:
    keys = Keys.parse(f"# the keys of the bank\n2026b:{ANOTHER}, 2026a:{A_THIRD}\n\n2025:{KEY}")
    assert (keys.current, sorted(keys.by_name)) == ("2026b", ["2025", "2026a", "2026b"])
    assert keys.by_name["2025"] == bytes(range(32))


def test_a_fresh_key_is_one_and_never_the_same() -> None:
    keys = Keys.parse(f"{new_key('a')} {new_key('b')}")
    assert keys.current == "a"
    assert keys.by_name["a"] != keys.by_name["b"]


def test_what_is_printed_of_keys_holds_none() -> None:
    assert repr(Keys.parse(f"b:{KEY} a:{ANOTHER}")) == "Keys(a, b; current b)"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "there is no key; expected `name:base64`, the current one first"),
        ("# a:b\n", "there is no key; expected `name:base64`, the current one first"),
        ("2026a:?", "the key `2026a` is no base64; expected `name:base64`"),
        ("2026a", "the key `2026a` has 0 bytes; expected 32, as `overdue-flow store new-key` makes them"),
        ("2026a:c2hvcnQ=", "the key `2026a` has 5 bytes; expected 32, as `overdue-flow store new-key` makes them"),
        (f"a:{KEY} a:{KEY}", "the key `a` stands here twice"),
        (f"a/b:{KEY}", f"`a/b` {NO_NAME}"),
        (KEY, f"something longer than a name (is it the key itself?) {NO_NAME}"),
        (f"{KEY}:2026a", f"something longer than a name (is it the key itself?) {NO_NAME}"),
        (f"2026a={KEY}", f"something longer than a name (is it the key itself?) {NO_NAME}"),
        (f"2026a:{KEY} {ANOTHER}", f"something longer than a name (is it the key itself?) {NO_NAME}"),
        (f"b:{KEY} a:{KEY}", "`a` and `b` are one and the same key; `overdue-flow store new-key` makes another"),
    ],
)
def test_what_can_be_no_key_says_why_and_never_what_it_was(text: str, why: str) -> None:
    with pytest.raises(KeysError) as refused:
        Keys.parse(text)
    assert str(refused.value) == why
    assert not any(key in str(refused.value) for key in (KEY, ANOTHER))


def test_the_current_key_is_one_of_them() -> None:
    with pytest.raises(KeysError, match="the current key is `b`, which is not among the keys"):
        Keys({"a": bytes(32)}, current="b")
    with pytest.raises(KeysError, match="the current key is something longer than a name") as refused:
        Keys({"a": bytes(32)}, current=KEY)
    assert KEY not in str(refused.value)


def test_a_name_that_no_key_can_have_makes_none() -> None:
    with pytest.raises(KeysError, match="`two words` cannot be the name of a key"):
        new_key("two words")


def test_the_environment_has_keys_or_the_file_that_has_them(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"a:{KEY}\n")
    marked = tmp_path / "marked"
    marked.write_bytes(b"\xef\xbb\xbf" + f"a:{KEY}\r\n\r\n".encode())
    for said in (f"a:{KEY}", f"@{file}", f" @{file}\n", f"@{marked}"):
        keys = Keys.from_environment({"OVERDUE_FLOW_KEYS": said})
        assert keys is not None
        assert keys.by_name == {"a": bytes(range(32))}
    assert Keys.from_environment({}) is None
    assert Keys.from_environment({"OVERDUE_FLOW_KEYS": " "}) is None


@pytest.mark.parametrize(("content", "why"), [(None, "no such file or directory"), (b"a:\xff", "this is no text")])
def test_a_file_of_keys_that_cannot_be_read_says_why(tmp_path: Path, content: bytes | None, why: str) -> None:
    file = tmp_path / "keys"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(KeysError, match=f"cannot read the keys in `{file}`: {why}"):
        Keys.from_environment({"OVERDUE_FLOW_KEYS": f"@{file}"})
