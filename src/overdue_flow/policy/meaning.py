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
from typing import Any

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


def meaning_of(policy: Policy) -> str:
    """SHA-256, in hex, over what a policy means; the same for every text of it that means the same."""
    said = policy.spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    text = json.dumps(_meant(policy.spec, said), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _meant(written: Any, said: Any) -> Any:
    """What counts of `said`, which is how `written` is dumped: names that the policy declares are never left out."""
    if isinstance(written, BaseModel) and isinstance(said, dict):
        nothing = _OF_A_VERSION if isinstance(written, PolicyFile) else _DECIDES_NOTHING
        fields = {info.alias or name: name for name, info in type(written).model_fields.items()}
        return {
            key: _field(fields[key], getattr(written, fields[key]), inside)
            for key, inside in said.items()
            if fields[key] not in nothing
        }
    if isinstance(written, Mapping) and isinstance(said, dict):
        return {key: _meant(written.get(key), inside) for key, inside in said.items()}
    if isinstance(written, tuple | list) and isinstance(said, list):
        return [_meant(one, inside) for one, inside in zip(written, said, strict=True)]
    return said


def _field(name: str, written: Any, said: Any) -> Any:
    """What counts of a line that the format has: in conditions and in prose, layout does not."""
    if name in _CONDITIONS and isinstance(said, str):
        return " ".join(said[token.start : token.end] for token in cut(said)[0])
    if name in _PROSE:
        return _in_one_line(said)
    if name in _IN_ORDER and isinstance(said, dict):
        return [[key, _meant(written.get(key), inside)] for key, inside in said.items()]
    return _meant(written, said)


def _in_one_line(said: Any) -> Any:
    """Prose, or prose by language."""
    if isinstance(said, dict):
        return {language: _in_one_line(text) for language, text in said.items()}
    return " ".join(said.split()) if isinstance(said, str) else said
