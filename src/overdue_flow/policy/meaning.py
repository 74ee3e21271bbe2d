"""Whether two texts of a policy mean the same: a hash over what is decided by, and over the reasons that are given.

Comments, layout, the order in which names are declared, what is said though it is so by default, where a part comes
from (`extends`), what it rests on (`sources`), titles, labels and scenarios do not count: nothing is decided by them.
Nor do the days on which a version is in force: one that ends is still the same, and each entry names the versions that
decided it. Those of a limit do count. So does every letter of a value: blanks are layout only between the words of a
condition, and in prose.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel

from overdue_flow.guards.tokens import cut
from overdue_flow.policy.model import PolicyFile
from overdue_flow.policy.policy import Policy

_DECIDES_NOTHING = frozenset({"label", "source", "personal"})
_OF_A_VERSION = _DECIDES_NOTHING | {
    "title", "scenarios", "extends", "in_force", "leave_out", "sources", "explained", "access", "retention",
}  # fmt: skip
_CONDITIONS = frozenset({"when", "where", "that", "until"})
_IN_ORDER = frozenset({"marks"})  # names that are declared in an order which decides
_PROSE = frozenset({"because", "reach"})

Weight: TypeAlias = Literal["decides", "told", "beside"]
"""What a line of a policy is for: something is decided by it; it is the reason that is given; neither."""


def weight_of(name: str, *, of_the_file: bool = False) -> Weight:
    """The weight of what stands under a key of the format, by the key's field; `of_the_file` for a section."""
    if name in (_OF_A_VERSION if of_the_file else _DECIDES_NOTHING):
        return "beside"
    return "told" if name in _PROSE else "decides"


def meaning_of(policy: Policy) -> str:
    """SHA-256, in hex, over what a policy means; the same for every text of it that means the same."""
    said = policy.spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    text = json.dumps(_meant(policy.spec, said), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _meant(written: Any, said: Any) -> Any:
    """What counts of `said`, which is how `written` is dumped: names that the policy declares are never left out."""
    if isinstance(written, BaseModel) and isinstance(said, dict):
        of_the_file = isinstance(written, PolicyFile)
        fields = fields_by_key(written)
        return {
            key: _field(fields[key], getattr(written, fields[key]), inside)
            for key, inside in said.items()
            if weight_of(fields[key], of_the_file=of_the_file) != "beside"
        }
    if isinstance(written, Mapping) and isinstance(said, dict):
        return {key: _meant(written.get(key), inside) for key, inside in said.items()}
    if isinstance(written, tuple | list) and isinstance(said, list):
        return [_meant(one, inside) for one, inside in zip(written, said, strict=True)]
    return said


def fields_by_key(written: BaseModel) -> dict[str, str]:
    """The field of each key with which a part of the file is written."""
    return {info.alias or name: name for name, info in type(written).model_fields.items()}


def _field(name: str, written: Any, said: Any) -> Any:
    """What counts of a line that the format has."""
    if name in _IN_ORDER and isinstance(said, dict):
        return [[key, _meant(written.get(key), inside)] for key, inside in said.items()]
    return condensed(name, said) if name in _CONDITIONS | _PROSE else _meant(written, said)


def condensed(name: str, said: Any) -> Any:
    """What stands in a field without its layout, where that does not count: in conditions, and in prose."""
    if name in _CONDITIONS and isinstance(said, str):
        return " ".join(said[token.start : token.end] for token in cut(said)[0])
    return _in_one_line(said) if name in _PROSE else said


def _in_one_line(said: Any) -> Any:
    """Prose, or prose by language."""
    if isinstance(said, dict):
        return {language: _in_one_line(text) for language, text in said.items()}
    return " ".join(said.split()) if isinstance(said, str) else said
