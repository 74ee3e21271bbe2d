"""How personal values stand in the columns of a database: in the clear, or encrypted, with keys or without them here.

An encrypted value stands as `sealed:` and the name of its key, an encrypted name (a person's id, a role) as `named:`
and that. So rows from before the first key, and rows of several keys, may stand side by side. The empty text stays as
it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from overdue_flow.errors import JournalError, KeysError, MissingExtra
from overdue_flow.store.keys import VARIABLE, Keys

if TYPE_CHECKING:
    from overdue_flow.store.ciphers import Cipher

SEALED = "sealed:"
NAMED = "named:"
INSTALL = 'pip install "overdue-flow[crypto]"'
GIVE_THEM = f"give its keys (`SqlStore(..., keys=...)`, or {VARIABLE} on the command line)"


class Seal(Protocol):
    """What turns personal values into what stands in a column, and back.

    `place` says where a value stands: `table.column`, then the row's key.
    """

    @property
    def closed(self) -> bool:
        """Whether what is encrypted cannot be read here."""

    def shut(self, text: str, *place: str) -> str:
        """A value, as its column has it."""

    def read(self, said: str, *place: str) -> str:
        """The value that a column has. JournalError for one that is damaged, KeysError for one whose key is missing."""

    def name(self, name: str) -> str:
        """A name, as columns have it from now on."""

    def names(self, name: str) -> tuple[str, ...]:
        """All that may stand for a name: what stands for it from now on, then what older rows have."""

    def locks(self, name: str) -> tuple[str, ...]:
        """What to lock for a name, in order; two who know a key in common lock something in common."""

    def read_name(self, said: str) -> str:
        """The name that a column has; errors as for a value."""


class Clear:
    """No keys: everything stands as it is."""

    closed = False

    def shut(self, text: str, *_place: str) -> str:
        """The value; text that only looks encrypted gets a blank, so that it is never taken for it."""
        return f" {text}" if text.startswith(SEALED) else text

    def read(self, said: str, *_place: str) -> str:
        """The value. KeysError where others have begun to encrypt."""
        if said.startswith(SEALED):
            raise KeysError(f"the store has been encrypted since it was opened here; open it anew: {GIVE_THEM}")
        return said

    def name(self, name: str) -> str:
        """The name."""
        return name

    def names(self, name: str) -> tuple[str, ...]:
        """The name."""
        return (name,)

    locks = names

    def read_name(self, said: str) -> str:
        """The name."""
        return said


CLEAR = Clear()


class Closed:
    """An encrypted store without its keys: what is encrypted is not read, and nothing is written."""

    closed = True

    def shut(self, _text: str, *_place: str) -> str:
        """KeysError: nothing is written in the clear."""
        raise _needs_keys()

    def read(self, said: str, *_place: str) -> str:
        """What stands in the clear; KeysError for what does not."""
        if said.startswith(SEALED):
            raise _needs_keys()
        return said

    def name(self, _name: str) -> str:
        """KeysError: without a key nobody knows what stands for a name."""
        raise _needs_keys()

    def names(self, _name: str) -> tuple[str, ...]:
        """KeysError, likewise."""
        raise _needs_keys()

    locks = names

    def read_name(self, said: str) -> str:
        """What stands in the clear; KeysError for what does not."""
        if said.startswith(NAMED):
            raise _needs_keys()
        return said


def check_open(*, closed: bool) -> None:
    """KeysError where personal values are asked for and cannot be read."""
    if closed:
        raise _needs_keys()


def _needs_keys() -> KeysError:
    return KeysError(f"what is personal in this store is encrypted; {GIVE_THEM}")


class Keyed:
    """Keys: what is written is encrypted with the current one. `clear_left`: older rows may stand in the clear; where
    none may, what does was put in by somebody without the key, and is not read.

    MissingExtra without the package `cryptography`.
    """

    closed = False

    def __init__(self, keys: Keys, *, clear_left: bool) -> None:
        try:
            from overdue_flow.store.ciphers import Cipher, Damaged
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != "cryptography":
                raise
            raise MissingExtra(f"encryption needs the package `cryptography`; install it with: {INSTALL}") from None
        self.current = keys.current
        self.clear_left = clear_left
        self._damaged = Damaged
        self._ciphers = {name: Cipher(key) for name, key in keys.by_name.items()}
        self._cipher = self._ciphers[keys.current]
        self._begins = f"{SEALED}{keys.current}:"
        self._names = [keys.current, *(name for name in keys.by_name if name != keys.current)]
        self._known = lru_cache(maxsize=4096)(self._names_of)

    @property
    def checks(self) -> Mapping[str, str]:
        """By what a store knows each key again."""
        return {name: cipher.check for name, cipher in self._ciphers.items()}

    def shut(self, text: str, *place: str) -> str:
        """The value, encrypted for its place."""
        return f"{self._begins}{self._cipher.shut(text, _bound(place))}" if text else text

    def read(self, said: str, *place: str) -> str:
        """The value, as it was before."""
        if not said.startswith(SEALED):
            return self._in_clear(said, "a value", *place)
        key, _, sealed = said.removeprefix(SEALED).partition(":")
        try:
            return self._of(key).read(sealed, _bound(place))
        except self._damaged:
            where = f"`{place[0]}` of `{place[1]}`"
            raise JournalError(f"the encrypted value in {where} was changed, or belongs somewhere else") from None

    def name(self, name: str) -> str:
        """The name, encrypted with the current key."""
        return self._known(name)[0]

    def names(self, name: str) -> tuple[str, ...]:
        """The name under each key, the current one first; and itself, where older rows may have it in the clear."""
        return self._known(name)

    def _names_of(self, name: str) -> tuple[str, ...]:
        found = [f"{NAMED}{key}:{self._ciphers[key].name(name)}" for key in self._names] if name else [name]
        return (*found, name) if self.clear_left and name else tuple(found)

    def locks(self, name: str) -> tuple[str, ...]:
        """What stands for a name under each key: never the name itself."""
        return tuple(sorted(one for one in self._known(name) if one != name))

    def read_name(self, said: str) -> str:
        """The name, as it was before."""
        if not said.startswith(NAMED):
            return self._in_clear(said, "a name")
        key, _, sealed = said.removeprefix(NAMED).partition(":")
        try:
            return self._of(key).read_name(sealed)
        except self._damaged:
            raise JournalError("an encrypted name was changed") from None

    def _in_clear(self, said: str, what: str, *place: str) -> str:
        """What stands in the clear. JournalError where everything is encrypted: then somebody else put it there."""
        if said and not self.clear_left:
            where = f" in `{place[0]}` of `{place[1]}`" if place else ""
            raise JournalError(f"{what}{where} stands in the clear, and all of this store is encrypted: it was put in")
        return said

    def lenient(self) -> Keyed:
        """The same, which also reads what stands in the clear: for whoever encrypts it."""
        found = copy(self)
        found.clear_left = True
        found._known = lru_cache(maxsize=4096)(found._names_of)
        return found

    def is_current(self, said: str) -> bool:
        """Whether what stands in a column is as it would be written now."""
        return not said or said.startswith((self._begins, f"{NAMED}{self.current}:"))

    @staticmethod
    def is_clear(said: str) -> bool:
        """Whether something stands in the clear."""
        return said != "" and not said.startswith((SEALED, NAMED))

    def _of(self, key: str) -> Cipher:
        found = self._ciphers.get(key)
        if found is None:
            raise KeysError(f"something in this store is encrypted with the key `{key[:32]}`, which was not given")
        return found


def _bound(place: tuple[str, ...]) -> bytes:
    return "\x1f".join(place).encode("utf-8", "surrogatepass")


# --- which of them a store has ---

KEY = "key:"
CLEAR_LEFT = "clear_left"
"""The line of `meta` that is there as long as rows may stand in the clear."""


def seal_of(said: Mapping[str, str], keys: Keys | None, *, closed: bool) -> Seal:
    """How a store is read whose `meta` says that. KeysError for keys that are not its own; without any, too, unless it
    may stay `closed`."""
    known = {name.removeprefix(KEY): check for name, check in said.items() if name.startswith(KEY)}
    if keys is None:
        if known and not closed:
            raise KeysError(f"what is personal in this store is encrypted with the key {_named(known)}; {GIVE_THEM}")
        return Closed() if known else CLEAR
    seal = Keyed(keys, clear_left=CLEAR_LEFT in said or not known)
    for name, check in known.items():
        if name not in seal.checks:
            raise KeysError(
                f"this store has values that are encrypted with the key `{name}`, which was not given"
                f" (given: {_named(seal.checks)})"
            )
        if seal.checks[name] != check:
            raise KeysError(f"the key `{name}` that was given is not the one that this store is encrypted with")
    return seal


def check_still(said: Mapping[str, str], seal: Seal) -> None:
    """KeysError for a worker that goes on with other keys than its store by now: what it writes, others could not read,
    or everybody could."""
    known = {name.removeprefix(KEY) for name in said if name.startswith(KEY)}
    if isinstance(seal, Clear) and known:
        raise KeysError(f"the store has been encrypted since it was opened here; open it anew: {GIVE_THEM}")
    if not isinstance(seal, Keyed):
        return
    unknown = known - seal.checks.keys()
    if unknown:
        raise KeysError(
            f"the store has been encrypted with the key {_named(dict.fromkeys(unknown, ''))} since it was opened here;"
            " open it anew with that one, too"
        )
    if seal.current not in known:
        now = f"encrypted with the key {_named(dict.fromkeys(known, ''))}" if known else "in the clear"
        raise KeysError(
            f"the store is {now} since it was opened here, and no more encrypted with `{seal.current}`; open it anew,"
            " with the key that is its current one first"
        )


def _named(keys: Mapping[str, str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(keys))
