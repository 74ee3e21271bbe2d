"""Keys for stores that are encrypted."""

from __future__ import annotations

from hashlib import sha256

from overdue_flow.store.keys import Keys


def _key(name: str) -> bytes:
    return sha256(f"the key {name} of the tests".encode()).digest()


OLD = Keys({"2026a": _key("2026a")}, current="2026a")
"""A key."""

NEW = Keys({"2026b": _key("2026b"), "2026a": _key("2026a")}, current="2026b")
"""The one after it, which encrypts, and the first, which only reads."""

BOTH_BUT_OLD = Keys({"2026a": _key("2026a"), "2026b": _key("2026b")}, current="2026a")
"""Both, while the old one still encrypts."""

NEW_ALONE = Keys({"2026b": _key("2026b")}, current="2026b")
"""The later one, once nothing is left of the first."""

ANOTHER = Keys({"2026a": _key("2027")}, current="2026a")
"""A key of the same name as the first that is another one."""
