"""What may stand in a table that others can write: numbers that are none, bytes for text, text that is no UTF-8.

Whoever examines a journal compares it, and says what is wrong; nothing that stands there keeps it from the next case.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from overdue_flow.store.personal import digest_of
from overdue_flow.store.rows import JournalRow, row_hash

_NUMBERS = frozenset({"seq", "number", "cases", "wish", "own", "goes_with_case"})
_MAY_BE_NONE = frozenset({"event_id", "deadline_on"})


def place_of(key: object) -> tuple[bool, bytes]:
    """Where a key stands in the order of the database: text by its bytes, then bytes."""
    if isinstance(key, bytes):
        return True, key
    return False, _bytes_of(str(key))


def _bytes_of(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def legible(said: object) -> str:
    """What can be printed of a text that may be none."""
    return (said if isinstance(said, bytes) else _bytes_of(str(said))).decode("utf-8", "replace")


def misshapen(part: Any) -> str | None:
    """The first field of a row that cannot be what stands there; None where all can."""
    fields: Sequence[str] = part._fields
    for name, value in zip(fields, part, strict=True):
        if name in _NUMBERS:
            if type(value) is not int:
                return name
        elif not isinstance(value, str) and not (value is None and name in _MAY_BE_NONE):
            return name
    return None


def hash_of(row: JournalRow) -> str | None:
    """The hash that a row should have; None where it holds what no row can."""
    try:
        return row_hash(row)
    except (ValueError, TypeError):
        return None


def salt_of(text: str) -> bytes | None:
    """A salt from its hex; None where it is none."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def is_digest_of(salt: bytes | None, value: str, digest: str) -> bool:
    """Whether a personal value is the one that was hashed."""
    try:
        return salt is not None and digest_of(salt, value) == digest
    except ValueError:
        return False
