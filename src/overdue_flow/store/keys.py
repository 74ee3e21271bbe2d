"""The keys with which a host encrypts what is personal in its store.

    Keys({"2026b": key, "2026a": old_key}, current="2026b")

Each key is 32 random bytes and has a name, which stands beside whatever it encrypts. The current one encrypts; the
others only read what was encrypted before, until `rotate_keys` has gone over it. Keys stand in no store and in no
backup: who loses them has lost the personal values, and nothing else.

As text (an environment variable, a file) a key is its name, a colon and its bytes in base64; the first is the current
one. Lines of a file that begin with `#` are left out.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from overdue_flow.errors import KeysError, shown

VARIABLE = "OVERDUE_FLOW_KEYS"
"""The variable of the environment that holds keys, or `@` and the name of a file with them."""

KEY_BYTES = 32
LONGEST_NAME = 32
"""So short that no key in base64 is taken for a name."""

NAME = re.compile(rf"[A-Za-z0-9._-]{{1,{LONGEST_NAME}}}")


class Keys:
    """The keys of a store, by name, and which of them encrypts. KeysError for what can be no key."""

    def __init__(self, keys: Mapping[str, bytes], *, current: str) -> None:
        for name, key in keys.items():
            _check(name, key)
        if current not in keys:
            raise KeysError(f"the current key is {_said(current)}, which is not among the keys")
        _check_differ(keys)
        self.current = current
        self.by_name: Mapping[str, bytes] = MappingProxyType(dict(keys))

    def __repr__(self) -> str:
        """The names alone: what is logged holds no key."""
        return f"Keys({', '.join(sorted(self.by_name))}; current {self.current})"

    @classmethod
    def parse(cls, text: str) -> Keys:
        """Keys from text; the first is the current one."""
        keys: dict[str, bytes] = {}
        for name, said in _named(text):
            _check_name(name)
            if name in keys:
                raise KeysError(f"the key `{name}` stands here twice")
            keys[name] = _bytes_of(name, said)
        if not keys:
            raise KeysError("there is no key; expected `name:base64`, the current one first")
        return cls(keys, current=next(iter(keys)))

    @classmethod
    def from_file(cls, path: Path) -> Keys:
        """Keys from a file. KeysError where it cannot be read."""
        try:
            return cls.parse(path.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else None
            raise KeysError(
                f"cannot read the keys in `{shown(path, 200)}`: {(why or 'this is no text').lower()}"
            ) from None

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] = os.environ) -> Keys | None:
        """Keys from `OVERDUE_FLOW_KEYS`, or from the file that it names after an `@`; None where it is not set."""
        said = variables.get(VARIABLE, "").strip()
        if not said:
            return None
        return cls.from_file(Path(said[1:])) if said.startswith("@") else cls.parse(said)


def new_key(name: str) -> str:
    """A fresh key, as text. KeysError for a name that no key can have."""
    key = secrets.token_bytes(KEY_BYTES)
    _check(name, key)
    return f"{name}:{base64.b64encode(key).decode()}"


def _named(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if not line.lstrip().startswith("#"):
            for word in re.split(r"[\s,]+", line.strip()):
                if word:
                    name, _, said = word.partition(":")
                    yield name, said


def _bytes_of(name: str, said: str) -> bytes:
    try:
        return base64.b64decode(said, validate=True)
    except (binascii.Error, ValueError):
        raise KeysError(f"the key `{name}` is no base64; expected `name:base64`") from None


def _said(name: object) -> str:
    """What stands where a name is expected. Longer than a name, it may be the key itself, and is not said."""
    long = not isinstance(name, str) or len(name) > LONGEST_NAME
    return "something longer than a name (is it the key itself?)" if long else f"`{shown(name)}`"


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise KeysError(
            f"{_said(name)} cannot be the name of a key; expected `name:base64`, the name up to {LONGEST_NAME} of"
            " `A-Z a-z 0-9 . _ -`"
        )


def _check_differ(keys: Mapping[str, bytes]) -> None:
    """KeysError where one key stands under two names: going from one to the other would encrypt nothing anew."""
    named: dict[bytes, str] = {}
    for name, key in keys.items():
        other = named.setdefault(key, name)
        if other != name:
            raise KeysError(
                f"`{name}` and `{other}` are one and the same key; `overdue-flow store new-key` makes another"
            )


def _check(name: str, key: bytes) -> None:
    _check_name(name)
    if len(key) != KEY_BYTES:
        raise KeysError(
            f"the key `{name}` has {len(key)} bytes; expected {KEY_BYTES}, as `overdue-flow store new-key` makes them"
        )
