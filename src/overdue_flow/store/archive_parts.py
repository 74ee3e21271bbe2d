"""The parts of an archive, and how each stands in it: rows, personal values, and which texts the versions have that
decided. What is read is looked at field by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from overdue_flow.errors import JournalError
from overdue_flow.store.looks import LookRow, LookSaid, LookWritten, is_sound
from overdue_flow.store.personal import digest_of
from overdue_flow.store.protocol import PolicyText
from overdue_flow.store.rows import JournalRow

FORMAT = "overdue_flow journal"
VERSION = 1


class PersonalOf(NamedTuple):
    """The personal values of a case by their hashes, and the salt (hex)."""

    case_id: str
    salt: str
    values: Mapping[str, str]


Part: TypeAlias = JournalRow | PersonalOf | PolicyText | LookWritten
"""What an archive is made of: the texts of versions; rows, and before the first row of a case the looks at it, and its
personal values, if they are there."""


def case_of(part: JournalRow | PersonalOf | LookWritten) -> str:
    """The case that a part is about."""
    return part.row.case_id if isinstance(part, LookWritten) else part.case_id


def as_plain(part: Part) -> Mapping[str, Any]:
    """A part as an archive says it."""
    if isinstance(part, PolicyText):
        return {"policy_text": {**part._asdict(), "since": part.since.isoformat()}}
    if isinstance(part, LookWritten):
        return {"look": part.row._asdict(), "said": [one._asdict() for one in part.said]}
    return part._asdict() if isinstance(part, JournalRow) else {"personal": part._asdict()}


def check_format(plain: Mapping[Any, Any], place: str) -> None:
    """JournalError unless `plain` says that this is an archive that this release reads."""
    if plain.get("format") != FORMAT:
        raise JournalError(f'{place}: this is no archive of journals; expected `"format": "{FORMAT}"`')
    if plain.get("version") != VERSION:
        said = f"{plain.get('version')}"[:20]
        raise JournalError(f"{place}: this is version {said} of the format; this release reads version {VERSION}")


_TYPES: Mapping[str, tuple[type, ...]] = {"seq": (int,), "event_id": (str, type(None))}


def part_of(place: str, plain: Mapping[str, Any]) -> Part:
    """A row, the personal values of a case, or the text of a version, from the fields that stand in the archive."""
    if "policy_text" in plain:
        return _policy_text(place, plain["policy_text"])
    if "look" in plain:
        return _look(place, plain["look"], plain.get("said"))
    if "personal" in plain:
        return _personal_of(place, plain["personal"])
    if plain.keys() != set(JournalRow._fields):
        wrong = sorted(plain.keys() ^ set(JournalRow._fields))
        raise JournalError(f"{place}: `{wrong[0][:60]}` is missing here, or unknown")
    for name, value in plain.items():
        if type(value) not in _TYPES.get(name, (str,)):
            raise JournalError(f"{place}: `{name}` cannot be `{str(value)[:60]}`")
    return JournalRow(**plain)


def _personal_of(place: str, plain: Any) -> PersonalOf:
    try:
        case_id, salt, values = plain["case_id"], bytes.fromhex(plain["salt"]).hex(), dict(plain["values"])
    except (TypeError, ValueError, KeyError):
        raise JournalError(f"{place}: these are no personal values") from None
    if not all(isinstance(one, str) for one in (case_id, *values, *values.values())):
        raise JournalError(f"{place}: these are no personal values")
    for digest, value in values.items():
        if digest and digest_of(bytes.fromhex(salt), value) != digest:
            raise JournalError(f"{place}: the personal value {digest[:12]} is not what the journal was told")
    return PersonalOf(case_id, salt, values)


def _look(place: str, row: Any, said: Any) -> LookWritten:
    try:
        look = LookWritten(LookRow(**row), tuple(LookSaid(**one) for one in said))
    except (TypeError, ValueError):
        raise JournalError(f"{place}: this is no look at a case") from None
    if not is_sound(look):
        raise JournalError(f"{place}: this look at a case was changed: its hash is another one")
    return look


def _policy_text(place: str, plain: Any) -> PolicyText:
    try:
        text = PolicyText(**{**plain, "since": datetime.fromisoformat(plain["since"])})
    except (TypeError, ValueError, KeyError):
        raise JournalError(f"{place}: this is no text of a policy") from None
    if text.since.tzinfo is None or not all(map(_is_word, text[:3])):
        raise JournalError(f"{place}: this is no text of a policy")
    return text


def _is_word(said: Any) -> bool:
    return isinstance(said, str) and said.isprintable() and said != ""
