"""Personal fields: what names a person, or speaks of one, stands apart from the journal and can be erased.

In a row's text a personal value is replaced by a token, `erased:` and its salted hash; the value itself, and the salt,
stand in a table of their own. Each case has a salt of its own, so that one value has one token within a case, and none
that can be compared with another case's. Reading puts values in the place of their tokens. When they are erased, the
row and its hash stay as they are, and the token is what is read.

A token stands for any value of JSON, and has quotes around it. Text that a host sent and that looks like one is treated
as personal itself, so that reading never takes one for the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import KINDS, Event
from overdue_flow.errors import JournalError, MoneyError
from overdue_flow.money import Money, exact_decimal
from overdue_flow.store.written import as_json

MARK = "erased:"
"""What a token begins with."""


@cache
def facts_in(kind: type[Event]) -> tuple[str, ...]:
    """The fields of an event that hold facts of the host's own; the store is told which of those are personal."""
    return tuple(name for name in ("facts", "fields") if name in kind.model_fields)


def tells_personal(event: Event) -> bool:
    """Whether an event says something that may be personal: most say nothing in those of their fields."""
    said = vars(event)
    for name in event.PERSONAL:
        if said[name] not in _UNSAID:
            return True
    return any(said[name] for name in facts_in(type(event)))


_UNSAID: tuple[Any, ...] = (None, "", ())

_TOKEN = re.compile(rf'"{MARK}([0-9a-f]{{64}})"(?!:)')
_LOOKS_SO = re.compile(rf"{MARK}[0-9a-f]{{64}}")
_TOKEN_READ = 12
"""How many digits of an erased value's hash are read: enough to tell the values of one case apart."""

_SPOKEN = frozenset({"because", "reason", "notes"})
"""Parts of results that are prose: a personal value may stand inside them."""

_SHORTEST_IN_PROSE = 3
"""A personal value shorter than this is not looked for inside prose: every text holds it."""


TOMB = ""
"""In the place of a hash: the personal value with it says up to which row they were erased."""


class PersonalField(NamedTuple):
    """A personal value of a case: its hash, and its JSON text. One without a hash (`TOMB`) is what an erasure left."""

    case_id: str
    digest: str
    value: str


class Personal(NamedTuple):
    """The personal values of a case by their hashes, and the salt; without a salt, they were erased (or there never
    were any)."""

    salt: bytes = b""
    values: Mapping[str, str] = {}  # never changed


ERASED = Personal()


def digest_of(salt: bytes, value: str) -> str:
    """The hash of a value's JSON text under the salt of its case, in hex."""
    return sha256(salt + value.encode()).hexdigest()


# --- erasing ---


class Erased(NamedTuple):
    """Up to which row the personal values of a case were erased, and when (UTC); an archive that came without them
    says no instant."""

    case_id: str
    through: int
    at: str = ""


def tomb(case_id: str, seq: int, at: str = "") -> PersonalField:
    """What stands in the place of the personal values that rows up to number `seq` told, once they were erased."""
    said = {"erased_through": seq, "at": at} if at else {"erased_through": seq}
    return PersonalField(case_id, TOMB, as_json(said))


def read_tomb(case_id: str, value: str | None) -> Erased | None:
    """What a tomb says; None where there is none, or it says nothing."""
    try:
        said = json.loads(value) if value is not None else {}
        through, at = int(said["erased_through"]), str(said.get("at", ""))
    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError, AttributeError):
        return None
    return Erased(case_id, through, at) if through > 0 else None


# --- reading ---


def token_read(digest: str) -> str:
    """What is read in the place of a value that was erased."""
    return f"{MARK}{digest[:_TOKEN_READ]}"


def joined(text: str, personal: Personal) -> str:
    """A row's text with the values in the place of their tokens; shortened tokens where they were erased.

    JournalError where a value is not the one that the journal was told.
    """
    if f'"{MARK}' not in text:
        return text

    def value_of(token: re.Match[str]) -> str:
        value = personal.values.get(token[1])
        if value is None:
            return f'"{token_read(token[1])}"'
        if digest_of(personal.salt, value) != token[1]:
            raise JournalError(f"the personal value `{MARK}{token[1][:_TOKEN_READ]}` is not what the journal was told")
        return value

    return _TOKEN.sub(value_of, text)


def tokens_in(text: str) -> set[str]:
    """The hashes that the tokens of a row's text hold."""
    return set(_TOKEN.findall(text)) if MARK in text else set()


# --- writing ---


class _Token(str):
    """A token, as told from text that looks like one."""

    __slots__ = ()


