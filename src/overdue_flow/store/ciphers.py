"""What one key does: AES-256-GCM for values, AES-SIV for names, from keys of their own derived by HKDF-SHA-256.

A value is bound to its place: it can be read there and nowhere else, so that nobody can put one person's telephone
number in the row of another. Each time it is encrypted it looks another way (a random nonce of 96 bits; so one key is
good for 2^32 values, NIST SP 800-38D, 8.3).

A name (a person's id, a role) is looked for, so the same one must always look the same. AES-SIV (RFC 5297) is made for
that: a keyed hash of the name is its nonce. Who sees the database sees which rows have the same name, and how long it
is.
"""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


class Damaged(Exception):
    """An encrypted text that is not what was written, or stands in another place."""


class Cipher:
    """What one key of the host's does."""

    def __init__(self, key: bytes) -> None:
        self._values = AESGCM(_derived(key, "values", 32))
        self._names = AESSIV(_derived(key, "names", 64))
        self.check = _derived(key, "check", 16).hex()
        """By this a store knows the key again. It says nothing of the key."""

    def shut(self, text: str, place: bytes) -> str:
        """A value, encrypted for one place."""
        nonce = os.urandom(NONCE_BYTES)
        return _text(nonce + self._values.encrypt(nonce, text.encode(), place))

    def read(self, said: str, place: bytes) -> str:
        """The value that was encrypted for a place; Damaged where it was not."""
        try:
            sealed = base64.b64decode(said, altchars=b"-_", validate=True)
            return self._values.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place).decode()
        except (InvalidTag, ValueError):
            raise Damaged from None

    def name(self, name: str) -> str:
        """A name, encrypted; the same each time."""
        return _text(self._names.encrypt(name.encode(), None))

    def read_name(self, said: str) -> str:
        """The name that was encrypted; Damaged where none was."""
        try:
            return self._names.decrypt(base64.b64decode(said, altchars=b"-_", validate=True), None).decode()
        except (InvalidTag, ValueError):
            raise Damaged from None


def _derived(key: bytes, use: str, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"overdue_flow {use}".encode()).derive(key)


def _text(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode()
