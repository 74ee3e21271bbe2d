"""Looks at personal data: who looked at which loan, as what, through which door, and why. A chain that only grows.

Each look is hashed together with the hash of the one before, and where the chain ends stands apart: a look that was
removed, changed or put in shows, the last one too. Who looked and why are personal themselves; the chain has hashes of
them, each with a salt of its own, and the words stand apart. The reason goes when the loan is erased, and so does who
looked where that is the borrower; who of the staff looked stays, for whoever must answer for it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from overdue_flow.store.hostile import is_digest_of, misshapen, salt_of
from overdue_flow.store.personal import digest_of, token_read
from overdue_flow.store.rows import recorded_text
from overdue_flow.store.written import as_json

SALT_BYTES = 16


class Look(NamedTuple):
    """Somebody looked at a loan, at an instant. `role` is that in which they did, "" where the policy asks for none;
    `what` names the door (`view`, `report case-file`, `erased by retention`); `groups` are those that they saw. `own`:
    who looked is a person of the loan."""

    at: datetime
    case_id: str
    role: str
    who: str
    why: str = ""
    what: str = "view"
    groups: tuple[str, ...] = ()
    own: bool = False


class Noted(NamedTuple):
    """A look as it is remembered, with its number; what was erased of it reads `erased:` and some digits."""

    number: int
    at: datetime
    case_id: str
    role: str
    who: str
    why: str
    what: str
    groups: tuple[str, ...]


class LookRow(NamedTuple):
    """A link of the chain. `saw` are the groups that were seen, between blanks; `own` is 1 where who looked is a person
    of the loan. `who` and `why` are hashes of what stands apart, "" where nothing was said."""

    number: int
    at: str
    case_id: str
    role: str
    what: str
    saw: str
    own: int
    who: str
    why: str
    prev_hash: str
    hash: str


class LookSaid(NamedTuple):
    """A word of a look that is personal: its `field`, the salt (hex) that it was hashed with, the JSON text of it.
    `goes_with_case` is 1 where it goes when the loan is erased."""

    number: int
    field: str
    case_id: str
    goes_with_case: int
    salt: str
    value: str


class LooksEnd(NamedTuple):
    """Where the chain ends: how many looks there are, and the hash of the last."""

    number: int = 0
    hash: str = ""


class LookWritten(NamedTuple):
    """A look as rows."""

    row: LookRow
    said: tuple[LookSaid, ...]

    @property
    def end(self) -> LooksEnd:
        """Where the chain ends with it."""
        return LooksEnd(self.row.number, self.row.hash)


def look_hash(row: LookRow) -> str:
    """The hash that a look should have: SHA-256, in hex, over the JSON list of all its fields but itself."""
    return sha256(as_json(row[:-1]).encode()).hexdigest()


# --- writing ---


def written(look: Look, end: LooksEnd) -> LookWritten:
    """A look as the next link of the chain."""
    told = (("who", look.who, look.own), ("why", look.why, True))
    said = tuple(
        LookSaid(0, field, look.case_id, int(goes), secrets.token_hex(SALT_BYTES), as_json(value))
        for field, value, goes in told
        if value
    )
    digests = {one.field: digest_of(bytes.fromhex(one.salt), one.value) for one in said}
    row = LookRow(
        number=0,
        at=recorded_text(look.at),
        case_id=look.case_id,
        role=look.role,
        what=look.what,
        saw=" ".join(look.groups),
        own=int(look.own),
        who=digests.get("who", ""),
        why=digests.get("why", ""),
        prev_hash="",
        hash="",
    )
    return linked(LookWritten(row, said), end)


def linked(look: LookWritten, end: LooksEnd) -> LookWritten:
    """A look at the end of a chain, whatever its number was before: so is one of an archive taken in."""
    row = look.row._replace(number=end.number + 1, prev_hash=end.hash)
    row = row._replace(hash=look_hash(row))
    return LookWritten(row, tuple(one._replace(number=row.number) for one in look.said))


def is_sound(look: LookWritten) -> bool:
    """Whether a look by itself is what was hashed, and what is there of its words is what was said."""
    row = look.row
    if any(misshapen(part) is not None for part in (row, *look.said)):
        return False
    digests = {"who": row.who, "why": row.why}
    quoted = all(is_digest_of(salt_of(one.salt), one.value, digests.get(one.field, "")) for one in look.said)
    return quoted and look_hash(row) == row.hash


def as_far_as_told(look: LookWritten) -> LookWritten:
    """A look without the hashes of words that are not there: nobody can say later what they were."""
    told = {one.field for one in look.said}
    row = look.row
    return look._replace(row=row._replace(who=row.who if "who" in told else "", why=row.why if "why" in told else ""))


# --- reading ---


def noted(row: LookRow, said: Mapping[str, str]) -> Noted:
    """A look as it is read; `said` are the words that are still there, by field, as JSON text."""
    return Noted(
        number=row.number,
        at=datetime.fromisoformat(row.at),
        case_id=row.case_id,
        role=row.role,
        who=_word(row.who, said.get("who")),
        why=_word(row.why, said.get("why")),
        what=row.what,
        groups=tuple(row.saw.split()),
    )


def _word(digest: str, value: str | None) -> str:
    if value is not None:
        return str(json.loads(value))
    return token_read(digest) if digest else ""


# --- evidence ---


class Looks(NamedTuple):
    """All looks of a store: the chain and what was said, each by number; where the chain ends. Where words are
    `closed` (encrypted, and the keys are not here), only that they are there can be seen."""

    rows: Iterable[LookRow]
    said: Iterable[LookSaid]
    end: LooksEnd
    closed: bool = False


def broken_looks(looks: Looks, erased: Collection[str] = ()) -> str:
    """What is wrong with the looks: the first that was removed, changed or put in, or whose words are not those that
    were said; "" where nothing is. Words may be gone from loans that were `erased`."""
    if misshapen(looks.end) is not None:
        return f"the `{misshapen(looks.end)}` of where the looks end was changed: it cannot be read"
    end = LooksEnd()
    for number, some in groupby(_by_number(looks), key=itemgetter(0)):
        parts = [part for _number, _place, part in some]
        row = parts[0]
        if not isinstance(row, LookRow):
            return f"look {number} is gone, and what was said with it is there"
        said = [one for one in parts if isinstance(one, LookSaid)]
        wrong = _misplaced(row, end) or _misquoted(row, said, erased, closed=looks.closed)
        if wrong:
            return wrong
        end = LooksEnd(row.number, row.hash)
    if end.number < looks.end.number:
        return f"look {end.number + 1} is gone: there were {looks.end.number}"
    return "" if end == looks.end else f"look {end.number} was changed, or put in"


def _by_number(looks: Looks) -> Iterator[tuple[int, int, LookRow | LookSaid]]:
    """Each look, then what was said with it. A number that is none stands before all others."""
    rows: Iterable[tuple[int, int, LookRow | LookSaid]] = ((_number(row.number), 0, row) for row in looks.rows)
    said: Iterable[tuple[int, int, LookRow | LookSaid]] = ((_number(one.number), 1, one) for one in looks.said)
    return merge(rows, said, key=itemgetter(0, 1))


def _number(said: object) -> int:
    return said if type(said) is int else 0


def _misplaced(row: LookRow, end: LooksEnd) -> str:
    if misshapen(row) is not None or row.number <= end.number:
        return f"look {end.number + 1} was changed: its `{misshapen(row) or 'number'}` cannot be read"
    if row.number != end.number + 1:
        return f"look {end.number + 1} is gone"
    if row.prev_hash != end.hash or look_hash(row) != row.hash:
        return f"look {row.number} was changed, or one before it was"
    return ""


def _misquoted(row: LookRow, said: Iterable[LookSaid], erased: Collection[str], *, closed: bool) -> str:
    """What is wrong with the words of a look: they are not those that were hashed, or gone and nothing says why."""
    digests = {field: digest for field, digest in (("who", row.who), ("why", row.why)) if digest}
    for one in said:
        digest = digests.pop(one.field, None)
        is_theirs = closed or is_digest_of(salt_of(one.salt), one.value, digest or "")
        if digest is None or misshapen(one) is not None or not is_theirs:
            return f"`{one.field}` of look {row.number} was changed, or put in"
    for field in digests:
        if row.case_id not in erased or (field == "who" and not row.own):
            return f"`{field}` of look {row.number} is gone, and nothing says that it was erased"
    return ""