class Cloak:
    """Replaces personal values by tokens, for one row; `found` are the values, by their hashes.

    `facts` are the host's facts that are personal. `known` are personal values that results may repeat.
    """

    def __init__(self, salt: bytes, facts: Collection[str] = ()) -> None:
        self.found: dict[str, str] = {}
        self._salt = salt
        self._facts = facts
        self._known: set[str] = set()
        self._spoken: set[str] = set()

    def hide(self, value: Any) -> str:
        """The token of a value of JSON."""
        text = as_json(value)
        digest = digest_of(self._salt, text)
        self.found[digest] = text
        return _Token(MARK + digest)

    def learn(self, values: Iterable[Any]) -> None:
        """Know personal values again where results repeat them, in whatever form."""
        for value in values:
            self._known.add(_same(value))
            self._spoken |= {spelling for spelling in _spellings(value) if len(spelling) >= _SHORTEST_IN_PROSE}

    def event(self, plain: dict[str, Any]) -> None:
        """Hide what is personal in an event."""
        kind = KINDS[plain["kind"]]
        for name in kind.PERSONAL & plain.keys():
            value = plain[name]
            if isinstance(value, list):
                plain[name] = [self.hide(part) for part in value]
            elif value:
                plain[name] = self.hide(value)
        for facts in facts_in(kind):
            told = plain.get(facts)
            if told:
                plain[facts] = {
                    name: value if value is None or name not in self._facts else self.hide(value)
                    for name, value in told.items()
                }

    def results(self, plain: dict[str, Any]) -> None:
        """Hide personal values that results repeat."""
        for request in plain.get("requests", ()):
            if "event" in request:
                self.event(request["event"])
        if self._known:
            self._walk(plain)

    def _walk(self, part: Any) -> None:
        if isinstance(part, list):
            for value in part:
                self._walk(value)
        elif isinstance(part, dict):
            for name, value in part.items():
                if name == "params":
                    part[name] = {param: self._repeated(said) for param, said in value.items()}
                elif name in ("role", "about"):
                    part[name] = self._repeated(value)
                elif name in _SPOKEN:
                    part[name] = self._prose(value)
                else:
                    self._walk(value)

    def _repeated(self, value: Any) -> Any:
        """What is copied from a fact; a value that names its type (`{"decimal": ...}`) is one value."""
        if isinstance(value, list):
            return [self._repeated(part) for part in value]
        if isinstance(value, dict) and "map" in value:
            return {"map": {name: self._repeated(part) for name, part in value["map"].items()}}
        if value is None:
            return None
        return self.hide(value) if _same(value) in self._known else self._prose(value)

    def _prose(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._prose(part) for part in value]
        said = isinstance(value, str) and any(spelling in value for spelling in self._spoken)
        return self.hide(value) if said else value

    def lookalikes(self, part: Any) -> Any:
        """`part`, with text that only looks like a token hidden behind one of its own."""
        if isinstance(part, dict):
            return {name: self.lookalikes(value) for name, value in part.items()}
        if isinstance(part, list):
            return [self.lookalikes(value) for value in part]
        looks_so = isinstance(part, str) and not isinstance(part, _Token) and _LOOKS_SO.fullmatch(part)
        return self.hide(part) if looks_so else part


def _same(value: Any) -> str:
    """A text that two forms of one value share: `5`, `5.00` and `{"decimal": "5.0"}`."""
    if isinstance(value, dict):
        ((_type, value),) = value.items() if len(value) == 1 else (("", str(value)),)
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        value = value.rpartition(" ")[0] if _is_money(value) else value
    try:
        return f"{exact_decimal(value).normalize():f}"
    except MoneyError:
        return str(value)


def _is_money(text: str) -> bool:
    try:
        return bool(Money.parse(text))
    except MoneyError:
        return False


def _spellings(value: Any) -> set[str]:
    """How prose may spell a value: as it was told, and numbers with their thousands apart."""
    if isinstance(value, bool):
        return set()
    same = _same(value)
    try:
        number = Decimal(same)
    except ArithmeticError:
        return {str(value)}
    return {str(value), same, f"{number:,f}", f"{number:,.2f}"}


def known_of(case: Case | None, event: Event, facts: Collection[str]) -> list[Any]:
    """The personal values that results may repeat: those of the turn's event; and of the case, the host's facts that
    are personal, the cause of the arrears, and what the events of requests for approval say."""
    found = _said_by(event, facts)
    if case is not None:
        found += [told.value for name, told in case.assessment.told.items() if name in facts]
        if "overdue_cause" in case.assessment.found:
            found.append(case.assessment.found["overdue_cause"].value)
        for request in case.course.requests:
            if request.event is not None:
                found += _said_by(request.event, facts)
    return [value for value in found if value not in (None, "")]


def _said_by(event: Event, facts: Collection[str]) -> list[Any]:
    told = [getattr(event, name) for name in event.PERSONAL]
    flat = [part for value in told for part in (value if isinstance(value, tuple) else (value,))]
    told_facts = [getattr(event, name) for name in facts_in(type(event))]
    return flat + [value for one in told_facts for name, value in one.items() if name in facts]
